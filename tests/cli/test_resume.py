#!/usr/bin/python3
"""Resuming: after whatever end, the bytes of a run that was never interrupted."""

import json
import shutil
import unittest

from harness import TRAIN_LABELS, CommandCase, contents, idx, make_data

LONG = ["--batch", "32", "--epochs", "4", "--hidden", "64", "--dropout", "0.1"]
EACH = ["--checkpoint-every", "0"]


class Resume(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, out, *options, data="data"):
        return self.succeed("train", data, "-q", "--out", out, *options)

    def resume(self, run, *options):
        return self.succeed("train", "-q", "--resume", run, *options)

    def test_killed_in_the_middle_of_epochs(self):
        """From step 60, of epoch 2, back to 41; from 101, of epoch 3, to 82; then in the first."""
        self.train("whole", *LONG, data="digits")
        self.kill(60, "train", "digits", "--out", "run", *LONG, *EACH)
        self.kill(60, "train", "--resume", "run")
        self.kill(1, "train", "--resume", "run")
        self.assertEqual(len(self.rows("run")), 3)
        self.resume("run")
        self.assert_same_run("whole", "run")

    def test_killed_with_rows_that_no_checkpoint_covers(self):
        """Three epochs are done again: each row is there once, with the same figures."""
        self.train("whole", *LONG, "--log-layers", data="digits")
        self.kill(130, "train", "digits", "--out", "run", *LONG, "--log-layers",
                  "--checkpoint-every", "end")
        self.assertEqual(len(self.rows("run")), 4)
        self.assertEqual(self.epoch("run"), 0)
        self.assertFalse((self.folder / "run/model.safetensors").exists())
        self.resume("run")
        self.assert_same_run("whole", "run")
        self.assertEqual((self.folder / "whole/layers.csv").read_bytes(),
                         (self.folder / "run/layers.csv").read_bytes())

    def epoch(self, run):
        found = self.succeed("inspect", "--json", f"{run}/checkpoint.safetensors").stdout
        return json.loads(found)["epoch"]

    def test_saves(self):
        """Before the first step and at the end; with 0 at each epoch's end as well; by default once
        a second, and no machine is so slow that it sees one epoch a second."""
        command = ["train", "data", "--quiet", "--force", "--json", "--out", "run", "--epochs", "60"]
        self.assertEqual(self.saves(*command, "--checkpoint-every", "end")[1], [0, 60])
        self.assertEqual(self.saves(*command, "--checkpoint-every", "1000")[1], [0, 60])
        self.assertEqual(self.saves(*command, "--checkpoint-every", "0")[1], list(range(61)))
        said, epochs = self.saves(*command)
        self.assertEqual((epochs[0], epochs[-1]), (0, 60))
        self.assertLessEqual(len(epochs), 2 + json.loads(said)["elapsed_seconds"])

    def test_a_failure_keeps_the_last_epoch(self):
        """Though no save was due before it."""
        options = ["--optimizer", "sgd", "--lr", "10", "--warmup", "400", "--loss-limit", "1.2",
                   "--epochs", "12"]
        kept = []
        for pace in ("0", "end"):
            result = self.run_command("train", "digits", "-q", "--out", pace, *options,
                                      "--checkpoint-every", pace)
            self.assertEqual(result.returncode, 1, result.stderr)
            kept.append(self.epoch(pace))
            self.assertIn(f"keeps epoch {kept[-1]}", result.stderr)
        self.assertEqual(kept[0], kept[1])
        self.assertGreater(kept[0], 0)
        self.assert_same_run("0", "end")

    def test_killed_right_after_the_start(self):
        """With the files that are there before the first step the run goes on."""
        self.train("whole", "--epochs", "2")
        self.kill(1, "train", "data", "-q", "--out", "first", "--epochs", "2")
        self.resume("first", "data")
        self.assert_same_run("whole", "first")

    def test_every_optimizer_and_plateau(self):
        for options in (["--optimizer", "sgd", "--momentum", "0.9"], ["--optimizer", "rmsprop"],
                        ["--schedule", "plateau", "--plateau-patience", "0", "--lr", "0.1"]):
            with self.subTest(options):
                # These schedules do not depend on the number of steps, so that a run which ended
                # and one that goes on are the same up to there.
                schedule = [] if "plateau" in options else ["--schedule", "constant"]
                self.train("whole", "--force", "--epochs", "6", *schedule, *options)
                self.train("run", "--force", "--epochs", "3", *schedule, *options)
                self.resume("run", "--epochs", "6")
                self.assert_same_run("whole", "run")

    def test_without_validation(self):
        options = ["--validation", "0", "--schedule", "constant"]
        self.train("whole", "--epochs", "5", *options)
        self.train("run", "--epochs", "2", *options)
        self.resume("run", "--epochs", "5")
        self.assert_same_run("whole", "run")

    def test_killed_between_the_files_of_an_epoch(self):
        """A row that is half-written, rows and a model that are ahead of the checkpoint."""
        self.train("whole", "--epochs", "4", "--schedule", "constant")
        self.train("run", "--epochs", "2", "--schedule", "constant")
        checkpoint = (self.folder / "run/checkpoint.safetensors").read_bytes()
        self.resume("run", "--epochs", "3")
        (self.folder / "run/checkpoint.safetensors").write_bytes(checkpoint)
        with open(self.folder / "run/metrics.csv", "a") as file:
            file.write("4,8,2")
        self.resume("run", "--epochs", "4")
        self.assert_same_run("whole", "run")

    def test_a_finished_run_stays_as_it_is(self):
        self.train("run", "--epochs", "2")
        before = contents(self.folder / "run")
        result = self.succeed("train", "--resume", "run")
        self.assertIn("after epoch 2", result.stderr)
        self.assertIn("best epoch", result.stdout)
        after = contents(self.folder / "run")
        for path in before:
            if path.name not in ("config.json", "log.txt", "result.json"):
                self.assertEqual(before[path], after[path], path.name)

    def test_a_lost_result_has_the_same_warnings(self):
        """Also those of what the units did in the last epoch, which is not done again."""
        self.train("run", "--engine", "packed", "--lr", "0.5", "--hidden", "4", "--epochs", "3")
        result = self.folder / "run/result.json"
        before = json.loads(result.read_text())["warnings"]
        self.assertIn("dead-units", before)
        result.unlink()
        self.resume("run")
        self.assertEqual(json.loads(result.read_text())["warnings"], before)

    def test_seconds_go_on(self):
        self.train("run", "--epochs", "2")
        self.resume("run", "--epochs", "4")
        seconds = [float(row["seconds"]) for row in self.rows("run")]
        self.assertEqual(seconds, sorted(seconds))

    def test_changes_are_told(self):
        self.train("run", "--epochs", "2", "--lr", "0.01")
        result = self.succeed("train", "--resume", "run", "--epochs", "3", "--lr", "0.001")
        self.assertIn("--epochs 3, was 2", result.stderr)
        self.assertIn("--lr 0.001, was 0.01", result.stderr)
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertEqual(config["options"]["lr"], 0.001)
        self.assertEqual(len(config["commands"]), 2)

    def test_moved_data(self):
        options = ["--schedule", "constant"]
        self.train("whole", "--epochs", "4", *options)
        self.train("run", "--epochs", "2", *options)
        shutil.move(self.folder / "data", self.folder / "elsewhere")
        self.refuse(1, ["data"], "train", "--resume", "run", "--epochs", "4")
        self.resume("run", "--epochs", "4", "elsewhere")
        self.assert_same_run("whole", "run")

    def test_a_lost_configuration_takes_data(self):
        self.train("run", "--epochs", "2")
        (self.folder / "run/config.json").unlink()
        self.refuse(1, ["config.json", "DATA"], "train", "--resume", "run")
        self.resume("run", "data", "--epochs", "3")

    def refuse_resume(self, status, parts, *options):
        before = contents(self.folder)
        self.refuse(status, parts, "train", "--resume", "run", *options)
        self.assertEqual(contents(self.folder), before)

    def test_what_cannot_change(self):
        self.train("run", "--epochs", "2", "--hidden", "6", "--seed", "3")
        self.refuse_resume(1, ["9-7-3 relu", "9-6-3 relu", "run/checkpoint"], "--hidden", "7")
        self.refuse_resume(1, ["9-3", "9-6-3 relu"], "--hidden", "none")
        self.refuse_resume(1, ["9-6-3 tanh", "9-6-3 relu"], "--activation", "tanh")
        self.refuse_resume(1, ["sgd", "adamw"], "--optimizer", "sgd")
        self.refuse_resume(2, ["--seed", "expected 3, found 4"], "--seed", "4")
        self.refuse_resume(2, ["--validation", "0.1"], "--validation", "0.2")
        self.refuse_resume(2, ["--init-from"], "--init-from", "run/model.safetensors")
        self.refuse_resume(2, ["--momentum"], "--momentum", "0.5")
        self.refuse_resume(1, ["64-6-10", "9-6-3"], "digits")

    def test_changed_data(self):
        self.train("run", "--epochs", "2")
        path = self.folder / "data" / TRAIN_LABELS
        labels = list(path.read_bytes()[8:])
        labels[0], labels[1] = labels[1], labels[0]
        path.write_bytes(idx([60], labels))
        self.refuse_resume(1, ["train_fingerprint", "expected"])

    def test_damaged_checkpoint(self):
        self.train("run", "--epochs", "2")
        path = self.folder / "run/checkpoint.safetensors"
        content = path.read_bytes()
        for size in (0, 7, 100, len(content) // 2, len(content) - 1):
            with self.subTest(size):
                path.write_bytes(content[:size])
                self.refuse_resume(1, ["checkpoint.safetensors", "expected"])

    def test_no_run(self):
        self.refuse(1, ["no-such: no such run folder"], "train", "--resume", "no-such")
        self.refuse(1, ["data", "checkpoint.safetensors"], "train", "--resume", "data")

    def test_one_process_at_a_time(self):
        process = self.start("train", "digits", "-q", "--out", "run", "--batch", "1",
                             "--epochs", "1000")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        path = self.folder / "run/checkpoint.safetensors"
        self.wait_for(path.exists, process)
        self.refuse(1, ["run", "another process"], "train", "--resume", "run")
        self.refuse(1, ["run", "another process"], "train", "data", "--out", "run", "--force")


if __name__ == "__main__":
    unittest.main()
