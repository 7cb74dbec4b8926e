#!/usr/bin/python3
"""--standardize: means and deviations against plain Python, and the same inputs in all commands."""

import json
import math
import struct
import unittest

from harness import CommandCase, make_data, make_samples
from tensors import cross_entropy, forward, load_tensors, reseal

SIDE, TRAIN, TEST = 3, 60, 20
FEATURES = SIDE * SIDE


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def rows_of(pixels):
    return [[float32(pixel / 255) for pixel in pixels[i:i + FEATURES]]
            for i in range(0, len(pixels), FEATURES)]


def moments(values):
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


class Standardize(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", TRAIN, TEST, SIDE)

    def train(self, *options, out="run"):
        return self.succeed("train", "data", "--quiet", "--epochs", "4", "--out", out, *options)

    def load(self, run="run"):
        tensors, metadata = load_tensors(self.folder / run / "model.safetensors")
        return tensors, json.loads(metadata["preparation"])

    def test_by_feature(self):
        self.train("--standardize", "feature", "--validation", "0")
        _, preparation = self.load()
        self.assertEqual(preparation["standardize"], "feature")
        self.assertEqual(len(preparation["mean"]), FEATURES)
        rows = rows_of(make_samples(TRAIN, SIDE, 3, TRAIN)[0])
        for f in range(FEATURES):
            mean, deviation = moments([row[f] for row in rows])
            self.assertAlmostEqual(preparation["mean"][f], mean, places=6)
            self.assertAlmostEqual(preparation["deviation"][f], deviation, places=6)

    def test_by_set(self):
        self.train("--standardize", "set", "--validation", "0")
        _, preparation = self.load()
        rows = rows_of(make_samples(TRAIN, SIDE, 3, TRAIN)[0])
        mean, deviation = moments([value for row in rows for value in row])
        self.assertAlmostEqual(preparation["mean"][0], mean, places=6)
        self.assertAlmostEqual(preparation["deviation"][0], deviation, places=6)
        self.assertEqual(len(preparation["mean"]), 1)

    def test_validation_samples_are_not_learned_from(self):
        self.train("--standardize", "feature", "--validation", "0", out="all")
        self.train("--standardize", "feature", "--validation", "0.3", out="part")
        self.assertNotEqual(self.load("all")[1]["mean"], self.load("part")[1]["mean"])

    def test_train_and_evaluate_standardise_alike(self):
        for kind in ("feature", "set"):
            result = json.loads(self.train("--standardize", kind, "--json", out=kind).stdout)
            tensors, preparation = self.load(kind)
            mean, deviation = (preparation[key] * (FEATURES if kind == "set" else 1)
                               for key in ("mean", "deviation"))
            pixels, labels = make_samples(TEST, SIDE, 3, TEST)
            expected = 0
            for row, label in zip(rows_of(pixels), labels):
                inputs = [(x - m) / d for x, m, d in zip(row, mean, deviation, strict=True)]
                expected += cross_entropy(forward(tensors, inputs), label) / TEST
            self.assertAlmostEqual(result["test"]["loss"], expected, places=5)
            evaluated = json.loads(self.succeed("evaluate", kind, "data", "--json").stdout)
            self.assertAlmostEqual(evaluated["loss"], result["test"]["loss"], places=9)

    def test_threads_and_resuming_change_no_bit(self):
        options = ["--standardize", "feature", "--schedule", "constant"]
        self.train(*options, "--threads", "1", out="whole")
        self.train(*options, "--threads", "2", "--epochs", "2", out="half")
        self.succeed("train", "--resume", "half", "--epochs", "4", "--quiet")
        self.assert_same_run("half", "whole")
        self.refuse(2, ["--standardize", "feature", "set"], "train", "--resume", "half",
                    "--standardize", "set")

    def test_initial_weights_bring_their_preparation(self):
        self.train("--standardize", "set", out="first")
        model = self.folder / "first" / "model.safetensors"
        self.train("--init-from", model, out="second")
        self.train("--init-from", model, "--standardize", "none", out="third")
        self.assertEqual(self.load("second")[1], self.load("first")[1])
        self.assertNotIn("preparation",
                         load_tensors(self.folder / "third" / "model.safetensors")[1])
        self.succeed("train", "--resume", "second", "--epochs", "5", "--quiet")
        self.assertEqual(self.load("second")[1], self.load("first")[1])

    def make_table(self):
        """Two features of very different sizes, of which the small one tells the class."""
        lines = [f"{(i * 37) % 200 * 50.5},{(i % 2) * 0.01 + i * 1e-5:.6f},{'ab'[i % 2]}"
                 for i in range(200)]
        (self.folder / "table.csv").write_text("large,small,label\n" + "\n".join(lines) + "\n")

    def test_tables_are_standardised_by_feature_images_are_not(self):
        self.make_table()
        told = self.succeed("train", "table.csv", "--epochs", "40", "--out", "run", "--json")
        self.assertIn("standardised by feature\n", told.stderr)
        self.assertEqual(json.loads(told.stdout)["test"]["accuracy"], 1)
        self.succeed("train", "table.csv", "--epochs", "40", "--out", "named", "--quiet",
                     "--standardize", "feature")
        self.assertEqual(self.load()[1], self.load("named")[1])
        self.assert_same_run("run", "named")
        config = json.loads((self.folder / "run" / "config.json").read_text())
        self.assertEqual(config["options"]["standardize"], "feature")
        self.train(out="images")
        self.assertNotIn("preparation",
                         load_tensors(self.folder / "images" / "model.safetensors")[1])
        config = json.loads((self.folder / "images" / "config.json").read_text())
        self.assertEqual(config["options"]["standardize"], "none")

    def test_what_auto_was_is_kept_by_a_resumed_run(self):
        self.make_table()
        options = ["--quiet", "--schedule", "constant"]
        self.succeed("train", "table.csv", "--epochs", "4", "--out", "whole", *options)
        self.succeed("train", "table.csv", "--epochs", "2", "--out", "half", *options)
        self.succeed("train", "--resume", "half", "--epochs", "4", "--standardize", "auto")
        self.assert_same_run("half", "whole")
        self.succeed("train", "table.csv", "--epochs", "2", "--out", "none", *options,
                     "--standardize", "none")
        self.succeed("train", "--resume", "none", "--epochs", "4", "--standardize", "auto")
        self.assertNotIn("preparation",
                         load_tensors(self.folder / "none" / "model.safetensors")[1])

    def test_weights_without_a_preparation_stay_without(self):
        self.make_table()
        self.succeed("train", "table.csv", "--epochs", "1", "--out", "first", "--quiet",
                     "--standardize", "none")
        self.succeed("train", "table.csv", "--epochs", "1", "--out", "second", "--quiet",
                     "--init-from", self.folder / "first" / "model.safetensors")
        self.assertNotIn("preparation",
                         load_tensors(self.folder / "second" / "model.safetensors")[1])

    def test_find_lr_standardises_tables_as_training_does(self):
        self.make_table()
        auto, named, none = (
            json.loads(self.succeed("find-lr", "table.csv", "--json", "--steps", "60", *options)
                       .stdout)["lowest"]
            for options in ([], ["--standardize", "feature"], ["--standardize", "none"]))
        self.assertEqual(auto, named)
        self.assertNotEqual(auto, none)

    def test_find_lr(self):
        plain = self.succeed("find-lr", "data", "--json", "--steps", "60")
        standardised = self.succeed("find-lr", "data", "--json", "--steps", "60", "--standardize",
                                    "feature")
        self.assertNotEqual(plain.stdout, standardised.stdout)

    def test_bad_values(self):
        self.refuse(2, ["--standardize", "none, feature, set, auto", '"pixel"'], "train", "data",
                    "--standardize", "pixel")

    def test_broken_metadata(self):
        self.train("--standardize", "set")
        path = self.folder / "run" / "model.safetensors"
        content = path.read_bytes()
        deviation = json.dumps(self.load()[1]["deviation"], separators=(",", ":")).encode()
        for found, put in ((b'\\"set\\"', b'\\"sat\\"'), (b'\\"mean\\"', b'\\"maen\\"'),
                           (deviation, b"[0" + b" " * (len(deviation) - 3) + b"]"),
                           (deviation, b"[\\\"" + b"x" * (len(deviation) - 6) + b"\\\"]")):
            self.assertEqual(content.count(found), 1, found)
            path.write_bytes(content.replace(found, put))
            reseal(path)
            self.refuse(1, ["model.safetensors", "preparation"], "evaluate", "run", "data")

    def test_inspect_cuts_long_texts(self):
        make_data(self.folder / "wide", side=16)
        self.succeed("train", "wide", "--standardize", "feature", "--epochs", "1", "--out", "run",
                     "--quiet")
        self.assertIn("characters; --json prints all", self.succeed("inspect", "run").stdout)
        model = self.folder / "run" / "model.safetensors"
        shown = self.succeed("inspect", model).stdout
        self.assertIn("characters; --json prints all", shown)
        self.assertLess(max(map(len, shown.splitlines())), 2200)
        found = json.loads(self.succeed("inspect", model, "--json").stdout)["metadata"]
        self.assertEqual(found["preparation"], load_tensors(model)[1]["preparation"])

    def test_another_number_of_features(self):
        self.train("--standardize", "feature")
        make_data(self.folder / "wide", side=4)
        self.refuse(1, ["3 x 3", "4 x 4"], "evaluate", "run", "wide")


if __name__ == "__main__":
    unittest.main()
