#!/usr/bin/python3
"""descent export: a network as C, compiled by the compilers that are there, gives the bits of predict
--reference; and what is refused. More compilers and processors: scripts/export-everywhere.py."""

import json
import os
import re
import shutil
import struct
import subprocess
import unittest

from exports import ACTIVATIONS, float_lines, make_files, make_networks
from harness import CommandCase, make_data, whole_lines

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
COMPILERS = (["gcc", "-std=c99", "-O0"], ["gcc", "-O3", "-march=native"], ["clang", "-O2"],
             ["clang", "-std=c99", "-O3", "-march=native"], ["tcc"], ["g++", "-x", "c++", "-O2"])
GUARDED = {"memcpy", "memset"}

# Fuses products with sums unless it is told not to, also without options.
ARM = ["aarch64-linux-gnu-gcc", "-static", "-O3"]
EMULATED = "qemu-aarch64"


def there():
    return [compiler for compiler in COMPILERS if shutil.which(compiler[0])]


@unittest.skipUnless(there(), "no compiler")
class CompiledCase(CommandCase):
    def compile(self, compiler, source, *options):
        result = subprocess.run([*compiler, *options, source, "-o", "program"], cwd=self.folder,
                                capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""), compiler)

    def start_program(self, *runner):
        return subprocess.run([*runner, self.folder / "program"], capture_output=True, text=True,
                              check=False)

    def has_arm(self):
        (self.folder / "nothing.c").write_text("#include <stdio.h>\nint main(void) { return 0; }\n")
        return (shutil.which(ARM[0]) and shutil.which(EMULATED) and
                subprocess.run([*ARM, "nothing.c", "-o", "nothing"], cwd=self.folder,
                               capture_output=True, check=False).returncode == 0)

    def train(self, *options):
        make_data(self.folder / "data")
        self.succeed("train", "data", "-q", "--epochs", "2", "--hidden", "6", "--out", "run", *options)


class Compiled(CompiledCase):
    def test_all_compilers_give_the_bits_of_the_reference(self):
        """Networks of all activations and kinds of answers, all in one file."""
        expected = make_networks(self.folder, self.succeed, len(ACTIVATIONS))
        printed = set()
        ways = [(compiler, []) for compiler in there()] + [(ARM, [EMULATED])] * bool(self.has_arm())
        for compiler, runner in ways:
            with self.subTest(" ".join(compiler)):
                self.compile(compiler, "main.c", *STRICT)
                found = self.start_program(*runner)
                self.assertEqual(float_lines(found.stdout), expected)
                self.assertEqual(found.returncode, 0)
                printed.add(found.stdout)
        self.assertEqual(len(printed), 1)

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


def f32(number):
    """Rounded to float; of a sum, product or quotient of two floats this is what floats give."""
    return struct.unpack("<f", struct.pack("<f", number))[0]


class Bytes:
    """A file of C in bytes, read for its constants and computed in whole numbers of any size."""

    def __init__(self, text, name):
        found = re.findall(rf"static const (?:float|u?int8_t|int32_t) {name}_(\w+)\[\d+\] = "
                           r"\{(.*?)\};", text, re.DOTALL)
        self.arrays = {array: [float(word.rstrip("f")) for word in re.findall(r"[^\s,]+", numbers)]
                       for array, numbers in found}
        self.zeros = [int(zero) for zero in re.findall(rf"= .*{name}_requantize\(.*, (\d+)\)", text)]

    def sums(self, layer, x):
        weights, bias = self.arrays[f"weights{layer}"], self.arrays[f"bias{layer}"]
        return [int(bias[o]) + sum(int(weights[i * len(bias) + o]) * x[i] for i in range(len(x)))
                for o in range(len(bias))]

    def largest(self):
        """The magnitude of the largest sum that bytes can make."""
        found = 0
        for layer in range(1, len(self.zeros) + 2):
            bias = self.arrays[f"bias{layer}"]
            for o, start in enumerate(bias):
                row = self.arrays[f"weights{layer}"][o::len(bias)]
                found = max([found, *(abs(start + 255 * sum(w for w in row if w * side > 0))
                                      for side in (1, -1))])
        return int(found)

    def requantize(self, layer, x):
        multiplier, shift = self.arrays[f"multiplier{layer}"], self.arrays[f"shift{layer}"]
        y = [self.zeros[layer - 1] + (s * int(m) * 2 + (1 << int(right)) >> int(right) + 1)
             for s, m, right in zip(self.sums(layer, x), multiplier, shift)]
        y = [min(255, max(0, q)) for q in y]
        table = self.arrays.get(f"table{layer}")
        return [int(table[q]) for q in y] if table else y

    def run(self, features):
        """A regression's numbers in their units."""
        inverse, offset = self.arrays["code"]
        prepared = [f32(f32(value - mean) / deviation) for value, mean, deviation in
                    zip(map(f32, features), map(f32, self.arrays["mean"]),
                        map(f32, self.arrays["deviation"]))]
        x = [int(min(255.0, max(0.0, f32(f32(value * f32(inverse)) + f32(offset)))))
             for value in prepared]
        for layer in range(1, len(self.zeros) + 1):
            x = self.requantize(layer, x)
        last = len(self.zeros) + 1
        (z,) = [f32(s * f32(scale)) for s, scale in zip(self.sums(last, x), self.arrays[f"scale{last}"])]
        return f32(f32(z * f32(self.arrays["target_deviation"][0])) + f32(self.arrays["target_mean"][0]))


