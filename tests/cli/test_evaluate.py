#!/usr/bin/python3
"""evaluate: the figures against a network in plain Python, and what it must refuse."""

import json
import math
import struct
import unittest

from harness import TEST_IMAGES, TRAIN_IMAGES, CommandCase, contents, make_data, make_samples
from tensors import cross_entropy, forward, load_tensors, save_tensors, squared_error

TEST_SAMPLES, SIDE, CLASSES = 20, 3, 3


def wilson(correct, total):
    """Wilson's interval as it is defined: the p at which (p̂ − p)² = z² p (1 − p) / n."""
    z2 = 1.959963984540054 ** 2
    a, b, c = total + z2, -(2 * correct + z2), correct ** 2 / total
    root = math.sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


class Evaluate(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", test=TEST_SAMPLES, side=SIDE, classes=CLASSES)

    def train(self, *options):
        result = self.succeed("train", "data", "--out", "run", "--epochs", 2, "--hidden", 5,
                              "--quiet", "--json", *options)
        return json.loads(result.stdout)

    def model(self):
        return self.folder / "run" / "model.safetensors"

    def expect(self, error):
        """The figures of the test part, computed here."""
        tensors, _ = load_tensors(self.model())
        pixels, labels = make_samples(TEST_SAMPLES, SIDE, CLASSES, TEST_SAMPLES)
        size = SIDE * SIDE
        outputs = [forward(tensors, [pixel / 255 for pixel in pixels[i * size:(i + 1) * size]])
                   for i in range(TEST_SAMPLES)]
        confusion = [[0] * CLASSES for _ in range(CLASSES)]
        for logits, label in zip(outputs, labels):
            confusion[label][logits.index(max(logits))] += 1
        loss = sum(map(error, outputs, labels)) / TEST_SAMPLES
        return loss, sum(confusion[c][c] for c in range(CLASSES)), confusion, outputs

    def check_json(self, error, *options):
        trained = self.train(*options)
        loss, correct, confusion, _ = self.expect(error)
        found = json.loads(self.succeed("evaluate", "run", "data", "--json").stdout)
        self.assertEqual(set(found), {"loss", "accuracy", "samples", "accuracy_low",
                                      "accuracy_high", "classes", "confusion", "data", "engine"})
        self.assertAlmostEqual(found["loss"], loss, delta=1e-5 * loss)
        self.assertAlmostEqual(found["accuracy"], correct / TEST_SAMPLES, delta=1e-8)
        self.assertEqual(found["samples"], TEST_SAMPLES)
        self.assertEqual(found["confusion"], confusion)
        self.assertEqual(found["classes"], [str(c) for c in range(CLASSES)])
        low, high = wilson(correct, TEST_SAMPLES)
        self.assertAlmostEqual(found["accuracy_low"], low, delta=1e-8)
        self.assertAlmostEqual(found["accuracy_high"], high, delta=1e-8)
        self.assertGreater(correct, 0)
        self.assertAlmostEqual(trained["test"]["loss"], found["loss"], delta=1e-7 * loss)
        self.assertEqual(trained["test"]["accuracy"], found["accuracy"])

    def test_cross_entropy(self):
        self.check_json(cross_entropy)

    def test_mean_squared_error(self):
        self.check_json(squared_error, "--loss", "mse")

    def test_the_batch_does_not_change_the_result(self):
        self.train()
        whole = json.loads(self.succeed("evaluate", "run", "data", "--json").stdout)
        for batch in (1, 7, 20, 1000000):
            found = json.loads(
                self.succeed("evaluate", "run", "data", "--json", "--batch", batch).stdout)
            self.assertAlmostEqual(found["loss"], whole["loss"], delta=1e-6)
            self.assertEqual(found["confusion"], whole["confusion"])

    def test_parts(self):
        trained = self.train("--validation", 0)
        found = json.loads(
            self.succeed("evaluate", self.model(), "data", "--part", "train", "--json").stdout)
        self.assertEqual(found["samples"], 60)
        self.assertAlmostEqual(found["loss"], trained["train"]["loss"], delta=1e-6)

    def test_logits(self):
        self.train()
        result = self.succeed("evaluate", "run", "data", "--logits", "logits.safetensors",
                              "--batch", 7)
        self.assertEqual(result.stderr, "logits.safetensors written\n")
        tensors, _ = load_tensors(self.folder / "logits.safetensors")
        self.assertEqual(list(tensors), ["logits"])
        shape, values = tensors["logits"]
        self.assertEqual(shape, [TEST_SAMPLES, CLASSES])
        expected = [z for logits in self.expect(cross_entropy)[3] for z in logits]
        for one, other in zip(values, expected, strict=True):
            self.assertAlmostEqual(one, other, delta=1e-5)
        self.assertGreater(max(map(abs, expected)), 0.01)

    def test_text(self):
        self.train()
        loss, correct, confusion, _ = self.expect(cross_entropy)
        text = self.succeed("evaluate", "run", "data").stdout
        lines = [line.split() for line in text.splitlines()]
        self.assertEqual(text.splitlines()[0],
                         f"data      data: test part, {TEST_SAMPLES} samples, held back from training")
        del lines[0]
        self.assertEqual(lines[0], ["loss", f"{loss:.6f}", "(cross-entropy)"])
        self.assertEqual(lines[1][:4], ["accuracy", f"{100 * correct / TEST_SAMPLES:.2f}", "%",
                                        f"({correct}"])
        self.assertFalse(any(line != line.rstrip() for line in text.splitlines()))
        for c in range(CLASSES):
            row = lines[4 + c]
            predicted = sum(confusion[r][c] for r in range(CLASSES))
            hits, actual = confusion[c][c], sum(confusion[c])
            expected = [str(c), str(actual),
                        *([f"{100 * hits / predicted:.2f}", "%"] if predicted else ["-"]),
                        f"{100 * hits / actual:.2f}", "%",
                        f"{200 * hits / (predicted + actual):.2f}", "%"]
            self.assertEqual(row, expected)
            cells = [f"[{n}]" if other == c else str(n) if n else "."
                     for other, n in enumerate(confusion[c])]
            self.assertEqual(lines[-CLASSES + c], [str(c), *cells])

    def test_many_classes_list_the_most_frequent_mistakes(self):
        make_data(self.folder / "many", train=60, test=40, classes=20)
        tensors = {"0.weight": ([20, 9], [0.0] * 180), "0.bias": ([20], [0.0] * 3 + [1.0] + [0.0] * 16)}
        save_tensors(self.folder / "constant.safetensors", tensors)
        text = self.succeed("evaluate", "constant.safetensors", "many").stdout
        self.assertNotIn("confusion matrix", text)
        mistakes = text[text.index("most frequent mistakes"):].splitlines()
        self.assertEqual(mistakes[1].split(), ["true", "predicted", "samples"])
        self.assertEqual([line.split() for line in mistakes[2:5]],
                         [["0", "3", "2"], ["1", "3", "2"], ["2", "3", "2"]])
        self.assertEqual(len(mistakes), 12)
        self.assertIn("accuracy  5.00 % (2 of 40", text)

    def save_model(self, metadata=None, dtype="F32", name="made.safetensors", inputs=9):
        tensors = {"0.weight": ([CLASSES, inputs], [(i % 5 - 2) / 4 for i in range(CLASSES * inputs)]),
                   "0.bias": ([CLASSES], [0.5, 0.0, -0.5])}
        save_tensors(self.folder / name, tensors, metadata, dtype)
        return name

    def test_a_model_from_elsewhere(self):
        results = [self.succeed("evaluate", self.save_model(dtype=dtype), "data", "--json").stdout
                   for dtype in ("F32", "F64", "F16")]
        self.assertEqual(json.loads(results[0])["samples"], TEST_SAMPLES)
        self.assertEqual(results[0], results[1])
        self.assertEqual(results[0], results[2])

    def test_class_names(self):
        names = ["Größe", "b\u001b[31m\n", "a rather long name"]
        model = self.save_model({"class_names": json.dumps(names)})
        found = json.loads(self.succeed("evaluate", model, "data", "--json").stdout)
        self.assertEqual(found["classes"], names)
        text = self.succeed("evaluate", model, "data").stdout
        self.assertNotIn("\033", text)
        self.assertIn("b?[31m?", text)
        self.assertIn("Größe", text)
        self.assertEqual(len(set(map(len, text.splitlines()[4:9]))), 1, text)  # aligned

    def test_wrong_metadata(self):
        for key, value, parts in [
                ("class_names", '["a","b"]', ["class_names", "3 strings"]),
                ("class_names", '["a","b",3]', ["class_names"]),
                ("class_names", "a,b,c", ["class_names"]),
                ("input_shape", "3,4", ["input_shape", "9", "3,4"]),
                ("input_shape", "", ["input_shape"]),
                ("input_shape", "3x-3", ["input_shape"]),
                ("input_shape", "999999999," * 7 + "999999999", ["input_shape"]),
                ("loss", "hinge", ["loss", "mse or binary-cross-entropy", "hinge"]),
                ("preprocessing", "standardize", ["preprocessing", "divide-by-255"])]:
            with self.subTest(f"{key}: {value}"):
                self.refuse(1, ["made.safetensors", *parts], "evaluate",
                            self.save_model({key: value}), "data")

    def test_mismatch(self):
        self.train()
        make_data(self.folder / "larger", side=4)
        make_data(self.folder / "more", classes=5)
        self.refuse(1, ["3 x 3", "4 x 4"], "evaluate", "run", "larger")
        self.refuse(1, ["t10k-labels", "3 classes of the training data", 'found "3" at sample 3'], "evaluate", "run", "more")
        self.refuse(1, ["12 inputs", "3 x 3 = 9"], "evaluate", self.save_model(inputs=12), "data")

    def test_damaged_models(self):
        self.train()
        whole = self.model().read_bytes()
        for what, content in (("bit flipped", whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]),
                              ("truncated", whole[:-1]), ("trailing", whole + b"x"),
                              ("header cut", whole[:40]), ("empty", b""),
                              ("not safetensors", b"x" * 100)):
            with self.subTest(what):
                self.model().write_bytes(content)
                self.refuse(1, ["model.safetensors"], "evaluate", "run", "data")

    def test_missing(self):
        self.train()
        self.refuse(1, ["nowhere"], "evaluate", "nowhere", "data")
        self.refuse(1, ["data: expected a run folder with model.safetensors"], "evaluate", "data", "data")
        self.refuse(1, ["nowhere"], "evaluate", "run", "./nowhere")

    def test_unwritable_logits(self):
        self.train()
        before = contents(self.folder)
        result = self.succeed("evaluate", "run", "data").stdout
        for path in ("nowhere/logits", "data"):
            self.refuse(1, [path], "evaluate", "run", "data", "--logits", path, printed=True)
            self.assertEqual(self.run_command("evaluate", "run", "data", "--logits", path).stdout, result)
        self.refuse(1, ["nowhere/x.csv"], "evaluate", "run", "run", "data", "--csv", "nowhere/x.csv",
                    printed=True)
        self.assertEqual(contents(self.folder), before)

    def test_floats_that_the_model_takes_for_bytes(self):
        """Numbers of IDX files are never divided: bytes and floats do not go together."""
        self.train()
        data = make_data(self.folder / "floats")
        for name, count in ((TRAIN_IMAGES, 60), (TEST_IMAGES, 20)):
            pixels = (data / name).read_bytes()[16:]
            head = struct.pack(">IIII", 0x0D03, count, 3, 3)
            (data / name).write_bytes(head + struct.pack(f">{len(pixels)}f", *pixels))
        self.refuse(1, ["expected bytes", "found floats"], "evaluate", "run", "floats")
        self.succeed("train", "floats", "--out", "other", "--epochs", "1", "-q")
        self.succeed("evaluate", "other", "floats")
        self.refuse(1, ["expected floats", "found bytes"], "evaluate", "other", "data")
        (data / TEST_IMAGES).write_bytes((self.folder / "data" / TEST_IMAGES).read_bytes())
        self.refuse(1, ["expected floats", "found bytes"], "train", "floats", "--out", "mixed")

    def test_usage(self):
        for parts, arguments in [(["model and a data set"], []), (["model and a data set"], ["run"]),
                                 (["one DATA", '"data" and "more"'], ["run", "data", "more"]),
                                 (["--part", "one of train, test", "tset"], ["run", "data", "--part", "tset"]),
                                 (["--batch", 'found "0"'], ["run", "data", "--batch", "0"]),
                                 (["--batch", "whole number"], ["run", "data", "--batch", "x"]),
                                 (["--batch"], ["run", "data", "--batch", "99999999999999999999"]),
                                 (["--threads", "-1"], ["run", "data", "--threads=-1"]),
                                 (["--nonsense"], ["run", "data", "--nonsense"])]:
            self.refuse(2, parts, "evaluate", *arguments)

    def test_help(self):
        text = self.succeed("evaluate", "--help").stdout
        for part in ("MODEL... DATA", "--part", "--batch", "256", "--json", "--logits", "Examples:"):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
