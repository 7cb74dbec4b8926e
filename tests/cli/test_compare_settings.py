#!/usr/bin/python3
"""scripts/compare-settings.sh: settings over seeds, which can be stopped and run again."""

import json
import os
import statistics
import subprocess
import unittest
from pathlib import Path

from harness import COMMAND, CommandCase

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/compare-settings.sh"


class CompareSettings(CommandCase):
    def run_script(self, *arguments):
        environment = dict(self.environment, DESCENT_BUILD=str(Path(COMMAND).parent))
        return subprocess.run(["bash", SCRIPT, *arguments], cwd=self.folder, env=environment,
                              capture_output=True, text=True, check=False)

    def compare(self):
        result = self.run_script("two", "2", "digits", "--epochs", "2", "--", "--optimizer", "sgd",
                                 "--lr", "0.2", "--", "--optimizer", "adamw")
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def test_settings(self):
        said = self.compare()
        self.assertIn("setting 1, 2 seeds: --optimizer sgd --lr 0.2", said.stderr)
        self.assertTrue((self.folder / "two/curves.svg").is_file())
        found = json.loads(self.succeed("runs", "two", "--by-setting", "--json").stdout)["settings"]
        self.assertEqual(sorted(row["settings"]["optimizer"] for row in found), ["adamw", "sgd"])
        for number, optimizer in (("1", "sgd"), ("2", "adamw")):
            kept = [json.loads((self.folder / f"two/{number}-seed-{seed}/result.json").read_text())
                    for seed in (1, 2)]
            mean = statistics.mean(result["validation"]["accuracy"] for result in kept)
            self.assertEqual([result["test"] for result in kept], [None, None])
            (row,) = [row for row in found if row["settings"]["optimizer"] == optimizer]
            self.assertAlmostEqual(row["validation_accuracy"], mean, 8)
            self.assertIn(f"{100 * mean:.2f} ± ", said.stdout)

    def test_what_is_done_stays_and_the_rest_goes_on(self):
        self.compare()
        times = {path: os.stat(path).st_mtime_ns for path in self.folder.glob("two/*/result.json")}
        before = (self.folder / "two/1-seed-2/model.safetensors").read_bytes()
        removed = self.folder / "two/1-seed-2/result.json"
        removed.unlink()
        self.compare()
        for path, time in times.items():
            if path != removed:
                self.assertEqual(os.stat(path).st_mtime_ns, time)
        self.assertTrue(removed.is_file())
        self.assertEqual((self.folder / "two/1-seed-2/model.safetensors").read_bytes(), before)

    def test_refused(self):
        for arguments in (["two"], ["two", "x", "digits", "--", "-b8"], ["two", "2", "digits", "-b8"],
                          ["two", "0", "digits", "--", "-b8", "--", "-b9"]):
            result = self.run_script(*arguments)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("usage: scripts/compare-settings.sh FOLDER N DATA", result.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])
        result = self.run_script("two", "1", "digits", "--", "--optimiser", "sgdd", "--", "-b8")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("did you mean", result.stderr)


if __name__ == "__main__":
    unittest.main()
