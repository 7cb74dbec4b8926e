#!/usr/bin/python3
"""Sheets of samples, of weights and of mistakes, and confusion matrices: their pixels in PNG files,
their texts, with the places, in SVG files, and the same as CSV, against the data and the answers."""

import base64
import csv
import json
import re
import struct
import unittest
import xml.etree.ElementTree as xml
import zlib

from harness import CommandCase, make_data
from pictures import png, read_png
from tensors import load_tensors, save_tensors

SVG = "{http://www.w3.org/2000/svg}"
BLUE, RED = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)
MARGIN, TITLE, NOTE = 12, 26, 20


def tint(colour, strength):
    return tuple(round(255 + strength * (channel - 255)) for channel in colour)


def svg_texts(path):
    """The texts of a picture with the places where they are set."""
    found = []
    for group in xml.parse(path).getroot().iter(SVG + "g"):
        place = re.match(r"translate\(([-\d.]+),([-\d.]+)\)", group.get("transform", ""))
        for text in group.findall(SVG + "text") if place else ():
            found.append((float(place[1]), float(place[2]), "".join(text.itertext())))
    return found


def words(path):
    return [text for _, _, text in svg_texts(path)]


def pdf_texts(path):
    """The texts of a PDF page that cairo has written, without their kerning."""
    found = ""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.S):
        try:
            content = zlib.decompressobj().decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        for line in re.findall(r"\[?(\((?:[^()\\]|\\.)*\)[^\n]*?)\]?\s*T[jJ]", content):
            found += "".join(re.findall(r"\(((?:[^()\\]|\\.)*)\)", line)) + "\n"
    return found.splitlines()


class SheetCase(CommandCase):
    def picture(self, name):
        """A function of a place that gives its colour, and the size of the picture."""
        height, width, channels, pixels = read_png((self.folder / name).read_bytes())
        return (lambda x, y: tuple(pixels[(y * width + x) * channels:][:3])), width, height

    def rows_of(self, name):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    def assert_near(self, colour, expected, what=None):
        for channel, other in zip(colour, expected, strict=True):
            self.assertAlmostEqual(channel, other, delta=1, msg=f"{what}: {colour}, {expected}")


