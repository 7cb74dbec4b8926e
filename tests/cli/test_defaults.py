#!/usr/bin/python3
"""The defaults that depend on the data: tables whose relation is crooked are learnt without options,
and whoever chooses for himself gets what he chose."""

import json
import math
import random
import re
import unittest

from harness import CommandCase, make_data


def spirals(generator, count):
    """Two arms of one turn and a half, one turned by half a turn against the other."""
    rows = []
    for i in range(count):
        angle = 0.5 + 4 * math.pi * generator.random()
        radius = (angle if i % 2 else -angle) / 13
        rows.append((radius * math.cos(angle) + generator.gauss(0, 0.02),
                     radius * math.sin(angle) + generator.gauss(0, 0.02), "ab"[i % 2]))
    return rows


def sine(generator, count, noise=0.0):
    """Over three periods."""
    places = [6 * math.pi * generator.random() for _ in range(count)]
    return [(x, math.sin(x) + generator.gauss(0, noise)) for x in places]


class Defaults(CommandCase):
    def write(self, name, rows):
        names = [*"xyz"[:len(rows[0]) - 1], "label"]
        lines = [",".join(f"{v:.6f}" if isinstance(v, float) else str(v) for v in row) for row in rows]
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(",".join(names) + "\n" + "\n".join(lines) + "\n")
        return name

    def train(self, data, *options):
        """The result, and the log."""
        result = self.succeed("train", data, "--json", "--force", "--out", "run", *options)
        return json.loads(result.stdout), result.stderr

    def test_spirals(self):
        result, _ = self.train(self.write("spirals.csv", spirals(random.Random(1), 2000)))
        self.assertGreater(result["test"]["accuracy"], 0.95)

    def test_sine_over_three_periods(self):
        for count in (300, 1000):
            with self.subTest(count):
                data = self.write("sine.csv", sine(random.Random(2), count))
                result, _ = self.train(data, "--regression", "--label-column", "label")
                self.assertGreater(result["test"]["r2"], 0.95)

    def test_exclusive_or(self):
        rows = [(0.0, 0.0, "no"), (0.0, 1.0, "yes"), (1.0, 0.0, "yes"), (1.0, 1.0, "no")]
        for part in ("train", "test"):
            self.write(f"xor/{part}.csv", rows)
        result, _ = self.train("xor", "--validation", "0")
        self.assertEqual(result["train"]["accuracy"], 1)
        self.assertLess(result["train"]["loss"], 0.05)

    def test_small_and_noisy(self):
        """What cannot be learnt is not memorised: the best weights are kept."""
        generator = random.Random(3)
        rows = [(x, generator.gauss(0, 1), x + generator.gauss(0, 0.5))
                for x in (generator.gauss(0, 1) for _ in range(300))]
        result, _ = self.train(self.write("noisy.csv", rows), "--regression", "--label-column", "label")
        self.assertGreater(result["test"]["r2"], 0.7)  # 0.8 is there
        self.assertLess(result["best_epoch"], result["epochs"] / 4)

    def planned(self, data, *options):
        """The network, the epochs and the steps that are told before training."""
        log = self.train(data, *options)[1]
        network = re.search(r"^network +([0-9-]+)", log, re.M)[1]
        return network, *(int(number.replace(",", ""))
                          for number in re.search(r"epochs (\d+), steps ([\d,]+)", log).groups())

    def test_weight_decay_by_inputs_and_samples(self):
        make_data(self.folder / "images")
        generator = random.Random(7)
        small = self.write("small.csv", spirals(generator, 40))    # 29 to train on
        large = self.write("large.csv", spirals(generator, 2000))  # 1440
        for data, options, expected in (
                (large, [], 75 * 2 / 1440), (small, [], 2.5), ("images", [], 0.1),
                (large, ["--optimizer", "sgd"], 0), (large, ["--weight-decay", "0.1"], 0.1)):
            with self.subTest(data=data, options=options):
                log = self.train(data, "--hidden", "3", "--epochs", "2", *options)[1]
                decay = float(re.search(r"weight decay ([0-9.]+)", log)[1])
                self.assertAlmostEqual(decay, expected, places=5)
                options = json.loads((self.folder / "run/config.json").read_text())["options"]
                self.assertAlmostEqual(options["weight-decay"], expected, places=12)

    def test_tables_and_images(self):
        make_data(self.folder / "images")
        self.assertEqual(self.planned("images"), ("9-128-3", 100, 200))
        generator = random.Random(4)
        small = self.write("small.csv", spirals(generator, 40))   # 29 to train on
        self.assertEqual(self.planned(small), ("2-128-64-2", 2000, 2000))
        large = self.write("large.csv", spirals(generator, 2000)) # 1440
        self.assertEqual(self.planned(large, "--hidden", "3", "--batch", "2"), ("2-3-2", 14, 10080))
        self.assertEqual(self.planned(large, "--hidden", "none", "--batch", "3"), ("2-2", 21, 10080))
        self.assertEqual(self.planned(large, "--hidden", "3", "--epochs", "7"), ("2-3-2", 7, 315))
        self.assertEqual(self.planned(large, "--hidden", "3", "--batch", "1", "--optimizer", "sgd",
                                      "--test", "0.05"), ("2-3-2", 10, 17100))
        self.assertEqual(self.planned(small, "--values", "bytes", "--epochs", "2"), ("2-128-2", 2, 2))

    def test_a_resumed_run_keeps_its_layers(self):
        data = self.write("small.csv", spirals(random.Random(5), 40))
        self.train(data, "--hidden", "5", "--epochs", "2")
        log = self.succeed("train", "--resume", "run", "--epochs", "3").stderr
        self.assertIn(" 2-5-2 ", log)


if __name__ == "__main__":
    unittest.main()
