#!/usr/bin/python3
"""Each allocation of a command fails in turn: it says so in one line and ends with status 1, or its
result is the same as ever. Some allocations are tried, spread over all; with MEMORY_FAULTS=all each one."""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from harness import COMMAND, CommandCase, make_data

LIBRARY = os.environ.get("DESCENT_FAIL_MEMORY", "")
ALL = os.environ.get("MEMORY_FAULTS") == "all"
# Allocations that are tried: so many first ones and last ones, and so many of the others.
FIRST, LAST, SPREAD = 6, 3, 12

# Times, and what depends on them.
VARIES = re.compile(r'"(checksum|seconds|elapsed_seconds|samples_per_second|date)": ?"?[^,"\n]*|'
                    r"(time|seconds) .*|\d[\d,]* samples/s")
TRAIN = ["train", "data", "--engine", "packed", "--epochs", "2", "--hidden", "3", "--threads", "1",
         "--seed", "4", "-q"]


@unittest.skipUnless(LIBRARY, "allocations cannot be made to fail here")
class Memory(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")
        (self.folder / "t.csv").write_text("x,kind,target\n" + "".join(
            f"{i % 7},{'ab'[i % 2]},{3 * (i % 7) + 50 * (i % 2)}\n" for i in range(70)))
        self.succeed(*TRAIN, "--out", "run")
        self.succeed("train", "t.csv", "--regression", "--epochs", "2", "--out", "table", "-q")
        self.succeed(*TRAIN, "--lr", "0.01", "--out", "other")

    def run_failing(self, fault, arguments):
        environment = dict(self.environment, LD_PRELOAD=LIBRARY, FAIL_ALLOCATION=fault,
                           ALLOCATIONS=str(self.folder / "count"), OPENBLAS_NUM_THREADS="1")
        return subprocess.run([COMMAND, *arguments], cwd=self.folder, env=environment, text=True,
                              capture_output=True, check=False, timeout=60)

    def faults(self, count, first, last):
        if ALL:
            numbers = range(1, count + 1)
        else:
            numbers = sorted({*range(1, min(first, count) + 1), *range(max(1, count - last + 1), count + 1),
                              *(1 + i * count // SPREAD for i in range(SPREAD))})
        return [f"{number}{mode}" for number in numbers for mode in ("", "+")]

    def result(self, found):
        """What a command printed and the run's files, without times."""
        folder = self.folder / "out"
        files = {path.name: VARIES.sub("", path.read_bytes().decode("latin-1"))
                 for path in sorted(folder.glob("*")) if path.name not in ("metrics.csv", "log.txt")}
        return VARIES.sub("", found.stdout), files

    def check(self, *arguments, before=lambda: None, first=FIRST, last=LAST):
        before()
        (self.folder / "count").unlink(missing_ok=True)
        expected = self.result(self.run_failing("0", arguments))
        count = max(map(int, (self.folder / "count").read_text().split()))
        self.assertGreater(count, 0)
        for fault in self.faults(count, first, last):
            with self.subTest(" ".join(arguments), fault=fault):
                shutil.rmtree(self.folder / "out", ignore_errors=True)
                before()
                found = self.run_failing(fault, arguments)
                self.assertIn(found.returncode, (0, 1, 2), found.stderr)
                if found.returncode == 0:
                    self.assertEqual(self.result(found), expected)
                elif found.returncode == 1:
                    self.assertRegex(found.stderr.lower(), "memory")
                else:  # popt forgets the operands where it has no memory for their list
                    self.assertIn("expected ", found.stderr)

    def test_reading(self):
        for command in (["evaluate", "run", "data", "--json"], ["evaluate", "run", "data"],
                        ["predict", "table", "t.csv"], ["predict", "run", "data", "--json"],
                        ["inspect", "run", "--json"], ["inspect", "data"], ["runs", "run", "--json"],
                        ["plot", "run", "--text"], ["doctor", "run", "--json"],
                        ["walk", "parabola", "--json"], ["compare", "run", "other"], ["help", "train"],
                        ["completions", "bash"]):
            self.check(*command)

    def test_folders(self):
        """The stream of each takes memory as well: a folder is not empty for want of it."""
        self.check("data", "--json", first=25)

    def test_training(self):
        self.check(*TRAIN, "--json", "--out", "out")

    def test_resuming(self):
        self.check("train", "--resume", "out", "--epochs", "3", "-q", "--json",
                   before=lambda: shutil.copytree(self.folder / "run", self.folder / "out",
                                                  dirs_exist_ok=True))

    def test_a_table_that_is_fitted(self):
        """Its columns are chosen by their width, which takes memory at the end."""
        self.check("runs", "run", "other", first=0, last=25)

    def test_a_study_that_is_there(self):
        study = ["sweep", "data", "--out", "study", "--jobs", "1", "--vary", "lr=0.01,0.1", "--epochs", "1",
                 "--hidden", "3", "--engine", "packed", "--threads", "1", "--json"]
        self.succeed(*study)
        self.check(*study, first=0)

    def test_writing(self):
        self.check("convert", "t.csv", "out", "--label-column", "kind")

    def make_out(self):
        (self.folder / "out").mkdir(exist_ok=True)

    def test_writing_more_than_a_buffer(self):
        """It grows where the table is written, and fails there."""
        (self.folder / "long.csv").write_text("x,kind\n" + "".join(
            f"{i % 7},{'ab'[i % 2]}\n" for i in range(1500)))
        self.check("predict", "table", "long.csv", "--out", "out/answers.csv", before=self.make_out, first=0)

    def test_drawing_several(self):
        """Each of them, or none."""
        self.check("plot", "run", "other", "--text", first=25)

    def test_exporting(self):
        self.check("export", "run", "--html", "out/page.html",
                   before=self.make_out)
        self.check("export", "run", "--c", "out/net.c", before=self.make_out, first=0)


if __name__ == "__main__":
    unittest.main()
