#!/usr/bin/python3
"""--log-noise-scale: tr Σ / |G|² by epoch, which changes nothing else. Where a value is expected, the
engine is packed: a few steps may find that the noise hides G, and do so on every machine or none."""

import csv
import json
import unittest

from harness import COLUMNS, CommandCase
from plots import read_svg

SGD = ["--optimizer", "sgd", "--schedule", "constant", "--lr", "0.1"]


class LogNoiseScale(CommandCase):
    def columns(self, run):
        path = self.folder / run / "metrics.csv"
        with path.open() as file:
            return path.read_text().split("\n", 1)[0], list(csv.DictReader(file))

    def train(self, out, *options, data="digits", epochs=3):
        return self.succeed("train", data, "--epochs", epochs, "--out", out, *options)

    def scales(self, run):
        return [row["noise_scale"] for row in self.columns(run)[1]]

    def test_it_changes_nothing_else(self):
        """On either way of a step."""
        for engine, optimizer in (("blas", "sgd"), ("blas", "adamw"), ("packed", "sgd")):
            options = ["-f", "--engine", engine, "--optimizer", optimizer]
            said = self.train("with", "--log-noise-scale", *options)
            self.train("without", "-q", *options)
            for name in ("model.safetensors", "checkpoint.safetensors"):
                self.assertEqual((self.folder / "with" / name).read_bytes(),
                                 (self.folder / "without" / name).read_bytes(), (name, *options))
            header, rows = self.columns("with")
            self.assertEqual(header, COLUMNS + ",noise_scale")
            for row, other in zip(rows, self.rows("without"), strict=True):
                for key in set(other) - {"seconds", "samples_per_second"}:
                    self.assertEqual(row[key], other[key])
            self.assertEqual(rows[0]["noise_scale"], "")
        self.assertGreater(float(rows[1]["noise_scale"]), 0)
        table = [line for line in said.stderr.splitlines() if line.startswith(("epoch ", "    1"))]
        self.assertEqual([len(line) for line in table], [80, 80])
        self.assertIn(f"{float(rows[1]['noise_scale']):.4g}", table[1])
        for command in (["plot", "with", "without", "--out", "x.svg"], ["doctor", "with"],
                        ["runs", "with", "without"]):
            self.succeed(*command)

    def test_the_result_has_the_first_and_the_last(self):
        said = self.train("run", "--log-noise-scale", "--engine", "packed").stdout
        result = json.loads((self.folder / "run" / "result.json").read_text())["noise_scale"]
        scales = self.scales("run")
        self.assertAlmostEqual(result["first_epoch"], float(scales[1]), delta=1e-5 * result["first_epoch"])
        self.assertEqual(result["last_epoch"] is None, scales[3] == "")
        self.assertIn(f"scale {float(scales[1]):.3g} samples in the first epoch", said)
        self.train("plain", "-q")
        self.assertNotIn("noise_scale", json.loads((self.folder / "plain" / "result.json").read_text()))

    def test_linear_regression_by_hand(self):
        """All samples in a step, y = ± 1 at x = 1, and no weights yet: of the gradients
        2 (prediction − y) x the mean is 2 (1 − 2 p), for p the share of the − 1."""
        self.write_table("line.csv", [1] * 30 + [-1] * 10)
        self.train("run", "-q", "--regression", "--label-column", "y", "--raw-targets", "--standardize",
                   "none", "--hidden", "none", "--init", "zeros", "--validation", "0", "--test", "0",
                   "--batch", "full", *SGD, "--log-noise-scale", data="line.csv", epochs=1)
        n, mean = 40, 2 * (30 - 10) / 40  # twice: of the weight and of the bias
        signal = 2 * (n * mean * mean - 4) / (n - 1)
        noise = 2 * (4 - mean * mean) / (1 - 1 / n)
        self.assertAlmostEqual(float(self.scales("run")[1]), noise / signal, delta=1e-4)

    def write_table(self, name, targets):
        (self.folder / name).write_text("x,y\n" + "".join(f"1,{y}\n" for y in targets))

    def test_one_sample_a_step_has_none(self):
        self.train("run", "-q", "--log-noise-scale", "--batch", "1", "--limit", "50", *SGD, epochs=2)
        self.assertEqual(self.scales("run"), ["", "", ""])

    def test_resumed_and_on_other_threads(self):
        self.train("whole", "-q", "--log-noise-scale", *SGD, "--threads", "1", epochs=4)
        self.train("run", "-q", "--log-noise-scale", *SGD, "--threads", "2", epochs=2)
        self.succeed("train", "-q", "--resume", "run", "--epochs", "4")
        self.assertEqual(self.scales("whole"), self.scales("run"))
        self.train("plain", "-q")
        self.refuse(2, ["--log-noise-scale", "cannot change"], "train", "--resume", "plain",
                    "--log-noise-scale")

    def test_plot(self):
        self.train("run", "-q", "--log-noise-scale", *SGD, "--batch", "full", epochs=6)
        self.succeed("plot", "run", "--what", "noise-scale", "--out", "x.svg", "-q")
        texts, curves = read_svg(self.folder / "x.svg")
        self.assertTrue(any("noise scale, samples" in text for text in texts), texts)
        self.assertTrue(curves)
        self.train("plain", "-q")
        self.refuse(1, ["no values to draw"], "plot", "plain", "--what", "noise-scale", "--out", "y.svg",
                    "-q")


if __name__ == "__main__":
    unittest.main()
