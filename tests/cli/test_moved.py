#!/usr/bin/python3
"""A run that was moved, its data with it or not: nothing in it needs the place where it was made, and
where a model is taken, the run's folder is."""

import json
import shutil
import unittest

from harness import CommandCase, unsealed


class Moved(CommandCase):
    def setUp(self):
        super().setUp()
        self.root = self.folder
        self.folder = self.root / "one"
        self.folder.mkdir()
        rows = [f"{i * 7 % 11 / 3:.3f},{i * 5 % 13 / 4:.3f},{'ab'[i * i % 7 > 2]}\n"
                for i in range(100)]
        (self.folder / "t.csv").write_text("x,y,label\n" + "".join(rows))
        self.succeed("train", "t.csv", "-q", "--epochs", "2", "--out", "runs/table")
        self.succeed("train", "digits", "-q", "--epochs", "2", "--out", "runs/digits")

    def move(self, keep_data=True):
        if not keep_data:
            (self.folder / "t.csv").unlink()
        shutil.move(self.folder, self.root / "two")
        self.folder = self.root / "two"

    def test_no_file_but_one_line_of_config_names_the_place(self):
        for run in ("table", "digits"):
            for path in (self.folder / "runs" / run).iterdir():
                if path.name != "config.json":
                    self.assertNotIn(str(self.root).encode(), path.read_bytes(), path)
        config = json.loads((self.folder / "runs/table/config.json").read_text())
        self.assertEqual(config["data"].pop("folder"), str(self.folder.resolve() / "t.csv"))
        self.assertNotIn(str(self.root), json.dumps(config))

    def test_with_its_data(self):
        before = json.loads(self.succeed("evaluate", "runs/table", "t.csv", "--json").stdout)
        self.move()
        found = json.loads(self.succeed("evaluate", "runs/table", "t.csv", "--json").stdout)
        self.assertEqual(found, before)
        self.assertEqual(json.loads(self.succeed("doctor", "runs/table", "--json").stdout)["run"],
                         "runs/table")
        self.assertNotIn("left out", self.succeed("doctor", "runs/table").stdout)
        self.succeed("sharpness", "runs/table")
        self.succeed("plot", "runs", "--out", "p.svg", "-q")
        self.succeed("inspect", "runs/table")
        self.assertEqual(len(json.loads(self.succeed("runs", "runs", "--json").stdout)["runs"]), 2)
        self.succeed("predict", "runs/table", "t.csv")
        self.succeed("train", "--resume", "runs/table", "--epochs", "3", "-q")
        self.succeed("train", "--resume", "runs/digits", "--epochs", "3", "-q")
        config = json.loads((self.folder / "runs/table/config.json").read_text())
        self.assertEqual(config["data"]["folder"], str(self.folder.resolve() / "t.csv"))

    def test_moved_data_give_the_same_bytes(self):
        self.succeed("train", "t.csv", "-q", "--epochs", "2", "--out", "stays")
        self.succeed("train", "--resume", "stays", "-q", "--epochs", "4")
        self.move()
        self.succeed("train", "--resume", "runs/table", "-q", "--epochs", "4")
        self.assert_same_run("stays", "runs/table")

    def test_without_its_data(self):
        self.move(keep_data=False)
        self.refuse(1, ["runs/table", "t.csv", "not there any more; give DATA"], "train",
                    "--resume", "runs/table", "-q", "--epochs", "3")
        said = self.succeed("doctor", "runs/table").stdout
        self.assertIn("give DATA", said)
        self.succeed("inspect", "runs/table")
        self.succeed("plot", "runs/table", "--out", "p.svg", "-q")

    def test_other_data_of_the_same_name(self):
        self.move()
        with open(self.folder / "t.csv", "a", encoding="ascii") as file:
            file.write("1,2,a\n")
        self.refuse(1, ["t.csv", "not the data of the run"], "train", "--resume", "runs/table",
                    "-q", "--epochs", "3")

    def test_a_name_is_looked_up_again(self):
        """The place of a named data set is another one on another machine."""
        path = self.folder / "runs/digits/config.json"
        config = unsealed(path)
        config["data"]["folder"] = "/no/such/place/digits"
        path.write_text(json.dumps(config))
        self.succeed("train", "--resume", "runs/digits", "--epochs", "3", "-q")
        self.assertNotIn("left out", self.succeed("doctor", "runs/digits").stdout)

    def test_a_run_is_taken_for_its_model(self):
        self.move()
        model = "runs/table/model.safetensors"
        for command, *rest in (("evaluate", "t.csv", "--json"), ("predict", "t.csv")):
            self.assertEqual(self.succeed(command, "runs/table", *rest).stdout,
                             self.succeed(command, model, *rest).stdout)
        named = self.succeed("predict", "runs/digits", "digits").stdout
        self.assertEqual(named, self.succeed("predict", "runs/digits/model.safetensors",
                                             "digits").stdout)
        for source in ("runs/table", model):
            self.succeed("train", "t.csv", "--init-from", source, "-q", "--epochs", "1",
                         "--out", source.replace("/", "-"))
        self.assertEqual((self.folder / "runs-table/model.safetensors").read_bytes()[-64:],
                         (self.folder / model.replace("/", "-") / "model.safetensors")
                         .read_bytes()[-64:])


if __name__ == "__main__":
    unittest.main()
