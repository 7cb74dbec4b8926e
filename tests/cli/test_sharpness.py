#!/usr/bin/python3
"""descent sharpness on losses whose Hessian is known: a linear network's is 2 / n XᵀX, here diagonal."""

import csv
import json
import re
import shutil
import unittest

from harness import CommandCase, make_data

# Columns at right angles to each other and to the bias's ones: eigenvalues 2 · 3², 2 · ½² and 2.
LINE = "a,b,y\n" + "".join(f"{3 * s},{0.5 * t},{y}\n" for s, t, y in
                           ((1, 1, 1), (1, -1, -2), (-1, 1, 0.5), (-1, -1, 4)))
RAW = ["--regression", "--label-column", "y", "--raw-targets", "--standardize", "none", "--hidden", "none",
       "--batch", "full", "--optimizer", "sgd", "--schedule", "constant", "--test", "0", "-q"]


class Sharpness(CommandCase):
    def setUp(self):
        super().setUp()
        (self.folder / "line.csv").write_text(LINE)

    def line(self, *options, out="run", epochs=2):
        self.succeed("train", "line.csv", *RAW, "--epochs", epochs, "--out", out, "-f", *options)
        return json.loads(self.succeed("sharpness", out, "--json").stdout)

    def test_where_the_data_are_is_asked_for(self):
        """config.json says it, and may be lost."""
        self.line("--lr", "0.01")
        before = self.said()
        (self.folder / "run/config.json").unlink()
        self.refuse(1, ["run/config.json", "give DATA"], "sharpness", "run")
        self.assertEqual(self.said("run", "line.csv"), before)

    def said(self, run="run", *options):
        """What it prints, its lines joined."""
        text = self.succeed("sharpness", run, *options).stdout
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        return re.sub(r"\s+", " ", text)

    def test_a_linear_network(self):
        found = self.line("--lr", "0.01")
        self.assertAlmostEqual(found["largest"]["value"], 18, delta=0.002)
        self.assertAlmostEqual(found["smallest"]["value"], 0.5, delta=0.002)
        self.assertTrue(found["largest"]["converged"] and found["smallest"]["converged"])
        self.assertAlmostEqual(found["limit"], 2 / 18, delta=1e-5)
        self.assertEqual([found[key] for key in ("learning_rate", "learning_rate_highest", "samples",
                                                 "part", "weights", "epoch", "optimizer", "point")],
                         [0.01, 0.01, 4, "train", "last", 2, "sgd", "slope"])

    def test_the_limit_is_where_training_turns(self):
        """The parabola's law: just below it a linear network's loss falls, just above it grows."""
        for options, factor in (((), 2), (("--momentum", "0.5"), 3),
                                (("--momentum", "0.5", "--nesterov"), 1.5)):
            with self.subTest(options):
                limit = self.line("--lr", "0.001", *options)["limit"]
                self.assertAlmostEqual(limit, factor / 18, delta=1e-4 * factor)
                for share, falls in ((0.97, True), (1.03, False)):
                    self.succeed("train", "line.csv", *RAW, "--epochs", "300", "--loss-limit", "0", "--out",
                                 "turn", "-f", "--lr", share * limit, *options)
                    with (self.folder / "turn/metrics.csv").open() as file:
                        losses = [float(row["train_loss"]) for row in csv.DictReader(file)]
                    self.assertEqual(losses[-1] < losses[0], falls, losses[-1])

    def test_the_verdict_on_the_learning_rate(self):
        for share, words in ((0.5, "0.5 times the limit: steps are stable"),
                             (1.0, "1.00 times the limit: the edge of stability"),
                             (1.5, "1.5 times the limit: along the direction that bends most")):
            self.line("--lr", share / 9)
            self.assertIn(words, self.said())
        self.line("--lr", "0.01", "--batch", "2")
        self.assertIn("noise of smaller batches", self.said())
        self.line("--lr", "0.1", "--schedule", "linear", "--lr-final", "0.05", epochs=5)
        self.assertIn("Its highest, 0.1, is 0.9 times it.", self.said())
        found = self.line("--lr", "0.01", "--optimizer", "adam")
        self.assertIsNone(found["limit"])
        self.assertIn("For adam there is no such limit", self.said())

    def test_weight_decay(self):
        """A part of the loss with sgd, and not with adamw."""
        decayed = self.line("--weight-decay", "0.25", "--decay-biases", "--lr", "0.01")
        self.assertAlmostEqual(decayed["largest"]["value"], 18.25, delta=0.002)
        self.assertAlmostEqual(decayed["smallest"]["value"], 0.75, delta=0.002)
        apart = self.line("--weight-decay", "0.25", "--optimizer", "adamw", "--lr", "0.01")
        self.assertAlmostEqual(apart["largest"]["value"], 18, delta=0.002)

    def test_a_minimum(self):
        found = self.line("--lr", "0.05", epochs=2000)
        self.assertLess(found["gradient_norm"], 1e-4)
        self.assertEqual(found["point"], "minimum")
        self.assertIn("a minimum", self.said())

    def test_a_minimum_of_no_loss(self):
        """What is left of the loss is rounding, and of the gradient: 2 a - 3 b + 0.5 fits."""
        rows = [(a / 4, b / 4) for a in range(-4, 5) for b in range(-4, 5)]
        (self.folder / "line.csv").write_text("a,b,y\n" + "".join(
            f"{a},{b},{2 * a - 3 * b + 0.1:.7g}\n" for a, b in rows))
        self.assertEqual(self.line("--lr", "0.2", epochs=20)["point"], "slope")
        found = self.line("--lr", "0.2", epochs=1500)
        self.assertLess(found["loss"], 1e-11)
        self.assertEqual(found["point"], "minimum")

    def test_a_saddle(self):
        """(v u x - y)² at 0, where y's mean is 0: ± 2 mean(x y) along u = ± v."""
        (self.folder / "line.csv").write_text("x,y\n1,2\n2,3\n-1,-3\n-2,-2\n")
        found = self.line("--hidden", "1", "--activation", "identity", "--init", "zeros", "--lr", "0.1")
        self.assertEqual(found["gradient_norm"], 0)
        self.assertAlmostEqual(found["largest"]["value"], 7.5, delta=0.008)
        self.assertAlmostEqual(found["smallest"]["value"], -7.5, delta=0.008)
        self.assertEqual(found["point"], "saddle")
        self.assertIn("a saddle, not a minimum", self.said())

    def test_a_run_stays_as_it_is(self):
        self.line("--lr", "0.01")
        before = {path.name: path.read_bytes() for path in (self.folder / "run").iterdir()}
        self.succeed("sharpness", "run")
        self.assertEqual({path.name: path.read_bytes() for path in (self.folder / "run").iterdir()}, before)

    def test_samples(self):
        make_data(self.folder / "data")
        self.succeed("train", "data", "-q", "--epochs", "2", "--out", "run")
        self.assertIn("20 of the 54 of data (train), drawn by seed 1", self.said("run", "--samples", "20"))
        self.assertIn("all 54 of data (train)", self.said("run"))
        self.assertIn("all 20 of data (test)", self.said("run", "--part", "test"))
        self.assertIn("saved weights", self.said("run", "--best"))
        self.refuse(2, ["--samples", "54", "found 55"], "sharpness", "run", "--samples", "55")
        for few in ("1", "53"):
            self.refuse(2, ["each class", "all 54", f"found {few}"], "sharpness", "run", "--samples", few)
        shutil.move(self.folder / "data", self.folder / "moved")
        self.refuse(1, ["data"], "sharpness", "run")
        self.assertIn("all 54", self.said("run", "moved"))
        make_data(self.folder / "other", train=50)
        self.refuse(1, ["not the data of the run"], "sharpness", "run", "other")

    def test_no_run(self):
        self.refuse(2, ["sharpness: expected a run folder"], "sharpness")
        self.refuse(1, ["nowhere: no such run folder"], "sharpness", "nowhere")
        self.line("--lr", "0.01")
        self.refuse(2, ["--part validation", "no such samples"], "sharpness", "run", "--part",
                    "validation")
        (self.folder / "run/checkpoint.safetensors").write_bytes(b"x")
        self.refuse(1, ["checkpoint.safetensors"], "sharpness", "run")


if __name__ == "__main__":
    unittest.main()
