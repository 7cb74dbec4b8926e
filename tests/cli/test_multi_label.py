#!/usr/bin/python3
"""Samples of several labels: figures against plain Python, thresholds, predictions, and what does not
go together."""

import json
import math
import random
import re
import unittest

from arrays import npy, npz
from harness import CommandCase, make_data
from tensors import load_tensors, save_tensors

LABELS = ["warm", "wet", "stormy"]


def softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def sigmoid(x):
    return math.exp(-softplus(-x))


def weather(count, seed):
    """Rows of two numbers, and which labels hold."""
    generator = random.Random(seed)
    rows = []
    for _ in range(count):
        x, y = generator.gauss(0, 1), generator.gauss(0, 1)
        rows.append((x, y, int(x > 0), int(y > 0.5), int(x * y > 0.5)))
    return rows


def figures(samples, predictions, hits):
    """Precision, recall and F1; None where there is nothing to divide by."""
    return (hits / predictions if predictions else None, hits / samples if samples else None,
            2 * hits / (samples + predictions) if samples + predictions else None)


def mean(values):
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None


class MultiLabel(CommandCase):
    def setUp(self):
        super().setUp()
        self.write("weather.csv", weather(300, 1))

    def write(self, name, rows):
        lines = [",".join(["x", "y", *LABELS])]
        lines += [f"{x:.5f},{y:.5f},{a},{b},{c}" for x, y, a, b, c in rows]
        (self.folder / name).write_text("\n".join([*lines, ""]))

    def train(self, *options, out="run"):
        return json.loads(self.succeed(
            "train", "weather.csv", "--quiet", "--json", "--label-column", ",".join(LABELS), "--loss",
            "binary-cross-entropy", "--epochs", "30", "--out", out, *options).stdout)

    def model(self):
        """Logits (x, y, 2xy) of three labels, by hand: two layers, since a product needs them."""
        tensors = {"0.weight": ([3, 2], [1.0, 0.0, 0.0, 1.0, 0.5, 0.5]), "0.bias": ([3], [0.0] * 3)}
        metadata = {"loss": "binary-cross-entropy", "task": "multi-label", "preprocessing": "none",
                    "class_names": json.dumps(LABELS), "output_activation": "identity",
                    "source": json.dumps({"label-column": ",".join(LABELS), "multi-label": True})}
        save_tensors(self.folder / "model.safetensors", tensors, metadata)
        return lambda x, y: [x, y, 0.5 * x + 0.5 * y]

    def expected(self, rows, logits_of, threshold):
        logits = [logits_of(round(x, 5), round(y, 5)) for x, y, *_ in rows]
        targets = [row[2:] for row in rows]
        holds = [[sigmoid(z) > threshold for z in zs] for zs in logits]
        loss = sum(t * softplus(-z) + (1 - t) * softplus(z)
                   for zs, ts in zip(logits, targets) for z, t in zip(zs, ts)) / len(rows)
        exact = sum(all(h == bool(t) for h, t in zip(hs, ts)) for hs, ts in zip(holds, targets))
        right = sum(h == bool(t) for hs, ts in zip(holds, targets) for h, t in zip(hs, ts))
        counts = [(sum(ts[k] for ts in targets), sum(hs[k] for hs in holds),
                   sum(hs[k] and ts[k] == 1 for hs, ts in zip(holds, targets))) for k in range(3)]
        return loss, exact / len(rows), right / len(rows) / 3, counts

    def test_figures(self):
        rows, logits_of = weather(200, 2), self.model()
        self.write("new.csv", rows)
        for threshold in (None, 0.3, 0.75, 0, 1):
            with self.subTest(threshold):
                options = [] if threshold is None else ["--threshold", str(threshold)]
                found = json.loads(self.succeed("evaluate", "model.safetensors", "new.csv", "--json",
                                                *options).stdout)
                value = 0.5 if threshold is None else threshold
                loss, exact, right, counts = self.expected(rows, logits_of, value)
                self.assertEqual(found["samples"], 200)
                self.assertEqual(found["threshold"], value)
                self.assertAlmostEqual(found["loss"], loss, places=5)
                self.assertAlmostEqual(found["accuracy"], exact, places=8)
                self.assertAlmostEqual(found["label_accuracy"], right, places=8)
                by_label = [figures(*count) for count in counts]
                for row, name, count, expected in zip(found["labels"], LABELS, counts, by_label):
                    self.assertEqual((row["class"], row["samples"]), (name, count[0]))
                    self.assert_figures(row, expected)
                self.assert_figures(found["micro"], figures(*map(sum, zip(*counts))))
                self.assert_figures(found["macro"], [mean(column) for column in zip(*by_label)])

    def assert_figures(self, row, expected):
        for key, value in zip(("precision", "recall", "f1"), expected):
            if value is None:
                self.assertIsNone(row[key])
            else:
                self.assertAlmostEqual(row[key], value, places=7)

    def test_training(self):
        result = self.train("--lr", "0.02")
        self.assertGreater(result["test"]["accuracy"], 0.7)
        _, metadata = load_tensors(self.folder / "run/model.safetensors")
        self.assertEqual((metadata["task"], metadata["loss"]),
                         ("multi-label", "binary-cross-entropy"))
        self.assertEqual(json.loads(metadata["class_names"]), LABELS)
        evaluated = json.loads(self.succeed("evaluate", "run", "weather.csv", "--json").stdout)
        for key in ("loss", "accuracy", "samples", "accuracy_low", "accuracy_high"):
            self.assertAlmostEqual(evaluated[key], result["test"][key], places=6)
        last = self.rows("run")[-1]
        self.assertGreater(float(last["validation_accuracy"]), 0.5)
        text = self.succeed("evaluate", "run", "weather.csv").stdout
        for part in (*LABELS, "micro average", "macro average", "exact match", "threshold 0.5"):
            self.assertIn(part, text)
        for command in (["doctor", "run"], ["inspect", "run"], ["plot", "run", "--out", "run.svg"]):
            self.succeed(*command)

    def write_lists(self, name, rows, more=""):
        lines = [f"{x:.5f},{y:.5f},{';'.join(l for l, t in zip(LABELS, row) if t)}{more}"
                 for x, y, *row in rows]
        (self.folder / name).write_text("\n".join(["x,y,label", *lines, ""]))

    def test_lists_of_labels_are_the_same_as_columns(self):
        """But for the order of the labels, which is that of their names."""
        self.write_lists("lists.csv", weather(300, 1))
        options = ["--init", "zeros", "--hidden", "none", "--loss", "binary-cross-entropy",
                   "--epochs", "5", "--quiet"]
        self.succeed("train", "lists.csv", *options, "--out", "lists")
        self.succeed("train", "weather.csv", *options, "--out", "columns", "--label-column",
                     ",".join(sorted(LABELS)))
        one, said = load_tensors(self.folder / "lists/model.safetensors")
        other, _ = load_tensors(self.folder / "columns/model.safetensors")
        self.assertEqual(json.loads(said["class_names"]), sorted(LABELS))
        self.assertEqual(one["0.weight"], other["0.weight"])
        scored = json.loads(self.succeed("evaluate", "lists", "lists.csv", "--json").stdout)
        again = json.loads(self.succeed("evaluate", "columns", "weather.csv", "--json").stdout)
        self.assertEqual(scored["labels"], again["labels"])
        self.write_lists("unknown.csv", weather(30, 5), more=";windy")
        self.refuse(1, ["unknown.csv", "windy"], "evaluate", "lists", "unknown.csv")
        (self.folder / "rows.csv").write_text("x,y\n3,-2\n")
        answer = self.succeed("predict", "lists", "rows.csv").stdout.splitlines()[1]
        self.assertEqual(answer.split(",")[0], "warm")

    def test_arrays_of_labels_are_the_same_as_columns(self):
        """Converted to IDX files, and in a NumPy file: rows of 0 and 1."""
        columns = ["--label-column", ",".join(LABELS)]
        self.succeed("convert", "weather.csv", "idx", *columns, "--multi-label")
        rows = [(f"{x:.5f}", f"{y:.5f}", *row) for x, y, *row in weather(300, 1)]
        (self.folder / "weather.npz").write_bytes(npz(
            x=npy([300, 2], [float(text) for row in rows for text in row[:2]], "<f4"),
            y=npy([300, 3], [flag for row in rows for flag in row[2:]], "|u1")))
        options = ["--loss", "binary-cross-entropy", "--epochs", "3", "--hidden", "4", "--quiet"]
        self.succeed("train", "weather.csv", *columns, *options, "--out", "csv")
        expected, _ = load_tensors(self.folder / "csv/model.safetensors")
        for data in ("idx", "weather.npz"):
            self.succeed("train", data, *options, "--out", f"of-{data}")
            tensors, metadata = load_tensors(self.folder / f"of-{data}" / "model.safetensors")
            self.assertEqual(metadata["task"], "multi-label")
            self.assertEqual(tensors, expected, data)
        (self.folder / "bad.npz").write_bytes(npz(
            x=npy([30, 2], [0.5] * 60, "<f4"), y=npy([30, 3], [0, 1, 2] * 30, "|u1")))
        self.refuse(1, ["bad.npz", "0 or 1", "found 2"], "train", "bad.npz", "--multi-label")
        self.refuse(1, ["weather.npz", "binary cross-entropy"], "train", "weather.npz")

    def test_lists_taken_as_classes_are_told(self):
        self.write_lists("lists.csv", [row for row in weather(300, 1) if any(row[2:])])
        result = self.run_command("train", "lists.csv", "--epochs", "1", "--out", "classes")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("--loss binary-cross-entropy", result.stderr)
        table = self.succeed("inspect", "lists.csv", "--multi-label").stdout
        for label in LABELS:
            self.assertIn(f"\n{label} ", table)

    def test_resuming(self):
        options = ["--schedule", "constant"]
        self.train(*options, "--epochs", "6", out="whole")
        self.train(*options, "--epochs", "3", out="part")
        self.succeed("train", "--resume", "part", "--epochs", "6", "--quiet")
        self.assert_same_run("whole", "part")

    def test_a_target_accuracy_is_that_of_all_labels(self):
        result = self.train("--lr", "0.02", "--target-accuracy", "0.5", "--validation", "0")
        self.assertEqual(result["stop_reason"], "target-accuracy")
        self.assertGreater(result["train"]["accuracy"], 0.4)

    def predict(self, *options):
        (self.folder / "rows.csv").write_text("x,y\n3,-2\n-1,-1\n2,1\n")
        return self.succeed("predict", "model.safetensors", "rows.csv", *options).stdout

    def test_predictions(self):
        logits_of = self.model()
        lines = [line.split(",") for line in self.predict().splitlines()]
        self.assertEqual(lines[0], ["labels", "probabilities"])
        self.assertEqual([line[0] for line in lines[1:]], ["warm;stormy", "", "warm;stormy;wet"])
        self.assertEqual(lines[2][1], "")
        found = [float(text) for text in lines[3][1].split(";")]
        for probability, logit in zip(found, sorted(logits_of(2, 1), reverse=True), strict=True):
            self.assertAlmostEqual(probability, sigmoid(logit), places=6)
        few = self.predict("--threshold", "0.85").splitlines()
        self.assertEqual([line.split(",")[0] for line in few[1:]], ["warm", "", "warm"])
        answers = json.loads(self.predict("--json"))["predictions"]
        self.assertEqual([[label["name"] for label in answer["labels"]] for answer in answers],
                         [["warm", "stormy"], [], ["warm", "stormy", "wet"]])
        ranked = self.predict("--top", "2").splitlines()
        self.assertEqual(ranked[1].split(",")[0::2], ["warm", "stormy"])

    def test_predictions_as_columns(self):
        logits_of = self.model()
        columns = self.predict("--columns", "row,labels,wet=stormy").splitlines()
        self.assertEqual(columns[0], "row,labels,wet")
        self.assertEqual([line.split(",")[:2] for line in columns[1:]],
                         [["1", "warm;stormy"], ["2", ""], ["3", "warm;stormy;wet"]])
        self.assertAlmostEqual(float(columns[1].split(",")[2]), sigmoid(logits_of(3, -2)[2]),
                               places=6)
        self.predict("--out", "answers.csv", "--threshold", "0.85")
        lines = (self.folder / "answers.csv").read_text().splitlines()
        self.assertEqual(lines[0], "row,labels,probabilities")
        self.assertEqual(lines[2], "2,,")
        table = self.predict("--probabilities").splitlines()
        self.assertEqual(table[0].split(), ["row", *LABELS])
        for found, logit in zip(table[1].split()[1:], logits_of(3, -2), strict=True):
            self.assertAlmostEqual(float(found), sigmoid(logit), places=5)
        (self.folder / "rows.csv").write_text("x,y\n3,-2\n")
        self.refuse(2, ["--threshold", "only without --probabilities"], "predict",
                    "model.safetensors", "rows.csv", "--probabilities", "--threshold", "0.4")

    def test_labels_that_cannot_be_learned(self):
        """The loss ends at the entropy of the labels' shares, and a finding says so."""
        generator = random.Random(8)
        shares = (0.5, 0.1, 0.3)
        self.write("weather.csv", [
            (generator.gauss(0, 1), generator.gauss(0, 1),
             *(int(generator.random() < share) for share in shares)) for _ in range(2000)])
        result = self.train("--hidden", "none", "--validation", "0", "--epochs", "40", "--lr", "0.02")
        self.assertIn("loss-not-moving", result["warnings"])
        said = " ".join(self.run_command("doctor", "run").stdout.split())
        found = float(re.search(r"guessing costs ([\d.]+)", said)[1])
        entropy = sum(-p * math.log(p) - (1 - p) * math.log(1 - p) for p in shares)
        self.assertAlmostEqual(found, entropy, delta=0.08)  # the shares are those of the samples
        self.assertAlmostEqual(result["train"]["loss"], found, delta=0.01)

    def test_thresholds_out_of_range_or_without_effect(self):
        self.model()
        self.write("new.csv", weather(20, 2))
        for value in ("-0.1", "1.1", "nan", "half"):
            self.refuse(2, ["--threshold", f'found "{value}"'], "evaluate", "model.safetensors",
                        "new.csv", "--threshold", value)
            self.refuse(2, ["--threshold", f'found "{value}"'], "predict", "model.safetensors",
                        "new.csv", "--threshold", value)
        self.refuse(2, ["--threshold", "only without --top"], "predict", "model.safetensors",
                    "new.csv", "--threshold", "0.5", "--top", "2")
        rows = [f"{x},{y},{'abc'[a + b]}" for x, y, a, b, _ in weather(60, 3)]
        (self.folder / "classes.csv").write_text("\n".join(["x,y,label", *rows, ""]))
        for loss in ("cross-entropy", "binary-cross-entropy"):
            self.succeed("train", "classes.csv", "--loss", loss, "--quiet", "--out", "classes",
                         "--force", "--epochs", "1")
            for command in ("evaluate", "predict"):
                self.refuse(2, ["--threshold has an effect only"], command, "classes", "classes.csv",
                            "--threshold", "0.5")

    def test_the_threshold_of_two_classes(self):
        rows = [f"{x},{y},{'no' if a else 'yes'}" for x, y, a, *_ in weather(200, 4)]
        (self.folder / "two.csv").write_text("\n".join(["x,y,label", *rows, ""]))
        self.succeed("train", "two.csv", "--loss", "binary-cross-entropy", "--quiet", "--out", "two",
                     "--epochs", "5", "--hidden", "none")
        tensors, _ = load_tensors(self.folder / "two/model.safetensors")
        self.assertEqual(tensors["0.bias"][0], [1])
        evaluate = lambda *more: json.loads(self.succeed("evaluate", "two", "two.csv", "--json",
                                                         *more).stdout)
        self.assertEqual(evaluate(), evaluate("--threshold", "0.5"))
        none, every = evaluate("--threshold", "1"), evaluate("--threshold", "0")
        self.assertEqual([row[1] for row in none["confusion"]], [0, 0])
        self.assertEqual([row[0] for row in every["confusion"]], [0, 0])
        self.assertEqual(none["accuracy"], none["confusion"][0][0] / none["samples"])
        (self.folder / "rows.csv").write_text("x,y\n3,-2\n-1,-1\n2,1\n")
        answers = lambda value: [line.split(",")[0] for line in self.succeed(
            "predict", "two", "rows.csv", "--threshold", value).stdout.splitlines()[1:]]
        self.assertEqual(answers("1"), ["no"] * 3)
        self.assertEqual(answers("0"), ["yes"] * 3)

    def test_wrong_metadata(self):
        """One output with binary cross-entropy has two classes, unless it is a label."""
        self.write("new.csv", weather(20, 2))
        one = {"0.weight": ([1, 2], [1.0, 0.0]), "0.bias": ([1], [0.0])}
        three = {"0.weight": ([3, 2], [1.0] * 6), "0.bias": ([3], [0.0] * 3)}
        binary = {"loss": "binary-cross-entropy", "output_activation": "identity"}
        for tensors, metadata, parts in (
                (one, {**binary, "class_names": '["a"]'}, ["class_names", "2 strings"]),
                (one, {**binary, "class_names": '["a","b"]', "task": "multi-label"},
                 ["class_names", "1 strings"]),
                (three, {**binary, "class_names": '["a","b"]', "task": "multi-label"},
                 ["class_names", "3 strings"]),
                (three, {"loss": "mse", "task": "multi-label"}, ["loss", "binary-cross-entropy"]),
                (three, {"task": "multi-label"}, ["loss", "binary-cross-entropy"]),
                (three, {**binary, "task": "regression"}, ["loss", "mse for regression"]),
                (three, {**binary, "task": "several"}, ["task", "regression or multi-label"])):
            with self.subTest(metadata):
                save_tensors(self.folder / "bad.safetensors", tensors, metadata)
                self.refuse(1, ["bad.safetensors", *parts], "evaluate", "bad.safetensors", "new.csv")

    def test_what_does_not_go_together(self):
        columns = ["--label-column", ",".join(LABELS)]
        self.refuse(2, ["--regression", "--multi-label"], "train", "weather.csv", *columns,
                    "--regression", "--multi-label")
        for loss in ("mse", "cross-entropy"):
            self.refuse(2, [f"--loss {loss}", "binary-cross-entropy", "--multi-label"], "train",
                        "weather.csv", *columns, "--multi-label", "--loss", loss)
        self.model()
        self.write("few.csv", [(x, y, a, b, 7) for x, y, a, b, _ in weather(40, 3)])
        self.refuse(1, ["few.csv: line", "stormy", "0 or 1"], "evaluate", "model.safetensors",
                    "few.csv")
        for option in (["--multi-label"], ["--loss", "binary-cross-entropy"]):
            self.refuse(1, ["few.csv: line", "stormy", "0 or 1"], "train", "few.csv", *columns,
                        *option)
        rows = [f"{x},{y},{'ab'[a]}" for x, y, a, *_ in weather(60, 3)]
        (self.folder / "classes.csv").write_text("\n".join(["x,y,label", *rows, ""]))
        self.refuse(2, ["--multi-label", "one each"], "train", "classes.csv", "--multi-label")
        make_data(self.folder / "images")
        self.refuse(2, ["--multi-label", "one each"], "train", "images", "--multi-label")


if __name__ == "__main__":
    unittest.main()
