#!/usr/bin/python3
"""Columns of a table are known by their names, in whatever order a file has them, and what a file has
that the training data lack is told."""

import json
import random
import shutil
import unittest

from harness import CommandCase, whole_lines
from tensors import load_tensors, save_tensors

NAMES = ["weight", "diameter", "colour", "id", "label"]


class Matching(CommandCase):
    def setUp(self):
        super().setUp()
        generator = random.Random(2)
        self.samples = []
        for i in range(120):
            apple = i % 2
            self.samples.append({
                "weight": f"{generator.gauss(150 if apple else 90, 10):.2f}",
                "diameter": f"{generator.gauss(8 if apple else 7, 0.5):.2f}",
                "colour": generator.choice(["red", "green"]), "id": f"n{i}", "extra": "7",
                "label": "apple" if apple else "plum"})
        self.write("fruit.csv", NAMES)
        self.succeed("train", "fruit.csv", "--keep", "id", "--epochs", "20", "--quiet", "--out", "run",
                     "--schedule", "constant")

    def write(self, name, columns, count=None, header=True, **changes):
        lines = [",".join(columns)] if header else []
        for row in self.samples[:count]:
            lines.append(",".join(changes.get(column, row[column]) for column in columns))
        (self.folder / name).write_text("\n".join(lines) + "\n")

    def predict(self, name, *options):
        return self.succeed("predict", "run", name, *options)

    def assert_same(self, found, expected):
        """The same answers: a batch of another size may round a probability differently."""
        self.assertEqual(found[0], expected[0])
        for one, other in zip(found[1:], expected[1:], strict=True):
            one, other = one.split(","), other.split(",")
            self.assertEqual(one[:2], other[:2])
            self.assertAlmostEqual(float(one[2]), float(other[2]), places=5)

    def test_the_model_stores_its_columns(self):
        metadata = load_tensors(self.folder / "run/model.safetensors")[1]
        self.assertEqual(json.loads(metadata["feature_names"]),
                         ["weight", "diameter", "colour=green", "colour=red"])
        self.assertEqual([column["name"] for column in json.loads(metadata["columns"])], NAMES)

    def test_predictions_are_the_same_in_any_order(self):
        self.write("order.csv", ["colour", "id", "diameter", "weight"], 20)
        result = self.predict("order.csv")
        expected = self.predict("fruit.csv").stdout.splitlines()[:21]
        self.assert_same(result.stdout.splitlines(), expected)
        self.assertEqual(expected[0], "id,class,probability")
        self.assertEqual(result.stderr, "")

    def test_missing_columns_are_refused_by_name(self):
        self.write("few.csv", ["diameter", "colour", "label"], 5)
        for command in (["predict", "run"], ["evaluate", "run"]):
            self.refuse(1, ["few.csv", '"weight"'], *command, "few.csv")
        self.refuse(1, ["few.csv", '"weight"'], "train", "few.csv", "--init-from", "run", "--quiet")

    def test_further_columns_are_passed_over_and_told(self):
        self.write("more.csv", ["extra", "weight", "diameter", "colour", "id", "label"], 30)
        for command in (["predict", "run"], ["evaluate", "run"]):
            result = self.succeed(*command, "more.csv")
            self.assertEqual(result.stderr, "note: more.csv: ignored a column that the training "
                                            "data lack: extra\n")
        self.assertEqual(self.succeed("evaluate", "run", "more.csv", "--quiet").stderr, "")

    def test_a_file_without_a_header_goes_by_places(self):
        self.write("bare.csv", ["weight", "diameter", "colour", "id"], 5, header=False)
        result = self.predict("bare.csv")
        self.assertIn("note: bare.csv: the first line names no columns", result.stderr)
        self.assert_same(result.stdout.splitlines(),
                         self.predict("fruit.csv").stdout.splitlines()[:6])

    def test_new_words_and_missing_values_are_told_once(self):
        self.write("new.csv", NAMES, 40, colour="blue", weight="")
        for command in (["predict", "run"], ["evaluate", "run"]):
            lines = whole_lines(self.succeed(*command, "new.csv").stderr).splitlines()
            self.assertEqual(len(lines), 2)
            self.assertIn("column weight: 40 values missing", lines[0])
            self.assertIn('column colour: 40 values not in the training data, such as "blue"',
                          lines[1])

    def test_evaluate_finds_its_own_data_in_any_order(self):
        self.write("order.csv", ["id", "label", "colour", "weight", "diameter"])
        own, other = (json.loads(self.succeed("evaluate", "run", name, "--json").stdout)
                      for name in ("fruit.csv", "order.csv"))
        self.assertEqual(other["data"]["origin"], "held back")
        self.assertEqual(own["loss"], other["loss"])

    def test_a_resumed_run_goes_on_with_columns_in_any_order(self):
        self.write("order.csv", ["id", "label", "colour", "weight", "diameter"])
        shutil.copytree(self.folder / "run", self.folder / "other")
        self.succeed("train", "--resume", "run", "--epochs", "25", "--quiet")
        self.succeed("train", "order.csv", "--resume", "other", "--epochs", "25", "--quiet")
        self.assert_same_run("run", "other")

    def test_training_goes_on_from_a_model_with_columns_in_any_order(self):
        self.write("order.csv", ["id", "label", "colour", "weight", "diameter"])
        results = [json.loads(self.succeed("train", name, "--init-from", "run", "--epochs", "1", "--lr",
                                           "1e-12", "--quiet", "--json", "--out", f"of-{name}").stdout)
                   for name in ("fruit.csv", "order.csv")]
        self.assertEqual(results[0]["test"], results[1]["test"])
        evaluated = json.loads(self.succeed("evaluate", "run", "fruit.csv", "--json").stdout)
        self.assertAlmostEqual(results[1]["test"]["loss"], evaluated["loss"], places=5)

    def test_training_tells_once_what_it_passes_over(self):
        self.write("more.csv", ["extra", *NAMES], colour="blue")
        result = self.succeed("train", "more.csv", "--init-from", "run", "--epochs", "1", "--out", "on")
        told = [line for line in whole_lines(result.stderr).splitlines()
                if "more.csv: " in line]
        self.assertEqual(len(told), 2)
        self.assertIn("ignored a column", told[0])
        self.assertIn('such as "blue"', told[1])

    def test_words_that_only_the_test_part_has_are_told(self):
        (self.folder / "pair").mkdir()
        self.write("pair/train.csv", NAMES)
        self.write("pair/test.csv", NAMES, 30, colour="blue")
        result = self.succeed("train", "pair", "--keep", "id", "--epochs", "1", "--out", "on")
        self.assertIn("column colour: 30 values not in the training data", result.stderr)

    def test_broken_columns_in_a_model(self):
        tensors, metadata = load_tensors(self.folder / "run/model.safetensors")
        for broken in ("{}", "[]", '[{"kind":"numbers","name":"a","fill":0}]', "no JSON"):
            save_tensors(self.folder / "bad.safetensors", tensors, dict(metadata, columns=broken))
            self.refuse(1, ["bad.safetensors", "columns"], "predict", "bad.safetensors", "fruit.csv")


if __name__ == "__main__":
    unittest.main()
