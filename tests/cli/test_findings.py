#!/usr/bin/python3
"""Runs that are broken on purpose, each for one reason, which the findings must name; and runs of all
kinds that go well, in which nothing may be found."""

import json
import math
import random
import struct
import unittest
import zlib

from harness import (TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, CommandCase, idx, write)

SGD = ["--optimizer", "sgd", "--schedule", "constant"]
NUMBERS = ["--regression", "--label-column", "label"]


def flowers(generator, count, classes=3, spread=0.3):
    """Four numbers a row, apart by class."""
    rows = []
    for i in range(count):
        middle = [-1, 0, 1.2, 2.4, -2.3][i % classes]
        rows.append([round(generator.gauss(middle * (1 if j % 2 else -1), spread), 4) for j in range(4)]
                    + ["vwxyz"[i % classes]])
    return rows


def plane(generator, count, noise=0.2):
    rows = []
    for _ in range(count):
        a, b, c = (generator.gauss(0, 1) for _ in range(3))
        rows.append([round(a, 4), round(b, 4), round(c, 4), round(a - 2 * b + generator.gauss(0, noise), 4)])
    return rows


def ring(generator, count):
    rows = []
    for i in range(count):
        angle, radius = generator.random() * 2 * math.pi, generator.gauss(1 + i % 2, 0.15)
        rows.append([round(radius * math.cos(angle), 4), round(radius * math.sin(angle), 4),
                     ["inner", "outer"][i % 2]])
    return rows


def column(rows, place, values):
    """The rows with one more column."""
    return [[*row[:place], value, *row[place:]] for row, value in zip(rows, values)]


