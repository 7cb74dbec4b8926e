#!/usr/bin/python3
"""Regression: the least squares of a linear problem, figures against plain Python, bad input."""

import json
import math
import random
import statistics
import unittest

from harness import COLUMNS, CommandCase, make_data
from tensors import forward, load_tensors

MORE_COLUMNS = COLUMNS + ",train_r2,train_rmse,validation_r2,validation_rmse"


def make_rows(count, seed):
    """Size and age of houses, their price and their warmth."""
    generator = random.Random(seed)
    rows = []
    for _ in range(count):
        size, age = generator.uniform(40, 200), generator.uniform(0, 90)
        price = 5e4 + 2500 * size - 800 * age + generator.gauss(0, 2e4)
        rows.append([size, age, price, 0.001 * age + generator.gauss(0, 0.01)])
    return rows


def write_rows(path, rows):
    lines = [",".join("%.7g" % value for value in row) for row in rows]
    path.write_text("size,age,price,warmth\n" + "\n".join(lines) + "\n")


def read_rows(path):
    return [[float(text) for text in line.split(",")]
            for line in path.read_text().splitlines()[1:]]


def least_squares(features, targets):
    """Coefficients and constant, by the normal equations."""
    rows = [[*row, 1.0] for row in features]
    n = len(rows[0])
    a = [[sum(row[i] * row[j] for row in rows) for j in range(n)]
         + [sum(row[i] * y for row, y in zip(rows, targets))] for i in range(n)]
    for p in range(n):
        best = max(range(p, n), key=lambda r: abs(a[r][p]))
        a[p], a[best] = a[best], a[p]
        for r in range(n):
            if r != p:
                factor = a[r][p] / a[p][p]
                a[r] = [x - factor * y for x, y in zip(a[r], a[p])]
    return [a[p][n] / a[p][p] for p in range(n)]


def figures(predictions, targets):
    errors = [p - y for p, y in zip(predictions, targets, strict=True)]
    mean = sum(targets) / len(targets)
    return {"r2": 1 - sum(e * e for e in errors) / sum((y - mean) ** 2 for y in targets),
            "rmse": math.sqrt(sum(e * e for e in errors) / len(errors)),
            "mae": sum(map(abs, errors)) / len(errors)}


