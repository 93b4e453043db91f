"""What Deepgram's library for Python gets for a recording, as one JSON object."""
import json
import os
import sys

from deepgram import DeepgramClient, DeepgramClientEnvironment
from deepgram.core.api_error import ApiError

base, token, stranger, recording = (os.environ[name] for name in ("BASE", "TOKEN", "STRANGER", "RECORDING"))
here = DeepgramClientEnvironment(base=base, production=base.replace("http", "ws"), agent=base, agent_rest=base)
client = DeepgramClient(api_key=token, environment=here)
with open(recording, "rb") as file:
    audio = file.read()


def transcribe(by=client, request=audio, **options):
    return by.listen.v1.media.transcribe_file(
        request=request, model="nova-3", request_options={"max_retries": 0, "timeout_in_seconds": 300}, **options
    )


def error(call):
    try:
        call()
    except ApiError as problem:
        return [type(problem).__name__, problem.status_code, problem.body.get("err_code")]
    return ["nothing"]


answer = transcribe(smart_format=True, utterances=True, diarize=True, detect_language=True, tag=["one"], keyterm=["Americans"])
channel = answer.results.channels[0]
said = channel.alternatives[0]
json.dump(
    {
        "text": said.transcript,
        "plain": transcribe().results.channels[0].alternatives[0].transcript,
        "confidence": said.confidence,
        "words": [[word.word, word.punctuated_word, word.speaker] for word in said.words],
        "times": [word.start < word.end for word in said.words],
        "paragraphs": said.paragraphs.transcript,
        "utterances": [utterance.transcript for utterance in answer.results.utterances],
        "language": channel.detected_language,
        "duration": answer.metadata.duration,
        "request": answer.metadata.request_id,
        "model": answer.metadata.model_info[answer.metadata.models[0]]["name"],
        "errors": {
            "url": error(
                lambda: client.listen.v1.media.transcribe_url(url="https://example.org/a.wav", request_options={"max_retries": 0})
            ),
            "callback": error(lambda: transcribe(callback="https://example.org/")),
            "token": error(lambda: transcribe(DeepgramClient(api_key="sgk_wrong", environment=here))),
            "permission": error(lambda: transcribe(DeepgramClient(api_key=stranger, environment=here))),
            "media": error(lambda: transcribe(request=b"no audio")),
        },
        "bearer": transcribe(DeepgramClient(access_token=token, environment=here)).results.channels[0].alternatives[0].transcript,
    },
    sys.stdout,
)
