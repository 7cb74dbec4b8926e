#!/usr/bin/python3
"""Small files that claim, or unpack to, gigabytes: one line each, before memory is taken for them."""

import gzip
import json
import math
import os
import signal
import struct
import subprocess
import time
import unittest
import zlib
from pathlib import Path

from harness import (COMMAND, TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, CommandCase, contents, idx,
                     make_data)

MODEL = Path(os.environ["DESCENT_DATA"]).parent / "models/digits/model.safetensors"
GIGABYTES = 3 * 10**9


def npy(shape):
    text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def safetensors(header):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(header)) + header


def png(height, width, packed):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", packed) + chunk(b"IEND", b""))


class Bombs(CommandCase):
    def sparse(self, name, start, hole):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(start)
        os.truncate(path, len(start) + hole)

    def measure(self, stdout, stderr, *arguments):
        """The command's status, and the most memory that it had, in KiB."""
        process = subprocess.Popen([COMMAND, *map(str, arguments)], cwd=self.folder, env=self.environment,
                                   stdout=stdout, stderr=stderr)
        _, ended, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(ended)
        return process.returncode, usage.ru_maxrss

    def defuse(self, parts, *arguments, status=1):
        """One line with those parts, of a process that never had 300 MiB: as it comes, it has 10, and with
        sanitizers more."""
        before = sorted(self.folder.rglob("*"))
        said = self.folder.parent / (self.folder.name + ".said")
        with open(said, "w+", encoding="utf-8") as file:
            self.addCleanup(said.unlink, missing_ok=True)
            ended, kibibytes = self.measure(subprocess.DEVNULL, file, *arguments)
        text = said.read_text()
        self.assertEqual(ended, status, text)
        self.assertEqual(len(text.splitlines()), 1, text)
        for part in parts:
            self.assertIn(part, text)
        self.assertLess(kibibytes, 300 << 10, arguments)
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_arrays(self):
        for what, samples, answers, parts in (
                ("wide", (3, 10**9), (3,), ["at most 268435456 numbers, found 1000000000"]),
                ("high", (3, 10**5, 2000), (3,), ["at most 67108864 pixels, found 100000 x 2000"]),
                ("labels", (30, 3), (9 * 10**8,), ["expected 30 labels", "found 900000000"]),
                ("both", (3 * 10**9, 1), (3 * 10**9,), ["of memory, and the limit is"])):
            with self.subTest(what):
                for name, shape in (("x", samples), ("y", answers)):
                    self.sparse(f"{what}/{name}_train.npy", npy(shape), math.prod(shape))
                self.defuse(parts, "train", what, "--memory-limit", 4000)

    def test_packed_arrays(self):
        zeros = gzip.compress(bytes(32 << 20))
        for name, sizes, parts in (
                (TRAIN_IMAGES, [60, 3, 3], ["expected its end at offset 556, found trailing bytes"]),
                (TRAIN_IMAGES, [60, 8000, 8000], ["bytes by its header", "cannot hold so many"]),
                (TRAIN_LABELS, [30 << 20], ["expected 60 labels", "found 31457280"]),
                (TEST_LABELS, [20], ["expected its end at offset 28"]),
                (TEST_IMAGES, [1 << 31, 1, 1], ["cannot hold so many"])):
            with self.subTest(f"{name}: {sizes}"):
                data = make_data(self.folder / "data")
                (data / name).unlink()
                packed = data / (name + ".gz")
                packed.write_bytes(gzip.compress(idx(sizes, [])) + zeros)
                self.defuse([packed.name, *parts], "train", "data")
                packed.unlink()

    def test_tables(self):
        """Longer lines are in cli_csv."""
        (self.folder / "wide.csv").write_text(",".join(["1"] * 600000) + ",a\n" + ",".join(["2"] * 600000) + ",b\n")
        self.defuse(["1 to 524288 features, found 600000"], "train", "wide.csv", "--label-column", "-1",
                    "--header", "no")

    def test_pictures(self):
        zeros = zlib.compress(bytes(64 << 20))
        for name, content, parts in (
                ("packed.png", png(10, 10, zeros), ["packed pixels are more than its size has room for"]),
                ("claimed.png", png(30000, 30000, zeros), ["67108864 pixels, found 30000 x 30000"]),
                ("claimed.pgm", b"P5\n99999999999999999999 9999999999 255\n", ["bad header"]),
                ("short.pgm", b"P5\n8000 8000 255\n" + bytes(100), ["100 of its 64000000 samples"])):
            with self.subTest(name):
                (self.folder / name).write_bytes(content)
                self.defuse([name, *parts], "predict", MODEL, name)
        self.sparse("sparse.png", b"\x89PNG\r\n\x1a\n", GIGABYTES)
        self.defuse(["sparse.png: expected at most 268435456 bytes"], "predict", MODEL, "sparse.png")

    def test_models(self):
        """Headers are right, and the tensors that they tell of are there; they are no model's."""
        vector = {"x": {"dtype": "F32", "shape": [GIGABYTES // 4], "data_offsets": [0, GIGABYTES]}}
        lonely = {"0.weight": {"dtype": "F32", "shape": [750, 10**6], "data_offsets": [0, GIGABYTES]}}
        for what, header, parts in (("vector", vector, ["expected 0.weight, found none"]),
                                    ("lonely", lonely, ["expected weight and bias, found no bias"])):
            with self.subTest(what):
                self.sparse("model.safetensors", safetensors(header), GIGABYTES)
                self.defuse(["model.safetensors", *parts], "predict", "model.safetensors", "3.png")
                self.defuse(parts, "evaluate", "model.safetensors", "digits")
        for what, text in (("keys", b'{"__metadata__":{' + b",".join(b'"%d":""' % i for i in range(600000)) + b"}}"),
                           ("deep", b'{"a":' * 600000 + b"1" + b"}" * 600000)):
            with self.subTest(what):
                (self.folder / "model.safetensors").write_bytes(safetensors(text))
                self.defuse(["at most 524288 brackets and commas"], "inspect", "model.safetensors")

    def test_a_large_model_is_held_once(self):
        """It took three times its file; one more may stay with a sanitizer that keeps what was freed."""
        numbers = 50 * 10**6
        header = {"0.weight": {"dtype": "F32", "shape": [50, 10**6], "data_offsets": [0, 4 * numbers]},
                  "0.bias": {"dtype": "F32", "shape": [50], "data_offsets": [4 * numbers, 4 * numbers + 200]}}
        self.sparse("large.safetensors", safetensors(header), 4 * numbers + 200)
        with open(self.folder / "said", "wb") as file:
            status, kibibytes = self.measure(file, subprocess.DEVNULL, "inspect", "large.safetensors", "--json")
        self.assertEqual(status, 0)
        self.assertEqual(json.loads((self.folder / "said").read_text())["architecture"], "1000000-50")
        self.assertLess(kibibytes, 500000)

    def test_run_files(self):
        self.succeed("train", "digits", "-q", "--epochs", "1", "--out", "run")
        kept = {path.name: path.read_bytes() for path in (self.folder / "run").iterdir()}
        for name, content, parts in (
                ("config.json", b'{"a":[' + b"{}," * (2 << 20) + b"{}]}", ["at most 4194304 bytes"]),
                ("config.json", b'{"a":' * 500000 + b"1" + b"}" * 500000, ["maximum parsing depth"]),
                ("metrics.csv", kept["metrics.csv"] + b"\n" * (9 << 20), ["at most 8388608 rows"])):
            with self.subTest(f"{name}: {parts[0]}"):
                (self.folder / "run" / name).write_bytes(content)
                if name == "metrics.csv":
                    self.defuse([name, *parts], "plot", "run")
                else:
                    said = self.run_command("train", "--resume", "run").stderr
                    for part in (name, *parts):
                        self.assertIn(part, said)
                (self.folder / "run" / name).write_bytes(kept[name])


class LoadingIsInterrupted(CommandCase):
    """Whatever is being read or written, Ctrl-C ends it at once, with a line, and leaves nothing."""

    def end(self, process, number):
        started = time.monotonic()
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + number, said)
        self.assertLess(time.monotonic() - started, 10, "it went on for a while")
        return said

    def write_table(self, times):
        rows = "".join(f"{i % 7},{i % 11},{i % 13},{'ab'[i % 2]}\n" for i in range(100000))
        (self.folder / "data.csv").write_text(rows * times)

    def test_while_reading(self):
        self.write_table(20)
        for number, line in ((signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated"),
                             (signal.SIGHUP, "ended, as its terminal was")):
            for command in (["train", "data.csv", "--out", "run"], ["convert", "data.csv", "converted"]):
                with self.subTest(f"{line}: {command}"):
                    process = self.start(*command)
                    self.wait_for(lambda process=process: self.has_open(process, "data.csv"), process)
                    self.assertEqual(self.end(process, number), f"descent: {line}\n")
                    self.assertEqual([path.name for path in self.folder.iterdir()], ["data.csv"])

    def has_open(self, process, name):
        try:
            links = [os.readlink(link) for link in Path(f"/proc/{process.pid}/fd").iterdir()]
        except OSError:
            return False
        return any(link.endswith(name) for link in links)

    def test_while_writing(self):
        (self.folder / "data").mkdir()
        for name, start, hole in (("x", npy((100, 1000, 1000)), 10**8), ("y", npy((100,)) + bytes([0, 1] * 50), 0)):
            path = self.folder / f"data/{name}_train.npy"
            path.write_bytes(start)
            os.truncate(path, len(start) + hole)
        self.succeed("convert", "digits", "converted")
        before = contents(self.folder)
        process = self.start("convert", "data", "converted", "--force")
        new = self.folder / ".descent-converted.new"
        self.wait_for(lambda: new.exists() and any(new.iterdir()), process)
        self.assertEqual(self.end(process, signal.SIGINT), "descent: interrupted\n")
        self.assertFalse(new.exists())
        self.assertEqual(contents(self.folder), before)

    def test_what_is_ignored_is_ignored(self):
        """As under nohup."""
        self.write_table(1)
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        process = self.start("convert", "data.csv", "converted")
        signal.signal(signal.SIGHUP, before)
        self.wait_for(lambda: self.has_open(process, "data.csv"), process)
        process.send_signal(signal.SIGHUP)
        self.assertEqual(self.finish(process).returncode, 0)


if __name__ == "__main__":
    unittest.main()
