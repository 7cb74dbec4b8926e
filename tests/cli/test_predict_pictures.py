#!/usr/bin/python3
"""predict: pictures are prepared as those were that the model was trained on, and it says how."""

import json
import random
import unittest

from harness import CommandCase, idx, make_data
from pictures import png
from tensors import load_tensors, save_tensors

SIDE = 12
PLACES = {"left": 1, "middle": 5, "right": 9}


def bar(place, generator):
    """Dark on light: the classes differ in where the bar is, which cropping would take away."""
    return [generator.randrange(60) if PLACES[place] <= i % SIDE < PLACES[place] + 2
            else 255 - generator.randrange(40) for i in range(SIDE * SIDE)]


class Pictures(CommandCase):
    def make_bars(self, root, each=12, channels=1):
        generator = random.Random(5)
        paths = []
        for place in PLACES:
            for i in range(each):
                path = self.folder / root / place / f"{i:02}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                pixels = [level for level in bar(place, generator) for _ in range(channels)]
                path.write_bytes(png(SIDE, SIDE, pixels, channels))
                paths.append(path)
        return paths

    def train(self, data, *options):
        self.succeed("train", data, "--epochs", "30", "--quiet", "--out", "run", "-f", *options)

    def metadata(self):
        return load_tensors(self.folder / "run/model.safetensors")[1]

    def say(self, way):
        """The model's file says this of pictures, or nothing."""
        path = self.folder / "run/model.safetensors"
        tensors, metadata = load_tensors(path)
        metadata.pop("pictures")
        save_tensors(path, tensors, {**metadata, **({"pictures": way} if way else {})})

    def predict(self, *arguments):
        return json.loads(self.succeed("predict", "run", "--json", *arguments).stdout)

    def right(self, paths, *options):
        found = self.predict(*options, *paths)["predictions"]
        return sum(entry["name"] == path.parent.name for entry, path in zip(found, paths, strict=True))

    def test_training_pictures_are_answered_as_evaluate_answers_them(self):
        """Grey, in colour, and resized: as many are right as evaluate counts in both parts."""
        for options, channels in (((), 1), (("--color",), 3), (("--size", "7x9"), 1)):
            with self.subTest(options=options):
                paths = self.make_bars("bars", channels=channels)
                self.train("bars", *options)
                expected = 0
                for part in ("train", "test"):
                    text = self.succeed("evaluate", "run", "bars", "--part", part, "--json").stdout
                    result = json.loads(text)
                    expected += round(result["accuracy"] * result["samples"])
                self.assertEqual(self.metadata()["pictures"], "as-is")
                self.assertEqual(self.right(paths), expected)
                self.assertGreaterEqual(expected, 34)

    def test_the_other_way_is_asked_for(self):
        """Cropped, the bars are all the same, so that a third is right."""
        paths = self.make_bars("bars")
        self.train("bars")
        self.assertEqual(self.predict(paths[0])["pictures"], "as-is")
        self.assertEqual(self.predict("--as-mnist", paths[0])["pictures"], "as-mnist")
        self.assertEqual(self.right(paths, "--as-mnist"), 12)

    def test_what_a_model_file_says_is_told(self):
        paths = self.make_bars("bars", 4)
        self.train("bars")
        result = self.succeed("predict", "run", paths[0])
        self.assertEqual(result.stderr.splitlines(), [
            "pictures resized to 12x12, as in training (--as-mnist: cropped and centred)"])
        self.assertEqual(self.succeed("predict", "run", "--as-is", paths[0]).stderr, "")
        self.say("as-mnist")
        result = self.succeed("predict", "run", paths[0])
        self.assertIn("pictures prepared as MNIST's", result.stderr)
        self.assertLess(max(map(len, result.stderr.splitlines())), 80)
        self.say("sideways")
        self.refuse(1, ["pictures", "as-is or as-mnist", "sideways"], "predict", "run", paths[0])

    def test_a_file_that_does_not_say_is_of_mnists_kind(self):
        paths = self.make_bars("bars", 4)
        self.train("bars")
        self.say(None)
        self.assertEqual(self.predict(paths[0])["pictures"], "as-mnist")
        self.make_bars("color", 4, 3)
        self.train("color", "--color")
        self.say(None)
        self.assertEqual(self.predict(paths[0])["pictures"], "as-is")

    def test_which_arrays_are_of_mnists_kind(self):
        """Dark ones of 28x28 or 8x8: not light ones, nor those of other sizes."""
        generator = random.Random(3)
        for side, level, way in ((28, 30, "as-mnist"), (8, 30, "as-mnist"), (8, 200, "as-is"),
                                 (12, 30, "as-is")):
            with self.subTest(side=side, level=level):
                folder = make_data(self.folder / f"set-{side}-{level}", side=side)
                for name, count in (("train", 60), ("t10k", 20)):
                    pixels = [level + generator.randrange(20) for _ in range(count * side * side)]
                    (folder / f"{name}-images-idx3-ubyte").write_bytes(idx([count, side, side], pixels))
                self.train(folder.name, "--epochs", "1")
                self.assertEqual(self.metadata()["pictures"], way)

    def test_wrong_use(self):
        paths = self.make_bars("bars", 4, 3)
        self.train("bars", "--color")
        self.refuse(2, ["--as-is and --as-mnist"], "predict", "run", "--as-is", "--as-mnist", paths[0])
        self.refuse(2, ["--as-mnist", "colour"], "predict", "run", "--as-mnist", paths[0])


if __name__ == "__main__":
    unittest.main()
