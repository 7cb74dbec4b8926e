#!/usr/bin/python3
"""What fits on a screen: lines of 80 columns at most, and about twenty rows of a long training."""

import csv
import json
import os
import re
import signal
import subprocess
import tempfile
import unittest

from harness import COMMAND, CommandCase, make_data
from pictures import png

COLUMNS = 80

# Epochs of milliseconds save so often that a disk's answers would take most of the time.
tempfile.tempdir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

NAMES = re.findall(r"^  ([a-z][a-z-]+) ", subprocess.run([COMMAND, "--help"], capture_output=True,
                                                         text=True, check=True).stdout, re.MULTILINE)


def shown(said):
    """The epochs that have a row in the table."""
    return [int(epoch) for epoch in re.findall(r"^ *(\d+) +\d+ +[\d.]+", said, re.MULTILINE)]


class EpochTable(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, *options, data="data"):
        done = self.succeed("train", data, "--out", "run", "--force", "--hidden", "2", *options)
        for line in done.stderr.splitlines():
            self.assertLessEqual(len(line), COLUMNS, line)
        return done.stderr

    def test_a_short_run_shows_all(self):
        self.assertEqual(shown(self.train("--epochs", "20")), list(range(21)))

    def test_a_long_run_shows_about_twenty(self):
        for epochs in (21, 22, 33, 50, 74, 80, 81, 100, 161, 320, 321, 801, 1000, 1601):
            with self.subTest(epochs):
                rows = shown(self.train("--epochs", epochs, "--validation", "0", "--checkpoint-every", "0"))
                self.assertGreaterEqual(len(rows), 10)
                self.assertLessEqual(len(rows), 24)
                self.assertEqual(rows[:3], [0, 1, 2])
                self.assertEqual(rows[-1], epochs)
                steps = [after - before for before, after in zip(rows, rows[1:-1])]
                self.assertEqual(steps, sorted(steps))
                self.assertEqual(len(self.rows("run")), epochs + 1)

    def test_the_epochs_of_a_long_run(self):
        self.assertEqual(shown(self.train("--epochs", "74")),
                         [0, 1, 2, *range(5, 75, 5), 74])
        self.assertEqual(shown(self.train("--epochs", "1000")),
                         [0, 1, 2, 5, 10, 20, 50, *range(100, 1001, 100)])

    def test_the_user_chooses(self):
        self.assertEqual(shown(self.train("--epochs", "30", "--log-every", "1")), list(range(31)))
        self.assertEqual(shown(self.train("--epochs", "10", "--log-every", "4")), [0, 4, 8, 10])

    def test_the_best_epoch_is_shown(self):
        """Below the last row, by its step, unless its row stands above."""
        for seed in range(1, 6):
            said = self.train("--epochs", "74", "--seed", seed)
            result = json.loads((self.folder / "run/result.json").read_text())
            best = result["best_epoch"]
            row = self.rows("run")[best]
            found = re.findall(r"^ best +(\d+)  (.*)$", said, re.MULTILINE)
            if best in shown(said):
                self.assertEqual(found, [])
                continue
            self.assertEqual([int(step) for step, _ in found], [int(row["step"])])
            self.assertAlmostEqual(float(found[0][1].split()[3]), float(row["validation_loss"]), 6)

    def test_where_a_run_stops_is_shown(self):
        rows = shown(self.train("--epochs", "1000", "--target-accuracy", "0.3"))
        self.assertEqual(rows[-1], len(self.rows("run")) - 1)

    def test_columns_of_numbers_and_of_the_test(self):
        lines = [f"{i},{i % 7},{1e6 * i - 3e7}\n" for i in range(80)]
        (self.folder / "table.csv").write_text("a,b,y\n" + "".join(lines))
        for options in ((), ("--raw-targets", "--lr", "1e-9"), ("--validation", "0")):
            self.train("--regression", "--label-column", "y", "--epochs", "50", *options, data="table.csv")
        self.assertIn("test loss  accuracy\n", self.train("--epochs", "50", "--log-test"))
        said = self.train("--regression", "--label-column", "y", "--epochs", "3", "--log-test",
                          data="table.csv")
        self.assertRegex(said, r"train loss +R2  valid loss +R2   test loss +R2\n")
        row = next(line.split() for line in said.splitlines() if line.startswith("    3 "))
        with (self.folder / "run/metrics.csv").open() as file:
            kept = list(csv.DictReader(file))[3]
        self.assertEqual(row[6:], [f"{float(kept['test_loss']):.6f}", f"{float(kept['test_r2']):.4f}"])


