#!/usr/bin/env python3
"""Makes campplus/means.bin: what the embeddings of all voices have in common over wide lines and over telephones.

    make_means.py MODEL RECORDINGS OUTPUT

RECORDINGS has a line for each recording of speech, with tabs between: voice, file, first and last second (empty: all
of it). A voice's speech is cut into three seconds each, embedded as it is and over a simulated telephone (8 kHz,
300-3,400 Hz, mu-law); the means are of the voices' means. Needs numpy, scipy, soundfile and onnxruntime.
"""
import csv
import math
import struct
import sys
from collections import defaultdict

import numpy as np
import onnxruntime
import soundfile
from scipy.signal import butter, resample_poly, sosfilt

RATE, BANDS, PIECE = 16_000, 80, 3 * 16_000


def load(file, start, end):
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    samples = samples.mean(1)[int(float(start or 0) * rate):int(float(end) * rate) if end else None]
    common = math.gcd(rate, RATE)
    return resample_poly(samples, RATE // common, rate // common).astype("float32") if rate != RATE else samples


def mel(hertz):
    return 1127 * np.log(1 + hertz / 700)


def filters():
    low, step = mel(20), (mel(8000) - mel(20)) / (BANDS + 1)
    at = mel(np.arange(257) * RATE / 512)
    left = low + step * np.arange(BANDS)[:, None]
    weights = np.minimum((at - left) / step, (left + 2 * step - at) / step)
    weights[:, 256] = 0
    return np.maximum(weights, 0).astype("float32")


FILTERS = filters()
POVEY = ((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85).astype("float32")


def features(samples):
    frames = np.lib.stride_tricks.sliding_window_view(samples, 400)[::160]
    frames = frames - frames.mean(1, keepdims=True)
    frames = frames - 0.97 * np.concatenate([frames[:, :1], frames[:, :-1]], 1)
    power = np.abs(np.fft.rfft(frames * POVEY, 512)).astype("float32") ** 2
    logs = np.log(np.maximum(power @ FILTERS.T, 1.1920929e-7))
    return (logs - logs.mean(0)).astype("float32")


def direction(numbers):
    return numbers / np.linalg.norm(numbers, axis=-1, keepdims=True)


def telephone(samples):
    narrow = sosfilt(butter(4, [300 / 4000, 3400 / 4000], "band", output="sos"), resample_poly(samples, 1, 2))
    narrow = np.clip(narrow, -1, 1)
    steps = np.round(np.sign(narrow) * np.log1p(255 * abs(narrow)) / np.log(256) * 127) / 127
    return resample_poly(np.sign(steps) * (256 ** abs(steps) - 1) / 255, 2, 1).astype("float32")


def level(samples):
    """The same at -26 dBFS, as speech is recorded."""
    frames = np.sort([np.mean(samples[i:i + 320] ** 2) for i in range(0, len(samples) - 320, 320)])
    return samples * (10 ** (-26 / 20) / np.sqrt(np.mean(frames[len(frames) // 2:]) + 1e-12))


def pieces(recordings):
    for samples in recordings:
        samples = level(samples).astype("float32")
        for start in range(0, max(1, len(samples) - PIECE // 2), PIECE):
            if len(samples) - start >= PIECE // 2:
                yield samples[start:start + PIECE]


def main():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])

    def embeddings(sounds):
        return direction(np.array([session.run(None, {"feats": features(s)[None]})[0][0] for s in sounds], "float64"))

    voices = defaultdict(list)
    with open(sys.argv[2], newline="", encoding="utf-8") as table:
        for voice, file, start, end in csv.reader(table, delimiter="\t"):
            voices[voice].append(load(file, start, end))
    wide = {v: embeddings(pieces(r)) for v, r in voices.items()}
    narrow = {v: embeddings(telephone(p) for p in pieces(r)) for v, r in voices.items()}
    means = [np.mean([e.mean(0) for e in group.values()], 0) for group in (wide, narrow)]
    with open(sys.argv[3], "wb") as output:
        output.write(struct.pack(">i", 192))
        for numbers in means:
            output.write(np.asarray(numbers, ">f4").tobytes())
    print(f"{len(voices)} voices, {sum(len(e) for e in wide.values())} pieces")


if __name__ == "__main__":
    main()
