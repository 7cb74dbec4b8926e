#!/usr/bin/python3
"""The check-up: each usual mistake is told, once, with the option to change; what goes well is not."""

import json
import os
import random
import re
import unittest
from pathlib import Path

from harness import (TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, CommandCase, idx,
                     make_data, write)

SGD = ["--optimizer", "sgd", "--schedule", "constant"]


def warnings_in(text):
    """Each in one line, however it was broken."""
    return [line for line in text.replace("\n  ", "\0").replace("\0 ", "\n   ").replace("\0", " ")
            .splitlines() if line.startswith("warning: ")]


class Checkup(CommandCase):
    def make(self, samples, side, label, pixel, name="data"):
        """Data whose labels and pixels are functions of a generator and, for pixels, the label."""
        folder = self.folder / name
        folder.mkdir()
        generator = random.Random(1)
        for count, images, labels in ((samples, TRAIN_IMAGES, TRAIN_LABELS),
                                      (20, TEST_IMAGES, TEST_LABELS)):
            classes = [label(generator) for _ in range(count)]
            pixels = [pixel(generator, c, i) for c in classes for i in range(side * side)]
            write(folder, images, idx([count, side, side], pixels))
            write(folder, labels, idx([count], classes))
        return name

    def train(self, data, *options):
        """The warnings of a run: their names, and their lines."""
        result = self.succeed("train", data, "--json", "--force", "--out", "run", *options)
        lines = warnings_in(result.stderr)
        names = json.loads(result.stdout)["warnings"]
        self.assertEqual(len(names), len(lines))
        self.assertEqual(len(set(names)), len(names))
        return names, " ".join(lines)

    def expect(self, name, parts, data, *options, others=()):
        names, text = self.train(data, *options)
        self.assertEqual(names, sorted([name, *others], key=names.index))
        for part in parts:
            self.assertIn(part, text)
        return text

    def test_nothing_where_all_is_well(self):
        short = ["--epochs", "15"]
        for options in ([], ["--activation", "tanh"], [*short, "--optimizer", "sgd"],
                        ["--hidden", "none"], [*short, "--loss", "mse"],
                        ["--activation", "sigmoid"], [*short, "--dropout", "0.3"],
                        ["--hidden", "64,64,64"], [*short, "--standardize", "feature"]):
            with self.subTest(options):
                self.assertEqual(self.train("digits", *options), ([], ""))

    def test_nothing_on_mnist(self):
        if not (Path(os.environ["DESCENT_DATA"]) / "mnist").is_dir():
            self.skipTest("MNIST is not there")
        self.assertEqual(self.train("mnist", "--epochs", "2"), ([], ""))

    def test_quiet(self):
        result = self.succeed("train", "digits", "-q", "--out", "run", "--lr", "1e-9", "--epochs",
                              "4")
        self.assertEqual(result.stderr, "")

    def test_small_inputs(self):
        data = self.make(300, 3, lambda g: g.randrange(3), lambda g, c, i: 3 * (i % 3 == c))
        names, text = self.train(data, "--epochs", "3")
        self.assertIn("unscaled-inputs", names)
        self.assertIn("from 0 to 0.01176", text)
        self.assertIn("--standardize", text)
        names, _ = self.train(data, "--epochs", "3", "--standardize", "feature")
        self.assertNotIn("unscaled-inputs", names)

    def test_large_inputs(self):
        generator = random.Random(1)
        rows = [f"{c},{1000 * c + generator.random():.3f},{generator.random():.3f}"
                for c in (0, 1, 2) * 100]
        (self.folder / "data.csv").write_text("label,a,b\n" + "\n".join(rows) + "\n")
        names, text = self.train("data.csv", "--epochs", "3", "--standardize", "none")
        self.assertIn("unscaled-inputs", names)
        self.assertIn("initial-loss", names)
        self.assertRegex(text, r"from 0\.\d+ to 2001")
        names, _ = self.train("data.csv", "--epochs", "3")
        self.assertEqual(names, [])

    def test_initial_loss(self):
        self.expect("initial-loss", ["47.16", "2.303", "--init"], "digits", "--init", "normal",
                    "--init-deviation", "1", "--epochs", "5")

    def test_missing_classes(self):
        data = self.make(300, 3, lambda g: 2 * g.randrange(3), lambda g, c, i: 80 * (i % 5 == c))
        (self.folder / data / "classes.txt").write_text("0\n1\n2\n3\n4\n")
        self.expect("missing-classes", ["training samples of classes 1, 3:", "add samples"], data, "--epochs", "3")

    def test_missing_validation_classes(self):
        """A class with a single sample, which is trained on."""
        rare = iter([9])
        data = self.make(300, 3, lambda g: next(rare, g.randrange(9)),
                         lambda g, c, i: 200 * (i == c % 9))
        self.expect("missing-validation", ["no validation samples of class 9", "add samples"], data,
                    "--epochs", "2")

    def test_dead_units(self):
        """The first steps kill nearly all; how many in the end, rounding decides."""
        text = self.expect("dead-units", ["--lr"], "digits", *SGD, "--lr", "5", "--epochs", "8")
        share = int(re.search(r"warning: (\d+) % of the units of hidden layer 1 are zero", text)[1])
        self.assertGreater(share, 80)

    def test_saturated_units(self):
        self.expect("saturated-units", ["hidden layer 1", "tanh", "--lr"], "digits", "--activation",
                    "tanh", "--init", "normal", "--init-deviation", "2", "--epochs", "2",
                    others=["initial-loss"])

    def test_loss_not_moving(self):
        self.expect("loss-not-moving", ["2.46797 untrained", "after 3 epochs", "--lr"], "digits",
                    "--lr", "1e-9", "--epochs", "8")
        # The biases have found the loss of guessing, and nothing else is learnt.
        self.expect("accuracy-at-chance", ["vanishes in 3 hidden layers", "--activation relu"],
                    "digits", "--hidden", "64,64,64", "--activation", "sigmoid", *SGD, "--lr",
                    "0.02", "--epochs", "10")
        # A warm-up is no standstill.
        self.assertEqual(self.train("digits", "--lr", "1e-9", "--warmup", "327", "--epochs", "8"),
                         ([], ""))

    def test_shuffled_labels(self):
        data = self.make(1500, 4, lambda g: g.randrange(10), lambda g, c, i: g.randrange(256))
        names, text = self.train(data, "--epochs", "6", "--optimizer", "sgd")
        self.assertEqual(names, ["accuracy-at-chance"])
        for part in ("of the validation samples are classified correctly", "shuffled", "--lr"):
            self.assertIn(part, text)

    def test_a_class_that_drowns_the_others(self):
        data = self.make(1500, 3, lambda g: int(g.random() < 0.05) + int(g.random() < 0.05),
                         lambda g, c, i: min(255, max(0, int(g.gauss(100 + 3 * c, 40)))))
        names, text = self.train(data, "--epochs", "5", "--optimizer", "sgd", "--lr", "0.01")
        self.assertEqual(names, ["unanswered-classes"])
        self.assertIn("classes 1, 2 are hardly ever predicted correctly: of the rarest there are", text)
        self.assertIn("--class-weights balanced", text)

    def test_overfitting(self):
        data = self.make(300, 4, lambda g: g.randrange(3),
                         lambda g, c, i: min(255, max(0, int(g.gauss(110 + 20 * (i % 3 == c), 60)))))
        names, text = self.train(data, "--hidden", "300", "--epochs", "100", "--validation", "0.4",
                                 "--lr", "0.01", "--weight-decay", "0")
        self.assertEqual(names, ["overfitting"])
        for option in ("--patience", "--dropout", "--weight-decay"):
            self.assertIn(option, text)

    def test_a_resumed_run_remembers(self):
        options = ["--lr", "1e-9", "--schedule", "constant"]
        self.assertEqual(self.train("digits", "--epochs", "2", *options), ([], ""))
        result = self.succeed("train", "--resume", "run", "--epochs", "3", "--json")
        self.assertEqual(json.loads(result.stdout)["warnings"], ["loss-not-moving"])

    def test_warnings_change_nothing(self):
        make_data(self.folder / "small")
        self.train("small", "--epochs", "5")
        before = (self.folder / "run/model.safetensors").read_bytes()
        self.succeed("train", "small", "-q", "--force", "--out", "run", "--epochs", "5")
        self.assertEqual((self.folder / "run/model.safetensors").read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
