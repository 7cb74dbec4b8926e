#!/usr/bin/python3
"""layers.csv: the norms of each layer, against figures of their own and those in the log."""

import json
import math
import unittest

from harness import CommandCase, contents, make_data, make_samples
from softmax_regression import softmax_regression
from tensors import load_tensors

HEADER = "epoch,step,layer,gradient_norm,weight_norm"


class Layers(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, *options, run="run"):
        return self.succeed("train", "data", "-q", "--json", "--log-layers", "--out", run, *options)

    def layers(self, run="run"):
        """The rows as lists of numbers; checks the form of the file."""
        text = (self.folder / run / "layers.csv").read_text()
        self.assertTrue(text.endswith("\n"))
        header, *lines = text.splitlines()
        self.assertEqual(header, HEADER)
        return [[float(field) for field in line.split(",")] for line in lines]

    def test_softmax_regression(self):
        self.train("--hidden", "none", "--init", "zeros", "--lr", "1", "--optimizer", "sgd",
                   "--schedule", "constant", "--epochs", "4", "--batch", "full", "--validation",
                   "0")
        expected = softmax_regression(*make_samples(60, 3, 3, 60), classes=3, steps=5)
        rows = self.layers()
        self.assertEqual([row[:3] for row in rows], [[e, e, 1] for e in range(5)])
        for row, (_, norm) in zip(rows, expected, strict=True):
            self.assertAlmostEqual(row[3], norm, 6)

    def test_norms_add_up_and_weights_are_those_of_the_file(self):
        result = self.train("--hidden", "7,5", "--epochs", "1", "--gradient-tolerance", "1e-9",
                            "--validation", "0", "--dropout", "0.4")
        rows = self.layers()
        self.assertEqual([row[2] for row in rows], [1, 2, 3] * 2)
        whole = math.sqrt(sum(row[3] ** 2 for row in rows[3:]))
        self.assertAlmostEqual(whole, json.loads(result.stdout)["gradient_norm"], 6)
        tensors, _ = load_tensors(self.folder / "run/model.safetensors")
        for row, index in zip(rows[3:], (0, 2, 4)):
            numbers = tensors[f"{index}.weight"][1] + tensors[f"{index}.bias"][1]
            self.assertAlmostEqual(row[4], math.sqrt(sum(w * w for w in numbers)), 5)

    def test_logging_changes_nothing(self):
        options = ["--epochs", "3", "--hidden", "7", "--dropout", "0.2", "--gradient-tolerance",
                   "0.2"]
        self.train(*options)
        self.succeed("train", "data", "-q", "--out", "plain", *options)
        self.assert_same_run("plain", "run")

    def test_resumed(self):
        """Continued without saying so again, with rows that are ahead of the checkpoint."""
        options = ["--schedule", "constant", "--hidden", "7"]
        self.train("--epochs", "4", *options, run="whole")
        self.train("--epochs", "2", *options)
        with open(self.folder / "run/layers.csv", "a") as file:
            file.write("3,6,1,0.1,0.2\n3,6")
        self.succeed("train", "-q", "--resume", "run", "--epochs", "4")
        self.assertEqual(self.layers("whole"), self.layers())

    def test_from_the_middle_on(self):
        self.succeed("train", "data", "-q", "--out", "run", "--epochs", "2")
        self.assertFalse((self.folder / "run/layers.csv").exists())
        self.succeed("train", "-q", "--resume", "run", "--epochs", "3", "--log-layers")
        self.assertEqual([row[0] for row in self.layers()], [3, 3])

    def test_another_file_is_not_written_to(self):
        self.train("--epochs", "2")
        (self.folder / "run/layers.csv").write_text("my notes\n")
        before = contents(self.folder / "run")
        self.refuse(1, ["layers.csv:1", "my notes"], "train", "--resume", "run", "--epochs", "3")
        self.assertEqual(contents(self.folder / "run"), before)

    def test_force_takes_it_away(self):
        self.train("--epochs", "1")
        self.succeed("train", "data", "-q", "--out", "run", "--epochs", "1", "--force")
        self.assertFalse((self.folder / "run/layers.csv").exists())


if __name__ == "__main__":
    unittest.main()
