#!/usr/bin/python3
"""What ends a run: each reason against figures of its own, and interruptions that leave no trace."""

import json
import shutil
import signal
import time
import unittest

from harness import CommandCase, contents, make_data, make_samples
from softmax_regression import softmax_regression

# Each schedule once, each optimizer at least once; dropout, early stopping and the gradient's
# tolerance always. The data are noisy enough that some of these stop before the last epoch.
INTERRUPTED = [
    (["constant"], ["sgd"]),
    (["step", "--decay-period", "700"], ["sgd", "--momentum", "0.9", "--nesterov"]),
    (["exponential", "--warmup", "300"], ["adam"]),
    (["linear"], ["adamw"]),
    (["polynomial", "--decay-power", "3"], ["rmsprop"]),
    (["cosine"], ["sgd", "--momentum", "0.5"]),
    (["one-cycle"], ["adamw", "--decay-biases"]),
    (["cosine-restarts", "--restart-factor", "2"], ["rmsprop", "--momentum", "0.5"]),
    (["plateau", "--plateau-patience", "0"], ["adam", "--clip-norm", "0.5"]),
]
LASTING = ["--batch", "1", "--epochs", "4", "--hidden", "96", "--dropout", "0.2", "--patience", "3",
           "--gradient-tolerance", "0.01", "--log-layers"]

# Full-batch gradient descent, plain.
PLAIN = ["--hidden", "none", "--init", "zeros", "--optimizer", "sgd", "--lr", "1", "--schedule",
         "constant", "--batch", "full", "--validation", "0"]


class Stopping(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, *options, out="run", data="data"):
        result = self.succeed("train", data, "--quiet", "--json", "--out", out, *options)
        return json.loads(result.stdout)

    def config(self, run="run"):
        return json.loads((self.folder / run / "config.json").read_text())

    def test_all_epochs(self):
        found = self.train("--epochs", "2")
        self.assertEqual((found["stop_reason"], found["epochs"]), ("epochs", 2))
        self.assertEqual(self.config()["stop_reason"], "epochs")
        text = self.succeed("train", "--resume", "run", "-q").stdout
        self.assertIn("stopped     after epoch 2: all epochs done", text)

    def test_patience(self):
        """By the rows alone: the first epoch that is the third in a row without a better loss."""
        found = self.train("--epochs", "200", "--patience", "3", "--lr", "0.03")
        self.assertEqual(found["stop_reason"], "patience")
        losses = [float(row["validation_loss"]) for row in self.rows("run")[1:]]
        bad = [min(losses[:i + 1]) not in losses[i:i + 1] for i in range(len(losses))]
        ends = [i + 1 for i in range(2, len(bad)) if all(bad[i - 2:i + 1])]
        self.assertEqual(found["epochs"], ends[0])
        self.assertEqual(found["best_epoch"], losses.index(min(losses)) + 1)
        self.assertAlmostEqual(found["validation"]["loss"], min(losses), 6)

    def test_more_patience_goes_on(self):
        options = ["--epochs", "200", "--lr", "0.03"]
        whole = self.train(*options, "--patience", "9", out="whole")
        first = self.train(*options, "--patience", "3")
        self.assertLess(first["epochs"], whole["epochs"])
        before = contents(self.folder / "run")
        self.succeed("train", "-q", "--resume", "run")
        for path, content in before.items():
            if path.name != "config.json":
                self.assertEqual(path.read_bytes(), content)
        self.succeed("train", "-q", "--resume", "run", "--patience", "9")
        self.assert_same_run("whole", "run")

    def test_target_accuracy(self):
        for options, column in (([], "validation_accuracy"),
                                (["--validation", "0"], "train_accuracy")):
            with self.subTest(column):
                found = self.train("--target-accuracy", "0.8", "--epochs", "100", "--force",
                                   *options)
                self.assertEqual(found["stop_reason"], "target-accuracy")
                reached = [float(row[column]) >= 0.8 for row in self.rows("run")]
                self.assertEqual(reached.index(True, 1), found["epochs"])
                self.assertEqual(found["epochs"], len(reached) - 1)

    def test_gradient_tolerance(self):
        """The epoch at which gradient descent in plain Python gets there."""
        tolerance = 0.05
        figures = softmax_regression(*make_samples(60, 3, 3, 60), classes=3, steps=80)
        expected = next(i for i, (_, norm) in enumerate(figures) if norm <= tolerance)
        self.assertGreater(expected, 20)
        found = self.train(*PLAIN, "--gradient-tolerance", str(tolerance), "--epochs", "1000")
        self.assertEqual(found["stop_reason"], "gradient-tolerance")
        self.assertEqual(found["epochs"], expected)
        self.assertAlmostEqual(found["gradient_norm"], figures[expected][1], 6)
        text = self.succeed("train", "--resume", "run", "-q").stdout
        self.assertIn("--gradient-tolerance 0.05", text)

    def test_gradient_tolerance_of_minibatches(self):
        """Their own gradients do not vanish, nor does dropout hide that the whole one does."""
        found = self.train("--hidden", "none", "--epochs", "2000", "--batch", "4", "--optimizer",
                           "sgd", "--schedule", "linear", "--lr", "2", "--validation", "0",
                           "--gradient-tolerance", "0.03")
        self.assertEqual(found["stop_reason"], "gradient-tolerance")
        self.assertLess(found["epochs"], 2000)
        self.assertLessEqual(found["gradient_norm"], 0.03)
        self.assertGreater(float(self.rows("run")[-1]["gradient_norm"]), 0.03)

    def test_the_model_says_why(self):
        found = self.train("--epochs", "100", "--target-accuracy", "0.5")
        model = json.loads(self.succeed("inspect", "--json", "run/model.safetensors").stdout)
        training = json.loads(model["metadata"]["training"])
        self.assertEqual(training["stop_reason"], found["stop_reason"])

    def test_bad_values(self):
        for options, parts in ((["--patience", "0"], ["1", "none"]), (["--patience", "x"], ["none"]),
                               (["--patience", "3", "--validation", "0"], ["--validation > 0"]),
                               (["--gradient-tolerance", "-1"], ["≥ 0"]),
                               (["--target-accuracy", "98"], ["[0, 1]"]),
                               (["--loss-limit", "-1"], ["≥ 0"])):
            with self.subTest(options):
                self.refuse(2, [options[0], *parts], "train", "data", *options)


