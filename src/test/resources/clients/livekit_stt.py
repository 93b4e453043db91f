"""Transcribes with the OpenAI plugin of LiveKit Agents, and prints a JSON line.

SOUND is a file of 16-bit samples at 24 kHz.
"""
import asyncio
import json
import os

from livekit import rtc
from livekit.agents import APIConnectOptions, utils
from livekit.plugins import openai

FRAME = 2400


async def run(sound):
    outcome = {"events": [], "text": [], "exception": None, "status": None, "error": None}
    async with utils.http_context.open():
        stt = openai.STT(
            base_url=os.environ["BASE"] + "/v1",
            api_key=os.environ["TOKEN"],
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
                    break
        except Exception as exception:
            outcome["exception"] = type(exception).__name__
            outcome["status"] = getattr(exception, "status", None)
            body = getattr(exception, "body", None)
            outcome["error"] = body["code"] if isinstance(body, dict) else None
        await stream.aclose()
        await stt.aclose()
    return outcome


with open(os.environ["SOUND"], "rb") as file:
    print(json.dumps(asyncio.run(run(file.read()))))
