#!/usr/bin/python3
"""doctor: its figures against plain Python and against the step that follows, its findings against
runs that are made to go wrong, and that it touches nothing."""

import json
import math
import os
import shutil
import unittest

from harness import CommandCase, contents, make_data, make_samples
from softmax_regression import softmax_regression
from tensors import load_tensors

SGD = ["--optimizer", "sgd", "--schedule", "constant"]
FILES = ["config.json", "checkpoint.safetensors", "metrics.csv", "model.safetensors"]


class Doctor(CommandCase):
    def train(self, data, *options, run="run", status=0):
        result = self.run_command("train", data, "--json", "--force", "--out", run, *options)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def look(self, *arguments, run="run"):
        """What the doctor sees, and the names of what he finds."""
        seen = json.loads(self.succeed("doctor", run, "--json", *arguments).stdout)
        return seen, [finding["name"] for finding in seen["findings"]]

    def find(self, name, parts, data, *options, others=()):
        """A run with these options has exactly these findings, the first with these words."""
        self.train(data, "-q", *options)
        seen, names = self.look()
        self.assertEqual(sorted(names), sorted([name, *others]))
        for part in parts:
            self.assertIn(part, seen["findings"][names.index(name)]["text"])
        return seen

    def weights(self, run="run"):
        """By layer, the numbers of the model file: weights and biases."""
        tensors, _ = load_tensors(self.folder / run / "model.safetensors")
        names = list(tensors)
        return [tensors[names[i]][1] + tensors[names[i + 1]][1] for i in range(0, len(names), 2)]


def norm(numbers):
    return math.sqrt(sum(number * number for number in numbers))


class Figures(Doctor):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def test_softmax_regression(self):
        """Gradient by plain Python; plain SGD's update is the learning rate times it."""
        self.train("data", "--hidden", "none", "--init", "zeros", "--lr", "1", *SGD, "--epochs", "4",
                   "--batch", "full", "--validation", "0")
        expected = softmax_regression(*make_samples(60, 3, 3, 60), classes=3, steps=5)[4][1]
        seen, names = self.look()
        self.assertEqual(names, [])
        layer, = seen["layers"]
        weights, = self.weights()
        self.assertEqual([layer[key] for key in ("layer", "inputs", "outputs", "activation")],
                         [1, 9, 3, "identity"])
        self.assertAlmostEqual(layer["gradient_norm"], expected, 6)
        self.assertAlmostEqual(layer["weight_norm"], norm(weights), 6)
        self.assertAlmostEqual(layer["weight_rms"], norm(weights) / math.sqrt(30), 6)
        self.assertAlmostEqual(layer["update_ratio"], expected / norm(weights), 6)
        self.assertEqual(layer["update_ratio"], layer["update_ratio_highest"])

    def test_the_update_is_the_one_that_follows(self):
        """A full batch, so that one epoch more is one step more."""
        for options in (["--optimizer", "sgd", "--momentum", "0.9", "--nesterov"], ["--dropout", "0.4"],
                        ["--optimizer", "adam", "--weight-decay", "0.1", "--clip-norm", "0.01"],
                        ["--optimizer", "rmsprop", "--momentum", "0.5", "--augment", "shift=1"]):
            with self.subTest(options):
                self.train("data", "--hidden", "7,5", "--schedule", "constant", "--batch", "full",
                           "--validation", "0", "--epochs", "6", *options)
                seen, _ = self.look()
                before = self.weights()
                self.succeed("train", "-q", "--resume", "run", "--epochs", "7")
                for layer, old, new in zip(seen["layers"], before, self.weights(), strict=True):
                    change = norm(b - a for a, b in zip(old, new, strict=True))
                    self.assertGreater(change, 0)
                    self.assertAlmostEqual(layer["update_ratio"], change / norm(old), 8)

    def test_gradient_is_that_of_the_log(self):
        """In evaluation mode, whatever training does to samples and units."""
        self.train("data", "--hidden", "7,5", "--epochs", "3", "--log-layers", "--dropout", "0.3",
                   "--augment", "shift=1")
        rows = (self.folder / "run/layers.csv").read_text().splitlines()[-3:]
        seen, _ = self.look()
        for row, layer in zip(rows, seen["layers"], strict=True):
            _, _, number, gradient, weight = map(float, row.split(","))
            self.assertEqual(layer["layer"], number)
            self.assertAlmostEqual(layer["gradient_norm"], gradient, 6)
            self.assertAlmostEqual(layer["weight_norm"], weight, 5)

    def test_schedule(self):
        """The update is in proportion to the rate, which ends at 0."""
        options = ["--optimizer", "sgd", "--schedule", "linear", "--epochs", "10", "--lr", "0.1"]
        self.train("data", *options, "--target-accuracy", "0.1")
        seen, _ = self.look()
        self.assertEqual((seen["epochs"], seen["stop_reason"]), (1, "target-accuracy"))
        self.assertFalse(seen["schedule_ended"])
        self.assertAlmostEqual(seen["learning_rate"], 0.09)
        self.assertAlmostEqual(seen["learning_rate_highest"], 0.1)
        for layer in seen["layers"]:
            self.assertAlmostEqual(layer["update_ratio"] / layer["update_ratio_highest"], 0.9, 4)
        self.train("data", *options)
        seen, _ = self.look()
        self.assertEqual((seen["schedule_ended"], seen["learning_rate"]), (True, 0))
        for layer in seen["layers"]:
            self.assertEqual(layer["update_ratio"], 0)
            self.assertGreater(layer["update_ratio_highest"], 0)
        self.assertIn("schedule has ended", self.succeed("doctor", "run").stdout)

    def test_interrupted_within_an_epoch(self):
        """The next step is on the first sample that no step has seen."""
        result = self.run_signalled(77, "INT", "train", "data", "--out", "run", "--hidden", "none",
                                    "--batch", "1", *SGD, "--no-shuffle", "--validation", "0")
        self.assertEqual(result.returncode, 130, result.stderr)
        seen, _ = self.look()
        self.assertEqual(seen["stop_reason"], "interrupted")
        self.assertIn("--resume run", self.succeed("doctor", "run").stdout)
        checkpoint = self.folder / "run/checkpoint.safetensors"
        sample = seen["steps"] - 60
        self.assertGreater(sample, 0)
        tensors, _ = load_tensors(checkpoint)
        pixels, labels = make_samples(60, 3, 3, 60)
        features = [pixel / 255 for pixel in pixels[9 * sample:9 * sample + 9]]
        weights, bias = tensors["model.0.weight"][1], tensors["model.0.bias"][1]
        powers = [math.exp(bias[c] + sum(w * x for w, x in zip(weights[9 * c:], features)))
                  for c in range(3)]
        deltas = [p / sum(powers) - (c == labels[sample]) for c, p in enumerate(powers)]
        expected = 0.1 * norm(deltas) * norm(features + [1]) / norm(weights + bias)
        self.assertAlmostEqual(seen["layers"][0]["update_ratio"] / expected, 1, 2)

    def test_regression(self):
        rows = [f"{x},{y},{2 * x - y}" for x in range(20) for y in range(5)]
        (self.folder / "data.csv").write_text("x,y,target\n" + "\n".join(rows) + "\n")
        self.train("data.csv", "--regression", "--standardize", "feature")
        seen, names = self.look()
        self.assertEqual(names, [])
        self.assertTrue(all(layer["gradient_norm"] > 0 for layer in seen["layers"]))


