#!/usr/bin/python3
"""A run's folder belongs to one process: what others do to it meanwhile, and to the folder of another
run in its place, mixes no two runs; and --force takes nothing away before there is something new."""

import os
import shutil
import signal
import subprocess
import unittest

from harness import SIGNALLED, CommandCase, contents, make_data

OPTIONS = ["data", "--hidden", "3", "--engine", "packed", "--checkpoint-every", "0", "-q"]


class RunFolder(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, out, *options):
        return self.succeed("train", *OPTIONS, "--out", out, *options)

    def stop(self, step, *arguments):
        """The command, which waits in that step of its process."""
        if not SIGNALLED:
            self.skipTest("the linker does not wrap symbols")
        process = subprocess.Popen([SIGNALLED, *arguments], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True,
                                   env=dict(self.environment, SIGNAL_AT_STEP=f"{step} STOP"))
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        self.assertTrue(os.WIFSTOPPED(status), status)
        return process

    def go_on(self, process):
        process.send_signal(signal.SIGCONT)
        return self.finish(process)

    def test_a_folder_is_one_process_s(self):
        process = self.stop(2, "train", *OPTIONS, "--epochs", "3", "--out", "run")
        said = ["run: another process is training in this run folder"]
        before = contents(self.folder / "run")
        self.refuse(1, said, "train", *OPTIONS, "--out", "run")
        self.refuse(1, said, "train", *OPTIONS, "--out", "run", "--force")
        self.refuse(1, said, "train", "--resume", "run", "-q")
        self.assertEqual(contents(self.folder / "run"), before)
        self.assertEqual(self.go_on(process).returncode, 0)
        self.train("whole", "--epochs", "3")
        self.assert_same_run("whole", "run")

    def disturbed(self, disturb, begin=None):
        """What a run says in whose folder something is done between its first epoch and its last,
        and the bytes of another run, which must stay."""
        self.train("whole", "--epochs", "3")
        self.train("other", "--epochs", "2", "--seed", "7")
        other = contents(self.folder / "other")
        process = self.stop(2, *(begin or ["train", *OPTIONS, "--epochs", "3", "--out", "run"]))
        disturb()
        result = self.go_on(process)
        self.assertEqual([path.read_bytes() for path in sorted(self.found_other().rglob("*"))],
                         [other[path] for path in sorted(other)])
        return result

    def found_other(self):
        """The other run, which may have taken the place of the one that is disturbed."""
        there = self.folder / "other"
        return there if there.exists() else self.folder / "run"

    def test_moved(self):
        """It goes on where it is now."""
        result = self.disturbed(lambda: os.rename(self.folder / "run", self.folder / "moved"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f"{self.folder}/moved/model.safetensors", result.stdout)
        self.assert_same_run("whole", "moved")
        self.assertFalse((self.folder / "run").exists())

    def exchange(self):
        os.rename(self.folder / "run", self.folder / "moved")
        os.rename(self.folder / "other", self.folder / "run")

    def test_exchanged(self):
        """Another run takes its place."""
        result = self.disturbed(self.exchange)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_run("whole", "moved")

    def test_exchanged_while_it_is_resumed(self):
        self.train("run", "--epochs", "3", "--until", "1")
        result = self.disturbed(self.exchange, ["train", "--resume", "run", "-q", "--until", "3"])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_run("whole", "moved")

    def test_removed(self):
        result = self.disturbed(lambda: shutil.rmtree(self.folder / "run"))
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"^descent: run/metrics\.csv: .*No such file or directory\n$")

    def test_force_that_fails_leaves_the_old_run(self):
        """A name that is not UTF-8 is found out when the new run's first files are made."""
        self.train("run", "--epochs", "2")
        before = contents(self.folder / "run")
        strange = os.fsdecode(b"data-\xff")
        shutil.copytree(self.folder / "data", self.folder / strange)
        self.refuse(1, ["UTF-8"], "train", strange, "--out", "run", "--force", "-q")
        self.assertEqual(contents(self.folder / "run"), before)
        self.succeed("train", "--resume", "run", "--epochs", "3", "-q")

    def test_a_study_s_folder_is_none_for_runs(self):
        self.succeed("sweep", "data", "--out", "study", "--lr", "0.1", "--epochs", "1", "-q")
        before = contents(self.folder / "study")
        for force in ([], ["--force"]):
            self.refuse(1, ["study: expected a folder for the run, found that of a study"], "train",
                        *OPTIONS, "--out", "study", *force)
        self.assertEqual(contents(self.folder / "study"), before)

    def test_a_data_set_s_folder_is_none_for_runs(self):
        """But one with other files, such as a script that is called train, is."""
        for name in ("images/a/1.png", "arrays/x_train.npy", "table/test.csv"):
            (self.folder / name).parent.mkdir(parents=True)
            (self.folder / name).write_bytes(b"")
        before = contents(self.folder)
        for out, found in (("data", ": t"), ("arrays", ": x_train.npy"), ("table", ": test.csv")):
            for force in ([], ["--force"]):
                self.refuse(1, [f"{out}: expected a new folder for the run", f"found data{found}", "--out"],
                            "train", *OPTIONS, "--out", out, *force)
        self.assertEqual(contents(self.folder), before)
        (self.folder / "mine").mkdir()
        self.train("mine", "--epochs", "1")
        (self.folder / "mine/test.csv").write_text("")
        self.train("mine", "--epochs", "1", "--force")
        (self.folder / "scripts").mkdir()
        for name in ("train.py", "train.log", "test", "notes.csv"):
            (self.folder / "scripts" / name).write_text("")
        self.train("scripts", "--epochs", "1")

    def test_a_folder_of_images_is_none_for_runs(self):
        for label in "ab":
            for number in range(10):
                path = self.folder / f"images/{label}/{number}.pgm"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"P5 2 2 255\n" + bytes([number * 20, ord(label), 9, 200 - number]))
        self.refuse(1, ["images: expected a new folder for the run", "found data;"], "train", "images", "-q",
                    "--out", self.folder / "images")
        self.assertEqual(sorted(path.name for path in (self.folder / "images").iterdir()), ["a", "b"])

    def test_ended_while_the_new_run_takes_the_old_one_s_place(self):
        """By hand, all that a killed process may leave of it, and a second one that goes on."""
        self.train("old", "--epochs", "2", "--seed", "7")
        self.train("whole", "--epochs", "1")
        self.kill(1, "train", *OPTIONS, "--epochs", "1", "--out", "new")
        rest = ["model.safetensors", "metrics.csv", "result.json", "log.txt"]
        config, checkpoint = "config.json", "checkpoint.safetensors"
        for removed, moved in (([], []), ([checkpoint, *rest[:2]], []), ([checkpoint, *rest], []),
                               ([checkpoint, *rest], [config]), (rest, [config, checkpoint])):
            with self.subTest(removed=removed, moved=moved):
                shutil.rmtree(self.folder / "run", ignore_errors=True)
                shutil.copytree(self.folder / "old", self.folder / "run")
                for name in removed:
                    (self.folder / "run" / name).unlink()
                (self.folder / "run/.descent-next").mkdir()
                for name in (config, checkpoint):
                    place = "run" if name in moved else "run/.descent-next"
                    shutil.copy(self.folder / "new" / name, self.folder / place)
                if removed and checkpoint not in moved:
                    self.refuse(1, ["run: the run was ended when it had just begun", "--resume run"],
                                "sharpness", "run")
                self.succeed("train", "--resume", "run", "-q")
                self.assert_same_run("whole", "run")
                self.assertFalse((self.folder / "run/.descent-next").exists())

    def test_ended_before_the_first_checkpoint(self):
        """By hand, what a killed process leaves: a folder without one."""
        self.train("whole", "--epochs", "1")
        new = self.folder / "run/.descent-new"
        new.mkdir(parents=True)
        (new / "config.json").write_text("{}")
        self.refuse(1, ["run: the run was ended before there was a checkpoint; start it again"],
                    "train", "--resume", "run")
        self.train("run", "--epochs", "1")
        self.assert_same_run("whole", "run")
        self.assertFalse(new.exists())


if __name__ == "__main__":
    unittest.main()
