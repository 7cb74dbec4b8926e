#!/usr/bin/python3
"""Class weights on the command line: what is stored, losses against plain Python, bad lists."""

import json
import unittest

from harness import (TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, CommandCase, idx,
                     make_data, make_samples, write)
from tensors import cross_entropy, forward, load_tensors

SIDE = 3


def unequal_data(folder, counts, test=30):
    """Training samples as many of each class as the counts say."""
    folder.mkdir()
    labels = [label for label, count in enumerate(counts) for _ in range(count)]
    pixels, _ = make_samples(len(labels), SIDE, len(counts), 1)
    write(folder, TRAIN_IMAGES, idx([len(labels), SIDE, SIDE], pixels))
    write(folder, TRAIN_LABELS, idx([len(labels)], labels))
    pixels, labels = make_samples(test, SIDE, len(counts), 2)
    write(folder, TEST_IMAGES, idx([test, SIDE, SIDE], pixels))
    write(folder, TEST_LABELS, idx([test], labels))
    return pixels, labels


def weighted_loss(tensors, pixels, labels, weights, smoothing):
    """As CrossEntropyLoss(weight=…, label_smoothing=…) in its reference: one term a class."""
    total = 0.0
    for i, label in enumerate(labels):
        sample = [pixel / 255 for pixel in pixels[i * SIDE * SIDE:(i + 1) * SIDE * SIDE]]
        logits = forward(tensors, sample)
        for c, weight in enumerate(weights):
            share = (1 - smoothing) * (c == label) + smoothing / len(weights)
            total += weight * share * cross_entropy(logits, c)
    return total / sum(weights[label] for label in labels)


class Weights(CommandCase):
    def train(self, *options, out="run"):
        return self.succeed("train", "data", "--quiet", "--epochs", "4", "--out", out, *options)

    def test_balanced(self):
        pixels, labels = unequal_data(self.folder / "data", [10, 20, 70])
        result = json.loads(self.train("--class-weights", "balanced", "--validation", "0",
                                       "--json").stdout)
        tensors, metadata = load_tensors(self.folder / "run" / "model.safetensors")
        weights = json.loads(metadata["class_weights"])
        for weight, count in zip(weights, [10, 20, 70], strict=True):
            self.assertAlmostEqual(weight, 100 / (3 * count), places=6)
        self.assertNotIn("label_smoothing", metadata)
        expected = weighted_loss(tensors, pixels, labels, weights, 0)
        self.assertAlmostEqual(result["test"]["loss"], expected, places=6)

    def test_evaluate_has_the_loss_of_training(self):
        pixels, labels = unequal_data(self.folder / "data", [30, 20, 30])
        options = ["--class-weights", "0.5,3,1.25", "--label-smoothing", "0.2"]
        trained = json.loads(self.train(*options, "--json").stdout)["test"]
        evaluated = json.loads(self.succeed("evaluate", "run", "data", "--json").stdout)
        tensors, _ = load_tensors(self.folder / "run" / "model.safetensors")
        expected = weighted_loss(tensors, pixels, labels, [0.5, 3, 1.25], 0.2)
        self.assertAlmostEqual(evaluated["loss"], expected, places=6)
        self.assertAlmostEqual(evaluated["loss"], trained["loss"], places=9)
        self.assertEqual(evaluated["accuracy"], trained["accuracy"])

    def test_metrics_are_means_by_weight(self):
        unequal_data(self.folder / "data", [30, 20, 30])
        self.train("--class-weights", "0.5,3,1.25", out="weighted")
        self.train(out="plain")
        self.assertNotEqual(self.rows("weighted")[0]["train_loss"],
                            self.rows("plain")[0]["train_loss"])
        self.assertEqual(self.rows("weighted")[0]["train_accuracy"],
                         self.rows("plain")[0]["train_accuracy"])

    def test_a_resumed_run_keeps_its_weights(self):
        unequal_data(self.folder / "data", [10, 20, 70])
        options = ["--class-weights", "balanced", "--schedule", "constant"]
        self.train(*options, out="whole")
        self.train(*options, "--epochs", "2", out="half")
        self.succeed("train", "--resume", "half", "--epochs", "4", "--quiet")
        self.assert_same_run("half", "whole")
        self.refuse(2, ["--class-weights", "balanced", "1,2,3"], "train", "--resume", "half",
                    "--class-weights", "1,2,3")

    def test_bad_weights(self):
        make_data(self.folder / "data")
        for text, parts in (("1,2", ["3 numbers", "found 2"]), ("1,2,3,4", ["found 4"]),
                            ("1,0,1", ["> 0", "1,0,1"]), ("1,-1,1", ["> 0"]), ("1,nan,1", ["nan"]),
                            ("1,inf,1", ["inf"]), ("1,1e-60,1", ["1e-60"]), ("1,,1", ["1,,1"]),
                            ("1,1,1,", ["1,1,1,"]), ("uneven", ["balanced", "uneven"]),
                            ("", ["--class-weights"]), ("1," * 3000 + "1", ["4000", "6001"])):
            self.refuse(2, ["--class-weights", *parts], "train", "data", "--class-weights", text)
        self.refuse(2, ["--class-weights", "cross-entropy"], "train", "data", "--class-weights",
                    "1,1,1", "--loss", "mse")

    def test_balanced_needs_samples_of_each_class(self):
        unequal_data(self.folder / "data", [10, 0, 20])
        (self.folder / "data/classes.txt").write_text("0\n1\n2\n")
        self.refuse(1, ["balanced", '"1"', "3 classes"], "train", "data", "--class-weights",
                    "balanced")

    def test_broken_metadata(self):
        make_data(self.folder / "data")
        self.train("--class-weights", "2,1,1", "--label-smoothing", "0.1")
        path = self.folder / "run" / "model.safetensors"
        for found, put in ((b'"[2.0,1.0,1.0]"', b'"[2.0,0.0,1.0]"'),
                           (b'"[2.0,1.0,1.0]"', b'"[2.0,1.0    ]"'),
                           (b'"[2.0,1.0,1.0]"', b'"{2.0,1.0,1.0}"'),
                           (b'"label_smoothing":"0.1"', b'"label_smoothing":"1.1"'),
                           (b'"label_smoothing":"0.1"', b'"label_smoothing":"0:1"')):
            content = path.read_bytes()
            self.assertEqual(content.count(found), 1, content[:600])
            path.write_bytes(content.replace(found, put))
            self.refuse(1, ["model.safetensors", "metadata"], "evaluate", "run", "data")
            path.write_bytes(content)


if __name__ == "__main__":
    unittest.main()
