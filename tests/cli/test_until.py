#!/usr/bin/python3
"""--until: a run that pauses at an epoch's end ends, once it goes on, in the bytes of one that did not."""

import json
import unittest

from harness import CommandCase, make_data, unsealed

OPTIONS = ["--epochs", "8", "--hidden", "5", "--batch", "16", "--dropout", "0.1", "--log-layers",
           "--schedule", "cosine", "--optimizer", "adamw"]


class Until(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def start_run(self, *more):
        return self.succeed("train", "data", "--out", "run", *OPTIONS, *more)

    def config(self):
        return json.loads((self.folder / "run/config.json").read_text())

    def state(self):
        return json.loads(self.succeed("runs", "run", "--json").stdout)["runs"][0]["state"]

    def result(self, run):
        found = unsealed(self.folder / run / "result.json")
        for name in ("seconds", "elapsed_seconds", "samples_per_second", "date", "machine"):
            del found[name]
        return found

    def test_paused_twice_it_ends_in_the_bytes_of_a_run_that_was_not(self):
        self.succeed("train", "data", "-q", "--out", "whole", *OPTIONS)
        for pace in ("0", "end"):
            with self.subTest(pace):
                self.start_run("--until", "3", "--checkpoint-every", pace, "--force")
                self.assertEqual(len(self.rows("run")), 4)
                self.succeed("train", "--resume", "run", "--until", "5")
                self.assertEqual(len(self.rows("run")), 6)
                self.succeed("train", "--resume", "run")
                self.assert_same_run("whole", "run")
                self.assertEqual((self.folder / "whole/layers.csv").read_bytes(),
                                 (self.folder / "run/layers.csv").read_bytes())
                self.assertEqual(self.result("whole"), self.result("run"))

    def test_files_and_words_of_a_paused_run(self):
        said = self.start_run("--until", "3").stdout
        self.assertIn("after epoch 3", said)
        self.assertIn("descent train --resume run", said)
        self.assertEqual(self.config()["stop_reason"], "paused")
        self.assertNotIn("until", self.config()["options"])
        self.assertFalse((self.folder / "run/result.json").exists())
        self.assertEqual(self.state(), "paused")
        self.assertIn("descent train --resume RUN", self.succeed("runs", "run").stdout)
        self.assertEqual(json.loads(self.succeed("train", "--resume", "run", "--until", "4",
                                                 "--json").stdout),
                         {"run": "run", "stop_reason": "paused", "epochs": 4})

    def test_where_it_is_reached_already_nothing_is_trained(self):
        self.start_run("--until", "3")
        before = (self.folder / "run/checkpoint.safetensors").read_bytes()
        self.succeed("train", "--resume", "run", "--until", "3")
        self.assertEqual((self.folder / "run/checkpoint.safetensors").read_bytes(), before)
        self.assertEqual(len(self.rows("run")), 4)

    def test_a_run_that_ends_before_or_with_it_is_over(self):
        for until in ("8", "100"):
            with self.subTest(until):
                self.start_run("--until", until, "--force")
                self.assertEqual(self.result("run")["stop_reason"], "epochs")
                self.assertEqual(self.state(), "done")

    def test_an_epoch_that_is_behind_the_run_is_refused(self):
        self.start_run("--until", "5")
        before = self.config()
        self.refuse(2, ["--until 3", "from 5 on", "run"], "train", "--resume", "run", "--until", "3")
        self.assertEqual(self.config(), before)

    def test_bad_values(self):
        for value in ("0", "-1", "1.5", "soon"):
            with self.subTest(value):
                self.refuse(2, ["--until", value], "train", "data", "--until", value)

    def test_an_interrupt_counts_less_than_the_pause_that_was_reached(self):
        """In the last step before the pause: all was done that was asked for."""
        result = self.run_signalled(12, "INT", "train", "data", "--out", "run", *OPTIONS,
                                    "--until", "3")
        self.assertEqual((result.returncode, self.config()["stop_reason"]), (0, "paused"))


if __name__ == "__main__":
    unittest.main()
