"""Plays conversations to a caption server in real time and measures when words appear on screen.

    lag.py parley|whisper-live ADDRESS KEY SET STREAMS PID

For each reference utterance, the lag is the time from its end until its last two words are shown, in the finals together with
the latest partial. Prints one line: server, streams, lag p50 and p95 in seconds, utterances never shown, word error rate of the
last text shown, and processor seconds of the server (process PID and its children) per second of audio.
"""
import asyncio
import csv
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from pathlib import Path

import jiwer
import numpy
import websockets
from faster_whisper import decode_audio
from whisper_normalizer.english import EnglishTextNormalizer

normal = EnglishTextNormalizer()
kind, address, key, folder, count, pid = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
CHUNK = 1600  # a tenth of a second


def conversations():
    with open(folder / "manifest.tsv", newline="", encoding="utf-8") as manifest:
        rows = [r for r in csv.DictReader(manifest, delimiter="\t")
                if r["kind"] == "diar-constructed" and "stereo" not in r["file"]]
    return [rows[i % len(rows)] for i in range(count)]


def samples(path):
    return (decode_audio(str(path), sampling_rate=16000) * 32767).astype(numpy.int16)


async def connected():
    url = address if kind == "whisper-live" else f"{address}/v1/modules/scaiecho/stream/transcribe?token={key}"
    for _ in range(240):
        try:
            return await websockets.connect(url, max_size=None)
        except OSError:
            await asyncio.sleep(0.5)
    raise SystemExit(f"{kind} does not listen")


async def play(row, shown):
    sound = samples(folder / row["file"])
    async with await connected() as socket:
        if kind == "parley":
            await socket.send(json.dumps({"type": "open", "language_hint": "en", "media_type": "audio/l16", "sample_rate": 16000}))
            await socket.recv()
        else:
            await socket.send(json.dumps({"uid": str(uuid.uuid4()), "language": "en", "task": "transcribe",
                                          "model": "base", "use_vad": True, "send_last_n_segments": 10}))
            while "SERVER_READY" not in await socket.recv():
                pass
        began = time.monotonic()
        done = asyncio.Event()

        async def read():
            finals, kept = "", {}
            try:
                async for message in socket:
                    frame = json.loads(message)
                    if kind == "parley":
                        if frame["type"] == "delta":
                            text = finals + " " + frame["text"]
                            finals = text if frame["is_final"] else finals
                            shown.append((time.monotonic() - began, text))
                        elif frame["type"] in ("closed", "error"):
                            return
                    elif "segments" in frame:
                        open_text = ""
                        for segment in frame["segments"]:
                            if segment.get("completed"):
                                kept[float(segment["start"])] = segment["text"]
                            else:
                                open_text = segment["text"]
                        text = " ".join(kept[start] for start in sorted(kept)) + " " + open_text
                        shown.append((time.monotonic() - began, text))
            except websockets.ConnectionClosed:
                pass
            finally:
                done.set()

        reading = asyncio.create_task(read())
        for i in range(0, len(sound), CHUNK):
            await asyncio.sleep(max(0, began + i / 16000 - time.monotonic()))
            chunk = sound[i:i + CHUNK]
            await socket.send(chunk.tobytes() if kind == "parley" else (chunk / 32768).astype(numpy.float32).tobytes())
        if kind == "parley":
            await socket.send(json.dumps({"type": "close"}))
            await asyncio.wait_for(done.wait(), 120)
        else:
            # It does not finalise anything at the end of the audio, so wait a while for what is left.
            await asyncio.sleep(15)
            await socket.send(b"END_OF_AUDIO")
        reading.cancel()


def processor_seconds():
    tree = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True).stdout.split("\n")[1:]
    parents = dict(map(int, line.split()) for line in tree if line.strip())
    of_server = {int(pid)}
    for _ in range(8):
        of_server |= {child for child, parent in parents.items() if parent in of_server}
    ticks = 0
    for process in of_server:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except FileNotFoundError:
            pass
    return ticks / os.sysconf("SC_CLK_TCK")


async def main():
    rows = conversations()
    screens = [[] for _ in rows]
    before = processor_seconds()
    await asyncio.gather(*(play(row, screen) for row, screen in zip(rows, screens)))
    spent = (processor_seconds() - before) / sum(float(row["seconds"]) for row in rows)
    lags, missed, said, written = [], 0, [], []
    for row, screen in zip(rows, screens):
        screen = [(at, normal(text)) for at, text in screen]
        for line in (folder / row["rttm"].replace(".rttm", ".stm")).read_text().strip().split("\n"):
            parts = line.split(maxsplit=5)
            end, tail = float(parts[4]), " ".join(normal(parts[5]).split()[-2:])
            hit = next((at for at, text in screen if at >= end - 0.5 and tail in " ".join(text.split()[-25:])), None)
            if hit is None or hit - end > 15:
                missed += 1
            else:
                lags.append(max(0.0, hit - end))
        said.append(normal(row["transcript"]))
        written.append(screen[-1][1] if screen else "")
    p95 = statistics.quantiles(lags, n=20)[18] if len(lags) > 1 else float("nan")
    p50 = statistics.median(lags) if lags else float("nan")
    print(f"{kind}\tstreams {count}\tlag p50 {p50:.2f} s\tp95 {p95:.2f} s\tnot shown {missed}\t"
          f"wer {100 * jiwer.wer(said, written):.1f} %\tprocessor {spent:.3f} s/s", flush=True)


asyncio.run(main())