class Regression(CommandCase):
    def setUp(self):
        super().setUp()
        data = self.folder / "houses"
        data.mkdir()
        for name, count, seed in (("train.csv", 80, 1), ("test.csv", 30, 2)):
            write_rows(data / name, make_rows(count, seed))
        self.rows_of = {part: read_rows(data / f"{part}.csv") for part in ("train", "test")}

    def train(self, *options, out="run", target="price"):
        return self.succeed("train", "houses", "--regression", "--label-column", target,
                            "--quiet", "--epochs", "5", "--out", out, *options)

    def predict(self, part, columns, run="run"):
        """The model's outputs in the targets' units, by its file alone."""
        tensors, metadata = load_tensors(self.folder / run / "model.safetensors")
        preparation = json.loads(metadata.get("preparation", "{}"))
        predictions = []
        for row in self.rows_of[part]:
            sample = [row[c] for c in columns]
            if "mean" in preparation:
                times = len(sample) if preparation["standardize"] == "set" else 1
                sample = [(x - m) / d for x, m, d in
                          zip(sample, preparation["mean"] * times,
                              preparation["deviation"] * times, strict=True)]
            outputs = forward(tensors, sample)
            if "target_mean" in preparation:
                outputs = [y * d + m for y, m, d in
                           zip(outputs, preparation["target_mean"], preparation["target_deviation"],
                               strict=True)]
            predictions.append(outputs)
        return predictions

    def assert_figures(self, found, expected, digits=5):
        for key in found.keys() & expected.keys():
            self.assertAlmostEqual(found[key] / expected[key], 1, places=digits, msg=key)

    LINEAR = ["--hidden", "none", "--standardize", "feature", "--optimizer", "sgd", "--momentum",
              "0.9", "--lr", "0.1", "--weight-decay", "0", "--schedule", "constant", "--batch",
              "full", "--validation", "0", "--epochs", "400"]

    def test_a_linear_network_finds_the_least_squares(self):
        result = json.loads(self.train(*self.LINEAR, "--json").stdout)
        coefficients = {}
        inputs = [0, 1, 3]
        for part in ("train", "test"):
            rows = self.rows_of[part]
            targets = [row[2] for row in rows]
            if part == "train":
                coefficients = least_squares([[row[c] for c in inputs] for row in rows], targets)
            exact = [sum(w * x for w, x in zip(coefficients, [*(row[c] for c in inputs), 1]))
                     for row in rows]
            for (found,), expected in zip(self.predict(part, inputs), exact, strict=True):
                self.assertAlmostEqual(found / expected, 1, places=5)
            self.assert_figures(result[part], figures(exact, targets))
        self.assertGreater(result["test"]["r2"], 0.9)
        self.assertEqual(set(result["test"]), {"loss", "r2", "rmse", "samples"})

    def test_evaluate(self):
        trained = json.loads(self.train("--hidden", "8", "--standardize", "feature",
                                        "--json").stdout)["test"]
        found = json.loads(self.succeed("evaluate", "run", "houses", "--json").stdout)
        predictions = [y for (y,) in self.predict("test", [0, 1, 3])]
        expected = figures(predictions, [row[2] for row in self.rows_of["test"]])
        self.assertEqual(set(expected) - set(found), set())
        self.assert_figures(found, expected)
        self.assert_figures(trained, expected)
        self.assertAlmostEqual(found["loss"], trained["loss"], places=9)
        self.assertEqual(len(found["targets"]), 1)
        lines = self.succeed("evaluate", "run", "houses").stdout.splitlines()
        self.assertEqual(lines[1], "target    price")
        self.assertEqual(lines[3], f"R2        {expected['r2']:.4f}")

    def test_several_targets(self):
        result = json.loads(self.train("--standardize", "set", "--json",
                                       target="price,warmth").stdout)["test"]
        found = json.loads(self.succeed("evaluate", "run", "houses", "--json").stdout)
        predictions = list(zip(*self.predict("test", [0, 1])))
        _, metadata = load_tensors(self.folder / "run" / "model.safetensors")
        units = json.loads(metadata["preparation"])["target_deviation"]
        errors = spreads = squares = 0
        for o, column in enumerate((2, 3)):
            targets = [row[column] for row in self.rows_of["test"]]
            self.assert_figures(found["targets"][o], figures(predictions[o], targets), 4)
            mean = sum(targets) / len(targets)
            square = sum((p - y) ** 2 for p, y in zip(predictions[o], targets))
            errors += square / units[o] ** 2
            spreads += sum((y - mean) ** 2 for y in targets) / units[o] ** 2
            squares += square / len(targets) / 2
        self.assertAlmostEqual(result["r2"], 1 - errors / spreads, places=4)
        self.assertAlmostEqual(result["rmse"] / math.sqrt(squares), 1, places=5)
        self.assert_figures(result, found)
        lines = self.succeed("evaluate", "run", "houses").stdout.splitlines()
        heading = next(i for i, line in enumerate(lines) if line.startswith("target "))
        self.assertEqual(lines[heading].split(), ["target", "R2", "RMSE", "MAE"])
        for line, target in zip(lines[heading + 1:], found["targets"], strict=True):
            for text, key in zip(line.split()[1:], ("r2", "rmse", "mae"), strict=True):
                self.assertAlmostEqual(float(text) / target[key], 1, places=3)

    def test_inspect_several_targets(self):
        options = ["houses", "--regression", "--label-column", "price,warmth"]
        found = json.loads(self.succeed("inspect", *options, "--json").stdout)
        for part, rows in self.rows_of.items():
            self.assertEqual(len(found[part]["targets"]), 2)
            self.assertEqual((found[part]["classes"], found[part]["class_counts"]), (0, []))
            for target, column in zip(found[part]["targets"], (2, 3), strict=True):
                numbers = [row[column] for row in rows]
                self.assert_figures(target, {
                    "minimum": min(numbers), "maximum": max(numbers),
                    "mean": statistics.fmean(numbers), "deviation": statistics.pstdev(numbers)})
        lines = self.succeed("inspect", *options).stdout.splitlines()
        heading = next(i for i, line in enumerate(lines) if line.startswith("target "))
        rows = [line.split() for line in lines[heading + 1:]]
        self.assertEqual([row[1] for row in rows], ["training", "test"] * 2)
        for row, (part, o) in zip(rows, [("train", 0), ("test", 0), ("train", 1), ("test", 1)]):
            target = found[part]["targets"][o]
            self.assertAlmostEqual(float(row[3]) / target["mean"], 1, places=3)
            self.assertAlmostEqual(float(row[4]) / target["deviation"], 1, places=3)

    def test_metrics(self):
        self.train("--standardize", "feature", "--batch", "16")
        header, *lines = (self.folder / "run" / "metrics.csv").read_text().splitlines()
        self.assertEqual(header, MORE_COLUMNS)
        rows = [dict(zip(header.split(","), line.split(","))) for line in lines]
        for row in rows:
            self.assertEqual(row["train_accuracy"] + row["validation_accuracy"], "")
            for part in ("train", "validation"):
                self.assertLess(float(row[part + "_r2"]), 1)
                self.assertGreater(float(row[part + "_rmse"]), 0)
        self.assertGreater(float(rows[-1]["train_r2"]), float(rows[0]["train_r2"]))
        # The training samples' targets have variance 1, so that R² is 1 − loss.
        self.assertAlmostEqual(float(rows[0]["train_r2"]), 1 - float(rows[0]["train_loss"]), 5)

    def test_raw_targets(self):
        result = json.loads(self.train("--raw-targets", "--standardize", "none", "--ignore", "price",
                                       "--json", target="warmth").stdout)["test"]
        _, metadata = load_tensors(self.folder / "run" / "model.safetensors")
        self.assertNotIn("preparation", metadata)
        self.assertAlmostEqual(result["rmse"] / math.sqrt(result["loss"]), 1, places=6)
        predictions = [y for (y,) in self.predict("test", [0, 1])]
        self.assert_figures(result, figures(predictions, [row[3] for row in self.rows_of["test"]]))

    def test_initial_weights_bring_their_units(self):
        self.train("--standardize", "feature", out="first")
        model = self.folder / "first" / "model.safetensors"
        self.train("--init-from", model, "--lr", "1e-12", out="second")
        self.train("--init-from", model, "--raw-targets", "--lr", "1e-12", out="third")
        stored = [load_tensors(self.folder / run / "model.safetensors")[1].get("preparation")
                  for run in ("first", "second", "third")]
        self.assertEqual(stored[0], stored[1])
        self.assertEqual(set(json.loads(stored[2])), {"standardize", "mean", "deviation"})
        losses = [json.loads(self.succeed("evaluate", run, "houses", "--json").stdout)["rmse"]
                  for run in ("first", "second")]
        self.assertAlmostEqual(losses[0] / losses[1], 1, places=4)

    def test_metadata(self):
        self.train()
        _, metadata = load_tensors(self.folder / "run" / "model.safetensors")
        self.assertEqual(metadata["task"], "regression")
        self.assertEqual(metadata["loss"], "mse")
        self.assertNotIn("class_names", metadata)
        self.assertIn("validation_r2", json.loads(metadata["training"]))

    def test_threads_and_resuming_change_no_bit(self):
        options = ["--standardize", "feature", "--schedule", "constant", "--batch", "7"]
        self.train(*options, "--threads", "1", "--epochs", "4", out="whole")
        self.train(*options, "--threads", "2", "--epochs", "2", out="half")
        self.succeed("train", "--resume", "half", "--epochs", "4", "--quiet")
        for name in ("model.safetensors", "checkpoint.safetensors"):
            self.assertEqual((self.folder / "half" / name).read_bytes(),
                             (self.folder / "whole" / name).read_bytes(), name)
        rows = [(self.folder / run / "metrics.csv").read_text().splitlines()
                for run in ("half", "whole")]
        seconds = MORE_COLUMNS.split(",").index("seconds")
        for one, other in zip(*rows, strict=True):
            one, other = one.split(","), other.split(",")
            self.assertEqual(one[:seconds] + one[seconds + 2:], other[:seconds] + other[seconds + 2:])

    def test_log_and_plot(self):
        process = self.run_command("train", "houses", "--regression", "--label-column", "price",
                                   "--epochs", "3", "--out", "run")
        self.assertIn("1 target\n", process.stderr)
        self.assertIn("R2       RMSE", process.stderr)
        self.assertNotIn("class", process.stderr)
        self.assertIn("R2", process.stdout)
        self.assertNotIn("accuracy", process.stderr + process.stdout)
        drawn = self.succeed("plot", "run")
        self.assertIn("R2", drawn.stdout)
        self.assertEqual(drawn.stderr, "")

    def test_find_lr(self):
        found = json.loads(self.succeed("find-lr", "houses", "--regression", "--label-column",
                                        "price", "--standardize", "feature", "--json").stdout)
        self.assertGreater(found["suggestion"], 0)

    def test_a_constant_target(self):
        for part in ("train", "test"):
            rows = [[*row[:2], 7.5, row[3]] for row in self.rows_of[part]]
            write_rows(self.folder / "houses" / f"{part}.csv", rows)
        result = json.loads(self.train("--json").stdout)
        self.assertIsNone(result["test"]["r2"])
        self.assertTrue(math.isfinite(result["test"]["rmse"]))

    def test_options_that_need_classes(self):
        base = ["train", "houses", "--regression", "--label-column", "price"]
        for options, parts in ((["--loss", "cross-entropy"], ["--loss", "mse"]),
                               (["--class-weights", "1"], ["--class-weights", "cross-entropy"]),
                               (["--label-smoothing", "0.1"], ["--label-smoothing"]),
                               (["--target-accuracy", "0.9"], ["--target-accuracy"])):
            self.refuse(2, parts, *base, *options)
        self.succeed(*base, "--loss", "mse", "--epochs", "1", "--quiet", "--out", "fine")
        self.refuse(2, ["--raw-targets", "--regression"], "train", "houses", "--label-column",
                    "price", "--raw-targets")

    def test_models_and_data_that_do_not_go_together(self):
        make_data(self.folder / "pictures")
        self.train("--epochs", "1")
        self.succeed("train", "pictures", "--epochs", "1", "--quiet", "--out", "classes")
        self.refuse(1, ["none of the features", '"warmth"'], "evaluate", "run", "houses",
                    "--label-column", "price,warmth")
        self.refuse(1, ["targets"], "evaluate", "run", "pictures")
        self.refuse(1, ["test.csv", "3 x 3", "found 3"], "evaluate", "classes", "houses",
                    "--regression", "--label-column", "price")
        rows = [[*range(9), 0.5], [*range(9), 1.5]]
        path = self.folder / "nine.csv"
        path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows * 5))
        self.refuse(1, ["classes/model.safetensors", "predicts classes, found numbers"],
                    "evaluate", "classes", "nine.csv", "--regression", "--label-column", "-1")
        self.succeed("train", "nine.csv", "--regression", "--label-column", "-1", "--epochs", "1",
                     "--size", "3x3", "--quiet", "--out", "numbers")

    def test_words_are_no_numbers(self):
        path = self.folder / "houses" / "train.csv"
        path.write_text(path.read_text().replace("\n", "\n1,2,cheap,4\n", 1))
        self.refuse(1, ["train.csv", "cheap"], "train", "houses", "--regression", "--label-column",
                    "price")

    def test_broken_metadata(self):
        self.train("--epochs", "1")
        path = self.folder / "run" / "model.safetensors"
        content = path.read_bytes()
        for found, put in ((b'"task":"regression"', b'"task":"refression"'),
                           (b'"loss":"mse"', b'"loss":"mes"'),
                           (b"target_mean", b"target_maen"),
                           (b"target_deviation", b"target_deviaton_")):
            self.assertEqual(content.count(found), 1, found)
            path.write_bytes(content.replace(found, put))
            self.refuse(1, ["model.safetensors", "metadata"], "evaluate", "run", "houses")


if __name__ == "__main__":
    unittest.main()
