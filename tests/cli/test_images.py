#!/usr/bin/python3
"""Folders of images by class: what is read of them, in which order, and what is refused."""

import gzip
import os
import shutil
import unittest

from harness import CommandCase, contents
from pictures import bomb, pgm, png

SIDE = 4


def pixels_of(number, channels=1):
    return [(number * 31 + i * 7) % 256 for i in range(SIDE * SIDE * channels)]


class Images(CommandCase):
    def make(self, path, number, channels=1):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(SIDE, SIDE, pixels_of(number, channels), channels))
        return path

    def make_classes(self, root, classes=("cat", "dog"), each=6):
        for c, name in enumerate(classes):
            for i in range(each):
                self.make(f"{root}/{name}/{i:03}.png", 100 * c + i)

    def make_parts(self, root="data"):
        self.make_classes(f"{root}/train")
        self.make_classes(f"{root}/test", each=2)

    def read(self, folder, part="train"):
        """Class names, labels and pixels as convert writes them."""
        prefix = {"train": "train", "test": "t10k"}[part]
        folder = self.folder / folder
        images = next(folder.glob(f"{prefix}-images-*"))
        labels = next(folder.glob(f"{prefix}-labels-*"))
        rank = gzip.decompress(images.read_bytes())[3]
        return ((folder / "classes.txt").read_text().splitlines(),
                list(gzip.decompress(labels.read_bytes())[8:]),
                list(gzip.decompress(images.read_bytes())[4 + 4 * rank:]))

    def refuse_data(self, parts, data="data"):
        before = contents(self.folder)
        for command in (("train", data, "--out", "run"), ("convert", data, "out")):
            self.refuse(1, parts, *command)
        self.assertEqual(contents(self.folder), before)

    def test_order_and_pixels(self):
        self.make_classes("data/train", ("b", "a", "C"), 3)
        self.make_classes("data/test", ("a", "C"), 1)
        (self.folder / "data/train/a/notes.txt").write_text("no image")
        (self.folder / "data/train/a/.hidden.png").write_text("no image")
        self.succeed("convert", "data", "out")
        names, labels, pixels = self.read("out")
        self.assertEqual((names, labels), (["C", "a", "b"], [0, 0, 0, 1, 1, 1, 2, 2, 2]))
        numbers = [200, 201, 202, 100, 101, 102, 0, 1, 2]
        self.assertEqual(pixels, [p for n in numbers for p in pixels_of(n)])
        names, labels, pixels = self.read("out", "test")
        self.assertEqual((names, labels), (["C", "a", "b"], [0, 1]))
        self.assertEqual(pixels, pixels_of(100) + pixels_of(0))

    def test_numbers_are_sorted_by_value(self):
        self.make_classes("data/train", ("10", "9", "011"), 2)
        self.make_classes("data/test", ("10",), 1)
        self.succeed("convert", "data", "out")
        self.assertEqual(self.read("out")[0], ["9", "10", "011"])
        self.assertEqual(self.read("out", "test")[1], [1])

    def test_formats_are_told_by_content(self):
        self.make_classes("data")
        for name, content in (("a.pgm", pgm(SIDE, SIDE, pixels_of(9))),
                              ("b.jpg", png(SIDE, SIDE, pixels_of(9)))):
            (self.folder / "data/cat" / name).write_bytes(content)
        self.succeed("convert", "data", "out")
        self.assertEqual(self.read("out")[1].count(0), 8)

    def test_color_and_grey(self):
        self.make("data/train/a/1.png", 5, 3)
        self.make("data/train/b/1.png", 7, 1)
        shutil.copytree(self.folder / "data/train", self.folder / "data/test")
        self.succeed("convert", "data", "out", "--color")
        grey = [value for value in pixels_of(7) for _ in range(3)]
        self.assertEqual(self.read("out")[2], pixels_of(5, 3) + grey)
        self.succeed("convert", "data", "out", "--force")
        rgb = pixels_of(5, 3)
        expected = [(299 * r + 587 * g + 114 * b) / 1000
                    for r, g, b in zip(rgb[::3], rgb[1::3], rgb[2::3])]
        found = self.read("out")[2]
        self.assertEqual(found[SIDE * SIDE:], pixels_of(7))
        for value, truth in zip(found, expected):
            self.assertAlmostEqual(value, truth, delta=0.52)

    def test_transparent_is_white(self):
        rgba = [10, 20, 30, 0] * 8 + [10, 20, 30, 255] * 8
        for name in ("a", "b"):
            path = self.make(f"data/train/{name}/1.png", 0)
            path.write_bytes(png(SIDE, SIDE, rgba, 4))
        shutil.copytree(self.folder / "data/train", self.folder / "data/test")
        self.succeed("convert", "data", "out", "--color")
        self.assertEqual(self.read("out")[2][:48], [255] * 24 + [10, 20, 30] * 8)

    def test_size(self):
        self.make_parts()
        (self.folder / "data/train/cat/zzz.png").write_bytes(png(8, 12, [200] * 96))
        found = self.succeed("convert", "data", "out")
        self.assertIn("4 x 4 bytes", found.stderr)
        self.assertEqual(self.read("out")[2][6 * 16:7 * 16], [200] * 16)
        self.succeed("convert", "data", "out", "--force", "--size", "3x5")
        self.assertEqual(len(self.read("out")[1]) * 15, len(self.read("out")[2]))
        for size in ("3", "3x", "x3", "0x3", "3x0", "3x5x1", "3X5", "-3x5", "999999x1", ""):
            self.refuse(2, ["--size"], "convert", "data", "out2", "--size", size)

    def test_threads_do_not_matter(self):
        self.make_classes("data", each=40)
        for threads in (1, 3, 8):
            self.succeed("train", "data", "--out", f"run{threads}", "--epochs", 2, "--threads", threads)
        for threads in (3, 8):
            self.assert_same_run("run1", f"run{threads}")

    def test_split(self):
        self.make_classes("data", ("a", "b", "c"), 10)
        self.succeed("convert", "data", "out")
        everything = []
        for part, each in (("train", 8), ("test", 2)):
            _, labels, pixels = self.read("out", part)
            self.assertEqual([labels.count(c) for c in range(3)], [each] * 3)
            self.assertEqual(labels, sorted(labels))
            everything += [tuple(pixels[i:i + 16]) for i in range(0, len(pixels), 16)]
        self.assertEqual(sorted(everything),
                         sorted(tuple(pixels_of(100 * c + i)) for c in range(3) for i in range(10)))
        before = contents(self.folder / "out")
        self.succeed("convert", "data", "out", "--force")
        self.assertEqual(contents(self.folder / "out"), before)
        self.succeed("convert", "data", "out", "--force", "--test-seed", 1)
        self.assertNotEqual(contents(self.folder / "out"), before)
        self.succeed("convert", "data", "out", "--force", "--test", 0.5)
        self.assertEqual(len(self.read("out")[1]), 15)
        self.succeed("convert", "data", "whole", "--test", 0)
        self.assertEqual(len(self.read("whole")[1]), 30)
        self.assertFalse(list((self.folder / "whole").glob("t10k*")))
        for test in ("1", "-0.1", "x"):
            self.refuse(2, ["--test"], "convert", "data", "out2", "--test", test)

    def test_train_folder_alone_is_split(self):
        self.make_classes("data/train", each=10)
        self.succeed("convert", "data", "out")
        self.assertEqual((len(self.read("out")[1]), len(self.read("out", "test")[1])), (16, 4))

    def test_train_and_test_may_be_classes(self):
        self.make_classes("data", ("train", "bus"), 5)
        self.succeed("convert", "data", "out")
        self.assertEqual(self.read("out")[0], ["bus", "train"])

    def test_evaluate_knows_the_classes(self):
        self.make_parts()
        self.succeed("train", "data", "--out", "run", "--epochs", 2)
        found = self.succeed("evaluate", "run", "data").stdout
        self.assertIn("dog", found)
        shutil.rmtree(self.folder / "data/test/cat")
        self.succeed("evaluate", "run", "data")
        self.make("data/test/eel/1.png", 1)
        self.refuse(1, ["data/test/eel", "2 classes"], "evaluate", "run", "data")

    def test_images_that_do_not_decode(self):
        whole = png(SIDE, SIDE, pixels_of(3))
        damaged = {"text": b"this is no picture", "empty": b"", "cut": whole[:-20],
                   "header alone": whole[:30], "zero": bytes(100)}
        for what, content in damaged.items():
            with self.subTest(what):
                self.make_parts()
                (self.folder / "data/train/dog/004.png").write_bytes(content)
                self.refuse_data(["data/train/dog/004.png", "expected an image"])
        self.make_parts()
        for path in ("test/dog/001.png", "test/dog/000.png"):
            (self.folder / "data" / path).write_bytes(b"text")
        self.refuse_data(["data/test/dog/000.png"])

    def test_other_formats_by_another_name_are_not_passed_over(self):
        for name, content, kind in (("x.png", b"GIF89a", "a GIF file"),
                                    ("x.jpg", b"RIFF\0\0\0\0WEBPVP8 ", "a WebP file"),
                                    ("X.JPEG", b"MM\0*", "another kind of file")):
            with self.subTest(name):
                self.make_parts()
                path = self.folder / "data/train/cat" / name
                path.write_bytes(content)
                self.refuse_data([f"data/train/cat/{name}", kind])
                path.unlink()

    def test_bombs(self):
        for height, width in ((60000, 60000), (2**31 - 1, 2**31 - 1), (1, 2**27), (8193, 8192)):
            with self.subTest(f"{height} x {width}"):
                self.make_parts()
                (self.folder / "data/train/cat/001.png").write_bytes(bomb(height, width))
                self.refuse_data(["data/train/cat/001.png", "image"])
        (self.folder / "data/train/cat/001.png").write_bytes(bomb(8193, 8192))
        self.refuse_data(["expected an image of 1 to 67108864 pixels", "8193 x 8192"])

    def test_memory_limit(self):
        for name in ("train", "test"):
            self.make_classes(f"data/{name}")
        self.refuse(1, ["data", "12 samples need 11.4 MiB", "limit is 1.0 MiB"],
                    "train", "data", "--size", "1000x1000", "--memory-limit", 1)
        self.refuse(2, ["--memory-limit"], "train", "data", "--memory-limit", 0)

    def test_empty_class(self):
        self.make_parts()
        (self.folder / "data/train/eel").mkdir()
        self.refuse_data(["data/train/eel", "at least one image"])
        (self.folder / "data/train/eel/readme.txt").write_text("nothing yet")
        self.refuse_data(["data/train/eel", "at least one image"])

    def test_one_class(self):
        self.make_classes("data/train", ("cat",))
        self.make_classes("data/test", ("cat",))
        self.refuse(1, ["data", "2 classes", "1"], "train", "data", "--out", "run")

    def test_class_of_the_test_part_alone(self):
        self.make_parts()
        self.make("data/test/eel/1.png", 1)
        self.refuse_data(["data/test/eel", "one of the 2 classes"])

    def test_links(self):
        self.make_parts()
        loop = self.folder / "data/train/cat/loop.png"
        os.symlink("loop.png", loop)
        self.refuse_data(["data/train/cat/loop.png", "symbolic links"])
        loop.unlink()
        os.symlink("nowhere.png", loop)
        self.refuse_data(["data/train/cat/loop.png", "No such file"])
        loop.unlink()
        os.symlink("..", self.folder / "data/train/cat/up")
        self.refuse_data(["data/train/cat/up", "found a link back to a folder above"])
        os.unlink(self.folder / "data/train/cat/up")
        os.symlink("loop", self.folder / "data/train/loop")
        self.refuse_data(["data/train/loop", "symbolic links"])
        os.unlink(self.folder / "data/train/loop")
        os.symlink("loop", self.folder / "data/loop")
        self.refuse_data(["data/loop", "symbolic links"])
        os.unlink(self.folder / "data/loop")
        os.symlink("001.png", loop) # a good link is followed
        self.succeed("convert", "data", "out")
        self.assertEqual(len(self.read("out")[1]), 13)

    def test_unreadable(self):
        if os.geteuid() == 0:
            self.skipTest("root reads everything")
        self.make_parts()
        path = self.folder / "data/train/cat/001.png"
        path.chmod(0)
        self.refuse_data(["data/train/cat/001.png", "Permission denied"])
        path.chmod(0o600)
        (self.folder / "data/train/cat").chmod(0)
        self.refuse_data(["data/train/cat", "Permission denied"])
        (self.folder / "data/train/cat").chmod(0o700)

    def test_not_a_regular_file(self):
        self.make_parts()
        os.mkfifo(self.folder / "data/train/cat/pipe.png")
        self.refuse(1, ["pipe.png", "expected a file"], "train", "data", "--out", "run")

    def test_names_of_classes(self):
        for name in ("tab\tname", "new\nline", b"\xff\xfe"):
            with self.subTest(name):
                shutil.rmtree(self.folder / "data", ignore_errors=True)
                self.make_parts()
                os.rename(os.fsencode(self.folder / "data/train/cat"),
                          os.path.join(os.fsencode(self.folder / "data/train"),
                                       name if isinstance(name, bytes) else name.encode()))
                self.refuse(1, ["class name", "0x"], "train", "data", "--out", "run")

    def test_regression_has_no_classes(self):
        self.make_parts()
        self.refuse(1, ["data", "numbers to predict"], "convert", "data", "out", "--regression")

    def test_nothing_to_read(self):
        (self.folder / "data").mkdir()
        self.refuse_data(["data", "found none of them"], "./data")
        self.make("data/picture.png", 1)
        self.refuse_data(["data", "found none of them"], "./data")
        self.refuse(1, ["nowhere"], "convert", "nowhere", "out")


