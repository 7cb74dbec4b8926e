#!/usr/bin/python3
"""evaluate with several models: a row each, with the figures that each has alone, and McNemar's exact
test of two on the same samples, against fractions of whole numbers."""

import csv
import itertools
import json
import math
import random
import unittest
from fractions import Fraction

from harness import CommandCase
from tensors import save_tensors

SAMPLES = 60
# On how many samples the i-th rule is wrong, from which on.
WRONG = [(0, 9), (5, 7), (40, 1), (0, 9), (20, 25)]


def mcnemar(first, second):
    """The two-sided p of the sign test, by counting."""
    n, more = first + second, max(first, second)
    tail = Fraction(sum(math.comb(n, k) for k in range(more, n + 1)), 2 ** n)
    return float(min(1, 2 * tail))


def holm(ps):
    """Holm's step-down procedure as it is defined: the smallest p times their number, and so on."""
    corrected, highest = [0.0] * len(ps), 0.0
    for rank, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[i]))
        corrected[i] = highest
    return corrected


class Rules(CommandCase):
    """Models that are right on samples of a test's choice: each looks at one column alone."""

    def setUp(self):
        super().setUp()
        lines = [",".join(f"f{m}" for m in range(len(WRONG))) + ",label"]
        for i in range(SAMPLES):
            label = i % 2
            signs = [(2 * label - 1) * (-1 if start <= i < start + count else 1)
                     for start, count in WRONG]
            lines.append(",".join(str(0.5 * sign) for sign in signs) + f",{'ab'[label]}")
        (self.folder / "data.csv").write_text("\n".join(lines) + "\n")
        for m in range(len(WRONG)):
            row = [float(k == m) for k in range(len(WRONG))]
            save_tensors(self.folder / f"m{m}.safetensors",
                         {"0.weight": ([2, len(WRONG)], [-w for w in row] + row),
                          "0.bias": ([2], [0.0, 0.0])}, {"class_names": '["a", "b"]'})
        self.models = [f"m{m}.safetensors" for m in range(len(WRONG))]

    def wrong(self, m):
        start, count = WRONG[m]
        return set(range(start, start + count))

    def test_json(self):
        found = json.loads(self.succeed("evaluate", *self.models, "data.csv", "--json").stdout)
        self.assertEqual(found["data"], "data.csv")
        for m, model in enumerate(found["models"]):
            self.assertEqual(model["model"], self.models[m])
            self.assertEqual(model["samples"], SAMPLES)
            self.assertAlmostEqual(model["accuracy"], 1 - WRONG[m][1] / SAMPLES, 8)
            alone = json.loads(self.succeed("evaluate", self.models[m], "data.csv", "--json").stdout)
            for key in ("loss", "accuracy", "accuracy_low", "accuracy_high", "data"):
                self.assertEqual(model[key], alone[key], key)
        pairs = list(itertools.combinations(range(len(WRONG)), 2))
        ps = []
        for (one, other), pair in zip(pairs, found["comparisons"], strict=True):
            self.assertEqual((pair["first"], pair["second"]), (self.models[one], self.models[other]))
            first, second = self.wrong(other) - self.wrong(one), self.wrong(one) - self.wrong(other)
            self.assertEqual(pair["only_first_right"], len(first))
            self.assertEqual(pair["only_second_right"], len(second))
            ps.append(mcnemar(len(first), len(second)))
            self.assertAlmostEqual(pair["mcnemar_p"], ps[-1], 8)
        self.assertLess(min(ps), 0.01)
        for expected, pair in zip(holm(ps), found["comparisons"], strict=True):
            self.assertAlmostEqual(pair["corrected_p"], expected, 8)

    def test_two_models(self):
        lines = self.succeed("evaluate", *self.models[1:3], "data.csv").stdout.splitlines()
        self.assertEqual(lines[2].split(), "model samples loss accuracy 95 % interval".split())
        self.assertEqual(lines[3].split()[:2], ["m1.safetensors", "60"])
        self.assertEqual(lines[3].split()[3:5], ["88.33", "%"])
        self.assertEqual("".join(lines[6:]).replace("  ", " "),
                         "only one of the two models is right on 8 of the 60 samples: m1.safetensors on 1, "
                         "m2.safetensors on 7; McNemar's exact test p = 0.07: may be chance")

    def test_a_difference(self):
        said = self.succeed("evaluate", *self.models[3:5], "data.csv").stdout
        self.assertIn(f"p = {mcnemar(25, 9):.2g}: hardly chance", said.replace("\n  ", " "))

    def test_models_that_are_alike(self):
        said = self.succeed("evaluate", self.models[0], self.models[3], "data.csv").stdout
        self.assertTrue(said.endswith("\nboth models are right on exactly the same of the 60 samples\n"), said)

    def test_several_against_the_best(self):
        said = self.succeed("evaluate", *self.models, "data.csv").stdout
        self.assertIn("\nagainst the best, m2.safetensors: samples that only one of the two gets "
                      "right\n", said)
        self.assertRegex(said, "(?m)^model +only the best +only this one +McNemar p$")
        table = [line.split() for line in said.splitlines()[-6:-1]]
        self.assertEqual(table[0][:1] + table[0][-2:], ["model", "McNemar", "p"])
        self.assertEqual([row[:3] for row in table[1:]],
                         [["m0.safetensors", "9", "1"], ["m1.safetensors", "7", "1"],
                          ["m3.safetensors", "9", "1"], ["m4.safetensors", "24", "0"]])
        self.assertTrue(said.endswith("p is corrected for all 10 pairs of models (Holm)\n"), said)
        self.assertLessEqual(max(map(len, said.splitlines())), 80)

    def test_csv(self):
        self.succeed("evaluate", *self.models, "data.csv", "--csv", "table.csv", "-q")
        with open(self.folder / "table.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["model"] for row in rows], self.models)
        for m, row in enumerate(rows):
            self.assertAlmostEqual(float(row["accuracy"]), 1 - WRONG[m][1] / SAMPLES, 8)
            self.assertEqual((row["r2"], row["loss_kind"]), ("", "cross-entropy"))

    def test_long_names(self):
        long = self.folder / ("a-folder-with-a-long-name-" * 4)
        long.mkdir()
        models = []
        for m in range(3):
            path = long / f"{m}.safetensors"
            path.write_bytes((self.folder / self.models[m]).read_bytes())
            models.append(path.relative_to(self.folder))
        said = self.succeed("evaluate", *models, "data.csv").stdout
        self.assertIn("2.safetensors", said)
        self.assertLessEqual(max(map(len, said.splitlines())), 80)

    def test_refused(self):
        for options in (("--samples", "s.csv"), ("--logits", "l.safetensors")):
            self.refuse(2, [options[0], "with one model"], "evaluate", *self.models, "data.csv",
                        *options)
        self.refuse(2, ["--csv", "with several models"], "evaluate", self.models[0], "data.csv",
                    "--csv", "x.csv")
        self.refuse(2, ["DATA comes last", "m1.safetensors"], "evaluate", self.models[0], "data.csv",
                    self.models[1])
        self.refuse(2, ["MODEL comes first"], "evaluate", "data.csv", *self.models[:2])
        self.refuse(1, ["nowhere"], "evaluate", self.models[0], "nowhere", "data.csv")
        self.refuse(2, ["at most 100 models"], "evaluate", *self.models[:1] * 101, "data.csv")
        self.assertEqual([path.name for path in self.folder.glob("*.csv")], ["data.csv"])

    def test_other_classes_of_the_same_rows(self):
        """A model of another column's labels on the same rows is no rival."""
        text = (self.folder / "data.csv").read_text().splitlines()
        rows = [line + "," + "xy"[i % 3 == 0] for i, line in enumerate(text[1:])]
        (self.folder / "two.csv").write_text("\n".join([text[0] + ",other", *rows]) + "\n")
        for run, column, ignored in (("r1", "label", "other"), ("r2", "other", "label")):
            self.succeed("train", "two.csv", "-q", "--epochs", "1", "--label-column", column,
                         "--ignore", ignored, "--out", run)
        said = self.succeed("evaluate", "r1", "r2", "two.csv", "--part", "all").stdout
        self.assertIn("r2 was scored on other labels than r1: not to be compared", said)
        self.assertNotIn("McNemar", said)


class Trained(CommandCase):
    def test_digits(self):
        for run, optimizer in (("a", "adamw"), ("b", "sgd")):
            self.succeed("train", "digits", "-q", "--epochs", "2", "--optimizer", optimizer,
                         "--no-test", "--out", run)
        found = json.loads(self.succeed("evaluate", "a", "b", "digits", "--json").stdout)
        right = []
        for run, model in zip("ab", found["models"], strict=True):
            self.succeed("evaluate", run, "digits", "--samples", "s.csv", "-q")
            with open(self.folder / "s.csv", newline="") as file:
                right.append([row["label"] == row["answer"] for row in csv.DictReader(file)])
            self.assertEqual(model["samples"], 360)
            self.assertAlmostEqual(model["accuracy"], sum(right[-1]) / 360, 8)
        (pair,) = found["comparisons"]
        only = [sum(a and not b for a, b in zip(*which, strict=True))
                for which in (right, right[::-1])]
        self.assertEqual([pair["only_first_right"], pair["only_second_right"]], only)
        self.assertAlmostEqual(pair["mcnemar_p"], mcnemar(*only), 8)

    def test_numbers(self):
        generator = random.Random(1)
        rows = [[generator.gauss(0, 1) for _ in range(3)] for _ in range(100)]
        (self.folder / "sums.csv").write_text("a,b,sum\n" + "".join(
            f"{a:.4f},{b:.4f},{a + b + noise / 10:.4f}\n" for a, b, noise in rows))
        options = ("--regression", "--label-column", "sum", "--epochs", "3", "-q", "--out")
        self.succeed("train", "sums.csv", *options, "one")
        self.succeed("train", "sums.csv", "--hidden", "none", *options, "two")
        found = json.loads(self.succeed("evaluate", "one", "two", "sums.csv", "--json").stdout)
        self.assertEqual(found["comparisons"], [])
        for run, model in zip(("one", "two"), found["models"], strict=True):
            alone = json.loads(self.succeed("evaluate", run, "sums.csv", "--json").stdout)
            for key in ("loss", "r2", "rmse", "mae", "samples"):
                self.assertEqual(model[key], alone[key], key)
            self.assertNotIn("accuracy", model)
        said = self.succeed("evaluate", "one", "two", "sums.csv").stdout
        self.assertEqual(said.splitlines()[2].split(), ["model", "samples", "loss", "R2", "RMSE",
                                                        "MAE"])
        self.assertEqual(len(said.splitlines()), 5)

    def test_other_samples(self):
        """Models with test parts of their own are not told apart by them."""
        (self.folder / "t.csv").write_text("x,y,label\n" + "".join(
            f"{i * 7 % 11 / 3:.3f},{i * 5 % 13 / 4:.3f},{'ab'[i * i % 7 > 2]}\n" for i in range(100)))
        for run, seed in (("one", "1"), ("two", "2")):
            self.succeed("train", "t.csv", "-q", "--epochs", "1", "--test-seed", seed, "--out", run)
        result = self.succeed("evaluate", "one", "two", "t.csv")
        self.assertIn("two was scored on other samples than one: not to be compared", result.stdout)
        self.assertNotIn("McNemar", result.stdout)
        (self.folder / "new.csv").write_text((self.folder / "t.csv").read_text() + "1,2,a\n")
        self.assertIn("McNemar", self.succeed("evaluate", "one", "two", "new.csv").stdout)

    def test_labels(self):
        names = ["red", "big", "red;big", ""]
        (self.folder / "tags.csv").write_text("x,y,tags\n" + "".join(
            f"{i % 2 + i % 7 / 20:.3f},{i // 2 % 2 + i % 5 / 20:.3f},{names[i % 4]}\n"
            for i in range(100)))
        options = ("--loss", "binary-cross-entropy", "--label-column", "tags", "-q", "--out")
        self.succeed("train", "tags.csv", "--epochs", "2", *options, "one")
        self.succeed("train", "tags.csv", "--epochs", "60", *options, "two")
        found = json.loads(self.succeed("evaluate", "one", "two", "tags.csv", "--json").stdout)
        right = []
        for run, model in zip(("one", "two"), found["models"], strict=True):
            self.succeed("evaluate", run, "tags.csv", "--samples", "s.csv", "-q")
            with open(self.folder / "s.csv", newline="") as file:
                right.append([set(row["labels"].split(";")) == set(row["answers"].split(";"))
                              for row in csv.DictReader(file)])
            self.assertAlmostEqual(model["accuracy"], sum(right[-1]) / len(right[-1]), 8)
        (pair,) = found["comparisons"]
        self.assertEqual(pair["only_second_right"],
                         sum(b and not a for a, b in zip(*right, strict=True)))
        self.assertIn("exact match", self.succeed("evaluate", "one", "two", "tags.csv").stdout)


if __name__ == "__main__":
    unittest.main()
