#!/usr/bin/env python3
"""sweep: a study's trials are the trainings that its settings describe."""

import unittest

from harness import CommandCase, make_data


class Sweep(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def test_a_trial_is_the_training_that_its_options_describe(self):
        self.succeed("sweep", "data", "--vary", "lr=0.01,0.1", "--vary", "optimizer=sgd,adamw",
                     "--seeds", "2", "--epochs", "2", "--out", "study", "--quiet")
        trials = sorted(path.name for path in (self.folder / "study/trials").iterdir())
        self.assertEqual(trials, [f"{number:04}" for number in range(1, 9)])
        self.succeed("train", "data", "--lr", "0.1", "--optimizer", "sgd", "--seed", "2",
                     "--epochs", "2", "--out", "run", "--quiet")
        self.assertEqual((self.folder / "study/trials/0006/model.safetensors").read_bytes(),
                         (self.folder / "run/model.safetensors").read_bytes())


if __name__ == "__main__":
    unittest.main()
