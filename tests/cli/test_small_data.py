#!/usr/bin/python3
"""Data of a few samples are trained on whole, and the first or last of many can be chosen."""

import json
import shutil
import unittest

from harness import CommandCase, contents, make_data

XOR = "a,b,label\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
NONE = "split     none held back for testing or validation: fewer than 20 samples\n"


def table(count, classes=2):
    """Rows of two features and a label, in turn."""
    rows = [f"{i / 8},{i % 5 / 4},{'uvwxyz'[i % classes]}\n" for i in range(count)]
    return "a,b,label\n" + "".join(rows)


class SmallData(CommandCase):
    def write(self, name, text):
        (self.folder / name).write_text(text)

    def config(self, run="run"):
        return json.loads((self.folder / run / "config.json").read_text())

    def train(self, data, *options):
        result = self.succeed("train", data, "--json", "--force", "--out", "run", *options)
        return json.loads(result.stdout), result.stderr

    def test_four_rows(self):
        """All are trained on, it is said, and there is no test figure."""
        self.write("xor.csv", XOR)
        options = ["--hidden", "8", "--activation", "tanh", "--optimizer", "sgd", "--lr", "0.5",
                   "--values", "floats"]
        result, said = self.train("xor.csv", *options, "--epochs", "1000")
        self.assertIn(NONE, said)
        self.assertIn("4 training samples", said)
        self.assertEqual(result["train"]["samples"], 4)
        self.assertEqual(result["train"]["accuracy"], 1)
        self.assertIsNone(result["test"])
        self.assertIsNone(result["validation"])
        for name in ("test", "validation"):
            self.assertEqual(self.config()["options"][name], 0)
        self.assertNotIn("test_fingerprint", self.config()["data"])

    def test_a_plain_command_learns_xor(self):
        self.write("xor.csv", XOR)
        result, said = self.train("xor.csv")
        self.assertEqual(result["train"]["accuracy"], 1)
        self.assertLess(result["train"]["loss"], 0.05)
        self.assertNotIn("warning", said)

    def test_nothing_by_options_is_the_same(self):
        self.write("xor.csv", XOR)
        self.train("xor.csv", "--epochs", "5")
        before = contents(self.folder / "run")
        self.train("xor.csv", "--epochs", "5", "--test", "0", "--validation", "0")
        for path, content in before.items():
            if path.name.endswith(".safetensors"):
                self.assertEqual(path.read_bytes(), content, path.name)

    def test_the_default_by_the_number_of_samples(self):
        for count, test, validation in ((19, None, None), (20, 4, None), (25, 5, 2)):
            self.write("data.csv", table(count))
            result, _ = self.train("data.csv", "--epochs", "1")
            for part, samples in (("test", test), ("validation", validation)):
                found = result[part] and result[part]["samples"]
                self.assertEqual(found, samples, (count, part))
        self.write("data.csv", table(10))
        result, _ = self.train("data.csv", "--epochs", "1", "--test", "0.2", "--validation", "0.25")
        self.assertEqual([result[part]["samples"] for part in ("train", "validation", "test")],
                         [6, 2, 2])

    def test_many_samples_whole(self):
        self.write("data.csv", table(200))
        result, said = self.train("data.csv", "--epochs", "1", "--test", "0", "--validation", "0")
        self.assertIn("none held back for testing or validation\n", said)
        self.assertEqual(result["train"]["samples"], 200)
        result, said = self.train("data.csv", "--epochs", "1", "--test", "0")
        self.assertIn("none held back for testing\n", said)
        self.assertEqual((result["train"]["samples"], result["validation"]["samples"]), (180, 20))

    def test_a_run_without_a_test_part_goes_on(self):
        self.write("data.csv", table(200))
        options = ["--test", "0", "--schedule", "constant"]
        self.succeed("train", "data.csv", "-q", "--epochs", "4", "--out", "whole", *options)
        self.succeed("train", "data.csv", "-q", "--epochs", "2", "--out", "run", *options)
        self.succeed("train", "-q", "--resume", "run", "--epochs", "4")
        self.assert_same_run("whole", "run")
        self.refuse(1, ["no test part"], "evaluate", "run", "data.csv", "--part", "test")
        said = self.succeed("evaluate", "run", "data.csv").stdout
        self.assertIn("all 200 rows, which the model was trained on", said)
        self.succeed("doctor", "run")

    def test_classes_of_one_sample(self):
        """Not every class of a few rows is a number; ten of them may be."""
        self.write("three.csv", "a,label\n1.5,x\n2.5,y\n3.5,z\n")
        self.train("three.csv", "--epochs", "1")
        said = self.refuse(1, ["3 of 3 classes with one", "two samples or more", "(--test 0)"],
                           "train", "three.csv", "--out", "new", "--test", "0.2").stderr
        self.assertNotIn("regression", said)
        self.write("many.csv", "a,label\n" + "".join(f"{i}.5,{3 * i}\n" for i in range(12)))
        self.refuse(1, ["12 of 12 classes with one", "regression"], "train", "many.csv", "--out", "new")
        self.train("many.csv", "--epochs", "1", "--test", "0", "--validation", "0")

    def test_patience_needs_validation(self):
        self.write("xor.csv", XOR)
        self.refuse(2, ["--patience", "--validation"], "train", "xor.csv", "--out", "new",
                    "--patience", "3", "-q")
        self.assertFalse((self.folder / "new").exists())


