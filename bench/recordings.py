"""Makes the benchmarks' own set of the recordings of the tests: enough to see that everything runs, too little to judge by.

    recordings.py SOURCES SET

A set is a folder with manifest.tsv and what that names: single recordings (kind wer), and conversations (kind
diar-constructed) with who speaks when (.rttm) and what they say (.stm); and speakers/ with a manifest.tsv of its own: who is to be
enrolled (enrol), who is to be refused (refuse), and conversations in which those enrolled are to be found (talk).
"""
import csv
import shutil
import sys
import wave
from pathlib import Path

import numpy as np
from faster_whisper import decode_audio

RATE = 16_000
SPOKEN = {
    "ls-1688-142285-0000.flac": ("en", "ls1688", "there's iron they say in all our blood and a grain or two perhaps is good but his he makes me "
                                 "harshly feel has got a little too much of steel anon"),
    "ls-1688-142285-0001.flac": ("en", "ls1688", "margaret said mister hale as he returned from showing his guest downstairs i could not help "
                                 "watching your face with some anxiety when mister thornton made his confession of having been a shop boy"),
    "ls-1688-142285-0003.flac": ("en", "ls1688", "i really liked that account of himself better than anything else he said"),
    "ls-2414-128291-0001.flac": ("en", "ls2414", "he asked himself something warm and living quickeneth me it must be in the neighbourhood"),
    "ls-367-130732-0003.flac": ("en", "ls367", "the pacific crayfish however serves every purpose and while many contend that its meat is not so "
                                "delicate in flavor as that of its eastern cousin the californian will as strenuously insist that it is "
                                "better but of course something must always be allowed for the patriotism of the californian"),
    "jfk.flac": ("en", "jfk", "and so my fellow americans ask not what your country can do for you ask what you can do for your country"),
    "mls-13697_11991_000000.flac": ("es", "mls13697", "la sorpresa y el disgusto que produjo a wentworth la substitución de una cuñada por otra el "
                                    "gesto que se dibujó en su fisonomía el asombro que manifestó y las palabras a duras penas reprimidas que "
                                    "asomaron a sus labios mientras le hablaba carlos"),
}
CONVERSATION = ["ls-367-130732-0003.flac", "ls-1688-142285-0000.flac", "ls-2414-128291-0001.flac", "ls-1688-142285-0003.flac"]
PAUSE_SECONDS = 0.5
REFERENCE, CONSENT, ANOTHER = "ls-1688-142285-0001.flac", "ls-1688-142285-0003.flac", "ls-2414-128291-0001.flac"


def spoken(samples):
    """The seconds between which the sound is within 40 dB of its peak."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max() / 100)
    return loud[0] / RATE, loud[-1] / RATE


def write_conversation(sources, file):
    """Returns its length in seconds."""
    parts, rttm, stm, position = [], [], [], 0.0
    for name in CONVERSATION:
        _, speaker, text = SPOKEN[name]
        samples = decode_audio(str(sources / name), sampling_rate=RATE)
        start, end = (position + seconds for seconds in spoken(samples))
        rttm.append(f"SPEAKER {file.stem} 1 {start:.2f} {end - start:.2f} <NA> <NA> {speaker} <NA> <NA>\n")
        stm.append(f"{file.stem} 1 {speaker} {start:.2f} {end:.2f} {text}\n")
        parts += [samples, np.zeros(int(PAUSE_SECONDS * RATE), np.float32)]
        position += len(samples) / RATE + PAUSE_SECONDS
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.concatenate(parts) * 32767).astype("<i2").tobytes())
    file.with_suffix(".rttm").write_text("".join(rttm))
    file.with_suffix(".stm").write_text("".join(stm))
    return position


def write_table(file, header, rows):
    with open(file, "w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, delimiter="\t")
        table.writerow(header)
        table.writerows(rows)


def main():
    sources, folder = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("wer", "diar", "speakers"):
        (folder / name).mkdir(parents=True)
    rows = []
    for name, (language, _, text) in SPOKEN.items():
        shutil.copy(sources / name, folder / "wer")
        seconds = len(decode_audio(str(sources / name), sampling_rate=RATE)) / RATE
        rows.append([f"wer/{name}", "wer", f"{seconds:.2f}", language, text, "", "no"])
    seconds = write_conversation(sources, folder / "diar" / "conversation.wav")
    text = " ".join(SPOKEN[name][2] for name in CONVERSATION)
    rows.append(["diar/conversation.wav", "diar-constructed", f"{seconds:.2f}", "en", text, "diar/conversation.rttm", "no"])
    write_table(folder / "manifest.tsv", ["file", "kind", "seconds", "language", "transcript", "rttm", "doubtful"], rows)

    for name in {REFERENCE, CONSENT, ANOTHER}:
        shutil.copy(sources / name, folder / "speakers")
    write_conversation(sources, folder / "speakers" / "talk.wav")
    write_table(folder / "speakers" / "manifest.tsv", ["what", "name", "file", "second", "third"], [
        ["enrol", "ls1688", REFERENCE, CONSENT, ""],
        ["refuse", "consent-of-another", REFERENCE, ANOTHER, ""],
        ["talk", "clean", "talk.wav", "talk.rttm", "talk.stm"],
    ])


if __name__ == "__main__":
    main()