class Same(CommandCase):
    """Pictures, and the files that convert makes of them, train the same weights."""

    def test_weights(self):
        self.environment["PYTHONHASHSEED"] = "0"
        for part, each in (("train", 25), ("test", 8)):
            for label in range(12):
                folder = self.folder / "png/data" / part / str(label)
                folder.mkdir(parents=True)
                for i in range(each):
                    (folder / f"{i}.png").write_bytes(
                        png(5, 3, [(label * 40 + i * i * 13 + p * (label + 3)) % 256 for p in range(15)]))
        self.succeed("convert", "png/data", "idx") # the same name, which the model file tells
        for kind in ("idx2", "csv"):
            (self.folder / kind).mkdir()
        os.rename(self.folder / "idx", self.folder / "idx2/data")
        self.succeed("convert", "idx2/data", "csv/data", "--csv")
        options = ("--epochs", 3, "--seed", 7, "--batch", 16)
        for kind, more in (("png", ()), ("idx2", ()), ("csv", ("--size", "5x3"))):
            self.succeed("train", f"{kind}/data", "--out", f"run-{kind}", *options, *more)
        weights = [(self.folder / f"run-{kind}/model.safetensors").read_bytes()
                   for kind in ("png", "idx2", "csv")]
        self.assertEqual(weights[0], weights[1])
        self.assertEqual(weights[0], weights[2])
        for data in ("png/data", "idx2/data", "csv/data"):
            self.assertEqual(self.succeed("evaluate", "run-png", data).stdout.splitlines()[1:],
                             self.succeed("evaluate", "run-csv", "png/data").stdout.splitlines()[1:])


if __name__ == "__main__":
    unittest.main()
