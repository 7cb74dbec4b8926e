#!/usr/bin/python3
"""A study's folder: --force takes the old study away when the new one is there, whenever it is killed,
and what is lost of a trial is told."""

import os
import shutil
import tempfile
import unittest

from harness import CommandCase, contents, make_data

tempfile.tempdir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

OPTIONS = ["--epochs", "1", "--quiet", "--no-timing"]


class StudyFolder(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def sweep(self, *options):
        return ["sweep", "data", "--out", "study", *OPTIONS, *options]

    def test_force_killed(self):
        """The old study with all its trials, or the new one: before that is there, and after."""
        self.succeed(*self.sweep("--vary", "lr=0.1,0.2"))
        shutil.copytree(self.folder / "study", self.folder / "old")
        old = self.files("old")
        first = 1
        while self.kill_force(first, old) == "old":
            first += 4
        for call in (first - 3, first - 2, first - 1, first + 2, first + 8, first + 14):
            outcome = self.kill_force(call, old)
            self.assertTrue(outcome == "new" or call < first, call)

    def files(self, name):
        folder = self.folder / name
        return {path.relative_to(folder): text for path, text in contents(folder).items()
                if ".descent-" not in str(path) and path.name != "study.claims"}

    def kill_force(self, call, old):
        shutil.rmtree(self.folder / "study")
        shutil.copytree(self.folder / "old", self.folder / "study")
        command = self.sweep("--vary", "lr=0.3", "--force")
        result = self.run_wrapped({"KILL_AT_CALL": str(call)}, *command)
        self.assertNotEqual(result.returncode, 0)
        if (self.folder / "study/.descent-next").exists() or self.files("study") != old:
            # By what goes on with it, the new study is there, and nothing of the old one.
            self.succeed("sweep", "--out", "study", "--quiet", "--no-timing")
            text = (self.folder / "study/study.csv").read_text()
            self.assertEqual(len(text.splitlines()), 2, text)
            self.assertIn(",0.3,", text)
            self.assertEqual([path.name for path in (self.folder / "study/trials").iterdir()], ["0001"])
            self.assertFalse((self.folder / "study/.descent-next").exists())
            return "new"
        return "old"

    def test_force_that_fails_leaves_the_old_study(self):
        self.succeed(*self.sweep("--vary", "lr=0.1,0.2"))
        before = self.files("study")
        strange = os.fsdecode(b"data-\xff")
        shutil.copytree(self.folder / "data", self.folder / strange)
        self.refuse(1, ["UTF-8"], "sweep", strange, "--out", "study", "--vary", "lr=0.3", "--force",
                    *OPTIONS)
        self.assertEqual(self.files("study"), before)

    def test_what_killed_trials_left_goes_with_force(self):
        self.succeed(*self.sweep("--vary", "lr=0.1,0.2"))
        trial = self.folder / "study/trials/0002"
        (trial / ".descent-new").mkdir()
        (trial / ".descent-new/config.json").write_text("{}")
        (trial / ".descent-model.safetensors-0.tmp").write_text("half")
        self.succeed(*self.sweep("--vary", "lr=0.3", "--force"))
        self.assertEqual([path.name for path in (self.folder / "study/trials").iterdir()], ["0001"])

    def test_rungs_without_rows(self):
        """The settings that went on followed from them."""
        self.succeed("sweep", "data", "--halving", "2", "--vary", "lr=0.1,0.01", "--epochs", "4",
                     "--quiet", "--no-timing", "--out", "study")
        trials = [path for path in (self.folder / "study/trials").iterdir() if (path / "result.json").exists()]
        self.assertEqual(len(trials), 1)
        (trials[0] / "metrics.csv").unlink()
        self.refuse(1, [f"{trials[0].name}/metrics.csv: expected the trial's rows", "to train it again"],
                    "sweep", "--out", "study", "--quiet")
        shutil.rmtree(trials[0])
        self.succeed("sweep", "--out", "study", "--quiet", "--no-timing")


if __name__ == "__main__":
    unittest.main()
