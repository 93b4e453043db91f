"""What Deepgram's library for Python gets for a stream, as one JSON object."""
import json
import os
import sys
import threading

from deepgram import DeepgramClient, DeepgramClientEnvironment
from deepgram.core.api_error import ApiError
from deepgram.core.events import EventType
from websockets.exceptions import InvalidStatus

base, token, stranger, samples = (os.environ[name] for name in ("BASE", "TOKEN", "STRANGER", "SAMPLES"))
here = DeepgramClientEnvironment(base=base, production=base.replace("http", "ws"), agent=base, agent_rest=base)
client = DeepgramClient(api_key=token, environment=here)
with open(samples, "rb") as file:
    audio = file.read()
bare = {"encoding": "linear16", "sample_rate": 16000}


def stream(parts, **options):
    """Sends the parts, of which functions are called with the connection; returns what came."""
    got = {"messages": [], "errors": []}
    finalized = threading.Event()

    def received(message):
        got["messages"].append(message)
        if getattr(message, "from_finalize", False):
            finalized.set()

    with client.listen.v1.connect(model="nova-3", language="en", **options) as connection:
        connection.on(EventType.MESSAGE, received)
        connection.on(EventType.ERROR, lambda error: got["errors"].append(error))
        listener = threading.Thread(target=connection.start_listening)
        listener.start()
        for part in parts:
            part(connection) if callable(part) else connection.send_media(part)
            if part is finalize:
                finalized.wait(60)
        listener.join(120)
    return got


def chunks(sound):
    return [sound[at : at + 3200] for at in range(0, len(sound), 3200)]


def finalize(connection):
    connection.send_finalize()


def keep_alive(connection):
    connection.send_keep_alive()


def close(connection):
    connection.send_close_stream()


def nonsense(connection):
    connection._send({"type": "Nonsense"})


def refused(by, **options):
    try:
        with by.listen.v1.connect(model="nova-3", **options):
            return 200
    except ApiError as problem:
        return problem.status_code
    except InvalidStatus as problem:
        # The library raises its own error only with old versions of websockets.
        return problem.response.status_code


def text(results):
    return " ".join(filter(None, (result.channel.alternatives[0].transcript for result in results)))


whole = stream(
    [nonsense, keep_alive, *chunks(audio), close],
    interim_results=True, punctuate=True, vad_events=True, endpointing=300, utterance_end_ms=1000, **bare,
)
results = [message for message in whole["messages"] if message.type == "Results"]
finals = [result for result in results if result.is_final]
last = whole["messages"][-1]
word = finals[0].channel.alternatives[0].words[0]
flushed = stream([*chunks(audio[:96000]), finalize, close], **bare)["messages"]
broken = stream([b"no audio" * 20])
json.dump(
    {
        "first": [type(whole["messages"][0]).__name__, whole["messages"][0].variant],
        "text": text(finals),
        "speech_final": sum(result.speech_final for result in finals),
        "started": sum(message.type == "SpeechStarted" for message in whole["messages"]),
        "ends": [message.last_word_end for message in whole["messages"] if message.type == "UtteranceEnd"],
        "word": [word.word, word.punctuated_word, word.end > word.start, word.confidence],
        "last": [type(last).__name__, last.duration, last.request_id == results[0].metadata.request_id, len(last.sha256)],
        "model": finals[0].metadata.model_info.name,
        "errors": [repr(error) for error in whole["errors"]],
        "flushed": [text(result for result in flushed if result.type == "Results"), sum(result.type == "Results" and result.from_finalize for result in flushed)],
        "broken": [broken["messages"][-1].type, broken["messages"][-1].variant, type(broken["errors"][0]).__name__, broken["errors"][0].rcvd.code, broken["errors"][0].rcvd.reason],
        "refused": {
            "token": refused(DeepgramClient(api_key="sgk_wrong", environment=here), **bare),
            "permission": refused(DeepgramClient(api_key=stranger, environment=here), **bare),
            "value": refused(client, encoding="linear16"),
        },
    },
    sys.stdout,
)
