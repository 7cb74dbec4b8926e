#!/usr/bin/python3
"""Binary cross-entropy on the command line: one output for two classes, one a class for more, against
plain Python; initial biases; and output activations that the loss or the targets forbid."""

import json
import math
import random
import statistics
import unittest

from harness import CommandCase, make_data, make_samples
from tensors import cross_entropy, forward, load_tensors, save_tensors

SIDE = 3


def softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def loss_of(logits, label):
    """One logit stands for class 1 of two; several are one-hot."""
    hot = [label] if len(logits) == 1 else [float(c == label) for c in range(len(logits))]
    return sum(t * softplus(-z) + (1 - t) * softplus(z) for z, t in zip(logits, hot, strict=True))


def answer_of(logits):
    return int(logits[0] > 0) if len(logits) == 1 else logits.index(max(logits))


class BinaryCrossEntropy(CommandCase):
    def train(self, *options, data="data", out="run"):
        return json.loads(self.succeed("train", data, "--quiet", "--epochs", "6", "--out", out,
                                       "--loss", "binary-cross-entropy", "--json", *options).stdout)

    def logits_of_test_part(self, classes):
        tensors, metadata = load_tensors(self.folder / "run/model.safetensors")
        pixels, labels = make_samples(20, SIDE, classes, 20)
        features = [[p / 255 for p in pixels[i * SIDE * SIDE:(i + 1) * SIDE * SIDE]]
                    for i in range(20)]
        return [forward(tensors, sample) for sample in features], labels, metadata

    def test_figures(self):
        for classes, outputs in ((2, 1), (3, 3)):
            with self.subTest(classes):
                make_data(self.folder / f"data{classes}", classes=classes)
                result = self.train("--validation", "0", "--force", data=f"data{classes}")["test"]
                logits, labels, metadata = self.logits_of_test_part(classes)
                self.assertEqual(len(logits[0]), outputs)
                self.assertEqual(metadata["loss"], "binary-cross-entropy")
                self.assertEqual(len(json.loads(metadata["class_names"])), classes)
                losses = [loss_of(z, label) for z, label in zip(logits, labels, strict=True)]
                self.assertAlmostEqual(result["loss"], statistics.mean(losses), places=5)
                right = sum(answer_of(z) == y for z, y in zip(logits, labels, strict=True))
                self.assertEqual(result["accuracy"], right / 20)
                evaluated = json.loads(self.succeed("evaluate", "run", f"data{classes}",
                                                    "--json").stdout)
                self.assertAlmostEqual(evaluated["loss"], result["loss"], places=9)
                confusion = [[0] * classes for _ in range(classes)]
                for z, label in zip(logits, labels, strict=True):
                    confusion[label][answer_of(z)] += 1
                self.assertEqual(evaluated["confusion"], confusion)

    def two_classes(self):
        rows = [f"{i % 7},{i % 5},{'spam' if (i % 7) + (i % 5) > 5 else 'ham'}" for i in range(140)]
        (self.folder / "mail.csv").write_text("\n".join(["a,b,label", *rows, ""]))
        (self.folder / "new.csv").write_text("a,b\n6,4\n0,0\n3,2\n")
        self.train("--epochs", "60", "--lr", "0.05", data="mail.csv")

    def test_both_probabilities(self):
        self.two_classes()
        lines = self.succeed("predict", "run", "new.csv", "--top", "2").stdout.splitlines()
        self.assertEqual(lines[0], "class_1,probability_1,class_2,probability_2")
        found = [line.split(",") for line in lines[1:]]
        self.assertEqual([row[0] for row in found[:2]], ["spam", "ham"])
        for row in found:
            self.assertEqual({row[0], row[2]}, {"spam", "ham"})
            self.assertGreaterEqual(float(row[1]), 0.5)
            self.assertAlmostEqual(float(row[1]) + float(row[3]), 1, places=6)
        one = self.succeed("predict", "run", "new.csv", "--json").stdout
        answers = json.loads(one)["predictions"]
        self.assertEqual([a["name"] for a in answers], [row[0] for row in found])

    def test_untrained_figures(self):
        """Zero weights: every answer as likely as not, ln 2 an output."""
        for classes, outputs in ((2, 1), (3, 3)):
            make_data(self.folder / f"data{classes}", classes=classes)
            self.train("--hidden", "none", "--init", "zeros", "--force", data=f"data{classes}")
            loss = float(self.rows("run")[0]["train_loss"])
            self.assertAlmostEqual(loss, outputs * math.log(2), places=6)

    def test_resuming(self):
        make_data(self.folder / "data")
        options = ["--init-bias", "normal:0.5", "--schedule", "constant"]
        self.train(*options, out="whole")
        self.train(*options, "--epochs", "3", out="part")
        self.succeed("train", "--resume", "part", "--epochs", "6", "--quiet")
        self.assert_same_run("whole", "part")
        self.refuse(2, ["--init-bias", "normal:0.5"], "train", "--resume", "part", "--init-bias",
                    "normal:1")
        self.refuse(2, ["--loss"], "train", "--resume", "part", "--loss", "mse")

    def test_initial_biases(self):
        make_data(self.folder / "data")
        options = ["--optimizer", "sgd", "--lr", "1e-30", "--hidden", "3000"]
        self.train(*options, "--init-bias", "normal:2", out="normal")
        self.train(*options, out="zeros")
        normal, _ = load_tensors(self.folder / "normal/model.safetensors")
        zeros, _ = load_tensors(self.folder / "zeros/model.safetensors")
        self.assertEqual(normal["0.weight"], zeros["0.weight"])
        self.assertLess(max(map(abs, zeros["0.bias"][1])), 1e-20)  # one epoch of tiny steps
        biases = normal["0.bias"][1]
        self.assertAlmostEqual(statistics.pstdev(biases), 2, delta=5 * 2 / math.sqrt(2 * 3000))
        self.assertAlmostEqual(statistics.mean(biases), 0, delta=5 * 2 / math.sqrt(3000))

    def test_bad_values_of_biases(self):
        make_data(self.folder / "data")
        for text in ("normal", "normal:", "normal:-1", "normal:x", "normal:1e39", "0.5", "normal:1 "):
            with self.subTest(text):
                self.refuse(2, ["--init-bias", "zeros", "normal:DEVIATION", f'found "{text}"'],
                            "train", "data", "--init-bias", text)

    def test_options_of_cross_entropy_are_refused(self):
        make_data(self.folder / "data")
        for option in (["--label-smoothing", "0.1"], ["--class-weights", "balanced"]):
            self.refuse(2, [option[0], "only with --loss cross-entropy"], "train", "data",
                        "--loss", "binary-cross-entropy", *option)
        self.refuse(2, ["expected mse with --regression"], "train", "data", "--regression",
                    "--loss", "binary-cross-entropy")

    def test_output_activations_of_logits(self):
        """A softmax or a sigmoid of what another activation has squeezed cannot become sure."""
        make_data(self.folder / "data")
        for activation in ("relu", "leaky-relu", "elu", "gelu", "silu", "tanh", "sigmoid",
                           "softplus"):
            for loss, others in (("cross-entropy", ["--loss mse", "binary-cross-entropy"]),
                                 ("binary-cross-entropy", ["--loss mse"])):
                for command in ("train", "find-lr"):
                    with self.subTest(f"{command} {activation} {loss}"):
                        self.refuse(2, [f"--output-activation {activation}", "identity",
                                        f"--loss {loss}", *others],
                                    command, "data", "--loss", loss, "--output-activation",
                                    activation)
        self.train("--loss", "mse", "--output-activation", "sigmoid", out="squares")
        self.refuse(2, ["--output-activation sigmoid", "identity"], "train", "data", "--init-from",
                    "squares/model.safetensors")

    def test_models_of_squeezed_logits_are_still_evaluated(self):
        """Older files have them: their loss is the softmax of what the activation gives."""
        make_data(self.folder / "data")
        generator = random.Random(7)
        tensors = {"0.weight": ([3, 9], [generator.gauss(0, 1) for _ in range(27)]),
                   "0.bias": ([3], [0.0] * 3)}
        for loss, of in (("cross-entropy", cross_entropy), ("binary-cross-entropy", loss_of)):
            save_tensors(self.folder / "old.safetensors", tensors,
                         {"loss": loss, "output_activation": "sigmoid", "input_shape": "3,3"})
            found = json.loads(self.succeed("evaluate", "old.safetensors", "data", "--json").stdout)
            pixels, labels = make_samples(20, SIDE, 3, 20)
            losses = [of([1 / (1 + math.exp(-z)) for z in forward(
                tensors, [p / 255 for p in pixels[9 * i:9 * i + 9]])], label)
                      for i, label in enumerate(labels)]
            self.assertAlmostEqual(found["loss"], statistics.mean(losses), places=6)

    def test_output_activations_of_targets(self):
        """Standardized targets are on both sides of 0, and beyond 1."""
        rows = [f"{i % 7},{i % 5},{(i % 7) / 6}" for i in range(140)]
        (self.folder / "t.csv").write_text("\n".join(["a,b,label", *rows, ""]))
        common = ["train", "t.csv", "--regression", "--quiet", "--epochs", "2", "--force", "--out",
                  "run", "--output-activation"]
        for activation in ("relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus"):
            with self.subTest(activation):
                self.refuse(2, [f"--output-activation {activation}", "standardized", "identity",
                                "--raw-targets"], *common, activation)
                self.succeed(*common, activation, "--raw-targets")
        self.succeed(*common, "leaky-relu")
        rows = [f"{i % 7},{i % 5},{(i % 7) / 3}" for i in range(140)]
        (self.folder / "t.csv").write_text("\n".join(["a,b,label", *rows, ""]))
        self.refuse(2, ["sigmoid gives numbers from 0 to 1", "from 0 to 2", "identity"], *common,
                    "sigmoid", "--raw-targets")
        self.succeed(*common, "relu", "--raw-targets")


if __name__ == "__main__":
    unittest.main()
