#!/usr/bin/python3
"""sweep --folds: predictions.csv has each training sample once for every setting and seed, with the answer
of the model that was trained without it."""

import csv
import json
import os
import random
import tempfile
import unittest

from harness import CommandCase, make_data

# Trials of milliseconds save so often that a disk's answers would take most of the time.
tempfile.tempdir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Predictions(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def sweep(self, data, *options, folds=4, out="study"):
        self.succeed("sweep", data, "--folds", folds, "--epochs", "3", "--quiet", "--out", out,
                     *options)
        with (self.folder / out / "predictions.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    def groups(self, rows, *keys):
        found = {}
        for row in rows:
            found.setdefault(tuple(row[key] for key in keys), []).append(row)
        return found

    def test_each_sample_once_for_every_setting_and_seed(self):
        rows = self.sweep("data", "--vary", "lr=0.01,0.1", "--vary", "hidden=4,8-4", "--seeds", "2")
        self.assertEqual(list(rows[0]), ["setting", "lr", "hidden", "seed", "fold", "row", "label",
                                         "answer", "probability"])
        groups = self.groups(rows, "setting", "lr", "hidden", "seed")
        self.assertEqual(len(groups), 8)
        self.assertEqual([key[0] for key in groups], list("11223344"))
        folds = None
        for group in groups.values():
            self.assertEqual(sorted(int(row["row"]) for row in group), list(range(1, 61)))
            found = {row["row"]: row["fold"] for row in group}
            self.assertEqual(found, folds or found)  # the same folds for all
            folds = found
        self.assertEqual(sorted(self.groups(rows, "fold")), [(f,) for f in "1234"])

    def test_the_answers_are_those_of_the_folds_models(self):
        """By each trial's accuracy, and by what evaluate lists of its model."""
        rows = self.sweep("data", "--seeds", "2")
        groups = self.groups(rows, "seed", "fold")
        self.assertEqual(list(groups), [(s, f) for s in "12" for f in "1234"])
        for trial, group in enumerate(groups.values(), 1):
            folder = self.folder / f"study/trials/{trial:04}"
            held = json.loads((folder / "result.json").read_text())["validation"]
            right = sum(row["label"] == row["answer"] for row in group)
            self.assertEqual(len(group), held["samples"])
            self.assertAlmostEqual(right / len(group), held["accuracy"], 6)
            self.succeed("evaluate", folder, "data", "--part", "train", "--samples", "all.csv")
            with (self.folder / "all.csv").open(newline="") as file:
                listed = {row["row"]: row for row in csv.DictReader(file)}
            for row in group:
                expected = listed[row["row"]]
                self.assertEqual((row["label"], row["answer"]),
                                 (expected["label"], expected["answer"]))
                self.assertAlmostEqual(float(row["probability"]), float(expected["probability"]), 5)

    def test_numbers_and_names(self):
        generator = random.Random(3)
        lines = [f"{(a := generator.random()):.6f},{3 * a - 1:.6f}" for _ in range(50)]
        (self.folder / "table.csv").write_text("\n".join(['a,"price, net"', *lines, ""]))
        rows = self.sweep("table.csv", "--regression", "--label-column", "price, net", "--test", "0",
                          "--vary", "standardize=feature,none", folds=5)
        self.assertEqual(list(rows[0]), ["setting", "standardize", "seed", "fold", "row",
                                         "price, net", "price, net predicted"])
        self.assertEqual(len(rows), 100)
        for row in rows:
            written = float(lines[int(row["row"]) - 1].split(",")[1])
            self.assertAlmostEqual(float(row["price, net"]), written, 5)

    def test_the_same_again(self):
        rows = self.sweep("data")
        before = (self.folder / "study/predictions.csv").read_bytes()
        self.assertEqual(self.sweep("data", out="other"), rows)
        (self.folder / "study/predictions.csv").unlink()
        self.sweep("data")
        self.assertEqual((self.folder / "study/predictions.csv").read_bytes(), before)

    def test_trials_without_weights_have_none(self):
        """A learning rate that explodes beside one that does not; and alone."""
        rows = self.sweep("data", "--optimizer", "sgd", "--vary", "lr=1e30,0.1")
        self.assertEqual({(row["setting"], row["lr"]) for row in rows}, {("2", "0.1")})
        self.succeed("sweep", "data", "--folds", "2", "--optimizer", "sgd", "--lr", "1e30",
                     "--epochs", "2", "--quiet", "--out", "none")
        self.assertFalse((self.folder / "none/predictions.csv").exists())

    def test_without_folds_there_are_none(self):
        self.succeed("sweep", "data", "--epochs", "1", "--quiet", "--out", "study")
        self.assertFalse((self.folder / "study/predictions.csv").exists())


if __name__ == "__main__":
    unittest.main()
