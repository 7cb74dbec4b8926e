#!/usr/bin/python3
"""Folders of images as people have them: names of parts, folders in folders, and what is left aside."""

import json
import os
import re
import subprocess
import unittest

from harness import CommandCase
from pictures import png

SIDE = 6


class ImageFolders(CommandCase):
    def make(self, path, level=0):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(SIDE, SIDE, [(level + 37 * i) % 256 for i in range(SIDE * SIDE)]))

    def make_classes(self, root, each=6, classes=("cat", "dog")):
        for c, name in enumerate(classes):
            for i in range(each):
                self.make(f"{root}/{name}/{i}.png", 20 * c + i)

    def touch(self, path, content=b""):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(content)

    def inspect(self, data, *options):
        return json.loads(self.succeed("inspect", data, "--json", *options).stdout)

    def left_aside(self, data):
        return {row["what"]: row["count"] for row in self.inspect(data)["left_aside"]}

    def counts(self, data):
        found = self.inspect(data, "--test", "0.2")
        return tuple(found[part]["class_counts"] for part in ("train", "test"))

    def test_names_of_parts(self):
        for train, test in (("train", "test"), ("training", "testing"), ("Train", "Test"),
                            ("TRAINING", "test"), ("train", "val"), ("train", "Valid"),
                            ("training", "validation")):
            with self.subTest(train=train, test=test):
                data = f"{train}-{test}"
                self.make_classes(f"{data}/{train}", 5)
                self.make_classes(f"{data}/{test}", 2)
                found = self.inspect(data)
                self.assertEqual([found[part]["class_counts"] for part in ("train", "test")],
                                 [[5, 5], [2, 2]])
                self.assertEqual(self.left_aside(data), {})

    def test_a_folder_for_validation_is_tested_and_that_is_said(self):
        said = "note: the folder for validation is the test part, as there is no other"
        for test, expected in (("val", 1), ("test", 0)):
            self.make_classes(f"with-{test}/train", 5)
            self.make_classes(f"with-{test}/{test}", 2)
            found = self.succeed("train", f"with-{test}", "--epochs", "1").stderr
            self.assertEqual(found.count(said), expected)

    def test_images_of_no_class(self):
        for i in range(3):
            self.make(f"loose/{i}.png")
        self.refuse(1, ["loose/CLASS", "3 images of no class"], "train", "loose")

    def test_one_part_alone(self):
        self.make_classes("alone/Training", 10)
        self.assertEqual(self.counts("alone"), ([8, 8], [2, 2]))
        self.make_classes("half/testing", 2)
        self.refuse(1, ["half", "expected a folder train next to the folder testing"], "train", "half")

    def test_names_of_parts_may_be_classes(self):
        self.make_classes("data", 5, ("train", "plane", "valid"))
        self.assertEqual(self.inspect("data", "--test", "0.4")["train"]["class_names"],
                         ["plane", "train", "valid"])

    def test_parts_of_other_names_are_no_classes(self):
        """Both hold the same folders: a network would learn to tell the parts apart."""
        for folder, parts in (("dev", ("train", "dev")), ("three", ("Train", "val", "other"))):
            for part in parts:
                self.make_classes(f"{folder}/{part}", 4)
            self.refuse(1, [folder, parts[0], "folders of the same names", "rename"], "train", folder)
        self.make_classes("data/train", 4, ("steam", "diesel"))
        self.make_classes("data/plane", 4, ("jet", "diesel"))
        self.assertEqual(self.inspect("data")["train"]["class_names"], ["plane", "train"])

    def test_two_folders_for_a_part(self):
        self.make_classes("data/train")
        self.make_classes("data/Training")
        self.make_classes("data/test")
        self.refuse(1, ["data/train", "one folder for a part"], "train", "data")

    def test_what_lies_beside_the_parts_is_told(self):
        """A third part holds samples, so that training warns of it."""
        for part in ("train", "test", "val", "extra"):
            self.make_classes(f"data/{part}", 4)
        self.touch("data/notes.md")
        self.assertEqual(self.left_aside("data"), {"val": 1, "extra": 1, "notes.md": 1})
        warned = [line for line in self.succeed("train", "data", "--epochs", "1").stderr.splitlines()
                  if "ignored" in line]
        self.assertEqual(len(warned), 1)
        self.assertRegex(warned[0], r"^warning: ignored extra, val \(first .*/data/extra\)$")

    def test_images_below_a_class_at_any_depth(self):
        """In the order of their paths; the same pixels as when they lie flat."""
        for c, name in enumerate(("cat", "dog")):
            for i in range(6):
                self.make(f"flat/{name}/{'abc'[i // 2]}-{i}.png", 20 * c + i)
                self.make(f"deep/{name}/{'abc'[i // 2]}/{'x/' * (i // 2)}{i}.png", 20 * c + i)
        fingerprints = [self.inspect(data, "--test", "0.2")[part]["fingerprint"]
                        for part in ("train", "test") for data in ("flat", "deep")]
        self.assertEqual(fingerprints[0], fingerprints[1])
        self.assertEqual(fingerprints[2], fingerprints[3])

    def test_depth_has_an_end(self):
        self.make_classes("data")
        self.make("data/cat/" + "d/" * 15 + "x.png")
        self.assertEqual(sum(map(sum, self.counts("data"))), 13)
        self.make("data/cat/" + "d/" * 16 + "x.png")
        self.refuse(1, ["data/cat/d/d", "deeper folder"], "train", "data")

    def test_links_in_a_circle(self):
        self.make_classes("data")
        for target in (".", "..", "../dog/back"):
            with self.subTest(target):
                os.symlink("../cat", self.folder / "data/dog/back")
                os.symlink(target, self.folder / "data/cat/link")
                self.refuse(1, ["data/", "link back to a folder above"], "inspect", "data")
                os.unlink(self.folder / "data/cat/link")
                os.unlink(self.folder / "data/dog/back")

    def test_what_systems_leave_is_passed_over(self):
        self.make_classes("data")
        before = self.inspect("data")
        for path in ("data/.DS_Store", "data/cat/Thumbs.db", "data/cat/.hidden.png",
                     "data/desktop.ini", "data/__MACOSX/cat/._1.png", "data/.git/x.png"):
            self.touch(path, b"no image")
        self.assertEqual(self.inspect("data"), before)
        self.assertEqual(before["left_aside"], [])

    def test_other_formats_are_left_aside_and_counted(self):
        self.make_classes("data")
        before = self.inspect("data")
        self.touch("data/cat/a.webp", b"RIFF\0\0\0\0WEBPVP8 ")
        self.touch("data/dog/b.WebP", b"RIFF\0\0\0\0WEBPVP8 ")
        self.touch("data/dog/c.gif", b"GIF89a")
        self.touch("data/dog/notes.txt", b"text")
        self.assertEqual(self.inspect("data")["train"], before["train"])
        self.assertEqual(self.left_aside("data"), {".webp": 2, ".gif": 1, ".txt": 1})
        self.assertRegex(self.succeed("inspect", "data").stdout,
                         r"ignored  2 \.webp, 1 \.gif, 1 \.txt \(first .*/data/cat/a\.webp\)\n")
        said = "warning: ignored 2 .webp, 1 .gif (first "
        self.assertEqual(self.succeed("train", "data", "--epochs", "1", "--test", "0.2",
                                      "--out", "run").stderr.count(said), 1)
        self.assertEqual(self.succeed("evaluate", "run", "data").stderr.count(said), 1)
        self.assertIn("ignored: 2 .webp, 1 .gif, 1 .txt (first",
                      self.succeed("convert", "data", "out").stderr)

    def test_a_class_of_other_formats_alone(self):
        self.make_classes("data")
        for i in range(3):
            self.touch(f"data/eel/{i}.tif", b"II*\0")
        self.refuse(1, ["data/eel", "found 3 of other formats", "mogrify -format png *.tif"],
                    "train", "data")

    def test_images_beside_the_classes(self):
        self.make_classes("data")
        self.make("data/loose.png")
        self.assertEqual(self.left_aside("data"), {".png": 1})

    def test_a_table_of_names_and_labels(self):
        """The refusal's line makes the folders that are wanted."""
        rows = []
        for i in range(12):
            self.make(f"data/all/{i}.png", i)
            rows.append(f"{i}.png,{'cat' if i % 2 else 'dog'}\r\n")
        self.touch("data/labels.csv", "".join(["filename,label\r\n", *rows]).encode())
        said = self.refuse(1, ["data", "one folder next to labels.csv"], "inspect", "data").stderr
        line = re.search(r"cd there; (.*)$", said.strip()).group(1)
        subprocess.run(["sh", "-c", line], cwd=self.folder / "data", check=True)
        self.assertEqual(self.inspect("data/classes")["train"]["class_names"], ["cat", "dog"])
        self.assertEqual(sum(map(sum, self.counts("data/classes"))), 12)


if __name__ == "__main__":
    unittest.main()