class InBytes(CompiledCase):
    def test_it_computes_what_whole_numbers_say(self):
        """Each activation, against Python's integers."""
        rows = make_files(self.folder)["numbers.csv"]
        for activation in ACTIVATIONS:
            with self.subTest(activation):
                self.succeed("train", "numbers.csv", "--regression", "-q", "--hidden", "7,5", "--epochs",
                             "20", "--activation", activation, "--out", "run", "--force")
                said = whole_lines(self.succeed("export", "run", "--c", "run.c", "--int8", "numbers.csv",
                                                "--force").stderr)
                largest = int(re.search(r"no sum exceeds (\S+)", said)[1].replace(",", ""))
                text = (self.folder / "run.c").read_text()
                network = Bytes(text, "run")
                self.assertEqual(largest, network.largest())
                numbers = ", ".join(f"{number!r}f" for row in rows for number in row)
                (self.folder / "ask.c").write_text(
                    f'#include <stdio.h>\n#include "run.c"\nstatic const float rows[] = {{{numbers}}};\n'
                    f"int main(void) {{ int i; float y; for (i = 0; i < {len(rows)}; i++) {{ run_run(rows + "
                    '4 * i, &y); printf("%.9g\\n", (double)y); } return 0; }\n')
                self.compile(there()[0], "ask.c", *STRICT)
                found = [f32(float(line)) for line in self.start_program().stdout.split()]
                self.assertEqual(found, [network.run(row) for row in rows])
                self.compile(there()[0], "run.c", "-DRUN_TEST")
                self.assertEqual(self.start_program().returncode, 0)

    def test_digits_keep_their_accuracy(self):
        self.succeed("train", "digits", "-q", "--epochs", "10", "--out", "run")
        said = whole_lines(self.succeed("export", "run", "--c", "run.c", "--int8", "digits").stderr)
        floats, in_bytes = (float(share) for share in re.findall(r"accuracy (?:is )?(\S+) %", said))
        self.assertGreater(floats, 95)
        self.assertLess(abs(floats - in_bytes), 1)
        wide = (self.folder / "run.c").stat().st_size
        self.succeed("export", "run", "--c", "wide.c")
        self.assertLess(2 * wide, (self.folder / "wide.c").stat().st_size)

    def test_each_changed_constant_fails_the_test(self):
        self.train("--activation", "tanh")
        self.succeed("export", "run", "--c", "run.c", "--int8", "data")
        text = (self.folder / "run.c").read_text()
        arrays = list(re.finditer(r"static const \w+ run_(\w+)\[\d+\] = \{\n    (\S+?)(f?),", text))
        found = [array[1] for array in arrays]
        self.assertEqual(found[:-3], ["weights1", "table1", "bias1", "multiplier1", "shift1", "weights2",
                                      "bias2", "scale2", "code"])
        for array in arrays[:-2]:
            changed = "7" if array[2] != "7" else "8"
            changed += ".0f" if array[3] else ""
            (self.folder / "changed.c").write_text(text[:array.start(2)] + changed + text[array.end(3):])
            self.compile(there()[0], "changed.c", "-DRUN_TEST")
            self.assertEqual(self.start_program().returncode, 1, array[1])


