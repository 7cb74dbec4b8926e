#!/usr/bin/python3
"""Files of runs that were damaged: a bit flipped, or the end cut off. tests/store does the same to models
and checkpoints."""

import json
import os
import shutil
import subprocess
import sys
import unittest
import zlib
from pathlib import Path

from harness import CommandCase, make_data
from tensors import load_tensors, save_tensors

READER = Path(__file__).parents[2] / "scripts/read-model.py"

# A byte in so many is changed, and cut at; 1 for all of them.
STRIDE = int(os.environ.get("DESCENT_TEST_STRIDE", "97"))


class Checksums(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")
        self.succeed("train", "data", "--epochs", "2", "--hidden", "3", "--engine", "packed", "--out",
                     "run", "-q")

    def damaged(self, path):
        """A file's contents, changed in one bit, or cut: at bytes that are spread over all of it."""
        content = path.read_bytes()
        for at in range(0, len(content), STRIDE):
            yield f"bit of byte {at}", (content[:at] + bytes([content[at] ^ 1 << at // STRIDE % 8])
                                        + content[at + 1:])
            yield f"cut at byte {at}", content[:at]

    def test_the_checksum_is_that_of_the_text_behind_its_line(self):
        for name in ("config.json", "result.json"):
            first, line, rest = (self.folder / "run" / name).read_bytes().split(b"\n", 2)
            self.assertEqual(first, b"{")
            self.assertEqual(line, b'  "checksum": "%08x",' % zlib.crc32(rest))

    def test_a_damaged_result_or_configuration_is_left_out_with_a_word(self):
        expected = self.succeed("runs", "run").stdout
        for name in ("result.json", "config.json"):
            path = self.folder / "run" / name
            whole = path.read_bytes()
            for what, content in self.damaged(path):
                with self.subTest(name, damage=what):
                    path.write_bytes(content)
                    found = self.succeed("runs", "run")
                    self.assertTrue(found.stdout == expected or f"run/{name}:" in found.stderr,
                                    found.stdout + found.stderr)
            path.write_bytes(whole)

    def test_a_run_goes_on_as_it_was_or_not_at_all(self):
        shutil.copytree(self.folder / "run", self.folder / "whole")
        self.succeed("train", "--resume", "whole", "--epochs", "3", "-q")
        expected = load_tensors(self.folder / "whole/model.safetensors")[0]
        for what, content in self.damaged(self.folder / "run/config.json"):
            with self.subTest(what):
                shutil.rmtree(self.folder / "again", ignore_errors=True)
                shutil.copytree(self.folder / "run", self.folder / "again")
                (self.folder / "again/config.json").write_bytes(content)
                found = self.run_command("train", "--resume", "again", "--epochs", "3", "-q")
                if found.returncode == 0:
                    self.assertEqual(load_tensors(self.folder / "again/model.safetensors")[0], expected)
                else:
                    self.assertEqual(found.returncode, 1)
                    self.assertIn("again/config.json", found.stderr)
                    self.assertIn("give DATA", found.stderr)

    def test_an_edited_file_says_what_to_do(self):
        path = self.folder / "run/config.json"
        path.write_text(path.read_text().replace('"seconds": ', '"seconds":  '))
        self.assertIn("without that line it is read as it is",
                      " ".join(self.succeed("runs", "run").stderr.split()))
        lines = path.read_text().splitlines()
        path.write_text("\n".join(lines[:1] + lines[2:]))
        self.assertEqual(self.succeed("runs", "run").stderr, "")

    def test_models_of_earlier_versions_are_read_with_a_word(self):
        path = self.folder / "run/model.safetensors"
        expected = self.succeed("evaluate", "run", "data")
        self.assertNotIn("checksum", expected.stderr)
        tensors, metadata = load_tensors(path)
        del metadata["header_crc32"]
        save_tensors(path, tensors, metadata)
        found = self.succeed("evaluate", "run", "data")
        self.assertEqual(found.stdout, expected.stdout)
        self.assertIn("run/model.safetensors: of an earlier version", found.stderr)
        save_tensors(path, tensors, {"loss": "cross-entropy"})  # from elsewhere
        self.assertNotIn("earlier version", self.succeed("evaluate", "run", "data").stderr)

    def test_a_header_that_was_edited_is_refused(self):
        path = self.folder / "run/model.safetensors"
        content = path.read_bytes()
        self.assertIn(b'"loss":"cross-entropy"', content)
        path.write_bytes(content.replace(b'"loss":"cross-entropy"', b'"loss":"cross-entropz"'))
        self.refuse(1, ["run/model.safetensors: CRC-32 of the header: expected", "is damaged",
                        "without header_crc32"], "evaluate", "run", "data")

    def read(self, *arguments, status=0):
        read = subprocess.run([sys.executable, READER, *arguments], capture_output=True, text=True,
                              check=False)
        self.assertEqual(read.returncode, status, read.stderr)
        return read.stdout + read.stderr

    def test_a_reader_by_the_description_alone(self):
        """Answers are those of predict; both checksums are verified."""
        (self.folder / "t.csv").write_text("x,y,target\n" + "".join(
            f"{i % 7 * 10},{i % 5},{3 * (i % 7) - i % 5 + 1000}\n" for i in range(70)))
        self.succeed("train", "t.csv", "--epochs", "30", "--hidden", "4,3", "--activation", "tanh", "--regression",
                     "--out", "areas", "-q")
        model = self.folder / "areas/model.safetensors"
        said = self.read(model, "20", "3").splitlines()
        self.assertEqual(said[0], "0.weight: 2 inputs, 4 outputs, tanh")
        (self.folder / "row.csv").write_text("x,y\n20,3\n")
        told = self.succeed("predict", "areas", "row.csv").stdout.splitlines()[1]
        known = json.loads(load_tensors(model)[1]["preparation"])
        number = float(said[3]) * known["target_deviation"][0] + known["target_mean"][0]
        self.assertAlmostEqual(number, float(told.split(",")[0]), delta=1e-3)
        content = model.read_bytes()
        for at, name in ((len(content) - 3, "crc32"), (content.index(b"preparation") + 30,
                                                       "header_crc32")):
            model.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1:])
            self.assertTrue(self.read(model, status=1).startswith(f"{name}: expected"))


if __name__ == "__main__":
    unittest.main()
