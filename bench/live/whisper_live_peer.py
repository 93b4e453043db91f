"""The comparison: WhisperLive's own server with faster-whisper, with one model for all clients, as it recommends.

    whisper_live_peer.py PORT MODEL
"""
import sys

from whisper_live.server import TranscriptionServer

TranscriptionServer().run(
    "127.0.0.1",
    port=int(sys.argv[1]),
    backend="faster_whisper",
    faster_whisper_custom_model_path=sys.argv[2],
    single_model=True,
    max_clients=64,
    max_connection_time=3600,
)
