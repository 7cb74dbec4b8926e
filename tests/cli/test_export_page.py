#!/usr/bin/python3
"""export --html: the page computes what predict computes, sees pictures as predict does, lets nothing
in and nothing out, and can be used by mouse, keyboard and screen reader."""

import base64
import gzip
import hashlib
import json
import math
import random
import re
import shutil
import struct
import subprocess
import unittest
from html.parser import HTMLParser
from pathlib import Path

from harness import CommandCase, make_data
from pictures import png
from tensors import save_tensors

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "tests/node"
NODE, CHROMIUM = shutil.which("node"), shutil.which("chromium")
DIGITS = ROOT / "models/digits"
ACTIVATIONS = ["identity", "relu", "leaky-relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus"]
EVIL = ['</script><script>alert(1)</script>', '"quoted\'', "line\u2028end", "<img src=x onerror=alert(1)>",
        "&lt;", "<!--", "größe"]


class Parts(HTMLParser):
    """The elements of a page: each script's and style's attributes and text, and all names of tags."""

    def __init__(self, text):
        super().__init__()
        self.parts, self.tags, self.meta, self.inside = [], [], {}, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.inside = tag in ("script", "style", "title")
        if self.inside:
            self.parts.append([tag, dict(attrs), ""])
        if tag == "meta":
            self.meta.update({dict(attrs).get("http-equiv", ""): dict(attrs).get("content")})

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.parts[-1][2] += data

    def text(self, name):
        return next(text for tag, attributes, text in self.parts if name in (tag, attributes.get("id")))


def is_same(one, other):
    """To the bit, as floats."""
    return struct.pack("<f", one) == struct.pack("<f", other)


class Pages(CommandCase):
    def export(self, model, *options):
        self.succeed("export", model, "--html", "page.html", "--force", *options)
        return (self.folder / "page.html").read_text(encoding="utf-8")

    def save(self, sizes, activations, metadata, seed=0, weights=None, bias=None):
        """A model file of a run of its own; returns its path."""
        generator = random.Random(seed)
        tensors = {}
        for l, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
            drawn = [generator.gauss(0, inputs ** -0.5) for _ in range(inputs * outputs)]
            tensors[f"{2 * l}.weight"] = ([outputs, inputs], weights or drawn)
            tensors[f"{2 * l}.bias"] = ([outputs], bias or [generator.gauss(0, 0.5) for _ in range(outputs)])
        save_tensors(self.folder / "model.safetensors", tensors, {
            "layers": "-".join(map(str, sizes)), "activation": activations[0],
            "output_activation": activations[-1], **metadata})
        return "model.safetensors"


