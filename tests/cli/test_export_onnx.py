#!/usr/bin/python3
"""descent export --onnx, as a user meets it. tests/export has the numbers of random networks."""

import json
import math
import random
import sys
import unittest
from pathlib import Path

from harness import CommandCase, make_data
from tensors import forward, save_tensors

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "export"))
import onnx_file  # pylint: disable=wrong-import-position

LAYERS = {"a.weight": ([3, 2], [0.5, -1.0, 2.0, 0.25, -0.75, 1.5]), "a.bias": ([3], [0.1, -0.2, 0.3]),
          "b.weight": ([4, 3], [i / 7 - 0.8 for i in range(12)]), "b.bias": ([4], [0.0, 1.0, 2.0, 3.0])}


class ExportOnnx(CommandCase):
    def load(self, name):
        model = onnx_file.parse((self.folder / name).read_bytes())
        return model, {entry["key"]: entry["value"] for entry in model["metadata_props"]}

    def assert_close(self, found, expected):
        self.assertEqual(len(found), len(expected))
        for a, b in zip(found, expected):
            self.assertTrue(math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-4), f"{a} {b}")

    def test_a_table_is_asked_in_its_own_units(self):
        """What stands in the file goes in, and the target's units come out."""
        generator = random.Random(1)
        rows = [(generator.uniform(100, 900), generator.uniform(-3, 2)) for _ in range(80)]
        (self.folder / "t.csv").write_text("width,slope,price\n" + "".join(
            f"{x:.3f},{y:.4f},{900 * y + x:.2f}\n" for x, y in rows))
        self.succeed("train", "t.csv", "--regression", "--label-column", "price", "--epochs", "5",
                     "--activation", "gelu", "--out", "run", "-q")
        self.succeed("export", "run", "--onnx", "t.onnx", "-q")
        said = json.loads(self.succeed("predict", "run", "t.csv", "--json").stdout)["predictions"]
        model, told = self.load("t.onnx")
        for (x, y), row in list(zip(rows, said))[:9]:
            outputs = onnx_file.compute(model, [round(x, 3), round(y, 4)])
            self.assert_close(outputs["outputs"], row["outputs"])
        self.assertEqual(told["task"], "numbers")
        self.assertEqual(json.loads(told["target_names"]), ["price"])
        self.assertEqual([column["name"] for column in json.loads(told["columns"])][:2],
                         ["width", "slope"])

    def test_what_the_model_is(self):
        make_data(self.folder / "data")
        self.succeed("train", "data", "--epochs", "2", "--out", "run", "-q")
        said = self.succeed("export", "run", "--onnx", "run.onnx").stderr
        size = (self.folder / "run.onnx").stat().st_size
        self.assertEqual(said, f"run.onnx: {size:,} bytes\n")
        _, told = self.load("run.onnx")
        result = json.loads((self.folder / "run/result.json").read_text())
        self.assertEqual(told["crc32"], result["crc32"])
        self.assertEqual(float(told["validation_accuracy"]),
                         float(f"{result['validation']['accuracy']:.6g}"))
        self.assertEqual(json.loads(told["class_names"]), ["0", "1", "2"])
        self.assertEqual((told["task"], told["input_shape"]), ("classes", "3,3"))

    def test_a_model_of_layers_alone(self):
        save_tensors(self.folder / "m.safetensors", LAYERS)
        self.run_command("export", "m.safetensors", "--onnx", "m.onnx")
        model, told = self.load("m.onnx")
        renamed = {name.replace("a.", "0.").replace("b.", "2."): tensor
                   for name, tensor in LAYERS.items()}
        found = onnx_file.compute(model, [1.5, -0.5])
        self.assert_close(found["logits"], forward(renamed, [1.5, -0.5]))
        self.assertAlmostEqual(sum(found["probabilities"]), 1)
        self.assertEqual(told.keys(), {"network", "task", "crc32"})

    def test_what_is_there_stays(self):
        save_tensors(self.folder / "m.safetensors", {"0.weight": ([2, 1], [1.0, 2.0]),
                                                     "0.bias": ([2], [0.0, 0.0])})
        there = self.folder / "there.onnx"
        there.write_text("mine")
        self.refuse(1, ["there.onnx", "--force"], "export", "m.safetensors", "--onnx", "there.onnx")
        self.assertEqual(there.read_text(), "mine")
        self.succeed("export", "m.safetensors", "--onnx", "there.onnx", "--force")
        self.load("there.onnx")

    def test_nothing_is_left_of_what_cannot_be(self):
        save_tensors(self.folder / "m.safetensors", {"0.weight": ([2, 1], [1.0, 2.0]),
                                                     "0.bias": ([2], [0.0, 0.0])})
        self.refuse(1, ["none/m.onnx"], "export", "m.safetensors", "--onnx", "none/m.onnx")
        self.refuse(1, ["/proc/m.onnx"], "export", "m.safetensors", "--onnx", "/proc/m.onnx")
        content = bytearray((self.folder / "m.safetensors").read_bytes())
        (self.folder / "cut.safetensors").write_bytes(content[:-1])
        before = sorted(self.folder.iterdir())
        self.refuse(1, ["cut.safetensors"], "export", "cut.safetensors", "--onnx", "m.onnx")
        self.refuse(1, ["gone"], "export", "gone", "--onnx", "m.onnx")
        self.assertEqual(sorted(self.folder.iterdir()), before)


if __name__ == "__main__":
    unittest.main()
