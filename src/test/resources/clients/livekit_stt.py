"""Transcribes with the OpenAI plugin of LiveKit Agents, and prints a JSON line.

arguments: a file of 16-bit samples at 24 kHz, and the last word; the server and the key come from OPENAI_BASE_URL
and OPENAI_API_KEY.
"""
import asyncio
import json
import os
import sys

from livekit import rtc
from livekit.agents import APIConnectOptions, utils
from livekit.plugins import openai

FRAME = 2400


async def run(sound, last):
    outcome = {"events": [], "text": [], "exception": None, "status": None}
    async with utils.http_context.open():
        stt = openai.STT(
            base_url=os.environ["OPENAI_BASE_URL"],
            api_key=os.environ["OPENAI_API_KEY"],
            model="gpt-4o-mini-transcribe",
            use_realtime=True,
            language="en",
        )
        stream = stt.stream(conn_options=APIConnectOptions(max_retry=0))
        # The silence tells that a turn has ended.
        samples = sound + bytes(2 * 48000)
        for at in range(0, len(samples) - FRAME, FRAME):
            stream.push_frame(
                rtc.AudioFrame(samples[at : at + FRAME], sample_rate=24000, num_channels=1, samples_per_channel=FRAME // 2)
            )
        try:
            async for event in stream:
                outcome["events"].append(event.type)
                if event.type == "final_transcript":
                    outcome["text"].append(event.alternatives[0].text)
                    if last in event.alternatives[0].text.lower():
                        break
        except Exception as exception:
            outcome["exception"] = type(exception).__name__
            outcome["status"] = getattr(exception, "status_code", getattr(exception, "status", None))
            outcome["error"] = (getattr(exception, "body", None) or {}).get("code") if isinstance(getattr(exception, "body", None), dict) else None
        await stream.aclose()
        await stt.aclose()
    return outcome


with open(sys.argv[1], "rb") as file:
    print(json.dumps(asyncio.run(run(file.read(), sys.argv[2]))))
