#!/usr/bin/python3
"""predict: images in, classes out; what is no image, or no model, is told in a line."""

import csv
import json
import math
import random
import struct
import subprocess
import unittest
import zlib
from pathlib import Path

from harness import COMMAND, CommandCase, idx
from pictures import bomb, pgm, png
from tensors import cross_entropy, forward, load_tensors, reseal, save_tensors

PROJECT = Path(__file__).resolve().parent.parent.parent
MODEL = PROJECT / "models" / "digits"
EXAMPLES = sorted((PROJECT / "data" / "examples").glob("*.png"))


class Predict(CommandCase):
    def predict_json(self, *arguments):
        return json.loads(self.succeed("predict", "--json", *arguments).stdout)

    def write(self, name, content):
        (self.folder / name).write_bytes(content)
        return name

    def test_the_examples_are_read_right(self):
        self.assertEqual(len(EXAMPLES), 10)
        found = self.predict_json(MODEL, *EXAMPLES)
        self.assertEqual(found["model"], str(MODEL / "model.safetensors"))
        for path, entry in zip(EXAMPLES, found["predictions"], strict=True):
            self.assertEqual(entry["file"], str(path))
            self.assertEqual(entry["name"], path.stem)
            self.assertEqual(entry["class"], int(path.stem))
            self.assertGreater(entry["probability"], 0.9)
            self.assertEqual(len(entry["top"]), 3)

    def test_text_shows_files_classes_and_probabilities(self):
        result = self.succeed("predict", MODEL, "--top", "2", *EXAMPLES[:2])
        lines = [line.split() for line in result.stdout.splitlines()]
        self.assertEqual([line[0] for line in lines], [str(path) for path in EXAMPLES[:2]])
        for line in lines:
            self.assertEqual(len(line), 7)  # the file, and twice a class, a number and "%"
            self.assertEqual(line[1], Path(line[0]).stem)
            self.assertGreater(float(line[2]), float(line[5]))

    def test_all_classes_add_up_to_one(self):
        entry = self.predict_json(MODEL, "--top", "1000", EXAMPLES[3])["predictions"][0]
        self.assertEqual(len(entry["top"]), 10)
        self.assertEqual({top["class"] for top in entry["top"]}, set(range(10)))
        probabilities = [top["probability"] for top in entry["top"]]
        self.assertEqual(probabilities, sorted(probabilities, reverse=True))
        self.assertAlmostEqual(sum(probabilities), 1, places=5)

    def test_the_standard_input(self):
        with open(EXAMPLES[5], "rb") as file:
            result = subprocess.run([COMMAND, "predict", MODEL, "--json", "-"], stdin=file,
                                    stdout=subprocess.PIPE, check=True)
        entry = json.loads(result.stdout)["predictions"][0]
        expected = self.predict_json(MODEL, EXAMPLES[5])["predictions"][0]
        self.assertEqual(entry.pop("file"), "-")
        expected.pop("file")
        self.assertEqual(entry, expected)

    def test_show_prints_what_the_network_sees(self):
        bar = [[255 if 6 <= x < 10 else 0 for x in range(16)] for _ in range(16)]
        path = self.write("bar.png", png(16, 16, sum(bar, [])))
        rows = self.succeed("predict", MODEL, "--show", path).stdout.splitlines()
        self.assertEqual(rows[0], "┌" + "─" * 16 + "┐")
        self.assertEqual(rows[1:9], ["│" + " " * 6 + "█" * 4 + " " * 6 + "│"] * 8)
        self.assertEqual(rows[9], "└" + "─" * 16 + "┘")
        self.assertTrue(rows[10].startswith("bar.png  "))

    def test_as_is_neither_inverts_nor_moves(self):
        """Of a model's own size, pixels reach the network as they are: as evaluate takes them."""
        pixels = [0] * 64
        pixels[9:12] = [255] * 3
        path = self.write("corner.pgm", pgm(8, 8, pixels))
        rows = self.succeed("predict", MODEL, "--show", "--as-is", path).stdout.splitlines()
        self.assertEqual(rows[2], "│  " + "█" * 6 + " " * 8 + "│")
        self.assertEqual(rows[3], "│" + " " * 16 + "│")
        moved = self.succeed("predict", MODEL, "--show", path).stdout.splitlines()
        self.assertNotEqual(moved[2], rows[2])

    def test_black_on_white_is_white_on_black(self):
        shape = [[255 if 20 <= y < 60 and 30 <= x < 38 else 0 for x in range(70)] for y in range(80)]
        paper = [[255 - level for level in row] for row in shape]
        light = self.predict_json(MODEL, self.write("a.png", png(80, 70, sum(shape, []))))["predictions"][0]
        dark = self.predict_json(MODEL, self.write("b.png", png(80, 70, sum(paper, []))))["predictions"][0]
        self.assertEqual(light["top"], dark["top"])
        self.assertEqual(light["name"], "1")

    def test_every_format(self):
        """The same picture as PGM and PNG; JPEG and the rest are the reader's own affair."""
        rows = [[255 if 10 <= x < 14 and y > 3 else 20 for x in range(24)] for y in range(30)]
        one = self.predict_json(MODEL, self.write("a.png", png(30, 24, sum(rows, []))))
        other = self.predict_json(MODEL, self.write("b", pgm(30, 24, sum(rows, []))))
        self.assertEqual(one["predictions"][0]["top"], other["predictions"][0]["top"])

    def test_what_is_no_image_is_told_in_one_line(self):
        bad = {
            self.write("text.png", b"not an image"): "found another kind of file",
            self.write("cut.png", EXAMPLES[0].read_bytes()[:300]): "cannot decode",
            self.write("bomb.png", bomb(20000, 20000)): "20000 x 20000",
            self.write("empty.png", b""): "empty.png",
            self.write("blank.png", png(20, 20, [200] * 400)): "expected ink",
            "missing.png": "missing.png",
        }
        for path, said in bad.items():
            with self.subTest(path):
                self.refuse(1, [path, said], "predict", MODEL, path)

    def test_a_blank_image_is_taken_as_it_is(self):
        path = self.write("blank.png", png(20, 20, [200] * 400))
        self.assertIn("--as-is", self.refuse(1, [], "predict", MODEL, path).stderr)
        self.assertEqual(len(self.predict_json(MODEL, "--as-is", path)["predictions"]), 1)

    def test_a_bad_file_does_not_hide_the_others(self):
        result = self.run_command("predict", MODEL, "missing.png", EXAMPLES[7], "--json")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1)
        found = json.loads(result.stdout)["predictions"]
        self.assertEqual([entry["name"] for entry in found], ["7"])

    def test_wrong_use(self):
        self.refuse(2, ["expected a model and files"], "predict", MODEL)
        self.refuse(2, ["expected a model and files"], "predict")
        self.refuse(2, ["--top", "from 1 to 1000"], "predict", MODEL, "--top", "0", EXAMPLES[0])

    def test_what_is_no_model(self):
        for path in (EXAMPLES[0], "missing", self.folder):
            with self.subTest(path):
                self.refuse(1, [str(path)], "predict", path, EXAMPLES[0])

    def test_a_model_of_what_is_no_image_takes_none(self):
        """A file without a shape and with a number of inputs that is no square."""
        header = {"0.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
                  "0.bias": {"dtype": "F32", "shape": [2], "data_offsets": [24, 32]}}
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        self.write("model.safetensors", struct.pack("<Q", len(text)) + text + bytes(32))
        self.refuse(1, ["expected a model of images", "3 numbers"], "predict", "model.safetensors",
                    EXAMPLES[0])

    def rows_of(self, *arguments):
        """The lines of CSV, as lists of fields."""
        return list(csv.reader(self.succeed("predict", *arguments).stdout.splitlines()))

    def test_rows_are_answered_as_evaluate_answers_them(self):
        """A whole test part: as many right as evaluate counts, and the same by pipe and by JSON."""
        self.succeed("convert", "digits", "data", "--csv", "-q")
        with open(self.folder / "data/test.csv", newline="") as file:
            header, *samples = csv.reader(file)
        column = header.index("label")
        header, *answers = self.rows_of(MODEL, "data/test.csv")
        self.assertEqual(header, ["class", "probability"])
        self.assertEqual(len(answers), 360)
        right = sum(sample[column] == answer[0] for sample, answer in zip(samples, answers))
        evaluated = json.loads(self.succeed("evaluate", MODEL, "digits", "--json").stdout)
        self.assertAlmostEqual(right / 360, evaluated["test"]["accuracy"]
                               if "test" in evaluated else evaluated["accuracy"])
        piped = subprocess.run([COMMAND, "predict", MODEL, "--csv", "-"], check=True, text=True,
                               input=(self.folder / "data/test.csv").read_text(),
                               stdout=subprocess.PIPE)
        self.assertEqual(list(csv.reader(piped.stdout.splitlines())), [header, *answers])
        entries = self.predict_json(MODEL, "data/test.csv")["predictions"]
        self.assertEqual([entry["name"] for entry in entries], [answer[0] for answer in answers])

    def test_rows_need_no_label(self):
        self.write("rows.csv", b"0,0,0,255" + b",0" * 60 + b"\n")
        header, answer = self.rows_of(MODEL, "rows.csv", "--top", "3")
        self.assertEqual(header, ["class_1", "probability_1", "class_2", "probability_2",
                                  "class_3", "probability_3"])
        self.assertEqual(len(answer), 6)
        self.assertGreaterEqual(float(answer[1]), float(answer[3]))

    def test_an_image_and_a_row_of_its_pixels_are_the_same(self):
        pixels = [0] * 64
        pixels[10:12] = [200, 100]
        image = self.predict_json(MODEL, "--as-is", self.write("a.pgm", pgm(8, 8, pixels)))
        self.write("a.csv", (",".join(map(str, pixels)) + "\n").encode())
        row = self.predict_json(MODEL, "a.csv", "--top", "3")
        self.assertEqual(image["predictions"][0]["top"], row["predictions"][0]["top"])

    def test_what_the_model_remembers_holds_for_rows(self):
        """The label's column, names of classes with commas, and standardised features."""
        lines = [f"{i % 2 * 3 + i % 5 * 0.1},{i % 7},{['a, b', 'c'][i % 2]}" for i in range(80)]
        text = "\n".join(line.replace("a, b", '"a, b"') for line in lines)
        self.write("data.csv", text.encode())
        self.succeed("train", "data.csv", "--label-column", "-1", "--standardize", "feature",
                     "--epochs", "40", "--out", "run", "-q")
        header, *answers = self.rows_of("run", "data.csv")
        self.assertEqual([answer[0] for answer in answers], ["a, b", "c"] * 40)
        self.write("bare.csv", b"0.2,3\n3.1,3\n")
        self.assertEqual([row[0] for row in self.rows_of("run", "bare.csv")[1:]], ["a, b", "c"])
        self.refuse(1, ["found one for samples of 2 numbers", "rows"], "predict", "run", EXAMPLES[0])

    def test_regression_gives_numbers_in_the_targets_own_units(self):
        lines = [f"{i % 7},{i % 5},{1000 + 30 * (i % 7) - 5 * (i % 5)}" for i in range(200)]
        self.write("data.csv", ("a,b,y\n" + "\n".join(lines)).encode())
        self.succeed("train", "data.csv", "--regression", "--label-column", "y", "--loss", "mse",
                     "--values", "floats", "--epochs", "60", "--out", "run", "-q")
        self.write("bare.csv", b"3,2\n6,0\n")
        header, *rows = self.rows_of("run", "bare.csv")
        self.assertEqual(header, ["y"])
        for row, expected in zip(rows, (1080, 1180), strict=True):
            self.assertAlmostEqual(float(row[0]), expected, delta=20)
        entries = self.predict_json("run", "bare.csv")["predictions"]
        self.assertEqual([f"{entry['outputs'][0]:.6g}" for entry in entries],
                         [f"{float(row[0]):.6g}" for row in rows])

    def test_images_are_shown_to_the_model_as_those_it_was_trained_on(self):
        """One model for each way to hold the same pixels: an image and the row of the same numbers
        have the same answer."""
        generator = random.Random(3)
        pixels = [[generator.choice((0, 255, generator.randrange(256))) for _ in range(9)]
                  for _ in range(80)]
        shown = [generator.randrange(256) for _ in range(9)]
        self.write("shown.pgm", pgm(3, 3, shown))
        for low, high, options in ((0, 255, []), (0, 255, ["--values", "floats"]), (0, 1, []),
                                   (-1, 1, []), (-40, 300, ["--standardize", "set"])):
            with self.subTest(f"{low} to {high} {options}"):
                def line(image, last=None):
                    numbers = [str(p) if (low, high) == (0, 255) else
                               repr(low + (high - low) * p / 255) for p in image]
                    return ",".join(numbers + ([last] if last else [])) + "\n"
                self.write("data.csv", "".join(line(image, "ab"[image[4] > 127]) for image in pixels)
                           .encode())
                self.succeed("train", "data.csv", "--size", "3x3", *options, "--epochs", "5", "--out",
                             "run", "--force", "-q")
                self.write("row.csv", line(shown).encode())
                image, = self.predict_json("run", "shown.pgm", "--as-is")["predictions"]
                row, = self.predict_json("run", "row.csv", "--top", "2")["predictions"]
                self.assertEqual(image["class"], row["class"])
                for one, other in zip(image["top"], row["top"], strict=True):
                    self.assertAlmostEqual(one["probability"], other["probability"], delta=1e-6)

    def test_images_of_floats_against_the_weights(self):
        """A model of IDX files with floats from 0 to 255 gets such numbers of an image as well; and
        evaluate gets them out of the files: both give what the weights say."""
        generator = random.Random(7)
        images = {part: [[float(generator.randrange(256)) for _ in range(9)] for _ in range(count)]
                  for part, count in (("train", 60), ("t10k", 12))}
        (self.folder / "data").mkdir()
        for part, rows in images.items():
            head = struct.pack(">IIII", 0xD03, len(rows), 3, 3)
            self.write(f"data/{part}-images-idx3-float",
                       head + b"".join(struct.pack(">9f", *row) for row in rows))
            self.write(f"data/{part}-labels-idx1-ubyte",
                       idx([len(rows)], [int(row[4] > 127) for row in rows]))
        self.succeed("train", "data", "--epochs", "2", "--hidden", "5", "--out", "run", "-q")
        tensors, _ = load_tensors(self.folder / "run/model.safetensors")
        losses = []
        for row in images["t10k"]:
            logits = forward(tensors, row)
            losses.append(cross_entropy(logits, int(row[4] > 127)))
            self.write("image.pgm", pgm(3, 3, map(int, row)))
            entry, = self.predict_json("run", "image.pgm", "--as-is")["predictions"]
            for top in entry["top"]:
                self.assertAlmostEqual(top["probability"],
                                       math.exp(-cross_entropy(logits, top["class"])), delta=1e-4)
        found = json.loads(self.succeed("evaluate", "run", "data", "--json").stdout)
        mean = sum(losses) / len(losses)
        self.assertAlmostEqual(found["loss"], mean, delta=1e-4 * max(1, mean))

    def test_answers_from_what_is_no_number(self):
        """Nor are any given where weights are too large."""
        (self.folder / "row.csv").write_text(",".join(["7"] * 64) + "\n")
        tensors, metadata = load_tensors(MODEL / "model.safetensors")
        for name, values, found in (("2.weight", [float("nan")], "nan"), ("4.weight", [3e38] * 640, ""),
                                    ("4.bias", [float("inf")], "an infinite one")):
            shape, weights = tensors[name]
            broken = dict(tensors, **{name: (shape, values + weights[len(values):])})
            data = b"".join(struct.pack(f"<{len(numbers)}f", *numbers) for _, numbers in broken.values())
            save_tensors(self.folder / "broken.safetensors", broken,
                         dict(metadata, crc32=f"{zlib.crc32(data):08x}"))
            for what in (EXAMPLES[0], "row.csv"):
                for options in ([], ["--json"]):
                    with self.subTest(name, what=what, options=options):
                        result = self.run_command("predict", "broken.safetensors", what, *options, "-q")
                        self.assertEqual(result.returncode, 1, result.stdout)
                        said = " ".join(result.stderr.split())
                        self.assertIn("broken.safetensors: sample 1: expected finite numbers from the "
                                      f"network, found {found}", said)

    def test_a_range_that_is_none(self):
        self.write("data.csv", b"".join(b"%f,0.5,0.1,1,%c\n" % (i / 90, b"ab"[i % 2])
                                        for i in range(90)))
        self.succeed("train", "data.csv", "--size", "2x2", "--epochs", "1", "--out", "run", "-q")
        model = self.folder / "run/model.safetensors"
        content = model.read_bytes()
        self.assertIn(b'"input_range":"[0.0,1.0]"', content)
        for wrong in (b"[1.0,0.0]", b"[0.0,1.0}", b"[0.0,nul]"):
            model.write_bytes(content.replace(b"[0.0,1.0]", wrong))
            reseal(model)
            self.refuse(1, ["input_range", "two numbers"], "predict", "run", EXAMPLES[0])

    def test_values_that_contradict_the_model(self):
        self.write("row.csv", b"0" + b",0" * 63 + b"\n")
        self.refuse(2, ["--values", "expected bytes", "found floats"], "predict", MODEL, "row.csv",
                    "--values", "floats")
        self.succeed("predict", MODEL, "row.csv", "--values", "bytes")

    def test_rows_that_are_refused(self):
        self.write("short.csv", b"1,2,3\n")
        self.refuse(1, ["short.csv", "expected 64 numbers", "found 3"], "predict", MODEL,
                    "short.csv")
        good = b"0" + b",0" * 63 + b"\n"
        self.write("ragged.csv", good + b"1,2\n")
        self.assertIn("line 2", self.run_command("predict", MODEL, "ragged.csv").stderr)
        self.refuse(1, ["missing.csv"], "predict", MODEL, "missing.csv")
        self.write("good.csv", good)
        self.refuse(2, ["one file of rows"], "predict", MODEL, "good.csv", "good.csv")
        self.refuse(2, ["--show"], "predict", MODEL, "good.csv", "--show")


if __name__ == "__main__":
    unittest.main()
