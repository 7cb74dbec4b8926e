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


if __name__ == "__main__":
    unittest.main()
