#!/usr/bin/python3
"""--batch-schedule: batch sizes that change with the epoch (Smith et al. 2018)."""

import json
import statistics
import unittest

from harness import CommandCase

SGD = ["--optimizer", "sgd", "--lr", "0.1"]
CONSTANT = [*SGD, "--schedule", "constant"]


class BatchSchedule(CommandCase):
    def train(self, out, *options, epochs=5):
        return self.succeed("train", "digits", "--epochs", epochs, "--out", out, "-f", *options)

    def bytes_of(self, run, name="model.safetensors"):
        return (self.folder / run / name).read_bytes()

    def result(self, run):
        return json.loads((self.folder / run / "result.json").read_text())

    def options(self, run):
        return json.loads((self.folder / run / "config.json").read_text())["options"]

    def test_steps(self):
        """Of 1,293 samples: 162 steps of 8, 41 of 32, one of all, and of more than there are."""
        said = self.train("run", "--batch-schedule", "8,32@2,full@3,9000@4").stderr
        self.assertEqual([int(row["step"]) for row in self.rows("run")], [0, 162, 324, 365, 366, 367])
        self.assertEqual([int(row["samples"]) for row in self.rows("run")],
                         [1293 * e for e in range(6)])
        self.assertIn("batch 8,32@2,full@3,9000@4, epochs 5, steps 367", said)
        self.assertIn("batch 8,32@2,full@3,9000@4", self.succeed("doctor", "run").stdout)

    def test_one_size_is_that_of_batch(self):
        self.train("one", "-q", "--batch-schedule", "16")
        self.train("other", "-q", "--batch", "16")
        self.assertEqual(self.bytes_of("one"), self.bytes_of("other"))

    def test_as_resumed_with_another_batch(self):
        for optimizer in (CONSTANT, ["--schedule", "constant", "--dropout", "0.2", "--threads", "2"]):
            self.train("whole", "-q", "--batch-schedule", "16,100@2,full@4", *optimizer, epochs=6)
            self.train("parts", "-q", "--batch", "16", *optimizer, epochs=2)
            for batch, epochs in (("100", 4), ("full", 6)):
                self.succeed("train", "-q", "--resume", "parts", "--batch", batch, "--epochs", epochs)
            self.assertEqual(self.result("whole")["crc32"], self.result("parts")["crc32"])
            for row, other in zip(self.rows("whole"), self.rows("parts"), strict=True):
                for key in set(row) - {"seconds", "samples_per_second"}:
                    self.assertEqual(row[key], other[key], key)

    def test_resumed(self):
        """Before, at and behind a change, with every kind of schedule."""
        for schedule in ("cosine", "step", "one-cycle", "plateau"):
            options = ["-q", "--batch-schedule", "16,64@2,256@3", "--schedule", schedule, "--warmup", "9"]
            self.train("whole", *options)
            for until in range(1, 5):
                self.train("run", *options, "--until", until)
                self.succeed("train", "-q", "--resume", "run")
                for name in ("model.safetensors", "checkpoint.safetensors"):
                    self.assertEqual(self.bytes_of("whole", name), self.bytes_of("run", name), schedule)

    def test_a_resumed_run_may_have_another(self):
        self.train("run", "-q", "--batch-schedule", "16,64@1", *CONSTANT, epochs=2)
        self.succeed("train", "-q", "--resume", "run", "--epochs", "4", "--batch-schedule", "16,64@1,256@3")
        self.train("whole", "-q", "--batch-schedule", "16,64@1,256@3", *CONSTANT, epochs=4)
        self.assertEqual(self.bytes_of("run"), self.bytes_of("whole"))
        said = self.succeed("train", "--resume", "run", "--epochs", "5", "--batch", "32").stderr
        self.assertIn("--batch-schedule none, was 16,64@1,256@3", said)
        self.assertEqual(int(self.rows("run")[5]["step"]) - int(self.rows("run")[4]["step"]), 41)
        self.assertEqual((self.options("run")["batch-schedule"], self.options("run")["batch"]), ("none", 32))

    def test_budget(self):
        self.train_for(0.5, "--batch-schedule", "8,64@1")
        steps = [int(row["step"]) for row in self.rows("run")]
        self.assertEqual(steps[1], 162)
        self.assertEqual(steps[2] - steps[1], 21)
        self.assertEqual(self.result("run")["stop_reason"], "budget")

    def train_for(self, seconds, *options):
        self.succeed("train", "digits", "-q", "--budget", seconds, "--out", "run", *options)

    def test_find_lr_takes_the_first(self):
        first, other = (json.loads(self.succeed("find-lr", "digits", "--json", *batch).stdout)
                        for batch in (["--batch-schedule", "64,8@1"], ["--batch", "64"]))
        self.assertEqual(first["steps"], other["steps"])
        self.assertEqual(first["suggestion"], other["suggestion"])

    def test_bad_input(self):
        for text in ("64,128", "64@2", "x", "64,128@5,256@5", "64,128@5,256@4", "64,0@3", "0", "64,128@0",
                     "64,,128@2", "64,128@2,", "64.5", "-1", "64,128@1e3", "64,128@2@3", "64 ,128@2",
                     "9" * 40, "64,128@" + "9" * 30):
            self.refuse(2, ["--batch-schedule", "64,128@5,256@10", text], "train", "digits",
                        "--batch-schedule", text, "--out", "new")
        many = "1," + ",".join(f"{b}@{b}" for b in range(1, 40))
        self.refuse(2, ["--batch-schedule", "at most 32"], "train", "digits", "--batch-schedule", many,
                    "--out", "new")
        self.refuse(2, ["--batch and --batch-schedule", "both"], "train", "digits", "--batch", "8",
                    "--batch-schedule", "16", "--out", "new")
        self.refuse(2, ["--batch-schedule", "the 3 of the run", "after 3"], "train", "digits", "--epochs",
                    "3", "--batch-schedule", "16,32@3", "--out", "new")
        self.assertFalse((self.folder / "new").exists())

    def test_it_takes_the_place_of_a_falling_rate(self):
        """Multiplying the batch by 4 after every third epoch follows the same curve of the training
        loss as dividing the learning rate by 4, within two standard errors over seeds; doing neither
        is far from it. The packed engine's curves are the same on every machine."""
        seeds = range(1, 7)
        steps = 3 * 162
        ways = {"grows": ["--batch-schedule", "8,32@3,128@6", "--schedule", "constant"],
                "falls": ["--batch", "8", "--schedule", "step", "--decay-period", steps,
                          "--decay-factor", "0.25"],
                "neither": ["--batch", "8", "--schedule", "constant"]}
        curves = {}
        for way, options in ways.items():
            for seed in seeds:
                self.train("run", "-q", *SGD, "--engine", "packed", "--seed", seed, *options, epochs=9)
                losses = [float(row["train_loss"]) for row in self.rows("run")]
                curves.setdefault(way, []).append(losses)
        for epoch in range(4, 10):
            grows, falls, neither = ([losses[epoch] for losses in curves[way]] for way in ways)
            error = ((statistics.variance(grows) + statistics.variance(falls)) / len(seeds)) ** 0.5
            self.assertLess(abs(statistics.mean(grows) - statistics.mean(falls)), 2 * error, epoch)
        self.assertGreater(abs(statistics.mean(neither) - statistics.mean(falls)), 10 * error)


if __name__ == "__main__":
    unittest.main()