class Findings(Doctor):
    def test_nothing_where_all_is_well(self):
        """At the start, in the middle, and at the end of a schedule."""
        for options in ([], ["--optimizer", "sgd", "--momentum", "0.9"],
                        ["--schedule", "linear", "--activation", "tanh"]):
            for more in (["--target-accuracy", "0.1"], ["--target-accuracy", "0.95"], []):
                with self.subTest(options + more):
                    self.train("digits", *options, *more)
                    seen, names = self.look()
                    self.assertEqual(names, [])
                    for layer in seen["layers"]:
                        self.assertGreater(layer["update_ratio_highest"], 1e-4)
                        self.assertLess(layer["update_ratio_highest"], 0.1)
        text = self.succeed("doctor", "run").stdout
        self.assertIn("No problems found", text)
        self.assertNotIn("warning", text)

    def test_the_sentences_are_those_of_train(self):
        result = self.train("digits", *SGD, "--lr", "5", "--epochs", "8")
        warnings = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
        self.assertEqual(len(warnings), 1)
        text = self.succeed("doctor", "run").stdout
        seen, names = self.look()
        self.assertEqual(names, ["dead-units"])
        self.assertIn(" of the units of hidden layer 1 are zero on all samples", warnings[0])
        self.assertIn(" of the units of hidden layer 1 are zero on all samples", text)
        self.assertIn("warning: " + seen["findings"][0]["text"], text.replace("\n  ", " "))
        self.assertGreater(seen["layers"][0]["dead"], 0.9)
        self.assertIsNone(seen["layers"][1]["dead"])

    def test_saturated(self):
        seen = self.find("saturated-units", ["tanh", "--lr"], "digits", *SGD, "--activation", "tanh",
                         "--init", "normal", "--init-deviation", "2", "--epochs", "2",
                         others=["initial-loss"])
        self.assertGreater(seen["layers"][0]["saturated"], 0.6)

    def test_small_updates(self):
        self.find("small-updates", ["0.001 is usual", "1e-09", "--lr"], "digits", "--lr", "1e-9",
                  "--epochs", "8", others=["loss-not-moving"])
        # A warm-up has just begun, and a network that has arrived takes small steps.
        self.train("digits", "--warmup", "4000", "--epochs", "100", "--gradient-tolerance", "1e9")
        self.assertEqual(self.look()[1], [])

    def test_large_updates(self):
        """Weight decay holds the weights at ten steps' worth of gradient, so that every step is a
        large one. Each step shrinks differences (softmax regression is convex, and the rate below
        2 / its curvature, half of an image's square): rounding does not decide where the run goes."""
        options = ["--hidden", "none", "--batch", "4", "--lr", "0.1", "--weight-decay", "1"]
        seen = self.find("large-updates", ["layer 1", "--lr", "--batch"], "digits", *SGD, *options,
                         "--epochs", "2")
        self.assertGreater(seen["layers"][0]["update_ratio"], 0.2)

    def test_vanishing_gradient(self):
        self.find("vanishing-gradient", ["layer 1", "layer 7", "--activation relu"], "digits", *SGD,
                  "--hidden", "30,30,30,30,30,30", "--activation", "sigmoid", "--epochs", "8",
                  others=["accuracy-at-chance"])

    def test_exploded(self):
        self.train("digits", *SGD, "--lr", "1e10", status=1)
        seen, names = self.look()
        self.assertEqual((names, seen["stop_reason"]), (["not-finite"], "exploded"))
        self.assertIn("the loss exploded in epoch 1", self.succeed("doctor", "run").stdout)
        self.assertIn("--clip-norm", seen["findings"][0]["text"])

    def test_a_step_that_is_not_finite(self):
        """The gradient is finite, and far above 1: what the very first step subtracts is not."""
        self.train("digits", *SGD, "--lr", "3e38", "--epochs", "1", "--init", "normal",
                   "--init-deviation", "30", status=1)
        seen, names = self.look()
        self.assertEqual(names, ["not-finite"])
        self.assertIn("cannot go on", seen["findings"][0]["text"])
        self.assertEqual(len(seen["layers"]), 2)
        self.assertIsNone(seen["layers"][0]["update_ratio"])

    def test_model_file(self):
        make_data(self.folder / "data")
        self.train("data", "--epochs", "2")
        path = self.folder / "run/model.safetensors"
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        seen, names = self.look()
        self.assertEqual(names, ["model-file"])
        self.assertIn("--resume", seen["findings"][0]["text"])
        self.succeed("train", "-q", "--resume", "run")
        self.assertEqual(path.read_bytes(), whole)
        self.assertEqual(self.look()[1], [])


