#!/usr/bin/python3
"""Interruptions leave no trace: whatever comes at whatever step, the run ends with the same bytes."""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from harness import SIGNALLED, CommandCase

SCHEDULES = [
    ["constant"],
    ["step", "--decay-period", "50"],
    ["exponential", "--warmup", "30"],
    ["linear"],
    ["polynomial", "--decay-power", "3"],
    ["cosine", "--warmup", "10"],
    ["one-cycle"],
    ["cosine-restarts", "--restart-factor", "2"],
    ["plateau", "--plateau-patience", "0"],
]
OPTIMIZERS = [
    ["sgd"],
    ["sgd", "--momentum", "0.9", "--nesterov", "--weight-decay", "0.01"],
    ["adam", "--clip-norm", "0.5"],
    ["adamw", "--decay-biases"],
    ["rmsprop", "--momentum", "0.5"],
]
# Of 41 steps an epoch. Early stopping and the gradient's tolerance watch, as far as the end.
LASTING = ["--batch", "32", "--epochs", "4", "--hidden", "24", "--dropout", "0.2", "--patience",
           "2", "--gradient-tolerance", "0.01", "--log-layers"]
PACES = [["--checkpoint-every", "0"], ["--checkpoint-every", "end"], []]


class Interrupt(CommandCase):
    def interrupt(self, step, *arguments):
        """SIGINT during that step of the process; what the command said."""
        result = self.run_signalled(step, "INT", *arguments)
        self.assertEqual((result.returncode, result.stdout), (130, ""), result.stderr)
        self.assertIn("descent train --resume run", result.stderr)
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertEqual(config["stop_reason"], "interrupted")
        return result.stderr

    def part(self):
        """Samples of the epoch that has begun."""
        found = json.loads(self.succeed("inspect", "--json", "run/checkpoint.safetensors").stdout)
        return found["part_samples"]

    def interrupt_and_kill(self, seed, options):
        """In an epoch, at its end, or in the first step, then again in what follows."""
        self.succeed("train", "digits", "-q", "--force", "--out", "whole", *options)
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        generator = random.Random(seed)
        first = generator.choice((1, 41, 42, generator.randrange(2, 100)))
        options = options + PACES[seed % 3]
        self.interrupt(first, "train", "digits", "--out", "run", *options)
        self.kill(generator.randrange(1, 20), "train", "-q", "--resume", "run")
        self.interrupt(generator.randrange(1, 20), "train", "--resume", "run")
        self.succeed("train", "-q", "--resume", "run")
        self.assert_same_run("whole", "run")
        self.assertEqual((self.folder / "whole/layers.csv").read_bytes(),
                         (self.folder / "run/layers.csv").read_bytes())

    def test_every_schedule_and_optimizer(self):
        """Interrupted, killed, interrupted, resumed: the bytes of the run that nothing befell."""
        pairs = itertools.product(SCHEDULES, OPTIMIZERS)
        for seed, (schedule, optimizer) in enumerate(pairs):
            with self.subTest(f"{schedule} {optimizer}"):
                self.interrupt_and_kill(
                    seed, [*LASTING, "--schedule", *schedule, "--optimizer", *optimizer])

    def test_what_is_done_of_an_epoch_is_kept(self):
        options = ["--batch", "100", "--epochs", "1", "--dropout", "0.1"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        said = self.interrupt(5, "train", "digits", "--out", "run", *options)
        self.assertIn("5 steps of the next", said)
        self.assertEqual(self.part(), 500)
        self.interrupt(1, "train", "--resume", "run")
        self.assertEqual(self.part(), 600)
        self.interrupt(6, "train", "--resume", "run")
        self.assertEqual(self.part(), 1200)
        self.succeed("train", "-q", "--resume", "run")
        self.assert_same_run("whole", "run")

    def test_in_the_last_step_of_an_epoch(self):
        """The epoch ends as it would have, and the run stops there."""
        options = ["--batch", "100", "--epochs", "2"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        said = self.interrupt(13, "train", "digits", "--out", "run", *options)
        self.assertNotIn("steps of the next", said)
        self.assertEqual((self.part(), len(self.rows("run"))), (0, 2))
        self.succeed("train", "-q", "--resume", "run")
        self.assert_same_run("whole", "run")

    def test_in_the_very_last_step(self):
        """Nothing is left to interrupt."""
        result = self.run_signalled(26, "INT", "train", "digits", "-q", "--out", "run", "--batch",
                                    "100", "--epochs", "2")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("all epochs done", result.stdout)

    def test_with_recovery_the_epochs_end_is_kept(self):
        options = ["--batch", "100", "--epochs", "3", "--recover"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        said = self.interrupt(20, "train", "digits", "--out", "run", *options)
        self.assertNotIn("steps of the next", said)
        self.assertEqual((self.part(), len(self.rows("run"))), (0, 2))
        self.succeed("train", "-q", "--resume", "run")
        self.assert_same_run("whole", "run")

    def test_every_signal_is_taken_alike(self):
        """A batch system's SIGTERM, a closed terminal's SIGHUP: 128 and the signal's number."""
        options = ["--batch", "100", "--epochs", "2"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        for name, number in (("INT", 2), ("TERM", 15), ("HUP", 1), ("XCPU", 24)):
            with self.subTest(name):
                result = self.run_signalled(5, name, "train", "digits", "--force", "--out", "run",
                                            *options)
                self.assertEqual((result.returncode, result.stdout), (128 + number, ""))
                self.assertIn("epoch 0 and 5 steps of the next is saved", result.stderr)
                self.succeed("train", "-q", "--resume", "run")
                self.assert_same_run("whole", "run")

    def test_suspended(self):
        """After Ctrl-Z and fg, as a shell sends them, the bar is drawn anew and the bytes are the same."""
        if not SIGNALLED:
            self.skipTest("the linker does not wrap symbols")
        options = ["--batch", "100", "--epochs", "20"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        ours, its = self.open_terminal(80)
        process = subprocess.Popen(
            [SIGNALLED, "train", "digits", "--out", "run", *options], cwd=self.folder, stdout=its, stderr=its,
            env=dict(self.environment, SIGNAL_AT_STEP="150 TSTP", TERM="xterm"), preexec_fn=os.setpgrp)
        os.close(its)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        self.assertTrue(os.WIFSTOPPED(status), status)
        time.sleep(0.2)  # longer than between two bars, so that the next step draws one
        process.send_signal(signal.SIGCONT)
        written = b"".join(self.read_terminal(ours))
        self.assertEqual(process.wait(), 0, written)
        self.assertRegex(written, rb"\r\x1b\[Kepoch 12/20 \[=+> *\] 7/13 ")
        self.assert_same_run("whole", "run")

    def test_what_was_ignored_stays_ignored(self):
        """As under nohup, or in the background of a shell script."""
        for name in ("INT", "TERM", "HUP"):
            with self.subTest(name):
                number = getattr(signal, f"SIG{name}")
                before = signal.signal(number, signal.SIG_IGN)
                result = self.run_signalled(5, f"{name} {name}", "train", "digits", "-q", "--force",
                                            "--out", "run", "--epochs", "1")
                signal.signal(number, before)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn("all epochs done", result.stdout)

    def test_twice_leaves_at_once_and_does_no_harm(self):
        options = ["--batch", "100", "--epochs", "2"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        for names, number in (("INT INT", signal.SIGINT), ("INT TERM", signal.SIGTERM),
                              ("HUP INT", signal.SIGINT)):
            with self.subTest(names):
                result = self.run_signalled(20, names, "train", "digits", "-q", "--force", "--out",
                                            "run", *options)
                self.assertEqual(result.returncode, -number)
                self.succeed("train", "-q", "--resume", "run")
                self.assert_same_run("whole", "run")


if __name__ == "__main__":
    unittest.main()
