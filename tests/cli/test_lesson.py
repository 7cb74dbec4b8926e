#!/usr/bin/python3
"""scripts/lesson.sh: each number in an answer against its closed form, and in what the command said
before it."""

import gzip
import math
import os
import re
import subprocess
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path

from harness import COMMAND, TRAIN_IMAGES, TRAIN_LABELS, CommandCase

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "lesson.sh"


def short(number):
    return f"{float(number):.6g}"


def rate(lr, curvature):
    """By what a step multiplies the distance to a minimum of that curvature."""
    return 1 - Fraction(lr) * curvature


def decimal_place(factor):
    return math.log(10) / -math.log(abs(factor))


class Lesson(CommandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        runs = tempfile.TemporaryDirectory()
        cls.addClassCleanup(runs.cleanup)
        result = subprocess.run([SCRIPT], env=dict(os.environ, DESCENT=COMMAND, LESSON_RUNS=runs.name),
                                text=True, capture_output=True, check=True, timeout=120)
        cls.error, cls.output = result.stderr, result.stdout
        parts = re.split(r"\n(\d+)\. ", result.stdout)
        cls.sections = {}
        for number, text in zip(parts[1::2], parts[2::2]):
            said, answer = text.split("\n=> ")
            question, command = said.split("$ build/descent ", 1)
            cls.sections[int(number)] = [" ".join(part.split())
                                         for part in (question, command, answer)]

    def check(self, number, said, *answered):
        """Parts of what the command of a question said, and of the answer."""
        _, command, answer = self.sections[number]
        for part in said:
            self.assertIn(part, command)
        for part in answered:
            self.assertIn(part, answer)

    def test_every_question_has_an_answer(self):
        self.assertEqual(self.error, "")
        self.assertEqual(list(self.sections), list(range(1, len(self.sections) + 1)))
        self.assertGreaterEqual(len(self.sections), 13)
        for line in self.output.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_steps_on_lines(self):
        for number, start, slope, lr in ((1, "3", "2.5", "0.1"), (2, "5", "-3", "0.2"),
                                         (3, "1", "0.001", "0.1")):
            step = -Fraction(lr) * Fraction(slope)
            place = short(Fraction(start) + step)
            self.check(number, [f"0 {start} ", f" {lr} {short(step)} ", f" 1 {place} "], place)
        self.check(1, [], "3 - 0.1 * 2.5 = 2.75")
        self.check(2, [], "5 - 0.2 * (-3) = 5.6")
        self.check(3, [], "0.1 * 0.001 = 0.0001")

    def test_the_parabola(self):
        factor = rate("0.3", 2)
        distances = [4 * factor ** k for k in range(6)]
        self.check(4, [f" {k} {short(2 + distance)} {float(distance ** 2):.10g} "
                       f"{short(2 * distance)}" for k, distance in enumerate(distances)],
                   f"1 - 0.3 * 2 = {short(factor)} a step: "
                   f"{', '.join(map(short, distances))}.")

    def test_learning_rates(self):
        rates = ("0.01", "0.3", "0.9", "1.2")
        self.check(5, [f"{short(abs(rate(lr, 2)))} a step" for lr in ("0.01", "0.9", "1.2")],
                   *(f"With {lr} it is {short(rate(lr, 2))}:" for lr in rates))
        steps = math.ceil(math.log(1e-3 / 4) / math.log(rate("0.99", 2) * -1))
        self.check(6, [f"0.99: converged at step {steps}:", "1: swings for ever", "1.01: diverges"],
                   f"2 / 2 = {short(2 / 2)}", f"the factor is {short(rate(1, 2))}",
                   f"between 6 and {short(2 + 4 * rate(1, 2))} for ever", f"converges in {steps} steps")

    def test_two_variables(self):
        x, y, lr = 3, 2, Fraction("0.1")
        gradient = (2 * x, 6 * y)
        step = tuple(-lr * slope for slope in gradient)
        self.check(7, [f"0 3 2 {x * x + 3 * y * y} {gradient[0]} {gradient[1]} "
                       f"{short(step[0])} {short(step[1])}"],
                   f"at (3, 2) is ({gradient[0]}, {gradient[1]})",
                   f"step is ({short(step[0])}, {short(step[1])})",
                   f"y shrinks by {short(rate(lr, 6))} a step, x by {short(rate(lr, 2))}.")

    def test_the_valley(self):
        limit = Fraction(2, 100)
        slow = rate(limit, 1)
        self.check(8, [f"2 / curvature = {short(limit)}", "0.01: moving on", "0.021: diverges",
                       f"by a factor of {short(rate('0.0198', 1))[:4]}"],
                   f"2 / 100 = {short(limit)}", f"1 - {short(limit)} = {short(slow)}",
                   f"{decimal_place(slow):.0f} steps for each decimal place")
        plain, best = Fraction(99, 101), Fraction(9, 11)
        self.check(9, [f"factor of {short(plain)} a step", f"factor of {short(best)} a step"],
                   f"99/101 = {short(plain)} to 9/11 = {short(best)} a step",
                   f"in {decimal_place(best):.3g} steps in place of {decimal_place(plain):.3g}")

    def test_other_places(self):
        loss = Fraction(1, 4) + Fraction(1, 3) - 1 + Fraction(8, 3)  # w⁴/4 − w³/3 − w² + 8/3 at −1
        self.check(10, [f"minimum at w = -1, which is a local one: the loss there is {short(loss)}",
                        "0 at w = 2"], f"at w = -1, where the loss is {short(loss)}")
        self.check(11, ["near the saddle at (x, y) = (0, 0)",
                        f"shrinks by a factor of {short(rate('0.1', 2))} a step"],
                   f"1 - 0.1 * 2 = {short(rate('0.1', 2))} a step")
        valley = short(math.sqrt(2))
        self.check(12, ["left the saddle at (x, y) = (0, 0)", valley],
                   f"1 + 0.1 * 2 = {short(rate('0.1', -2))} a step",
                   f"y = {valley} or y = -{valley}")
        rolled = self.succeed("walk", "quartic", "--momentum", "0.9", "--steps", "600", "--no-plot")
        self.assertIn("minimum at w = 2.", " ".join(rolled.stdout.split()))

    def test_noise_at_the_minimum(self):
        deviation = 0.1 / math.sqrt(1 - float(rate("0.1", 2)) ** 2)
        self.check(13, ["driven by the noise"],
                   f"0.1 / sqrt(1 - 0.8^2) = {short(deviation)}")
        self.succeed("walk", "parabola", "--lr", "0.1", "--noise", "1", "--steps", "100000",
                     "--csv", "x.csv", "-q", "--no-plot")
        places = [float(line.split(",")[2])
                  for line in (self.folder / "x.csv").read_text().splitlines()[101:]]
        spread = math.sqrt(sum((w - 2) ** 2 for w in places) / len(places))
        # the samples of 100,000 dependent steps: a deviation of about one percent
        self.assertAlmostEqual(spread / deviation, 1, delta=0.03)

    def number(self, question, what):
        """What a command of a question said behind these words."""
        return float(re.search(re.escape(what) + r" (-?[\d.e-]+)", self.sections[question][1])[1])

    def test_the_edge_of_stability(self):
        """Where it is follows from the learning rate; how near it is at an epoch, from the swing."""
        largest, limit = self.number(14, "largest eigenvalue"), self.number(14, "limit learning rate")
        self.assertAlmostEqual(largest / (2 / 0.4), 1, delta=0.15)
        self.assertAlmostEqual(limit * largest, 2, delta=0.002)
        self.check(14, ["the edge of stability"], f"2 / 0.4 = {short(2 / Fraction('0.4'))} ")

    def test_the_saddle_of_a_network(self):
        """At zero weights the loss is a product of both layers': its Hessian's eigenvalues are plus and
        minus the singular values of the mean of (p - one-hot) xᵀ, with p the share of each class."""
        digits = Path(os.environ["DESCENT_DATA"]) / "digits"
        images = gzip.decompress((digits / (TRAIN_IMAGES + ".gz")).read_bytes())[16:]
        labels = gzip.decompress((digits / (TRAIN_LABELS + ".gz")).read_bytes())[8:]
        size = len(images) // len(labels)
        shares = [labels.count(c) / len(labels) for c in range(10)]
        sums = [[0.0] * size for _ in range(10)]
        for i, label in enumerate(labels):
            for j, pixel in enumerate(images[i * size:(i + 1) * size]):
                sums[label][j] += pixel / 255 / len(labels)
        mean = [sum(column) for column in zip(*sums)]
        slopes = [[share * m - s for m, s in zip(mean, row)] for share, row in zip(shares, sums)]
        vector = [1.0 + j for j in range(size)]
        for _ in range(500):  # power iteration on the product with its transpose
            outputs = [sum(s * v for s, v in zip(row, vector)) for row in slopes]
            vector = [sum(row[j] * o for row, o in zip(slopes, outputs)) for j in range(size)]
            length = math.sqrt(sum(v * v for v in vector))
            vector = [v / length for v in vector]
        singular = math.sqrt(length)
        self.assertAlmostEqual(self.number(15, "largest eigenvalue"), singular, delta=0.01 * singular)
        self.assertAlmostEqual(self.number(15, "smallest eigenvalue"), -singular, delta=0.01 * singular)
        guess = -sum(share * math.log(share) for share in shares)
        self.assertAlmostEqual(self.number(15, "loss"), guess, delta=1e-4)
        self.check(15, ["a saddle, not a minimum"], f"ln 10 = {math.log(10):.6f}.")


if __name__ == "__main__":
    unittest.main()