class Exported(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")
        self.succeed("train", "data", "-q", "--epochs", "2", "--hidden", "6", "--out", "run")

    def test_the_file_says_where_it_is_from(self):
        said = whole_lines(self.succeed("export", "run", "--c", "run.c").stderr)
        self.assertRegex(said, r"on 20 test samples: outputs differ from those of engine blas by at most "
                               r"(0|\S+e-0[678]), answers by 0; accuracy \d")
        text = (self.folder / "run.c").read_text()
        crc = re.search(r"crc32 +(\w{8})", self.succeed("inspect", "run").stdout)
        for part in ("command: descent train data -q --epochs 2 --hidden 6 --out run", "fingerprint",
                     "test samples", "9-6-3", "bytes of constants"):
            self.assertIn(part, text)
        self.assertRegex(text, r"CRC-32 [0-9a-f]{8}" if crc is None else crc[1])
        shutil.rmtree(self.folder / "data")
        said = whole_lines(self.succeed("export", "run", "--c", "run.c", "--force").stderr)
        self.assertIn("not compared with the engine", said)

    def test_json_has_what_is_said(self):
        said = self.succeed("export", "run", "--c", "run.c", "--int8", "data", "--json")
        self.assertEqual(said.stderr, "")
        found = json.loads(said.stdout)
        scored = json.loads(self.succeed("evaluate", "run", "data", "--json").stdout)
        self.assertEqual(found["files"], [{"file": "run.c",
                                           "bytes": (self.folder / "run.c").stat().st_size}])
        comparison = found["comparison"]
        self.assertEqual((comparison["samples"], comparison["engine"], comparison["differ"]),
                         (20, "blas", 0))
        self.assertEqual(comparison["accuracy"], scored["accuracy"])
        self.assertLess(comparison["difference"], 1e-6)
        self.assertLess(1e-6, comparison["int8"]["difference"])

    def test_much_stack_is_said(self):
        """A thread may have less; the file's comment says how much in any case."""
        self.assertNotIn("stack", self.succeed("export", "run", "--c", "run.c").stderr)
        self.succeed("train", "data", "-q", "--epochs", "1", "--hidden", "33000", "--out", "wide")
        said = whole_lines(self.succeed("export", "wide", "--c", "wide.c").stderr)
        size = re.search(r"wide\.c: wide_run\(\) takes (\S+) bytes of stack, more than some threads have\n", said)
        self.assertIsNotNone(size, said)
        with open(self.folder / "wide.c", encoding="utf-8") as file:
            commented = re.search(r"(\d+) of scratch on the stack", file.read(4096))[1]
        self.assertEqual(size[1].replace(",", ""), commented)
        self.assertGreater(int(commented), 2 * 33000 * 4)
        found = json.loads(self.succeed("export", "run", "--c", "run.c", "--force", "--json").stdout)
        self.assertLess(0, found["stack"])
        self.assertLess(found["stack"], 1000)

    def test_names_become_identifiers(self):
        (self.folder / "a").mkdir()
        for file, name in (("my net.2.c", "my_net_2"), ("3.c", "net_3"), ("a/b.c", "b")):
            said = self.succeed("export", "run", "--c", file).stderr
            self.assertIn(f"void {name}_run(", (self.folder / file).read_text())
            self.assertEqual("names begin" in said, name != "b", said)
        self.refuse(2, ["--name", "a-b", "a_b"], "export", "run", "--c", "y.c", "--name", "a-b")
        self.assertFalse((self.folder / "y.c").exists())

    def test_files_without_a_name_are_called_as_the_model(self):
        (self.folder / "runs").mkdir()
        shutil.move(self.folder / "run", self.folder / "runs/first")
        self.succeed("export", "runs/first", "--c", "--header=a.h", "--onnx", "--html")
        for file in ("first.c", "first.onnx", "first.html", "a.h"):
            self.assertTrue((self.folder / file).is_file(), file)
        self.refuse(1, ["first.html", "--force"], "export", "runs/first", "--html")
        self.refuse(2, ["--header", 'the option "--force"'], "export", "runs/first", "--header", "--force")

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

    def test_bytes_need_data_of_the_model(self):
        make_data(self.folder / "wide", side=4)
        for status, parts, *options in (
                (2, ["--int8 has an effect only with --c FILE"], "--int8", "data", "--header", "x.h"),
                (2, ["--title has an effect only with --html"], "--title", "T", "--c", "x.c"),
                (2, ["--name has an effect only with --c"], "--name", "a", "--onnx", "x.onnx"),
                (2, ["found x.c twice"], "--c", "x.c", "--header", "x.c"),
                (1, ["nothing"], "--int8", "nothing", "--c", "x.c"),
                (1, ["wide", "run/model.safetensors"], "--int8", "wide", "--c", "x.c")):
            self.refuse(status, parts, "export", "run", *options)
        self.assertEqual(list(self.folder.glob("x.*")), [])

    def test_a_network_that_is_too_large(self):
        self.succeed("train", "data", "-q", "--epochs", "1", "--hidden", "2000,2000", "--out", "large")
        self.refuse(1, ["at most 4000000 parameters", "libdescent"], "export", "large", "--c", "x.c")
        self.assertFalse((self.folder / "x.c").exists())


if __name__ == "__main__":
    unittest.main()
