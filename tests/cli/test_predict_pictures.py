#!/usr/bin/python3
"""predict: pictures are prepared as those were that the model was trained on, and it says how."""

import json
import random
import unittest

from arrays import npy, npz
from harness import CommandCase, idx, make_data, make_samples
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


class Sources(CommandCase):
    """Whatever the samples come in, they are answered as evaluate answers them."""

    SIDE = 8

    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", side=self.SIDE)
        self.succeed("train", "data", "--epochs", "6", "--out", "run", "-q")
        self.pixels, self.labels = make_samples(20, self.SIDE, 3, 20)
        expected = json.loads(self.succeed("evaluate", "run", "data", "--json").stdout)
        self.correct = round(expected["accuracy"] * expected["samples"])

    def answers(self, *arguments):
        """The lines of CSV as they are."""
        header, *lines = self.succeed("predict", "run", *arguments).stdout.splitlines()
        self.assertEqual(header, "class,probability")
        return lines

    def test_arrays_and_data_sets(self):
        size = [20, self.SIDE, self.SIDE]
        images = npy(size, self.pixels, "|u1")
        files = {"x.npy": images, "only.npz": npz(anything=images),
                 "pair.npz": npz(images=images, labels=npy([20], self.labels, "|u1")),
                 "parts.npz": npz(x_train=npy([1] + size[1:], [0] * self.SIDE**2, "|u1"),
                                  y_train=npy([1], [0], "|u1"), x_test=images,
                                  y_test=npy([20], [9] * 20, "|u1"))}
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        expected = self.answers("data/t10k-images-idx3-ubyte")
        self.assertEqual(sum(line.split(",")[0] == str(label)
                             for line, label in zip(expected, self.labels, strict=True)), self.correct)
        self.environment["DESCENT_DATA"] = str(self.folder)
        (self.folder / "elsewhere").mkdir()
        for source in ("data", *files):
            with self.subTest(source):
                self.assertEqual(self.answers(source), expected)
        found = json.loads(self.succeed("predict", "run", "x.npy", "--json").stdout)["predictions"]
        self.assertEqual([entry["name"] for entry in found], [line.split(",")[0] for line in expected])

    def test_a_single_sample(self):
        (self.folder / "one.npy").write_bytes(npy([self.SIDE, self.SIDE], self.pixels[:self.SIDE**2], "|u1"))
        self.assertEqual(self.answers("one.npy"), self.answers("data/t10k-images-idx3-ubyte")[:1])
        (self.folder / "one.npy").write_bytes(npy([1, self.SIDE, self.SIDE], [0] * self.SIDE**2, "<f4"))
        self.refuse(1, ["one.npy", "expected bytes, found floats"], "predict", "run", "one.npy")

    def test_samples_of_another_shape(self):
        """As many numbers in another order would be answered wrongly; rows, and sides of 1, are the same."""
        def put(*shape):
            (self.folder / "x.npy").write_bytes(npy(shape, self.pixels, "|u1"))
        count, side = len(self.labels), self.SIDE
        expected = self.answers("data/t10k-images-idx3-ubyte")
        for shape in ((side**2,), (side, side, 1), (1, side, side)):
            put(count, *shape)
            self.assertEqual(self.answers("x.npy"), expected)
        for shape in ((side // 2, 2 * side), (side, side // 2, 2)):
            put(count, *shape)
            found = " x ".join(map(str, shape))
            self.refuse(1, [f"x.npy: expected samples of {side} x {side}", f"found {found}"], "predict",
                        "run", "x.npy")

    def test_a_name(self):
        self.assertEqual(len(self.answers("digits")), 360)
        self.refuse(1, ["nothere", "not found"], "predict", "run", "nothere")
        self.refuse(1, ["missing.png"], "predict", "run", "missing.png")

    def test_folders_of_pictures(self):
        """One line for each, sorted, with those of folders below."""
        names = ["b/2.png", "a.png", "b/10.png", "c/d/e.pgm"]
        for i, name in enumerate(names):
            path = self.folder / "photos" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png(self.SIDE, self.SIDE,
                                 self.pixels[i * self.SIDE**2:(i + 1) * self.SIDE**2]))
        (self.folder / "photos/notes.txt").write_text("no picture")
        found = json.loads(self.succeed("predict", "run", "photos", "--as-is", "--json").stdout)
        self.assertEqual([entry["file"] for entry in found["predictions"]],
                         [f"photos/{name}" for name in sorted(names)])
        answers = {entry["file"]: entry["name"] for entry in found["predictions"]}
        for line, name in zip(self.answers("data/t10k-images-idx3-ubyte"), names):
            self.assertEqual(answers[f"photos/{name}"], line.split(",")[0])
        both = self.succeed("predict", "run", "photos/b", "photos/a.png", "--as-is").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in both],
                         ["photos/b/10.png", "photos/b/2.png", "photos/a.png"])
        (self.folder / "photos/b/loop").symlink_to("..")
        self.refuse(1, ["photos/b/loop", "link back"], "predict", "run", "photos")

    def test_wrong_use(self):
        (self.folder / "small.npy").write_bytes(npy([2, 3, 3], [0] * 18, "|u1"))
        self.refuse(1, ["small.npy", "expected samples of 8 x 8", "3 x 3"], "predict", "run",
                    "small.npy")
        self.refuse(1, ["expected samples of 8 x 8", "found 1"], "predict", "run",
                    "data/t10k-labels-idx1-ubyte")
        self.refuse(2, ["found small.npy and x.png"], "predict", "run", "small.npy", "x.png")
        self.refuse(2, ["--header", "found samples"], "predict", "run", "small.npy", "--header", "yes")
        self.refuse(2, ["--as-is", "found samples"], "predict", "run", "small.npy", "--as-is")
        (self.folder / "empty").mkdir()
        self.refuse(1, ["empty", "found none of them"], "predict", "run", "empty")


if __name__ == "__main__":
    unittest.main()
