#!/usr/bin/python3
"""--give-up: what can learn nothing more stops, and nothing else does."""

import json
import math
import random
import unittest

from harness import CommandCase
from tensors import reseal

# A hidden layer of zero weights: no unit is on, no gradient comes through.
DEAD = ["--hidden", "6", "--init", "zeros"]


class GiveUp(CommandCase):
    def train(self, data, *options):
        result = self.succeed("train", data, "--json", "-q", "--force", *options)
        return json.loads(result.stdout)

    def test_a_dead_layer(self):
        result = self.train("digits", *DEAD, "--epochs", "20", "--give-up", "--out", "run")
        self.assertEqual((result["stop_reason"], result["epochs"]), ("given-up", 5))
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertEqual((config["stop_reason"], config["options"]["give-up"]), ("given-up", True))
        said = self.succeed("train", "--resume", "run").stdout
        self.assertIn("after epoch 5: nothing was learned for 5 epochs, --give-up", said)
        self.assertEqual(self.train("digits", *DEAD, "--epochs", "20", "--out", "run")["epochs"], 20)

    def test_what_has_blown_up(self):
        """No rate would bring these back: with all epochs they end near chance as well. What is left of
        them is chaos, so they are trained by the engine that gives one result everywhere."""
        for activation in ("relu", "tanh"):
            options = ["--engine", "packed", "--activation", activation, "--optimizer", "sgd", "--lr", "1e4",
                       "--loss-limit", "0", "--hidden", "32,32", "--epochs", "30", "--out", "run"]
            with self.subTest(activation):
                result = self.train("digits", *options, "--give-up")
                self.assertEqual(result["stop_reason"], "given-up")
                self.assertLess(result["epochs"], 30)
                self.assertLess(self.train("digits", *options)["train"]["accuracy"], 0.2)

    def test_slow_starters_go_on(self):
        """At chance in every epoch, with a gradient that is small and there."""
        slow = ["--optimizer", "sgd", "--schedule", "constant", "--epochs", "12", "--out", "run",
                "--give-up"]
        for options in (["--hidden", "16,16,16,16,16,16", "--activation", "sigmoid", "--lr", "0.01"],
                        ["--hidden", "16,16,16,16", "--activation", "tanh", "--lr", "1e-6"],
                        ["--hidden", "16", "--lr", "1e-9"],
                        ["--hidden", "8", "--init", "normal", "--init-deviation", "1e-8"],
                        ["--hidden", "none", "--lr", "1e-30", "--init", "zeros"]):
            with self.subTest(options):
                result = self.train("digits", *slow, *options)
                self.assertEqual(result["stop_reason"], "epochs")
                self.assertGreater(result["train"]["loss"], 2.25)

    def test_a_plateau_before_the_loss_falls(self):
        options = ["--hidden", "16,16,16", "--activation", "sigmoid", "--optimizer", "sgd", "--lr",
                   "0.5", "--momentum", "0.9", "--epochs", "40", "--seed", "2", "--out", "run"]
        with_it = self.train("digits", *options, "--give-up")
        self.assertEqual(with_it["stop_reason"], "epochs")
        self.assertEqual(with_it["crc32"], self.train("digits", *options)["crc32"])

    def write(self, text):
        (self.folder / "data.csv").write_text(text)
        return ["data.csv", "--test", "0", "--validation", "0", "--batch", "full", "--standardize",
                "none", "--schedule", "constant"]

    def test_at_the_best_constant_answer(self):
        """Trained to the best a dead network can do, which has a closed form, it is given up still."""
        generator = random.Random(3)
        labels = ["x"] * 160 + ["y"] * 30 + ["z"] * 10
        rows = [f"{generator.random()},{i * i % 7},{label}\n" for i, label in enumerate(labels)]
        shares, weights, smoothing = (0.8, 0.15, 0.05), (0.5, 2, 4), 0.1
        targets = [w * ((1 - smoothing) * s + smoothing / 3) for s, w in zip(shares, weights)]
        weighted = -sum(t * math.log(t / sum(targets)) for t in targets) / sum(
            s * w for s, w in zip(shares, weights))
        data = self.write("a,b,label\n" + "".join(rows))
        cases = (([], -sum(s * math.log(s) for s in shares)),
                 (["--class-weights", "0.5,2,4", "--label-smoothing", "0.1"], weighted),
                 (["--loss", "binary-cross-entropy"],
                  -sum(s * math.log(s) + (1 - s) * math.log(1 - s) for s in shares)),
                 (["--loss", "mse"], sum(s * (1 - s) for s in shares) / 3))
        for options, loss in cases:
            with self.subTest(options):
                self.converge(data, options, loss)
        data = self.write("a,b,y\n" + "".join(f"{i / 40},{i % 3},{i * i % 11}\n" for i in range(40)))
        self.converge(data, ["--regression", "--label-column", "y"], None)

    def converge(self, data, options, loss):
        arguments = [*data, *options, "--optimizer", "sgd", "--lr", "0.3"]
        first = self.train(*arguments, *DEAD, "--epochs", "3000", "--out", "first")
        if loss is not None:
            self.assertAlmostEqual(first["train"]["loss"], loss, 5)
        again = self.train(*arguments, "--epochs", "20", "--give-up", "--init-from", "first", "--out",
                           "run")
        self.assertEqual((again["stop_reason"], again["epochs"]), ("given-up", 5))
        self.assertAlmostEqual(again["train"]["loss"], first["train"]["loss"], 5)

    def test_resumed(self):
        """The epochs are counted over interruptions; a checkpoint from before there was a count."""
        options = ["digits", *DEAD, "--epochs", "20", "--give-up", "-q", "--checkpoint-every", "0"]
        self.succeed("train", *options, "--out", "whole")
        self.kill(100, "train", *options, "--out", "run")
        path = self.folder / "run/checkpoint.safetensors"
        content = path.read_bytes()
        self.assertIn(b'"progress.lost_epochs":"2"', content)
        self.succeed("train", "-q", "--resume", "run")
        self.assert_same_run("whole", "run")
        size = int.from_bytes(content[:8], "little")
        head = content[8:8 + size].replace(b'"progress.lost_epochs":"2",', b"")
        head += b" " * (size - len(head))
        path.write_bytes(content[:8] + head + content[8 + size:])
        reseal(path)
        result = json.loads(self.succeed("train", "-q", "--json", "--resume", "run").stdout)
        self.assertEqual((result["stop_reason"], result["epochs"]), ("given-up", 7))


if __name__ == "__main__":
    unittest.main()
