#!/usr/bin/python3
"""descent export: a network as C, compiled by the compilers that are there, gives the bits of predict
--reference; and what is refused. More compilers and processors: scripts/export-everywhere.py."""

import os
import re
import shutil
import subprocess
import unittest

from exports import ACTIVATIONS, make_networks
from harness import CommandCase, make_data, whole_lines

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
COMPILERS = (["gcc", "-std=c99", "-O0"], ["gcc", "-O3", "-march=native"], ["clang", "-O2"],
             ["clang", "-std=c99", "-O3", "-march=native"], ["tcc"], ["g++", "-x", "c++", "-O2"])
GUARDED = {"memcpy", "memset"}


def there():
    return [compiler for compiler in COMPILERS if shutil.which(compiler[0])]


@unittest.skipUnless(there(), "no compiler")
class Compiled(CommandCase):
    def compile(self, compiler, source, *options):
        result = subprocess.run([*compiler, *options, source, "-o", "program"], cwd=self.folder,
                                capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""), compiler)

    def start_program(self):
        return subprocess.run([self.folder / "program"], capture_output=True, text=True, check=False)

    def test_all_compilers_give_the_bits_of_the_reference(self):
        """Networks of all activations and kinds of answers, all in one file."""
        expected = make_networks(self.folder, self.succeed, len(ACTIVATIONS))
        for compiler in there():
            with self.subTest(" ".join(compiler)):
                self.compile(compiler, "main.c", *STRICT)
                found = self.start_program()
                self.assertEqual(found.stdout, expected)
                self.assertEqual(found.returncode, 0)

    def train(self, *options):
        make_data(self.folder / "data")
        self.succeed("train", "data", "-q", "--epochs", "2", "--hidden", "6", "--out", "run", *options)

    def test_a_file_needs_nothing(self):
        self.train("--activation", "gelu")
        self.succeed("export", "run", "--c", "run.c", "--header", "run.h")
        text = (self.folder / "run.c").read_text()
        self.assertEqual(re.findall(r"#include <(.*)>", text), ["stdint.h", "string.h"])
        for compiler in (one for one in there() if one[0] in ("gcc", "clang")):
            subprocess.run([*compiler, "-c", "run.c"], cwd=self.folder, check=True)
            said = subprocess.run(["nm", "--undefined-only", "run.o"], cwd=self.folder, check=True,
                                  capture_output=True, text=True).stdout
            self.assertLessEqual(set(said.split()) - {"U"}, GUARDED, compiler)
        (self.folder / "user.c").write_text('#include "run.h"\nint main(void) { float x[RUN_INPUTS] = {0}, '
                                            "y[RUN_ANSWERS]; run_run(x, y); return run_classify(x) < 0 || "
                                            "run_names[2][0] != '2'; }\n")
        self.compile(there()[0], "user.c", *STRICT, "run.c")
        self.assertEqual(self.start_program().returncode, 0)

    def test_each_changed_constant_fails_the_test(self):
        self.train("--standardize", "feature")
        self.succeed("export", "run", "--c", "run.c")
        text = (self.folder / "run.c").read_text()
        arrays = list(re.finditer(r"static const float run_(\w+)\[\d+\] = \{\n    (\S+),", text))
        self.assertEqual([array[1] for array in arrays],
                         ["mean", "deviation", "weights1", "bias1", "weights2", "bias2", "samples"])
        for array in arrays:
            changed = "0.375f" if array[2] != "0.375f" else "0.5f"
            (self.folder / "changed.c").write_text(
                text[:array.start(2)] + changed + text[array.end(2):])
            self.compile(there()[0], "changed.c", "-DRUN_TEST")
            self.assertEqual(self.start_program().returncode, 1, array[1])
        self.compile(there()[0], "run.c", "-DRUN_TEST")
        self.assertEqual(self.start_program().returncode, 0)

    def test_fast_math_is_refused(self):
        self.train()
        self.succeed("export", "run", "--c", "run.c")
        for compiler in (one for one in there() if one[0] != "tcc"):
            result = subprocess.run([*compiler, "-ffast-math", "-c", "run.c"], cwd=self.folder,
                                    capture_output=True, text=True, check=False)
            self.assertNotEqual(result.returncode, 0, compiler)
            self.assertIn("compile this file without it", result.stderr)


class Exported(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")
        self.succeed("train", "data", "-q", "--epochs", "2", "--hidden", "6", "--out", "run")

    def test_the_file_says_where_it_is_from(self):
        said = whole_lines(self.succeed("export", "run", "--c", "run.c").stderr)
        self.assertRegex(said, r"on 20 test samples: outputs differ from those of engine blas by at most "
                               r"\S+e-0[678], answers by 0; accuracy \d")
        text = (self.folder / "run.c").read_text()
        crc = re.search(r"crc32 +(\w{8})", self.succeed("inspect", "run").stdout)
        for part in ("command: descent train data -q --epochs 2 --hidden 6 --out run", "fingerprint",
                     "test samples", "9-6-3", "bytes of constants"):
            self.assertIn(part, text)
        self.assertRegex(text, r"CRC-32 [0-9a-f]{8}" if crc is None else crc[1])
        shutil.rmtree(self.folder / "data")
        said = whole_lines(self.succeed("export", "run", "--c", "run.c", "--force").stderr)
        self.assertIn("not compared with the engine", said)

    def test_names_become_identifiers(self):
        for folder, name in (("my run.2", "my_run"), ("3", "net_3"), ("a/b.c", "b")):
            path = self.folder / folder
            path.parent.mkdir(exist_ok=True)
            shutil.copytree(self.folder / "run", path)
            said = self.succeed("export", folder, "--c", "x.c", "--force").stderr
            self.assertIn(f"void {name}_run(", (self.folder / "x.c").read_text())
            self.assertEqual("names begin" in said, name != "b", said)
        self.refuse(2, ["--name", "a-b", "a_b"], "export", "run", "--c", "y.c", "--name", "a-b")
        self.assertFalse((self.folder / "y.c").exists())

    def test_nothing_is_written_by_halves(self):
        self.refuse(2, ["expected an output"], "export", "run")
        self.refuse(2, ["one model"], "export", "--c", "run.c")
        self.refuse(1, ["no such model"], "export", "nowhere", "--c", "run.c")
        self.refuse(1, ["cannot be"], "export", "run", "--c", "nowhere/run.c")
        (self.folder / "old.h").write_text("mine")
        self.refuse(1, ["old.h", "--force"], "export", "run", "--c", "run.c", "--header", "old.h")
        self.assertFalse((self.folder / "run.c").exists())
        self.assertEqual((self.folder / "old.h").read_text(), "mine")
        self.succeed("export", "run", "--c", "run.c", "--header", "old.h", "--force", "-q")
        self.assertIn("run_run", (self.folder / "old.h").read_text())
        if os.geteuid() != 0:
            (self.folder / "locked").mkdir(0o500)
            self.refuse(1, ["locked/run.c", "denied"], "export", "run", "--c", "locked/run.c")

    def test_a_network_that_is_too_large(self):
        self.succeed("train", "data", "-q", "--epochs", "1", "--hidden", "2000,2000", "--out", "large")
        self.refuse(1, ["at most 4000000 parameters", "libdescent"], "export", "large", "--c", "x.c")
        self.assertFalse((self.folder / "x.c").exists())


if __name__ == "__main__":
    unittest.main()
