#!/usr/bin/python3
"""Dropout of inputs and max-norm on the command line: what they do to the weights, exact resuming,
and where they have no effect."""

import math
import unittest

from harness import CommandCase, make_data
from tensors import load_tensors

OPTIONS = ["--input-dropout", "0.2", "--dropout", "0.5", "--max-norm", "0.75"]


class Regularisation(CommandCase):
    def train(self, *options, out="run"):
        return self.succeed("train", "data", "--quiet", "--hidden", "20,10", "--schedule",
                            "constant", "--out", out, *options)

    def lengths(self, layer, run="run"):
        """The norms of the units' weights, by unit."""
        tensors, _ = load_tensors(self.folder / run / "model.safetensors")
        (outputs, inputs), weights = tensors[f"{layer}.weight"]
        return [math.hypot(*weights[o * inputs:(o + 1) * inputs]) for o in range(outputs)]

    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def test_hidden_units_are_limited_and_outputs_are_not(self):
        for optimizer in ("sgd", "adamw"):
            self.train("--optimizer", optimizer, "--lr", "0.2", "--epochs", "10", "--max-norm",
                       "0.75", "--validation", "0", "--force")
            for layer in (0, 2):
                self.assertLessEqual(max(self.lengths(layer)), 0.75 * (1 + 1e-6))
                self.assertGreater(max(self.lengths(layer)), 0.7499)
            self.assertGreater(max(self.lengths(4)), 0.76)

    def test_resuming(self):
        for optimizer in ("sgd", "adamw"):
            common = [*OPTIONS, "--optimizer", optimizer]
            self.train(*common, "--epochs", "6", "--threads", "2", "--force", out="whole")
            self.train(*common, "--epochs", "3", "--force", out="part")
            self.succeed("train", "--resume", "part", "--epochs", "6", "--quiet")
            self.assert_same_run("whole", "part")

    def test_dropout_of_inputs_changes_the_training_alone(self):
        """The untrained network is evaluated on whole inputs."""
        self.train("--epochs", "2", out="whole")
        self.train("--epochs", "2", "--input-dropout", "0.5", out="thinned")
        whole, thinned = self.rows("whole"), self.rows("thinned")
        self.assertEqual(whole[0]["train_loss"], thinned[0]["train_loss"])
        self.assertNotEqual(whole[1]["train_loss"], thinned[1]["train_loss"])

    def test_without_hidden_layers(self):
        self.train("--epochs", "1", "--hidden", "none", out="linear")
        for option in ("--dropout", "--max-norm"):
            for network in (["--hidden", "none"], ["--init-from", "linear/model.safetensors"]):
                with self.subTest(f"{option} {network}"):
                    self.refuse(2, [option, "only with hidden layers"], "train", "data", *network,
                                option, "0.5")
            self.refuse(2, [option, "only with hidden layers"], "train", "--resume", "linear",
                        option, "0.5")
        self.train("--hidden", "none", "--epochs", "1", "--input-dropout", "0.5")


if __name__ == "__main__":
    unittest.main()
