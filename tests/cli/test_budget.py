#!/usr/bin/python3
"""train --budget: training ends with its time and with its schedule, and a resumed run has what is
left. Times are checked loosely: other programs may have the processor, and take the time of the last
steps. How close to its end a schedule comes is tested in the library, with a clock of its own."""

import json
import math
import time
import unittest

from harness import CommandCase, contents, make_data

SCHEDULES = ("linear", "polynomial", "cosine", "one-cycle", "step", "exponential",
             "cosine-restarts", "constant", "plateau")


class Budget(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", train=300)

    def train(self, *options, out="run"):
        result = self.succeed("train", "data", "--quiet", "--json", "--out", out, "--threads", "1",
                              "--batch", "10", "--hidden", "4", *options)
        return json.loads(result.stdout)

    def resume(self, *options):
        result = self.succeed("train", "--resume", "run", "--json", *options)
        return json.loads(result.stdout), result.stderr

    def test_every_schedule_ends_with_the_time(self):
        for schedule in SCHEDULES:
            with self.subTest(schedule):
                started = time.monotonic()
                result = self.train("--budget", "0.25", "--schedule", schedule, "--lr", "0.01",
                                    out=schedule)
                self.assertEqual(result["stop_reason"], "budget")
                self.assertLess(time.monotonic() - started, 10)
                rows = self.rows(schedule)
                rates = [float(row["learning_rate"]) for row in rows[1:]]
                self.assertGreaterEqual(len(rates), 1)
                self.assertLessEqual(max(rates), 0.01 * (1 + 1e-9))
                # On a processor that others keep busy there may be no time for a second epoch.
                self.assertTrue(len(rates) < 5 or max(rates) > 0.005, rates)
                self.assertEqual(int(rows[-1]["step"]), result["steps"])
                self.assertEqual(len(rates), result["epochs"])

    def test_the_position_is_the_share_of_the_time(self):
        """With a linear schedule the rate says how much of the time is left."""
        self.train("--budget", "1", "--schedule", "linear", "--lr", "0.01")
        rows = self.rows("run")[1:]
        shares = [1 - float(row["learning_rate"]) / 0.01 for row in rows]
        for row, share in zip(rows, shares, strict=True):
            self.assertGreater(share, float(row["seconds"]) - 0.5)  # of 1 s; files and others take theirs
        for before, share in zip(shares, shares[1:]):
            self.assertGreater(share, before - 0.1)  # what is set aside may be found to be less
        self.assertGreater(shares[-1], 0.5)

    def test_a_warm_up_stays_in_steps(self):
        self.train("--budget", "0.3", "--warmup", "1000000", "--lr", "1")
        for row in self.rows("run")[1:]:
            self.assertAlmostEqual(float(row["learning_rate"]), int(row["step"]) * 1e-6, places=12)

    def test_no_time_for_anything_is_one_step(self):
        result = self.train("--budget", "1e-6")
        self.assertEqual((result["stop_reason"], result["steps"], result["epochs"]),
                         ("budget", 1, 1))
        self.assertEqual(self.rows("run")[-1]["samples"], "10")
        self.assertTrue(math.isfinite(result["test"]["loss"]))

    def test_used_up_is_used_up(self):
        first = self.train("--budget", "0.3")
        model = (self.folder / "run" / "model.safetensors").read_bytes()
        checkpoint = (self.folder / "run" / "checkpoint.safetensors").read_bytes()
        again, said = self.resume()
        self.assertIn("0.0 s of 0.3 s are left", said)
        self.assertEqual((again["steps"], again["stop_reason"]), (first["steps"], "budget"))
        self.assertEqual((self.folder / "run" / "model.safetensors").read_bytes(), model)
        self.assertEqual((self.folder / "run" / "checkpoint.safetensors").read_bytes(), checkpoint)

        more, said = self.resume("--budget", "0.6")
        self.assertIn("0.3 s of 0.6 s are left", said)
        self.assertIn("changed   --budget 0.6, was 0.3", said)
        self.assertGreater(more["steps"], first["steps"])
        self.assertEqual(more["stop_reason"], "budget")
        rates = [float(row["learning_rate"]) for row in self.rows("run")[1:]]
        self.assertLess(rates[-1], 1e-3)  # of 2e-3: beyond half of the time

    def test_interrupted_and_resumed(self):
        """The time between the processes does not count, that of both does."""
        result = self.run_signalled(70, "INT", "train", "data", "--out", "run", "--budget", "1.2",
                                    "--batch", "10", "--schedule", "linear", "--lr", "0.01",
                                    "--threads", "1")
        self.assertEqual(result.returncode, 130, result.stderr)
        interrupted = len(self.rows("run"))
        time.sleep(0.3)
        result, said = self.resume()
        self.assertRegex(said, r"budget    [01]\.\d s of 1.2 s are left")
        self.assertEqual(result["stop_reason"], "budget")
        rates = [float(row["learning_rate"]) for row in self.rows("run")[1:]]
        self.assertGreater(len(rates), interrupted)
        self.assertLess(rates[interrupted], rates[0])
        self.assertLess(rates[-1], 5e-3)

    def test_from_epochs_to_a_budget_and_back(self):
        self.train("--epochs", "3")
        result, said = self.resume("--budget", "0.3")
        self.assertIn("0.3 s of 0.3 s are left", said)
        self.assertEqual(result["stop_reason"], "budget")
        result, _ = self.resume("--budget", "0", "--epochs", str(result["epochs"] + 2))
        self.assertEqual(result["stop_reason"], "epochs")

    def test_other_reasons_come_first(self):
        result = self.train("--budget", "50", "--target-accuracy", "0.5", "--lr", "0.01")
        self.assertEqual(result["stop_reason"], "target-accuracy")

    def test_no_cycle_begins_with_the_last_steps(self):
        """A third of the steps, rounded up: of 34 steps, the last ones are near their cycle's end."""
        for schedule, end in (("cosine-restarts", 0.2), ("step", 0.0101)):
            result = self.train("--epochs", "1", "--validation", "0", "--batch", "9", "--schedule",
                                schedule, "--lr", "0.01", out=schedule)
            self.assertEqual(result["steps"], 34)
            rate = float(self.rows(schedule)[-1]["learning_rate"])
            self.assertLessEqual(rate, 0.01 * end)

    def test_refused(self):
        before = contents(self.folder)
        for parts, *options in ((["--budget", "≥ 0", "-1"], "--budget", "-1"),
                                (["--budget", "≥ 0", "nan"], "--budget", "nan"),
                                (["--budget", "≥ 0", "10s"], "--budget", "10s"),
                                (["--epochs", "without --budget"], "--budget", "1", "--epochs", "3")):
            with self.subTest(options):
                self.refuse(2, parts, "train", "data", "--out", "run", *options)
        self.assertEqual(contents(self.folder), before)


if __name__ == "__main__":
    unittest.main()
