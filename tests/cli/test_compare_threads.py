#!/usr/bin/python3
"""scripts/compare-threads.py: rows of Markdown, whose ratios are those of the rates. No time is asserted."""

import os
import re
import subprocess
import unittest
from pathlib import Path

from harness import COMMAND, CommandCase

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/compare-threads.py"
DIGITS = SCRIPT.parents[1] / "data/digits"


class CompareThreads(CommandCase):
    def run_script(self, *arguments):
        environment = dict(self.environment, DESCENT=COMMAND)
        return subprocess.run([SCRIPT, "--seconds", "0.05", "--repeats", "1", *arguments], cwd=self.folder,
                              env=environment, capture_output=True, text=True, check=False)

    def test_rows(self):
        result = self.run_script("--load", "0,1", "--engine", "packed", DIGITS)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"processors?; packed with \w+; medians of 1\n")
        header, _, *rows = [line.strip("| ").split(" | ") for line in result.stdout.splitlines()
                               if line.startswith("|")]
        self.assertEqual(len(rows), 4)
        self.assertEqual([(row[0][:7], row[1]) for row in rows],
                         [(network, beside) for network in ("784-128", "784-800")
                          for beside in ("nothing", "1 busy loop")])
        for row in rows:
            self.assertEqual(len(row), len(header))
            default, one, every = [float(cell.replace(",", "")) for cell in row[2:5]]
            self.assertAlmostEqual(float(row[5]), default / one, delta=0.006 + 1e-3 * default / one)
            self.assertAlmostEqual(float(row[6]), default / every, delta=0.006 + 1e-3 * default / every)
            self.assertRegex(row[7], r"^\d+ %$")
        self.assertEqual(os.listdir(self.folder), [])

    def test_what_train_refuses_ends_it(self):
        result = self.run_script("nowhere")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, re.compile(r"^descent: .*nowhere"))


if __name__ == "__main__":
    unittest.main()