class Interrupt(CommandCase):
    def rows_there(self, run, rows):
        path = self.folder / run / "metrics.csv"
        return lambda: path.exists() and len(path.read_text().splitlines()) > rows

    def interrupt(self, rows, delay, *arguments):
        """Sends SIGINT some seconds after there are so many rows; what the command said."""
        process = self.start(*arguments)
        self.addCleanup(process.kill)
        self.wait_for(self.rows_there("run", rows), process)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        result = self.finish(process)
        self.assertEqual((result.returncode, result.stdout), (130, ""), result.stderr)
        self.assertIn("descent train --resume run", result.stderr)
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertEqual(config["stop_reason"], "interrupted")
        return result.stderr

    def test_every_schedule_and_optimizer(self):
        """Interrupted, resumed, killed, resumed: the bytes of the run that nothing happened to."""
        said = []
        for number, (schedule, optimizer) in enumerate(INTERRUPTED):
            with self.subTest(f"{schedule} {optimizer}"):
                options = [*LASTING, "--schedule", *schedule, "--optimizer", *optimizer]
                self.succeed("train", "digits", "-q", "--force", "--out", "whole", *options)
                shutil.rmtree(self.folder / "run", ignore_errors=True)
                said.append(self.interrupt(1, 0.01 * number, "train", "digits", "--out", "run",
                                           *options))
                process = self.start("train", "-q", "--resume", "run")
                self.kill_when(self.rows_there("run", 2), process)
                self.succeed("train", "-q", "--resume", "run")
                self.assert_same_run("whole", "run")
                self.assertEqual((self.folder / "whole/layers.csv").read_bytes(),
                                 (self.folder / "run/layers.csv").read_bytes())
        self.assertTrue(any("steps of the next" in text for text in said), said)

    def test_again_and_again_in_one_epoch(self):
        options = ["--batch", "1", "--epochs", "1", "--hidden", "2000", "--dropout", "0.1"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        self.interrupt(1, 0.03, "train", "digits", "--out", "run", *options)
        done = [self.part("run")]
        self.assertGreater(done[0], 0)
        while done[-1] > 0 and len(done) < 4:
            process = self.start("train", "--resume", "run")
            self.addCleanup(process.kill)
            stderr = iter(process.stderr.readline, "epoch")
            while not next(stderr).startswith("epoch"):
                pass
            process.send_signal(signal.SIGINT)
            self.finish(process)
            done.append(self.part("run"))
        self.assertEqual(done, sorted(done[:-1]) + done[-1:])
        self.succeed("train", "-q", "--resume", "run")
        self.assert_same_run("whole", "run")

    def part(self, run):
        """Samples of the epoch that has begun."""
        found = json.loads(self.succeed("inspect", "--json", f"{run}/checkpoint.safetensors").stdout)
        return found["part_samples"]

    def test_with_recovery_the_epochs_end_is_kept(self):
        options = ["--batch", "1", "--epochs", "3", "--hidden", "160", "--recover"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        said = self.interrupt(2, 0.02, "train", "digits", "--out", "run", *options)
        self.assertNotIn("steps of the next", said)
        self.assertEqual(self.part("run"), 0)
        self.succeed("train", "-q", "--resume", "run")
        self.assert_same_run("whole", "run")

    def test_twice_leaves_at_once_and_does_no_harm(self):
        options = ["--batch", "full", "--epochs", "2", "--hidden", "1000,1000"]
        self.succeed("train", "digits", "-q", "--out", "whole", *options)
        process = self.start("train", "digits", "-q", "--out", "run", *options)
        self.addCleanup(process.kill)
        self.wait_for(self.rows_there("run", 1), process)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        result = self.finish(process)
        self.assertIn(result.returncode, (-signal.SIGINT, 130))
        self.succeed("train", "-q", "--resume", "run")
        self.assert_same_run("whole", "run")


if __name__ == "__main__":
    unittest.main()