class Samples(SheetCase):
    SIDE = 4

    def pixels(self, number, channels):
        return [(number * 31 + i * 7) % 256 for i in range(self.SIDE * self.SIDE * channels)]

    def make(self, classes, channels=1, each=12):
        for c, name in enumerate(classes):
            for part, count in (("train", each + c), ("test", 1)):
                folder = self.folder / "data" / part / name
                folder.mkdir(parents=True)
                for i in range(count):
                    (folder / f"{i:03}.png").write_bytes(
                        png(self.SIDE, self.SIDE, self.pixels(100 * c + i, channels), channels))

    def check_pixels(self, channels, *options):
        """Ten of each class, four pixels enlarged to 48, behind 50 pixels of names."""
        self.succeed("inspect", "data", "--sheet", "sheet.png", *options)
        colour, width, height = self.picture("sheet.png")
        left, top, tile, scale = MARGIN + 40 + 10, MARGIN + TITLE, 50, 12
        self.assertEqual((width, height), (left + 10 * tile + 2 + MARGIN, top + 2 * tile + 2 + MARGIN))
        for c in range(2):
            for i in range(10):
                values = self.pixels(100 * c + i, channels)
                for p in range(self.SIDE * self.SIDE):
                    x = left + 2 + i * tile + p % self.SIDE * scale + scale // 2
                    y = top + 2 + c * tile + p // self.SIDE * scale + scale // 2
                    expected = values[p * channels:(p + 1) * channels]
                    self.assertEqual(colour(x, y), tuple(expected * (3 // channels)))

    def test_grey(self):
        self.make(("cat", "dog"))
        self.check_pixels(1)

    def test_colour(self):
        self.make(("cat", "dog"), channels=3)
        self.check_pixels(3, "--color")

    def test_names_and_counts_stand_beside_their_rows(self):
        names = ("Käuzchen", "it's <b>", "x" * 200)
        self.make(names, each=3)
        self.succeed("inspect", "data", "--sheet", "sheet.svg")
        texts = svg_texts(self.folder / "sheet.svg")
        self.assertEqual(texts[0][2], "data, training part: 12 samples")
        order = sorted(names)
        beside = texts[1:]
        self.assertEqual([text for _, _, text in beside[1::2]],
                         [str(3 + names.index(name)) for name in order])
        self.assertEqual([text.replace("’", "'") for _, _, text in beside[::2]][:2], order[:2])
        self.assertRegex(beside[4][2], "^x{20,60}…$")
        rows = [y for _, y, _ in beside[::2]]
        self.assertEqual([round(after - before) for before, after in zip(rows, rows[1:])], [50, 50])

    def test_svg_and_pdf_hold_the_same(self):
        self.make(("cat", "dog"))
        for name in ("sheet.png", "sheet.svg", "sheet.pdf"):
            self.succeed("inspect", "data", "--sheet", name)
        self.assertEqual(pdf_texts(self.folder / "sheet.pdf"), words(self.folder / "sheet.svg"))
        tree = xml.parse(self.folder / "sheet.svg").getroot()
        image, = tree.iter(SVG + "image")
        inside = base64.b64decode(image.get("{http://www.w3.org/1999/xlink}href").split(",")[1])
        _, width, height = self.picture("sheet.png")
        self.assertEqual(read_png(inside)[:2], (height, width))

    def test_numbers_to_predict_have_no_names(self):
        lines = [f"{i % 5},{i % 7},{i % 3},1,{i / 9}" for i in range(40)]
        (self.folder / "table.csv").write_text("a,b,c,d,y\n" + "\n".join(lines) + "\n")
        self.succeed("inspect", "table.csv", "--regression", "--label-column", "y", "--size", "2x2",
                     "--sheet", "sheet.svg")
        self.assertEqual(words(self.folder / "sheet.svg"), ["table.csv, training part: 32 samples"])

    def test_refusals(self):
        self.make(("cat", "dog"))
        for name in ("sheet", "sheet.gif", ".png"):
            self.refuse(2, ["--sheet", ".png, .svg or .pdf", name], "inspect", "data", "--sheet", name)
        self.refuse(1, ["nowhere/sheet.png"], "inspect", "data", "--sheet", "nowhere/sheet.png")
        self.refuse(2, ["--weights", "data set", "--sheet"], "inspect", "data", "--weights", "w.png")
        self.refuse(2, ["--sheet and --weights"], "inspect", "data", "--weights", "w.png", "--sheet",
                    "s.png")
        self.assertEqual(list(self.folder.glob("*.*")), [])


class Weights(SheetCase):
    def save(self, units, shape, inputs):
        tensors = {"0.weight": ([len(units), inputs], sum(units, [])),
                   "0.bias": ([len(units)], [1] * len(units))}
        metadata = {"input_shape": shape} if shape else None
        save_tensors(self.folder / "model.safetensors", tensors, metadata)

    def test_colours(self):
        """White is 0; blue and red are a unit's largest weight, down or up."""
        units = [[-2, -1, 0, 1, 2, 0.5], [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]
        strengths = [[-1, -0.5, 0, 0.5, 1, 0.25], [0] * 6, [1, 0, 0, 0, 0, 0]]
        self.save(units, "2,3", 6)
        self.succeed("inspect", "model.safetensors", "--weights", "w.png")
        colour, _, _ = self.picture("w.png")
        cell, scale = 68 + 2 + 6, 16  # three columns enlarged to 48, centred above captions
        for unit in range(3):
            for p, strength in enumerate(strengths[unit]):
                x = MARGIN + 2 + unit * cell + (cell - 2 - 48) // 2 + p % 3 * scale + scale // 2
                y = MARGIN + TITLE + NOTE + 2 + p // 3 * scale + scale // 2
                self.assert_near(colour(x, y), tint(RED if strength > 0 else BLUE, abs(strength)),
                                 (unit, p))
        self.succeed("inspect", "model.safetensors", "--sheet", "s.png")
        self.assertEqual((self.folder / "s.png").read_bytes(), (self.folder / "w.png").read_bytes())

    def test_channels_stand_side_by_side(self):
        self.save([[1, -1, 0.5] * 4], "2,2,3", 12)
        self.succeed("inspect", "model.safetensors", "--weights", "w.png")
        colour, _, _ = self.picture("w.png")
        scale, y = 24, MARGIN + TITLE + NOTE + 2 + 12
        left = MARGIN + 2 + 6 // 2  # eight pixels and two lines enlarged to 192
        for c, strength in enumerate((1, -1, 0.5)):
            for x in range(2):
                self.assert_near(colour(left + (c * 3 + x) * scale + 12, y),
                                 tint(RED if strength > 0 else BLUE, abs(strength)), (c, x))
            if c < 2:
                self.assertEqual(colour(left + (c * 3 + 2) * scale + 12, y), (255, 255, 255))

    def test_captions_of_a_run(self):
        make_data(self.folder / "data")
        self.succeed("train", "data", "--hidden", "12", "--epochs", "1", "--out", "run", "--quiet")
        told = self.succeed("inspect", "run", "--weights", "w.svg")
        self.assertEqual(told.stderr, "w.svg written\n")
        tensors, _ = load_tensors(self.folder / "run/model.safetensors")
        weights = tensors["0.weight"][1]
        texts = words(self.folder / "w.svg")
        self.assertEqual(texts[0], "First layer: 12 units with 9 weights each")
        self.assertEqual([text.split() for text in texts[2:]],
                         [[str(u + 1), f"±{max(map(abs, weights[9 * u:9 * u + 9])):.2g}"]
                          for u in range(12)])
        (self.folder / "run/model.safetensors").unlink()
        result = self.run_command("inspect", "run", "--weights", "none.svg")
        self.assertEqual(result.returncode, 1)
        self.assertIn("run: expected a model", result.stderr)
        self.assertFalse((self.folder / "none.svg").exists())

    def test_many_units_are_cut(self):
        self.save([[1, 2, 3, 4]] * 501, "2,2", 4)
        self.succeed("inspect", "model.safetensors", "--weights", "w.svg")
        texts = words(self.folder / "w.svg")
        self.assertIn("501 units with 4 weights each, of which 500 are shown", texts[0])
        self.assertEqual(len(texts), 502)
        self.refuse(1, ["too large", "--width"], "inspect", "model.safetensors", "--weights", "w.png",
                    "--width", "8000")

    def test_refusals(self):
        self.save([[1, 2, 3, 4]], None, 4)
        self.refuse(1, ["--weights", "input_shape"], "inspect", "model.safetensors", "--weights", "w.png")
        self.save([[1, 2, 3, 4]], "4", 4)
        self.refuse(1, ["a sheet takes images"], "inspect", "model.safetensors", "--weights", "w.png")
        self.refuse(2, ["--weights", ".pdf"], "inspect", "model.safetensors", "--weights", "w.jpg")
        self.assertFalse((self.folder / "w.png").exists())


class Evaluated(SheetCase):
    """A model of three classes that is often wrong."""

    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", train=60, test=40)
        self.succeed("train", "data", "--epochs", "1", "--hidden", "4", "--lr", "1e-4", "--out", "run",
                     "--quiet")

    def evaluate(self, *arguments):
        return json.loads(self.succeed("evaluate", "run", "data", "--json", "--quiet",
                                       *arguments).stdout)

    def wrong(self):
        """The wrong answers of --samples, the most confident first."""
        self.evaluate("--samples", "samples.csv", "--wrong")
        header, *rows = self.rows_of("samples.csv")
        return header, sorted(rows, key=lambda row: -float(row[3]))


class Confusion(Evaluated):
    def test_csv(self):
        found = self.evaluate("--confusion", "c.csv")
        header, *rows = self.rows_of("c.csv")
        self.assertEqual(header, ["true class", *found["classes"]])
        self.assertEqual([row[0] for row in rows], found["classes"])
        self.assertEqual([list(map(int, row[1:])) for row in rows], found["confusion"])
        self.assertEqual(sum(map(sum, found["confusion"])), 40)

    def test_colours(self):
        confusion = self.evaluate("--confusion", "c.png")["confusion"]
        colour, _, _ = self.picture("c.png")
        left, top, cell = self.place("c.svg")
        for r, row in enumerate(confusion):
            for c, count in enumerate(row):
                strength = (count / sum(row)) ** (1 / 3)
                self.assert_near(colour(round(left + c * cell + 5), round(top + r * cell + 5)),
                                 tint(BLUE if r == c else RED, strength), (r, c))

    def place(self, name):
        """Where the cells are, by the places of the names; cells of few classes have 52 pixels."""
        self.evaluate("--confusion", name)
        texts = svg_texts(self.folder / name)
        start = [text for _, _, text in texts].index("recall") + 2
        (_, y, name), = texts[start:start + 1]
        self.assertEqual(name, "0")
        xs = [x for x, other, text in texts if text == "0" and other < y - 20]
        return xs[0] - 26, y - 26 - 5, 52

    def test_counts_stand_in_their_cells(self):
        confusion = self.evaluate("--confusion", "c.svg")["confusion"]
        left, top, cell = self.place("c.svg")
        shown = [[0] * 3 for _ in range(3)]
        for x, y, text in svg_texts(self.folder / "c.svg"):
            row, column = (y - top) // cell, (x - left) // cell
            if 0 <= row < 3 and 0 <= column < 3:
                shown[int(row)][int(column)] = int(text)
        self.assertEqual(shown, confusion)
        texts = words(self.folder / "c.svg")
        recall = [row[i] / sum(row) for i, row in enumerate(confusion)]
        for share in recall:
            self.assertIn(f"{100 * share:.3g} %", texts)
        self.assertEqual(texts[0], "data: test part, 40 samples, held back from training")

    def test_shares_are_rounded(self):
        """2 of 3 are 66.7 %, and 1 of 2,000 wrong is not 100 %."""
        rows = [(-0.5, "a")] * 1999 + [(0.5, "a")] + [(0.5, "b")] * 2 + [(-0.5, "b")]
        (self.folder / "shares.csv").write_text(
            "x,label\n" + "".join(f"{x},{label}\n" for x, label in rows), encoding="utf-8")
        save_tensors(self.folder / "sign.safetensors",
                     {"0.weight": ([2, 1], [-1.0, 1.0]), "0.bias": ([2], [0.0, 0.0])},
                     {"class_names": '["a", "b"]'})
        confusion = json.loads(self.succeed("evaluate", "sign.safetensors", "shares.csv", "--json",
                                            "--confusion", "s.svg").stdout)["confusion"]
        self.assertEqual(confusion, [[1999, 1], [1, 2]])
        texts = words(self.folder / "s.svg")
        self.assertEqual(texts.count("66.7 %"), 2)
        self.assertEqual(texts.count("99.9 %"), 2)

    def test_many_classes(self):
        """Fifty fit; names are cut, turned upright, and shown as they are."""
        names = [f"class {i:02} & more" for i in range(49)] + ["Straßenkehrmaschinen" * 8]
        lines = [f"{i % 50 + i / 999},{i % 7},\"{names[i % 50]}\"" for i in range(400)]
        (self.folder / "many.csv").write_text("a,b,label\n" + "\n".join(lines) + "\n", encoding="utf-8")
        self.succeed("train", "many.csv", "--epochs", "1", "--out", "many", "--quiet")
        for name in ("c.png", "c.svg", "c.pdf"):
            self.succeed("evaluate", "many", "many.csv", "--confusion", name, "--quiet")
        texts = words(self.folder / "c.svg")
        for name in names[:-1]:
            self.assertEqual(texts.count(name), 2, name)
        self.assertEqual(len([text for text in texts if text.endswith("…")]), 2)
        _, width, height = self.picture("c.png")
        self.assertLess(width, 1600)
        self.assertLess(height, 1700)
        content = (self.folder / "c.pdf").read_bytes()
        box = re.search(rb"/MediaBox \[ *0 0 ([\d.]+) ([\d.]+)", content)
        self.assertAlmostEqual(float(box[1]), 0.75 * width, delta=1)
        self.assertAlmostEqual(float(box[2]), 0.75 * height, delta=1)


class Mistakes(Evaluated):
    def test_csv(self):
        header, rows = self.wrong()
        self.assertGreater(len(rows), 5)
        self.evaluate("--mistakes", "m.csv")
        self.assertEqual(self.rows_of("m.csv"), [header, *rows])

    def test_pictures(self):
        """Each with its true class and the answer below, the most confident first."""
        _, rows = self.wrong()
        self.evaluate("--mistakes", "m.png")
        self.evaluate("--mistakes", "m.svg")
        texts = words(self.folder / "m.svg")
        self.assertEqual(texts[0], f"{len(rows)} of 40 answers are wrong; most confident first")
        self.assertEqual(texts[2::2], [row[1] for row in rows])
        self.assertEqual(texts[3::2], [f"→ {row[2]} ({min(100 * float(row[3]), 99.9):.1f} %)"
                                       for row in rows])
        colour, _, _ = self.picture("m.png")
        pixels = (self.folder / "data/t10k-images-idx3-ubyte").read_bytes()[16:]
        (first, _, _), (second, _, _) = [place for place in svg_texts(self.folder / "m.svg")[2:6:2]]
        for i, row in enumerate(rows[:10]):
            sample = pixels[9 * (int(row[0]) - 1):9 * int(row[0])]
            for p, value in enumerate(sample):
                x = round(first + i * (second - first)) - 24 + p % 3 * 16 + 8
                y = MARGIN + TITLE + NOTE + 2 + p // 3 * 16 + 8
                self.assertEqual(colour(x, y), (value, value, value), (i, p))

    def test_rows_of_a_table(self):
        rows = [[i % 3 + (i * 7 % 10) / 6, i % 5, ["a", "b", 'c, "d"'][i % 3]] for i in range(120)]
        with open(self.folder / "table.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["x", "y", "kind"], *rows])
        self.succeed("train", "table.csv", "--epochs", "2", "--out", "of_table", "--quiet")
        self.succeed("evaluate", "of_table", "table.csv", "--mistakes", "m.csv", "--quiet")
        header, *found = self.rows_of("m.csv")
        self.assertEqual(header, ["row", "label", "answer", "probability", "x", "y"])
        self.assertGreater(len(found), 0)
        for row, label, answer, _, x, y in found:
            expected = rows[int(row) - 1]
            self.assertEqual(label, expected[2])
            self.assertNotEqual(label, answer)
            self.assertAlmostEqual(float(x), expected[0], places=5)
            self.assertEqual(float(y), expected[1])
        confidences = [float(row[3]) for row in found]
        self.assertEqual(confidences, sorted(confidences, reverse=True))
        self.refuse(1, ["m.png", "images", ".csv"], "evaluate", "of_table", "table.csv", "--mistakes",
                    "m.png", printed=True)

    def test_no_mistakes(self):
        for label, value in (("dark", 30), ("light", 220)):
            (self.folder / "shapes" / label).mkdir(parents=True)
            for i in range(20):
                (self.folder / "shapes" / label / f"{i}.png").write_bytes(png(2, 2, [value + i] * 4))
        self.succeed("train", "shapes", "--epochs", "200", "--lr", "0.01", "--out", "shape", "--quiet")
        for name in ("m.svg", "m.csv"):
            self.succeed("evaluate", "shape", "shapes", "--mistakes", name, "--quiet")
        self.assertEqual(words(self.folder / "m.svg")[0], "0 of 8 answers are wrong")
        self.assertEqual(self.rows_of("m.csv"), [["file", "label", "answer", "probability"]])

    def test_refusals(self):
        (self.folder / "areas.csv").write_text(
            "a,b,area\n" + "".join(f"{i % 9},{i % 5},{i % 9 * (i % 5)}\n" for i in range(100)))
        self.succeed("train", "areas.csv", "--regression", "--label-column", "area", "--epochs", "1",
                     "--out", "areas", "--quiet")
        for option in ("--confusion", "--mistakes"):
            self.refuse(2, [option, "classes", "numbers"], "evaluate", "areas", "areas.csv", option,
                        "x.csv")
            self.refuse(2, [option, ".svg", "x.txt"], "evaluate", "run", "data", option, "x.txt")
            self.refuse(2, [option, "one model"], "evaluate", "run", "run", "data", option, "x.csv")
            self.refuse(1, ["nowhere/x.png"], "evaluate", "run", "data", option, "nowhere/x.png",
                        printed=True)


class Looks(Evaluated):
    """All pictures of samples take the options of other pictures."""

    PICTURES = {"confusion": ("evaluate", "run", "data", "--confusion"),
                "mistakes": ("evaluate", "run", "data", "--mistakes"),
                "weights": ("inspect", "run", "--weights"), "sheet": ("inspect", "data", "--sheet")}

    def draw(self, kind, end, *options):
        self.succeed(*self.PICTURES[kind], f"{kind}.{end}", *options)
        return (self.folder / f"{kind}.{end}").read_bytes()

    def test_width(self):
        for kind in self.PICTURES:
            for width in (200, 700):
                with self.subTest((kind, width)):
                    content = self.draw(kind, "png", "--width", str(width))
                    self.assertEqual(struct.unpack(">I", content[16:20])[0], width)
            box = re.search(rb"MediaBox *\[ *0 0 ([\d.]+) ", self.draw(kind, "pdf", "--width", "700"))
            self.assertAlmostEqual(float(box[1]), 700 * 72 / 96, delta=1)

    def test_pictures_stay_whole_squares(self):
        """Three pixels a side of as many dots each, also where the page is narrow."""
        self.draw("weights", "png", "--width", "300")
        colour, _, height = self.picture("weights.png")
        frame = (0xB0, 0xB0, 0xB0)
        runs = [x for x in range(300) if all(colour(x, y) == frame
                for y in range(height - 60, height - 50))]
        side = runs[1] - runs[0] - 1
        self.assertEqual(side % 3, 0)
        self.assertGreaterEqual(side, 48)
        self.assertLess(runs[-1], 300 - MARGIN)
        self.assertGreater(height, side)

    def test_headings_are_broken_at_blanks(self):
        self.draw("mistakes", "svg", "--width", "300")
        texts = " ".join(words(self.folder / "mistakes.svg"))
        self.assertIn("answers are wrong; most confident first", texts)
        self.assertIn("below: true class → answer and its probability", texts)
        self.draw("sheet", "svg", "--width", "300", "--title", "word " * 30 + "x" * 200)
        found = words(self.folder / "sheet.svg")
        self.assertEqual(" ".join(found).count("word"), 30)
        self.assertEqual(len([text for text in found if text.endswith("x…")]), 1)

    def test_title_and_font_size(self):
        for kind in self.PICTURES:
            with self.subTest(kind):
                text = self.draw(kind, "svg", "--title", "A <b>", "--font-size", "24").decode()
                self.assertEqual(words(self.folder / f"{kind}.svg")[0], "A <b>")
                sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', text)]
                usual = [float(size) for size in
                         re.findall(r'font-size="([\d.]+)"', self.draw(kind, "svg").decode())]
                self.assertAlmostEqual(max(sizes), 2 * max(usual), delta=0.1)

    def test_themes(self):
        """Where nothing is drawn there is the theme's background, or nothing; an SVG that follows
        its reader has no other colours in its texts than those that its style sheet changes."""
        for kind in self.PICTURES:
            for theme, background in (("light", [255, 255, 255]), ("dark", [0x0D, 0x11, 0x17]),
                                      ("transparent", [0])):
                with self.subTest((kind, theme)):
                    _, _, channels, pixels = read_png(self.draw(kind, "png", "--theme", theme,
                                                                "--width", "200"))
                    self.assertEqual(list(pixels[:channels])[-len(background):], background)
                    self.assertEqual(channels, 4 if theme == "transparent" else 3)
                    self.assertNotIn(b"<style>", self.draw(kind, "svg", "--theme", theme))
            text = self.draw(kind, "svg").decode()
            self.assertNotIn("<title>", text)
            style, body = re.search(r"<style>(.*)</style>(.*)", text, re.DOTALL).groups()
            fills = set(re.findall(r'<g [^>]*fill="(rgb\([^)]*\))"', body))
            on_cells = {"rgb(16,16,16)", "rgb(254,254,254)"}
            self.assertGreater(len(fills - on_cells), 1 if kind != "sheet" else 0)
            for fill in fills - on_cells - {"none"}:
                self.assertIn(f'fill="{fill}"', style, kind)
            for fill in on_cells:
                self.assertNotIn(fill, style)

    def test_dark_cells_begin_at_the_background(self):
        confusion = self.evaluate("--confusion", "c.png", "--theme", "dark")["confusion"]
        colour, width, height = self.picture("c.png")
        seen = {colour(x, y) for x in range(0, width, 5) for y in range(0, height, 5)}
        strength = max(row[i] / sum(row) for i, row in enumerate(confusion)) ** (1 / 3)
        blue = tuple(round(low + strength * (high - low))
                     for low, high in zip((0x0D, 0x11, 0x17), (0x3D, 0x9B, 0xE0)))
        self.assertIn(blue, seen)
        self.assertNotIn((255, 255, 255), seen)

    def test_refusals(self):
        for option, value in (("title", "T"), ("width", "400"), ("font-size", "12"), ("theme", "dark")):
            self.refuse(2, [f"--{option}", "with --confusion or --mistakes"], "evaluate", "run", "data",
                        f"--{option}", value)
            self.refuse(2, [f"--{option}", "FILE.png"], "evaluate", "run", "data", "--mistakes", "m.csv",
                        f"--{option}", value)
            self.refuse(2, [f"--{option}", "with --sheet or --weights"], "inspect", "data",
                        f"--{option}", value)
        many = "".join(f"{i % 100},{i % 7},c{i % 100}\n" for i in range(400))
        (self.folder / "many.csv").write_text("a,b,label\n" + many)
        self.succeed("train", "many.csv", "--epochs", "1", "--out", "many", "--quiet")
        self.refuse(1, ["--width", "200 pixels", "100 classes"], "evaluate", "many", "many.csv",
                    "--confusion", "c.png", "--width", "200", printed=True)


if __name__ == "__main__":
    unittest.main()
