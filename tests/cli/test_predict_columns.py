#!/usr/bin/python3
"""predict: the columns of its output: one for each class, chosen ones, and in a file."""

import csv
import io
import json
import math
import random
import unittest

from harness import CommandCase, make_data
from pictures import pgm
from tensors import forward, load_tensors, save_tensors

FLOWERS = ["iris", "lily", "rose, red"]


class Columns(CommandCase):
    def write(self, name, lines):
        (self.folder / name).write_text("".join(line + "\n" for line in lines))

    def setUp(self):
        super().setUp()
        rows = [f"{i % 3 + i % 7 * 0.05:.2f},{(i * 5) % 11},\"{FLOWERS[i % 3]}\"" for i in range(90)]
        self.write("data.csv", ["a,b,label", *rows])
        self.succeed("train", "data.csv", "--out", "run", "--epochs", "30", "--quiet")
        self.write("new.csv", ["a,b", "0.1,3", "2.2,5", "1.05,1"])

    def read(self, *arguments, stderr=""):
        result = self.succeed("predict", *arguments)
        self.assertEqual(result.stderr, stderr)
        return list(csv.reader(io.StringIO(result.stdout)))

    def file(self, name):
        with open(self.folder / name, newline="") as file:
            return list(csv.reader(file))

    def probabilities(self):
        """The reference: all classes by rank."""
        entries = json.loads(self.succeed("predict", "run", "new.csv", "--json", "--top", "3").stdout)
        return [{top["name"]: top["probability"] for top in entry["top"]}
                for entry in entries["predictions"]]

    def test_a_column_for_each_class(self):
        text = self.succeed("predict", "run", "new.csv", "--probabilities").stdout.splitlines()
        self.assertEqual(len(set(map(len, text))), 1)  # aligned
        self.assertEqual(text[0].split(), ["row", "iris", "lily", "rose,", "red"])
        for number, (line, expected) in enumerate(zip(text[1:], self.probabilities(), strict=True), 1):
            row, *found = line.split()
            self.assertEqual(int(row), number)
            for one, name in zip(found, FLOWERS, strict=True):
                self.assertAlmostEqual(float(one), expected[name], delta=1e-6)

    def test_in_a_file(self):
        self.assertEqual(self.read("run", "new.csv", "--probabilities", "--out", "p.csv",
                                   stderr="p.csv written\n"), [])
        header, *rows = self.file("p.csv")
        self.assertEqual(header, ["row", *FLOWERS])
        for row, expected in zip(rows, self.probabilities(), strict=True):
            self.assertEqual([float(p) for p in row[1:]], [expected[name] for name in FLOWERS])
            self.assertAlmostEqual(sum(map(float, row[1:])), 1, places=6)
        self.read("run", "new.csv", "--out", "p.csv", "--quiet")
        self.assertEqual(self.file("p.csv")[0], ["row", "class", "probability"])
        self.assertEqual([row[:2] for row in self.file("p.csv")[1:]],
                         [["1", "iris"], ["2", "rose, red"], ["3", "lily"]])

    def test_chosen_columns(self):
        self.assertEqual(self.read("run", "new.csv", "--columns", "ImageId=row,Label=class"),
                         [["ImageId", "Label"], ["1", "iris"], ["2", "rose, red"], ["3", "lily"]])
        self.read("run", "new.csv", "--columns", "lily,iris", "--out", "l.csv", "--quiet")
        header, *rows = self.file("l.csv")
        self.assertEqual(header, ["lily", "iris"])
        for row, expected in zip(rows, self.probabilities(), strict=True):
            self.assertEqual([float(p) for p in row], [expected["lily"], expected["iris"]])
        self.assertEqual(self.read("run", "new.csv", "--top", "2", "--columns", "class_2")[0],
                         ["class_2"])
        self.refuse(2, ["--columns", "row, class, probability, iris", '"id"'], "predict", "run",
                    "new.csv", "--columns", "id")
        for names in (",", "row,"):
            self.refuse(2, ["--columns", 'found ""'], "predict", "run", "new.csv", "--columns", names)

    def test_a_failure_leaves_the_file_as_it_was(self):
        self.write("out.csv", ["mine"])
        self.write("broken.csv", ["a,b", *["1,2"] * 600, "1,x"])
        self.refuse(1, ["broken.csv", "line 602"], "predict", "run", "broken.csv", "--out", "out.csv")
        self.assertEqual(self.file("out.csv"), [["mine"]])
        self.refuse(1, ["nowhere"], "predict", "run", "new.csv", "--out", "nowhere/p.csv")

    def test_numbers_bear_the_names_of_their_targets(self):
        self.write("areas.csv", ["a,b,area,round", *[f"{i % 9},{i % 5},{i % 9 * (i % 5)},{i % 9 + i % 5}"
                                                     for i in range(200)]])
        self.succeed("train", "areas.csv", "--regression", "--label-column", "area,round", "--out",
                     "areas", "--epochs", "20", "--quiet")
        header, row = self.read("areas", "new.csv", "--quiet")[:2]
        self.assertEqual(header, ["area", "round"])
        self.assertEqual(self.read("areas", "new.csv", "--columns", "round", "--quiet")[:2],
                         [["round"], row[1:]])
        lines = self.succeed("evaluate", "areas", "areas.csv").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines[-3:]], ["target", "area", "round"])
        targets = json.loads(self.succeed("evaluate", "areas", "areas.csv", "--json").stdout)["targets"]
        self.assertEqual([target["target"] for target in targets], ["area", "round"])
        tensors, metadata = load_tensors(self.folder / "areas/model.safetensors")
        self.assertEqual(json.loads(metadata["target_names"]), ["area", "round"])
        del metadata["target_names"]
        save_tensors(self.folder / "old.safetensors", tensors, metadata)
        self.assertEqual(self.read("old.safetensors", "new.csv", "--quiet")[0],
                         ["output_1", "output_2"])
        save_tensors(self.folder / "bad.safetensors", tensors, dict(metadata, target_names='["a"]'))
        self.refuse(1, ["target_names", "2 strings"], "predict", "bad.safetensors", "new.csv")

    def test_images(self):
        make_data(self.folder / "images")
        self.succeed("train", "images", "--out", "of-images", "--epochs", "2", "--quiet")
        for name in ("one.pgm", "two.pgm"):
            (self.folder / name).write_bytes(pgm(3, 3, [len(name) * 9 + i for i in range(9)]))
        files = ["one.pgm", "two.pgm", "--quiet"]
        text = self.succeed("predict", "of-images", *files, "--probabilities").stdout
        self.assertEqual([line.split()[0] for line in text.splitlines()], ["file", "one.pgm", "two.pgm"])
        self.assertEqual(self.read("of-images", *files, "--columns", "file,class")[0], ["file", "class"])
        entries = json.loads(self.succeed("predict", "of-images", *files, "--probabilities", "--json")
                             .stdout)["predictions"]
        self.assertEqual([set(entry["probabilities"]) for entry in entries], [{"0", "1", "2"}] * 2)

    def test_options_without_effect(self):
        self.succeed("train", "data.csv", "--loss", "mse", "--out", "squares", "--epochs", "1", "--quiet")
        for options in (["--probabilities", "--top", "2"], ["--probabilities", "--columns", "row"],
                        ["--json", "--out", "p.csv"], ["--json", "--columns", "row"]):
            self.refuse(2, ["has an effect only" if "--json" not in options else "have an effect only"],
                        "predict", "run", "new.csv", *options)
        self.refuse(2, ["--probabilities", "cross-entropy"], "predict", "squares", "new.csv",
                    "--probabilities")
        make_data(self.folder / "images")
        self.succeed("train", "images", "--out", "of-images", "--epochs", "1", "--quiet")
        (self.folder / "one.pgm").write_bytes(pgm(3, 3, range(9)))
        for options in (["--header", "yes"], ["--label-column", "a"], ["--values", "bytes"]):
            self.refuse(2, [options[0], "has an effect only on rows"], "predict", "of-images", "one.pgm",
                        *options)
        self.refuse(2, ["--show"], "predict", "of-images", "one.pgm", "--show", "--json")

    def test_activations_of_a_hidden_layer(self):
        """Against a forward pass in plain Python, with and without a preparation of the targets."""
        generator = random.Random(5)
        sizes = (2, 4, 3, 2)
        tensors = {}
        for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
            for kind, shape in (("weight", [outputs, inputs]), ("bias", [outputs])):
                values = [generator.uniform(-1, 1) for _ in range(math.prod(shape))]
                tensors[f"{2 * layer}.{kind}"] = (shape, values)
        rows = [[generator.uniform(-1, 1) for _ in range(2)] for _ in range(5)]
        self.write("rows.csv", [f"{a},{b}" for a, b in rows])
        targets = {"loss": "mse", "task": "regression", "preparation":
                   '{"standardize":"none","target_mean":[1,2],"target_deviation":[3,4]}'}
        for metadata in ({}, targets):
            save_tensors(self.folder / "net.safetensors", tensors, metadata)
            for layer in (1, 2):
                self.read("net.safetensors", "rows.csv", "--layer", layer, "--out", "h.csv", "--quiet")
                header, *found = self.file("h.csv")
                self.assertEqual(header, ["row"] + [f"unit {u + 1}" for u in range(sizes[layer])])
                part = {name: tensor for name, tensor in tensors.items() if int(name[0]) < 2 * layer}
                for row, line in zip(rows, found, strict=True):
                    for value, text in zip(forward(part, row), line[1:], strict=True):
                        self.assertAlmostEqual(max(0.0, value), float(text), places=5)
        self.refuse(2, ["--layer", "1 to 2", "found 3"], "predict", "net.safetensors", "rows.csv",
                    "--layer", "3")
        self.refuse(2, ["--top"], "predict", "net.safetensors", "rows.csv", "--layer", "1", "--top", "2")
        self.succeed("train", "data.csv", "--hidden", "none", "--out", "flat", "--epochs", "1")
        self.refuse(2, ["hidden layers"], "predict", "flat", "new.csv", "--layer", "1")

    def test_options_without_effect(self):
        rows = [f"{i % 7},{i % 5},{'ab'[i % 2]}" for i in range(60)]
        (self.folder / "data.csv").write_text("\n".join(["x,y,label", *rows, ""]))
        self.succeed("train", "data.csv", "--epochs", "1", "--out", "run", "--quiet",
                     "--force")
        self.refuse(2, ["--probabilities", "without --layer"], "predict", "run", "data.csv", "--layer",
                    "1", "--probabilities")
        self.refuse(2, ["--regression", "--label-column"], "predict", "run", "data.csv", "--regression")


if __name__ == "__main__":
    unittest.main()
