#!/usr/bin/python3
"""Reads what scripts/coverage.sh counted, and judges it.

    scripts/coverage.py LCOV [OPTIONS OF MESON TEST]    the figures beside what is asked of them
    scripts/coverage.py LCOV --last [FILE…]             as well all that is missed, or in these files

Of the library, the files that read what strangers wrote are counted once more, by themselves: of them
everything is asked but what UNREACHED lists, with the reason why no test gets there.
"""
import pathlib
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent
UNREACHED = PROJECT / "tests" / "unreached.txt"
ASKED = {"library": (98, 90), "command": (95, 85), "readers": (100, 100)}
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

    def unreached(self, number):
        """Whether a line was never reached, and how many of its branches were not."""
        return not self.lines.get(number, True), list(self.branches.get(number, {}).values()).count(False)

    def missed(self):
        """By line number, what of it was never reached."""
        missed = {}
        for number in sorted({*self.lines, *self.branches}):
            line, branches = self.unreached(number)
            if line or branches:
                missed[number] = "line" if line else f"{branches} of {len(self.branches[number])} branches"
        return missed

    def without(self, numbers):
        """The same but for some lines."""
        rest = File()
        rest.lines = {number: reached for number, reached in self.lines.items() if number not in numbers}
        rest.branches = {number: all_ for number, all_ in self.branches.items() if number not in numbers}
        return rest


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


def read_unreached():
    """By file, the lines that are listed: how many branches of each are not reached."""
    listed = {}
    name = reason = None
    for number, line in enumerate(UNREACHED.read_text(encoding="utf-8").splitlines(), start=1):
        count, bar, text = line.partition("| ")
        if bar and name and count.isdecimal():
            listed[name][text] = int(count)
            reason = False
        elif line.startswith("    ") and name and reason is not None:
            reason = True
        elif line and not line.startswith(("#", " ")) and not bar and reason is not False:
            name, reason = line, None
            listed.setdefault(name, {})
        elif line and not line.startswith("#"):
            sys.exit(f"{UNREACHED}:{number}: expected a file's name, N| a line of it, or below such lines "
                     f"the reason, indented; found: {line}")
    return listed


def find_listed(name, listed):
    """By line number, what is listed of a source; and what is not there, or several times."""
    found, wrong = {}, []
    texts = [text.strip() for text in source(name)] if (PROJECT / name).is_file() else []
    for text, count in listed.items():
        above, _, line = text.rpartition(" // ")
        numbers = [number for number, other in enumerate(texts, start=1)
                   if other == line and (not above or texts[number - 2] == above)]
        if len(numbers) != 1:
            wrong.append(f"expected once, found {len(numbers)} times: {text}")
        found.update(dict.fromkeys(numbers, (count, text)))
    return found, wrong, texts


def listed_lines(name, file, listed):
    """The lines that are listed, and those right below that are not reached either: what a branch
    leads to that is never taken. What is wrong with the list; what of it was reached after all."""
    found, wrong, texts = find_listed(name, listed)
    numbers, reached, last = set(), [], 0
    for number in sorted({*file.lines, *file.branches}):
        line, branches = file.unreached(number)
        if number in found:
            count, text = found[number]
            last = number if line or branches <= count else 0
            if not line and branches < count:
                reached.append(f"only {branches} of {count} branches are not reached: {text}")
        elif not line or last == 0 or "" in texts[last:number - 1]:
            last = 0
        else:
            last = number
        numbers |= {last} - {0}
    return numbers, wrong, reached


def readers_only(files):
    """Of the readers, what tests can reach; whether the list of the rest is right."""
    listed = read_unreached()
    rest, right = {}, True
    for name in sorted({*listed, *filter(is_reader, files)}):
        numbers, wrong, reached = listed_lines(name, files.get(name, File()), listed.get(name, {}))
        if name in files and is_reader(name):
            rest[name] = files[name].without(numbers)
        else:
            wrong = ["is listed, but no reader"]
        for kind, found in (("", wrong), ("note: ", reached)):
            for what in found:
                print(f"{kind}{UNREACHED.name}: {name}: {what}")
        right = right and not wrong
    for name, file in rest.items():
        show(name, file.missed())
    return rest, right


def share(reached, count):
    return 100 * reached / count if count else 100


def judge(files):
    """The figures of each part; whether all are as high as asked."""
    readers, good = readers_only(files)
    print(f"{'':10}{'lines':>8}{'asked':>7}{'branches':>11}{'asked':>7}")
    for part, asked in ASKED.items():
        counted = readers if part == "readers" else files
        figures = [file.figures() for name, file in counted.items() if part in parts(name)]
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
        sys.exit("coverage: lower than asked; scripts/coverage.sh --last shows what is missed; what of the "
                 f"readers no test can reach, {UNREACHED.relative_to(PROJECT)} has to list")


if __name__ == "__main__":
    main()
