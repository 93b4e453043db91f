"""Transcribes with wyoming_openai, by which Home Assistant uses servers like ours, and prints a JSON line.

SOUND is a file of 16-bit samples at 24 kHz.
"""
import asyncio
import json
import os
import socket
import subprocess
import sys

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


async def connected(port, bridge):
    while bridge.poll() is None:
        client = AsyncTcpClient("127.0.0.1", port)
        try:
            await client.connect()
            return client
        except OSError:
            await asyncio.sleep(0.1)
    raise RuntimeError("wyoming_openai ended")


async def run(sound):
    port = free_port()
    bridge = subprocess.Popen(
        [sys.executable, "-m", "wyoming_openai", "--uri", f"tcp://127.0.0.1:{port}", "--languages", "en"]
        + ["--stt-openai-key", os.environ["TOKEN"], "--stt-openai-url", os.environ["BASE"] + "/v1"]
        + ["--stt-realtime-models", "whisper-1", "--stt-backend", "OPENAI"],
        stdout=sys.stderr,
    )
    try:
        client = await connected(port, bridge)
        await client.write_event(Transcribe(name="whisper-1", language="en").event())
        await client.write_event(AudioStart(rate=24000, width=2, channels=1).event())
        for at in range(0, len(sound), 4800):
            await client.write_event(AudioChunk(rate=24000, width=2, channels=1, audio=sound[at : at + 4800]).event())
        await client.write_event(AudioStop().event())
        while True:
            event = await asyncio.wait_for(client.read_event(), 60)
            if event is None:
                return {"text": [], "exception": "the connection ended"}
            if Transcript.is_type(event.type):
                return {"text": [Transcript.from_event(event).text]}
    finally:
        bridge.terminate()
        bridge.wait()


with open(os.environ["SOUND"], "rb") as file:
    print(json.dumps(asyncio.run(run(file.read()))))
