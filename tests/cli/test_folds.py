#!/usr/bin/python3
"""train --fold: each sample is held back in one fold, whatever the seed, and every command that looks at
a run finds the fold again."""

import json
import random
import re
import unittest

from harness import CommandCase

ROWS = 103


class Folds(CommandCase):
    def setUp(self):
        super().setUp()
        generator = random.Random(5)
        self.targets = [generator.gauss(0, 10) for _ in range(ROWS)]
        rows = [f"{i % 10},{target:.4f}" for i, target in enumerate(self.targets)]
        (self.folder / "table.csv").write_text("\n".join(["a,price", *rows, ""]))

    def untrained(self, fold, seed="1"):
        """Sum of squares of the targets in a fold: a network of zeros answers 0."""
        self.succeed("train", "table.csv", "--regression", "--label-column", "price", "--test", "0",
                     "--raw-targets", "--hidden", "none", "--init", "zeros", "--epochs", "1", "-q",
                     "--force", "--out", "run", "--fold", fold, "--seed", seed)
        header, first, *_ = (self.folder / "run/metrics.csv").read_text().splitlines()
        rmse = float(dict(zip(header.split(","), first.split(",")))["validation_rmse"])
        held = json.loads((self.folder / "run/result.json").read_text())["validation"]["samples"]
        return held, held * rmse * rmse

    def test_each_sample_is_in_one_fold(self):
        for folds in (2, 5, ROWS):
            with self.subTest(folds):
                numbers = range(1, folds + 1) if folds < ROWS else (1, ROWS)
                found = [self.untrained(f"{k}/{folds}") for k in numbers]
                self.assertLessEqual({held for held, _ in found},
                                     {ROWS // folds, -(-ROWS // folds)})
                if folds < ROWS:
                    self.assertEqual(sum(held for held, _ in found), ROWS)
                    total = sum(round(target, 4) ** 2 for target in self.targets)
                    self.assertAlmostEqual(sum(squares for _, squares in found) / total, 1, 5)
                    self.assertEqual(len({round(squares) for _, squares in found}), folds)

    def test_the_seed_does_not_decide(self):
        self.assertEqual(self.untrained("2/5", "1"), self.untrained("2/5", "9"))
        self.assertNotEqual(self.untrained("2/5"), self.untrained("3/5"))

    def test_a_run_remembers_its_fold(self):
        options = ["--hidden", "24", "--fold", "2/5"]
        first = self.succeed("train", "digits", *options, "--epochs", "4", "--out", "whole")
        self.assertIn("fold 2 of 5: 1,149 to train on, 288 for validation", first.stderr)
        self.succeed("train", "digits", "-q", *options, "--epochs", "4", "--target-accuracy", "0.1",
                     "--out", "run")
        again = self.succeed("train", "--resume", "run", "--target-accuracy", "0")
        self.assertIn("fold 2 of 5: 1,149 to train on", again.stderr)
        self.assert_same_model("whole", "run")
        self.assertEqual(json.loads((self.folder / "run/config.json").read_text())["options"]["fold"],
                         "2/5")
        self.assertIn("288", self.succeed("doctor", "run").stdout)
        held = json.loads((self.folder / "run/result.json").read_text())["validation"]
        seen = json.loads(self.succeed("sharpness", "run", "--part", "validation", "--best",
                                       "--json").stdout)
        self.assertEqual(seen["samples"], held["samples"])
        self.assertAlmostEqual(seen["loss"], held["loss"], 5)

    def assert_same_model(self, *runs):
        crcs = {re.search(r"[0-9a-f]{8}", json.loads((self.folder / run / "result.json").read_text())
                          ["crc32"]).group() for run in runs}
        self.assertEqual(len(crcs), 1)

    def test_bad_values(self):
        self.succeed("train", "digits", "-q", "--fold", "1/3", "--epochs", "1", "--out", "run")
        for options, parts in (
                (["digits", "--fold", "2"], ["--fold", "K/N", '"2"']),
                (["digits", "--fold", "2x5"], ["--fold", "K/N", '"2x5"']),
                (["digits", "--fold", "0/5"], ["--fold", "K/N", '"0/5"']),
                (["digits", "--fold", "6/5"], ["--fold", "K from 1 to N", "6/5"]),
                (["digits", "--fold", "1/1"], ["--fold", "N from 2", "1/1"]),
                (["digits", "--fold", "1/1438"], ["--fold", "1437 training samples", "1/1438"]),
                (["digits", "--fold", "1/5", "--validation", "0.2"], ["--validation", "--fold"]),
                (["--resume", "run", "--fold", "2/3"], ["--fold", "1/3", "2/3"]),
                (["--resume", "run", "--validation", "0.1"], ["--validation", "cannot change"])):
            with self.subTest(options):
                self.refuse(2, parts, "train", *options)


if __name__ == "__main__":
    unittest.main()
