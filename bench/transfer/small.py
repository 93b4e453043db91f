#!/usr/bin/env python3
"""Small requests with wrk: uploads of 10 KB with distinct contents, and metadata GETs, with p99; and the time for one page of a
list with a million entries.

    small.py small-files|listing [SECONDS]
"""
import json
import statistics
import subprocess
import sys
import time
import urllib.request

from servers import Parley, package

UPLOAD = """
local size, thread_count = 10000, 0
function setup(thread) thread:set("id", thread_count); thread_count = thread_count + 1 end
function init() n = 0; pad = string.rep("x", size - 32) end
function request()
  n = n + 1
  local body = "--b\\r\\nContent-Disposition: form-data; name=\\"file\\"; filename=\\"f\\"\\r\\n\\r\\n"
    .. string.format("%4d %12d RUN", id, n) .. pad .. "\\r\\n--b--\\r\\n"
  return wrk.format("POST", nil, {["Authorization"] = "BEARER", ["Content-Type"] = "multipart/form-data; boundary=b"}, body)
end
"""


def wrk(parley, path, seconds, connections, script=None):
    command = [package("wrk", "wrk"), f"-t{min(2, connections)}", f"-c{connections}", f"-d{seconds}s", "--latency",
               "-H", parley.authorization]
    if script:
        file = parley.folder / "script.lua"
        file.write_text(script)
        command += ["-s", str(file)]
    cpu = parley.cpu_seconds()
    out = subprocess.run([*command, parley.url + path], check=True, capture_output=True, text=True).stdout
    used = parley.cpu_seconds() - cpu
    lines = {line.split()[0]: line.split()[1] for line in out.splitlines() if len(line.split()) > 1}
    count = int(next(line.split()[0] for line in out.splitlines() if " requests in " in line))
    print(f"{path:30} {connections:4} connections {float(lines['Requests/sec:']):9.0f} requests/s   p50 {lines['50%']:>9}   "
          f"p99 {lines['99%']:>9}   {1e6 * used / count:6.0f} us CPU/request", flush=True)
    refused = [line for line in out.splitlines() if "Non-2xx" in line or "Socket errors" in line]
    if refused:
        print("  " + "; ".join(refused))


def form_upload(parley, content):
    body = (b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + content + b"\r\n--b--\r\n")
    request = urllib.request.Request(parley.url + "/v1/media/upload", body, {
        "Authorization": parley.authorization.split(": ", 1)[1],
        "Content-Type": "multipart/form-data; boundary=b"})
    return json.load(urllib.request.urlopen(request))["data"]


def small_files(parley, seconds):
    script = UPLOAD.replace("BEARER", parley.authorization.split(": ", 1)[1])
    media = form_upload(parley, b"small")["media_id"]
    for turn in range(3):
        for connections in (1, 8, 64):
            wrk(parley, "/v1/media/upload", seconds, connections, script.replace("RUN", f"{turn}-{connections}"))
            wrk(parley, f"/v1/media/{media}/info", seconds, connections)


def listing(parley, seconds):
    form_upload(parley, b"the content of all")
    parley.sql("""
      insert into media (tenant_id, id, owner_id, sha256, file_name, description, tenant_scope, created_at, mime_type)
      select tenant_id, gen_random_uuid(), owner_id, sha256, 'file ' || n, null, n % 2 = 0,
             created_at - n * interval '1 second', mime_type
      from media, generate_series(1, 1000000) as n""")
    parley.sql("analyze media")
    times, cursor, pages = [], None, 0
    headers = {"Authorization": parley.authorization.split(": ", 1)[1]}
    until = time.monotonic() + seconds * 3
    while time.monotonic() < until:
        path = "/v1/media?limit=50" + (f"&cursor={cursor}" if cursor else "")
        began = time.monotonic()
        page = json.load(urllib.request.urlopen(urllib.request.Request(parley.url + path, headers=headers)))
        times.append(1000 * (time.monotonic() - began))
        cursor, pages = page["meta"]["next_cursor"], pages + 1
    times = sorted(times[len(times) // 10:])
    print(f"{pages} pages of 50 among 1,000,001 entries: p50 {statistics.median(times):.1f} ms, "
          f"p95 {times[int(len(times) * 0.95)]:.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms")


def main():
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    parley = Parley()
    try:
        {"small-files": small_files, "listing": listing}[sys.argv[1]](parley, seconds)
    finally:
        parley.stop()


if __name__ == "__main__":
    main()
