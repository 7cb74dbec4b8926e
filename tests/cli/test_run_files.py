#!/usr/bin/python3
"""Runs with something else in place of their files: no command waits for a pipe's writer, or reads what
has no end."""

import os
import shutil
import unittest

from harness import CommandCase, make_data


class RunFiles(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")
        self.succeed("train", "data", "--hidden", "3", "--epochs", "2", "--out", "good", "-q")

    def replace(self, name, make):
        """A copy of the run with something else in place of one file."""
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        shutil.copytree(self.folder / "good", self.folder / "run")
        path = self.folder / "run" / name
        path.unlink()
        make(path)

    def test_what_is_no_file(self):
        for what, make in (("pipe", os.mkfifo), ("folder", os.mkdir),
                           ("no end", lambda path: os.symlink("/dev/zero", path))):
            for name in ("config.json", "result.json"):
                with self.subTest(what, name=name):
                    self.replace(name, make)
                    result = self.succeed("runs", "run")
                    self.assertIn(f"run/{name}: expected a file, found", result.stderr)
                    self.assertEqual(self.succeed("plot", "run").stderr, "")
                    self.succeed("evaluate", "run", "data")
            with self.subTest(what, name="model.safetensors"):
                self.replace("model.safetensors", make)
                for command in ("evaluate", "predict"):
                    self.refuse(1, ["run/model.safetensors: expected a file"], command, "run", "data")
                self.succeed("sharpness", "run", "--samples", "all")
                self.succeed("doctor", "run")
            with self.subTest(what, name="metrics.csv"):
                self.replace("metrics.csv", make)
                self.refuse(1, ["run/metrics.csv: expected a file"], "plot", "run")
            with self.subTest(what, name="log.txt"):
                self.replace("log.txt", make)
                self.refuse(1, ["run/log.txt: expected a file"],
                            "train", "--resume", "run", "--epochs", "3", "-q")

    def test_a_text_too_large_and_one_too_deep(self):
        for what, text in (("large", " " * (1 << 24) + "{}"), ("deep", '{"a":' * 100000)):
            for name in ("config.json", "result.json"):
                with self.subTest(what, name=name):
                    self.replace(name, lambda path, text=text: path.write_text(text))
                    result = self.succeed("runs", "run")
                    self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                    self.assertIn(f"run/{name}", result.stderr)
                    self.succeed("plot", "run")


if __name__ == "__main__":
    unittest.main()
