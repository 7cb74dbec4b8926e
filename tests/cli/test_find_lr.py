#!/usr/bin/python3
"""find-lr and --lr auto: the curve against a computation by hand, the reading of it, repeatability,
and what is refused."""

import csv
import json
import math
import unittest

from harness import CommandCase, contents, make_data, make_samples

COLUMNS = ["step", "learning_rate", "loss", "smoothed_loss"]
LINEAR = ["--hidden", "none", "--optimizer", "sgd"]


def softmax_losses(pixels, labels, classes, rates):
    """Losses of full-batch gradient descent on a linear model from zeros, a rate a step."""
    inputs = len(pixels) // len(labels)
    samples = [[pixel / 255 for pixel in pixels[i * inputs:(i + 1) * inputs]] + [1.0]
               for i in range(len(labels))]
    weights = [[0.0] * (inputs + 1) for _ in range(classes)]
    losses = []
    for rate in rates:
        loss, gradient = 0.0, [[0.0] * (inputs + 1) for _ in range(classes)]
        for sample, label in zip(samples, labels):
            logits = [sum(w * x for w, x in zip(row, sample)) for row in weights]
            powers = [math.exp(logit - max(logits)) for logit in logits]
            loss -= math.log(powers[label] / sum(powers)) / len(labels)
            for k, power in enumerate(powers):
                delta = (power / sum(powers) - (k == label)) / len(labels)
                gradient[k] = [g + delta * x for g, x in zip(gradient[k], sample)]
        losses.append(loss)
        weights = [[w - rate * g for w, g in zip(*pair)] for pair in zip(weights, gradient)]
    return losses


def smooth(losses):
    """The exponential mean with its weights written out."""
    smoothed = []
    for i in range(len(losses)):
        weights = [0.95 ** (i - k) for k in range(i + 1)]
        smoothed.append(sum(w * l for w, l in zip(weights, losses)) / sum(weights))
    return smoothed


def fitted_slope(points):
    """Of the least-squares line."""
    n = len(points)
    x = [math.log(rate) for rate, _ in points]
    y = [loss for _, loss in points]
    return ((n * sum(a * b for a, b in zip(x, y)) - sum(x) * sum(y)) /
            (n * sum(a * a for a in x) - sum(x) ** 2))


