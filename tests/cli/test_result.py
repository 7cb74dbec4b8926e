#!/usr/bin/python3
"""What a run keeps beside its weights: result.json is what train --json prints, log.txt what was told."""

import datetime
import json
import re
import unittest

from harness import CommandCase, make_data, unsealed


class Result(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def kept(self, run="run"):
        return unsealed(self.folder / run / "result.json")

    def log(self, run="run"):
        return (self.folder / run / "log.txt").read_text()

    def train(self, *options):
        return json.loads(self.succeed("train", "data", "--json", "--out", "run", *options).stdout)

    def test_it_is_what_is_printed(self):
        found = self.train("--epochs", "2")
        self.assertEqual(found.pop("run"), "run")
        self.assertEqual(self.kept(), found)
        self.assertEqual(found["test"]["samples"], 20)
        accuracy = found["test"]["accuracy"]
        self.assertLess(found["test"]["accuracy_low"], accuracy + 1e-9)
        self.assertGreater(found["test"]["accuracy_high"], accuracy - 1e-9)

    def test_when_by_what_and_on_what(self):
        before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.succeed("train", "data", "-q", "--epochs", "1", "--out", "run")
        found = self.kept()
        date = datetime.datetime.strptime(found["date"] + "+0000", "%Y-%m-%dT%H:%M:%SZ%z")
        self.assertLessEqual(before, date)
        self.assertLessEqual(date, datetime.datetime.now(datetime.timezone.utc))
        self.assertEqual("descent " + found["descent"], self.succeed("--version").stdout.strip())
        self.assertIn("OpenBLAS", found["machine"]["products"])
        self.assertGreaterEqual(found["machine"]["processors"], 1)
        self.assertTrue(found["machine"]["processor"])

    def test_findings(self):
        self.succeed("train", "data", "-q", "--epochs", "2", "--init", "zeros", "--out", "run")
        self.assertIn("alike-units", self.kept()["warnings"])
        self.assertIn("warning: ", self.log())

    def test_no_place_is_named(self):
        self.succeed("train", self.folder / "data", "-q", "--epochs", "1", "--out",
                     self.folder / "run")
        self.assertNotIn(str(self.folder), (self.folder / "run/result.json").read_text())

    def test_the_log_is_what_was_told(self):
        result = self.succeed("train", "data", "--epochs", "2", "--out", "run")
        self.assertEqual(self.log(), result.stderr)
        self.assertEqual(len(re.findall(r"(?m)^ +[012] +\d+ ", self.log())), 3)

    def test_the_log_is_kept_where_nothing_is_told(self):
        self.assertEqual(self.succeed("train", "data", "-q", "--epochs", "2", "--out", "run").stderr,
                         "")
        self.assertRegex(self.log(), r"\Adata +data: 60 training")

    def test_a_resumed_run(self):
        first = self.succeed("train", "data", "--epochs", "2", "--out", "run").stderr
        second = self.succeed("train", "--resume", "run", "--epochs", "4").stderr
        self.assertEqual(self.log(), first + "\n" + second)
        self.assertEqual(self.kept()["epochs"], 4)

    def test_a_failure_ends_the_log_and_leaves_no_result(self):
        self.train("--epochs", "1", "--optimizer", "sgd", "--lr", "0.1")
        result = self.run_command("train", "--resume", "run", "--epochs", "5", "--lr", "1e30",
                                  "--schedule", "constant")
        self.assertEqual(result.returncode, 1)
        self.assertTrue(self.log().endswith(result.stderr.splitlines()[-1] + "\n"))
        self.assertTrue(self.log().splitlines()[-1].startswith("descent: "))
        self.assertFalse((self.folder / "run/result.json").exists())

    def test_a_killed_run_has_no_result(self):
        self.kill(5, "train", "data", "-q", "--epochs", "9", "--out", "run")
        self.assertFalse((self.folder / "run/result.json").exists())
        self.assertRegex(self.log(), r"\Adata ")
        self.succeed("train", "--resume", "run", "-q")
        self.assertEqual(self.kept()["epochs"], 9)
        self.kill(3, "train", "--resume", "run", "-q", "--epochs", "20")
        self.assertFalse((self.folder / "run/result.json").exists())

    def test_an_interrupted_run_has_no_result(self):
        result = self.run_signalled(5, "INT", "train", "data", "--epochs", "9", "--out", "run")
        self.assertEqual(result.returncode, 130)
        self.assertFalse((self.folder / "run/result.json").exists())
        self.assertEqual(self.log(), result.stderr)

    def test_what_is_refused_changes_nothing(self):
        self.train("--epochs", "1")
        before = self.log(), self.kept()
        self.refuse(1, ["holds a run already"], "train", "data", "-q", "--out", "run")
        self.refuse(1, ["expected the network"], "train", "--resume", "run", "-q", "--hidden", "3")
        self.assertEqual((self.log(), self.kept()), before)

    def test_force_begins_anew(self):
        self.train("--epochs", "3")
        second = self.succeed("train", "data", "--epochs", "1", "--out", "run", "--force").stderr
        self.assertEqual(self.log(), second)
        self.assertEqual(self.kept()["epochs"], 1)

    def test_a_log_that_cannot_be_written(self):
        (self.folder / "run").mkdir()
        (self.folder / "run/log.txt").mkdir()
        self.refuse(1, ["log.txt"], "train", "data", "-q", "--out", "run")


if __name__ == "__main__":
    unittest.main()
