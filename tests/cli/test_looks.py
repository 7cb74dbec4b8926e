#!/usr/bin/python3
"""How figures look: in terminals of all kinds, and as pictures of all sizes, themes and formats."""

import re
import struct
import unittest

from plots import PlotCase, read_svg, table

BRAILLE = re.compile("[\u2801-\u28ff]")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
UTF8 = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": "", "COLORTERM": ""}


class Terminals(PlotCase):
    def setUp(self):
        super().setUp()
        self.make_run("run")
        self.environment.update(UTF8)

    def test_dots_and_colours(self):
        text = self.on_terminal("plot", "run")
        self.assertGreater(len(BRAILLE.findall(text)), 80)
        self.assertIn("\x1b[38;5;", text)
        self.assertNotIn("*", text)
        self.assertTrue(text.endswith("\n"))
        self.assertNotIn("38;5", self.on_terminal("plot", "run", TERM="xterm"))
        self.assertIn("\x1b[94m", self.on_terminal("plot", "run", TERM="xterm"))

    def test_plain_characters(self):
        piped = self.succeed("plot", "run").stdout
        for what, variables in [("dumb", {"TERM": "dumb"}), ("no TERM", {"TERM": ""})]:
            with self.subTest(what):
                self.assertEqual(self.on_terminal("plot", "run", **variables), piped)
        self.assertTrue(piped.isascii())
        self.assertGreater(piped.count("*"), 60)
        self.assertNotIn("\x1b", piped)

    def test_a_terminal_without_colours_tells_curves_apart(self):
        text = self.on_terminal("plot", "run", NO_COLOR="1")
        self.assertNotIn("\x1b", text)
        self.assertIn("***** training", text)
        self.assertIsNone(BRAILLE.search(text))

    def test_a_terminal_without_braille(self):
        for variables in ({"LC_ALL": "C"}, {"LC_ALL": "", "LC_CTYPE": "", "LANG": "de_DE"},
                          {"TERM": "linux"}):
            with self.subTest(variables):
                text = self.on_terminal("plot", "run", **variables)
                self.assertTrue(text.isascii())
                self.assertIn("\x1b[", text)
                self.assertIn("*****", text)
        self.assertIsNotNone(BRAILLE.search(
            self.on_terminal("plot", "run", LC_ALL="", LC_CTYPE="", LANG="xx_YY.utf8")))

    def test_it_fits_the_terminal(self):
        for columns in (60, 80, 120):
            with self.subTest(columns):
                text = COLOUR.sub("", self.on_terminal("plot", "run", columns=columns))
                longest = max(map(len, text.splitlines()))
                self.assertLessEqual(longest, columns)
                self.assertGreater(longest, columns - 8)
        wide, narrow = (self.on_terminal("plot", "run", columns=columns) for columns in (120, 80))
        self.assertLess(wide.count("\n"), narrow.count("\n"))  # panels side by side

    def test_gnuplot_is_not_needed(self):
        self.environment["PATH"] = "/nonexistent"
        self.assertIsNotNone(BRAILLE.search(self.on_terminal("plot", "run")))
        self.succeed("plot", "run", "--out", "x.txt")


