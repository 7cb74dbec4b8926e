#!/usr/bin/python3
"""sweep --halving: trainings that pause and go on, side by side, end in the bytes of those that never
paused."""

import csv
import os
import shutil
import tempfile
import unittest

from harness import CommandCase, make_data

# Trials of milliseconds save so often that a disk's answers would take most of the time.
tempfile.tempdir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Halving(CommandCase):
    def test_who_wins_was_never_interrupted(self):
        """With trials side by side: a rung is over when the last process of it has ended, and not when
        its last row is there."""
        tables = []
        make_data(self.folder / "data", train=300)
        for study in ("one", "two"):
            self.succeed("sweep", "data", "--halving", "2", "--folds", "3", "--vary",
                         "lr=0.1,0.01,0.001,0.0001", "--epochs", "8", "--jobs", "2", "--quiet",
                         "--out", study)
            with (self.folder / study / "study.csv").open(newline="") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual({row["state"] for row in rows}, {"done"})
            for row in rows:
                del row["seconds"], row["samples_per_second"]
            tables.append(rows)
        self.assertEqual(tables[0], tables[1])
        self.assertEqual(sorted({row["epochs_done"] for row in rows}), ["2", "4", "8"])
        winners = [row for row in rows if row["epochs_done"] == "8"]
        self.assertEqual(len(winners), 3)
        for row in winners:
            self.succeed("train", "data", "--lr", row["lr"], "--fold", f"{row['fold']}/3", "--epochs",
                         "8", "--quiet", "--force", "--out", "run")
            trial = self.folder / f"two/trials/{int(row['trial']):04}"
            self.assertEqual((trial / "model.safetensors").read_bytes(),
                             (self.folder / "run/model.safetensors").read_bytes())

    def test_one_that_went_on_before_it_was_killed(self):
        """A worker may find it so that does not know yet that the rung is over: here since another
        trial of the rung is lost."""
        make_data(self.folder / "data", train=300)
        self.succeed("sweep", "data", "--halving", "2", "--vary", "lr=0.1,0.01,0.001,0.0001", "--epochs",
                     "8", "--quiet", "--no-timing", "--out", "study")
        study = self.folder / "study"

        def rows():
            with (study / "study.csv").open(newline="") as file:
                return [list(row.values())[:-2] for row in csv.DictReader(file)]

        before = rows()
        winner, loser = (next(f"{i + 1:04}" for i, row in enumerate(before) if epochs in row)
                         for epochs in ("8", "2"))
        (study / "trials" / winner / "result.json").unlink()
        (study / "trials" / winner).rename(study / f"trials/{winner}.running")
        shutil.rmtree(study / "trials" / loser)
        self.succeed("sweep", "--out", "study", "--quiet", "--no-timing")
        self.assertEqual(rows(), before)


if __name__ == "__main__":
    unittest.main()
