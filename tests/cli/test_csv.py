#!/usr/bin/python3
"""CSV files: what is read of them, and what is refused, with line and column."""

import gzip
import json
import os
import random
import resource
import unittest

from harness import CommandCase, contents

FLOWERS = ["setosa", "versicolor", "virginica"]


def rows(count=60, seed=1):
    """Flowers, told apart by their numbers."""
    generator = random.Random(seed)
    made = []
    for i in range(count):
        kind = i % 3
        made.append([f"{generator.gauss(5 + kind, 0.3):.2f}", f"{generator.gauss(3 - kind, 0.3):.3g}",
                     FLOWERS[kind]])
    return made


def text(lines, header=("length", "width", "species")):
    return "\n".join(",".join(line) for line in ([list(header)] if header else []) + lines) + "\n"


class Csv(CommandCase):
    def write(self, content, name="data.csv"):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def inspect(self, name="data.csv", *options):
        return json.loads(self.succeed("inspect", name, "--json", *options).stdout)

    def fingerprints(self, name="data.csv", *options):
        found = self.inspect(name, *options)
        return found["train"]["fingerprint"], found["test"]["fingerprint"]

    def refuse_data(self, content, parts, *options, name="data.csv"):
        self.write(content, name)
        before = contents(self.folder)
        for command in (("train", name, "--out", "run"), ("convert", name, "out")):
            self.refuse(1, [name, *parts], *command, *options)
        self.assertEqual(contents(self.folder), before)

    def test_a_file_is_split(self):
        self.write(text(rows()))
        found = self.inspect()
        self.assertEqual((found["train"]["samples"], found["test"]["samples"]), (48, 12))
        self.assertEqual(found["train"]["class_counts"], [16] * 3)
        self.assertEqual(found["train"]["class_names"], FLOWERS)
        self.assertEqual((found["train"]["shape"], found["train"]["values"]), ([2], "floats"))
        self.assertEqual(self.inspect("data.csv", "--test", 0.5)["test"]["samples"], 30)

    def test_train_and_evaluate(self):
        self.write(text(rows(300)))
        self.succeed("train", "data.csv", "--out", "run", "--lr", 0.02)
        found = json.loads(self.succeed("evaluate", "run", "data.csv", "--json").stdout)
        self.assertEqual((found["classes"], found["samples"]), (FLOWERS, 60))
        self.assertGreater(found["accuracy"], 0.9)
        stored = json.loads(self.succeed("inspect", "run/model.safetensors", "--json").stdout)
        self.assertEqual(stored["metadata"]["preprocessing"], "none")
        self.assertNotIn("source", stored["metadata"])

    def test_the_model_remembers_how_to_read(self):
        self.write(text([[row[2], row[0], row[1]] for row in rows(90)], ("kind", "target", "x")))
        self.succeed("train", "data.csv", "--label-column", "kind", "--test", 0.3, "--out", "run",
                     "--epochs", 2)
        found = json.loads(self.succeed("evaluate", "run", "data.csv", "--json").stdout)
        self.assertEqual(found["samples"], 27)
        found = json.loads(self.succeed("evaluate", "run", "data.csv", "--json", "--test-seed", 0).stdout)
        self.assertEqual(found["samples"], 27)

    def test_a_pair(self):
        self.write(text(rows(30)), "data/train.csv")
        self.write(text([row for row in rows(9) if row[2] != "setosa"]), "data/test.csv")
        found = self.inspect("data")
        self.assertEqual((found["train"]["samples"], found["test"]["samples"]), (30, 6))
        self.assertEqual(found["test"]["class_counts"], [0, 3, 3])
        (self.folder / "data/test.csv").unlink()
        self.assertEqual(self.inspect("data")["test"]["samples"], 6)
        os.rename(self.folder / "data/train.csv", self.folder / "data/test.csv")
        self.refuse(1, ["data", "train.csv"], "train", "data")

    def test_the_same_data_in_other_words(self):
        lines = rows()
        self.write(text(lines))
        expected = self.fingerprints()
        quoted = "".join(",".join(f'"{field}"' for field in line) + "\r\n"
                         for line in [["length", "width", "species"]] + lines)
        for what, content in {
                "CRLF": text(lines).replace("\n", "\r\n"),
                "byte order mark": "\ufeff" + text(lines),
                "no last line feed": text(lines).rstrip("\n"),
                "quotes": quoted,
                "empty lines": text(lines).replace("\n", "\n\n"),
                "blanks": text(lines).replace(",", " ,\t"),
                "exponents": text([[f"{float(a) * 100}e-2", b, c] for a, b, c in lines]),
                "plus signs": text([["+" + a, b, c] for a, b, c in lines]),
                "no header": text(lines, None),
                "another header": text(lines, ("0", "1", "label")),
                "CR": text(lines).replace("\n", "\r"),
                "UTF-16": text(lines).encode("utf-16"),
                "UTF-16, the other way": b"\xfe\xff" + text(lines).encode("utf-16-be"),
                "comments": "# made by logger 3\n# site: north\n" + text(lines),
                "a header in a comment": "# " + text(lines),
                "a separator behind": text(lines).replace("\n", ",\n"),
                "a separator behind the samples": text(lines, None).replace("\n", ",\n"),
                "rows of empty fields": text(lines) + ",,\n,,\n",
                "lines of blanks": text(lines).replace("\n", "\n  \t \n"),
                "semicolons and decimal commas": text(lines).replace(",", ";").replace(".", ","),
        }.items():
            with self.subTest(what):
                self.write(content)
                self.assertEqual(self.fingerprints(), expected)
        (self.folder / "data.csv.gz").write_bytes(gzip.compress(text(lines).encode()))
        self.assertEqual(self.fingerprints("data.csv.gz"), expected)

    def test_the_locale_does_not_matter(self):
        self.write(text(rows()))
        expected = self.fingerprints()
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8"):
            self.environment.update(LC_ALL=name, LANG=name)
            self.assertEqual(self.fingerprints(), expected)

    def test_label_columns(self):
        numbers = [[str(i % 4), f"{i / 8}", f"{i * i / 8}"] for i in range(40)]
        self.write(text(numbers, ("a", "b", "c")))
        by_name = self.fingerprints("data.csv", "--label-column", "a")
        for label in ("1", "-3"):
            self.assertEqual(self.fingerprints("data.csv", "--label-column", label), by_name)
        self.write(text(numbers, ("Label", "b", "c")))
        self.assertEqual(self.fingerprints(), by_name)
        self.write(text(numbers, None))
        self.assertEqual(self.fingerprints("data.csv", "--label-column", 1), by_name)
        self.assertEqual(self.inspect("data.csv", "--label-column", 1)["train"]["class_names"],
                         ["0", "1", "2", "3"])
        self.refuse(1, ["data.csv", "which of the 3 columns"], "inspect", "data.csv")
        for label in ("4", "-4", "0", "2.5"):
            self.refuse(1, ["label column", f'"{label}"'], "inspect", "data.csv", "--label-column",
                        label, "--header", "no")
        for label in (",", "1,", ",1", "1,,2"):
            self.refuse(1, ["label column", 'found ""'], "inspect", "data.csv", "--label-column", label)
        self.refuse(1, ["ignore", 'found ""'], "inspect", "data.csv", "--label-column", "1", "--ignore", ",")
        self.write(text(numbers, ("a", "b", "b")))
        self.refuse(1, ["several columns", '"b"'], "inspect", "data.csv", "--label-column", "b")
        self.refuse(1, ["label column", '"d"'], "inspect", "data.csv", "--label-column", "d")

    def test_header(self):
        numbers = [[f"{i / 8}", f"{i * i / 8}", str(i % 2)] for i in range(40)]
        self.write(text(numbers, ("0.5", "1.5", "2")))
        label = ("--label-column", 3)
        self.assertEqual(self.inspect("data.csv", "--header", "yes", *label)["train"]["samples"], 32)
        found = self.inspect("data.csv", "--header", "no", *label)
        self.assertEqual(found["train"]["samples"] + found["test"]["samples"], 41)
        self.refuse(2, ["--header"], "inspect", "data.csv", "--header", "maybe")

    def test_bytes_and_floats(self):
        def digits(last, header=("pixel0", "pixel1", "label")):
            return text([[str(i * 5 % 256), str(255 - i), "ab"[i % 2]] for i in range(49)]
                        + [["0", last, "b"]], header)
        for header in (("pixel0", "pixel1", "label"), ("Pixel_1", "Pixel_2", "label"), ("1x1", "1x2", "label"),
                       ("1x1", "2x1", "label")):
            self.write(digits("255", header))
            found = self.inspect()
            self.assertEqual((found["train"]["values"], found["train"]["maximum"]), ("bytes", 255))
            found = self.inspect("data.csv", "--values", "floats")["train"]
            self.assertEqual((found["values"], found["maximum"]), ("floats", 255))
        for last in ("256", "1.0", "-1", "1e1"):
            with self.subTest(last):
                self.write(digits(last))
                self.assertEqual(self.inspect()["train"]["values"], "floats")
        found = self.inspect("data.csv", "--values", "bytes")["train"]
        self.assertEqual(found["values"], "floats") # divided by 255 already
        self.assertAlmostEqual(found["maximum"], 1.0, delta=1e-6)

    def test_only_pixels_are_divided(self):
        for header in (None, ("a", "b", "label"), ("pixel0", "age", "label"), ("pixel1", "pixel0", "label"),
                       ("pixel2", "pixel3", "label"), ("1x1", "1x3", "label"), ("pixel", "pixel1", "label")):
            for most in (1, 15, 16, 99, 255, 256):
                with self.subTest(f"{header} {most}"):
                    self.write(text([[str(i % 2 * most), str(i % 3 % 2 * most), "xy"[i % 2]]
                                     for i in range(60)], header))
                    found = self.inspect()["train"]
                    self.assertEqual((found["values"], found["maximum"]), ("floats", most))
        for options in (["--values", "bytes"], ["--size", "1x2"]):
            self.write(text([[str(i % 2 * 9), str(i % 3), "xy"[i % 2]] for i in range(60)], None))
            self.assertEqual(self.inspect("data.csv", *options)["train"]["values"], "bytes")

    def test_bytes_that_are_no_whole_numbers_are_divided_in_all_parts(self):
        generator = random.Random(5)
        def table(unit, count):
            return text([[f"{(60 + 120 * (i % 2) + generator.randrange(40) + 0.5) / unit!r}", "ab"[i % 2]]
                         for i in range(count)], None)
        for unit, name in ((1, "bytes"), (255, "shares")):
            generator.seed(5)
            self.write(table(unit, 90), f"{name}/train.csv")
            self.write(table(unit, 30), f"{name}/test.csv")
        trained = {}
        for name, options in (("bytes", ["--values", "bytes"]), ("shares", ["--standardize", "none"])):
            trained[name] = json.loads(self.succeed("train", name, *options, "--out", f"of-{name}",
                                                    "--hidden", "32", "--epochs", "5",
                                                    "--weight-decay", "0.1", "--json", "-q").stdout)
            for found in (trained[name], json.loads(
                    self.succeed("evaluate", f"of-{name}", name, "--json").stdout)):
                loss = found["test"]["loss"] if "test" in found else found["loss"]
                self.assertAlmostEqual(loss, trained[name]["test"]["loss"], delta=1e-6)
        for part in ("train", "validation", "test"):
            self.assertAlmostEqual(trained["bytes"][part]["loss"], trained["shares"][part]["loss"],
                                   delta=1e-4)
        self.refuse(2, ["--values", "expected bytes", "found floats"], "evaluate", "of-bytes",
                    "bytes", "--values", "floats")
        self.refuse(2, ["--values", "expected floats", "found bytes"], "evaluate", "of-shares",
                    "shares", "--values", "bytes")

    def test_quoted_labels(self):
        names = ['a,b', 'say "hi"', " both ", "plain"]
        lines = [[f"{i / 3:.4f}", '"' + names[i % 4].replace('"', '""') + '"'] for i in range(40)]
        self.write(text(lines, None))
        self.assertEqual(self.inspect()["train"]["class_names"], sorted(names))
        expected = self.inspect()
        self.succeed("convert", "data.csv", "out", "--csv")
        found = self.inspect("out")
        for part in ("train", "test"):
            self.assertEqual(found[part], expected[part])

    def test_floats_survive(self):
        generator = random.Random(5)
        lines = [[repr(generator.uniform(-1, 1) * 10.0 ** generator.randint(-30, 30)),
                  repr(float(generator.randint(0, 9))), "ab"[i % 2]] for i in range(200)]
        self.write(text(lines))
        self.succeed("convert", "data.csv", "idx")
        self.succeed("convert", "idx", "csv", "--csv")
        self.assertEqual(self.fingerprints("idx"), self.fingerprints())
        self.assertEqual(self.fingerprints("csv"), self.fingerprints())
        names = {path.name for path in (self.folder / "idx").iterdir()}
        self.assertIn("train-images-idx2-float.gz", names)

    def test_many_classes(self):
        self.write(text([[str(i / 7), f"class {i % 300:03}"] for i in range(900)], ("x", "label")))
        self.succeed("convert", "data.csv", "idx")
        self.assertTrue((self.folder / "idx/train-labels-idx1-int.gz").exists())
        self.assertEqual(self.fingerprints("idx"), self.fingerprints())

    def test_regression(self):
        self.write(text([[f"{i / 3:.3f}", f"{i % 7}.5", f"{-i}"] for i in range(50)], ("x", "y", "z")))
        found = self.inspect("data.csv", "--regression", "--label-column", "z")
        self.assertEqual((found["train"]["classes"], len(found["train"]["targets"])), (0, 1))
        self.assertEqual((found["train"]["samples"], found["train"]["shape"]), (40, [2]))
        found = self.inspect("data.csv", "--regression", "--label-column", "z,x")
        self.assertEqual((len(found["train"]["targets"]), found["train"]["shape"]), (2, [1]))
        self.assertLess(found["train"]["targets"][0]["maximum"], 1)
        self.assertGreater(found["train"]["targets"][1]["maximum"], 14)
        options = ("--regression", "--label-column", "z,x")
        expected = self.fingerprints("data.csv", *options)
        self.succeed("convert", "data.csv", "idx", *options)
        self.assertEqual(self.fingerprints("idx", "--regression"), expected)
        self.write(text([["1.5", "2.5", "?"]] * 10, ("x", "y", "target")))
        self.refuse(1, ["line 2, column 3 (target)", '"?"'], "inspect", "data.csv", "--regression")

    def test_not_numbers(self):
        for field in ("inf", "-inf", "Infinity", "1e39", "-1e999", "1,5", "0x10", "1_000",
                      "1 2", "--1", "1e", ".", "e5", "1..2"):
            for line in (9, 12):
                lines = rows()
                lines[line - 2][1] = f'"{field}"'
                with self.subTest(field):
                    self.refuse_data(text(lines), [f"line {line}, column 2 (width)", f'"{field}"'])
        lines = rows()
        lines[7][1:] = ["1", ""]
        self.refuse_data(text(lines), ["line 9, column 3 (species)", "expected a label", "missing"])

    def test_missing_values_can_be_refused(self):
        for field in ("nan", "NaN", "?", "NA", "null"):
            lines = rows()
            lines[7][1] = field
            with self.subTest(field):
                self.refuse_data(text(lines), ["line 9, column 2 (width)", f'"{field}"'], "--missing",
                                 "refuse")
        lines = rows()
        lines[0][0] = ""
        self.refuse_data(text(lines, None), ["line 1, column 1", "missing value"], "--missing", "refuse")

    def test_ragged(self):
        lines = rows()
        for line in (lines[:20] + [["1", "2"]] + lines[20:], lines[:20] + [["1", "2", "setosa", "3"]]):
            self.refuse_data(text(line), ["line 22", "expected 3 fields", f"found {len(line[20])}"])

    def test_broken_text(self):
        whole = text(rows())
        for what, content, parts in (
                ("quote", whole + '1,2,"setosa\n' + whole, ["closing quote", "column 3"]),
                ("half a quote", whole + '1,2,set"osa\n', ["line 62, column 3", "whole field"]),
                ("behind a quote", whole + '1,2,"setosa"x\n', ["line 62, column 3", "closing quote"]),
                ("NUL", whole.encode() + b"1,2\0,setosa\n", ["line 62, column 2", "NUL byte"]),
                ("UTF-16 without its mark", whole.encode("utf-16-le"), ["NUL byte", "byte order mark"]),
                ("carriage return", whole + "1,2\r3,setosa\n", ["line 62", "expected 3 fields", "found 2"]),
                ("not UTF-8", whole.encode() + b"1,2,set\xffosa\n", ["line 62, column 3", "0xff"]),
                ("control character", whole + '1,2,"set\nosa"\n', ["column 3", "0x0a"]),
                ("long label", whole + f"1,2,{'x' * 256}\n", ["line 62, column 3", "256"]),
                ("empty", "", ["at least one line"]),
                ("header alone", "a,b,label\n", ["at least one line"]),
                ("one column", text([["a"], ["b"]] * 10, ("label",)), ["besides the label"])):
            with self.subTest(what):
                self.refuse_data(content, parts)

    def test_other_separators(self):
        self.write(text(rows()))
        expected = self.fingerprints()
        self.succeed("train", "data.csv", "--out", "run", "--epochs", 1)
        answers = self.succeed("predict", "run", "data.csv").stdout
        for name, separator in (("semicolon", ";"), ("tab", "\t"), ("bar", "|"), ("blanks", "  ")):
            self.write(text(rows()).replace(",", separator))
            with self.subTest(name):
                self.assertEqual(self.fingerprints(), expected)
                self.assertEqual(self.fingerprints("data.csv", "--separator", name), expected)
                self.assertEqual(self.succeed("predict", "run", "data.csv").stdout, answers)
                self.refuse(1, ["one field", "--separator"], "inspect", "data.csv", "--separator",
                            "comma")
        self.refuse(2, ["--separator"], "inspect", "data.csv", "--separator", "x")

    def test_the_model_remembers_the_separator(self):
        self.write(text(rows()).replace(",", ":"))
        self.refuse(1, ["--separator"], "train", "data.csv", "--out", "run")
        self.succeed("train", "data.csv", "--separator", "colon", "--out", "run", "--epochs", 1)
        found = json.loads(self.succeed("evaluate", "run", "data.csv", "--json").stdout)
        self.assertEqual(found["samples"], 12)
        self.assertEqual(len(self.succeed("predict", "run", "data.csv").stdout.splitlines()), 61)

    def test_an_ending_in_capitals(self):
        self.write(text(rows()), "DATA.CSV")
        self.assertEqual(self.inspect("DATA.CSV")["train"]["samples"], 48)
        (self.folder / "models").mkdir()
        self.succeed("train", "DATA.CSV", "--epochs", 1)
        self.succeed("predict", next((self.folder / "models").iterdir()), "DATA.CSV")

    def test_damaged_gzip(self):
        packed = gzip.compress(text(rows(2000)).encode())
        self.refuse_data(packed[:len(packed) // 2], ["gzip"], name="data.csv.gz")
        self.refuse_data(packed + b"x", ["trailing"], name="data.csv.gz")

    def test_numbers_in_the_place_of_labels(self):
        self.write(text([[str(i / 7), str(i * i / 8)] for i in range(40)], ("x", "target")))
        self.refuse(1, ["40 of 40 classes with one", "regression"], "train", "data.csv", "--out", "run")
        self.succeed("train", "data.csv", "--out", "run", "--epochs", 1, "--regression")

    def test_one_class(self):
        self.write(text([[str(i / 7), "a"] for i in range(20)], ("x", "label")))
        self.refuse(1, ["data.csv", "2 classes"], "train", "data.csv", "--out", "run")

    def test_a_label_that_training_lacks(self):
        self.write(text(rows()), "data/train.csv")
        self.write(text(rows(5) + [["1", "2", "tulipa"]]), "data/test.csv")
        self.refuse(1, ["data/test.csv", "line 7, column 3 (species)", "training data", '"tulipa"'],
                    "train", "data", "--out", "run")

    def test_huge_lines_take_no_memory(self):
        """Of a line of 2 GB (a file with a hole) only the first bytes are read."""
        path = self.write(text(rows()) + "1,2,")
        with open(path, "r+b") as file:
            file.seek(0, os.SEEK_END)
            file.write(b"x" * (20 << 20))
            file.truncate(2 << 30)
        self.refuse(1, ["data.csv", "line 62", "16777216 bytes"], "train", "data.csv", "--out", "run")
        self.write(text(rows()) + '1,2,"' + "x\n" * (9 << 20))
        self.refuse(1, ["data.csv", "line 62", "16777216 bytes", "quote"], "train", "data.csv")
        path.write_bytes(b"")
        os.truncate(path, 2 << 30)
        self.refuse(1, ["data.csv", "NUL byte"], "train", "data.csv")
        kibibytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(kibibytes, 1 << 20)

    def test_memory_limit(self):
        self.write(text([[str(i % 9 / 8)] * 1000 + ["ab"[i % 2]] for i in range(400)], None))
        self.refuse(1, ["data.csv", "320 samples need 1.2 MiB", "limit is 1.0 MiB"],
                    "train", "data.csv", "--memory-limit", 1)

    def test_wrong_shape(self):
        self.refuse_data(text(rows()), ["expected 12 numbers", "found 2"], "--size", "3x4")

    def test_not_a_csv_file(self):
        self.write("hello", "data.doc")
        self.refuse(1, ["data.doc", ".csv"], "train", "./data.doc")
        (self.folder / "folder.csv").mkdir()
        self.refuse(1, ["folder.csv"], "train", "folder.csv")


if __name__ == "__main__":
    unittest.main()