class Files(Doctor):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")
        self.train("data", "-q", "--epochs", "5", "--hidden", "7")

    def state(self):
        return {path: path.stat().st_mtime_ns for path in [self.folder / "run",
                                                           *(self.folder / "run").iterdir()]}

    def test_nothing_changes(self):
        before, times = contents(self.folder), self.state()
        first = self.succeed("doctor", "run").stdout
        for arguments in ([], ["--json"], ["data"], ["--files-only"]):
            self.succeed("doctor", "run", *arguments)
        self.assertEqual((contents(self.folder), self.state()), (before, times))
        self.assertEqual(self.succeed("doctor", "run").stdout, first)

    def test_while_it_trains(self):
        process = self.start("train", "data", "-q", "--out", "other", "--epochs", "1000000")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        checkpoint = self.folder / "other/checkpoint.safetensors"
        self.wait_for((self.folder / "other/model.safetensors").exists, process)
        for _ in range(10):
            seen, _ = self.look(run="other")
            self.assertIsNone(seen["stop_reason"])
            self.assertGreater(seen["layers"][0]["gradient_norm"], 0)
        self.assertIsNone(process.poll())
        self.assertIn("not yet", self.succeed("doctor", "other").stdout)
        process.kill()
        process.wait()
        self.assertTrue(checkpoint.exists())

    def test_rows_ahead_of_the_checkpoint(self):
        """Training adds the row before it replaces the checkpoint."""
        before = self.succeed("doctor", "run").stdout
        with open(self.folder / "run/metrics.csv", "a") as file:
            file.write("6,12,324,0.001,1000,0,1000,0,1,1,1\n")
        self.assertEqual(self.succeed("doctor", "run").stdout, before)

    def test_a_run_that_has_not_begun(self):
        """Killed before the first epoch's end there is a checkpoint, and perhaps nothing else."""
        self.kill(1, "train", "data", "--out", "new")
        seen, names = self.look(run="new")
        self.assertEqual(names, [])
        self.assertIsNone(seen["stop_reason"])

    def test_data_that_are_gone(self):
        shutil.move(self.folder / "data", self.folder / "moved")
        seen, names = self.look()
        self.assertEqual(names, [])
        self.assertIn("data is not there", seen["left_out"])
        self.assertTrue(all(layer["weight_norm"] > 0 and layer["gradient_norm"] is None
                            for layer in seen["layers"]))
        text = self.succeed("doctor", "run").stdout
        self.assertEqual(sum("left out" in line for line in text.splitlines()), 1)
        seen, _ = self.look("moved")
        self.assertIsNone(seen["left_out"])
        self.assertGreater(seen["layers"][0]["update_ratio_highest"], 0)

    def test_files_only(self):
        seen, _ = self.look("--files-only")
        self.assertEqual(seen["left_out"], "--files-only")
        self.train("data", "--epochs", "60", "--lr", "1e-9")
        self.assertIn("loss-not-moving", self.look("--files-only")[1])
        self.refuse(2, ["DATA", "--files-only"], "doctor", "run", "data", "--files-only")

    def test_config_that_is_lost(self):
        (self.folder / "run/config.json").unlink()
        seen, _ = self.look()
        self.assertIn("config.json", seen["left_out"])
        self.assertIsNone(self.look("data")[0]["left_out"])

    def test_no_run(self):
        (self.folder / "empty").mkdir()
        for name in ("empty", "data", "run/model.safetensors"):
            self.refuse(1, [name, "not a run folder"], "doctor", name)
        self.refuse(1, ["no-such: no such run folder"], "doctor", "no-such")

    def test_other_data(self):
        make_data(self.folder / "other", side=4)
        make_data(self.folder / "longer", train=61)
        for name in ("other", "longer"):
            self.refuse(1, [name, "run", "expected the train_fingerprint"], "doctor", "run", name)
        self.refuse(1, ["nowhere"], "doctor", "run", "nowhere")
        shutil.rmtree(self.folder / "data")
        make_data(self.folder / "data", train=61)
        self.refuse(1, ["data", "expected the train_fingerprint"], "doctor", "run")

    def test_damaged_files(self):
        checkpoint = self.folder / "run/checkpoint.safetensors"
        whole = checkpoint.read_bytes()
        for content in (b"", whole[:7], whole[:300], whole[:-1], whole[:-9] + b"\1" + whole[-8:]):
            checkpoint.write_bytes(content)
            self.refuse(1, ["checkpoint.safetensors"], "doctor", "run")
        checkpoint.write_bytes(whole)
        metrics = self.folder / "run/metrics.csv"
        rows = metrics.read_text()
        metrics.write_text(rows.replace("\n1,", "\n1,x", 1))
        self.refuse(1, ["metrics.csv:3"], "doctor", "run")
        metrics.unlink()
        self.refuse(1, ["metrics.csv"], "doctor", "run")

    def test_usage(self):
        for arguments in ([], ["run", "data", "more"], ["run", "--nothing"]):
            self.refuse(2, [], "doctor", *arguments)
        text = self.succeed("doctor", "--help").stdout
        for part in ("RUN [DATA]", "--json", "--files-only", "Examples:"):
            self.assertIn(part, text)

    def test_text(self):
        lines = self.succeed("doctor", "run").stdout.splitlines()
        seen, _ = self.look()
        self.assertTrue(any(line.split()[:2] == ["network", "9-7-3"] for line in lines))
        rows = [line.split() for line in lines if " x " in line]
        self.assertEqual([row[:4] for row in rows], [["1", "7", "x", "9"],
                                                     ["2", "3", "x", "7"]])
        for row, layer in zip(rows, seen["layers"], strict=True):
            for text, key in zip(row[4:9], ("weight_norm", "weight_rms", "gradient_norm",
                                             "update_ratio", "update_ratio_highest")):
                self.assertAlmostEqual(float(text), layer[key], delta=0.06 * layer[key])

    def test_read_only(self):
        if os.geteuid() == 0:
            self.skipTest("the superuser may write anything")
        (self.folder / "run").chmod(0o500)
        self.addCleanup((self.folder / "run").chmod, 0o700)
        self.succeed("doctor", "run")


if __name__ == "__main__":
    unittest.main()
