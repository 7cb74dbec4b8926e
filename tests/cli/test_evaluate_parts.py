#!/usr/bin/python3
"""evaluate: which samples are scored. A test part is held back only from a model's own data."""

import gzip
import json
import shutil
import unittest

from harness import CommandCase, make_data
from pictures import png
from tensors import load_tensors, save_tensors


def table(count, first=0):
    """Rows of two classes that one column tells apart."""
    lines = [f"{(i * 7) % 13},{(i * 5) % 11 + 0.5},{'xy'[(i * 7) % 13 > 6]}"
             for i in range(first, first + count)]
    return "a,b,label\n" + "\n".join(lines) + "\n"


class Parts(CommandCase):
    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def setUp(self):
        super().setUp()
        self.write("own.csv", table(101))
        self.succeed("train", "own.csv", "--out", "run", "--epochs", "20", "--quiet")

    def first_line(self, *arguments):
        return self.succeed("evaluate", *arguments).stdout.splitlines()[0]

    def data(self, *arguments):
        found = json.loads(self.succeed("evaluate", *arguments, "--json").stdout)
        return found["samples"], found["data"]

    def test_a_test_part_is_held_back_from_own_data_wherever_they_are(self):
        self.write("else/where.csv", table(101))
        (self.folder / "own.csv.gz").write_bytes(gzip.compress(table(101).encode()))
        for name in ("own.csv", "else/where.csv", "own.csv.gz"):
            self.assertEqual(self.first_line("run", name),
                             f"data      {name}: 20 of 101 rows, held back from training")
        self.assertEqual(self.data("run", "own.csv"), (20, {
            "name": "own.csv", "part": "test", "of": 101, "origin": "held back"}))

    def test_the_loss_is_that_of_the_training(self):
        trained = json.loads(self.succeed("train", "own.csv", "--out", "other", "--epochs", "9",
                                          "--quiet", "--json").stdout)
        found = json.loads(self.succeed("evaluate", "other", "own.csv", "--json").stdout)
        self.assertAlmostEqual(found["loss"], trained["test"]["loss"], places=9)

    def test_other_data_are_scored_whole(self):
        self.write("new.csv", table(1001, first=200))
        self.assertEqual(self.first_line("run", "new.csv"), "data      new.csv: all 1,001 rows")
        self.assertEqual(self.data("run", "new.csv"), (1001, {
            "name": "new.csv", "part": "all", "of": 1001, "origin": "other data"}))
        # One row less than the model's own.
        self.write("less.csv", table(100))
        self.assertEqual(self.data("run", "less.csv")[0], 100)

    def test_other_data_need_not_be_such_that_they_can_be_split(self):
        self.write("one.csv", "a,b,label\n2,3,x\n")
        self.assertEqual(self.first_line("run", "one.csv"), "data      one.csv: all 1 row")
        self.write("pair.csv", "a,b,label\n2,3,x\n12,1,y\n")
        self.assertEqual(self.data("run", "pair.csv")[0], 2)
        self.write("class.csv", "a,b,label\n2,3,x\n1,1,x\n3,3,x\n")
        self.assertEqual(self.data("run", "class.csv")[0], 3)
        self.refuse(1, ["test set (--test "], "evaluate", "run", "one.csv", "--part", "test")

    def test_parts_that_are_asked_for(self):
        self.write("new.csv", table(50, first=300))
        for part, name, line in (
                ("train", "own.csv", "training part, 81 of 101 rows, which the model was trained on"),
                ("test", "own.csv", "20 of 101 rows, held back from training"),
                ("all", "own.csv", "all 101 rows, part of which the model was trained on"),
                ("train", "new.csv", "training part, 40 of 50 rows"),
                ("test", "new.csv", "10 of 50 rows"),
                ("all", "new.csv", "all 50 rows")):
            self.assertEqual(self.first_line("run", name, "--part", part), f"data      {name}: {line}")
        self.refuse(2, ["--part", "train, test, all, auto"], "evaluate", "run", "own.csv", "--part",
                    "validation")

    def test_a_training_part_in_a_file_of_its_own_is_recognised(self):
        (self.folder / "pair").mkdir()
        self.write("pair/train.csv", table(60))
        self.write("pair/test.csv", table(30, first=60))
        self.succeed("train", "pair", "--out", "of-pair", "--epochs", "2", "--quiet")
        self.assertEqual(self.first_line("of-pair", "pair"),
                         "data      pair: test part, 30 rows, held back from training")
        self.assertEqual(self.first_line("of-pair", "pair/train.csv"),
                         "data      pair/train.csv: all 60 rows, which the model was trained on")
        self.assertEqual(self.first_line("of-pair", "pair/test.csv"),
                         "data      pair/test.csv: all 30 rows, held back from training")
        self.refuse(1, ["test part of its own"], "evaluate", "of-pair", "pair", "--part", "all")

    def test_own_data_are_not_split_in_another_way(self):
        for option in (("--test-seed", "4"), ("--test", "0.5")):
            self.refuse(2, ["--test", "own split", "own.csv"], "evaluate", "run", "own.csv", *option)
        self.write("new.csv", table(50, first=300))
        self.assertEqual(self.data("run", "new.csv", "--test", "0.5")[0], 25)
        self.succeed("train", "own.csv", "--out", "whole", "--epochs", "2", "--quiet", "--test", "0")
        self.assertEqual(self.data("whole", "own.csv")[1]["origin"], "trained on")
        self.refuse(2, ["--test", "all of its samples"], "evaluate", "whole", "own.csv", "--test", "0.2")
        self.succeed("train", "own.csv", "--out", "seven", "--epochs", "2", "--quiet", "--test", "0.3",
                     "--test-seed", "7")
        self.assertEqual(self.data("seven", "own.csv")[0], 30)
        self.assertEqual(self.data("seven", "own.csv")[1]["origin"], "held back")

    def test_folders_of_images(self):
        for folder, count in (("shapes", 10), ("few", 1)):
            for label, value in (("dark", 30), ("light", 220)):
                (self.folder / folder / label).mkdir(parents=True)
                for i in range(count):
                    (self.folder / folder / label / f"{i}.png").write_bytes(
                        png(2, 2, [value + i, value, value, value + i % 3]))
        self.succeed("train", "shapes", "--out", "of-shapes", "--epochs", "2", "--quiet")
        self.assertEqual(self.first_line("of-shapes", "shapes"),
                         "data      shapes: 4 of 20 samples, held back from training")
        self.assertEqual(self.first_line("of-shapes", "few"), "data      few: all 2 samples")

    def test_a_model_that_does_not_say_what_it_was_trained_on(self):
        model = self.folder / "run/model.safetensors"
        tensors, metadata = load_tensors(model)
        del metadata["data"]
        save_tensors(self.folder / "old.safetensors", tensors, metadata)
        self.assertEqual(self.first_line("old.safetensors", "own.csv"),
                         "data      own.csv: all 101 rows; the model does not say what it was trained on")
        self.assertEqual(self.data("old.safetensors", "own.csv", "--part", "test")[1],
                         {"name": "own.csv", "part": "test", "of": 101, "origin": "unknown"})
        make_data(self.folder / "images", side=2)
        for broken in ("{}", "[]", '{"train_fingerprint":"xyz"}', '{"train_fingerprint":"12345678",'
                       '"test_fingerprint":7}', "no JSON"):
            save_tensors(self.folder / "bad.safetensors", tensors, dict(metadata, data=broken))
            self.refuse(1, ["metadata: data", "fingerprint"], "evaluate", "bad.safetensors", "own.csv")

    def test_files_that_cannot_be_read_are_told_once(self):
        self.write("broken.csv", "a,b,label\n1,2,x\n1,oops,x\n")
        self.refuse(1, ["broken.csv", "line 3"], "evaluate", "run", "broken.csv")
        self.write("stranger.csv", "a,b,label\n1,2,x\n1,2,z\n")
        self.refuse(1, ["stranger.csv", "line 3"], "evaluate", "run", "stranger.csv")
        (self.folder / "nothing").mkdir()
        self.refuse(1, ["nothing"], "evaluate", "run", "nothing")
        shutil.rmtree(self.folder / "nothing")


if __name__ == "__main__":
    unittest.main()
