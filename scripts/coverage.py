#!/usr/bin/python3
"""Reads what scripts/coverage.sh counted, and judges it.

    scripts/coverage.py LCOV [OPTIONS OF MESON TEST]    the figures beside what is asked of them
    scripts/coverage.py LCOV --last [FILE…]             as well all that is missed, or in these files

Of the library, the files that read what strangers wrote are counted once more, by themselves.
"""
import pathlib
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent
ASKED = {"library": (98, 90), "command": (95, 85), "readers": (97, 91)}
READERS = ("src/base/file.c", "src/base/folder.c", "src/base/reader.c", "src/data/", "src/image/", "src/store/",
           "src/predict/metadata.c")
# Of these rooms, what computes, or writes, or is told what the caller chose.
NO_READERS = tuple("src/" + name for name in (
    "data/augment", "data/dataset_save", "data/dataset_split", "data/elastic", "data/loader", "data/moments",
    "data/preparation.c", "data/split", "data/warp", "image/ink", "store/model_file_write", "store/safetensors_write"))


class File:
    """One source: which of its lines were reached, and which of its branches by line. What is compiled
    twice was reached where one of both was."""

    def __init__(self):
        self.lines = {}
        self.branches = {}

    def add(self, kind, fields):
        if kind == "DA":
            number, reached = int(fields[0]), fields[1] != "0"
            self.lines[number] = self.lines.get(number, False) or reached
        elif kind == "BRDA":
            branches = self.branches.setdefault(int(fields[0]), {})
            branch = tuple(fields[1:3])
            branches[branch] = branches.get(branch, False) or fields[3] not in ("-", "0")

    def figures(self):
        """Lines reached and in all, branches reached and in all."""
        branches = [taken for line in self.branches.values() for taken in line.values()]
        return sum(self.lines.values()), len(self.lines), sum(branches), len(branches)

    def missed(self):
        """By line number, what of it was never reached."""
        missed = {number: "line" for number, reached in self.lines.items() if not reached}
        for number, branches in self.branches.items():
            if number not in missed and not all(branches.values()):
                missed[number] = f"{len(branches) - sum(branches.values())} of {len(branches)} branches"
        return dict(sorted(missed.items()))


def read_counts(path):
    """The files of src/ by name."""
    files = {}
    file = None
    for line in open(path, encoding="utf-8"):
        kind, _, rest = line.rstrip("\n").partition(":")
        if kind == "SF":
            name = pathlib.Path(rest).resolve()
            inside = name.is_relative_to(PROJECT / "src")
            file = files.setdefault(str(name.relative_to(PROJECT)), File()) if inside else None
        elif file:
            file.add(kind, rest.split(","))
    return files


def source(name):
    return (PROJECT / name).read_text(encoding="utf-8").splitlines()


def show(name, missed):
    lines = source(name)
    for number, what in missed.items():
        print(f"{name}:{number}: {what}: {lines[number - 1].strip()}")


def is_reader(name):
    return name.startswith(READERS) and not name.startswith(NO_READERS)


def parts(name):
    """Which figures a file counts for."""
    if name.startswith("src/cli/"):
        return {"command"}
    return {"library", "readers"} if is_reader(name) else {"library"}


def share(reached, count):
    return 100 * reached / count if count else 100


def judge(files):
    """The figures of each part; whether all are as high as asked."""
    good = True
    print(f"{'':10}{'lines':>8}{'asked':>7}{'branches':>11}{'asked':>7}")
    for part, asked in ASKED.items():
        figures = [file.figures() for name, file in files.items() if part in parts(name)]
        lines, all_lines, branches, all_branches = map(sum, zip(*figures))
        found = share(lines, all_lines), share(branches, all_branches)
        print(f"{part:10}{found[0]:>7.2f}%{asked[0]:>6}%{found[1]:>10.2f}%{asked[1]:>6}%"
              f"   {lines} of {all_lines} lines, {branches} of {all_branches} branches")
        good = good and found[0] >= asked[0] and found[1] >= asked[1]
    return good


def main():
    path, *options = sys.argv[1:]
    files = read_counts(path)
    if options[:1] == ["--last"]:
        for name, file in sorted(files.items()):
            if name in options[1:] or not options[1:]:
                show(name, file.missed())
        print()
    if not judge(files):
        sys.exit("coverage: lower than asked; scripts/coverage.sh --last shows what is missed")


if __name__ == "__main__":
    main()
