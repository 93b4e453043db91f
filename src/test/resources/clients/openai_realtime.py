"""Transcribes with OpenAI's Python client over the Realtime API, and prints a JSON line.

SOUND is a file of 16-bit samples at 24 kHz, TURNS is server_vad or manual. Each event is checked against the
client's own types.
"""
import base64
import json
import os

from openai import OpenAI
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter
from websockets.exceptions import ConnectionClosed

EVENTS = TypeAdapter(RealtimeServerEvent)
COMPLETED = "conversation.item.input_audio_transcription.completed"


def run(mode, sound):
    outcome = {"events": [], "text": [], "grown": "", "error": None, "exception": None, "status": None, "close": None}
    try:
        with OpenAI(base_url=os.environ["BASE"] + "/v1", api_key=os.environ["TOKEN"], max_retries=0).realtime.connect(extra_query={"intent": "transcription"}) as connection:
            turns = None if mode == "manual" else {"type": "server_vad", "silence_duration_ms": 500}
            connection.session.update(
                session={
                    "type": "transcription",
                    "audio": {
                        "input": {
                            "format": {"type": "audio/pcm", "rate": 24000},
                            "transcription": {"model": "gpt-4o-transcribe", "language": "en"},
                            "turn_detection": turns,
                        }
                    },
                }
            )
            try:
                for at in range(0, len(sound), 4800):
                    connection.input_audio_buffer.append(audio=base64.b64encode(sound[at : at + 4800]).decode())
                if mode == "manual":
                    connection.input_audio_buffer.commit()
            except ConnectionClosed:
                # What came before is read below, and the exception raised again after it.
                pass
            while True:
                event = connection.parse_event(raw := connection.recv_bytes())
                EVENTS.validate_json(raw)
                outcome["events"].append(type(event).__name__)
                if event.type == "error":
                    outcome["error"] = event.error.code
                elif event.type.endswith("transcription.delta"):
                    outcome["grown"] += event.delta
                elif event.type == COMPLETED:
                    outcome["text"].append(event.transcript)
                    break
    except Exception as exception:
        outcome["exception"] = type(exception).__module__ + "." + type(exception).__name__
        response = getattr(exception, "response", None)
        if response is not None:
            outcome["status"] = response.status_code
            outcome["error"] = json.loads(response.body)["error"]["code"]
        received = getattr(exception, "rcvd", None)
        if received is not None:
            outcome["close"] = received.code
    return outcome


with open(os.environ["SOUND"], "rb") as file:
    print(json.dumps(run(os.environ["TURNS"], file.read())))
