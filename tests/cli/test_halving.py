#!/usr/bin/python3
"""sweep --halving: trainings that pause and go on, side by side, end in the bytes of those that never
paused."""

import csv
import unittest

from harness import CommandCase


class Halving(CommandCase):
    def test_who_wins_was_never_interrupted(self):
        """With trials side by side: a rung is over when the last process of it has ended, and not when
        its last row is there."""
        tables = []
        for study in ("one", "two", "three"):
            self.succeed("sweep", "digits", "--halving", "2", "--folds", "3", "--vary",
                         "lr=0.1,0.01,0.001,0.0001", "--epochs", "8", "--jobs", "2", "--quiet",
                         "--out", study)
            with (self.folder / study / "study.csv").open(newline="") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual({row["state"] for row in rows}, {"done"})
            for row in rows:
                del row["seconds"], row["samples_per_second"]
            tables.append(rows)
        self.assertEqual(tables[0], tables[1])
        self.assertEqual(tables[0], tables[2])
        self.assertEqual(sorted({row["epochs_done"] for row in rows}), ["2", "4", "8"])
        winners = [row for row in rows if row["epochs_done"] == "8"]
        self.assertEqual(len(winners), 3)
        for row in winners:
            self.succeed("train", "digits", "--lr", row["lr"], "--fold", f"{row['fold']}/3", "--epochs",
                         "8", "--quiet", "--force", "--out", "run")
            trial = self.folder / f"three/trials/{int(row['trial']):04}"
            self.assertEqual((trial / "model.safetensors").read_bytes(),
                             (self.folder / "run/model.safetensors").read_bytes())


if __name__ == "__main__":
    unittest.main()
