#!/usr/bin/python3
"""The guard: what is not finite or explodes stops a run, or sends it back to its checkpoint."""

import json
import unittest

from harness import CommandCase, contents, make_data
from tensors import load_tensors

SGD = ["--optimizer", "sgd", "--schedule", "constant", "--hidden", "8"]
# So steep that the first step already leads beyond all numbers, or only far off.
BEYOND, FAR = ["--lr", "1e30"], ["--lr", "3e3"]


class Guard(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def stop_reason(self, run="run"):
        return json.loads((self.folder / run / "config.json").read_text())["stop_reason"]

    def checkpoint(self, run="run"):
        return json.loads(self.succeed("inspect", "--json",
                                       f"{run}/checkpoint.safetensors").stdout)

    def test_not_finite(self):
        self.refuse(1, ["epoch 1, step 2", "expected finite numbers", "layer 2 of 2", "weight",
                        "learning rate far below 1e+30", "--recover",
                        "run/checkpoint.safetensors keeps epoch 0"],
                    "train", "data", "-q", "--out", "run", *SGD, *BEYOND)
        self.assertEqual(self.stop_reason(), "not-finite")

    def test_explosion(self):
        self.refuse(1, ["epoch 1, step ", "the loss explodes", "loss limit 100",
                        "largest in layer ", "--clip-norm", "run/checkpoint.safetensors"],
                    "train", "data", "-q", "--out", "run", *SGD, *FAR)
        self.assertEqual(self.stop_reason(), "exploded")

    def test_the_limit_is_a_multiple_of_the_untrained_loss(self):
        """That of a network whose first weights are large is large."""
        start = ["--init", "normal", "--init-deviation", "300", "--hidden", "none", "--epochs", "1",
                 "--optimizer", "sgd", "--lr", "1e-9", "--loss-limit", "1.5"]
        self.succeed("train", "data", "-q", "--out", "large", *start)
        self.assertGreater(float(self.rows("large")[0]["train_loss"]), 50)
        self.refuse(1, ["running mean up to "], "train", "data", "-q", "--out", "small", *SGD,
                    "--lr", "30", "--loss-limit", "1.5")
        self.succeed("train", "data", "-q", "--out", "unlimited", *SGD, "--lr", "30",
                     "--loss-limit", "0", "--epochs", "1")

    def test_class_weights_do_not_move_the_limit(self):
        """The loss is a mean over the weights: where all are the same, they change nothing."""
        exploding = ["train", "data", "-q", *SGD, "--lr", "30", "--loss-limit", "1.5"]
        plain = self.refuse(1, ["the loss explodes"], *exploding, "--out", "plain")
        for weight in ("256", "0.0009765625"):
            with self.subTest(weight):
                weights = ["--class-weights", ",".join([weight] * 3)]
                said = self.refuse(1, ["the loss explodes"], *exploding, *weights, "--out", weight)
                self.assertEqual(said.stderr.replace(weight, "plain"), plain.stderr)
                self.succeed("train", "data", "-q", "--epochs", "1", *weights, "--out", "run",
                             "--force")

    def test_a_late_failure_keeps_the_last_epoch(self):
        self.succeed("train", "data", "-q", "--out", "run", "--epochs", "2", *SGD, "--lr", "0.1")
        before = contents(self.folder / "run")
        self.refuse(1, ["epoch 3, step 2", "keeps epoch 2"], "train", "-q", "--resume", "run",
                    "--epochs", "4", *BEYOND)
        for name in ("checkpoint.safetensors", "metrics.csv"):
            path = self.folder / "run" / name
            self.assertEqual(path.read_bytes(), before[path])
        self.succeed("train", "-q", "--resume", "run", "--epochs", "4", "--lr", "0.1")
        self.succeed("train", "data", "-q", "--out", "whole", "--epochs", "4", *SGD, "--lr", "0.1")
        self.assert_same_run("whole", "run")

    def test_recovery(self):
        result = self.succeed("train", "data", "--out", "run", "--epochs", "3", "--json", *SGD,
                              *FAR, "--recover")
        found = json.loads(result.stdout)
        recoveries = found["recoveries"]
        self.assertIn(recoveries, (1, 2, 3))
        for number in range(1, recoveries + 1):
            self.assertIn(f"recovery {number} of 3: back to the end of epoch", result.stderr)
        self.assertAlmostEqual(float(self.rows("run")[-1]["learning_rate"]),
                               3e3 * 0.1 ** recoveries, 6)
        self.assertEqual(self.checkpoint()["recoveries"], recoveries)
        self.assertAlmostEqual(self.checkpoint()["schedule"]["learning_rate"],
                               3e3 * 0.1 ** recoveries, 6)
        self.assertEqual(self.stop_reason(), "epochs")

    def test_recovery_is_bounded(self):
        result = self.run_command("train", "data", "--out", "run", *SGD, *BEYOND, "--recover")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertEqual(result.stderr.count("recovery "), 3)
        self.assertIn("learning rate far below 1e+27", result.stderr.splitlines()[-1])
        self.assertNotIn("or --recover", result.stderr)
        self.assertEqual(self.checkpoint()["recoveries"], 3)
        # A learning rate given anew is the one that counts.
        self.succeed("train", "-q", "--resume", "run", "--epochs", "1", "--lr", "0.1")
        self.assertEqual(self.rows("run")[-1]["learning_rate"], "0.1")

    def test_resumed_after_a_recovery(self):
        """A run that recovered is continued as if it had never been away."""
        options = [*SGD, *FAR, "--recover", "--dropout", "0.2"]
        self.succeed("train", "data", "-q", "--out", "whole", "--epochs", "6", *options)
        self.assertGreater(self.checkpoint("whole")["recoveries"], 0)
        self.succeed("train", "data", "-q", "--out", "run", "--epochs", "2", *options)
        result = self.succeed("train", "--resume", "run", "--epochs", "6")
        self.assertRegex(result.stderr, r"after epoch 2, recovered \d times")
        self.assert_same_run("whole", "run")

    def test_recovery_in_the_middle(self):
        """As if the epoch that failed had been begun with the lower learning rate: the optimizer's
        state, the best weights and the schedule are those of the epoch before."""
        options = ["--optimizer", "adam", "--schedule", "plateau", "--plateau-patience", "0",
                   "--hidden", "8"]
        for run in ("low", "run"):
            self.succeed("train", "data", "-q", "--out", run, "--epochs", "3", *options, "--lr",
                         "0.1")
        result = self.succeed("train", "--resume", "run", "--epochs", "5", "--lr", "1e3",
                              "--recover", "--json")
        recoveries = json.loads(result.stdout)["recoveries"]
        self.assertGreater(recoveries, 0)
        self.assertIn("back to the end of epoch 3", result.stderr)
        self.succeed("train", "-q", "--resume", "low", "--epochs", "5", "--lr",
                     f"{1e3 * 0.1 ** recoveries:g}")
        for name in ("model.safetensors", "checkpoint.safetensors"):
            self.assertEqual(load_tensors(self.folder / "low" / name)[0],
                             load_tensors(self.folder / "run" / name)[0])


if __name__ == "__main__":
    unittest.main()
