#!/usr/bin/python3
"""Tables as people have them: dialects, titles, labels, and which files of a folder make a data set."""

import gzip
import json
import random
import unittest

from harness import CommandCase, whole_lines

FEATURES = ["a", "b", "c", "d"]


def flowers(count=150):
    """Four numbers and one of three classes, which the numbers tell."""
    generator = random.Random(7)
    return [([f"{generator.gauss((i % 3 - 1) * (1 if j % 2 else -1), 0.3):.3f}" for j in range(4)],
             "xyz"[i % 3]) for i in range(count)]


def table(rows, header=(*FEATURES, "label"), by=",", end="\n"):
    return "".join(by.join(map(str, row)) + end for row in ([header] if header else []) + rows)


class TableFiles(CommandCase):
    def setUp(self):
        super().setUp()
        self.rows = [numbers + [kind] for numbers, kind in flowers()]
        self.write("plain.csv", table(self.rows))
        self.expected = self.fingerprints("plain.csv")

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def inspect(self, name, *options):
        return json.loads(self.succeed("inspect", name, "--json", *options).stdout)

    def fingerprints(self, name, *options):
        found = self.inspect(name, *options)
        return [found[part]["fingerprint"] for part in ("train", "test")]

    def test_the_same_table_in_many_files(self):
        plain = table(self.rows)
        decimal = table([[field.replace(".", ",") for field in row] for row in self.rows], by=";")
        for name, content in {
                "german.csv": decimal,
                "quoted.csv": "".join(";".join(f'"{field}"' for field in line.split(";")) + "\r\n"
                                      for line in decimal.splitlines()),
                "tabs.tsv": table(self.rows, by="\t"),
                "tabs.csv": table(self.rows, by="\t"),
                "blanks.data": table([["", *row] for row in self.rows], ("", *FEATURES, "label"), by="  "),
                "blanks.txt": table([["", *row] for row in self.rows], None, by="   "),
                "bars.txt": table(self.rows, by="|"),
                "adult.data": table(self.rows, None, by=", "),
                "excel.csv": plain.encode("utf-16"),
                "excel.txt": b"\xfe\xff" + table(self.rows, by="\t", end="\r\n").encode("utf-16-be"),
                "utf8.csv": b"\xef\xbb\xbf" + plain.encode(),
                "trail.csv": table([[*row, ""] for row in self.rows], (*FEATURES, "label", "")),
                "half.csv": table([[*row, ""] for row in self.rows]),
                "notes.csv": "# made by logger 3\n# site: north\n\n" + plain,
                "savetxt.txt": "# a b c d label\n" + table(self.rows, None, by=" "),
                "numbered.csv": table(self.rows, ("#", *FEATURES[1:], "label")),
                "rows.csv": plain + ",,,,\n,,,,\n",
                "lines.csv": "\n  \n" + plain.replace("\n", "\n \t\n\n") + "   \n",
                "mac.csv": table(self.rows, end="\r"),
                "sep.csv": "sep=;\n" + table(self.rows, by=";"),
                "packed.tsv.gz": gzip.compress(table(self.rows, by="\t").encode()),
                "CAPITALS.DATA": plain}.items():
            with self.subTest(name):
                self.write(name, content)
                self.assertEqual(self.fingerprints(name), self.expected)

    def test_a_model_reads_other_dialects(self):
        # By the engine whose answer to a row does not depend on how many others there are.
        self.succeed("train", "plain.csv", "--engine", "packed", "--epochs", 5, "--out", "run")
        answers = self.succeed("predict", "run", "plain.csv").stdout
        self.assertEqual(len(answers.splitlines()), 151)
        self.write("german.txt", table([[field.replace(".", ",") for field in row] for row in self.rows],
                                       by=";"))
        self.write("blanks.data", table(self.rows, by=" ").encode("utf-16"))
        for name in ("german.txt", "blanks.data"):
            self.assertEqual(self.succeed("predict", "run", name).stdout, answers)
        self.write("gaps.csv", table(self.rows[:3] + [[""] * 5] + self.rows[3:5] + [[""] * 5]))
        result = self.succeed("predict", "run", "gaps.csv")
        self.assertEqual(result.stdout.splitlines(), answers.splitlines()[:6])
        self.assertIn("note: gaps.csv: rows without any value were skipped: 2", result.stderr)
        result = self.run_command("evaluate", "run", "german.txt", "--json")
        self.assertEqual(json.loads(result.stdout)["samples"], 30)

    def test_what_was_found_is_said(self):
        rows = [[field.replace(".", ",") for field in row] for row in self.rows]
        self.write("german.csv", table(rows[:100] + [[""] * 5] * 3 + rows[100:], by=";"))
        self.write("blanks.txt", table(self.rows, None, by="  "))
        for name, found, words in (
                ("german.csv", ["semicolon", True, True, 3],
                 "separator semicolon, decimal commas, names in the first line, 3 empty rows skipped"),
                ("blanks.txt", ["blanks", False, False, 0], "separator blanks, no names in the first line"),
                ("plain.csv", ["comma", False, True, 0], "separator comma, names in the first line")):
            said = self.inspect(name)["table"]
            self.assertEqual([said[key] for key in ("separator", "decimal_comma", "header", "empty")], found)
            self.assertIn(f"\ntable  {words}\n", whole_lines(self.succeed("inspect", name).stdout))
            told = self.succeed("train", name, "--epochs", 1, "--out", "run", "-f").stderr
            self.assertIn(f"\ntable     {words}\n", whole_lines(told))

    def test_a_sample_that_starts_like_a_comment_is_no_comment(self):
        rows = ["red,3,x", "blue,4,y", "green,1,x"]
        for first in (["#ff0000,1,x", "#00ff00,2,y"], ["#7,1,x"]):
            (self.folder / "colours.csv").write_text("\n".join(first + rows) + "\n")
            self.refuse(1, [f'"{first[-1]}"', "put quotes around its first field"], "inspect",
                        "colours.csv", "--label-column", "3")
        quoted = ['"#ff0000",1,x', '"#00ff00",2,y']
        (self.folder / "colours.csv").write_text("\n".join(quoted + rows) + "\n")
        found = self.succeed("inspect", "colours.csv", "--label-column", "3", "--json")
        self.assertEqual(json.loads(found.stdout)["table"]["rows"], 5)

    def test_what_is_doubtful_is_refused(self):
        numbers = [row[:4] for row in self.rows]
        for name, content, parts in (
                ("title.csv", "The flowers\n" + table(self.rows), ["line 1", "The flowers", "title"]),
                ("cells.csv", "The flowers,,,,\n" + table(self.rows), ["line 1", "title"]),
                ("counted.csv", table(self.rows, (0, 1, 2, 3, "species")), ["line 1", "--header"]),
                ("pandas.csv", table([[i, *row] for i, row in enumerate(numbers)], ("", 0, 1, 2, 3)),
                 ["line 1", "--header"]),
                ("waves.csv", table(numbers, (400, 402.5, 405, 407.5)), ["line 1", "--header"]),
                ("years.csv", table([row[:3] for row in self.rows], (2019, 2020, 2021)), ["line 1", "--header"]),
                ("both.csv", "a;b,x\nc;d,y\n" * 20, ["--separator"]),
                ("mixed.csv", "a;b;label\n" + "1,5;2;x\n1,25;3;y\n" * 20 + "1.5;4;x\n",
                 ["line 42, column 1", "expected a comma", "line 2", '"1.5"']),
                ("frame.txt", table([[f'"{i}"', *row] for i, row in enumerate(self.rows)], by=" "),
                 ["line 2", "expected 5 fields", "found 6", "name its column"]),
                ("book.csv", b"PK\3\4" + bytes(100), ["ZIP", "Excel"]),
                ("vectors.txt", table([[1 + i % 2, f"1:{i / 7}", f"2:{i / 9}"] for i in range(50)], None, " "),
                 ["line 1, column 2", "plain numbers", "1:0.0"]),
                ("surrogate.csv", b"\xff\xfe" + "a,b,label\n".encode("utf-16-le") + b"\x00\xdc\n\0",
                 ["UTF-16", "surrogate"]),
                ("cut.csv", "a,b,label\n1,2,x\n".encode("utf-16")[:-1], ["UTF-16", "half"])):
            with self.subTest(name):
                self.write(name, content)
                self.refuse(1, [name, *parts], "train", name, "--out", "run", "--label-column",
                            1 if name == "vectors.txt" else -1)
                self.assertFalse((self.folder / "run").exists())
        header = ("--header", "yes", "--label-column", "species")
        self.assertEqual(self.fingerprints("counted.csv", *header), self.expected)

    def test_numbers_in_another_way_are_no_words(self):
        for field in ('"1,234"', '"1,5"', "1 234", "1'234", "$5", "5 %", "12 €", "1.234.567", "¥5", "(12)", "−3",
                      "7\u00a0", "0x1F", "2024-01-05", "1/5/2024", "2024-01-05T10:30:00Z", "10:30 PM", "5.1.2024"):
            rows = [[field, *row[1:]] for row in self.rows]
            with self.subTest(field):
                self.write("written.csv", table(rows))
                self.refuse(1, ["written.csv: line 2, column 1 (a)", "plain numbers", field.strip('"'),
                                '--words "a"', '--ignore "a"'], "train", "written.csv", "--out", "run")
        self.assertEqual(self.inspect("written.csv", "--words", "a")["train"]["shape"], [4])
        self.write("some.csv", table([["-" if i % 3 == 0 else f"{i}%", *row[1:]] for i, row in enumerate(self.rows)]))
        self.refuse(1, ["some.csv: line 3, column 1 (a)", "plain numbers", '"1%"'], "inspect", "some.csv")
        for field in ("20-29", "65+", "5kg", "v1.2", "120/80", "0x", "2024-Q1", "1-a-2"):
            self.write("words.csv", table([[field, *row[1:]] for row in self.rows]))
            self.assertEqual(self.inspect("words.csv")["train"]["shape"], [4])

    def test_dates_are_told_how_to_be_numbers(self):
        for date in ("{}-01-05", "05.01.{}", "1/5/{}", "{}-01-05 10:30", "{}0105T10:30:00.5"):  # more than 100
            self.write("dates.csv", table([[date.format(2000 + i), *row[1:]] for i, row in enumerate(self.rows)]))
            self.refuse(1, ["dates.csv: line 2, column 1 (a)", f'"{date.format(2000)}"', "days since the first",
                            '--ignore "a"'], "inspect", "dates.csv", "--test", 0)

    def test_signs_of_missing_values_are_told_what_to_be(self):
        for sign in ("-", ".", "missing", "#DIV/0!"):
            rows = [[sign if i == 7 else row[0], *row[1:]] for i, row in enumerate(self.rows)]
            self.write("signs.csv", table(rows))
            self.refuse(1, ["signs.csv: line 9, column 1 (a)", f'"{sign}"', "a missing value is an empty field"],
                        "inspect", "signs.csv", "--test", 0)
        self.write("target.csv", table([[*row[:4], "NA" if i == 7 else i] for i, row in enumerate(self.rows)]))
        self.refuse(1, ["target.csv: line 9, column 5 (label)", '"NA"', "remove the rows without one"],
                    "inspect", "target.csv", "--regression", "--label-column", "label", "--test", 0)

    def test_the_first_row_of_a_table_may_lack_a_value_as_excel_says(self):
        rows = [["#N/A" if i < 2 else row[0], *row[1:]] for i, row in enumerate(self.rows)]
        for header in (FEATURES + ["label"], None):
            self.write("errors.csv", table(rows, header))
            self.assertEqual(self.inspect("errors.csv", "--test", 0)["train"]["samples"], len(rows))

    def test_a_header_of_numbers_is_one_with_a_label(self):
        self.write("counted.csv", table(self.rows, (1, 2, 3, 4, "label")))
        self.assertEqual(self.fingerprints("counted.csv"), self.expected)

    def test_one_hot_columns(self):
        rows = [row[:4] + [int(row[4] == kind) for kind in "xyz"] for row in self.rows]
        names = [f"is_{kind}" for kind in "xyz"]
        self.write("hot.csv", table(rows, FEATURES + names))
        found = self.inspect("hot.csv", "--label-column", ",".join(names))
        self.assertEqual(found["train"]["class_names"], names)
        self.assertEqual(found["train"]["class_counts"], [40, 40, 40])
        self.assertEqual(self.inspect("hot.csv", "--label-column", "-3,-2,-1"), found)
        self.succeed("train", "hot.csv", "--label-column", ",".join(names), "--out", "run", "-q")
        result = self.succeed("evaluate", "run", "hot.csv", "--json")
        self.assertGreater(json.loads(result.stdout)["accuracy"], 0.9)
        rows[8][4:] = [1, 0, 1]
        self.write("two.csv", table(rows, FEATURES + names))
        self.refuse(1, ["line 10", "exactly one 1", "found 2", "--regression", "binary-cross-entropy"],
                    "train", "two.csv", "--label-column", ",".join(names))

    def test_spellings_of_one_label(self):
        for name, spell in (("numbers", lambda i, k: ["0", "1", "2.0"][k] if i % 2 else ["0.0", "01", "2"][k]),
                            ("negative", lambda i, k: ["-1", "0", "1"][k] if i % 2 else ["-1.0", "0", "+1"][k])):
            rows = [row[:4] + [spell(i, i % 3)] for i, row in enumerate(self.rows)]
            with self.subTest(name):
                self.write("spelt.csv", table(rows))
                self.assertEqual(self.inspect("spelt.csv")["train"]["class_counts"], [40, 40, 40])
        rows = [row[:4] + [["True", "FALSE", "false", "true"][i % 4]] for i, row in enumerate(self.rows)]
        self.write("spelt.csv", table(rows))
        self.assertEqual(len(self.inspect("spelt.csv")["train"]["class_names"]), 2)

    def test_names_that_are_alike_are_named(self):
        kinds = ["Setosa", "setosa", "iris  x", "Iris X", "A", "a"]
        rows = [row[:4] + [("Red", "red", "blue")[i % 3], kinds[i % 6]] for i, row in enumerate(self.rows)]
        self.write("alike.csv", table(rows, (*FEATURES, "colour", "label")))
        words = ('classes "Iris X" and "iris  x", classes "Setosa" and "setosa", '
                 'words of colour "Red" and "red"')
        self.assertIn(f"\nalike  {words}, but",
                      whole_lines(self.succeed("inspect", "alike.csv").stdout))
        told = self.succeed("train", "alike.csv", "--epochs", 1, "--out", "run").stderr
        self.assertIn(f"warning: {words} differ only in case or blanks", " ".join(told.split("\n  ")))
        self.assertNotIn("alike", self.succeed("inspect", "plain.csv").stdout)

    def test_labels_that_are_missing_or_unknown(self):
        for field, found in (("", "nothing"), ("NA", '"NA"'), ("?", '"?"'), ("nan", '"nan"')):
            rows = [list(row) for row in self.rows]
            rows[20][4] = field
            self.write("missing.csv", table(rows))
            self.refuse(1, ["line 22, column 5 (label)", found, "missing", "remove the rows"],
                        "train", "missing.csv", "--out", "run")
        self.write("pair/train.csv", table(self.rows))
        self.write("pair/test.csv", table([[*row[:4], row[4] + "."] for row in self.rows]))
        self.refuse(1, ["pair/test.csv: line 2, column 5 (label)", "a class of the training data",
                        '"x."', 'did you mean "x"?'], "train", "pair", "--out", "run")

    def test_a_word_in_the_first_line_alone(self):
        """A header whose other fields are numbers."""
        self.write("years.csv", table([row[2:] for row in self.rows], (1990, 2000, "country")))
        self.refuse(1, ["line 1", '"country"', "--header"], "train", "years.csv", "--out", "run")
        self.assertEqual(self.inspect("years.csv", "--header", "no")["train"]["classes"], 4)

    def test_targets_have_names(self):
        self.write("targets.csv", table([row[:4] for row in self.rows], FEATURES))
        options = ("--regression", "--label-column", "c,a")
        found = self.inspect("targets.csv", *options)
        self.assertEqual(len(found["train"]["targets"]), 2)

    def test_pairs(self):
        for training, test in (("train.csv", "test.csv"), ("mnist_train.csv", "mnist_test.csv"),
                               ("x-training.tsv", "x-testing.tsv"), ("adult.train", None),
                               ("a_train.data", "a_test.data"), ("train.csv.gz", "Test.CSV")):
            if test is None:
                continue
            with self.subTest(training):
                folder = training.replace(".", "_")
                for name, rows in ((training, self.rows), (test, self.rows[:80])):
                    content = table(rows).encode()
                    self.write(f"{folder}/{name}", gzip.compress(content) if name.endswith(".gz") else content)
                found = self.inspect(folder)
                self.assertEqual((found["train"]["samples"], found["test"]["samples"]), (150, 80))

    def test_what_is_left_aside_is_named(self):
        self.write("set/train.csv", table(self.rows))
        self.write("set/validation.csv", table(self.rows[:30]))
        self.write("set/a_test.csv", table(self.rows[:30]))
        self.write("set/readme.txt", "hello\n")
        found = self.inspect("set")
        self.assertEqual((found["train"]["samples"], found["test"]["samples"]), (120, 30))
        self.assertEqual(sorted(entry["what"] for entry in found["left_aside"]),
                         ["a_test.csv", "readme.txt", "validation.csv"])
        result = self.succeed("train", "set", "--epochs", 1, "--out", "run")
        self.assertIn("validation.csv", result.stdout + result.stderr)

    def test_a_test_file_without_labels_is_left_aside(self):
        """As competitions have them."""
        for header, test in ((("id", *FEATURES, "label"), ("id", *FEATURES)), (None, None)):
            self.write("set/train.csv", table([[i / 7, *row] for i, row in enumerate(self.rows)], header))
            self.write("set/test.csv", table([[i / 7, *row[:4]] for i, row in enumerate(self.rows)], test))
            with self.subTest(header):
                found = self.inspect("set")
                self.assertEqual((found["train"]["samples"], found["test"]["samples"]), (120, 30))
                self.assertEqual(found["left_aside"][0]["what"], "test.csv (it has no labels)")
                told = self.succeed("train", "set", "--epochs", 1, "--out", "run", "-f").stderr
                self.assertIn("warning: ignored test.csv (it has no labels)", told)
                answers = self.succeed("predict", "run", "set/test.csv").stdout
                self.assertEqual(len(answers.splitlines()), 151)

    def test_several_pairs_are_refused(self):
        for name in ("a_train.csv", "a_test.csv", "b_train.csv", "b_test.csv"):
            self.write(f"two/{name}", table(self.rows))
        self.refuse(1, ["two", "a_train.csv and others"], "train", "two", "--out", "run")
        self.write("odd/a_train.csv", table(self.rows))
        self.write("odd/b_test.csv", table(self.rows))
        self.refuse(1, ["odd", "a_train.csv"], "train", "odd", "--out", "run")
        self.write("odd/train.csv", table(self.rows))
        self.assertEqual(self.inspect("odd")["train"]["samples"], 120)


if __name__ == "__main__":
    unittest.main()
