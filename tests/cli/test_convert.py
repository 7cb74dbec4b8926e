#!/usr/bin/python3
"""convert: what it writes, what it leaves alone, and what inspect tells about the data."""

import fcntl
import gzip
import json
import os
import shutil
import signal
import struct
import unittest

from harness import (TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, CommandCase, contents,
                     idx, make_data)


class Convert(CommandCase):
    def inspect(self, name, *options):
        return json.loads(self.succeed("inspect", name, "--json", *options).stdout)

    def test_idx_and_csv(self):
        make_data(self.folder / "data")
        expected = self.inspect("data")
        self.succeed("convert", "data", "idx")
        for part in ("train", "test"):
            self.assertEqual(self.inspect("idx")[part], expected[part])
        for name in (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS):
            self.assertEqual(gzip.decompress((self.folder / "idx" / (name + ".gz")).read_bytes()),
                             (self.folder / "data" / name).read_bytes())
        self.assertEqual((self.folder / "idx/classes.txt").read_text(), "0\n1\n2\n")
        self.succeed("convert", "data", "csv", "--csv")
        lines = (self.folder / "csv/train.csv").read_text().splitlines()
        self.assertEqual(lines[0], "label," + ",".join(f"pixel{i}" for i in range(9)))
        pixels = (self.folder / "data" / TRAIN_IMAGES).read_bytes()[16:]
        labels = (self.folder / "data" / TRAIN_LABELS).read_bytes()[8:]
        self.assertEqual(lines[1:], [",".join(map(str, [labels[i], *pixels[9 * i:9 * i + 9]]))
                                     for i in range(60)])
        for part in ("train", "test"):
            self.assertEqual(self.inspect("csv", "--size", "3x3")[part], expected[part])

    def test_the_same_bytes_again(self):
        make_data(self.folder / "data")
        self.succeed("convert", "data", "one")
        self.succeed("convert", "data", "two", "--quiet")
        self.assertEqual({path.name: path.read_bytes() for path in (self.folder / "one").iterdir()},
                         {path.name: path.read_bytes() for path in (self.folder / "two").iterdir()})

    def test_one_part(self):
        make_data(self.folder / "data")
        for name in (TEST_IMAGES, TEST_LABELS):
            (self.folder / "data" / name).unlink()
        found = self.succeed("convert", "data", "out/")
        self.assertIn("60 training samples, 3 x 3 bytes, 3 classes", found.stderr)
        self.assertEqual(len(list((self.folder / "out").iterdir())), 3)

    def test_nothing_is_overwritten(self):
        make_data(self.folder / "data")
        (self.folder / "out").mkdir()
        (self.folder / "file").write_text("text")
        before = contents(self.folder)
        self.refuse(1, ["out", "--force"], "convert", "data", "out")
        self.refuse(1, ["file", "found a file"], "convert", "data", "file", "--force")
        self.assertEqual(contents(self.folder), before)
        self.succeed("convert", "data", "out", "--force")
        (self.folder / "out/notes.txt").write_text("mine")
        before = contents(self.folder)
        self.refuse(1, ["out", "notes.txt"], "convert", "data", "out", "--force")
        self.assertEqual(contents(self.folder), before)

    def test_options_that_idx_files_do_not_heed(self):
        make_data(self.folder / "data")
        for option in (["--size", "9x9"], ["--color"]):
            for command in (["convert", "data", "out"], ["inspect", "data"], ["train", "data"]):
                self.refuse(2, [option[0], "samples of 3 x 3"], *command, *option)
        self.succeed("inspect", "data", "--size", "3x3")

    def test_force_replaces(self):
        make_data(self.folder / "data")
        self.succeed("convert", "data", "out")
        self.succeed("convert", "out", "out", "--csv", "--force")
        self.assertEqual({path.name for path in (self.folder / "out").iterdir()},
                         {"train.csv", "test.csv"})
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"data", "out"})

    def test_killed(self):
        """The old data set or the new one is there, and the next one leaves nothing of a process
        that was killed."""
        make_data(self.folder / "data")
        self.succeed("convert", "data", "old")
        self.succeed("convert", "data", "new", "--csv")
        count = self.folder / "count"
        arguments = ["convert", "old", "out", "--csv", "--force"]
        shutil.copytree(self.folder / "old", self.folder / "out")
        self.assertEqual(self.run_wrapped({"COUNT_CALLS": str(count)}, *arguments).returncode, 0)
        calls, beside = int(count.read_text()), {path.name for path in self.folder.iterdir()}
        whole = [self.files(self.folder / name) for name in ("old", "new")]
        for call in (*range(1, calls - 6, 5), *range(calls - 6, calls + 1)):
            with self.subTest(call=call):
                shutil.rmtree(self.folder / "out")
                shutil.copytree(self.folder / "old", self.folder / "out")
                result = self.run_wrapped({"KILL_AT_CALL": str(call)}, *arguments)
                self.assertEqual(result.returncode, -signal.SIGKILL, result.stderr)
                self.assertIn(self.files(self.folder / "out"), whole)
                self.succeed(*arguments)
                self.assertEqual(self.files(self.folder / "out"), whole[1])
                self.assertEqual({path.name for path in self.folder.iterdir()}, beside)

    @staticmethod
    def files(folder):
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def test_two_at_once(self):
        make_data(self.folder / "data")
        lock = self.folder / ".descent-out.new"
        lock.mkdir()
        held = os.open(lock, os.O_RDONLY)
        self.addCleanup(os.close, held)
        fcntl.flock(held, fcntl.LOCK_EX)
        self.refuse(1, ["out: another process is making this folder"], "convert", "data", "out")
        fcntl.flock(held, fcntl.LOCK_UN)
        self.succeed("convert", "data", "out")

    def test_failures_leave_nothing(self):
        make_data(self.folder / "data")
        before = contents(self.folder)
        self.refuse(1, ["no/where/out: cannot"], "convert", "data", "no/where/out")
        (self.folder / "data" / TEST_IMAGES).write_bytes(b"damaged")
        self.refuse(1, [TEST_IMAGES], "convert", "data", "out")
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"data"})
        self.assertEqual(len(contents(self.folder)), len(before))

    def test_usage(self):
        self.refuse(2, ["DATA and a new folder"], "convert", "data")
        self.refuse(2, ["DATA and a new folder"], "convert", "a", "b", "c")
        self.refuse(1, ["nowhere"], "convert", "nowhere", "out")
        text = self.succeed("convert", "--help").stdout
        for part in ("SOURCE FOLDER", "--csv", "--force", "--label-column", "Examples:"):
            self.assertIn(part, text)


