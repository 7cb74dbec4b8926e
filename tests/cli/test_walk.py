#!/usr/bin/python3
"""walk: the numbers that come out by hand, the verdicts, the files, and what is refused."""

import cmath
import csv
import json
import math
import re
import struct
import unittest
import xml.etree.ElementTree as xml
from decimal import Decimal

from harness import CommandCase, contents
from plots import read_svg

FUNCTIONS = ["line", "parabola", "quartic", "plateau", "saddle", "ravine", "rosenbrock", "himmelblau"]


class Walk(CommandCase):
    def text(self, *arguments):
        result = self.succeed("walk", *arguments, "--no-plot")
        self.assertEqual(result.stderr, "")
        return result.stdout

    def sentences(self, *arguments):
        """What stands below the table, without its line breaks."""
        return " ".join(self.text(*arguments).split("\n\n")[-1].split())

    def table(self, *arguments):
        """The rows of the table as lists of words."""
        block = self.text(*arguments).split("\n\n")[1]
        rows = [line.split() for line in block.splitlines()[1:]]
        return [row for row in rows if row[0].isdigit()]

    def json(self, *arguments):
        return json.loads(self.succeed("walk", *arguments, "--json").stdout)

    def test_parabola_by_hand(self):
        rows = self.table("parabola", "--from", "6", "--lr", "0.3", "--steps", "5")
        self.assertEqual([row[1] for row in rows],
                         ["6", "3.6", "2.64", "2.256", "2.1024", "2.04096"])
        self.assertEqual(rows[0], ["0", "6", "16", "8", "0.3", "-2.4"])
        self.assertEqual(rows[1], ["1", "3.6", "2.56", "3.2", "0.3", "-0.96"])
        self.assertEqual(len(rows[5]), 4)

    def test_a_rate_above_the_limit(self):
        rows = self.table("parabola", "--lr", "1.2", "--steps", "10")
        distances = [abs(float(row[1]) - 2) for row in rows]
        for near, far in zip(distances, distances[1:]):
            self.assertAlmostEqual(far / near, 1.4, places=4)
        text = self.sentences("parabola", "--lr", "1.2", "--steps", "10")
        self.assertIn("diverges: the distance to the minimum grows by a factor of 1.4 a step, because "
                      "the learning rate 1.2 is above the stability limit 2 / curvature = 1 "
                      "(curvature 2 at step 0).", text)

    def test_a_line_by_hand(self):
        for slope, start, lr, place, step in [("2.5", "3", "0.1", "2.75", "-0.25"),
                                              ("-3", "5", "0.2", "5.6", "0.6"),
                                              ("0.8", "2.5", "0.1", "2.42", "-0.08"),
                                              ("0.001", "0", "0.1", "-0.0001", "-0.0001"),
                                              ("0.001", "7", "0.1", "6.9999", "-0.0001")]:
            arguments = ["line", "--slope", slope, "--from", start, "--lr", lr, "--steps", "1"]
            rows = self.table(*arguments)
            self.assertEqual((rows[0][3], rows[0][5], rows[1][1]), (slope, step, place))
            self.assertIn("a line has no minimum", self.sentences(*arguments))
            arguments[1] = "--gradient"  # the name that it has in a lesson
            result = self.succeed("walk", *arguments, "--no-plot")
            self.assertIn(f" {place} ", result.stdout)
            self.assertEqual(result.stderr, "note: --gradient is called --slope here\n")

    def test_numbers_are_as_short_as_they_are_exact(self):
        """The decimals that a hand gets, in exact arithmetic; nothing of how doubles end."""
        w, rate = Decimal(6), Decimal("0.3")
        self.text("parabola", "--steps", "9", "--csv", "x.csv")
        with open(self.folder / "x.csv", newline="") as file:
            for row in csv.DictReader(file):
                height = w - 2
                for name, exact in [("w", w), ("loss", height * height), ("gradient", 2 * height)]:
                    self.assertLess(abs(Decimal(row[name]) - exact), Decimal("1e-15") * max(1, exact))
                    if exact.adjusted() - exact.normalize().as_tuple().exponent < 9:
                        self.assertEqual(Decimal(row[name]), exact)
                w -= rate * 2 * height
        walk, = self.json("parabola", "--steps", "5")["walks"]
        self.assertEqual(walk["points"][5],
                         {"step": 5, "w": [2.04096], "loss": 0.0016777216, "gradient": [0.08192],
                          "learning_rate": None, "update": None})

    def test_formula(self):
        rows = self.table("x^2 + 3*y^2", "--from", "3,2", "--lr", "0.1", "--steps", "2")
        self.assertEqual(rows[:2], [["0", "3", "2", "21", "6", "12", "-0.6", "-1.2"],
                                    ["1", "2.4", "0.8", "7.68", "4.8", "4.8", "-0.48", "-0.48"]])
        walk, = self.json("3x² + 2x + 1", "--from", "1", "--lr", "0.1", "--steps", "60")["walks"]
        self.assertEqual(walk["outcome"], "converges")
        self.assertAlmostEqual(walk["minimum"][0], -1 / 3, places=12)
        self.assertAlmostEqual(walk["stability_limit"], 1 / 3, places=12)
        self.assertIn("which is a local one: the loss there is",
                      self.sentences("sin(x) + x/10", "--steps", "100"))
        self.assertIn("no minimum was found", self.sentences("exp(-x)"))
        self.assertIn("near the inflection point at x = 0",
                      self.sentences("x^3", "--from", "0.05", "--steps", "50"))
        self.assertIn("(x, y) = (0, 0), where the gradient vanishes",
                      self.sentences("x y", "--from", "1,1", "--lr", "0.5"))
        self.assertIn("leaves: step 0 leads to x = -0.25, where the formula has no value",
                      self.sentences("sqrt(x)", "--from", "0.25", "--lr", "0.5"))
        # acos is infinitely steep at 1, and so is the bound of its rounding: no digit is dropped for that
        steep = self.succeed("walk", "x + acos(x/x)", "--steps", "1", "--json").stdout
        self.assertEqual(json.loads(steep)["walks"][0]["points"][0]["loss"], 3)
        self.assertIn("leaves: step 0 leads to x = 0, where the formula has no value",
                      self.sentences("1/x", "--from", "-1", "--lr", "1"))
        self.assertIn("diverges: after step 0 the numbers are too large", self.sentences("exp(x^4)"))
        self.assertIn("The curvature at the minimum at x = 0 is 0", self.sentences("abs(x)"))
        self.refuse(1, ["log(x)", "no finite value and slope at x = -1", "--from"],
                    "walk", "log(x)", "--from", "-1")
        for formula in ("-x^2", "-(x - 1)^2", "-3x", "-exp(-x^2)"):  # not the letters of options
            self.assertIn(f"= {formula}; sgd", self.text(formula))
        self.assertEqual(self.text("y^2").splitlines()[0],
                         "formula: L(y) = y^2; sgd, learning rate 0.1")

    def test_an_error_in_a_formula_is_pointed_at(self):
        for formula, message, column in [("x^2+)", 'found ")"', 4), ("(x − π) + z", 'found "z"', 10),
                                         ("1/2x", "two meanings", 3)]:
            result = self.run_command("walk", formula)
            self.assertEqual(result.returncode, 2)
            first, text, caret = result.stderr.splitlines()
            self.assertIn(message, first)
            self.assertEqual((text, caret), ("  " + formula, " " * (2 + column) + "^"))
        result = self.run_command("walk", "x+" * 200 + ")")
        self.assertLess(max(map(len, result.stderr.splitlines()[1:])), 80)

    def test_at_the_limit_it_swings_for_ever(self):
        self.assertIn("swings for ever: the learning rate 1 is just the stability limit "
                      "2 / curvature = 1", self.sentences("parabola", "--lr", "1"))
        self.assertIn("The loss neither fell nor rose.",
                      self.sentences("parabola", "--lr", "1", "--from", "5.3"))
        for lr, forever in [("0.9999999", False), ("1.0000001", False)]:
            self.assertNotIn("for ever", self.sentences("parabola", "--lr", lr))

    def test_whether_the_loss_fell(self):
        for lr, sentence in [("0.3", "fell at every step"), ("1.2", "rose at every step")]:
            self.assertIn(f"The loss {sentence}.", self.sentences("parabola", "--lr", lr))
        walk, = self.json("parabola", "--lr", "0.1", "--momentum", "0.9", "--steps", "40")["walks"]
        losses = [point["loss"] for point in walk["points"]]
        rises = [k for k in range(40) if losses[k + 1] > losses[k]]
        self.assertEqual(walk["loss_rises"], len(rises))
        self.assertEqual(walk["loss_falls"], 40 - len(rises))
        self.assertIn(f"The loss rose at {len(rises)} steps of 40, first at step {rises[0]}.",
                      walk["verdict"])

    def test_a_few_steps_too_long_are_no_divergence(self):
        """They lead to where the curvature is less, and then back."""
        self.assertIn("25 more steps lead to within 0.001 of it",
                      self.sentences("exp(x) - x", "--lr", "1.5", "--steps", "1"))
        self.assertIn("; but 5 more steps lead to where numbers are too large",
                      self.sentences("himmelblau", "--lr", "0.1", "--momentum", "0.9",
                                     "--nesterov", "--steps", "1"))

    def test_more_steps_are_exact(self):
        for arguments in (["parabola", "--lr", "0.01"], ["abs(x)"], ["rosenbrock"],
                          ["parabola", "--optimizer", "adam", "--lr", "0.01"]):
            walk, = self.json(*arguments)["walks"]
            more = int(re.search(r"(\d+) more steps? lead", walk["verdict"]).group(1))
            steps = len(walk["points"]) - 1 + more
            for count, arrived in ((steps - 1, False), (steps, True)):
                walk, = self.json(*arguments, "--steps", count)["walks"]
                self.assertEqual(walk["distance"] <= 1e-3, arrived)

    def test_stability_limits(self):
        for options, limit in [([], "2 / curvature = 1 "),
                               (["--momentum", "0.9"], "2 (1 + momentum) / curvature = 1.9 "),
                               (["--momentum", "0.9", "--nesterov"],
                                "2 (1 + momentum) / (1 + 2 momentum) / curvature = 0.678571 ")]:
            self.assertIn(limit, self.sentences("parabola", *options))
            value = float(limit.split("= ")[1])
            for lr, diverges in ((0.997 * value, False), (1.003 * value, True)):
                walk, = self.json("parabola", "--steps", "3000", "--lr", lr, *options)["walks"]
                self.assertEqual(walk["outcome"], "diverges" if diverges else "converges")
                self.assertAlmostEqual(walk["stability_limit"], value, places=5)
        self.assertIn("adam has no fixed stability limit", self.sentences("parabola", "--optimizer", "adam"))

    def test_every_function(self):
        for name in FUNCTIONS:
            with self.subTest(name):
                result = self.json(name)
                walk, = result["walks"]
                dimensions = len(walk["points"][0]["w"])
                self.assertEqual(result["function"], name)
                self.assertTrue(walk["finite"])
                self.assertGreater(len(walk["points"]), 10)
                for point, after in zip(walk["points"], walk["points"][1:]):
                    for d in range(dimensions):
                        self.assertAlmostEqual(point["w"][d] + point["update"][d], after["w"][d],
                                               places=7)
                        self.assertAlmostEqual(point["update"][d],
                                               -point["learning_rate"] * point["gradient"][d],
                                               delta=1e-5 * max(1, abs(point["w"][d])))
                self.assertIsNone(walk["points"][-1]["update"])
                self.assertLess(walk["points"][-1]["loss"], walk["points"][0]["loss"])

    def test_saddle_and_noise(self):
        self.assertIn("near the saddle at (x, y) = (0, 0), where the gradient vanishes",
                      self.sentences("saddle"))
        self.assertIn("a local one: the loss there is 2.25, but 0 at w = 2",
                      self.sentences("quartic"))
        noisy = ["saddle", "--noise", "0.01", "--seed", "3"]
        self.assertRegex(self.sentences(*noisy), r"left the saddle at \(x, y\) = \(0, 0\) at step \d+; ")
        self.assertEqual(self.text(*noisy), self.text(*noisy))
        self.assertNotEqual(self.text(*noisy), self.text(*noisy[:-1], "4"))

    def test_schedule_and_condition(self):
        walk, = self.json("ravine", "--condition", "10", "--schedule", "linear", "--lr", "0.1",
                          "--steps", "10")["walks"]
        self.assertAlmostEqual(walk["curvature"], 10, places=5)
        rates = [point["learning_rate"] for point in walk["points"][:-1]]
        for k, rate in enumerate(rates):
            self.assertAlmostEqual(rate, 0.1 * (1 - k / 10), places=9)

    def test_compare(self):
        text = self.text("parabola", "--compare-lr", "0.01,0.3,0.9,1.2")
        for line in ("0.3: converged at step 10", "1.2: diverges: ", "0.9: swings: ",
                     "0.01: moving on: after 20 steps"):
            self.assertIn("\n" + line, text)
        self.assertEqual(text.count("Stability limit"), 1)
        walks = self.json("parabola", "--compare-lr", "0.01,0.3,0.9,1.2")["walks"]
        self.assertEqual([walk["lr"] for walk in walks], [0.01, 0.3, 0.9, 1.2])
        self.assertEqual([walk["outcome"] for walk in walks],
                         ["moving on", "converges", "swings", "diverges"])

    def test_long_tables_are_thinned(self):
        rows = self.table("rosenbrock", "--steps", "777")
        self.assertEqual([row[0] for row in rows][:3], ["0", "20", "40"])
        self.assertEqual(rows[-1][0], "777")
        self.assertLess(len(rows), 50)

    def test_numbers_beyond_doubles(self):
        self.assertIn("stands still. It is on a plateau",
                      self.sentences("plateau", "--lr", "1e30"))
        # the plateau is flat, and the line straight, however far away
        for name in set(FUNCTIONS) - {"line", "plateau"}:
            with self.subTest(name):
                text = self.text(name, "--lr", "1e30", "--noise", "1")
                self.assertIn("diverges: after step", text)
                self.assertNotIn("nan", text)
                walk, = self.json(name, "--lr", "1e30", "--noise", "1")["walks"]
                self.assertFalse(walk["finite"])
        self.succeed("walk", "parabola", "--lr", "1e38", "--csv", "x.csv", "--out", "x.png")
        self.assertNotRegex((self.folder / "x.csv").read_text(), "nan|inf")
        for optimizer in ("sgd", "adam", "rmsprop"):
            for rate in ("1e30", "3e38"):
                text = self.text("saddle", "--lr", rate, "--optimizer", optimizer)
                self.assertNotRegex(text, r"\b(nan|inf)\b")
        self.succeed("walk", "rosenbrock", "--lr", "1")
        self.succeed("walk", "himmelblau", "--from", "1e6,-1e6", "--lr", "5")

    def test_csv(self):
        self.text("parabola", "--compare-lr", "0.3,0.5", "--steps", "3", "--csv", "x.csv")
        with open(self.folder / "x.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["lr"], row["step"]) for row in rows],
                         [(lr, str(k)) for lr in ("0.3", "0.5") for k in range(4)])
        self.assertEqual([float(row["w"]) for row in rows[4:]], [6, 2, 2, 2])
        self.assertEqual(rows[3]["update"], "")
        self.text("himmelblau", "--steps", "3", "--csv", "y.csv")
        header = (self.folder / "y.csv").read_text().splitlines()[0]
        self.assertEqual(header,
                         "lr,step,x,y,loss,gradient_x,gradient_y,learning_rate,update_x,update_y")

    def test_pictures(self):
        for name in ("parabola", "himmelblau"):
            result = self.succeed("walk", name, "--out", "x.png")
            self.assertEqual(result.stderr, "x.png written\n")
            content = (self.folder / "x.png").read_bytes()
            width, height = struct.unpack(">II", content[16:24])
            self.assertEqual(width, 1280)
            self.assertIn(height, range(440, 561))
        for name in FUNCTIONS:
            self.succeed("walk", name, "--compare-lr", "0.01,0.02", "--out", "x.svg", "--quiet")
            tree = xml.parse(self.folder / "x.svg").getroot()
            texts = ["".join(text.itertext()).strip()
                     for text in tree.iter("{http://www.w3.org/2000/svg}text")]
            for part in ("Loss", "step", "start"):
                self.assertIn(part, texts)
            self.assertTrue(any(text.startswith("learning rate 0.02: ") for text in texts), texts)

    def contours(self, function, height, *options):
        """The heights along each contour line: its pixels are mapped by two points of the path."""
        walk, = self.json(function, *options)["walks"]
        self.succeed("walk", function, *options, "--out", "x.svg", "--quiet")
        _, curves = read_svg(self.folder / "x.svg")
        lines, (path,) = curves[1], curves[2]
        first, last = (walk["points"][k]["w"] for k in (0, -1))
        scales = [(last[d] - first[d]) / (path[-1][d] - path[0][d]) for d in (0, 1)]
        self.assertEqual(len(path), len(walk["points"]))
        return [[height(*(first[d] + scales[d] * (point[d] - path[0][d]) for d in (0, 1)))
                 for point in line] for line in lines]

    def test_contour_lines_are_level(self):
        for function, height, options in [
                ("ravine", lambda x, y: (x * x + 100 * y * y) / 2, ["--steps", "100"]),
                ("rosenbrock", lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
                 ["--from", "-1.5,1.7", "--lr", "3e-3", "--steps", "1"]),
                ("saddle", lambda x, y: x * x - y * y + y ** 4 / 4 + 1,
                 ["--from", "1.9,0.5", "--lr", "0.01", "--steps", "100"])]:
            with self.subTest(function):
                lines = self.contours(function, height, *options)
                self.assertGreaterEqual(len(lines), 16)
                highest = max(map(max, lines))
                levels = sorted({round(sum(line) / len(line) / highest, 1) for line in lines})
                self.assertGreater(len(levels), 3)
                for line in lines:
                    self.assertLess(max(line) - min(line), 0.05 * highest)

    def test_a_unit_is_as_long_on_both_axes(self):
        """So that a step is seen to be perpendicular to its contour; all steps of a walk show."""
        for arguments in (["x^2 + 3*y^2"], ["himmelblau", "--steps", "8"],
                          ["ravine", "--condition", "20", "--lr", "0.11", "--steps", "20"]):
            walk, = self.json(*arguments)["walks"]
            self.succeed("walk", *arguments, "--out", "x.svg", "--quiet")
            texts, curves = read_svg(self.folder / "x.svg")
            path, = curves[2]
            points = [point["w"] for point in walk["points"]]
            self.assertEqual(len(path), len(points))
            k = max(range(1, len(points)), key=lambda k: abs(points[k][0] - points[0][0]))
            m = max(range(1, len(points)), key=lambda k: abs(points[k][1] - points[0][1]))
            across = (path[k][0] - path[0][0]) / (points[k][0] - points[0][0])
            up = (path[0][1] - path[m][1]) / (points[m][1] - points[0][1])
            self.assertAlmostEqual(across / up, 1, delta=0.01)
            self.assertIn("0", texts)
            width, height = 1280, 480  # no point is cut off at an edge, nor outside
            for (x, y), w in zip(path, points):
                self.assertAlmostEqual(x, path[0][0] + across * (w[0] - points[0][0]), delta=0.5)
                self.assertAlmostEqual(y, path[0][1] - up * (w[1] - points[0][1]), delta=0.5)
                self.assertTrue(width / 2 < x < width and 0 < y < 0.9 * height)

    def rate(self, lr, momentum, steps, *options):
        """The factor a step of an actual walk, by the largest distances of two spans of steps."""
        walk, = self.json("quadratic", "--lr", lr, "--momentum", momentum, "--steps", steps,
                          *options)["walks"]
        distances = [math.hypot(*point["w"]) for point in walk["points"]]
        span = steps // 3
        return (max(distances[-span:]) / max(distances[-2 * span:-span])) ** (1 / span)

    def test_map_of_momentum(self):
        for condition in (1, 25, 100, 1e4):
            arguments = ["quadratic", "--condition", condition, "--map", "momentum"]
            self.succeed("walk", *arguments, "--csv", "x.csv", "-q", "--no-plot")
            result = self.json(*arguments, "--lr", 0.9 / condition, "--momentum", "0.3")
            root = math.sqrt(condition)
            best = result["optimum"]
            self.assertAlmostEqual(best["lr"], (2 / (1 + root)) ** 2, places=14)
            self.assertAlmostEqual(best["momentum"], ((root - 1) / (root + 1)) ** 2, places=14)
            self.assertAlmostEqual(best["factor"], (root - 1) / (root + 1), places=14)
            self.assertEqual(result["point"]["momentum"], 0.3)
            with open(self.folder / "x.csv", newline="") as file:
                rows = [{name: float(value) for name, value in row.items()}
                        for row in csv.DictReader(file)]
            self.assertEqual(len(rows), 101 * 101)
            for row in rows[::37] + [best, result["point"], result["without_momentum"]]:
                radii = []
                for eigenvalue in (1, condition):  # of [[1 + β − αλ, −β], [1, 0]]
                    trace, beta = 1 + row["momentum"] - row["lr"] * eigenvalue, row["momentum"]
                    square = cmath.sqrt(trace * trace - 4 * beta)
                    radii += [abs(trace + square) / 2, abs(trace - square) / 2]
                self.assertAlmostEqual(row["factor"], max(radii), delta=1e-7)
                self.assertGreaterEqual(row["factor"], best["factor"] - 1e-12)

    def test_the_map_is_what_walks_do(self):
        for row in self.json("quadratic", "--map", "momentum")["map"][::5]:
            found = self.rate(row["lr"], row["momentum"], 1200 if row["factor"] < 1.05 else 150)
            self.assertAlmostEqual(found / row["factor"], 1, delta=0.005)
        # at the optimum both roots are one, so that k ρᵏ is what is left after k steps
        best = self.json("quadratic", "--map", "momentum")["optimum"]
        self.assertAlmostEqual(self.rate(best["lr"], best["momentum"], 600), best["factor"],
                               delta=0.01)

    def test_map_is_printed_and_drawn(self):
        text = " ".join(self.text("quadratic", "--map", "momentum").split())
        for part in ("(2/(1 + √κ))² = 0.0330579", "((√κ − 1)/(√κ + 1))² = 0.669421",
                     "factor of 0.818182 a step, one decimal place in 11.5 steps",
                     "2/(1 + κ) = 0.019802: a factor of 0.980198 a step"):
            self.assertIn(part, text)
        self.succeed("walk", "quadratic", "--map", "momentum", "--out", "x.svg", "-q")
        texts, _ = read_svg(self.folder / "x.svg")
        for part in ("optimum: 0.8182 a step", "stability limit", "learning rate", "momentum"):
            self.assertIn(part, texts)
        for width in (60, 80):
            for line in self.on_terminal("walk", "quadratic", "--map", "momentum", columns=width,
                                         TERM="dumb").splitlines():
                self.assertLessEqual(len(line), width, line)
        self.refuse(2, ["--map", "quadratic"], "walk", "parabola", "--map", "momentum")
        self.refuse(2, ["--steps", "--map"],
                    "walk", "quadratic", "--map", "momentum", "--steps", "5")

    def test_quiet_with_a_file_prints_nothing(self):
        for option, name in (("--out", "x.png"), ("--csv", "x.csv")):
            result = self.succeed("walk", "saddle", option, name, "-q", "--no-plot")
            self.assertEqual((result.stdout, result.stderr), ("", ""))
            self.assertTrue((self.folder / name).exists())

    def test_tables_end_where_the_walk_has_converged(self):
        rows = self.table("parabola", "--steps", "500")
        self.assertEqual(rows[-1][0], "10")
        self.assertIn("The table ends where the walk has converged, at step 10 of 500.",
                      " ".join(self.text("parabola", "--steps", "500").split()))

    def test_everything_fits_a_narrow_terminal(self):
        for width in (60, 80):
            for name in FUNCTIONS + ["x^2 + 3*y^2", "sin(x y) + exp(-x^2)/3 + 1e-9 x"]:
                text = self.on_terminal("walk", name, columns=width, TERM="dumb")
                self.assertGreater(len(text.splitlines()), 30)
                for line in text.splitlines():
                    self.assertLessEqual(len(line), width, line)

    def test_terminal(self):
        text = self.succeed("walk", "parabola").stdout
        for part in ("loss L", "step", "o   start", "x   minimum", "*****"):
            self.assertIn(part, text)
        self.succeed("walk", "himmelblau", "--out", "x.txt", "--json", "--quiet")
        self.assertGreater((self.folder / "x.txt").read_text().count("."), 200)

    def test_usage(self):
        before = contents(self.folder)
        for parts, arguments in [
                (FUNCTIONS, []),
                (FUNCTIONS + ['"hill"'], ["hill"]),
                (["one function", "quartic"], ["parabola", "quartic"]),
                (["--from", "expected 1 number for parabola, found 2"],
                 ["parabola", "--from", "1,2"]),
                (["--from", "expected 2 numbers", "found 1"], ["rosenbrock", "--from", "1"]),
                (["--from", "1 to 8 numbers"], ["parabola", "--from", "nan"]),
                (["--from", '"1,"'], ["rosenbrock", "--from", "1,"]),
                (["--from"], ["parabola", "--from", "1e7"]),
                (["--lr", "> 0", '"0"'], ["parabola", "--lr", "0"]),
                (["--lr", '"-1"'], ["parabola", "--lr", "-1"]),
                (["--lr", '"nan"'], ["parabola", "--lr", "nan"]),
                (["--compare-lr", '"0.1,0"'], ["parabola", "--compare-lr", "0.1,0"]),
                (["--compare-lr"], ["parabola", "--compare-lr", ",".join(["1"] * 9)]),
                (["--compare-lr", "--lr"], ["parabola", "--compare-lr", "1,2", "--lr", "1"]),
                (["--steps", "1 to 100000", '"0"'], ["parabola", "--steps", "0"]),
                (["--steps"], ["parabola", "--steps", "100001"]),
                (["--noise"], ["parabola", "--noise", "-1"]),
                (["--condition", "ravine"], ["parabola", "--condition", "5"]),
                (["--condition", '"0"'], ["ravine", "--condition", "0"]),
                (["--nesterov", "--momentum"], ["parabola", "--nesterov"]),
                (["--beta1", "adam"], ["parabola", "--beta1", "0.5"]),
                (["--optimizer", "sgd, adam"], ["parabola", "--optimizer", "newton"]),
                (["--out", ".png"], ["parabola", "--out", "x.jpeg"])]:
            with self.subTest(" ".join(arguments)):
                self.refuse(2, parts, "walk", *arguments)
        self.assertEqual(contents(self.folder), before)

    def test_unwritable(self):
        result = self.run_command("walk", "parabola", "--csv", "nowhere/x.csv", "--no-plot")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nowhere/x.csv", result.stderr)
        result = self.run_command("walk", "parabola", "--out", "nowhere/x.png")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nowhere/x.png", result.stderr)

    def test_help_lists_the_functions(self):
        text = self.succeed("walk", "--help").stdout
        for part in FUNCTIONS + ["--compare-lr", "Himmelblau 1972", "(1 − x)² + 100 (y − x²)²"]:
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
