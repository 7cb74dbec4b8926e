#!/usr/bin/python3
"""What fits on a screen: lines of 80 columns at most, and about twenty rows of a long training."""

import re
import unittest

from harness import CommandCase, make_data

COLUMNS = 80


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
                rows = shown(self.train("--epochs", epochs, "--validation", "0"))
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

    def test_where_a_run_stops_is_shown(self):
        rows = shown(self.train("--epochs", "1000", "--target-accuracy", "0.3"))
        self.assertEqual(rows[-1], len(self.rows("run")) - 1)

    def test_columns_of_numbers_and_of_the_test(self):
        lines = [f"{i},{i % 7},{1e6 * i - 3e7}\n" for i in range(80)]
        (self.folder / "table.csv").write_text("a,b,y\n" + "".join(lines))
        for options in ((), ("--raw-targets", "--lr", "1e-9"), ("--validation", "0")):
            self.train("--regression", "--label-column", "y", "--epochs", "50", *options, data="table.csv")
        self.assertIn("test loss  accuracy\n", self.train("--epochs", "50", "--log-test"))


if __name__ == "__main__":
    unittest.main()
