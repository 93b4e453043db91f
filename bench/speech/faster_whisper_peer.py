"""The comparison: faster-whisper with its default quality settings (beam 5, temperature fallback) and its voice activity filter.

    faster_whisper_peer.py MODEL THREADS HINT   < files, one per line

Same output as RecognitionBenchmark. HINT is a language or -.
"""
import os
import resource
import sys
import time

from faster_whisper import WhisperModel

model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[2]))
print(f"start-cpu-seconds\t{sum(os.times()[:2]):.1f}", flush=True)
hint = None if sys.argv[3] == "-" else sys.argv[3]
for line in sys.stdin:
    file = line.rstrip("\n")
    began = time.monotonic()
    segments, info = model.transcribe(file, language=hint, beam_size=5, vad_filter=True)
    text = " ".join(segment.text.strip() for segment in segments)
    took = time.monotonic() - began
    print(f"{file}\t{info.duration:.2f}\t{took:.3f}\t{info.language}\t{text}", flush=True)
print(f"cpu-seconds\t{sum(os.times()[:2]):.1f}")
print(f"peak-rss-kb\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")
