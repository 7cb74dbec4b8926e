#!/usr/bin/python3
"""Tables: numbers, words and missing values become inputs as pandas makes them (get_dummies, fillna by
the mean), learned from the training samples alone, and again the same for every later file."""

import csv
import gzip
import json
import math
import random
import re
import struct
import unittest

from harness import CommandCase, whole_lines

MISSING = ["", "NA", "N/A", "nan", "NaN", "?", "null", "None", " ? ", "n/a", "#N/A"]
COLOURS = ["red", "green", "blue", "dark red"]


def make_rows(count=200, seed=3, holes=True):
    """age (numbers, holes), colour (words, holes), size (numbers), member (True, False), code (numbers that
    are words), and a label that depends on them."""
    generator = random.Random(seed)
    rows = []
    for i in range(count):
        age, colour = f"{generator.uniform(18, 80):.1f}", generator.choice(COLOURS)
        size, member = repr(round(generator.gauss(0, 1), 3)), generator.choice(["True", "False"])
        code = generator.choice(["10", "20", "7"])
        label = "yes" if (float(age) > 45) + (colour == "red") + (member == "True") > 1 else "no"
        if holes and i % 9 == 4:
            age = MISSING[i // 9 % len(MISSING)]
        if holes and i % 13 == 5:
            colour = MISSING[i // 13 % len(MISSING)]
        rows.append({"age": age, "colour": colour, "size": size, "member": member, "code": code, "label": label})
    return rows


def single(number):
    """Rounded to float32, as it is stored."""
    return struct.unpack("<f", struct.pack("<f", number))[0]


def is_missing(text):
    return text.strip().lower() in {"", "na", "n/a", "nan", "?", "null", "none", "#n/a"}


def number(text):
    return {"True": 1.0, "False": 0.0}.get(text) if text in ("True", "False") else float(text)


class Coding:
    """The reference: what pandas would do, with the training rows."""

    def __init__(self, rows, names, words=()):
        self.columns = []
        for name in names:
            present = [row[name].strip() for row in rows if not is_missing(row[name])]
            flag = len(present) < len(rows)
            if name in words or name == "colour":
                self.columns.append((name, sorted(set(present)), None, flag))
            else:
                self.columns.append((name, None, math.fsum(map(number, present)) / len(present), flag))

    def names(self):
        names = []
        for name, words, _, flag in self.columns:
            names += [f"{name}={word}" for word in words] if words is not None else [name]
            names += [f"{name} missing"] if flag else []
        return names

    def apply(self, row):
        made = []
        for name, words, mean, flag in self.columns:
            text, missing = row[name].strip(), is_missing(row[name])
            if words is not None:
                made += [float(not missing and text == word) for word in words]
            else:
                made.append(single(mean if missing else number(text)))
            made += [float(missing)] if flag else []
        return made


class Tables(CommandCase):
    def write(self, rows, name="data.csv", names=None, header=True):
        names = names or list(rows[0])
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows(([names] if header else []) + [[row[n] for n in names] for row in rows])
        return path

    def header_of(self, name):
        return next(csv.reader((self.folder / name).read_text().splitlines()))

    def loaded(self, data, *options):
        """What the command read: its numbers, as it writes them into an IDX file."""
        self.succeed("convert", data, "converted", "--force", *options)
        parts = []
        for name in ("train-images-idx2-float.gz", "t10k-images-idx2-float.gz"):
            content = gzip.decompress((self.folder / "converted" / name).read_bytes())
            count, width = struct.unpack(">2I", content[4:12])
            numbers = struct.unpack(f">{count * width}f", content[12:])
            parts.append([list(numbers[i * width:(i + 1) * width]) for i in range(count)])
        return parts

    def check(self, train, test, names, *options, words=()):
        self.write(train, "data/train.csv")
        self.write(test, "data/test.csv")
        coding = Coding(train, names, words)
        found = self.loaded("data", *options)
        self.assertEqual(found[0], [coding.apply(row) for row in train])
        self.assertEqual(found[1], [coding.apply(row) for row in test])
        return coding

    def test_the_numbers_are_those_of_pandas(self):
        rows = make_rows()
        names = ["age", "colour", "size", "member", "code"]
        self.check(rows[:150], rows[150:], names)
        self.check(rows[:150], rows[150:], names, "--words", "code", words=["code"])
        self.check(rows[:150], rows[150:], ["age", "size", "member"], "--ignore", "colour,code")
        self.check(rows[:150], rows[150:], ["age", "size"], "--ignore", "2,-3", "--keep", "code")

    def test_values_that_only_later_files_lack(self):
        rows = make_rows(holes=False)
        rows[170]["age"], rows[171]["colour"], rows[172]["colour"] = "", "?", "violet"
        coding = self.check(rows[:150], rows[150:], ["age", "colour", "size", "member", "code"])
        self.assertNotIn("age missing", coding.names())
        said = whole_lines(self.succeed("train", "data", "--epochs", "1", "--out", "run").stderr)
        self.assertRegex(said, r"warning: .*column age: 1 value missing")
        self.assertRegex(said, r'warning: .*column colour: 1 value .*"violet"')

    def test_names_of_the_inputs(self):
        rows = make_rows()
        self.write(rows)
        self.succeed("train", "data.csv", "--epochs", "1", "--out", "run")
        metadata = json.loads(self.succeed("inspect", "run/model.safetensors", "--json").stdout)["metadata"]
        coding = Coding(rows, ["age", "colour", "size", "member", "code"])
        self.assertEqual(json.loads(metadata["feature_names"]), coding.names())
        self.assertEqual([column["name"] for column in json.loads(metadata["columns"])], list(rows[0]))

    def test_held_out_rows_teach_nothing(self):
        """A word, a mean and a hole of the test part must not be seen in the training part."""
        rows = make_rows(holes=False)
        self.write(rows)
        before = self.loaded("data.csv")
        held = [row for row in rows if [single(float(row["size"]))] in [[s[5]] for s in before[1]]
                and [single(float(row["size"]))] not in [[s[5]] for s in before[0]]]
        for row in held:
            row.update(colour="violet", age="")
        self.assertGreater(len(held), 20)
        self.write(rows)
        self.assertEqual(self.loaded("data.csv")[0], before[0])

    def test_every_file_is_read_alike(self):
        """Training, evaluation and prediction see the same numbers: the same answers, bit for bit, whatever
        the order of the columns; without names, by place."""
        rows = make_rows()
        names = list(rows[0])
        self.write(rows, "data/train.csv")
        self.write(rows[:40], "data/test.csv")
        trained = json.loads(self.succeed("train", "data", "--epochs", "20", "--out", "run", "--json",
                                          "-q").stdout)
        evaluated = json.loads(self.succeed("evaluate", "run", "data", "--json").stdout)
        self.assertEqual(evaluated["loss"], trained["test"]["loss"])
        self.assertEqual(evaluated["accuracy"], trained["test"]["accuracy"])
        turned = names[::-1]
        answers = {}
        for name, columns, header in (("same.csv", names, True), ("bare.csv", names[:-1], True),
                                      ("turned.csv", turned, True), ("plain.csv", names, False),
                                      ("few.csv", names[:-1], False)):
            self.write(rows[:40], name, columns, header)
            answers[name] = self.succeed("predict", "run", name, "--probabilities").stdout
        self.assertEqual(len(set(answers.values())), 1)
        header, *lines = [line.split() for line in answers["same.csv"].splitlines()]
        found = [max(("yes", "no"), key=dict(zip(header, line)).get) for line in lines]
        right = sum(row["label"] == answer for row, answer in zip(rows, found))
        self.assertAlmostEqual(right / 40, evaluated["accuracy"], delta=1e-9)
        for name in ("turned.csv", "plain.csv"):
            again = json.loads(self.succeed("evaluate", "run", name, "--json").stdout)
            self.assertEqual((again["loss"], again["accuracy"]), (evaluated["loss"], evaluated["accuracy"]))

    def test_columns_that_are_missing_or_too_many(self):
        rows = make_rows()
        self.write(rows)
        self.succeed("train", "data.csv", "--epochs", "1", "--out", "run", "-q")
        names = list(rows[0])
        self.write(rows, "less.csv", ["colour", "member", "code", "label"])
        for command in ("predict", "evaluate"):
            self.refuse(1, ["less.csv", '"age", "size"'], command, "run", "less.csv")
        for row in rows:
            row["extra"] = "1"
        self.write(rows, "more.csv", ["extra", *names])
        for command in ("predict", "evaluate"):
            result = self.succeed(command, "run", "more.csv")
            self.assertRegex(result.stderr, "note: .*ignored.*extra")
        self.write(rows, "plain.csv", names, header=False)
        said = whole_lines(self.succeed("predict", "run", "plain.csv").stderr)
        self.assertRegex(said, "note: .*order")
        lines = [",".join(row[name] for name in names) for row in make_rows(40, holes=False)]
        for header in ("age,age,size,member,code,label", "age,colour,size,member,colour,label"):
            (self.folder / "twice.csv").write_text("\n".join([header, *lines, ""]))
            self.refuse(1, ["twice.csv"], "predict", "run", "twice.csv")

    def test_fruit(self):
        """A model of weight, diameter, stem given diameter, weight, stem."""
        generator = random.Random(1)
        rows = [{"weight": f"{generator.gauss(150 + 60 * (i % 2), 9):.1f}", "diameter": f"{generator.gauss(7, 0.4):.2f}",
                 "stem": f"{generator.gauss(1 + i % 2, 0.2):.2f}", "label": ["apple", "pear"][i % 2]} for i in range(80)]
        self.write(rows)
        self.succeed("train", "data.csv", "--epochs", "20", "--out", "run", "-q")
        self.write(rows[:6], "a.csv", ["weight", "diameter", "stem"])
        self.write(rows[:6], "b.csv", ["diameter", "weight", "stem"])
        same = self.succeed("predict", "run", "a.csv").stdout
        self.assertEqual(self.succeed("predict", "run", "b.csv").stdout, same)
        self.assertEqual([line.split(",")[0] for line in same.splitlines()[1:]], ["apple", "pear"] * 3)

    def test_ignored_and_kept_columns(self):
        rows = make_rows()
        for i, row in enumerate(rows):
            row["id"], row["note"] = f"no. {i}", f"text {i}"
        names = ["id", *[name for name in rows[0] if name != "id"]]
        self.write(rows, "data.csv", names)
        self.refuse(1, ["(id)", "100 different words", '--ignore "id,note"'], "train", "data.csv", "--out", "run")
        self.succeed("train", "data.csv", "--keep", "id", "--ignore", "note", "--epochs", "1", "--out", "run")
        found = list(csv.DictReader(self.succeed("predict", "run", "data.csv").stdout.splitlines()))
        self.assertEqual([row["id"] for row in found], [row["id"] for row in rows])
        self.succeed("evaluate", "run", "data.csv")
        self.write(rows, "bare.csv", ["age", "colour", "size", "member", "code"])
        found = list(csv.DictReader(self.succeed("predict", "run", "bare.csv").stdout.splitlines()))
        self.assertNotIn("id", found[0])
        (self.folder / "one.csv").write_text("1\n2\n3\n")
        (self.folder / "two.csv").write_text("a,b\n1,2\n2,3\n")
        for data, *options in (("one.csv", "--keep", "1"), ("one.csv", "--ignore", "1"),
                               ("two.csv", "--ignore", "a", "--label-column", "b")):
            self.refuse(1, ["expected a feature column"], "inspect", data, *options)
        self.refuse(1, ["which of the 2 columns"], "inspect", "two.csv", "--ignore", "a", "--keep", "b")
        for what in ("--ignore", "--keep", "--words"):
            self.refuse(1, ["data.csv", '"nothing"'], "train", "data.csv", what, "nothing", "--out", "other")
            self.refuse(1, ["label"], "train", "data.csv", "--ignore", "label", "--label-column", "label",
                        "--out", "other")

    def test_what_was_refused_in_training_is_refused_afterwards(self):
        rows = make_rows(holes=False)
        self.write(rows)
        self.succeed("train", "data.csv", "--missing", "refuse", "--epochs", "1", "--out", "run", "-q")
        rows[3]["age"] = "NA"
        self.write(rows, "holes.csv")
        for command, *part in (("predict",), ("evaluate", "--part", "all")):
            self.refuse(1, ["holes.csv", "line 5, column 1 (age)", '"NA"'], command, "run", "holes.csv", *part)
            self.succeed(command, "run", "holes.csv", *part, "--missing", "fill")

    def test_mixtures_are_refused_by_name(self):
        for typo, parts in (("12x", ["line 7, column 1 (age)", '"12x"', "199 rows", '--words "age"', '--ignore "age"']),
                            ("inf", ["line 7, column 1 (age)", '"inf"', "finite"])):
            rows = make_rows(holes=False)
            rows[5]["age"] = typo
            self.write(rows)
            self.write(rows, "data/train.csv")
            self.write(rows[50:], "data/test.csv")
            self.refuse(1, parts, "train", "data", "--out", "run")
        rows = make_rows(holes=False)
        rows[5]["colour"] = "12"
        self.write(rows, "data/train.csv")
        self.refuse(1, ["line 7, column 2 (colour)", "expected a word", '"12"'], "train", "data", "--out", "run")
        self.succeed("train", "data", "--words", "colour", "--epochs", "1", "--out", "run")
        (self.folder / "two.csv").write_text("a,b,y\n1,foo,0\n2,5,1\n")
        self.refuse(1, ["line 2, column 2 (b)", "expected a number, as in 1 row, found"], "train",
                    "two.csv", "--label-column", "y")

    def test_a_column_without_values_is_left_out(self):
        rows = make_rows()
        for row in rows:
            row["empty"] = "NA"
        self.write(rows, "data/train.csv", ["empty", *list(rows[0])[:-1]])
        rows[3]["empty"] = "5"
        self.write(rows, "data/test.csv", ["empty", *list(rows[0])[:-1]])
        found = json.loads(self.succeed("inspect", "data", "--json").stdout)
        self.assertEqual((found["columns"][0]["kind"], found["columns"][0]["inputs"]), ("empty", 0))
        result = self.succeed("train", "data", "--epochs", "1", "--out", "run")
        self.assertIn("1 without values left out", result.stderr)

    def test_inspect(self):
        rows = make_rows()
        self.write(rows, "data/train.csv")
        self.write(rows[:20], "data/test.csv")
        found = json.loads(self.succeed("inspect", "data", "--json").stdout)["columns"]
        age = [float(row["age"]) for row in rows if not is_missing(row["age"])]
        self.assertEqual((found[0]["name"], found[0]["kind"], found[0]["inputs"], found[0]["missing"]),
                         ("age", "numbers", 2, len(rows) - len(age)))
        self.assertAlmostEqual(found[0]["mean"], sum(age) / len(age), delta=1e-4)
        self.assertEqual((single(found[0]["minimum"]), single(found[0]["maximum"])),
                         (single(min(age)), single(max(age))))
        self.assertEqual(found[0]["test_missing"], sum(is_missing(row["age"]) for row in rows[:20]))
        self.assertEqual(found[1]["words"], sorted(COLOURS))
        for row in rows:
            row["a rather long name of a column, longer than others"] = "1"
        self.write(rows, "data/train.csv")
        self.write(rows, "data/test.csv")
        lines = self.succeed("inspect", "data").stdout.splitlines()
        self.assertLessEqual(max(len(line) for line in lines if re.match(" +\\d+  ", line)), 80)
        self.assertTrue(any("4: blue, dark red, green, red" in line for line in lines))

    def test_train_says_what_becomes_of_the_columns(self):
        rows = make_rows()
        self.write(rows)
        said = self.succeed("train", "data.csv", "--epochs", "1", "--out", "run").stderr
        self.assertRegex(said, r"inputs +5 columns; of words: colour \(4\), one-hot;\n? +missing "
                               r"values: age \(\d+\), colour \(\d+\);\n? +standardised by feature")
        self.assertRegex(said, r"samples, \d+ inputs, ")
        start = said.split("epoch ")[0].splitlines()
        self.assertLessEqual(max(len(line) for line in start if line[:6] in ("inputs", " " * 6)), 80)
        (self.folder / "pixels.csv").write_text(
            "\n".join(["label,pixel0,pixel1", *[f"{i % 2},{i % 2 * 250},{i % 5}" for i in range(60)], ""]))
        said = self.succeed("train", "pixels.csv", "--epochs", "1", "--out", "other").stderr
        self.assertIn("inputs    pixels divided by 255\n", said)

    def test_names_survive_converting(self):
        rows = make_rows()
        self.write(rows, "data/train.csv")
        self.write(rows[:50], "data/test.csv")
        expected = json.loads(self.succeed("inspect", "data", "--json").stdout)
        self.succeed("convert", "data", "again", "--csv")
        header = self.header_of("again/train.csv")
        self.assertEqual(header, ["label", *Coding(rows, ["age", "colour", "size", "member", "code"]).names()])
        found = json.loads(self.succeed("inspect", "again", "--json").stdout)
        for part in ("train", "test"):
            self.assertEqual(found[part], expected[part])
        self.succeed("convert", "data", "prices", "--csv", "--regression", "--label-column", "size,code",
                     "--ignore", "label")
        header = self.header_of("prices/train.csv")
        self.assertEqual(header[:2], ["size", "code"])

    def test_pixels_survive_converting(self):
        generator = random.Random(2)
        (self.folder / "pixels.csv").write_text("\n".join(
            ["label,1x1,1x2,2x1,2x2", *[",".join(map(str, [i % 3, *[generator.randrange(4) for _ in range(4)]]))
                                        for i in range(60)], ""]))
        expected = json.loads(self.succeed("inspect", "pixels.csv", "--json").stdout)
        self.assertEqual(expected["train"]["values"], "bytes")
        self.assertIsNone(expected["columns"])
        self.succeed("convert", "pixels.csv", "again", "--csv")
        found = json.loads(self.succeed("inspect", "again", "--json").stdout)
        for part in ("train", "test"):
            self.assertEqual(found[part], expected[part])

    def test_pixels_in_another_order_are_refused(self):
        text = [f"{i % 2},{i % 2 * 250},{i % 5},7" for i in range(60)]
        for name, header in (("a.csv", "label,pixel0,pixel1,pixel2"), ("b.csv", "label,pixel1,pixel0,pixel2")):
            (self.folder / name).write_text("\n".join([header, *text, ""]))
        self.succeed("train", "a.csv", "--epochs", "1", "--out", "run", "-q")
        self.succeed("predict", "run", "a.csv")
        for command in ("predict", "evaluate"):
            self.refuse(1, ["b.csv", "order"], command, "run", "b.csv")

    def test_many_inputs_are_bounded(self):
        words = [f"w{i:02}" for i in range(100)]
        rows = [{**{f"c{c}": words[(i + c) % 100] for c in range(200)}, "label": "ab"[i % 2]} for i in range(150)]
        self.write(rows, "data/train.csv")
        self.write(rows[:5], "data/test.csv")
        self.refuse(1, ["train.csv", "samples need", "limit is 1.0 MiB"], "train", "data", "--memory-limit", "1")
        found = json.loads(self.succeed("inspect", "data", "--json").stdout)
        self.assertEqual(found["train"]["shape"], [20000])
        rows[0]["c0"] = "one more"
        self.write(rows, "data/train.csv")
        self.refuse(1, ["column 1 (c0)", "100 different words"], "train", "data", "--out", "run")


if __name__ == "__main__":
    unittest.main()
