#!/usr/bin/python3
"""What ends a run: each reason against figures of its own."""

import json
import unittest

from harness import CommandCase, contents, make_data, make_samples
from softmax_regression import softmax_regression

# Full-batch gradient descent, plain.
PLAIN = ["--hidden", "none", "--init", "zeros", "--optimizer", "sgd", "--lr", "1", "--schedule",
         "constant", "--batch", "full", "--validation", "0"]


class Stopping(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, *options, out="run", data="data"):
        result = self.succeed("train", data, "--quiet", "--json", "--out", out, *options)
        return json.loads(result.stdout)

    def config(self, run="run"):
        return json.loads((self.folder / run / "config.json").read_text())

    def test_all_epochs(self):
        found = self.train("--epochs", "2")
        self.assertEqual((found["stop_reason"], found["epochs"]), ("epochs", 2))
        self.assertEqual(self.config()["stop_reason"], "epochs")
        text = self.succeed("train", "--resume", "run", "-q").stdout
        self.assertIn("stopped     after epoch 2: all epochs done", text)

    def test_patience(self):
        """By the rows alone: the first epoch that is the third in a row without a better loss."""
        found = self.train("--epochs", "200", "--patience", "3", "--lr", "0.03")
        self.assertEqual(found["stop_reason"], "patience")
        losses = [float(row["validation_loss"]) for row in self.rows("run")[1:]]
        bad = [min(losses[:i + 1]) not in losses[i:i + 1] for i in range(len(losses))]
        ends = [i + 1 for i in range(2, len(bad)) if all(bad[i - 2:i + 1])]
        self.assertEqual(found["epochs"], ends[0])
        self.assertEqual(found["best_epoch"], losses.index(min(losses)) + 1)
        self.assertAlmostEqual(found["validation"]["loss"], min(losses), 6)

    def test_more_patience_goes_on(self):
        options = ["--epochs", "200", "--lr", "0.03"]
        whole = self.train(*options, "--patience", "9", out="whole")
        first = self.train(*options, "--patience", "3")
        self.assertLess(first["epochs"], whole["epochs"])
        before = contents(self.folder / "run")
        self.succeed("train", "-q", "--resume", "run")
        for path, content in before.items():
            if path.name not in ("config.json", "log.txt", "result.json"):
                self.assertEqual(path.read_bytes(), content)
        self.succeed("train", "-q", "--resume", "run", "--patience", "9")
        self.assert_same_run("whole", "run")

    def test_target_accuracy(self):
        for options, column in (([], "validation_accuracy"),
                                (["--validation", "0"], "train_accuracy")):
            with self.subTest(column):
                found = self.train("--target-accuracy", "0.8", "--epochs", "100", "--force",
                                   *options)
                self.assertEqual(found["stop_reason"], "target-accuracy")
                reached = [float(row[column]) >= 0.8 for row in self.rows("run")]
                self.assertEqual(reached.index(True, 1), found["epochs"])
                self.assertEqual(found["epochs"], len(reached) - 1)

    def test_gradient_tolerance(self):
        """The epoch at which gradient descent in plain Python gets there."""
        tolerance = 0.05
        figures = softmax_regression(*make_samples(60, 3, 3, 60), classes=3, steps=80)
        expected = next(i for i, (_, norm) in enumerate(figures) if norm <= tolerance)
        self.assertGreater(expected, 20)
        found = self.train(*PLAIN, "--gradient-tolerance", str(tolerance), "--epochs", "1000")
        self.assertEqual(found["stop_reason"], "gradient-tolerance")
        self.assertEqual(found["epochs"], expected)
        self.assertAlmostEqual(found["gradient_norm"], figures[expected][1], 6)
        text = self.succeed("train", "--resume", "run", "-q").stdout
        self.assertIn("--gradient-tolerance 0.05", text)

    def test_gradient_tolerance_of_minibatches(self):
        """Their own gradients do not vanish, nor does dropout hide that the whole one does."""
        found = self.train("--hidden", "none", "--epochs", "2000", "--batch", "4", "--optimizer",
                           "sgd", "--schedule", "linear", "--lr", "2", "--validation", "0",
                           "--gradient-tolerance", "0.03")
        self.assertEqual(found["stop_reason"], "gradient-tolerance")
        self.assertLess(found["epochs"], 2000)
        self.assertLessEqual(found["gradient_norm"], 0.03)
        self.assertGreater(float(self.rows("run")[-1]["gradient_norm"]), 0.03)

    def test_the_model_says_why(self):
        found = self.train("--epochs", "100", "--target-accuracy", "0.5")
        model = json.loads(self.succeed("inspect", "--json", "run/model.safetensors").stdout)
        training = json.loads(model["metadata"]["training"])
        self.assertEqual(training["stop_reason"], found["stop_reason"])

    def test_bad_values(self):
        for options, parts in ((["--patience", "0"], ["1", "none"]), (["--patience", "x"], ["none"]),
                               (["--patience", "3", "--validation", "0"], ["--validation > 0"]),
                               (["--gradient-tolerance", "-1"], ["≥ 0"]),
                               (["--target-accuracy", "98"], ["[0, 1]"]),
                               (["--loss-limit", "-1"], ["≥ 0"])):
            with self.subTest(options):
                self.refuse(2, [options[0], *parts], "train", "data", *options)


if __name__ == "__main__":
    unittest.main()
