"""How many of the spoken terms are written, and what else the list changes.

    score.py SET RESULT...

SET is a folder with manifest.tsv. A RESULT has one tab-separated line per file, as RecognitionBenchmark writes it. Letters' case,
punctuation and hyphens are ignored.

recall      spoken occurrences of the terms of terms.txt that the transcript has
inserted    occurrences of any listed term that were not spoken, per hundred words of the references
"""
import csv
import re
import sys
import unicodedata
from pathlib import Path

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

HERE = Path(__file__).parent
ENGLISH, BASIC = EnglishTextNormalizer(), BasicTextNormalizer(remove_diacritics=True)


def plain(text):
    folded = unicodedata.normalize("NFKD", text or "")
    folded = "".join(c for c in folded if not unicodedata.combining(c)).lower().replace("’", "'")
    return " ".join(re.findall(r"[\w']+", folded))


def count(term, text):
    return len(re.findall(rf"\b{re.escape(term)}(?:'s)?(?![\w'])", text))


def terms(name):
    return [plain(line) for line in (HERE / name).read_text(encoding="utf-8").split("\n") if line]


def normal(text, language):
    return ENGLISH(text) if language == "en" else BASIC(text)


def main():
    folder = Path(sys.argv[1])
    with open(folder / "manifest.tsv", newline="", encoding="utf-8") as manifest:
        rows = {r["file"]: r for r in csv.DictReader(manifest, delimiter="\t")}
    wanted = terms("terms.txt")
    listed = wanted + terms("decoys.txt")
    for result in sys.argv[2:]:
        spoken = written = inserted = words = 0
        missed, wrong, refs, hyps = [], [], [], []
        taken = audio = 0.0
        for line in Path(result).read_text(encoding="utf-8").split("\n"):
            fields = line.split("\t")
            if len(fields) < 5:
                continue
            row = rows[str(Path(fields[0]).relative_to(folder))]
            if not row["transcript"]:
                continue
            taken, audio = taken + float(fields[2]), audio + float(fields[1])
            said, heard = plain(row["transcript"]), plain(fields[4])
            words += len(said.split())
            refs.append(normal(row["transcript"], row["language"]) or "x")
            hyps.append(normal(fields[4], row["language"]))
            for term in listed:
                there, found = count(term, said), count(term, heard)
                inserted += max(0, found - there)
                wrong += [term] * max(0, found - there)
                if term in wanted:
                    spoken, written = spoken + there, written + min(there, found)
                    missed += [term] * max(0, there - found)
        print(f"{Path(result).stem}\trecall {written}/{spoken} = {100 * written / spoken:.1f} %\t"
              f"inserted {inserted} = {100 * inserted / words:.2f} %\tWER {100 * jiwer.wer(refs, hyps):.2f} %\t"
              f"RTF {taken / audio:.3f}")
        print(f"  missed: {', '.join(sorted(missed))}\n  inserted: {', '.join(sorted(wrong))}")


if __name__ == "__main__":
    main()