@unittest.skipUnless(NODE, "there is no node")
class Numbers(Pages):
    def ask(self, **request):
        """The page's answers, by its own functions."""
        done = subprocess.run([NODE, SCRIPTS / "ask_page.js", self.folder / "page.html"],
                              input=json.dumps(request), capture_output=True, text=True, timeout=100,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def predict(self, *arguments):
        """The answers of predict, by class or number."""
        found = json.loads(self.succeed("predict", *arguments, "--json", "--reference").stdout)["predictions"]
        return [entry.get("outputs") or [answer.get("probability", answer.get("output"))
                for answer in sorted(entry.get("top", [entry]), key=lambda answer: answer["class"])]
                for entry in found]

    def assert_same(self, found, expected):
        self.assertEqual(len(found), len(expected))
        for i, (one, other) in enumerate(zip(found, expected)):
            self.assertEqual(len(one), len(other))
            self.assertTrue(all(map(is_same, one, other)), f"sample {i}: {one}, {other}")

    def test_all_test_digits(self):
        self.export(DIGITS)
        images = gzip.decompress((ROOT / "data/digits/t10k-images-idx3-ubyte.gz").read_bytes())[16:]
        features = [[byte / 255 for byte in images[i:i + 64]] for i in range(0, len(images), 64)]
        self.assertEqual(len(features), 360)
        self.assert_same(self.ask(features=features), self.predict(DIGITS, "digits", "--top", "10"))

    def write_rows(self, inputs, generator):
        rows = [[round(generator.gauss(0, 2), 3) for _ in range(inputs)] for _ in range(20)]
        (self.folder / "rows.csv").write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
        return rows

    def test_networks_of_every_activation(self):
        """Softmax, sigmoid and numbers in their own units; standardised or not; one to four layers."""
        for seed, activation in enumerate(ACTIVATIONS * 2):
            generator = random.Random(seed)
            sizes = [generator.randrange(2, 9) for _ in range(generator.randrange(2, 6))]
            task = seed % 4
            metadata = {"preprocessing": "none", "input_shape": str(sizes[0])}
            if seed % 2:
                metadata["preparation"] = json.dumps({
                    "standardize": "feature", "mean": [0.3] * sizes[0], "deviation": [1.7] * sizes[0],
                    **({"target_mean": [5.1] * sizes[-1], "target_deviation": [0.3] * sizes[-1]}
                       if task == 3 else {})})
            metadata.update([{"loss": "cross-entropy"}, {"loss": "binary-cross-entropy", "task": "multi-label"},
                             {"loss": "binary-cross-entropy"}, {"loss": "mse", "task": "regression"}][task])
            sizes[-1] = 1 if task == 2 else sizes[-1]
            activations = [activation] * (len(sizes) - 2) + [generator.choice(ACTIVATIONS)]
            model = self.save(sizes, activations, metadata, seed)
            with self.subTest(sizes=sizes, activations=activations, task=task):
                self.export(model)
                rows = self.write_rows(sizes[0], generator)
                options = [] if task == 3 else ["--top", "9"]
                self.assert_same(self.ask(features=rows), self.predict(model, "rows.csv", *options))

    def draw(self, generator, channels):
        """Strokes on paper with some noise."""
        height, width = generator.randrange(12, 90), generator.randrange(12, 90)
        paper, ink = generator.choice([(235, 30), (12, 240)])
        pixels = [paper + generator.randrange(4) for _ in range(height * width * channels)]
        x, y, dx, dy = width / 2, height / 4, 0.5, 0.5
        for _ in range(70):
            x, y = (x + dx) % width, (y + dy) % height
            dx, dy = dx + generator.gauss(0, 0.1), dy + generator.gauss(0, 0.1)
            for column in range(int(x), min(int(x) + 3, width)):
                place = (int(y) * width + column) * channels
                pixels[place:place + channels] = [ink + generator.randrange(10) for _ in range(channels)]
        return {"height": height, "width": width, "channels": channels, "pixels": pixels}

    def test_pictures_are_seen_as_predict_sees_them(self):
        """A network that only passes its pixels on."""
        generator = random.Random(5)
        for shape, way in (("8,8", "as-mnist"), ("20,22", "as-mnist"), ("9,7", "as-is"), ("22,25", "as-is"),
                           ("6,8,3", "as-is")):
            inputs = math.prod(map(int, shape.split(",")))
            channels = 3 if shape.count(",") == 2 else 1
            model = self.save([inputs, inputs], ["identity"], {
                "loss": "mse", "task": "regression", "preprocessing": "divide-by-255", "input_shape": shape,
                "pictures": way}, bias=[0] * inputs,
                weights=[float(i % (inputs + 1) == 0) for i in range(inputs * inputs)])
            images = [self.draw(generator, channels) for _ in range(8)]
            for i, image in enumerate(images):
                (self.folder / f"{i}.png").write_bytes(
                    png(image["height"], image["width"], image["pixels"], channels))
            with self.subTest(shape=shape, way=way):
                self.export(model)
                found = self.predict(model, *(f"{i}.png" for i in range(len(images))))
                self.assert_same(self.ask(images=images), found)
                self.assertTrue(any(level > 0.5 for levels in found for level in levels))

    def test_paper_without_ink(self):
        self.export(DIGITS)
        blank = {"height": 30, "width": 30, "channels": 1, "pixels": [250] * 900}
        self.assertEqual(self.ask(images=[blank]), [None])


class Text(Pages):
    def kinds(self):
        """A page of each kind."""
        yield self.export(DIGITS)
        shape = {"preprocessing": "divide-by-255", "input_shape": "4,4,3"}
        yield self.export(self.save([48, 2], ["relu", "identity"], {**shape, "pictures": "as-is"}))
        yield self.export(self.save([3, 2], ["relu", "identity"], {"input_shape": "3"}))

    def test_small(self):
        """Less than 40 kB without the weights."""
        for page in self.kinds():
            weights = Parts(page).text("weights")
            self.assertLess(len(page) - len(weights), 40000)

    def test_weights_are_the_bytes_of_the_file(self):
        weights = base64.b64decode(Parts(self.export(DIGITS)).text("weights"), validate=True)
        self.assertTrue((DIGITS / "model.safetensors").read_bytes().endswith(weights))
        self.assertEqual(len(weights), 4 * 17226)

    def test_the_policy_lets_its_own_scripts_run_and_nothing_else(self):
        for page in self.kinds():
            parts = Parts(page)
            policy = dict(rule.strip().split(" ", 1) for rule in parts.meta["Content-Security-Policy"].split(";"))
            self.assertEqual(policy["default-src"], "'none'")
            self.assertEqual(policy["img-src"], "data: blob:")
            for tag, rule in (("script", "script-src"), ("style", "style-src")):
                texts = [text for name, attributes, text in parts.parts
                         if name == tag and "type" not in attributes]
                digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
                self.assertEqual(policy[rule], " ".join(f"'sha256-{digest}'" for digest in digests))
            self.assertNotRegex(page, r'\son\w+=|style="|\b(src|href)="(?!data:,")|https?:')

    def test_strangers_names_stay_texts(self):
        plain = self.export(self.save([3, 7], ["identity"], {"input_shape": "3"}))
        names = self.save([3, 7], ["identity"], {"input_shape": "3", "class_names": json.dumps(EVIL),
                          "training": json.dumps({"data": EVIL[0], "optimizer": EVIL[3]})})
        page = self.export(names, "--title", EVIL[0] + EVIL[4])
        parts = Parts(page)
        self.assertEqual(parts.tags, Parts(plain).tags)
        self.assertEqual(parts.text("title"), EVIL[0] + EVIL[4])
        model = json.loads(parts.text("model"))
        self.assertEqual(model["names"], EVIL)
        self.assertIn(["Trained on", EVIL[0]], model["facts"])
        self.assertTrue(parts.text("model").isascii())

    def test_titles(self):
        """The data's name, or the model's, or what is asked for."""
        self.assertEqual(Parts(self.export(DIGITS)).text("title"), "digits")
        model = self.save([3, 2], ["identity"], {"training": '{"data": "a/wine.red.csv"}'})
        self.assertEqual(Parts(self.export(model)).text("title"), "wine.red")
        model = self.save([3, 2], ["identity"], {})
        (self.folder / model).rename(self.folder / "other.safetensors")
        self.assertEqual(Parts(self.export("other.safetensors")).text("title"), "other")
        self.assertEqual(Parts(self.export("other.safetensors", "--title", "Mine")).text("title"), "Mine")

    def facts(self, model):
        return dict(json.loads(Parts(self.export(model)).text("model"))["facts"])

    def test_facts(self):
        facts = self.facts(DIGITS)
        self.assertEqual(facts["Network"], "64-128-64-10 relu, 17,226 parameters")
        self.assertEqual(facts["Training"], "adamw, learning rate 0.002, batch 32, 109 epochs, seed 1")
        self.assertEqual(facts["Validation"], "99.31 % right")
        self.assertEqual(facts["Test"], "99.44 % right, 360 samples")
        self.assertEqual(facts["CRC-32"], "7b73197f")

    def test_facts_of_data_that_are_gone(self):
        """From the run's result, where that is of these weights."""
        data = make_data(self.folder / "data")
        for seed in (1, 2):
            self.succeed("train", "data", "--epochs", "1", "--seed", seed, "--out", f"run{seed}", "-q")
        data.rename(self.folder / "gone")
        result = json.loads((self.folder / "run1/result.json").read_text())["test"]
        self.assertEqual(self.facts("run1")["Test"], f"{100 * result['accuracy']:.2f} % right, 20 samples")
        shutil.copy(self.folder / "run2/model.safetensors", self.folder / "run1")
        self.assertNotIn("Test", self.facts("run1"))

    def test_refusals(self):
        (self.folder / "there.html").write_text("mine")
        self.refuse(1, ["there.html", "--force"], "export", DIGITS, "--html", "there.html")
        self.refuse(1, ["none/page.html"], "export", DIGITS, "--html", "none/page.html")
        model = self.save([2, 2], ["identity"], {}, weights=[1.0, 2.0, float("inf"), 0.0])
        self.refuse(1, ["finite", "parameter 3"], "export", model, "--html", "page.html")
        large = 2000
        save_tensors(self.folder / model, {"0.weight": ([large, large], [0.0] * large * large),
                                           "0.bias": ([large], [0.0] * large)})
        self.refuse(1, ["4000000", "4002000", "ONNX"], "export", model, "--html", "page.html")
        self.assertEqual((self.folder / "there.html").read_text(), "mine")
        self.assertFalse((self.folder / "page.html").exists())


@unittest.skipUnless(NODE and CHROMIUM, "there is no node, or no chromium")
@unittest.skipUnless((SCRIPTS / "node_modules/playwright-core").exists() and
                     (SCRIPTS / "node_modules/axe-core").exists(),
                     "playwright-core and axe-core are not installed: scripts/setup.sh --ci")
class Browser(Pages):
    """All of it in one browser, which takes a second to start."""

    COLUMNS = [{"kind": "numbers", "name": EVIL[3], "fill": 0.25}, {"kind": "answer", "name": "y"},
               {"kind": "words", "name": EVIL[0], "words": ["</script>red", "blue"]},
               {"kind": "numbers", "name": "age", "fill": 40.0, "flag": True}]

    def make_pages(self):
        self.export(DIGITS)
        (self.folder / "page.html").rename(self.folder / "digits.html")
        for name in ("3.png", "5.png"):
            shutil.copy(ROOT / "data/examples" / name, self.folder)
        (self.folder / "text.png").write_text("no picture")
        model = self.save([5, 6, 3], ["tanh", "identity"], {
            "input_shape": "5", "preprocessing": "none", "columns": json.dumps(self.COLUMNS),
            "class_names": json.dumps(EVIL[:3]), "preparation": json.dumps({
                "standardize": "feature", "mean": [0.25, 0.5, 0.5, 40, 0.1], "deviation": [1, 0.5, 0.5, 10, 0.3]})})
        self.export(model, "--title", EVIL[0])
        (self.folder / "page.html").rename(self.folder / "table.html")
        (self.folder / "rows.csv").write_text(f'"{EVIL[3]}",y,"{EVIL[0]}",age\n1.5,?,</script>red,\n')

    def expected(self, model, file):
        found = json.loads(self.succeed("predict", model, file, "--json").stdout)["predictions"][0]
        return f"{found['name']} {100 * found['probability']:.1f} %"

    def test_use(self):
        self.make_pages()
        done = subprocess.run([NODE, SCRIPTS / "use_page.js", CHROMIUM, self.folder], capture_output=True,
                              text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual([seen[key] for key in ("errors", "violations", "accessibility")], [[], [], []])
        self.assertEqual({re.sub(r"^file://.*/", "", url) for url in seen["requests"]} - {"data:,"},
                         {"digits.html", "table.html"})
        self.assertEqual(seen["wide"], [360, 360])
        self.check_drawing(seen)
        self.check_pictures(seen)
        self.check_table(seen)

    def check_drawing(self, seen):
        self.assertEqual(seen["empty"], "\u2013 nothing drawn yet")
        self.assertRegex(seen["seven"], r"^7 \d+\.\d %")
        self.assertEqual(seen["cleared"], seen["empty"])
        self.assertEqual(seen["undone"], seen["seven"])
        self.assertEqual(seen["finger"][0], "7")
        self.assertRegex(seen["zero"], r"^0 \d+\.\d %")
        self.assertRegex(seen["keys"], r"^1 \d+\.\d %")

    def check_pictures(self, seen):
        self.assertEqual(seen["dropped"], self.expected(DIGITS, "3.png"))
        self.assertEqual(seen["chosen"], self.expected(DIGITS, "5.png"))
        self.assertIn("text.png: expected a picture", seen["refused"])

    def check_table(self, seen):
        self.assertEqual(seen["title"], EVIL[0])
        self.assertEqual(seen["labels"], [EVIL[3], EVIL[0], "age"])
        self.assertEqual(seen["row"], self.expected("model.safetensors", "rows.csv"))
        self.assertTrue(seen["row"].startswith(seen["named"]))
        self.assertEqual(seen["reset"], "0.26")


if __name__ == "__main__":
    unittest.main()
