#!/usr/bin/python3
"""inspect: what it tells about files, runs and data, against the files read in plain Python."""

import json
import math
import unittest
import zlib

from harness import (TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, CommandCase, make_data, make_samples)
from tensors import load_tensors, save_tensors


class Inspect(CommandCase):
    def train(self):
        make_data(self.folder / "data")
        self.succeed("train", "data", "--out", "run", "--epochs", 3, "--hidden", "5,4",
                     "--optimizer", "adam", "--quiet")

    def json(self, *arguments):
        return json.loads(self.succeed("inspect", *arguments, "--json").stdout)

    def check_statistics(self, found, shape, values):
        mean = math.fsum(values) / len(values)
        expected = {"minimum": min(values), "maximum": max(values), "mean": mean,
                    "deviation": math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values)),
                    "norm": math.sqrt(math.fsum(v * v for v in values)), "nonfinite": 0}
        self.assertEqual(found["shape"], shape)
        for key, value in expected.items():
            self.assertAlmostEqual(found[key], value, delta=1e-6 * (1 + abs(value)), msg=key)

    def check_tensors(self, found, tensors):
        self.assertEqual([tensor["name"] for tensor in found], list(tensors))
        for tensor in found:
            self.check_statistics(tensor, *tensors[tensor["name"]])

    def test_a_name_that_json_cannot_hold(self):
        """Its bytes are no UTF-8: an object without them would look like a result."""
        self.train()
        for name in ("model", "checkpoint"):
            content = (self.folder / f"run/{name}.safetensors").read_bytes()
            (self.folder / f"{name}\udcff.safetensors").write_bytes(content)
            self.refuse(1, ["not UTF-8"], "inspect", f"{name}\udcff.safetensors", "--json")
        for folder in ("run", "data"):
            (self.folder / folder).rename(self.folder / f"{folder}\udcff")
            self.refuse(1, ["not UTF-8"], "inspect", f"{folder}\udcff", "--json")
            self.succeed("inspect", f"{folder}\udcff")

    def test_model(self):
        self.train()
        path = "run/model.safetensors"
        tensors, metadata = load_tensors(self.folder / path)
        found = self.json(path)
        self.assertEqual(found["kind"], "model")
        self.assertEqual(found["architecture"], "9-5-4-3 relu")
        self.assertEqual(found["parameters"], 9 * 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3)
        content = (self.folder / path).read_bytes()
        length = int.from_bytes(content[:8], "little")
        self.assertEqual(found["crc32"], f"{zlib.crc32(content[8 + length:]):08x}")
        self.assertIs(found["verified"], True)
        self.assertEqual(found["metadata"], metadata)
        self.assertEqual([tensor["activation"] for tensor in found["tensors"]],
                         ["relu"] * 4 + ["identity"] * 2)
        self.check_tensors(found["tensors"], tensors)

    def test_model_as_text(self):
        self.train()
        text = self.succeed("inspect", "run/model.safetensors").stdout
        lines = [line.split() for line in text.splitlines()]
        tensors, metadata = load_tensors(self.folder / "run/model.safetensors")
        self.assertIn(["architecture", "9-5-4-3", "relu"], lines)
        self.assertIn(["checksum", metadata["crc32"] + ",", "verified"], lines)
        self.assertIn(["input_shape", "3,3"], lines)
        weights = tensors["2.weight"][1]
        row = next(line for line in lines if line[:1] == ["2.weight"])
        self.assertEqual(row[1:7], ["4", "x", "5", "relu", f"{min(weights):.4g}",
                                    f"{max(weights):.4g}"])

    def test_checkpoint(self):
        self.train()
        tensors, metadata = load_tensors(self.folder / "run/checkpoint.safetensors")
        found = self.json("run/checkpoint.safetensors")
        rows = self.rows("run")
        best = min(rows[1:], key=lambda row: float(row["validation_loss"]))
        self.assertEqual(found["kind"], "checkpoint")
        self.assertEqual((found["epoch"], found["step"], found["samples"]),
                         (3, int(rows[-1]["step"]), int(rows[-1]["samples"])))
        self.assertEqual(found["best_epoch"], int(best["epoch"]))
        self.assertAlmostEqual(found["best_loss"], float(best["validation_loss"]), delta=1e-6)
        self.assertEqual((found["optimizer"], found["optimizer_slots"]), ("adam", 2))
        self.assertEqual(found["schedule"]["kind"], metadata["schedule.kind"])
        self.assertEqual(found["config"]["options"]["hidden"], [5, 4])
        for prefix, key in (("model.", "last"), ("best.", "best")):
            self.check_tensors(found[key], {name.removeprefix(prefix): tensor
                                            for name, tensor in tensors.items()
                                            if name.startswith(prefix)})

    def test_checkpoint_as_text(self):
        self.train()
        text = self.succeed("inspect", "run/checkpoint.safetensors").stdout
        for part in ("checkpoint, checksum verified", "9-5-4-3 relu", "epochs done",
                     "adam, 2 numbers of state", "cosine", "last weights", "best weights",
                     "configuration"):
            self.assertIn(part, text)

    def test_run(self):
        self.train()
        found = self.json("run")
        self.assertEqual(found["kind"], "run")
        self.assertEqual(found["model"], self.json("run/model.safetensors"))
        self.assertEqual(found["checkpoint"], self.json("run/checkpoint.safetensors"))
        text = self.succeed("inspect", "run").stdout
        for name in ("run/model.safetensors", "run/checkpoint.safetensors"):
            self.assertIn(self.succeed("inspect", name).stdout, text)
        (self.folder / "run/checkpoint.safetensors").unlink()
        self.assertNotIn("checkpoint", self.json("run"))

    def test_other_tensors(self):
        tensors = {"conv.weight": ([2, 1, 2], [1.0, -2.5, 0.5, 4.0]), "scale": ([], [3.0])}
        for dtype in ("F32", "F64", "F16"):
            save_tensors(self.folder / "x.safetensors", tensors, {"made": "by\x1b hand"}, dtype)
            found = self.json("x.safetensors")
            self.assertEqual((found["kind"], found["metadata"]), ("tensors", {"made": "by\x1b hand"}))
            self.assertEqual({tensor["type"] for tensor in found["tensors"]}, {dtype})
            self.check_tensors(found["tensors"], tensors)
            text = self.succeed("inspect", "x.safetensors").stdout
            self.assertIn("by? hand", text)
            self.assertNotIn("\x1b", text)
        save_tensors(self.folder / "x.safetensors", {"n": ([3], [1, 2, 3])}, None, "I64")
        self.assertEqual(self.json("x.safetensors")["tensors"],
                         [{"name": "n", "type": "I64", "shape": [3]}])
        self.succeed("inspect", "x.safetensors")

    def test_numbers_that_are_none(self):
        tensors = {"0.weight": ([1, 3], [math.nan, math.inf, 2.0]), "0.bias": ([1], [math.nan])}
        save_tensors(self.folder / "x.safetensors", tensors)
        weight, bias = self.json("x.safetensors")["tensors"]
        self.assertEqual((weight["nonfinite"], weight["maximum"], weight["norm"]), (2, 2.0, 2.0))
        self.assertEqual((bias["nonfinite"], bias["mean"]), (1, None))
        text = self.succeed("inspect", "x.safetensors").stdout
        self.assertIn("warning: 0.weight: 2 numbers", text)
        self.assertIn("the file has none to compare with", text)

    def test_data(self):
        make_data(self.folder / "data", train=61, test=20)
        found = self.json("data")
        self.assertEqual(found["kind"], "data")
        for part, count in (("train", 61), ("test", 20)):
            pixels, labels = make_samples(count, 3, 3, count)
            mean = sum(pixels) / len(pixels)
            expected = {"samples": count, "shape": [3, 3], "classes": 3,
                        "class_counts": [labels.count(c) for c in range(3)],
                        "minimum": min(pixels), "maximum": max(pixels)}
            for key, value in expected.items():
                self.assertEqual(found[part][key], value)
            self.assertAlmostEqual(found[part]["mean"], mean, delta=1e-6)
            self.assertAlmostEqual(found[part]["deviation"], math.sqrt(
                sum((p - mean) ** 2 for p in pixels) / len(pixels)), delta=1e-6)
        text = self.succeed("inspect", "data").stdout
        lines = [line.split() for line in text.splitlines()]
        self.assertEqual(lines[-3:], [["0", "21", "#" * 24, "7", "#" * 24],
                                      ["1", "20", "#" * 23, "7", "#" * 24],
                                      ["2", "20", "#" * 23, "6", "#" * 21]])

    def test_data_by_name(self):
        found = self.json("digits")
        self.assertEqual((found["train"]["samples"], found["test"]["samples"]), (1437, 360))
        self.assertEqual(found["train"]["shape"], [8, 8])

    def test_one_part(self):
        folder = make_data(self.folder / "data")
        for name in (TEST_IMAGES, TEST_LABELS):
            (folder / name).unlink()
        self.assertIsNone(self.json("data")["test"])
        self.assertIn("training", self.succeed("inspect", "data").stdout)

    def test_a_folder_called_like_a_data_set(self):
        make_data(self.folder / "digits", train=5)
        self.assertEqual(self.json("digits")["train"]["samples"], 5)

    def test_damaged(self):
        self.train()
        make_data(self.folder / "data")
        for name in ("run/model.safetensors", "run/checkpoint.safetensors"):
            path = self.folder / name
            whole = path.read_bytes()
            for what, content in (("flipped", whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]),
                                  ("truncated", whole[:-1]), ("trailing", whole + b"x"),
                                  ("header cut", whole[:40]), ("empty", b""),
                                  ("layers", whole.replace(b'"9-5-4-3"', b'"9-5-4-4"'))):
                with self.subTest(f"{name} {what}"):
                    path.write_bytes(content)
                    self.refuse(1, [name], "inspect", name)
                    self.refuse(1, [name], "inspect", name, "--json")
            path.write_bytes(whole)
        images = self.folder / "data" / TRAIN_IMAGES
        images.write_bytes(images.read_bytes()[:-1])
        self.refuse(1, [TRAIN_IMAGES], "inspect", "data")
        self.refuse(1, [TRAIN_IMAGES], "inspect", images)

    def test_missing(self):
        (self.folder / "empty").mkdir()
        self.refuse(1, ["nowhere.safetensors", "no such file"], "inspect", "nowhere.safetensors")
        self.refuse(1, ["no/where"], "inspect", "no/where")
        self.refuse(1, ["nowhere"], "inspect", "nowhere")
        self.refuse(1, ["empty"], "inspect", "empty")
        self.refuse(1, ["a?b"], "inspect", "a\nb")

    def test_usage(self):
        self.refuse(2, ["one file"], "inspect")
        self.refuse(2, ["one file"], "inspect", "digits", "digits")
        self.refuse(2, ["--nonsense"], "inspect", "digits", "--nonsense")

    def test_help(self):
        text = self.succeed("inspect", "--help").stdout
        for part in ("FILE|RUN|DATA", "--json", "Examples:"):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
