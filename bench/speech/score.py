"""Word error rate of transcripts, and time per second of audio, computed like the recordings' own scorer.

    score.py SET RESULT...

SET is a folder with manifest.tsv. A RESULT has one tab-separated line per file: file, seconds of audio,
seconds taken, language, text.
"""
import csv
import sys
import unicodedata
from pathlib import Path

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

ENGLISH, BASIC = EnglishTextNormalizer(), BasicTextNormalizer(remove_diacritics=True)


def normal(text, language):
    text = unicodedata.normalize("NFKC", text or "")
    return ENGLISH(text) if language == "en" else BASIC(text)


def main():
    folder = Path(sys.argv[1])
    with open(folder / "manifest.tsv", newline="", encoding="utf-8") as manifest:
        rows = {r["file"]: r for r in csv.DictReader(manifest, delimiter="\t")}
    for result in sys.argv[2:]:
        groups, peak, processor, start = {}, "?", 0.0, 0.0
        for line in Path(result).read_text(encoding="utf-8").split("\n"):
            fields = line.split("\t")
            if fields[0] == "peak-rss-kb":
                peak = f"{int(fields[1]) / 1024:.0f} MiB"
            if fields[0] == "cpu-seconds":
                processor = float(fields[1])
            if fields[0] == "start-cpu-seconds":
                start = float(fields[1])
            if len(fields) < 5:
                continue
            row = rows[str(Path(fields[0]).relative_to(folder))]
            if not row["transcript"]:
                continue
            clean = row["doubtful"] == "no" and "/cv-" not in row["file"]
            key = (row["kind"], row["language"], "clean" if clean else "doubtful")
            refs, hyps, times, audio = groups.setdefault(key, ([], [], [], []))
            refs.append(normal(row["transcript"], row["language"]) or "x")
            hyps.append(normal(fields[4], row["language"]))
            times.append(float(fields[2]))
            audio.append(float(row["seconds"] or fields[1]))
        for key, (refs, hyps, times, audio) in sorted(groups.items()):
            print(f"{Path(result).stem}\t{' '.join(key)}\tWER {100 * jiwer.wer(refs, hyps):.2f} %\t"
                  f"RTF {sum(times) / sum(audio):.4f}\t{len(refs)} files, {sum(audio):.0f} s")
        print(f"{Path(result).stem}\tpeak memory {peak}\tprocessor time: {start:.1f} s to start, "
              f"{processor - start:.1f} s for the recordings")


if __name__ == "__main__":
    main()