class Width(CommandCase):
    """No line is wider than the terminal, or than 80 columns where there is none. What is to be copied
    stays whole: a command in an example, and a word with a slash, as paths and addresses have, which
    may stand out at the end of its line."""

    COMMANDS = [
        *([name, option] for name in NAMES for option in ("-h", "--help")),
        ["--help"], ["data"],
        ["train", "digits", "--epochs", "30", "--out", "new", "--force"],
        ["train", "digits", "--epochs", "3", "--out", "new", "--force", "--log-test", "--log-layers"],
        ["train", "digits", "--epochs", "3", "--out", "new", "--force", "--log-sharpness"],
        ["train", "table.csv", "--epochs", "3", "--out", "new", "--force"],
        ["train", "table.csv", "--regression", "--label-column", "size", "--epochs", "3", "--out", "new",
         "--force", "--log-test"],
        ["evaluate", "run", "digits"], ["evaluate", "of-table", "table.csv"],
        ["evaluate", "of-size", "table.csv"], ["evaluate", "run", "other", "digits"],
        ["predict", "run", "3.png"], ["predict", "run", "3.png", "--show"],
        ["predict", "run", "3.png", "--probabilities"], ["predict", "of-wide", "3.png", "--show"],
        ["inspect", "run"], ["inspect", "of-table"], ["inspect", "digits"], ["inspect", "table.csv"],
        ["inspect", "table.csv", "--regression", "--label-column", "size"],
        ["export", "run", "--c", "run.c", "--force"],
        ["doctor", "run"], ["doctor", "of-table"], ["doctor", "of-size"],
        ["convert", "digits", "converted", "--force"],
        ["plot", "run"], ["plot", "run", "other"], ["sharpness", "run"],
        ["runs", "run", "other"], ["runs", "run", "of-table", "--details"],
        ["bench", "digits", "--layers", "64-16-10", "--batch", "32", "--seconds", "0.02"],
        ["bench", "digits", "--layers", "64-16-10", "--batch", "32", "--seconds", "0.02", "--details"],
        ["find-lr", "digits", "--hidden", "8"], ["check-gradient", "--elements", "3"],
        ["walk", "parabola", "--steps", "20"], ["walk", "saddle", "--steps", "20"],
        ["walk", "x^2 + 3*y^2", "--steps", "20"], ["walk", "line"],
        # errors
        ["train", "digist"], ["train", "no-such-data-at-all"], ["train", "3.png"],
        ["train", "table.csv", "--label-column", "sorts"], ["evaluate", "run/checkpoint.safetensors",
                                                           "digits"],
        ["train", "digits", "--schedule", "none"], ["plot", "run", "--what", "nothing"],
    ]

    def setUp(self):
        super().setUp()
        rows = "".join(f"{i},{i % 7},{'red green blue'.split()[i % 3]},{i * i % 31},{'ab'[i % 2]}\n"
                       for i in range(80))
        (self.folder / "table.csv").write_text("number,length,colour,size,sort\n" + rows)
        (self.folder / "3.png").write_bytes(png(8, 8, [255 * (i % 9 == 0) for i in range(64)]))
        make_data(self.folder / "wide", side=50)
        for data, run, *options in (("digits", "run"), ("wide", "of-wide", "--hidden", "2"), ("digits", "other", "--lr", "0.01"),
                                    ("table.csv", "of-table", "--label-column", "sort"),
                                    ("table.csv", "of-size", "--label-column", "size",
                                     "--regression")):
            self.succeed("train", data, "-q", "--epochs", "2", "--out", run, *options)

    def shown(self, width, command):
        """What a terminal shows: of each line what was written after its last erasing."""
        ours, its = self.open_terminal(width)
        environment = dict(self.environment, TERM="xterm-256color", LC_ALL="C.UTF-8")
        process = subprocess.Popen([COMMAND, *command], cwd=self.folder, stdout=its, stderr=its,
                                   stdin=subprocess.DEVNULL, env=environment)
        os.close(its)
        written = b"".join(self.read_terminal(ours))
        process.wait()
        text = written.decode().replace("\r\n", "\n")
        return re.sub(r"\033\[[\d;]*[A-Za-z]", "", re.sub(r"[^\n]*\r\033\[K", "", text))

    def check(self, width, said, command):
        for line in said.splitlines():
            words = line.rstrip().rsplit(None, 1)
            before = words[0] if len(words) == 2 else ""
            shown = before if words and "/" in words[-1] else line
            if not line.startswith("  descent "):
                self.assertLessEqual(len(shown), width, f"{command}: {line}")

    def test_terminals(self):
        for width in (80, 60):
            for command in self.COMMANDS:
                with self.subTest(f"{width}: {' '.join(command)}"):
                    said = self.shown(width, command)
                    self.assertGreater(len(said), 10)
                    self.check(width, said, command)

    def test_a_very_narrow_terminal(self):
        command = ["train", "digits", "--epochs", "3", "--out", "new", "--force"]
        said = self.shown(40, command)
        self.assertRegex(said, r"\ntime {8}.*\n {12}.*samples/s")
        self.check(40, said, command)

    def test_a_narrow_table_of_epochs_keeps_whole_columns_and_the_log_all(self):
        said = self.shown(60, ["train", "digits", "--epochs", "3", "--out", "new", "--force"])
        self.assertIn("  valid loss  accuracy\n", said)
        self.assertIn("  accuracy  learning rate\n", (self.folder / "new/log.txt").read_text())

    def test_a_log_gets_a_line_of_progress_now_and_then(self):
        process = self.start("train", "digits", "--epochs", "10000000", "--log-every", "10000000",
                             "--out", "new")
        line = next(line for line in process.stderr if re.match(r"epoch \d", line))
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(process).returncode, 130)
        self.assertRegex(line, r"^epoch \d+/10000000  \d+/41  loss \S+  \S+ samples/s  \S+ left\n$")

    def test_pipes(self):
        """An error is one line there, whatever its length."""
        for command in self.COMMANDS:
            with self.subTest(" ".join(command)):
                result = self.run_command(*command)
                self.check(COLUMNS, result.stdout, command)
                if result.returncode == 0:
                    self.check(COLUMNS, result.stderr, command)


if __name__ == "__main__":
    unittest.main()
