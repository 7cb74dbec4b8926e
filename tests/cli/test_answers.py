#!/usr/bin/python3
"""The same sample gets the same answer from train, evaluate, evaluate --samples and predict in all its
forms, for models of all kinds, and after --resume and --init-from."""

import csv
import json
import random
import unittest

from arrays import npy, npz
from harness import CommandCase, make_data
from pictures import png
from tensors import save_tensors

FIGURES = ("loss", "accuracy", "r2", "rmse")


class SameAnswers(CommandCase):
    def train(self, data, *options, out="run"):
        return json.loads(self.succeed("train", data, "--epochs", "3", "--out", out, "--quiet",
                                       "--json", *options).stdout)

    def csv_of(self, name):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def predictions(self, data, *options):
        """As the terminal, a file and JSON have them: the same, in the order of the samples."""
        shown = list(csv.DictReader(self.succeed("predict", "run", data, *options).stdout.splitlines()))
        self.succeed("predict", "run", data, "--out", "p.csv", "--quiet", *options)
        saved = self.csv_of("p.csv")
        place = "file" if "file" in saved[0] else "row"
        if place == "row":
            self.assertEqual([{k: v for k, v in row.items() if k != place} for row in saved],
                             [{k: v for k, v in row.items() if k != place} for row in shown])
        objects = json.loads(self.succeed("predict", "run", data, "--json", *options).stdout)
        self.assertEqual(len(saved), len(objects["predictions"]))
        for row, found in zip(saved, objects["predictions"], strict=True):
            self.same_as_json(row, found)
        return {row[place]: row for row in saved}

    def same_as_json(self, row, found):
        if "labels" in found:
            self.assertEqual(row["labels"], ";".join(label["name"] for label in found["labels"]))
        elif "name" in found:
            self.assertEqual(row["class"], found["name"])
        else:
            numbers = [float(v) for k, v in row.items() if k not in ("row", "file", "id")]
            for number, other in zip(numbers, found["outputs"], strict=True):
                self.assertAlmostEqual(number, other, delta=1e-6 * max(1.0, abs(other)))

    def same_numbers(self, one, other):
        """But for the last bits, which a sample's place in its batch can change on some processors."""
        for left, right in zip(one.split(";"), other.split(";"), strict=True):
            if left or right:
                self.assertAlmostEqual(float(left), float(right), delta=1e-5 * max(1, abs(float(left))))

    def same_figures(self, trained, evaluated):
        for key in set(FIGURES) & set(trained) & set(evaluated):
            self.assertAlmostEqual(trained[key], evaluated[key], delta=1e-5 * max(1, abs(trained[key])))
        self.assertTrue(set(FIGURES) & set(trained) & set(evaluated))

    def check(self, data, result, *options, predict=None):
        """options: of both evaluate and predict."""
        evaluated = json.loads(self.succeed("evaluate", "run", data, "--samples", "s.csv", "--json",
                                            "--quiet", *options).stdout)
        if not options:
            self.same_figures(result["test"], evaluated)
        samples = self.csv_of("s.csv")
        self.assertEqual(len(samples), evaluated.get("samples", len(samples)))
        answers = self.predictions(predict or data, *options)
        right = 0
        for sample in samples:
            answer = answers[sample.get("row") or sample["file"]]
            if "answers" in sample:
                self.assertEqual(sample["answers"], answer["labels"])
                self.same_numbers(sample["probabilities"], answer["probabilities"])
                right += set(sample["answers"].split(";")) == set(sample["labels"].split(";"))
            elif "answer" in sample:
                self.assertEqual(sample["answer"], answer["class"])
                value = "probability" if "probability" in sample else "output"
                self.same_numbers(sample[value], answer[value])
                right += sample["answer"] == sample["label"]
            else:
                for key in sample:
                    if key.endswith(" predicted"):
                        self.same_numbers(sample[key], answer[key.removesuffix(" predicted")])
        if "accuracy" in evaluated:
            self.assertAlmostEqual(evaluated["accuracy"], right / len(samples), places=8)

    def table(self, heading, row, count=320):
        generator = random.Random(count)
        lines = [row(i, generator.gauss(i % 3, 1.0), generator.random()) for i in range(count)]
        (self.folder / "data.csv").write_text("\n".join([heading, *lines, ""]))

    def test_classes(self):
        self.table("id,x,word,y,label", lambda i, x, y: f"n{i},{x:.3f},{'red blue'.split()[i % 2]},"
                   f"{y if i % 7 else ''},{'abc'[i % 3]}")
        result = self.train("data.csv", "--keep", "id")
        self.check("data.csv", result)
        self.predictions("data.csv")

    def test_class_outputs(self):
        self.table("x,y,label", lambda i, x, y: f"{x:.3f},{y:.3f},{'abc'[i % 3]}")
        self.check("data.csv", self.train("data.csv", "--loss", "mse", "--standardize", "none"))

    def test_two_classes_of_one_output(self):
        self.table("x,y,label", lambda i, x, y: f"{x:.3f},{y:.3f},{'no yes'.split()[i % 3 > 0]}")
        result = self.train("data.csv", "--loss", "binary-cross-entropy")
        self.check("data.csv", result)
        for threshold in ("0", "0.3", "0.7", "1"):
            self.check("data.csv", result, "--threshold", threshold)

    def test_several_labels(self):
        self.table("x,y,tags", lambda i, x, y: f"{x:.3f},{y:.3f},"
                   + ";".join(t for t, is_ in (("odd", i % 2), ("big", x > 1), ("low", y < 0.5)) if is_))
        result = self.train("data.csv", "--multi-label", "--label-column", "tags")
        self.check("data.csv", result)
        for threshold in ("0", "0.3", "0.7", "1"):
            self.check("data.csv", result, "--threshold", threshold)

    def test_numbers(self):
        for labels in ("sum", "sum,product"):
            with self.subTest(labels):
                self.table("x,y,sum,product",
                           lambda i, x, y: f"{x:.3f},{y:.3f},{x + y:.3f},{100 * x * y:.3f}")
                result = self.train("data.csv", "--regression", "--label-column", labels, "--force")
                self.check("data.csv", result)

    def test_idx_files(self):
        make_data(self.folder / "data", test=300)
        for options in ((), ("--standardize", "feature"), ("--loss", "binary-cross-entropy")):
            self.check("data", self.train("data", "--force", *options))

    def test_numpy_files(self):
        generator = random.Random(5)
        count = 300
        values = [generator.gauss(i // 4 % 3, 1) for i in range(count * 4)]
        for dtype, scale in (("<f4", 1), ("<f8", 1), ("|u1", 20)):
            with self.subTest(dtype):
                own = [min(255, max(0, int(v * scale + 60))) for v in values] if scale > 1 else values
                (self.folder / "data.npz").write_bytes(npz(
                    X=npy((count, 4), own, dtype), y=npy((count,), [i % 3 for i in range(count)], "<i8")))
                (self.folder / "x.npy").write_bytes(npy((count, 4), own, dtype))
                result = self.train("data.npz", "--force")
                self.check("data.npz", result)
                self.check("data.npz", result, predict="x.npy")

    def test_image_folders(self):
        generator = random.Random(2)
        for label, value in (("dark", 110), ("light", 140)):
            (self.folder / "shapes" / label).mkdir(parents=True)
            for i in range(20):
                pixels = [min(255, max(0, int(generator.gauss(value, 30)))) for _ in range(12)]
                (self.folder / "shapes" / label / f"{i}.png").write_bytes(png(3, 4, pixels))
        result = self.train("shapes")
        self.succeed("evaluate", "run", "shapes", "--samples", "s.csv", "--quiet")
        files = [row["file"] for row in self.csv_of("s.csv")]
        self.succeed("predict", "run", *files, "--out", "p.csv", "--quiet")
        self.assertEqual([(row["file"], row["class"]) for row in self.csv_of("p.csv")],
                         [(row["file"], row["answer"]) for row in self.csv_of("s.csv")])
        self.same_figures(result["test"], json.loads(
            self.succeed("evaluate", "run", "shapes", "--json", "--quiet").stdout))

    def test_resumed_and_continued(self):
        self.table("x,y,label", lambda i, x, y: f"{x:.3f},{y:.3f},{'abc'[i % 3]}")
        self.train("data.csv", out="first")
        more = json.loads(self.succeed("train", "--resume", "first", "--epochs", "6", "--json",
                                       "--quiet").stdout)
        (self.folder / "first").rename(self.folder / "run")
        self.check("data.csv", more)
        (self.folder / "run").rename(self.folder / "first")
        result = self.train("data.csv", "--init-from", "first", "--lr", "1e-30")
        self.check("data.csv", result)
        self.same_figures(more["test"], result["test"])


class NearTheThreshold(CommandCase):
    """A network of one layer gives its input back, so that logits are what the table says."""

    def model(self, outputs, metadata):
        weights = [float(i == o) for o in range(outputs) for i in range(outputs)]
        save_tensors(self.folder / "model.safetensors",
                     {"0.weight": ((outputs, outputs), weights), "0.bias": ((outputs,), [0.0] * outputs)},
                     dict(metadata, preprocessing="none"))

    def answers(self, heading, key, *options):
        self.succeed("evaluate", "model.safetensors", "t.csv", "--samples", "s.csv", "--quiet", *options)
        with open(self.folder / "s.csv", newline="") as file:
            listed = [row[key] for row in csv.DictReader(file)]
        shown = self.succeed("predict", "model.safetensors", "t.csv", *options).stdout
        self.assertEqual([row[heading] for row in csv.DictReader(shown.splitlines())], listed)
        return listed, json.loads(self.succeed("evaluate", "model.safetensors", "t.csv", "--json",
                                               "--quiet", *options).stdout)

    def test_one_output_for_two_classes(self):
        self.model(1, {"loss": "binary-cross-entropy", "class_names": '["no","yes"]'})
        logits = [-200, -1e-12, 0, 1e-12, 200]
        (self.folder / "t.csv").write_text("z,label\n" + "".join(
            f"{z},{'yes' if z > 0 else 'no'}\n" for z in logits))
        for threshold, yes in (("0", 5), ("0.5", 2), ("1", 0)):
            listed, evaluated = self.answers("class", "answer", "--threshold", threshold)
            self.assertEqual(listed, ["no"] * (5 - yes) + ["yes"] * yes)
            self.assertEqual([row[1] for row in evaluated["confusion"]],
                             [max(0, yes - 2), min(2, yes)])

    def test_several_labels(self):
        self.model(2, {"loss": "binary-cross-entropy", "task": "multi-label", "class_names": '["p","q"]',
                       "source": '{"multi-label":true}'})
        (self.folder / "t.csv").write_text("a,b,label\n-200,1e-12,q\n-1e-12,200,q\n0,0,\n")
        for threshold, expected in (("0", ["q;p", "q;p", "p;q"]), ("0.5", ["q", "q", ""]), ("1", [""] * 3)):
            listed, evaluated = self.answers("labels", "answers", "--threshold", threshold)
            self.assertEqual(listed, expected)
            self.assertEqual(sum(label["samples"] for label in evaluated["labels"]), 2)
            self.assertAlmostEqual(evaluated["accuracy"], {"0": 0, "0.5": 1, "1": 1 / 3}[threshold])

    def test_classes_of_equal_rounded_probabilities(self):
        self.model(2, {"class_names": '["p","q"]'})
        (self.folder / "t.csv").write_text("a,b,label\n1,1.0000001,q\n1.0000001,1,p\n1,1,p\n")
        listed, evaluated = self.answers("class", "answer")
        self.assertEqual(listed, ["q", "p", "p"])
        self.assertEqual(evaluated["accuracy"], 1)


if __name__ == "__main__":
    unittest.main()
