"""What OpenAI's library for Python gets for a recording, as one JSON object."""
import json
import os
import sys

import openai
from openai import OpenAI

base, token, stranger, recording, foreign = (os.environ[name] for name in ("BASE", "TOKEN", "STRANGER", "RECORDING", "FOREIGN"))
client = OpenAI(base_url=base + "/v1", api_key=token, max_retries=0, timeout=300)


def error(call):
    try:
        call()
    except openai.OpenAIError as problem:
        return [type(problem).__name__, getattr(problem, "code", None), getattr(problem, "param", None)]
    return ["nothing"]


def transcribe(of=client, **options):
    with open(recording, "rb") as file:
        return of.audio.transcriptions.create(file=file, model="whisper-1", **options)


plain = transcribe(include=["logprobs"])
verbose = transcribe(response_format="verbose_json", timestamp_granularities=["word", "segment"])
deltas = []
done = None
for event in transcribe(stream=True, include=["logprobs"]):
    if event.type == "transcript.text.delta":
        deltas.append(event.delta)
    else:
        done = event
with open(foreign, "rb") as file:
    translation = client.audio.translations.create(file=file, model="whisper-1", response_format="verbose_json")
other = OpenAI(base_url=base + "/v1", api_key=stranger, max_retries=0)
json.dump(
    {
        "text": plain.text,
        "usage": [plain.usage.type, plain.usage.seconds],
        "tokens": "".join(token.token for token in plain.logprobs),
        "logprob": plain.logprobs[0].logprob,
        "words": [word.word for word in verbose.words],
        "segments": len(verbose.segments),
        "deltas": "".join(deltas),
        "done": [type(done).__name__, done.text, done.usage.type, "".join(token.token for token in done.logprobs)],
        "subtitles": transcribe(response_format="srt"),
        "translation": [translation.language, translation.text, len(translation.segments)],
        "models": [model.id for model in client.models.list()],
        "model": client.models.retrieve("whisper-1").object,
        "errors": {
            "format": error(lambda: transcribe(response_format="xml")),
            "model": error(lambda: client.models.retrieve("gpt-9")),
            "token": error(lambda: OpenAI(base_url=base + "/v1", api_key="sgk_wrong", max_retries=0).models.list()),
            "permission": error(lambda: transcribe(other)),
            "media": error(lambda: client.audio.transcriptions.create(file=("a.wav", b"no audio"), model="whisper-1")),
        },
    },
    sys.stdout,
)
