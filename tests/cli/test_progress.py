#!/usr/bin/python3
"""The progress bar: on a terminal, within its width, and gone from the lines that stay."""

import os
import re
import signal
import subprocess
import time
import unittest

from harness import COMMAND, CommandCase, make_data

ERASE = "\r\033[K"
FRAME = re.compile(r"epoch \d+/\d+ \[=*>? *\] \d+/\d+  loss \S+  \S+ samples/s  \S+ left")


class Progress(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", train=3000, side=9)

    def watch(self, arguments, width, until, kind="xterm"):
        """What a command writes to a terminal, interrupted as soon as that holds `until`."""
        ours, its = self.open_terminal(width)
        process = subprocess.Popen([COMMAND, *arguments], cwd=self.folder, stderr=its,
                                   stdout=subprocess.DEVNULL, env=dict(self.environment, TERM=kind))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        os.close(its)
        written, interrupted, deadline = b"", False, time.monotonic() + 60
        for more in self.read_terminal(ours):
            self.assertLess(time.monotonic(), deadline, written[-1000:])
            written += more
            if not interrupted and until in written:
                interrupted = True
                process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, written[-1000:])
        return written.decode().replace("\r\n", "\n")

    def train(self, width, until=ERASE.encode() + b"epoch", kind="xterm"):
        return self.watch(["train", "data", "--out", "run", "--force", "--epochs", "1000000"], width,
                          until, kind)

    @staticmethod
    def frames(text):
        return [part for line in text.split("\n") for part in line.split(ERASE)[1:] if part]

    def test_what_it_shows(self):
        text = self.train(100)
        bars = [frame for frame in self.frames(text) if "samples/s" in frame and "left" in frame]
        self.assertGreater(len(bars), 0)
        for bar in bars:
            self.assertRegex(bar, f"^{FRAME.pattern}$")
            done, steps = map(int, re.search(r"\] (\d+)/(\d+) ", bar).groups())
            self.assertLessEqual(done, steps)
            gauge = re.search(r"\[(.*)\]", bar)[1]
            self.assertAlmostEqual(gauge.count("="), len(gauge) * done / steps, delta=1)

    def test_it_fits_the_terminal(self):
        for width in (80, 40, 12, 3):
            with self.subTest(width):
                text = self.train(width, ERASE.encode())
                for frame in self.frames(text):
                    if frame.startswith("epoch "):
                        self.assertLessEqual(len(frame), width - 3)

    def test_lines_that_stay_hold_nothing_of_it(self):
        """What is on the screen in the end: of each line, what was written after its last erasing."""
        lines = [line.rsplit(ERASE)[-1] for line in self.train(80).split("\n")]
        self.assertTrue(any(line.startswith("epoch     step") for line in lines))
        for line in lines:
            self.assertNotRegex(line, r"\]|left|\033")

    def test_none_where_it_would_be_in_the_way(self):
        row = b"  2.000e-03"  # an epoch's, with its learning rate
        self.assertNotIn("\033", self.train(80, row, kind="dumb"))
        result = self.run_command("train", "data", "--out", "all", "--epochs", "3")
        self.assertNotIn("\033", result.stderr)
        self.assertIn("\n    3 ", result.stderr)


if __name__ == "__main__":
    unittest.main()
