"""The servers to measure: how to start and stop each, and its processor time and memory."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def package(program, debian_package):
    """The path of a program; installs its package if missing."""
    found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    if not found:
        subprocess.run(["apt-get", "install", "-y", "-qq", debian_package], check=True, stdout=subprocess.DEVNULL)
        found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port):
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port}")


class Server:
    """A process and its children, in its own folder."""

    def __init__(self, name):
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-"))
        self.folder.chmod(0o755)

    def launch(self, command, **options):
        self.process = subprocess.Popen(command, start_new_session=True, **options)

    def processes(self):
        """The process and its descendants."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text()
                except OSError:
                    continue
                parents[int(entry.name)] = int(stat[stat.rindex(")") + 2:].split()[1])
        found = {self.process.pid}
        while True:
            more = {child for child, parent in parents.items() if parent in found} - found
            if not more:
                return found
            found |= more

    def cpu_seconds(self):
        total = 0
        for pid in self.processes():
            try:
                stat = Path(f"/proc/{pid}/stat").read_text()
            except OSError:
                continue
            fields = stat[stat.rindex(")") + 2:].split()
            total += int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])
        return total / TICKS

    def peak_rss_mib(self):
        total = 0
        for pid in self.processes():
            try:
                found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
            except OSError:
                continue
            total += int(found.group(1)) if found else 0
        return total / 1024

    def pss_mib(self):
        """Current memory of Java and of PostgreSQL, with shared memory counted once."""
        java = others = 0
        for pid in self.processes():
            try:
                share = re.search(r"Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())
                name = Path(f"/proc/{pid}/comm").read_text().strip()
            except OSError:
                continue
            size = int(share.group(1)) if share else 0
            java, others = (java + size, others) if name == "java" else (java, others + size)
        return java / 1024, others / 1024

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


class Parley(Server):
    def __init__(self):
        super().__init__("parley")
        environment = dict(os.environ, PARLEY_LIMITS_REQUESTS_PER_SECOND="1000000", PARLEY_LIMITS_BURST="1000000",
                           # This measures files; the models would only occupy memory.
                           PARLEY_SERVER_ROLES="api,worker")
        environment.pop("CLASSPATH", None)
        self.data = self.folder / "data"
        self.launch([ROOT / "parley", "serve", "--port", "0", "--data-dir", self.data], env=environment,
                    stdout=subprocess.PIPE, stderr=open(self.folder / "log", "w"), text=True)
        self.key = None
        for line in self.process.stdout:
            if line.startswith("Parley is listening on "):
                self.url = line.split()[-1]
            if line.startswith("key: "):
                self.key = line.split()[1]
            if line.rstrip().endswith("/v1/jobs"):
                break
        if not self.key:
            raise SystemExit((self.folder / "log").read_text())
        self.authorization = f"Authorization: Bearer {self.key}"

    def sql(self, text):
        """Runs SQL in the embedded database."""
        password = (self.data / "postgresql.password").read_text().strip()
        link = self.data / "postgresql.link"
        host = Path(link.read_text().strip()) / "postgresql" if link.exists() else self.data / "postgresql"
        return subprocess.run([package("psql", "postgresql-client"), "-h", host, "-U", "parley", "-d", "postgres",
                               "-v", "ON_ERROR_STOP=1", "-qAtc", text], env=dict(os.environ, PGPASSWORD=password),
                              check=True, capture_output=True, text=True).stdout.strip()


class Nginx(Server):
    def __init__(self, root):
        super().__init__("nginx")
        self.port = free_port()
        (self.folder / "nginx.conf").write_text(f"""
            worker_processes auto; pid {self.folder}/pid; error_log {self.folder}/error.log; daemon off;
            user root;
            events {{ worker_connections 1024; }}
            http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {self.folder}/body;
              proxy_temp_path {self.folder}/p; fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u;
              scgi_temp_path {self.folder}/s;
              server {{ listen 127.0.0.1:{self.port}; root {root}; }} }}""")
        self.launch([package("nginx", "nginx-light"), "-c", self.folder / "nginx.conf", "-p", self.folder])
        self.url = f"http://127.0.0.1:{self.port}"
        await_port(self.port)


class Floor(Server):
    def __init__(self):
        super().__init__("floor")
        java = Path(os.environ["JAVA_HOME"]) / "bin" / "java"
        self.launch([java, "-Xmx512m", HERE / "Floor.java", self.folder], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"


class Versitygw(Server):
    """An S3 gateway over a folder."""

    def __init__(self):
        super().__init__("versitygw")
        program = subprocess.run([ROOT / "dev" / "install", "versitygw"], stdout=subprocess.PIPE, text=True,
                                 check=True).stdout.strip()
        port = free_port()
        (self.folder / "store" / "bench").mkdir(parents=True)
        self.launch([program, "--access", "bench", "--secret", "benchbench", "--region", "us-east-1",
                     "--port", f"127.0.0.1:{port}", "posix", self.folder / "store"], stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{port}"
        await_port(port)
