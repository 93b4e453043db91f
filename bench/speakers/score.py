"""Scores bench/speakers/run.

    score.py list SET            the recordings that have a reference
    score.py enrolments SET      what EnrolmentBenchmark is to try
    score.py score SET RESULTS   the figures

The diarisation error rate is what NIST defines: missed, false and confused speech over all speech of the references, each
second counted once for each who speaks, after the best one-to-one mapping of labels; with a collar, so much on both sides
of each boundary of the reference is left out. Time is cut into 10 ms.
"""
import csv
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

STEPS = 100


def table(file):
    with open(file, newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def recordings(folder):
    """-> group, recording, reference"""
    for row in table(folder / "manifest.tsv"):
        if row["kind"] in ("diar-real", "diar-constructed") and "stereo" not in row["file"]:
            yield row["kind"], folder / row["file"], folder / row["rttm"]
    for row in table(folder / "speakers" / "manifest.tsv"):
        if row["what"] == "talk":
            yield f"conversation-{row['name']}", folder / "speakers" / row["file"], folder / "speakers" / row["second"]


def read_rttm(file):
    fields = [line.split() for line in file.read_text().splitlines()]
    return [(float(f[3]), float(f[3]) + float(f[4]), f[7]) for f in fields if len(f) > 7]


def grid(turns, length):
    names = sorted({name for *_, name in turns})
    active = np.zeros((max(1, len(names)), length), bool)
    for start, end, name in turns:
        active[names.index(name), round(start * STEPS):round(end * STEPS)] = True
    return names, active


def errors(reference, heard, collar):
    """-> missed, false, confused, all seconds"""
    length = 1 + int(STEPS * max([end for _, end, _ in reference + heard], default=0))
    _, truth = grid(reference, length)
    _, guess = grid(heard, length)
    scored = np.ones(length, bool)
    for boundary in [time for start, end, _ in reference for time in (start, end)]:
        scored[max(0, round((boundary - collar) * STEPS)):round((boundary + collar) * STEPS)] = False
    truth, guess = truth[:, scored].astype("float32"), guess[:, scored].astype("float32")
    common = truth @ guess.T
    rows, columns = linear_sum_assignment(-common)
    spoken, said = truth.sum(0), guess.sum(0)
    return np.array([np.maximum(spoken - said, 0).sum(), np.maximum(said - spoken, 0).sum(),
                     np.minimum(spoken, said).sum() - common[rows, columns].sum(), spoken.sum()]) / STEPS


def diarisation(folder, results):
    """Prints a table with a column for each result of a system, and what is missed, false and confused."""
    systems, shares = {}, []
    for result in sorted(results.glob("*-*.tsv")):
        times, peak = {}, "?"
        for fields in (line.split("\t") for line in result.read_text().splitlines()):
            if fields[0] == "peak-rss-kb":
                peak = f"{int(fields[1]) / 1024:.0f} MiB"
            else:
                times[fields[0]] = (float(fields[1]), float(fields[2]))
        groups, agreed, figures = {}, {}, {}
        for group, recording, reference in recordings(folder):
            truth = read_rttm(reference)
            heard = read_rttm(results / result.stem / f"{recording.stem}.rttm")
            groups.setdefault(group, []).append([errors(truth, heard, collar) for collar in (0.25, 0)])
            live = results / result.stem / f"{recording.stem}.live.rttm"
            if live.exists():
                agreed.setdefault(group, []).append(errors(heard, read_rttm(live), 0))
        for group, scores in groups.items():
            collared, plain = np.sum(scores, 0)
            figures[f"DER {group}"] = (f"{100 * collared[:3].sum() / collared[3]:.1f} | "
                                       f"{100 * plain[:3].sum() / plain[3]:.1f} %")
            parts = " ".join(f"{name} {100 * value / plain[3]:.1f}"
                             for name, value in zip(("missed", "false", "confused"), plain))
            shares.append(f"{result.stem}\t{group}\t{parts} % without a collar")
        for group, scores in agreed.items():
            missed, _, confused, spoken = np.sum(scores, 0)
            figures[f"live agrees, {group}"] = f"{100 * (1 - (missed + confused) / spoken):.1f} %"
        audio, spent = np.sum(list(times.values()), 0)
        figures["processor time per second"] = f"{spent / audio:.4f} s"
        figures["peak memory"] = peak
        systems[result.stem] = figures
    print_table(systems)
    print(*shares, sep="\n")


def print_table(systems):
    rows = list(dict.fromkeys(row for figures in systems.values() for row in figures))
    for row in ["", *rows]:
        cells = [figures.get(row, "–") if row else name for name, figures in systems.items()]
        print(f"{row:36}" + "".join(f"{cell:>16}" for cell in cells))


def enrolments(folder):
    home = folder / "speakers"
    for row in table(home / "manifest.tsv"):
        if row["what"] == "talk":
            print(f"find\t{home / row['file']}")
        else:
            print(f"{row['what']}\t{row['name']}\t{home / row['file']}\t{home / row['second']}")


def naming(folder, results):
    lines = [line.split("\t") for line in (results / "enrolment.tsv").read_text().splitlines()]
    enrolled = [f[1] for f in lines if f[0] == "enrol" and f[2] == "accepted"]
    for what in ("enrol", "refuse"):
        tried = [f for f in lines if f[0] == what]
        right = [f for f in tried if (f[2] == "accepted") == (what == "enrol")]
        print(f"{what}\t{len(right)} of {len(tried)}\t{'; '.join(f'{f[1]}: {f[2]}' for f in tried)}")
    for row in table(folder / "speakers" / "manifest.tsv"):
        if row["what"] != "talk":
            continue
        truth = read_rttm(folder / "speakers" / row["second"])
        heard = [(float(f[2]), float(f[3]), f[4]) for f in lines if f[0] == "turn" and f[1] == row["file"]]
        length = 1 + int(STEPS * max(end for _, end, _ in truth + heard))
        people, spoken = grid(truth, length)
        names, said = grid(heard, length)
        theirs = sum(spoken[i].sum() for i, p in enumerate(people) if p in enrolled)
        right = wrong = 0
        for name, given in zip(names, said):
            if name in enrolled:
                own = spoken[people.index(name)] if name in people else np.zeros(length, bool)
                right += (given & own).sum()
                wrong += (given & spoken.any(0) & ~own).sum()
        print(f"names in {row['file']}\t{100 * right / theirs:.1f} % of enrolled people's speech\t"
              f"wrong names {100 * wrong / spoken.sum():.2f} % of all speech")


def main():
    folder = Path(sys.argv[2])
    if sys.argv[1] == "list":
        for _, recording, _ in recordings(folder):
            print(recording)
    elif sys.argv[1] == "enrolments":
        enrolments(folder)
    else:
        diarisation(folder, Path(sys.argv[3]))
        naming(folder, Path(sys.argv[3]))


if __name__ == "__main__":
    main()
