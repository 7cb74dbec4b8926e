#!/usr/bin/python3
"""--log-sharpness: the largest eigenvalue by epoch, which changes nothing else, and the edge of
stability (Cohen et al. 2021, arXiv 2103.00065)."""

import csv
import json
import unittest

from harness import COLUMNS, CommandCase
from plots import read_svg

SHARPNESS = ",sharpness,sharpness_limit"
SGD = ["--optimizer", "sgd", "--schedule", "constant"]


class LogSharpness(CommandCase):
    def columns(self, run):
        """metrics.csv as its header and rows of dictionaries."""
        path = self.folder / run / "metrics.csv"
        with path.open() as file:
            return path.read_text().split("\n", 1)[0], list(csv.DictReader(file))

    def train(self, out, *options, data="digits", epochs=3):
        return self.succeed("train", data, "--epochs", epochs, "--out", out, *options)

    def test_it_changes_nothing_else(self):
        said = self.train("with", "--log-sharpness").stderr
        self.train("without", "-q")
        for name in ("model.safetensors", "checkpoint.safetensors"):
            self.assertEqual((self.folder / "with" / name).read_bytes(),
                             (self.folder / "without" / name).read_bytes(), name)
        header, rows = self.columns("with")
        self.assertEqual(header, COLUMNS + SHARPNESS)
        for row, other in zip(rows, self.rows("without"), strict=True):
            for key in set(other) - {"seconds", "samples_per_second"}:
                self.assertEqual(row[key], other[key])
        table = [line for line in said.splitlines() if line.startswith(("epoch ", "    3"))]
        self.assertEqual([len(line) for line in table], [80, 80])
        self.assertIn("rate  sharpness", table[0])
        self.assertIn(f"{float(rows[3]['sharpness']):.4g}", table[1])
        for command in (["plot", "with", "without", "--out", "x.svg"], ["doctor", "with"]):
            self.succeed(*command)

    def test_it_is_what_sharpness_finds(self):
        self.train("run", "-q", "--log-sharpness", *SGD, "--lr", "0.25")
        rows = self.columns("run")[1]
        found = json.loads(self.succeed("sharpness", "run", "--json").stdout)
        last = float(rows[3]["sharpness"])
        self.assertAlmostEqual(last, found["largest"]["value"], delta=0.01 * last)
        self.assertEqual([row["sharpness_limit"] for row in rows], ["", "8", "8", "8"])
        self.assertAlmostEqual(found["limit"] * found["largest"]["value"], 2, delta=1e-6)

    def test_the_limit_is_the_optimizers(self):
        for options, limit in ((["--momentum", "0.5"], "12"), (["--momentum", "0.5", "--nesterov"], "6"),
                               (["--optimizer", "adam"], "")):
            self.train("run", "-q", "-f", "--log-sharpness", *SGD, "--lr", "0.25", *options, epochs=1)
            self.assertEqual(self.columns("run")[1][1]["sharpness_limit"], limit)

    def test_every_few_epochs(self):
        self.train("run", "-q", "--log-sharpness", "--sharpness-every", "2")
        measured = [bool(row["sharpness"]) for row in self.columns("run")[1]]
        self.assertEqual(measured, [True, False, True, False])
        self.refuse(2, ["--sharpness-every", "with --log-sharpness"], "train", "digits",
                    "--sharpness-every", "2", "--out", "new")

    def test_resumed_and_on_other_threads(self):
        self.train("whole", "-q", "--log-sharpness", *SGD, "--threads", "1", epochs=4)
        self.train("run", "-q", "--log-sharpness", *SGD, "--threads", "2", epochs=2)
        self.succeed("train", "-q", "--resume", "run", "--epochs", "4")
        figures = [[(row["sharpness"], row["sharpness_limit"]) for row in self.columns(run)[1]]
                   for run in ("whole", "run")]
        self.assertEqual(*figures)
        self.train("plain", "-q")
        self.refuse(2, ["--log-sharpness", "cannot change"], "train", "--resume", "plain",
                    "--log-sharpness")

    def test_regression_beside_the_test_samples(self):
        """A linear network's Hessian is the same at all weights: 2 / n XᵀX, here with 2 · 3² on it."""
        rows = [f"{3 * (-1) ** i},{i % 5 - 2}\n" for i in range(40)]
        (self.folder / "line.csv").write_text("x,y\n" + "".join(rows))
        self.train("run", "-q", "--regression", "--label-column", "y", "--raw-targets", "--standardize",
                   "none", "--hidden", "none", *SGD, "--lr", "0.01", "--log-sharpness", "--log-test",
                   "--test", "0.5", "--validation", "0", data="line.csv")
        header, rows = self.columns("run")
        self.assertTrue(header.endswith("test_loss,test_r2,test_rmse" + SHARPNESS), header)
        self.assertEqual(len({row["test_rmse"] for row in rows}), 4)
        # x is ± 3 with a mean m: 2 [[9, m], [m, 1]] has the eigenvalues 10 ± √(64 + 4 m²)
        mean = 3 * self.mean_sign("run")
        for row in rows:
            self.assertAlmostEqual(float(row["sharpness"]), 10 + (64 + 4 * mean * mean) ** 0.5, delta=0.02)

    def mean_sign(self, run):
        """Of x over the training samples: how many of either sign the split has left there."""
        self.succeed("evaluate", run, "line.csv", "--part", "train", "--samples", "list.csv")
        with (self.folder / "list.csv").open() as file:
            places = [int(row["row"]) for row in csv.DictReader(file)]
        return sum((-1) ** (place - 1) for place in places) / len(places)

    def test_plot(self):
        """One curve, through the epochs where it was measured, and the level line that it is held
        against; nothing of a run that has neither."""
        self.train("run", "-q", "--log-sharpness", "--sharpness-every", "2", *SGD, epochs=6)
        self.succeed("plot", "run", "--what", "sharpness", "--out", "x.svg", "-q")
        texts, curves = read_svg(self.folder / "x.svg")
        self.assertTrue(any("dashed: what the learning rate allows" in text for text in texts), texts)
        self.assertEqual([len(piece) for piece in curves[0]], [4])
        self.assertIn("stroke-dasharray", (self.folder / "x.svg").read_text())
        self.train("plain", "-q")
        self.refuse(1, ["no values to draw"], "plot", "plain", "--what", "sharpness", "--out", "y.svg",
                    "-q")

    def test_the_edge_of_stability(self):
        """With all samples in a step, curvature climbs to 2 / learning rate and stays about it: below,
        it goes on growing; above, the swing along its direction grows until it shrinks. It does so
        within some percent, whatever rounding makes of the swings; ten and thirty are asserted. A
        learning rate whose limit is out of reach leaves it where it is."""
        shares = {}
        for rate in ("0.4", "0.3", "0.05"):
            self.train("run", "-q", "-f", "--loss", "mse", "--activation", "tanh", "--hidden", "64,64",
                       "--batch", "full", "--validation", "0", "--limit", "300", "--threads", "1", *SGD,
                       "--lr", rate, "--log-sharpness", "--sharpness-every", "50", epochs=1000)
            rows = self.columns("run")[1]
            shares[rate] = [float(row["sharpness"]) / float(row["sharpness_limit"])
                            for row in rows[600::50]]
        for rate in ("0.4", "0.3"):
            self.assertAlmostEqual(sum(shares[rate]) / len(shares[rate]), 1, delta=0.1, msg=shares)
            self.assertTrue(all(0.7 < share < 1.3 for share in shares[rate]), shares)
        self.assertTrue(all(share < 0.5 for share in shares["0.05"]), shares)


if __name__ == "__main__":
    unittest.main()
