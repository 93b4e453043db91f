#!/usr/bin/env python3
"""Attacks a server with a 512 MB heap beside a client that uses it normally. Prints for each attack whether the process survived,
how long the normal client waited, what the process used, and how many of the client's requests were not answered normally.

    siege.py [SECONDS [ATTACK...]]     default: 60 seconds, all attacks
"""
import http.client
import itertools
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import string
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "transfer"))
from servers import ROOT, Server  # noqa: E402

MIB = 1024 * 1024


class Besieged(Server):
    """Parley with its default limits and without models: this measures what strangers can use up."""

    def __init__(self):
        super().__init__("siege")
        environment = dict(os.environ, PARLEY_SERVER_ROLES="api,worker")
        # A different class path runs another build, for comparison.
        classes = environment.pop("SIEGE_CLASSPATH", None)
        options = "-Xmx512m -XX:+ExitOnOutOfMemoryError"
        if classes:
            command = [Path(os.environ["JAVA_HOME"]) / "bin" / "java", *options.split(), "--enable-native-access=ALL-UNNAMED",
                       "--sun-misc-unsafe-memory-access=allow", f"-Dparley.home={ROOT}", "-cp", classes, "parley.app.Main"]
        else:
            command = [ROOT / "parley"]
            environment["PARLEY_JAVA_OPTS"] = options
        environment.pop("CLASSPATH", None)
        self.launch([*command, "serve", "--port", "0", "--data-dir", self.folder / "data"], env=environment,
                    stdout=subprocess.PIPE, stderr=open(self.folder / "log", "w"), text=True)
        for line in self.process.stdout:
            if line.startswith("Parley is listening on "):
                self.url = line.split()[-1]
            if line.startswith("key: "):
                self.key = line.split()[1]
            if line.rstrip().endswith("/v1/jobs"):
                break
        if not hasattr(self, "key"):
            raise SystemExit((self.folder / "log").read_text())
        self.port = urllib.parse.urlparse(self.url).port

    def stop(self):
        """Finds the PostgreSQL that a dead process left behind by its working directory."""
        if self.process.poll() is None:
            super().stop()
            return
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str(self.folder).encode() in (entry / "cmdline").read_bytes():
                    os.kill(int(entry.name), signal.SIGQUIT)
            except OSError:
                pass
        time.sleep(1)
        shutil.rmtree(self.folder, ignore_errors=True)

    def peak_mib(self):
        try:
            return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text()).group(1)) / 1024
        except (OSError, AttributeError):
            return float("nan")

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode() if body is not None else None,
                                         {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}, method=method)
        return json.load(urllib.request.urlopen(request, timeout=30))["data"]


