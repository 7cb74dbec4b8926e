#!/usr/bin/python3
"""A study's folder: --force takes the old study away when the new one is there, whenever it is killed,
and what is lost of a trial is told."""

import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import SIGNALLED, CommandCase, contents, make_data

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

    def test_moved_and_exchanged_meanwhile(self):
        """Whatever stands in its place stays as it is; the study goes on where it is now."""
        if not SIGNALLED:
            self.skipTest("the linker does not wrap symbols")
        options = ["--vary", "lr=0.1,0.2", "--jobs", "1"]
        self.succeed("sweep", "data", "--out", "other", *OPTIONS, "--vary", "lr=0.3,0.4,0.5")
        other = contents(self.folder / "other")
        for exchanged in (False, True):
            with self.subTest(exchanged=exchanged):
                process = subprocess.Popen([SIGNALLED, *self.sweep(*options)], cwd=self.folder,
                                           stderr=subprocess.PIPE, text=True,
                                           env=dict(self.environment, SIGNAL_AT_STEP="1 STOP"))
                self.wait_for(lambda process=process: self.stopped_below(process.pid), process)
                trial = self.stopped_below(process.pid)
                os.rename(self.folder / "study", self.folder / "moved")
                if exchanged:
                    os.rename(self.folder / "other", self.folder / "study")
                os.kill(trial, signal.SIGCONT)
                _, said = process.communicate(timeout=60)
                self.assertEqual((process.returncode, len(said.splitlines())), (1, 1), said)
                self.assertIn("study: expected the study's folder to stay where it is", said)
                if exchanged:
                    os.rename(self.folder / "study", self.folder / "other")
                self.assertFalse((self.folder / "study").exists())
                self.assertEqual(contents(self.folder / "other"), other)
                self.succeed("sweep", "--out", "moved", "-q", "--no-timing")
                self.assertEqual(len((self.folder / "moved/study.csv").read_text().splitlines()), 3)
                shutil.rmtree(self.folder / "moved")

    @staticmethod
    def stopped_below(parent):
        """A process that this one has started and that is stopped, or 0."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, above = path.read_text().rsplit(")", 1)[1].split()[:2]
            except OSError:
                continue
            if (state, int(above)) == ("T", parent):
                return int(path.parent.name)
        return 0

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