def png(height, width, pixel):
    raw = b"".join(b"\0" + bytes(pixel(x, y) for x in range(width)) for y in range(height))
    chunk = lambda name, body: (struct.pack(">I", len(body)) + name + body
                                + struct.pack(">I", zlib.crc32(name + body)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


class Findings(CommandCase):
    def setUp(self):
        super().setUp()
        self.generator = random.Random(7)

    def table(self, rows, names=None, name="data.csv"):
        names = names or [*"abcdefghijk"[:len(rows[0]) - 1], "label"]
        (self.folder / name).write_text("\n".join(",".join(map(str, row)) for row in [names, *rows]) + "\n")
        return name

    def images(self, count, side, label, pixel, name="images"):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for part, images, labels in ((count, TRAIN_IMAGES, TRAIN_LABELS), (60, TEST_IMAGES, TEST_LABELS)):
            classes = [label(i) for i in range(part)]
            write(folder, images, idx([part, side, side], [min(255, max(0, int(pixel(c, x, y))))
                                                           for c in classes for y in range(side)
                                                           for x in range(side)]))
            write(folder, labels, idx([part], classes))
        return name

    def strokes(self, dark):
        """Bars of one of ten places, bright on dark or the reverse."""
        def pixel(c, x, y):
            on = (y if c < 5 else x) // 2 == c % 5
            value = self.generator.gauss(200 if on else 12, 10)
            return 255 - value if dark else value
        return self.images(600, 10, lambda i: i % 10, pixel)

    def find(self, data, *options):
        """Names of what a run finds, its words, and what the doctor finds."""
        result = self.run_command("train", data, "--json", "--force", "--out", "run", *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        names = json.loads(result.stdout)["warnings"]
        text = " ".join(line.strip() for line in result.stderr.splitlines())
        for line in result.stderr.splitlines():
            if line.startswith("warning: ") and ".csv: " not in line:
                self.assertLess(len(line), 81)
        seen = json.loads(self.succeed("doctor", "run", "--json").stdout)["findings"]
        return names, text, [finding["name"] for finding in seen]

    def expect(self, names, parts, data, *options):
        found, text, seen = self.find(data, *options)
        self.assertEqual(found, names, text)
        for part in parts:
            self.assertIn(part, text)
        self.assertLessEqual(set(names), set(seen))

    # What is wrong with the network.

    def test_zero_weights(self):
        """Sigmoids at 0 give something to learn from, the same to all, until rounding parts them."""
        data = self.table(flowers(self.generator, 300))
        for activation, doctor in (("relu", True), ("tanh", True), ("sigmoid", False)):
            with self.subTest(activation):
                names, text, seen = self.find(data, "--init", "zeros", "--activation", activation,
                                              "--epochs", "30")
                self.assertEqual(names, ["alike-units"])
                self.assertIn("--init auto", text)
                self.assertTrue("alike-units" in seen or not doctor)

    def test_a_dead_layer(self):
        self.expect(["dead-units"], ["--lr"], "digits", *SGD, "--lr", "5", "--epochs", "8")

    def test_who_goes_on_knows(self):
        """Units are looked at after some epochs; a process that trains only the others, or none, gives the
        same warnings and bytes."""
        options = [*SGD, "--lr", "5", "--epochs", "8", "--engine", "packed"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        for until in (3, 5, 7):
            with self.subTest(until):
                self.succeed("train", "digits", "-q", "--out", "run", "--force", *options, "--until", until)
                for _ in range(2):
                    result = json.loads(self.succeed("train", "-q", "--json", "--resume", "run").stdout)
                    self.assertEqual(result["warnings"], ["dead-units"])
                self.assert_same_run("whole", "run")

    def test_dark_on_light(self):
        data = self.strokes(dark=True)
        self.expect(["dead-units"], ["--standardize set"], data, *SGD, "--lr", "0.5", "--epochs", "10")
        names, *_ = self.find(data, *SGD, "--lr", "0.5", "--epochs", "10", "--standardize", "set")
        self.assertEqual(names, [])

    def test_saturated_units(self):
        names, text, _ = self.find("digits", "--activation", "tanh", "--init", "normal",
                                   "--init-deviation", "2", "--epochs", "10")
        self.assertIn("saturated-units", names)
        self.assertIn("--standardize", text)

    # What is wrong with the learning rate.

    def test_far_too_low(self):
        names, text, _ = self.find("digits", "--lr", "1e-9", "--epochs", "10")
        self.assertEqual(names, ["loss-not-moving"])
        self.assertIn("--lr", text)
        names, text, _ = self.find("digits", "--lr", "1e-4", "--epochs", "10")
        self.assertEqual(names, ["still-falling"])
        self.assertIn("(--lr) is 0.0001, the optimizer's usual one is 0.002", text)

    def test_far_too_high(self):
        names, text, _ = self.find("digits", "--lr", "3", "--activation", "tanh", "--epochs", "10")
        self.assertIn("--lr", text)
        self.assertTrue({"accuracy-at-chance", "saturated-units"} & set(names), names)

    def test_too_much_of_a_good_thing(self):
        self.expect(["loss-not-moving"], ["--weight-decay 100 pulls"], "digits", "--weight-decay", "100",
                    "--epochs", "12")
        names, text, _ = self.find("digits", "--dropout", "0.95", "--epochs", "12")
        self.assertEqual(names, ["still-falling"])
        self.assertIn("--dropout 0.95 leaves few units", text)
        names, text, _ = self.find("digits", *SGD, "--lr", "0.02", "--hidden", "64,64,64",
                                   "--activation", "sigmoid", "--epochs", "10")
        self.assertEqual(names, ["accuracy-at-chance"])
        self.assertIn("vanishes in 3 hidden layers", text)

    # What is wrong with the data.

    def test_shuffled_labels(self):
        rows = [row[:4] + ["xyz"[self.generator.randrange(3)]] for row in flowers(self.generator, 2000)]
        self.expect(["accuracy-at-chance"], ["shuffled"], self.table(rows), "--epochs", "10")

    def test_constant_inputs(self):
        rows = [[1.5, -2.5, "xy"[i % 2]] for i in range(300)]
        self.expect(["constant-inputs"], ["same inputs"], self.table(rows), "--epochs", "10")

    def test_constant_column(self):
        rows = column(flowers(self.generator, 300), 2, [7.5] * 300)
        self.expect(["constant-column"], ["column c is", "--ignore c "], self.table(rows), "--epochs", "30")

    def test_number_of_the_row(self):
        for name in ("Id", "index", "count"):
            rows = column(flowers(self.generator, 300), 0, range(1, 301))
            data = self.table(rows, [name, *"abcd", "label"])
            self.expect(["counting-column"], [f"column {name} counts up from row to row: if", f"--ignore {name} "], data,
                        "--epochs", "30")

    def test_names(self):
        """Each row has another; those that are held back are not looked at."""
        rows = column(flowers(self.generator, 90), 1, [f"no{i}" for i in range(90)])
        names, text, _ = self.find(self.table(rows), "--epochs", "60")
        self.assertIn("unique-column", names)
        self.assertIn("column b has another text in every row", text)
        self.assertIn("--ignore b ", text)

    def test_a_column_that_tells(self):
        rows = flowers(self.generator, 300)
        data = self.table(column(rows, 2, [row[-1] + "-word" for row in rows]), [*"abcde", "label"])
        self.expect(["telling-column"], ["column c determines", "--ignore c "], data, "--epochs", "30")
        data = self.table(column(rows, 3, ["vwxyz".index(row[-1]) * 1.5 for row in rows]))
        self.expect(["telling-column"], ["column d determines", "--ignore d "], data, "--epochs", "30")
        rows = plane(self.generator, 300)
        data = self.table(column(rows, 1, [round(3 * row[-1] - 7, 4) for row in rows]))
        self.expect(["telling-column"], ["column b determines", "--ignore b "], data, *NUMBERS, "--epochs", "30")

    def test_a_rare_class(self):
        rows = [row for row in flowers(self.generator, 3000, spread=1.5) if row[-1] != "w"
                or self.generator.random() < 0.03]
        self.expect(["unanswered-classes"], ["class w is", "of it there are", "--class-weights balanced"],
                    self.table(rows), "--epochs", "20", "--hidden", "none")

    def test_classes_that_are_not_answered(self):
        """One class is another's twin, which has the samples."""
        rows = [row[:4] + ["x" if row[-1] == "w" and self.generator.random() < 0.8 else row[-1]]
                for row in flowers(self.generator, 1500)]
        self.expect(["unanswered-classes"], ["class w is hardly ever predicted correctly"], self.table(rows),
                    "--epochs", "30", "--hidden", "none")

    def test_large_pictures(self):
        for name, pixel in (("bars", lambda x, y: 255 * (y % 8 < 4)), ("poles", lambda x, y: 255 * (x % 8 < 4))):
            (self.folder / "photos" / name).mkdir(parents=True)
            for i in range(30):
                noise = self.generator.randrange(256)
                (self.folder / "photos" / name / f"{i}.png").write_bytes(
                    png(132, 168, lambda x, y: noise if (x + y) % 7 == 0 else pixel(x, y)))
        names, text, _ = self.find("photos", "--epochs", "3", "--hidden", "4")
        self.assertIn("large-pictures", names)
        self.assertIn("132x168, 22,176 inputs", text)
        self.assertIn("--size 57x72", text)
        names, *_ = self.find("photos", "--epochs", "3", "--hidden", "4", "--size", "57x72")
        self.assertNotIn("large-pictures", names)

    def test_columns_without_names(self):
        rows = column(flowers(self.generator, 300), 2, [7.5] * 300)
        (self.folder / "bare.csv").write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")
        self.expect(["constant-column"], ["column 3 is", "--ignore 3 "], "bare.csv", "--epochs", "30")
        names, *_ = self.find("bare.csv", "--epochs", "30", "--ignore", "3")
        self.assertEqual(names, [])

    # What is wrong with the result.

    def test_worse_than_the_mean(self):
        rows = [[round(self.generator.gauss(0, 1), 4) for _ in range(9)] for _ in range(120)]
        names, text, seen = self.find(self.table(rows), *NUMBERS)
        self.assertIn("worse-than-mean", names)
        self.assertIn("worse-than-mean", seen)
        self.assertIn("worse than always predicting the mean; try a lower --lr", text)

    def test_still_falling(self):
        rows = [[round(x, 5), round(math.sin(x), 5)]
                for x in (6 * math.pi * self.generator.random() for _ in range(600))]
        self.expect(["still-falling"], ["--epochs "], self.table(rows), *NUMBERS, "--epochs", "60")
        self.expect(["still-falling"], ["try --epochs 30"], "digits", *SGD, "--lr", "0.02",
                    "--hidden", "none", "--epochs", "10")

    def test_memorised(self):
        """Without what there is no use in: tables are not augmented."""
        rows = [[round(self.generator.gauss(0, 1), 4) for _ in range(6)] + ["xy"[i % 2]] for i in range(150)]
        names, text, _ = self.find(self.table(rows), "--epochs", "150")
        self.assertIn("overfitting", names)
        self.assertIn("--dropout, --weight-decay, or a smaller --hidden", text)

    # What is not wrong.

    def expect_nothing(self, data, *options):
        names, text, seen = self.find(data, *options)
        self.assertEqual((names, seen), ([], []), f"{data} {options}: {text}")

    def test_four_samples(self):
        rows = [[0.0, 0.0, "no"], [0.0, 1.0, "yes"], [1.0, 0.0, "yes"], [1.0, 1.0, "no"]]
        self.expect_nothing(self.table(rows), "--test", "0", "--hidden", "8", "--activation", "tanh",
                            "--optimizer", "sgd", "--lr", "0.5", "--batch", "4", "--epochs", "1000")
        self.expect_nothing(self.table(rows), "--test", "0")

    def test_tables_that_go_well(self):
        generator = self.generator
        for rows in (flowers(generator, 150), flowers(generator, 1000, 5), flowers(generator, 40),
                     ring(generator, 400), flowers(generator, 2000, spread=0.8)):
            self.expect_nothing(self.table(rows))
            self.expect_nothing(self.table(rows), "--activation", "tanh", "--epochs", "150")

    def test_numbers_that_go_well(self):
        for rows in (plane(self.generator, 120), plane(self.generator, 1000), plane(self.generator, 500, 1.5),
                     [[i / 33, round(math.sin(i / 33), 4)] for i in range(200)],
                     plane(self.generator, 60, 0)):
            self.expect_nothing(self.table(rows), *NUMBERS)
            self.expect_nothing(self.table(rows), *NUMBERS, "--optimizer", "sgd", "--lr", "0.01")

    def test_images_that_go_well(self):
        self.expect_nothing(self.strokes(dark=False))
        self.expect_nothing(self.strokes(dark=True), "--standardize", "set")
        for options in ([], ["--optimizer", "sgd"], ["--hidden", "none"], ["--activation", "sigmoid"],
                        ["--dropout", "0.4"], ["--optimizer", "rmsprop"], ["--loss", "mse"],
                        ["--batch", "256"], ["--hidden", "64,64,64"], ["--lr", "0.0005"]):
            self.expect_nothing("digits", *options)


if __name__ == "__main__":
    unittest.main()
