"""The peer: senko on the CPU with its defaults.

    senko_peer.py FOLDER   < files, one a line

Writes an RTTM for each file into FOLDER and prints what DiarisationBenchmark prints.
"""
import os

# Before the libraries start their threads.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"
import resource
import sys
import tempfile
from math import gcd
from pathlib import Path

import senko
import soundfile
import torch
from scipy.signal import resample_poly

torch.set_num_threads(1)
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
diarizer = senko.Diarizer(device="cpu", warmup=True, quiet=True)
for line in sys.stdin:
    file = Path(line.rstrip("\n"))
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    samples = samples.mean(1)
    if rate != 16_000:
        common = gcd(rate, 16_000)
        samples = resample_poly(samples, 16_000 // common, rate // common)
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        soundfile.write(wav.name, samples, 16_000, subtype="PCM_16")
        began = sum(os.times()[:2])
        result = diarizer.diarize(wav.name, generate_colors=False)
        took = sum(os.times()[:2]) - began
    turns = result["merged_segments"] if result else []
    (folder / f"{file.stem}.rttm").write_text("".join(
        f"SPEAKER {file.stem} 1 {t['start']:.3f} {t['end'] - t['start']:.3f} <NA> <NA> {t['speaker']} <NA> <NA>\n"
        for t in turns))
    print(f"{file}\t{len(samples) / 16_000:.2f}\t{took:.3f}", flush=True)
print(f"peak-rss-kb\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")
