#!/usr/bin/python3
"""The run in former_run is of a time when whole numbers from 0 to 255 were pixels in every table, and
models said neither what they were trained on nor which columns they knew. It means what it meant: the
figures are those of the command that made it."""

import json
import shutil
import unittest
from pathlib import Path

from harness import CommandCase

RUN = Path(__file__).parent / "former_run"
RUNS = Path(__file__).parent / "former_runs"


class FormerRun(CommandCase):
    def setUp(self):
        super().setUp()
        shutil.copytree(RUN, self.folder / "run")
        rows = [f"{i % 10},{i % 7},{i % 5},{'xy'[(i % 7 + i % 5) > 5]}\n" for i in range(200)]
        (self.folder / "small.csv").write_text("a,b,c,label\n" + "".join(rows))

    def json(self, *arguments):
        return json.loads(self.succeed(*arguments, "--json", "--quiet").stdout)

    def test_evaluate(self):
        found = self.json("evaluate", "run", "small.csv")
        self.assertAlmostEqual(found["loss"], 0.677275052, places=6)
        self.assertEqual(found["confusion"], [[23, 0], [17, 0]])
        self.assertEqual(found["data"]["origin"], "held back")
        self.assertEqual((found["data"]["part"], found["samples"]), ("test", 40))
        (self.folder / "run/config.json").unlink()
        self.assertEqual(self.json("evaluate", "run", "small.csv")["data"]["origin"], "unknown")
        shutil.copy(self.folder / "run/model.safetensors", self.folder / "alone.safetensors")
        self.assertEqual(self.json("evaluate", "alone.safetensors", "small.csv")["samples"], 200)

    def test_predict(self):
        lines = self.succeed("predict", "run", "small.csv").stdout.splitlines()
        for line, expected in zip(lines[1:4], (0.551809072, 0.548534572, 0.545255065), strict=True):
            self.assertEqual(line.split(",")[0], "x")
            self.assertAlmostEqual(float(line.split(",")[1]), expected, places=6)

    def test_resume_and_doctor(self):
        self.assertEqual(self.json("doctor", "run", "small.csv")["run"], "run")
        for epochs in (4, 6):
            found = self.json("train", "--resume", "run", "--epochs", str(epochs))
        twice = self.json("evaluate", "run", "small.csv")
        self.assertAlmostEqual(twice["loss"], found["test"]["loss"], places=8)
        shutil.copytree(RUN, self.folder / "once")
        found = self.json("train", "--resume", "once", "--epochs", "6")
        self.assertAlmostEqual(found["test"]["loss"], 0.672838649, places=5)
        self.assertEqual(found["test"]["samples"], 40)
        self.succeed("doctor", "once")
        self.succeed("plot", "once", "--text")


class FormerRuns(CommandCase):
    """A run of each later form: before there were two engines; before targets and checks within an
    epoch; before headers had a checksum. Each was made by the command of its time, with
    `train t.csv --hidden 4 --epochs 3 --seed 5 --validation 0.2 --test 0.2 --optimizer adamw
    --schedule cosine --threads 1`, and expected.json says what that command answered."""

    def setUp(self):
        super().setUp()
        rows = [f"{i * 7 % 50 / 10},{i * 3 % 11 - 5},{'red blue green'.split()[i % 3]},"
                f"{'xyz'[(i * 7 % 50 > 20) + (i * 3 % 11 > 6)]}\n" for i in range(120)]
        (self.folder / "t.csv").write_text("a,b,c,label\n" + "".join(rows))

    def test_each_means_what_it_meant(self):
        self.assertEqual(len(list(RUNS.iterdir())), 3)
        for form in RUNS.iterdir():
            with self.subTest(form.name):
                expected = json.loads((form / "expected.json").read_text())
                shutil.copytree(form, self.folder / form.name)
                found = self.succeed("evaluate", form.name, "t.csv", "--json")
                self.assertIn("whose header has no checksum", found.stderr)
                evaluated = json.loads(found.stdout)
                self.assertAlmostEqual(evaluated["loss"], expected["evaluate"]["loss"], places=5)
                for key in ("accuracy", "samples"):
                    self.assertEqual(evaluated[key], expected["evaluate"][key])
                self.check_predictions(form.name, expected["predictions"])
                resumed = json.loads(self.succeed("train", "t.csv", "--resume", form.name, "--epochs", "6",
                                                  "-q", "--json").stdout)
                self.assertAlmostEqual(resumed["test"]["loss"], expected["resumed"]["loss"], places=5)
                for key in ("epochs", "steps"):
                    self.assertEqual(resumed[key], expected["resumed"][key])
                self.assertNotIn("checksum", self.succeed("evaluate", form.name, "t.csv").stderr)

    def check_predictions(self, run, expected):
        found = self.succeed("predict", run, "t.csv").stdout.splitlines()
        self.assertEqual(found[0], expected[0])
        for row, line in zip(found[1:6], expected[1:6], strict=True):
            for cell, text in zip(row.split(","), line.split(","), strict=True):
                if text.replace(".", "").isdigit():
                    self.assertAlmostEqual(float(cell), float(text), places=5)
                else:
                    self.assertEqual(cell, text)


if __name__ == "__main__":
    unittest.main()
