#!/usr/bin/python3
"""Training: the files of a run, its figures against independent ones, and its repeatability."""

import json
import math
import os
import shutil
import struct
import subprocess
import unittest
from pathlib import Path

from harness import COMMAND, CommandCase, contents, make_data, make_samples
from softmax_regression import softmax_regression
from tensors import load_tensors, save_tensors

ACTIVATIONS = ["identity", "relu", "leaky-relu", "elu", "gelu", "silu", "tanh", "sigmoid",
               "softplus"]
SCHEDULES = [["constant"], ["step", "--decay-period", "5"], ["exponential"], ["linear"],
             ["polynomial", "--decay-power", "3"], ["cosine", "--lr-final", "0.0001"],
             ["one-cycle", "--rise-fraction", "0.5"], ["cosine-restarts", "--restart-factor", "2"],
             ["plateau", "--plateau-patience", "0"]]
OPTIMIZERS = [["sgd"], ["sgd", "--momentum", "0.9", "--nesterov"], ["adam", "--beta1", "0.8"],
              ["adamw", "--weight-decay", "0.1"], ["rmsprop", "--alpha", "0.9"]]


def metadata(path):
    """The metadata of a safetensors file."""
    content = Path(path).read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8:8 + size])["__metadata__"]


class Train(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, *options, out="run", data="data"):
        return self.succeed("train", data, "--quiet", "--out", out, *options)

    def test_digits_with_the_defaults(self):
        result = self.succeed("train", "digits", "--json")
        found = json.loads(result.stdout)
        self.assertGreaterEqual(found["test"]["accuracy"], 0.97)
        self.assertEqual(found["test"]["samples"], 360)
        self.assertEqual(found["train"]["samples"] + found["validation"]["samples"], 1437)
        self.assertRegex(found["run"], r"^models/digits-\d{8}-\d{6}$")
        self.assertEqual(sorted(os.listdir(self.folder / found["run"])),
                         ["checkpoint.safetensors", "config.json", "log.txt", "metrics.csv",
                          "model.safetensors", "result.json"])

    def test_json(self):
        found = json.loads(self.train("--epochs", "3", "--batch", "7", "--json").stdout)
        rows = self.rows("run")
        self.assertEqual(found["run"], "run")
        self.assertEqual(found["stop_reason"], "epochs")
        self.assertEqual(found["epochs"], 3)
        self.assertEqual(found["steps"], 3 * math.ceil(54 / 7))
        self.assertGreater(found["samples_per_second"], 0)
        best = rows[found["best_epoch"]]
        self.assertAlmostEqual(found["validation"]["loss"], float(best["validation_loss"]), 6)
        self.assertAlmostEqual(found["validation"]["accuracy"],
                               float(best["validation_accuracy"]), 6)
        self.assertEqual(best["validation_loss"],
                         min((row["validation_loss"] for row in rows[1:]), key=float))

    def test_json_without_validation(self):
        found = json.loads(self.train("--epochs", "1", "--validation", "0", "--json").stdout)
        self.assertIsNone(found["validation"])
        self.assertEqual(found["train"]["samples"], 60)
        self.assertEqual([row["validation_loss"] for row in self.rows("run")], ["", ""])

    def test_rows(self):
        self.train("--epochs", "4", "--batch", "10", "--schedule", "constant", "--lr", "0.01")
        rows = self.rows("run")
        self.assertEqual([int(row["step"]) for row in rows], [0, 6, 12, 18, 24])
        self.assertEqual([int(row["samples"]) for row in rows], [0, 54, 108, 162, 216])
        self.assertEqual([row["learning_rate"] for row in rows], ["", *["0.01"] * 4])
        self.assertEqual(rows[0]["gradient_norm"], "")
        self.assertLess(float(rows[4]["train_loss"]), float(rows[0]["train_loss"]))
        seconds = [float(row["seconds"]) for row in rows]
        self.assertEqual(seconds, sorted(seconds))

    def test_full_batch_is_softmax_regression(self):
        """More samples than are held at once: the batch is summed up from parts."""
        make_data(self.folder / "large", train=5000, side=2)
        options = ["--hidden", "none", "--init", "zeros", "--lr", "1", "--optimizer", "sgd",
                   "--schedule", "constant", "--epochs", "3", "--validation", "0"]
        self.train("--batch", "full", *options, data="large")
        expected = softmax_regression(*make_samples(5000, 2, 3, 5000), classes=3, steps=3)
        rows = self.rows("run")
        self.assertAlmostEqual(float(rows[0]["train_loss"]), math.log(3), 6)
        for row, (loss, norm) in zip(rows[1:], expected, strict=True):
            self.assertAlmostEqual(float(row["train_loss"]), loss, 5)
            self.assertAlmostEqual(float(row["gradient_norm"]), norm, 5)
        self.train("--batch", "5000", *options, data="large", out="counted")
        self.assertEqual((self.folder / "run/model.safetensors").read_bytes(),
                         (self.folder / "counted/model.safetensors").read_bytes())

    def test_batches_that_end_within_a_part(self):
        """4,500 of 5,000 samples a step: two steps an epoch, of 4,500 and of 500."""
        make_data(self.folder / "large", train=5000, side=2)
        self.train("--batch", "4500", "--epochs", "2", "--validation", "0", data="large")
        rows = self.rows("run")
        self.assertEqual([row["step"] for row in rows], ["0", "2", "4"])
        self.assertEqual([row["samples"] for row in rows], ["0", "5000", "10000"])

    def test_the_same_seed_gives_the_same_bytes(self):
        options = ["--epochs", "3", "--dropout", "0.2", "--seed", "7"]
        self.train(*options, out="a")
        self.train(*options, out="b")
        self.train(*options, "--threads", "2", out="c")
        self.assert_same_run("a", "b")
        self.assert_same_run("a", "c")
        self.train(*options[:-1], "8", out="d")
        self.assertNotEqual((self.folder / "a/model.safetensors").read_bytes(),
                            (self.folder / "d/model.safetensors").read_bytes())

    def test_files_name_no_place_and_no_time(self):
        self.train("--epochs", "1", out="somewhere")
        for name in ("model.safetensors", "checkpoint.safetensors"):
            content = (self.folder / "somewhere" / name).read_bytes()
            self.assertNotIn(b"somewhere", content)
            self.assertNotIn(str(self.folder).encode(), content)

    def test_model_metadata(self):
        self.train("--epochs", "2", "--hidden", "5,4")
        found = metadata(self.folder / "run/model.safetensors")
        self.assertEqual(found["layers"], "9-5-4-3")
        self.assertEqual(found["loss"], "cross-entropy")
        self.assertEqual(found["input_shape"], "3,3")
        self.assertEqual(found["preprocessing"], "divide-by-255")
        self.assertEqual(json.loads(found["class_names"]), ["0", "1", "2"])
        training = json.loads(found["training"])
        self.assertEqual(training["data"], "data")
        self.assertEqual(training["seed"], 1)
        row = self.rows("run")[training["epoch"]]
        self.assertAlmostEqual(training["validation_loss"], float(row["validation_loss"]), 7)

    def test_config(self):
        self.train("--epochs", "2", "--lr", "0.1")
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertEqual(config["commands"], [["descent", "train", "data", "--quiet", "--out",
                                               "run", "--epochs", "2", "--lr", "0.1"]])
        self.assertEqual(config["data"]["folder"], str((self.folder / "data").resolve()))
        self.assertEqual(config["options"]["lr"], 0.1)
        self.assertEqual(config["options"]["weight-decay"], 0.1)
        self.assertEqual(config["options"]["hidden"], [128])
        self.assertNotIn("out", config["options"])

    def test_every_choice_trains(self):
        choices = [["--activation", name] for name in ACTIVATIONS]
        choices += [["--schedule", *schedule, "--warmup", "3"] for schedule in SCHEDULES]
        choices += [["--optimizer", *optimizer] for optimizer in OPTIMIZERS]
        choices += [["--loss", "mse", "--output-activation", "sigmoid"],
                    ["--loss", "binary-cross-entropy", "--init-bias", "normal:0.5"],
                    ["--label-smoothing", "0.1"], ["--clip-norm", "0.1"], ["--no-shuffle"],
                    ["--init", "normal", "--init-deviation", "0.1"], ["--decay-biases"]]
        for options in choices:
            with self.subTest(options):
                self.train("--epochs", "2", "--batch", "8", "--hidden", "6", "--force", *options)
                rows = self.rows("run")
                self.assertLess(float(rows[2]["train_loss"]), float(rows[0]["train_loss"]))

    def test_init_from(self):
        self.train("--epochs", "2", "--hidden", "6", "--activation", "tanh", "--validation", "0",
                   out="first")
        self.train("--epochs", "1", "--init-from", "first/model.safetensors", "--validation", "0",
                   out="second")
        found = metadata(self.folder / "second/model.safetensors")
        self.assertEqual((found["layers"], found["activation"]), ("9-6-3", "tanh"))
        self.assertLess(float(self.rows("second")[0]["train_loss"]),
                        float(self.rows("first")[0]["train_loss"]))
        self.refuse(1, ["9-7-3 tanh", "9-6-3 tanh"], "train", "data", "--hidden", "7",
                    "--init-from", "first/model.safetensors")
        self.refuse(1, ["64-6-10 tanh", "9-6-3 tanh"], "train", "digits", "--init-from",
                    "first/model.safetensors")
        self.refuse(1, ["no-such"], "train", "data", "--init-from", "no-such")

    def test_init_from_a_run_is_init_from_its_model(self):
        self.train("--epochs", "2", "--hidden", "6", out="first")
        for start, out in (("first", "second"), ("first/model.safetensors", "third")):
            self.train("--epochs", "1", "--init-from", start, out=out)
        self.assertEqual((self.folder / "second/model.safetensors").read_bytes(),
                         (self.folder / "third/model.safetensors").read_bytes())
        self.refuse(1, ["expected a model, found a checkpoint"], "train", "data",
                    "--init-from", "first/checkpoint.safetensors")

    def test_init_from_other_classes_draws_the_last_layer_anew(self):
        make_data(self.folder / "more", classes=4)
        self.train("--epochs", "2", "--hidden", "6,5", out="first")
        still = ["--epochs", "1", "--optimizer", "sgd", "--lr", "1e-30", "--seed", "3"]
        self.train(*still, "--hidden", "6,5", data="more", out="fresh")
        told = self.succeed("train", "more", *still, "--init-from", "first", "--out", "second")
        self.assertIn("init first, last layer new", told.stderr)
        first, fresh, second = (load_tensors(self.folder / run / "model.safetensors")[0]
                                for run in ("first", "fresh", "second"))
        for name in ("0.weight", "0.bias", "2.weight", "2.bias"):
            self.assertEqual(second[name], first[name])
        self.assertEqual(second["4.weight"], fresh["4.weight"])
        self.assertLess(max(map(abs, second["4.bias"][1])), 1e-25)
        self.refuse(1, ["9-6-5-3 relu", "9-6-4-4 relu"], "train", "more", "--hidden", "6,4",
                    "--init-from", "first")

    def test_foreign_tensors_are_told_and_used(self):
        zeros = {"model.fc1": [4, 9], "model.fc2": [3, 4], "other": [3, 4]}
        for names, said in ((("model.fc1", "model.fc2"), "ignored, as part of no layer: scale"),
                            (("model.fc1", "other"), "shapes: model.fc1, other; ignored")):
            tensors = {"scale": ([2], [1.0, 2.0])}
            for name in names:
                rows, columns = zeros[name]
                tensors[name + ".weight"] = ([rows, columns], [0.0] * (rows * columns))
                tensors[name + ".bias"] = ([rows], [0.0] * (rows - 1) + [1.0])
            save_tensors(self.folder / "foreign.safetensors", tensors)
            result = self.succeed("evaluate", "foreign.safetensors", "data", "--json")
            self.assertIn(said, result.stderr)
            # It always answers the last class: 6 of 20 samples.
            self.assertEqual(json.loads(result.stdout)["accuracy"], 0.3)

    def test_init_from_other_names_is_told(self):
        self.train("--epochs", "1", "--hidden", "6", out="first")
        (self.folder / "data/classes.txt").write_text("0\ntwo\n2\n")
        told = self.succeed("train", "data", "--epochs", "1", "--init-from", "first")
        self.assertIn('warning: first: its class 1 is "1", here "two"', told.stderr)

    def test_output(self):
        result = self.succeed("train", "data", "--epochs", "2", "--out", "run")
        for part in ("60 training and 20 test samples, 3x3, 3 classes", "by class 2 2 2",
                     "9-128-3 relu", "1,667 parameters", "adamw", "seed 1"):
            self.assertIn(part, result.stderr)
        self.assertNotIn("\r", result.stderr)
        self.assertEqual(len([line for line in result.stderr.splitlines()
                              if line.startswith("    ") and "%" in line]), 3)
        for part in ("best epoch", "95 % interval", "test", "of 20", "crc32",
                     "run/model.safetensors"):
            self.assertIn(part, result.stdout)

    def test_quiet(self):
        self.assertEqual(self.train("--epochs", "1").stderr, "")

    def test_a_full_disk_is_not_success(self):
        for arguments in (["train", "data", "-q", "-e", "1", "-o", "run"], ["train", "--help"]):
            with self.subTest(arguments), open("/dev/full", "w") as full:
                result = subprocess.run([COMMAND, *arguments], cwd=self.folder,
                                        env=self.environment, stdout=full,
                                        stderr=subprocess.PIPE, text=True)
                self.assertEqual(result.returncode, 1)
                self.assertIn("standard output", result.stderr)

    def test_a_run_is_not_replaced_without_force(self):
        self.train("--epochs", "2")
        before = contents(self.folder)
        self.refuse(1, ["run", "--force", "--resume"], "train", "data", "--out", "run")
        self.assertEqual(contents(self.folder), before)
        self.train("--epochs", "1", "--force")
        self.assertEqual(len(self.rows("run")), 2)

    def test_force_leaves_the_run_when_something_else_is_wrong(self):
        self.train("--epochs", "1")
        before = contents(self.folder)
        self.refuse(1, ["no-such"], "train", "no-such", "--out", "run", "--force")
        self.refuse(2, ["--lr"], "train", "data", "--out", "run", "--force", "--lr", "0")
        self.assertEqual(contents(self.folder), before)

    def test_folders_that_cannot_be_written(self):
        (self.folder / "file").write_text("text")
        for out in ("file", "file/run", "/dev/null/run", "/proc/run"):
            with self.subTest(out):
                self.refuse(1, [out], "train", "data", "--out", out)
        self.assertEqual((self.folder / "file").read_text(), "text")

    def test_divergence_stops_and_keeps_the_checkpoint(self):
        result = self.run_command("train", "data", "-q", "--optimizer", "sgd", "--lr", "1e30",
                                  "--out", "run")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1)
        for part in ("epoch 1", "step ", "learning rate far below", "run/checkpoint.safetensors"):
            self.assertIn(part, result.stderr)
        self.assertEqual(len(self.rows("run")), 1)
        self.succeed("train", "--resume", "run", "-q", "--lr", "0.01", "--epochs", "2")

    def test_the_projects_data_beside_the_build_folder(self):
        shutil.copytree(Path(self.environment.pop("DESCENT_DATA")) / "digits",
                        self.folder / "project/data/digits")
        (self.folder / "project/build").mkdir()
        copied = shutil.copy(COMMAND, self.folder / "project/build/descent")
        self.environment["LD_LIBRARY_PATH"] = str(Path(COMMAND).parent / "src")
        result = subprocess.run([copied, "train", "digits", "-e", "1", "-o", "run"],
                                cwd=self.folder, env=self.environment, capture_output=True,
                                text=True)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_names(self):
        make_data(self.folder / "home/.local/share/descent/mine")
        (self.folder / "mine").mkdir()  # a folder without data does not hide the name
        self.train("--epochs", "1", data="mine")
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertEqual(config["data"]["name"], "mine")
        self.assertIn(".local", config["data"]["folder"])

    def test_the_name_of_a_path_is_that_of_its_folder(self):
        self.succeed("train", "./data/", "-q", "--epochs", "1")
        self.assertRegex(os.listdir(self.folder / "models")[0], r"^data-\d{8}-\d{6}$")


if __name__ == "__main__":
    unittest.main()
