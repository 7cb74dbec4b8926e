#!/usr/bin/python3
"""train --augment: repeatable, kept with the run, and for training samples alone."""

import json
import unittest

from harness import CommandCase, whole_lines
from pictures import read_png

SPEC = "shift=1,rotate=10,scale=0.1,shear=0.1,elastic=8:2,noise=0.05"
SHORT = ["--epochs", "3", "--hidden", "16", "--batch", "16", "--schedule", "constant", "-q"]


class Augment(CommandCase):
    def train(self, out, *options, data="digits"):
        return self.succeed("train", data, "--out", out, *SHORT, *options)

    def model(self, run):
        return (self.folder / run / "model.safetensors").read_bytes()

    def test_the_same_for_any_number_of_threads(self):
        for threads in ("1", "2", "5"):
            self.train(threads, "--augment", SPEC, "--threads", threads)
        self.assert_same_run("1", "2")
        self.assert_same_run("1", "5")

    def test_resumed_runs_give_the_same_bytes(self):
        self.train("whole", "--augment", SPEC)
        self.train("run", "--augment", SPEC, "--epochs", "1")
        self.succeed("train", "--resume", "run", "--epochs", "3", "-q")
        self.assert_same_run("whole", "run")

    def test_it_matters_and_none_does_not(self):
        self.train("plain")
        self.train("none", "--augment", "none")
        self.train("augmented", "--augment", SPEC)
        self.assert_same_run("plain", "none")
        self.assertNotEqual(self.model("plain"), self.model("augmented"))

    def test_validation_and_untrained_figures_are_of_the_images_as_they_are(self):
        """Row 0 is measured before training: augmentation must not show in it."""
        self.train("plain")
        self.train("augmented", "--augment", SPEC)
        for key in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
            self.assertEqual(self.rows("plain")[0][key], self.rows("augmented")[0][key], key)

    def test_it_is_kept_and_can_change_when_resumed(self):
        self.train("run", "--augment", SPEC, "--epochs", "1")
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertEqual(config["options"]["augment"], SPEC)
        result = self.succeed("train", "--resume", "run", "--epochs", "2", "--augment", "none")
        self.assertIn(f"--augment none, was {SPEC}", whole_lines(result.stderr))

    def test_what_cannot_be_read_is_refused_in_one_line(self):
        before = sorted(self.folder.rglob("*"))
        for spec, said in (("turn=3", 'found "turn"'), ("rotate=200", "[0, 180]"),
                           ("elastic=34", "sigma"), ("shift=nan", "[0, 1000]"), ("", "--augment")):
            with self.subTest(spec):
                self.refuse(2, ["--augment", said], "train", "digits", "--out", "run", "--augment",
                            spec)
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_a_sheet_shows_samples_and_what_becomes_of_them(self):
        """Ten rows of ten pictures, of which the first column is as it is in any sheet."""
        self.succeed("inspect", "digits", "--sheet", "plain.png")
        self.succeed("inspect", "digits", "--sheet", "shown.png", "--augment", "rotate=20")
        height, width, channels, plain = read_png((self.folder / "plain.png").read_bytes())
        shown = read_png((self.folder / "shown.png").read_bytes())
        # 8 x 8 pixels enlarged to 48, with 2 pixels between; behind a second line in one sheet.
        left, below, line = 62, 38, 20
        columns = [[image[(y * width + left + 2 + x) * channels] for y in range(top + below, top + below + 500)
                    for x in range(column, column + 48)]
                   for column in (0, 50) for image, top in ((plain, 0), (shown[3], line))]
        self.assertEqual(shown[:3], (height + line, width, channels))
        self.assertEqual(columns[0], columns[1])
        self.assertNotEqual(columns[2], columns[3])
        self.refuse(2, ["--augment", "--sheet"], "inspect", "digits", "--augment", "shift=1")
        self.refuse(2, ["--augment", "turn"], "inspect", "digits", "--sheet", "x.png", "--augment",
                    "turn=1")


if __name__ == "__main__":
    unittest.main()
