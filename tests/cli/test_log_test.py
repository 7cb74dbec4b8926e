#!/usr/bin/python3
"""--log-test: the test samples' figures by epoch, which change nothing else."""

import csv
import json
import unittest

from harness import COLUMNS, CommandCase
from plots import read_svg

TEST = ",test_loss,test_accuracy"


class LogTest(CommandCase):
    def columns(self, run, text=None):
        """metrics.csv as its header and rows of dictionaries."""
        path = self.folder / run / "metrics.csv"
        if text is not None:
            path.write_text(text)
        return path.read_text().split("\n", 1)[0], list(csv.DictReader(path.open()))

    def train(self, out, *options, data="digits"):
        return self.succeed("train", data, "--epochs", "4", "--out", out, *options)

    def test_it_changes_nothing_else(self):
        said = self.train("with", "--log-test").stderr
        self.train("without", "-q")
        for name in ("model.safetensors", "checkpoint.safetensors"):
            self.assertEqual((self.folder / "with" / name).read_bytes(),
                             (self.folder / "without" / name).read_bytes(), name)
        header, rows = self.columns("with")
        self.assertEqual(header, COLUMNS + TEST)
        plain = self.rows("without")
        for row, other in zip(rows, plain, strict=True):
            for key in set(other) - {"seconds", "samples_per_second"}:
                self.assertEqual(row[key], other[key])
        table = [line for line in said.splitlines() if line.startswith(("epoch ", "    4"))]
        self.assertIn("test loss  accuracy", table[0])
        self.assertEqual([len(line) for line in table], [80, 80])
        self.assertIn(f"{100 * float(rows[4]['test_accuracy']):.2f} %", table[1])

    def test_the_figures_are_those_of_the_weights(self):
        """Without validation the last epoch's are the result's; the first those of no training."""
        result = json.loads(self.train("run", "--log-test", "--validation", "0", "--json",
                                       "-q").stdout)
        rows = self.columns("run")[1]
        self.assertEqual(len(rows), 5)
        self.assertAlmostEqual(float(rows[4]["test_loss"]), result["test"]["loss"], 6)
        self.assertAlmostEqual(float(rows[4]["test_accuracy"]), result["test"]["accuracy"], 6)
        untrained = json.loads(self.succeed("train", "digits", "--epochs", "1", "--lr", "1e-30",
                                            "--validation", "0", "--json", "-q", "--out",
                                            "still").stdout)
        self.assertAlmostEqual(float(rows[0]["test_loss"]), untrained["test"]["loss"], 5)

    def test_resumed(self):
        self.train("whole", "-q", "--log-test", "--schedule", "constant")
        self.succeed("train", "digits", "-q", "--log-test", "--schedule", "constant", "--epochs", "2",
                     "--out", "run")
        self.succeed("train", "-q", "--resume", "run", "--epochs", "4")
        figures = [[row["test_loss"] for row in self.columns(run)[1]] for run in ("whole", "run")]
        self.assertEqual(*figures)
        self.train("plain", "-q")
        self.refuse(2, ["--log-test", "cannot change"], "train", "--resume", "plain", "--log-test")

    def test_regression(self):
        rows = [f"{i / 50},{i % 7},{i / 50 + i % 7}\n" for i in range(100)]
        (self.folder / "sums.csv").write_text("a,b,sum\n" + "".join(rows))
        result = json.loads(self.train("run", "--log-test", "--regression", "--label-column", "sum",
                                       "--validation", "0", "--json", "-q", data="sums.csv").stdout)
        header, rows = self.columns("run")
        self.assertTrue(header.endswith("validation_rmse,test_loss,test_r2,test_rmse"), header)
        self.assertAlmostEqual(float(rows[4]["test_r2"]), result["test"]["r2"], 5)
        self.assertAlmostEqual(float(rows[4]["test_rmse"]), result["test"]["rmse"], 5)
        self.succeed("plot", "run", "--out", "curves.svg")
        self.succeed("doctor", "run")

    def test_plot_and_doctor(self):
        """A third curve in each panel of a run that is drawn alone."""
        self.train("with", "--log-test")
        self.train("without", "-q")
        counts = []
        for runs in (["with"], ["without"], ["with", "without"]):
            self.succeed("plot", *runs, "--out", "curves.svg")
            texts, curves = read_svg(self.folder / "curves.svg")
            counts.append(len(curves))
            self.assertEqual(texts.count("test"), 1 if runs == ["with"] else 0)
        self.assertEqual(counts[0], counts[1] + 2)
        said = [json.loads(self.succeed("doctor", run, "--json").stdout) for run in ("with", "without")]
        for found, run in zip(said, ("with", "without")):
            self.assertEqual(found.pop("run"), run)
        self.assertEqual(*said)

    def test_columns_that_are_none(self):
        self.train("run", "-q", "--log-test")
        header, _ = self.columns("run")
        for bad, said in ((header + ",test_x", "found '"), (header.replace("test_loss", "tested"), "'tested'"),
                          (header.replace(TEST, ",test_accuracy,test_loss"), "'test_loss'"),
                          (header.replace("seconds", "second"), "seconds")):
            with self.subTest(bad):
                self.columns("run", bad + "\n")
                self.refuse(1, ["metrics.csv:1: expected column", said], "plot", "run", "--out",
                            "x.svg")

    def test_without_test_samples(self):
        (self.folder / "xor.csv").write_text("a,b,label\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
        self.refuse(2, ["--log-test", "--test"], "train", "xor.csv", "-q", "--log-test", "--out",
                    "new")
        self.assertFalse((self.folder / "new").exists())


if __name__ == "__main__":
    unittest.main()
