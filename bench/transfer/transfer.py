#!/usr/bin/env python3
"""Measures transfers side by side. The servers alternate in each round, so that other load on the machine affects all alike.

    transfer.py downloads|uploads [ROUNDS] [GIBIBYTES]

Prints the medians for each server and number of clients (seconds, MiB/s, processor seconds per GiB, peak RSS), and the ratios
of Parley to each other server, computed per round.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from servers import Floor, Nginx, Parley, Versitygw

MIB = 1024 * 1024


def content(path, mebibytes, mark):
    """A file of pseudorandom bytes that differs from all others in its first bytes."""
    block = os.urandom(64 * MIB)
    with open(path, "wb") as file:
        file.write(mark.encode().ljust(64))
        for _ in range(mebibytes // 64):
            file.write(block)


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", "--fail-with-body", "-H", "Expect:", *map(str, arguments)],
                          capture_output=True)
    if done.returncode:
        raise SystemExit(f"curl {arguments}: {done.stdout[:500]} {done.stderr[:500]}")
    return done.stdout


def measured(server, clients, one):
    """Runs the clients concurrently; returns seconds and the server's processor seconds."""
    cpu, began = server.cpu_seconds(), time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, range(clients)))
    return time.monotonic() - began, server.cpu_seconds() - cpu


def report(results, idle, peaks, gibibytes):
    print(f"{'server':12} {'clients':>7} {'seconds':>8} {'MiB/s':>8} {'CPU s/GiB':>10} {'RSS MiB: idle':>14} {'peak':>6}")
    for (name, clients), rounds in results.items():
        seconds = statistics.median(r[0] for r in rounds)
        cpu = statistics.median(r[1] for r in rounds) / (clients * gibibytes)
        print(f"{name:12} {clients:7} {seconds:8.2f} {clients * gibibytes * 1024 / seconds:8.0f} {cpu:10.2f} "
              f"{idle[name]:14.0f} {peaks[name]:6.0f}")
    for (name, clients), rounds in results.items():
        if name == "parley":
            continue
        own = results["parley", clients]
        speed = [theirs[0] / ours[0] for ours, theirs in zip(own, rounds)]
        cpu = [ours[1] / max(theirs[1], 0.01) for ours, theirs in zip(own, rounds)]
        print(f"parley / {name}, {clients} clients: throughput {statistics.median(speed):.2f} "
              f"({min(speed):.2f}-{max(speed):.2f}), CPU {statistics.median(cpu):.2f} ({min(cpu):.2f}-{max(cpu):.2f})")


def downloads(rounds, mebibytes):
    with tempfile.TemporaryDirectory(prefix="bench-content-") as folder:
        os.chmod(folder, 0o755)
        file = Path(folder) / "file"
        content(file, mebibytes, "download")
        parley, nginx = Parley(), Nginx(folder)
        idle = {s.name: s.peak_rss_mib() for s in (parley, nginx)}
        try:
            media = json.loads(curl("-H", parley.authorization, "-F", f"file=@{file}",
                                    parley.url + "/v1/media/upload"))["data"]["media_id"]
            fetch = {
                "parley": lambda _: curl("-o", "/dev/null", "-H", parley.authorization,
                                         f"{parley.url}/v1/media/download/{media}"),
                "nginx": lambda _: curl("-o", "/dev/null", f"{nginx.url}/file"),
            }
            results = {}
            for turn in range(rounds + 1):
                for clients in (1, 8):
                    for server in (parley, nginx):
                        result = measured(server, clients, fetch[server.name])
                        if turn:  # the first is a warm-up
                            results.setdefault((server.name, clients), []).append(result)
            report(results, idle, {s.name: s.peak_rss_mib() for s in (parley, nginx)}, mebibytes / 1024)
        finally:
            parley.stop()
            nginx.stop()


def uploads(rounds, mebibytes):
    with tempfile.TemporaryDirectory(prefix="bench-content-") as folder:
        files = [Path(folder) / str(n) for n in range(8)]
        for n, file in enumerate(files):
            content(file, mebibytes, f"upload {n}")
        servers = [Parley(), Floor(), Versitygw()]
        parley, floor, versitygw = servers
        idle = {s.name: s.peak_rss_mib() for s in servers}
        stored = []

        def to_parley(n):
            stored.append(json.loads(curl("-H", parley.authorization, "-F", f"file=@{files[n]}",
                                          parley.url + "/v1/media/upload"))["data"]["media_id"])

        def to_floor(n):
            curl("-T", files[n], f"{floor.url}/{n}")

        def to_versitygw(n):
            curl("--aws-sigv4", "aws:amz:us-east-1:s3", "--user", "bench:benchbench", "-H",
                 "x-amz-content-sha256: UNSIGNED-PAYLOAD", "-T", files[n], f"{versitygw.url}/bench/{n}")

        def forget():
            while stored:
                curl("-X", "DELETE", "-H", parley.authorization, f"{parley.url}/v1/media/{stored.pop()}")
            for file in [*floor.folder.glob("floor-*"), *(versitygw.folder / "store" / "bench").glob("[0-9]")]:
                file.unlink()
            os.sync()

        send = {"parley": to_parley, "floor": to_floor, "versitygw": to_versitygw}
        try:
            results = {}
            for turn in range(rounds + 1):
                for clients in (1, 8):
                    for server in servers:
                        result = measured(server, clients, send[server.name])
                        if turn:
                            results.setdefault((server.name, clients), []).append(result)
                        forget()
            report(results, idle, {s.name: s.peak_rss_mib() for s in servers}, mebibytes / 1024)
            print("parley after it, shared memory counted once: Java %.0f MiB, PostgreSQL %.0f MiB" % parley.pss_mib())
        finally:
            for server in servers:
                server.stop()


def main():
    what = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    gibibytes = float(sys.argv[3]) if len(sys.argv) > 3 else 1
    {"downloads": downloads, "uploads": uploads}[what](rounds, int(gibibytes * 1024))


if __name__ == "__main__":
    main()
