#!/usr/bin/python3
"""--no-test: the test samples stay unseen in all that a run says and keeps."""

import json
import random
import unittest

from harness import CommandCase


class NoTest(CommandCase):
    def train(self, out, *options):
        return self.succeed("train", "digits", "--epochs", "3", "--out", out, *options)

    def kept(self, run):
        return json.loads((self.folder / run / "result.json").read_text())

    def shown(self):
        """What the same training says of the test samples where they are seen."""
        self.train("shown", "-q")
        return self.kept("shown")["test"]

    def test_nothing_else_changes(self):
        self.train("with", "--no-test", "-q")
        self.train("without", "-q")
        self.assert_same_run("with", "without")
        hidden, shown = self.kept("with"), self.kept("without")
        self.assertIsNone(hidden["test"])
        self.assertEqual(shown["test"]["samples"], 360)
        for key in ("train", "validation", "crc32", "best_epoch", "warnings"):
            self.assertEqual(hidden[key], shown[key], key)

    def test_no_figure_is_told(self):
        """The line for the test samples has their number, and is the only one about them."""
        result = self.train("run", "--no-test")
        lines = [line for line in result.stdout.splitlines() if line.startswith("test")]
        self.assertEqual(lines, ["test        360 samples left unseen by --no-test: descent evaluate "
                                 "scores them"])
        shown = f"{self.shown()['loss']:.6f}"
        for text in (result.stdout, result.stderr, (self.folder / "run/log.txt").read_text(),
                     (self.folder / "run/metrics.csv").read_text(),
                     self.succeed("doctor", "run").stdout):
            self.assertNotIn(shown, text)

    def test_json(self):
        found = json.loads(self.train("run", "--no-test", "--json", "-q").stdout)
        self.assertIsNone(found["test"])

    def test_evaluate_scores_what_was_left_unseen(self):
        self.train("run", "--no-test", "-q")
        expected = self.shown()
        found = json.loads(self.succeed("evaluate", "run", "digits", "--json").stdout)
        for key in ("samples", "accuracy", "accuracy_low"):
            self.assertEqual(found[key], expected[key], key)
        self.assertAlmostEqual(found["loss"], expected["loss"], 6)
        self.assertEqual(found["data"]["part"], "test")

    def test_a_resumed_run_keeps_to_it(self):
        self.train("run", "--no-test", "-q")
        result = self.succeed("train", "--resume", "run", "--epochs", "4")
        self.assertRegex(result.stdout, r"(?m)^test +360 samples left unseen")
        self.assertIsNone(self.kept("run")["test"])

    def test_with_log_test(self):
        self.refuse(2, ["--log-test has an effect only without --no-test"], "train", "digits",
                    "--log-test", "--no-test", "--out", "run")
        self.train("logged", "--log-test", "-q")
        self.refuse(2, ["--no-test has an effect only without --log-test"], "train", "--resume",
                    "logged", "--no-test", "-q")

    def test_a_finding_about_the_test_samples(self):
        """Noise cannot be predicted, which without a validation set the test samples alone tell."""
        generator = random.Random(1)
        rows = [",".join(f"{generator.gauss(0, 1):.4f}" for _ in range(4)) for _ in range(150)]
        (self.folder / "noise.csv").write_text("a,b,c,d\n" + "\n".join(rows) + "\n")
        found = {}
        for option in ("--threads=1", "--no-test"):
            self.succeed("train", "noise.csv", "--regression", "--label-column", "d",
                         "--validation", "0", "--epochs", "300", "--weight-decay", "0", "-q",
                         "--out", "run", "--force", option)
            found[option] = "worse-than-mean" in self.kept("run")["warnings"]
        self.assertEqual(found, {"--threads=1": True, "--no-test": False})



if __name__ == "__main__":
    unittest.main()