class Pictures(PlotCase):
    def setUp(self):
        super().setUp()
        self.make_run("run")
        self.make_run("other")

    def size_of(self, *options):
        self.succeed("plot", "run", "--out", "x.png", "--quiet", *options)
        return struct.unpack(">II", (self.folder / "x.png").read_bytes()[16:24])

    def test_width(self):
        width, height = self.size_of("--width", "1000")
        self.assertEqual(width, 1000)
        self.assertLess(height, 600)
        width, height = self.size_of("--width", "400")
        self.assertEqual(width, 400)
        self.assertGreater(height, 500)  # the panels are one below the other
        self.assertLess(self.size_of("--width", "600")[1], 300)
        self.assertGreater(self.size_of("--width", "600", "--font-size", "30")[1], 900)
        for bad in ("199", "8001", "wide"):
            self.refuse(2, ["--width", "200"], "plot", "run", "--out", "x.png", "--width", bad)
        self.refuse(2, ["--size", "--width"], "plot", "run", "--out", "x.png", "--width", "400",
                    "--size", "400x400")

    def test_any_size_is_drawn(self):
        long = ["--title", "title " * 500]
        for options in (["--width", "200", *long], ["--size", "200x200", *long],
                        ["--width", "200", "--font-size", "72", *long], ["--size", "8000x200"],
                        ["--size", "200x8000"]):
            with self.subTest(options[:4]):
                self.succeed("plot", "run", "other", "--out", "x.svg", "--quiet", *options)
                read_svg(self.folder / "x.svg")

    def test_pdf(self):
        self.succeed("plot", "run", "--out", "x.pdf", "--quiet", "--width", "960")
        content = (self.folder / "x.pdf").read_bytes()
        self.assertTrue(content.startswith(b"%PDF-"))
        self.assertTrue(content.rstrip().endswith(b"%%EOF"))
        box = re.search(rb"MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content)
        self.assertAlmostEqual(float(box[1]), 960 * 72 / 96, delta=1)

    def svg_text(self, *options):
        self.succeed("plot", "run", "other", "--out", "x.svg", "--quiet", *options)
        return (self.folder / "x.svg").read_text()

    def test_svg_follows_its_reader(self):
        text = self.svg_text()
        read_svg(self.folder / "x.svg")  # well-formed
        style, body = re.search(r"<style>(.*)</style>(.*)", text, re.DOTALL).groups()
        self.assertIn("@media (prefers-color-scheme: dark)", style)
        rules = {selector: colour
                 for selectors, colour in re.findall(r"^(.*)\{\w+:(#\w+)\}$", style, re.MULTILINE)
                 for selector in re.findall(r'\[(\w+="[^"]*")\]', selectors)}
        used = {f'{name}="{value}"' for name, value in
                re.findall(r"""\b(stroke|fill|color)\s*=\s*["'](rgb\([^)]*\)|#ffffff)["']""", body)}
        self.assertGreater(len(used), 5)
        for selector in used:
            self.assertIn(selector, rules)
        self.assertEqual(rules['fill="#ffffff"'], "#0d1117")
        self.assertNotIn("<title>", text)  # browsers would show gnuplot's names of the parts

    def test_themes(self):
        for theme, background in (("light", "#ffffff"), ("dark", "#0d1117"), ("transparent", None)):
            with self.subTest(theme):
                text = self.svg_text("--theme", theme)
                self.assertNotIn("<style>", text)
                rectangle = re.search(r'<rect x="0" y="0"[^>]*fill="(#\w+)"', text)
                self.assertEqual(rectangle[1].lower() if rectangle else None, background)
        self.refuse(2, ["--theme", "auto", "light", "dark", "transparent"], "plot", "run", "--out",
                    "x.svg", "--theme", "solarized")

    def test_font_size_and_title(self):
        text = self.svg_text("--font-size", "20", "--title", "A <b> & 'title'")
        texts, _ = read_svg(self.folder / "x.svg")
        self.assertIn("A <b> & \u2019title\u2019", texts)
        self.assertIn('font-size="20.00"', text)
        sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)"', self.svg_text(
            "--width", "300"))}
        self.assertGreaterEqual(min(sizes), 9)

    def test_a_title_is_measured_in_characters(self):
        for title in ("\u00c4\u00d6\u00dc\u00e4\u00f6\u00fc" * 7,
                      "\u0412\u043b\u0438\u044f\u043d\u0438\u0435 \u0448\u0430\u0433\u0430 " * 3):
            self.svg_text("--width", "420", "--title", title.strip())
            texts, _ = read_svg(self.folder / "x.svg")
            self.assertIn(title.strip(), texts)
        self.svg_text("--width", "420", "--title", "\u00c4" * 100)
        cut = [text for text in read_svg(self.folder / "x.svg")[0] if text.startswith("\u00c4")]
        self.assertRegex(cut[0], "^\u00c4{40,90}\\.\\.\\.$")

    def test_one_legend_below_all_panels(self):
        self.svg_text("--what", "loss,accuracy,error")
        texts, _ = read_svg(self.folder / "x.svg")
        self.assertEqual((texts.count("run"), texts.count("other")), (1, 1))

    def test_a_band_that_leaves_the_panel_is_cut(self):
        """From 10 % to 95 in the first epoch: only what is within the panel is filled."""
        for seed, late in ((1, 0.95), (2, 0.96)):
            self.make_run(f"seeds/{seed}", table(8, validation_accuracy=lambda e: late + 0.001 * e
                                                 if e else 0.1 + seed / 100), seed=seed)
        self.succeed("plot", "seeds", "--what", "accuracy", "--out", "x.svg", "--quiet")
        polygon = re.search(r"<polygon [^>]*fill-opacity[^>]*points = '([^']*)'",
                            (self.folder / "x.svg").read_text())
        corners = [tuple(map(float, corner.split(","))) for corner in polygon[1].split()]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom = max(y for _, y in corners)
        early = [y for x, y in corners if x < left + 0.5 / 8 * (right - left)]
        self.assertGreater(len(early), 0)
        for y in early:
            self.assertAlmostEqual(y, bottom, delta=0.1)
        self.assertGreater(bottom - min(y for _, y in corners), 20)

    def test_options_without_effect(self):
        for option, value in (("width", "400"), ("font-size", "12"), ("theme", "dark")):
            with self.subTest(option):
                for command in (["plot", "run"], ["plot", "run", "--out", "x.txt"],
                                ["walk", "parabola"]):
                    self.refuse(2, [f"--{option}", "only with --out"], *command,
                                f"--{option}", value)

    def test_walk_takes_them_too(self):
        self.succeed("walk", "ravine", "--out", "x.svg", "--quiet", "--theme", "dark", "--width",
                     "500", "--title", "Ravine")
        texts, _ = read_svg(self.folder / "x.svg")
        self.assertIn("Ravine", texts)
        root = re.search(r'width="(\d+)"', (self.folder / "x.svg").read_text())
        self.assertEqual(root[1], "500")


if __name__ == "__main__":
    unittest.main()