class FindLr(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", train=120)

    def json(self, *options, data="data"):
        return json.loads(self.succeed("find-lr", data, "--json", "--quiet", *options).stdout)

    def points(self, *options, data="data"):
        """The result, and the rows of its CSV file as numbers."""
        result = self.json("--csv", "points.csv", *options, data=data)
        with open(self.folder / "points.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0], COLUMNS)
        return result, [[float(field) for field in row] for row in rows[1:]]

    def test_curve_by_hand(self):
        result, rows = self.points(*LINEAR, "--init", "zeros", "--batch", "full", "--validation",
                                   "0", "--steps", "60", "--lr-from", "0.001", "--lr-to", "1")
        rates = [0.001 * 1000 ** (i / 59) for i in range(60)]
        losses = softmax_losses(*make_samples(120, 3, 3, 120), 3, rates)
        self.assertEqual([row[0] for row in rows], list(range(60)))
        for row, rate, loss, smoothed in zip(rows, rates, losses, smooth(losses), strict=True):
            self.assertAlmostEqual(row[1], rate, delta=1e-6 * rate)
            self.assertAlmostEqual(row[2], loss, places=5)
            self.assertAlmostEqual(row[3], smoothed, places=5)
        self.assertIsNone(result["divergence"])
        self.assertIsNone(result["divergence_tenth"])
        self.assertEqual(result["steps"], 60)

    def test_candidates_and_rule(self):
        for options in (LINEAR, ["--hidden", "16"], ["--batch", "7", "--optimizer", "rmsprop"]):
            with self.subTest(options):
                result, rows = self.points(*options)
                curve = [(row[1], row[3]) for row in rows]
                lowest = min(range(len(curve)), key=lambda i: curve[i][1])
                reach = math.ceil(math.log(3) / math.log(curve[1][0] / curve[0][0]) - 1e-9)
                slopes = {i: fitted_slope(curve[i - reach:i + reach + 1])
                          for i in range(reach, lowest + 1)}
                steepest = curve[min(slopes, key=slopes.get)][0]
                self.assertAlmostEqual(result["steepest"], steepest, delta=1e-6 * steepest)
                suggestion = min(3 * steepest, curve[lowest][0])
                self.assertEqual(result["suggestion"], float(f"{suggestion:.1e}"))
                self.assertAlmostEqual(result["lowest"], curve[lowest][0], delta=1e-6)
                self.assert_blows_up(result, rows)

    def assert_blows_up(self, result, rows):
        """The loss is above four times its lowest at the last point, or not finite behind it."""
        smoothed = [row[3] for row in rows]
        self.assertTrue(all(loss <= 4 * min(smoothed[:i + 1])
                            for i, loss in enumerate(smoothed[:-1])))
        if smoothed[-1] > 4 * min(smoothed):
            self.assertAlmostEqual(result["divergence"], rows[-1][1], delta=1e-6 * rows[-1][1])
            self.assertAlmostEqual(result["divergence_tenth"], result["divergence"] / 10)
        else:
            self.assertIsNone(result["divergence"])

    def test_a_loss_that_is_not_finite_is_an_end(self):
        result, rows = self.points("--hidden", "16,16", "--optimizer", "sgd", "--loss", "mse",
                                   "--activation", "identity", "--lr-from", "1e-4", "--lr-to",
                                   "1e6", "--steps", "50")
        self.assertIsNotNone(result["divergence"])
        self.assertLess(len(rows), 50)
        self.assertTrue(all(math.isfinite(number) for row in rows for number in row))

    def test_steps_by_the_range(self):
        """40 for each factor of ten, 50 at least."""
        for options, steps in ((["--lr-from", "1e-6", "--lr-to", "1e-3"], 120),
                               (["--lr-from", "1e-4", "--lr-to", "1e-3"], 50)):
            result = self.run_command("find-lr", "data", "--csv", "points.csv", "--no-plot",
                                      *options)
            lines = (self.folder / "points.csv").read_text().splitlines()
            self.assertEqual(len(lines), 1 + steps, result.stderr)

    def test_the_same_for_any_number_of_threads(self):
        one = self.points("--threads", "1", "--dropout", "0.2")
        self.assertEqual(one[1], self.points("--threads", "3", "--dropout", "0.2")[1])
        self.assertNotEqual(one[1], self.points("--seed", "2", "--dropout", "0.2")[1])

    def test_train_searches_on_a_copy(self):
        """A run that searches is the run that is given what find-lr suggests."""
        options = ["--hidden", "8", "--dropout", "0.1", "--seed", "3"]
        suggestion = self.json(*options)["suggestion"]
        self.assertIsNotNone(suggestion)
        epochs = ["--epochs", "2"]
        found = self.succeed("train", "data", "--lr", "auto", "--out", "found", *options, *epochs)
        self.succeed("train", "data", "--lr", suggestion, "--out", "given", *options, *epochs)
        self.assertIn(f"learning rate {suggestion:g}, ", found.stderr)
        self.assertIn("by a range test", found.stderr)
        self.assert_same_run("found", "given")
        config = json.loads((self.folder / "found" / "config.json").read_text())
        self.assertEqual(config["options"]["lr"], suggestion)

        self.succeed("train", "data", "--lr", "default", "--out", "default", *options, *epochs)
        config = json.loads((self.folder / "default" / "config.json").read_text())
        self.assertEqual(config["options"]["lr"], 0.002)

    def test_a_resumed_run_keeps_what_was_found(self):
        options = ["--lr", "auto", "--schedule", "constant", "--quiet"]
        self.succeed("train", "data", "--out", "short", "--epochs", "1", *options)
        resumed = self.succeed("train", "--resume", "short", "--epochs", "3")
        self.assertNotIn("range test", resumed.stderr)
        self.assertNotIn("--lr", resumed.stderr)
        self.succeed("train", "data", "--out", "long", "--epochs", "3", *options)
        self.assert_same_run("short", "long")
        before = contents(self.folder)
        self.refuse(2, ["--lr", "resumed", '"auto"'], "train", "--resume", "short", "--lr", "auto")
        self.assertEqual(contents(self.folder), before)

    def test_the_weights_of_a_file_are_tested(self):
        self.succeed("train", "data", "--hidden", "8", "--epochs", "20", "--out", "run", "--quiet")
        fresh = self.points("--hidden", "8")[1]
        trained = self.points("--init-from", "run/model.safetensors")[1]
        self.assertLess(trained[0][2], 0.8 * fresh[0][2])

    def test_text_and_pictures(self):
        result = self.succeed("find-lr", "data", "--out", "curve.svg")
        suggestion = self.json()["suggestion"]
        self.assertIn(f"\nsuggestion    --lr {suggestion:g}: 3 times that of the steepest descent\n",
                      result.stdout)
        for word in ("\nsteepest ", "\nblows up ", "a tenth: ", "smoothed loss", "learning rate"):
            self.assertIn(word, result.stdout)
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 80, result.stdout)
        self.assertIn("9-128-3 relu", result.stderr)
        self.assertIn(f"suggestion: {suggestion:g}", (self.folder / "curve.svg").read_text())
        self.succeed("find-lr", "data", "--out", "curve.png", "--quiet", "--no-plot")
        self.assertEqual((self.folder / "curve.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    def test_no_suggestion(self):
        """Exit status 1 and a line that says why; the figures are there nevertheless."""
        for options, why in (([*LINEAR, "--lr-to", "1e-4"], "did not fall"),
                             (["--lr-from", "1000", "--lr-to", "100000"], "blew up")):
            with self.subTest(why):
                result = self.run_command("find-lr", "data", "--json", *options)
                self.assertEqual(result.returncode, 1)
                self.assertIsNone(json.loads(result.stdout)["suggestion"])
                self.assertIn(why, result.stderr.splitlines()[-1])
        self.refuse(1, ["--lr auto", "give a number"], "train", "data", "--quiet", "--lr", "auto",
                    "--optimizer", "sgd", "--hidden", "none", "--init", "zeros", "--momentum",
                    "0.999999", "--clip-norm", "1e-30", "--out", "run")
        self.assertFalse((self.folder / "run").exists())

    def test_refused(self):
        before = contents(self.folder)
        for parts, *options in ((["--lr-from", "(0, 1e+06]"], "--lr-from", "0"),
                                (["--lr-to", "at least 10 times"], "--lr-from", "1", "--lr-to", "9"),
                                (["--steps", "50"], "--steps", "49"),
                                (["--out", ".png"], "--out", "curve.jpeg"),
                                (["--momentum", "sgd"], "--momentum", "0.9"),
                                (["--lr"], "--lr", "0.1"),
                                (["--epochs"], "--epochs", "3"),
                                (["--log-layers"], "--log-layers"),
                                (["one DATA"], "data")):
            with self.subTest(options):
                self.refuse(2, parts, "find-lr", "data", *options)
        self.refuse(2, ["expected DATA"], "find-lr")
        self.refuse(1, ["nowhere", "not found"], "find-lr", "nowhere")
        result = self.run_command("find-lr", "data", "--quiet", "--csv", "nowhere/points.csv")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nowhere/points.csv", result.stderr)
        self.assertEqual(contents(self.folder), before)


if __name__ == "__main__":
    unittest.main()