class Idx(CommandCase):
    def write(self, name, content):
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "data" / name).write_bytes(content)

    def make_floats(self, code="f", scale=0.25):
        for part, count in (("train", 8), ("t10k", 4)):
            numbers = [scale * (i * i % 23) - 1 for i in range(count * 3)]
            head = struct.pack(">IIII", {"f": 0xD03, "d": 0xE03}[code], count, 3, 1)
            self.write(f"{part}-images-idx3-float", head + struct.pack(f">{count * 3}{code}", *numbers))
            self.write(f"{part}-labels-idx1-ubyte", idx([count], [i % 2 for i in range(count)]))

    def test_floats(self):
        found = []
        for code in "fd":
            self.make_floats(code)
            found.append(json.loads(self.succeed("inspect", "data", "--json").stdout))
            self.assertEqual(found[-1]["train"]["values"], "floats")
            self.assertEqual((found[-1]["train"]["minimum"], found[-1]["train"]["shape"]), (-1, [3, 1]))
        self.assertEqual(found[0], found[1])
        self.succeed("inspect", "data", "--sheet", "sheet.png")
        self.succeed("train", "data", "--out", "run", "--epochs", 1)
        self.succeed("evaluate", "run", "data")

    def test_bad_floats(self):
        for value in (float("nan"), float("inf"), 1e300):
            self.make_floats("d")
            path = self.folder / "data/train-images-idx3-float"
            whole = path.read_bytes()
            path.write_bytes(whole[:16 + 8 * 4] + struct.pack(">d", value) + whole[16 + 8 * 5:])
            self.refuse(1, [path.name, "sample 1, element 1"], "inspect", "data")

    def test_class_names(self):
        make_data(self.folder / "data")
        self.write("classes.txt", b"ant\r\nbee\ncat")
        found = json.loads(self.succeed("inspect", "data", "--json").stdout)
        self.assertEqual(found["train"]["class_names"], ["ant", "bee", "cat"])
        self.assertIn("bee", self.succeed("inspect", "data").stdout)
        self.succeed("train", "data", "--out", "run", "--epochs", 1)
        before = json.loads(self.succeed("evaluate", "run", "data", "--json").stdout)
        self.assertEqual(before["classes"], ["ant", "bee", "cat"])
        # The same labels under other numbers: what counts is their names.
        for name in (TRAIN_LABELS, TEST_LABELS):
            labels = (self.folder / "data" / name).read_bytes()[8:]
            self.write(name, idx([len(labels)], [(label + 1) % 3 for label in labels]))
        self.write("classes.txt", b"cat\nant\nbee\n")
        self.assertEqual(json.loads(self.succeed("evaluate", "run", "data", "--json").stdout), before)

    def test_bad_class_names(self):
        for content, parts in ((b"", ["expected names"]), (b"a\nb\n", ["labels below 2", "found 2"]),
                               (b"a\n\nb\n", ["line 2"]), (b"a\nb\na\n", ["line 3", '"a" again']),
                               (b"a\nb\0\nc\n", ["NUL byte"]), (b"a\nb\xff\nc\n", ["line 2", "0xff"])):
            with self.subTest(content):
                make_data(self.folder / "data")
                self.write("classes.txt", content)
                self.refuse(1, ["data/", *parts], "inspect", "data")

    def test_unknown_class(self):
        make_data(self.folder / "data")
        self.write("classes.txt", b"ant\nbee\ncat\n")
        self.succeed("train", "data", "--out", "run", "--epochs", 1)
        self.write("classes.txt", b"ant\nbee\ndog\n")
        self.refuse(1, [TEST_LABELS, '"dog"', "3 classes"], "evaluate", "run", "data")

    def test_memory_limit(self):
        self.write(TRAIN_IMAGES, idx([2, 1024, 1024], bytes(2 << 20)))
        self.write(TRAIN_LABELS, idx([2], [0, 1]))
        self.refuse(1, [TRAIN_IMAGES, "2 samples need 2.0 MiB", "limit is 1.0 MiB"],
                    "inspect", "data", "--memory-limit", 1)

    def test_duplicates(self):
        train = [[1, 2], [3, 4], [1, 2], [5, 6], [1, 2]]
        test = [[3, 4], [7, 8], [7, 8], [1, 2]]
        self.write("train-images-idx2-ubyte", idx([5, 2], sum(train, [])))
        self.write(TRAIN_LABELS, idx([5], [0, 1, 0, 1, 1]))
        self.write("t10k-images-idx2-ubyte", idx([4, 2], sum(test, [])))
        self.write(TEST_LABELS, idx([4], [0, 0, 0, 0]))
        found = json.loads(self.succeed("inspect", "data", "--json").stdout)["duplicates"]
        self.assertEqual(found, {"across": 2, "train": 2, "test": 1, "other_label": 2})
        self.assertIn("2 test samples are among the training", self.succeed("inspect", "data").stdout)
        make_data(self.folder / "other", side=6)
        self.assertIn("duplicates  none", self.succeed("inspect", "other").stdout)

    def test_no_sheet(self):
        self.write("train-images-idx2-ubyte", idx([4, 2], range(8)))
        self.write(TRAIN_LABELS, idx([4], [0, 1, 0, 1]))
        self.refuse(1, ["data", "a sheet takes images"], "inspect", "data", "--sheet", "sheet.png")
        make_data(self.folder / "more")
        self.succeed("train", "more", "--out", "run", "--epochs", 1)
        self.refuse(1, ["--sheet", "data set or a model"], "inspect", "run/checkpoint.safetensors",
                    "--sheet", "x.png")

    def test_known_names_say_what_to_run(self):
        self.environment.pop("DESCENT_DATA")
        for name, command in (("mnist", "scripts/fetch-mnist.sh"),
                              ("fashion-mnist", "apt-get install dataset-fashion-mnist")):
            if not os.path.isdir(f"/usr/share/datasets/{name}"):
                self.assertIn(command, self.refuse(1, [name], "inspect", name).stderr)


if __name__ == "__main__":
    unittest.main()
