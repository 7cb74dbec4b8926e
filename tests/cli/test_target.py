#!/usr/bin/python3
"""Training that ends at a target: what is written of it follows from metrics.csv, and checks within the
epoch change nothing but where it ends."""

import json
import random
import unittest

from harness import CommandCase

# 41 steps an epoch, the last of 13 samples.
DIGITS = ["digits", "--hidden", "24", "--seed", "3"]
SAMPLES = 1293


class Target(CommandCase):
    def train(self, *options, out="run"):
        result = self.succeed("train", "--quiet", "--json", "--force", "--out", out, *options)
        return json.loads(result.stdout)

    def make_table(self):
        generator = random.Random(5)
        rows = [(generator.random(), generator.random()) for _ in range(300)]
        lines = [f"{a:.6f},{b:.6f},{100 * a - 50 * b:.6f}" for a, b in rows]
        (self.folder / "table.csv").write_text("\n".join(["a,b,price", *lines, ""]))

    def crossing(self, figure, target):
        """Steps and samples by the rows: between the last that has not reached the target and the
        last one."""
        before, after = self.rows("run")[-2:]
        share = (target - float(before[figure])) / (float(after[figure]) - float(before[figure]))
        return [float(before[x]) + share * (float(after[x]) - float(before[x]))
                for x in ("step", "samples")]

    def assert_crossed(self, found, figure, value, samples):
        target = found["target"]
        self.assertEqual((target["figure"], target["value"], target["reached"]), (figure, value, True))
        steps, crossed = self.crossing(figure, value)
        self.assertAlmostEqual(target["steps"], steps, delta=1e-3 * steps)
        self.assertAlmostEqual(target["samples"], crossed, delta=1e-3 * crossed)
        self.assertAlmostEqual(target["epochs"], target["samples"] / samples, 5)
        kept = json.loads((self.folder / "run/result.json").read_text())
        self.assertEqual(kept["target"], target)

    def test_the_crossing_follows_from_the_rows(self):
        for options, figure, value, samples in (
                (["--target-accuracy", "0.9"], "validation_accuracy", 0.9, SAMPLES),
                (["--target-loss", "0.5"], "validation_loss", 0.5, SAMPLES),
                (["--target-loss", "0.5", "--validation", "0"], "train_loss", 0.5, 1437)):
            with self.subTest(options):
                found = self.train(*DIGITS, *options)
                self.assertEqual(found["stop_reason"], options[0][2:])
                self.assertGreater(found["epochs"], 1)
                self.assert_crossed(found, figure, value, samples)

    def test_rmse_is_in_the_targets_units(self):
        self.make_table()
        found = self.train("table.csv", "--regression", "--label-column", "price", "--hidden",
                           "none", "--target-rmse", "4", "--epochs", "500", "--lr", "0.05")
        self.assertEqual(found["stop_reason"], "target-rmse")
        header, *lines = (self.folder / "run/metrics.csv").read_text().splitlines()
        column = header.split(",").index("validation_rmse")
        values = [float(line.split(",")[column]) for line in lines]
        self.assertEqual([value <= 4 for value in values], [False] * (len(values) - 1) + [True])
        share = (4 - values[-2]) / (values[-1] - values[-2])
        self.assertAlmostEqual(found["target"]["epochs"], len(values) - 2 + share, 3)
        self.assertEqual(found["target"]["figure"], "validation_rmse")

    def test_an_epoch_ends_at_the_check(self):
        found = self.train(*DIGITS, "--target-accuracy", "0.8", "--check-every", "100")
        last = self.rows("run")[-1]
        self.assertEqual(found["stop_reason"], "target-accuracy")
        self.assertGreaterEqual(float(last["validation_accuracy"]), 0.8)
        samples = int(last["samples"])
        self.assertNotEqual(samples % SAMPLES, 0)
        whole, part = divmod(samples, SAMPLES)
        self.assertEqual(found["epochs"], whole + 1)
        self.assertEqual(int(last["step"]), 41 * whole + part // 32)
        self.assertLess(samples % 100, 32)  # a step is the first at or behind a multiple
        target = found["target"]
        self.assertTrue(samples - 132 < target["samples"] <= samples, target)
        self.assertAlmostEqual(target["samples"] - whole * SAMPLES,
                               32 * (target["steps"] - 41 * whole), 3)

    def test_a_share_of_an_epoch_is_so_many_samples(self):
        found = [self.train(*DIGITS, "--target-loss", "0.4", "--check-every", every)
                 for every in ("0.1", "130")]
        for result in found:
            for key in ("run", "seconds", "elapsed_seconds", "samples_per_second", "date", "machine"):
                result.pop(key)
        self.assertEqual(*found)
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertEqual(config["options"]["check-every"], 130)

    def test_checks_leave_the_weights_alone(self):
        plain = self.train(*DIGITS, "--epochs", "2", "--dropout", "0.2")
        rows = self.rows("run")
        found = self.train(*DIGITS, "--epochs", "2", "--dropout", "0.2", "--target-loss", "1e-6",
                           "--check-every", "1")
        self.assertEqual(found["crc32"], plain["crc32"])
        self.assertEqual(found["target"], {"figure": "validation_loss", "value": 1e-6,
                                           "reached": False, "steps": None, "samples": None,
                                           "epochs": None})
        self.assertIsNone(plain["target"])
        self.assertEqual([row["train_loss"] for row in rows],
                         [row["train_loss"] for row in self.rows("run")])

    def test_killed_and_interrupted_between_checks(self):
        options = [*DIGITS, "--dropout", "0.2", "--target-accuracy", "0.9", "--check-every", "200",
                   "--checkpoint-every", "0"]
        whole = self.train(*options, out="whole")
        self.assertGreater(whole["steps"], 82)
        self.kill(50, "train", "-q", "--out", "run", *options)
        result = self.run_signalled(10, "INT", "train", "-q", "--resume", "run")
        self.assertEqual(result.returncode, 130, result.stderr)
        again = json.loads(self.succeed("train", "-q", "--json", "--resume", "run").stdout)
        self.assert_same_run("whole", "run")
        self.assertEqual(again["target"], whole["target"])

    def test_another_target_for_a_run_that_goes_on(self):
        first = self.train(*DIGITS, "--target-accuracy", "0.8", "--epochs", "30")
        self.assertEqual(first["stop_reason"], "target-accuracy")
        result = self.succeed("train", "--json", "--resume", "run", "--target-loss", "0.3")
        found = json.loads(result.stdout)
        self.assertIn("--target-accuracy 0, was 0.8", result.stderr)
        self.assertEqual(found["stop_reason"], "target-loss")
        self.assert_crossed(found, "validation_loss", 0.3, SAMPLES)

    def test_what_is_printed(self):
        options = ["train", *DIGITS, "-q", "--force", "--out", "run"]
        text = self.succeed(*options, "--target-loss", "0.5").stdout
        self.assertRegex(text, r"validation loss 0\.\d{4} reaches --target-loss 0\.5\n"
                               r"target +reached after [\d.]+ steps: [\d,]+ samples, [\d.]+ epochs\n")
        text = self.succeed(*options, "--target-loss", "1e-6", "--epochs", "2").stdout
        self.assertIn("after epoch 2: all epochs done, --target-loss 1e-06 not reached", text)
        self.assertNotIn("\ntarget", text)

    def test_bad_values(self):
        self.make_table()
        table = ["table.csv", "--regression", "--label-column", "price"]
        for options, parts in (
                (["digits", "--target-loss", "-1"], ["--target-loss", "≥ 0"]),
                (["digits", "--target-rmse", "1"], ["--target-rmse", "--regression"]),
                ([*table, "--target-accuracy", "0.9"], ["--target-accuracy", "without --regression"]),
                ([*table, "--target-rmse", "1", "--target-loss", "1"], ["expected one of", "found 2"]),
                (["digits", "--check-every", "0", "--target-loss", "1"], ["--check-every", "> 0", "epoch"]),
                (["digits", "--check-every", "64"], ["--check-every", "--target-loss"]),
                (["digits", "--check-every", "64", "--target-loss", "1", "--validation", "0"],
                 ["--check-every", "--validation > 0"]),
                (["table.csv", "--limit", "15", "--test", "0", "--regression", "--label-column",
                  "price", "--check-every", "9", "--target-loss", "1"],
                 ["--check-every", "fewer than 20"])):
            with self.subTest(options):
                self.refuse(2, parts, "train", *options)


if __name__ == "__main__":
    unittest.main()
