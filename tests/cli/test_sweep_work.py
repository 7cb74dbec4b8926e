#!/usr/bin/python3
"""How a study's trials are worked off: by how many processes, and whatever befalls these, its table is
the same but for the columns of time."""

import csv
import fcntl
import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from harness import COMMAND, SIGNALLED, CommandCase, make_data

# Of 32 trials, 8 of which have a learning rate that no training survives.
GRID = ["--vary", "lr=0.01,0.1,0.2,1e30", "--batch", "8,full", "--seeds", "4",
        "--epochs", "3", "--hidden", "5", "--checkpoint-every", "0", "--no-timing"]
TRIALS = 32

# Lists of trials that grow with what is known.
TUNED = ["--batch", "4,full", "--lr-rule", "tune", "--optimizer", "sgd", "--seeds", "2", "--epochs", "4",
         "--hidden", "5", "--no-timing"]
HALVED = ["--vary", "lr=0.001,0.003,0.01,0.03,0.1,0.3,1,3,10", "--hidden", "5", "--epochs", "9",
          "--seeds", "2", "--halving", "3", "--no-timing"]

# The byte of the file of claims that is the first trial's: STUDY_CLAIM_TRIALS.
CLAIM_OF_FIRST = 16

# Trials of milliseconds save so often that a disk's answers would take most of the time.
tempfile.tempdir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def children(parent):
    """The processes that one has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(after[1]) == parent and after[0] != "Z":
            found.append(int(folder.name))
    return found


def send(number, *processes):
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass


class SweepWork(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def sweep(self, out, *more, grid=None):
        return ["sweep", "data", *(grid or GRID), "--quiet", "--out", out, *more]

    def table(self, study):
        """study.csv without the columns of time, which are the last two."""
        lines = (self.folder / study / "study.csv").read_bytes().splitlines()
        self.assertTrue(lines[0].endswith(b",seconds,samples_per_second"))
        return [line.rsplit(b",", 2)[0] for line in lines]

    tables = {}

    def whole(self, grid=None):
        """The table of a study that one process worked off, one trial after another; once for all tests."""
        key = tuple(grid or GRID)
        if key not in self.tables:
            shutil.rmtree(self.folder / "whole", ignore_errors=True)
            self.succeed(*self.sweep("whole", "--jobs", "1", grid=grid))
            self.tables[key] = self.table("whole")
        return self.tables[key]

    def trials(self, study):
        return sorted(path.name for path in (self.folder / study / "trials").iterdir())

    def test_by_several_processes(self):
        expected = self.whole()
        self.assertEqual(len(expected), 1 + TRIALS)
        states = [line.split(b",")[6] for line in expected[1:]]
        self.assertEqual((states.count(b"done"), states.count(b"failed")), (24, 8))
        for workers in (1, 2, 3):
            with self.subTest(workers):
                study = f"by{workers}"
                started = [self.start(*self.sweep(study, "--jobs", "2")) for _ in range(workers)]
                for process in started:
                    result = self.finish(process)
                    self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(self.table(study), expected)
                self.assertEqual(self.trials(study), [f"{n:04}" for n in range(1, TRIALS + 1)])

    def test_in_shards_at_once_or_in_any_order(self):
        expected = self.whole()
        started = [self.start(*self.sweep("at_once", "--shard", f"{k}/3")) for k in (1, 2, 3)]
        for process in started:
            self.assertEqual(self.finish(process).returncode, 0)
        self.assertEqual(self.table("at_once"), expected)
        for k in (3, 1, 2):
            self.succeed(*self.sweep("in_turn", "--shard", f"{k}/3"))
            if k == 1:
                self.assertEqual(len(self.trials("in_turn")), 10 + 11)
        self.assertEqual(self.table("in_turn"), expected)

    def test_what_a_shard_says(self):
        command = ["sweep", "data", *self.SHORT, "--out", "study"]
        result = self.succeed(*command, "--shard", "2/3")
        self.assertIn("Shard 2/3: its 2 trials are done, and 2 of all 6", result.stderr)
        self.assertIn("descent sweep --out study", result.stderr.replace("\n  ", " "))
        self.assertEqual((result.stdout, self.trials("study")), ("", ["0002", "0005"]))
        self.succeed(*command, "--shard", "1/3")
        last = self.succeed(*command, "--shard", "3/3")
        self.assertEqual(len(self.trials("study")), 6)
        self.assertNotEqual(last.stdout, "")

    def test_a_shard_of_a_list_that_does_not_grow_leaves_the_others_theirs(self):
        self.succeed("sweep", "data", "--batch", "8,16,32", "--lr-rule", "linear", "--lr", "0.1",
                     "--seeds", "2", "--epochs", "1", "--hidden", "5", "--no-timing",
                     "--shard", "2/3", "--out", "study")
        self.assertEqual(self.trials("study"), ["0002", "0005"])

    def test_shards_that_there_are_not(self):
        for shard in ("0/3", "4/3", "1/0", "3", "1/", "/2", "1/2/3", "-1/3", "a/b", "1.5/2"):
            with self.subTest(shard):
                self.refuse(2, ["--shard", "K/N", f'"{shard}"'], *self.sweep("study", "--shard", shard))
                self.assertFalse((self.folder / "study").exists())

    def wait_until_gone(self, processes):
        deadline = time.monotonic() + 60
        while any(Path(f"/proc/{process}/cwd").exists() for process in processes):
            self.assertLess(time.monotonic(), deadline, "a trial goes on without its study")
            time.sleep(0.005)

    def befall(self, generator, study, grid=None):
        """Starts the study's work, and at some moment ends the process, its children, or all."""
        process = self.start(*self.sweep(study, "--jobs", generator.choice("123"), grid=grid))
        time.sleep(generator.uniform(0.01, 0.12))
        number = generator.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
        below = children(process.pid)
        whom = generator.choice(("parent", "children", "all"))
        send(number, *([process.pid] if whom != "children" else []),
             *(below if whom != "parent" else []))
        result = self.finish(process)
        self.wait_until_gone(below)
        expected = {0, 1, 128 + number} | (set() if whom == "children" else {-number})
        self.assertIn(result.returncode, expected, f"{whom} {number}: {result.stderr}")
        return result.returncode

    def test_ended_at_random_moments_and_gone_on_with(self):
        expected = self.whole()
        for seed in range(2):
            with self.subTest(seed):
                generator, study = random.Random(seed), f"study{seed}"
                for _ in range(12):
                    self.befall(generator, study)
                self.succeed(*self.sweep(study))
                self.assertEqual(self.table(study), expected)
                self.assertEqual(self.trials(study), [f"{n:04}" for n in range(1, TRIALS + 1)])

    GROWING = {
        "tuned": ["--batch", "8,16", "--lr-rule", "tune", "--optimizer", "sgd", "--seeds", "2",
                  "--epochs", "3", "--hidden", "3", "--checkpoint-every", "0"],
        "halved": ["--vary", "lr=0.0001,0.001,0.01,0.1,0.2,1e30", "--halving", "2", "--seeds", "2",
                   "--epochs", "8", "--hidden", "3", "--checkpoint-every", "0"],
    }

    def test_lists_that_grow_with_their_results(self):
        """In shards at once, by one after the other, and ended at random moments."""
        for name, grid in self.GROWING.items():
            with self.subTest(name):
                expected = self.whole(grid)
                started = [self.start(*self.sweep(f"{name}_at_once", "--shard", f"{k}/3", grid=grid))
                           for k in (1, 2, 3)]
                for process in started:
                    self.assertEqual(self.finish(process).returncode, 0)
                for k in (2, 3, 1):
                    self.succeed(*self.sweep(f"{name}_in_turn", "--shard", f"{k}/3", grid=grid))
                generator = random.Random(1)
                for _ in range(8):
                    self.befall(generator, f"{name}_killed", grid)
                self.succeed(*self.sweep(f"{name}_killed", grid=grid))
                for study in ("at_once", "in_turn", "killed"):
                    self.assertEqual(self.table(f"{name}_{study}"), expected, study)
                    self.assertEqual(self.trials(f"{name}_{study}"),
                                     [f"{n:04}" for n in range(1, len(expected))])

    def test_a_job_array_of_slurm(self):
        """The array's variables set by hand: of tasks 0, 5 and 10."""
        expected = self.whole(self.SHORT)
        script = Path(__file__).resolve().parents[2] / "scripts/sweep.slurm"
        command = [str(script), "data", *self.SHORT, "--quiet", "--out", "study"]
        array = {"DESCENT": COMMAND, "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "0",
                 "SLURM_ARRAY_TASK_STEP": "5", "SLURM_CPUS_PER_TASK": "2"}

        def task(**variables):
            return subprocess.run(command, cwd=self.folder, env=dict(self.environment, **variables),
                                  capture_output=True, text=True, check=False)

        for number, done in (("10", 2), ("0", 4), ("5", 6)):
            result = task(SLURM_ARRAY_TASK_ID=number, **array)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(len(self.trials("study")), done)
        self.assertEqual(self.table("study"), expected)
        alone = task(DESCENT=COMMAND)
        self.assertEqual((alone.returncode, "--array" in alone.stderr), (2, True))

    def test_gnu_parallel(self):
        parallel = shutil.which("parallel")
        if not parallel or b"GNU" not in subprocess.run([parallel, "--version"], check=False,
                                                        capture_output=True).stdout:
            self.skipTest("GNU parallel is not installed")
        expected = self.whole(self.SHORT)
        command = [parallel, "--jobs", "3", COMMAND, "sweep", "data", *self.SHORT, "--quiet",
                   "--shard", "{}/3", "--out", "study", ":::", "1", "2", "3"]
        result = subprocess.run(command, cwd=self.folder, env=self.environment, check=False,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.table("study"), expected)

    def test_lists_that_grow(self):
        """Who has nothing to do waits for those that train, and does what nobody has begun."""
        for name, grid in (("tuned", TUNED), ("halved", HALVED)):
            expected = self.whole(grid)
            for workers in (["1/3"], ["1/3", "2/3", "3/3"], [None, None], [None, "2/2"]):
                with self.subTest(f"{name} {workers}"):
                    shutil.rmtree(self.folder / "study", ignore_errors=True)
                    started = [self.start(*self.sweep("study", *(["--shard", shard] if shard else []),
                                                      grid=grid)) for shard in workers]
                    for process in started:
                        result = self.finish(process)
                        self.assertEqual(result.returncode, 0, result.stderr)
                    self.assertEqual(self.table("study"), expected)

    def test_lists_that_grow_under_processes_that_are_ended(self):
        for seed, (name, grid) in enumerate((("tuned", TUNED), ("halved", HALVED))):
            with self.subTest(name):
                generator = random.Random(seed)
                expected = self.whole(grid)
                for _ in range(10):
                    self.befall(generator, name, grid)
                self.succeed(*self.sweep(name, grid=grid))
                self.assertEqual(self.table(name), expected)

    def test_the_winner_of_halving_is_the_run_that_never_paused(self):
        self.succeed(*self.sweep("study", "--jobs", "2", grid=HALVED))
        header, *rows = csv.reader((self.folder / "study/study.csv").read_text().splitlines())
        rows = [dict(zip(header, row)) for row in rows]
        winners = [row for row in rows if row["epochs_done"] == "9"]
        self.assertEqual((len(rows), len(winners)), (18, 2))
        for row in winners:
            run = f"alone{row['seed']}"
            self.succeed("train", "data", *HALVED[2:6], "--lr", row["lr"], "--seed", row["seed"],
                         "--quiet", "--out", run)
            self.assert_same_run(f"study/trials/{int(row['trial']):04}", run)

    def on_screen(self, columns, *arguments, **variables):
        """What a study writes to a terminal while it works, frame by frame."""
        ours, its = self.open_terminal(columns)
        process = subprocess.Popen([COMMAND, *arguments], cwd=self.folder, stderr=its,
                                   stdout=subprocess.DEVNULL,
                                   env=dict(self.environment, **variables))
        os.close(its)
        written = b"".join(self.read_terminal(ours)).decode().replace("\r\n", "\n")
        self.assertEqual(process.wait(), 0, written)
        return written

    def test_its_bar(self):
        """It counts every trial, fits the terminal, and is gone at the end. A trial lasts long enough
        on any machine to be drawn."""
        command = ["sweep", "data", "--vary", "lr=0.01,1e30", "--seeds", "3", "--budget", "0.3",
                   "--hidden", "5", "--no-timing", "--jobs", "2", "--out"]
        for columns in (100, 60, 20):
            with self.subTest(columns):
                written = self.on_screen(columns, *command, f"study{columns}", TERM="xterm")
                self.assertIn("\r\033[K", written.rpartition("trials ")[2])
                frames = [frame for line in written.split("\n")
                          for frame in line.split("\r\033[K")[1:] if frame.startswith("trials ")]
                self.assertGreater(len(frames), 0)
                for frame in frames:
                    self.assertLess(len(frame), columns)
                    self.assertRegex(frame, r"^trials (\[=*>? *\] )?[0-6]/6(  [12] running)?"
                                     r"(  [1-3] failed)?(  \d+:\d\d left)?$")
        dumb = self.on_screen(80, *command, "dumb", TERM="dumb")
        self.assertNotIn("\033", dumb)
        self.assertEqual(dumb.count("failed: epoch 1"), 3)

    SHORT = ["--vary", "lr=0.01,0.1,0.2", "--seeds", "2", "--epochs", "1", "--hidden", "2"]
    LONG = ["--vary", "lr=0.01,0.1", "--epochs", "25", "--batch", "8", "--hidden", "5", "--no-timing",
            "--checkpoint-every", "0"]

    @unittest.skipUnless(SIGNALLED, "this linker wraps no symbols")
    def test_trials_that_are_killed_are_unfinished_and_tried_again(self):
        expected = self.whole(self.LONG)
        for number, said in (("KILL", "signal 9"), ("TERM", "signal 15"), ("INT", "signal 2")):
            with self.subTest(number):
                result = self.run_wrapped({"SIGNAL_AT_STEP": f"50 {number}"},
                                          *self.sweep("study", grid=self.LONG))
                self.assertEqual(result.returncode, 1)
                for part in ("2 of 2 trials are unfinished", "trial 1", said, "tries again"):
                    self.assertIn(part, result.stderr)
                self.assertEqual(self.trials("study"), ["0001.running", "0002.running"])
        self.succeed(*self.sweep("study", grid=self.LONG))
        self.assertEqual(self.table("study"), expected)
        config = json.loads((self.folder / "study/trials/0001/config.json").read_text())
        self.assertEqual(["--resume" in " ".join(words) for words in config["commands"]],
                         [False, True, True, True])

    def test_what_another_command_began_is_not_gone_on_with(self):
        expected = self.whole(self.LONG)
        self.run_wrapped({"SIGNAL_AT_STEP": "50 KILL"}, *self.sweep("study", grid=self.LONG))
        path = self.folder / "study/trials/0001.running/config.json"
        config = json.loads(path.read_text())
        config["commands"][0] = [word.replace("--lr=0.01", "--lr=0.5")
                                 for word in config["commands"][0]]
        path.write_text(json.dumps(config))
        (self.folder / "study/trials/0002.running/config.json").unlink()
        self.succeed(*self.sweep("study", grid=self.LONG))
        self.assertEqual(self.table("study"), expected)
        for trial in ("0001", "0002"):
            config = json.loads((self.folder / f"study/trials/{trial}/config.json").read_text())
            self.assertEqual(len(config["commands"]), 1)

    def test_an_interrupt_of_the_study_alone_ends_its_trials_as_well(self):
        expected = self.whole(self.LONG)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                shutil.rmtree(self.folder / "study", ignore_errors=True)
                long = [*self.LONG, "--epochs", "1000000"]
                process = self.start("sweep", "data", *long, "--out", "study", "--jobs", "2")
                self.wait_for(lambda: len(children(process.pid)) == 2, process)
                below = children(process.pid)
                process.send_signal(number)
                result = self.finish(process)
                self.assertEqual(result.returncode, 128 + number, result.stderr)
                self.assertIn("Interrupted; 0 of 2 trials are done", result.stderr)
                self.assertIn("descent sweep --out study", result.stderr)
                self.wait_until_gone(below)
        self.assertEqual(len(expected), 3)

    def test_suspended(self):
        """Ctrl-Z and fg reach the study and its trials, which go on."""
        expected = self.whole(self.LONG)
        process = subprocess.Popen([COMMAND, *self.sweep("study", "--jobs", "2", grid=self.LONG)], cwd=self.folder,
                                   env=self.environment, stderr=subprocess.PIPE, preexec_fn=os.setpgrp)
        self.wait_for(lambda: len(children(process.pid)) == 2, process)
        os.killpg(process.pid, signal.SIGTSTP)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        self.assertTrue(os.WIFSTOPPED(status), status)
        os.killpg(process.pid, signal.SIGCONT)
        _, said = process.communicate(timeout=100)
        self.assertEqual((process.returncode, said), (0, b""))
        self.assertEqual(self.table("study"), expected)

    def test_a_failure_keeps_its_message_and_is_not_tried_again(self):
        grid = ["--vary", "lr=0.01,1e30", "--epochs", "2", "--hidden", "2"]
        command = ["sweep", "data", *grid, "--out", "study"]
        result = self.succeed(*command)
        self.assertIn("trial 2 (lr 1e30, seed 1) failed: epoch 1, step", result.stderr)
        error = self.folder / "study/trials/0002/error.txt"
        self.assertNotIn("study/trials", error.read_text())
        before = error.stat().st_ino
        again = self.succeed(*command)
        self.assertEqual((again.stderr, error.stat().st_ino), ("", before))
        self.assertIn(b"failed", self.table("study")[2])
        self.assertEqual(self.trials("study"), ["0001", "0002"])

    def test_a_combination_that_train_refuses_has_failed(self):
        grid = ["--vary", "loss=mse,cross-entropy", "--output-activation", "sigmoid", "--epochs", "1"]
        self.succeed(*self.sweep("study", grid=grid))
        self.assertIn("--output-activation", (self.folder / "study/trials/0002/error.txt").read_text())

    def test_a_network_that_the_library_refuses_has_failed(self):
        grid = ["--vary", "hidden=4,90000-90000", "--epochs", "1"]
        self.succeed(*self.sweep("study", grid=grid))
        error = (self.folder / "study/trials/0002/error.txt").read_text()
        self.assertIn("parameters: expected at most", error)

    def test_a_network_that_not_even_begins_has_failed(self):
        """Its first loss is not finite, as in every other attempt."""
        grid = ["--init", "normal", "--vary", "init-deviation=0.1,1e30", "--epochs", "1"]
        self.succeed(*self.sweep("study", grid=grid))
        self.assertIn("finite", (self.folder / "study/trials/0002/error.txt").read_text())
        grid[3] = "init-deviation=0.1,1e38"
        self.refuse(2, ["init-deviation", "1e38", "1e+30"], *self.sweep("other", grid=grid))

    def test_files_of_a_trial_that_are_broken(self):
        self.succeed(*self.sweep("study", grid=self.LONG))
        expected = self.table("study")
        for content in ("", "{", "[]", "\0"):
            with self.subTest(content):
                (self.folder / "study/trials/0002/result.json").write_text(content)
                self.succeed(*self.sweep("study", grid=self.LONG))
                self.assertEqual(self.table("study"), expected)
        (self.folder / "study/trials/0002/result.json").unlink()
        (self.folder / "study/trials/0002/checkpoint.safetensors").write_bytes(b"broken")
        result = self.run_command(*self.sweep("study", grid=self.LONG))
        self.assertEqual(result.returncode, 1)
        self.assertIn("1 of 2 trials is unfinished", result.stderr)
        self.assertIn("checkpoint.safetensors", result.stderr)

    def test_a_file_in_a_trials_place(self):
        for name in ("0001", "0001.running"):
            with self.subTest(name):
                shutil.rmtree(self.folder / "study", ignore_errors=True)
                self.succeed(*self.sweep("study", grid=self.LONG))
                shutil.rmtree(self.folder / "study/trials/0001")
                place = self.folder / "study/trials" / name
                place.write_text("mine")
                result = self.run_command(*self.sweep("study", grid=self.LONG))
                self.assertEqual(result.returncode, 1)
                self.assertIn(f"study/trials/{name}: expected", result.stderr)
                self.assertIn("1 of 2 trials is unfinished", result.stderr)
                self.assertEqual(place.read_text(), "mine")
                place.unlink()
                self.succeed(*self.sweep("study", grid=self.LONG))
                self.assertEqual(self.trials("study"), ["0001", "0002"])

    def test_a_claim_that_outlives_its_worker(self):
        """The trial of a worker that was killed ends a moment after it: whoever comes keeps it."""
        self.succeed(*self.sweep("study", grid=self.LONG))
        expected = self.table("study")
        shutil.rmtree(self.folder / "study/trials/0002")
        with open(self.folder / "study/claims", "r+b") as claims:
            second = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, CLAIM_OF_FIRST + 1, 1, 0)
            fcntl.fcntl(claims, fcntl.F_OFD_SETLK, second)
            process = self.start(*self.sweep("study", grid=self.LONG))
            time.sleep(0.7)
            self.assertIsNone(process.poll())
        self.assertEqual(self.finish(process).returncode, 0)
        self.assertEqual(self.trials("study"), ["0001", "0002"])
        self.assertEqual(self.table("study"), expected)

    def test_claims_that_cannot_be_opened(self):
        """Nobody knows who trains what: nothing is trained or reported."""
        self.succeed(*self.sweep("study", grid=self.LONG))
        (self.folder / "study/claims").unlink()
        (self.folder / "study/claims").mkdir()
        self.refuse(1, ["study/claims", "cannot open", "Is a directory"],
                    *self.sweep("study", grid=self.LONG))

    def test_a_full_disk(self):
        """No file can grow beyond some bytes: what the trials saved before is not lost."""
        expected = self.whole(self.LONG)
        self.run_wrapped({"SIGNAL_AT_STEP": "50 KILL"}, *self.sweep("study", grid=self.LONG))

        def fill_disk():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        process = subprocess.run([COMMAND, *self.sweep("study", grid=self.LONG)], cwd=self.folder,
                                 env=self.environment, capture_output=True, text=True, check=False,
                                 preexec_fn=fill_disk)
        self.assertEqual(process.returncode, 1)
        self.assertIn("2 of 2 trials are unfinished", process.stderr)
        self.assertIn("File too large", process.stderr)
        self.succeed(*self.sweep("study", grid=self.LONG))
        self.assertEqual(self.table("study"), expected)


if __name__ == "__main__":
    unittest.main()