class NormalClient:
    """Twenty requests per second with a key of a separate tenant: lists, file metadata, messages, on one connection and on new ones."""

    def __init__(self, server, key):
        self.server, self.key = server, key
        self.times, self.other, self.going = [], {}, True
        self.room = None

    def ask(self, connection, method, path, body=None):
        connection.request(method, path, json.dumps(body) if body else None,
                           {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)

    def run(self):
        kept = self.connect()
        room = json.loads(self.ask(kept, "POST", "/v1/rooms", {"name": "of the normal client"})[1])["data"]["id"]
        due = time.monotonic()
        for turn in itertools.count():
            if not self.going:
                return
            due = max(due + 0.05, time.monotonic() - 1)
            time.sleep(max(0, due - time.monotonic()))
            began = time.monotonic()
            try:
                connection = kept if turn % 2 else self.connect()
                status, _ = [lambda: self.ask(connection, "GET", "/v1/jobs"),
                             lambda: self.ask(connection, "GET", "/v1/media"),
                             lambda: self.ask(connection, "GET", "/healthz"),
                             lambda: self.ask(connection, "POST", f"/v1/rooms/{room}/send",
                                              {"content": {"msgtype": "swp.text", "body": "hello"}})][turn % 4]()
                if connection is not kept:
                    connection.close()
                outcome = status if status != 200 and status != 201 else None
            except (OSError, http.client.HTTPException) as broken:
                outcome = type(broken).__name__
                kept.close()
                kept = self.connect()
            self.times.append(time.monotonic() - began)
            if outcome:
                self.other[outcome] = self.other.get(outcome, 0) + 1


# Each attack runs in its own process: attack(port, seconds, key).

def spread(last):
    """A loopback source address: 127.0.0.2, 127.0.0.3 …"""
    return f"127.0.0.{last}"


def connection(port, source=None):
    plain = socket.socket()
    plain.settimeout(5)
    if source:
        plain.bind((source, 0))
    plain.connect(("127.0.0.1", port))
    return plain


def hold(port, count, head, body, seconds, sources=("127.0.0.1",)):
    """Holds `count` connections that have sent a head and most of a body; replaces those that were closed."""
    until = time.monotonic() + seconds
    held = []
    made = 0
    began = time.monotonic()
    while time.monotonic() < until:
        for entry in list(held):
            plain, sent = entry
            try:
                if sent < len(body):
                    entry[1] += plain.send(body[sent:sent + 65536])
                elif plain.recv(4096, socket.MSG_DONTWAIT) == b"":
                    raise ConnectionError
                else:
                    raise ConnectionError  # an answer: refused
            except BlockingIOError:
                pass
            except OSError:
                plain.close()
                held.remove(entry)
        # All at once at first; then fifty per second to replace closed ones. More would be a flood, which costs processor
        # time, most of it the attacker's own on the same machine.
        for _ in range(min(50 if made < count else int(50 * (time.monotonic() - began)) + count - made, count - len(held))):
            try:
                plain = connection(port, sources[made % len(sources)])
                plain.sendall(head)
                plain.setblocking(False)
                held.append([plain, 0])
                made += 1
            except OSError:
                time.sleep(0.05)
        if all(sent >= len(body) for _, sent in held) and len(held) >= count:
            time.sleep(0.2)
    print(json.dumps({"made": made, "held": len(held)}))


def webhooks(port, seconds, key):
    """No token: 700 webhooks of 1 MiB minus one byte."""
    head = (f"POST /v1/calls/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {MIB}\r\n\r\n").encode()
    hold(port, 700, head, b'{"a":"' + b"x" * (MIB - 7), seconds)


def methods(port, seconds, key):
    """No token: made-up methods, 200 in a row."""
    until = time.monotonic() + seconds
    names = map("".join, itertools.product(string.ascii_uppercase, repeat=7))
    made = 0
    plain = None
    while time.monotonic() < until:
        try:
            plain = plain or connection(port)
            plain.sendall(b"".join(f"{next(names)} /x HTTP/1.1\r\nHost: x\r\n\r\n".encode() for _ in range(200)))
            seen = b""
            while seen.count(b"HTTP/1.1 ") < 200:
                piece = plain.recv(65536)
                if not piece:
                    raise ConnectionError
                seen += piece
            made += 200
        except OSError:
            plain = None
    print(json.dumps({"made": made}))


def half_open(port, seconds, key):
    """No token: 9,100 heads that never end, from seven addresses, one byte every eight seconds."""
    begun = b"GET /v1/media HTTP/1.1\r\nHost: x\r\nX-A: "
    until = time.monotonic() + seconds
    held = []
    made = 0
    fed = time.monotonic()
    while time.monotonic() < until:
        for _ in range(min(200 if made < 9100 else 10, 9100 - len(held))):
            try:
                plain = connection(port, spread(2 + made % 7))
                plain.sendall(begun)
                plain.setblocking(False)
                held.append(plain)
            except OSError:
                time.sleep(0.01)
            made += 1
        if made >= 9100:
            time.sleep(0.1)
        if time.monotonic() - fed > 8:
            fed = time.monotonic()
            alive = []
            for plain in held:
                try:
                    plain.send(b"y")
                    if plain.recv(1024) == b"":
                        raise ConnectionError
                except BlockingIOError:
                    alive.append(plain)
                except OSError:
                    plain.close()
            held = alive
    print(json.dumps({"made": made, "held": len(held)}))


def bodies(port, seconds, key):
    """One key: 900 unfinished changes of 1 MiB."""
    head = ("PATCH /v1/media/med-00000000-0000-0000-0000-000000000000 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {MIB}\r\nAuthorization: Bearer {key}\r\n\r\n").encode()
    hold(port, 900, head, b'{"a":"' + b"x" * (MIB - 7), seconds)


def small_bodies(port, seconds, key):
    """One key: 900 unfinished messages with bodies within the limit."""
    size = 60_000
    head = (f"POST /v1/rooms/grp-00000000-0000-0000-0000-000000000000/send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {size}\r\nAuthorization: Bearer {key}\r\n\r\n").encode()
    hold(port, 900, head, b'{"a":' + b"[" * (size - 7), seconds)


def forms(port, seconds, key):
    """One key: 900 unfinished forms with a hundred text fields of 60 KB."""
    part = b'--b\r\nContent-Disposition: form-data; name="t"\r\n\r\n' + b"x" * 60_000 + b"\r\n"
    head = ("POST /v1/media/upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            f"Content-Length: {101 * len(part)}\r\nAuthorization: Bearer {key}\r\n\r\n").encode()
    hold(port, 900, head, part * 99, seconds)


def descriptions(port, seconds, key):
    """No token: the API description, in a loop on four connections, read completely."""
    until = time.monotonic() + seconds

    def read():
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=10).read()
            except OSError:
                time.sleep(0.05)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def uploads(port, seconds, key):
    """One key: eight uploads that send as fast as they can and never end."""
    head = ("POST /v1/media/upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            f"Content-Length: {1 << 40}\r\nAuthorization: Bearer {key}\r\n\r\n"
            '--b\r\nContent-Disposition: form-data; name="x"; filename="y"\r\n\r\n').encode()
    send_fast(port, seconds, 8, head)


def messages(port, seconds, key):
    """One key: sixteen WebSockets that send events of 15 MiB as fast as they can."""
    head = ("GET /v1/realtime HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {key}\r\n\r\n").encode()
    event = b'{"type":"input_audio_buffer.append","audio":"' + b"A" * (20 * MIB) + b'"}'
    # Masked with zeros, so that masking does not take the attacker's time.
    frame = b"\x81\xff" + len(event).to_bytes(8, "big") + bytes(4) + event
    send_fast(port, seconds, 16, head, frame)


def send_fast(port, seconds, count, head, piece=b"x" * MIB):
    """Sends a head and then the piece again and again; begins anew when the connection ends."""
    until = time.monotonic() + seconds
    sent = [0] * count

    def send(number):
        while time.monotonic() < until:
            try:
                plain = connection(port)
                plain.sendall(head)
                while time.monotonic() < until:
                    plain.sendall(piece)
                    sent[number] += len(piece)
            except OSError:
                time.sleep(0.05)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"MiB": sum(sent) // MIB}))


def guesses(port, seconds, key):
    """Made-up keys, as fast as one connection can send."""
    until = time.monotonic() + seconds
    made = 0
    plain = None
    while time.monotonic() < until:
        try:
            plain = plain or connection(port)
            plain.sendall(b"".join(f"GET /v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sgk_{made + i}\r\n\r\n".encode()
                                   for i in range(50)))
            seen = b""
            while seen.count(b"HTTP/1.1 ") < 50:
                piece = plain.recv(65536)
                if not piece:
                    raise ConnectionError
                seen += piece
            made += 50
        except OSError:
            plain = None
    print(json.dumps({"made": made}))


ATTACKS = {"none": lambda port, seconds, key: time.sleep(seconds), "webhooks": webhooks, "methods": methods, "half-open": half_open,
           "bodies": bodies, "small-bodies": small_bodies, "forms": forms, "descriptions": descriptions, "guesses": guesses,
           "uploads": uploads, "messages": messages}


def besiege(name, seconds):
    server = Besieged()
    try:
        permissions = ["media:read", "media:write", "rooms", "scaiecho:transcribe"]
        client_key = server.call("POST", "/v1/admin/keys", {"user": "normal", "permissions": permissions})["key"]
        attacker_key = server.call("POST", "/v1/admin/keys", {"user": "attacker", "permissions": permissions})["key"]
        client = NormalClient(server, client_key)
        thread = threading.Thread(target=client.run, daemon=True)
        thread.start()
        time.sleep(10)  # the compiler of the Java machine has seen the requests
        client.times.clear()
        client.other.clear()
        attack = subprocess.Popen([sys.executable, __file__, "--attack", name, str(server.port), str(seconds), attacker_key],
                                  stdout=subprocess.PIPE, text=True)
        began, peak = time.monotonic(), 0.0
        while time.monotonic() - began < seconds and server.process.poll() is None:
            time.sleep(0.2)
            current = server.peak_mib()
            peak = current if current == current else peak
        lasted = time.monotonic() - began
        alive = server.process.poll() is None
        client.going = False
        thread.join(35)
        times = sorted(client.times) or [float("nan")]
        attack.kill() if not alive else None
        told = (attack.communicate(timeout=90)[0] or "").strip()
        p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
        print(f"{name:13} {'stayed' if alive else f'gone after {lasted:.0f} s':18} normal client: {len(times):5} requests, "
              f"p50 {1000 * statistics.median(times):6.0f} ms, p99 {1000 * p99:6.0f} ms, worst {1000 * times[-1]:6.0f} ms, "
              f"not as usual {client.other or 'none'}; memory {peak:5.0f} MiB; {told}", flush=True)
    finally:
        server.stop()


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if sys.argv[1:2] == ["--attack"]:
        _, _, name, port, seconds, key = sys.argv
        ATTACKS[name](int(port), float(seconds), key)
        return
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    for name in sys.argv[2:] or ATTACKS:
        besiege(name, seconds)


if __name__ == "__main__":
    main()
