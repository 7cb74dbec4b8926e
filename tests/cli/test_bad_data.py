#!/usr/bin/python3
"""Data that are missing, damaged or contradictory: one line each, and no run folder."""

import gzip
import unittest

from harness import (TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, CommandCase, contents,
                     idx, make_data, make_samples)


def cut(content, size):
    return content[:len(content) - size]


# What is done to a file of 60 training (20 test) samples of 3 × 3 in 3 classes, and what the line
# must say besides the file's name.
DAMAGED = {
    "wrong magic": (TRAIN_IMAGES, lambda old: idx([60, 3, 3], old[16:], magic=0x1234), ["expected"]),
    "labels for images": (TRAIN_IMAGES, lambda old: idx([60], [0] * 60), ["expected"]),
    "truncated": (TRAIN_IMAGES, lambda old: cut(old, 1), ["556", "555"]),
    "truncated header": (TRAIN_LABELS, lambda old: old[:5], []),
    "empty file": (TEST_LABELS, lambda old: b"", []),
    "trailing bytes": (TEST_IMAGES, lambda old: old + b"x", ["196", "197"]),
    "zero samples": (TEST_IMAGES, lambda old: idx([0, 3, 3], []), ["0"]),
    "zero width": (TRAIN_IMAGES, lambda old: idx([60, 3, 0], []), ["0"]),
    "more labels than images": (TRAIN_LABELS, lambda old: idx([61], [0] * 61), ["60", "61"]),
    "fewer labels than images": (TEST_LABELS, lambda old: idx([19], [0] * 19), ["20", "19"]),
    "label out of range": (TEST_LABELS, lambda old: idx([20], [0] * 19 + [7]), ["7"]),
    "dimension overflow": (TRAIN_IMAGES, lambda old: idx([0xFFFFFFFF] * 3, []), ["4294967295"]),
}


class BadData(CommandCase):
    def refuse_data(self, parts, data="data"):
        before = contents(self.folder)
        self.refuse(1, parts, "train", data, "--out", "run")
        self.assertFalse((self.folder / "run").exists())
        self.assertEqual(contents(self.folder), before)

    def test_damaged_files(self):
        for what, (name, damage, parts) in DAMAGED.items():
            with self.subTest(what):
                folder = make_data(self.folder / "data")
                path = folder / name
                path.write_bytes(damage(path.read_bytes()))
                self.refuse_data([name, *parts])

    def test_damaged_gzip(self):
        folder = make_data(self.folder / "data", compress=True)
        path = folder / (TRAIN_IMAGES + ".gz")
        whole = path.read_bytes()
        for what, content in (("garbage", b"not gzip at all"), ("truncated", cut(whole, 9)),
                              ("bit flipped", whole[:40] + bytes([whole[40] ^ 4]) + whole[41:]),
                              ("trailing bytes", gzip.compress(gzip.decompress(whole) + b"x"))):
            with self.subTest(what):
                path.write_bytes(content)
                self.refuse_data([path.name])

    def test_each_missing_file(self):
        for name in (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS):
            with self.subTest(name):
                folder = make_data(self.folder / "data")
                (folder / name).unlink()
                self.refuse_data([name.split("-idx")[0]])

    def test_missing_folder_says_where_it_looked(self):
        self.refuse_data(["\"no-such-data\"", "/usr/share/datasets",
                          str(self.folder / "home" / ".local" / "share" / "descent")],
                         data="no-such-data")
        self.refuse_data(["no/such/data", "expected a folder"], data="no/such/data")

    def test_what_is_no_data_and_no_model(self):
        (self.folder / "table.xls").write_text("1\t2\tdog\n" * 9)
        self.refuse_data(["table.xls", "found another file"], data="table.xls")
        self.refuse_data(["./table.xls", "found another file"], data="./table.xls")
        for command in (["inspect", "./table.xls"], ["predict", "table.xls", "table.xls"]):
            self.refuse(1, ["table.xls: expected "], *command)

    def test_missing_mnist_says_what_to_run(self):
        self.environment.pop("DESCENT_DATA")
        result = self.run_command("train", "mnist", "--out", "run")
        if result.returncode == 0:
            self.skipTest("MNIST is there")
        self.assertIn("scripts/fetch-mnist.sh", result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_parts_of_different_shapes(self):
        folder = make_data(self.folder / "data")
        pixels, _ = make_samples(20, 4, 3, 1)
        (folder / TEST_IMAGES).write_bytes(idx([20, 4, 4], pixels))
        self.refuse_data(["9", "16"])

    def test_a_single_class(self):
        folder = make_data(self.folder / "data", classes=1)
        self.refuse_data([folder.name, "2 classes"])


if __name__ == "__main__":
    unittest.main()