class FirstAndLast(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, out, *options):
        result = self.succeed("train", "data", "--json", "--out", out, "--epochs", "2", *options)
        return json.loads(result.stdout), result.stderr

    def test_limit(self):
        """The first samples of the training part; the test part stays whole; stored."""
        result, said = self.train("run", "--limit", "30", "--validation", "last:6")
        self.assertNotIn("warning: the first", said)
        self.assertEqual([result[part]["samples"] for part in ("train", "validation", "test")],
                         [24, 6, 20])
        options = json.loads((self.folder / "run/config.json").read_text())["options"]
        self.assertEqual((options["limit"], options["validation"]), (30, "last:6"))
        found = json.loads(self.succeed("evaluate", "run", "data", "--part", "train", "--json").stdout)
        self.assertEqual(found["samples"], 30)
        self.write_rows(100)
        self.succeed("train", "rows.csv", "-q", "--epochs", "1", "--out", "rows", "--test", "0",
                     "--limit", "30")
        said = self.succeed("evaluate", "rows", "rows.csv").stdout
        self.assertIn("all 100 rows, part of which the model was trained on", said)
        self.refuse(2, ["--validation", "last:6", "last:7"], "train", "--resume", "run",
                    "--validation", "last:7")
        self.refuse(2, ["--limit", "30"], "train", "--resume", "run", "--limit", "40")

    def write_rows(self, count):
        (self.folder / "rows.csv").write_text(table(count))

    def test_what_is_limited_resumes(self):
        options = ["--limit", "30", "--validation", "last:6", "--schedule", "constant", "-q"]
        self.succeed("train", "data", "--epochs", "4", "--out", "whole", *options)
        self.succeed("train", "data", "--epochs", "2", "--out", "run", *options)
        self.succeed("train", "-q", "--resume", "run", "--epochs", "4")
        self.assert_same_run("whole", "run")

    def test_the_same_as_a_file_of_these_samples(self):
        """30 samples by an option, or cut off by hand: the same weights."""
        whole = self.folder / "data"
        shutil.copytree(whole, self.folder / "cut")
        images = (whole / "train-images-idx3-ubyte").read_bytes()
        labels = (whole / "train-labels-idx1-ubyte").read_bytes()
        count = (30).to_bytes(4, "big")
        (self.folder / "cut/train-images-idx3-ubyte").write_bytes(
            images[:4] + count + images[8:16 + 30 * 9])
        (self.folder / "cut/train-labels-idx1-ubyte").write_bytes(labels[:4] + count + labels[8:38])
        crcs = [json.loads(self.succeed("train", data, "--json", "-q", "--epochs", "3", "--force",
                                        "--out", "run", *options).stdout)["crc32"]
                for data, options in (("data", ["--limit", "30"]), ("cut", []))]
        self.assertEqual(*crcs)

    def test_sorted_data(self):
        path = self.folder / "data/train-labels-idx1-ubyte"
        labels = path.read_bytes()
        path.write_bytes(labels[:8] + bytes(sorted(labels[8:])))
        _, said = self.train("run", "--limit", "30")
        self.assertIn("warning: the first 30 training samples (--limit) are of 2 classes of 3", said)
        self.refuse(1, ["first 10 training samples", "one class of 3"], "train", "data", "-q",
                    "--out", "new", "--limit", "10")

    def test_numbers_out_of_range(self):
        for option, value, part in (("limit", "0", "whole number"), ("limit", "2.5", "whole number"),
                                    ("validation", "last:0", "last:N"), ("validation", "last:", "last:N"),
                                    ("validation", "first:3", "last:N"), ("validation", "1", "[0, 1)"),
                                    ("validation", "last:-1", "last:N")):
            with self.subTest(f"{option} {value}"):
                self.refuse(2, [f"--{option}: expected", part, f'"{value}"'], "train", "data",
                            f"--{option}={value}", "--out", "new")
        self.refuse(1, ["expected at most 60", "61"], "train", "data", "-q", "--limit", "61",
                    "--out", "new")
        self.refuse(1, ["less than 60", "last 60"], "train", "data", "-q", "--out", "new",
                    "--validation", "last:60")
        self.assertFalse((self.folder / "new").exists())


if __name__ == "__main__":
    unittest.main()
