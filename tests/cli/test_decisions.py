#!/usr/bin/python3
"""Every option of all commands but bench, read from their --help, is given with a value that is not its
default, and what was decided is read back: from config.json, or from a result that is another than
without it, or has to be the same. An option without a case fails the test. What --engine decides is held
by test_engine.py."""

import json
import re
import shutil
import unittest

from harness import CommandCase, contents, make_data
from pictures import pgm
from plots import table
from tensors import load_tensors

# Said to the user or to the shell, or changing no result; tests of their own hold them.
OUTPUT = {"out", "force", "resume", "until", "quiet", "json", "help", "csv", "no-plot", "title", "width",
          "font-size", "theme", "instruction-set"}

# option: value (None for a flag), what config.json says of it, what else it needs
TRAIN = {
    "hidden": ("5,4", [5, 4]), "activation": ("tanh", "tanh"),
    "output-activation": ("sigmoid", "sigmoid", "--loss", "mse"), "init": ("he-uniform", "he-uniform"),
    "init-deviation": ("0.25", 0.25, "--init", "normal"),
    "init-bias": ("normal:0.5", "normal:0.5"),
    "init-from": ("first/model.safetensors", "first/model.safetensors"),
    "loss": ("mse", "mse"), "label-smoothing": ("0.125", 0.125),
    "class-weights": ("1,2,0.5", "1,2,0.5"), "dropout": ("0.25", 0.25),
    "input-dropout": ("0.25", 0.25), "max-norm": ("0.125", 0.125),
    "optimizer": ("sgd", "sgd"), "lr": ("0.03125", 0.03125),
    "momentum": ("0.5", 0.5, "--optimizer", "sgd"),
    "nesterov": (None, True, "--optimizer", "sgd", "--momentum", "0.5"),
    "beta1": ("0.5", 0.5), "beta2": ("0.75", 0.75), "alpha": ("0.5", 0.5, "--optimizer", "rmsprop"),
    "epsilon": ("0.125", 0.125), "weight-decay": ("0.5", 0.5), "decay-biases": (None, True),
    "clip-norm": ("0.125", 0.125), "schedule": ("linear", "linear"), "warmup": ("1", 1),
    "lr-final": ("0.001", 0.001), "decay-period": ("2", 2, "--schedule", "step"),
    "decay-factor": ("0.5", 0.5, "--schedule", "step"),
    "decay-power": ("3", 3, "--schedule", "polynomial"),
    "restart-factor": ("2", 2, "--schedule", "cosine-restarts", "--decay-period", "1"),
    "rise-fraction": ("0.5", 0.5, "--schedule", "one-cycle"),
    "start-divisor": ("4", 4, "--schedule", "one-cycle"),
    "final-divisor": ("8", 8, "--schedule", "one-cycle"),
    "plateau-patience": ("2", 2, "--schedule", "plateau"),
    "plateau-threshold": ("0.5", 0.5, "--schedule", "plateau"),
    "patience": ("2", 2, "--epochs", "3"), "gradient-tolerance": ("0.5", 0.5), "target-accuracy": ("0.5", 0.5),
    "target-loss": ("0.5", 0.5), "target-rmse": ("0.5", 0.5, "--regression"),
    "check-every": ("16", 16, "--target-loss", "0.5"),
    "budget": ("0.25", 0.25), "loss-limit": ("50", 50), "recover": (None, True),
    "checkpoint-every": ("end", "end"), "give-up": (None, True),
    "size": ("3x1", "3x1"), "color": (None, True, "--size", "1x1"), "transpose": (None, True),
    "label-column": ("2", "2"),
    "header": ("yes", "yes", "--label-column", "-1"), "values": ("bytes", "bytes"), "regression": (None, True),
    "missing": ("refuse", "refuse"), "words": ("c", "c"), "ignore": ("b", "b"), "keep": ("b", "b"),
    "multi-label": (None, True),
    "separator": ("comma", "comma"),
    "test": ("0.5", 0.5), "test-seed": ("7", 7), "memory-limit": ("64", 64),
    "limit": ("20", 20), "batch": ("7", 7),
    "batch-schedule": ("7", "7"), "no-shuffle": (None, True), "epochs": ("3", 3), "validation": ("0.25", 0.25), "fold": ("2/5", "2/5"),
    "standardize": ("set", "set"), "raw-targets": (None, True, "--regression"),
    "augment": ("shift=1", "shift=1"), "seed": ("7", 7), "threads": ("2", 2),
    "engine": ("packed", "packed"),
    "log-every": ("2", 2), "log-layers": (None, True), "log-test": (None, True),
    "log-noise-scale": (None, True),
    "log-sharpness": (None, True), "sharpness-every": ("2", 2, "--log-sharpness"),
    "no-test": (None, True),
}

# Options that have a meaning for CSV files alone.
CSV = {"size", "color", "label-column", "header", "separator", "values", "regression",
       "multi-label", "test", "test-seed", "raw-targets", "target-rmse", "missing", "words", "ignore", "keep"}
DATA = CSV - {"raw-targets", "target-rmse"} | {"memory-limit", "limit", "transpose"}

FIND_LR = {"lr-from": ("0.001",), "lr-to": ("0.5",), "steps": ("60",)}
OF_RUNS = {"lr", "schedule", "warmup", "lr-final", "epochs", "patience", "gradient-tolerance",
           "target-accuracy", "target-loss", "target-rmse", "check-every", "budget", "loss-limit",
           "recover", "checkpoint-every", "give-up", "log-every", "log-layers", "log-test",
           "log-sharpness", "log-noise-scale", "sharpness-every", "no-test"}

# These decide how a result is come by, and not what it is; or only where a value is missing.
SAME = {"memory-limit", "threads", "missing"}

CHECK_GRADIENT = {
    "layers": ("4-3-2",), "activation": ("tanh",), "output-activation": ("sigmoid",),
    "init": ("he-uniform",), "init-deviation": ("0.25", "--init", "normal"), "loss": ("mse",),
    "label-smoothing": ("0.25",), "batch": ("3",), "seed": ("7",), "elements": ("3",),
    "difference": ("1e-4",), "tolerance": ("1e-3",),
}

WALK = {
    "seed": ("7", "--noise", "1"), "from": ("5",), "steps": ("4",),
    "condition": ("50", "ravine"), "slope": ("-1", "line"),
    "map": ("momentum", "quadratic"), "noise": ("0.5",), "optimizer": ("adam",), "lr": ("0.125",),
    "momentum": ("0.5",), "nesterov": (None, "--momentum", "0.5"),
    "beta1": ("0.5", "--optimizer", "adam"), "beta2": ("0.5", "--optimizer", "adam"),
    "alpha": ("0.5", "--optimizer", "rmsprop"), "epsilon": ("0.5", "--optimizer", "adam"),
    "compare-lr": ("0.1,0.2",), "schedule": ("linear",), "warmup": ("3",),
    "lr-final": ("0.01", "--schedule", "linear"), "decay-period": ("2", "--schedule", "step"),
    "decay-factor": ("0.5", "--schedule", "step"), "decay-power": ("3", "--schedule", "polynomial"),
    "restart-factor": ("2", "--schedule", "cosine-restarts", "--decay-period", "2"),
    "rise-fraction": ("0.75", "--schedule", "one-cycle"),
    "start-divisor": ("4", "--schedule", "one-cycle"),
    "final-divisor": ("8", "--schedule", "one-cycle"),
    "plateau-patience": ("0", "--schedule", "plateau", "--noise", "2", "--steps", "40"),
    "plateau-threshold": ("0.9", "--schedule", "plateau", "--plateau-patience", "0"),
}


def arguments(option, value):
    return [f"--{option}"] + ([value] if value else [])


STUDY = {"batch", "vary", "seeds", "trials", "folds", "halving", "lr-rule", "tune-seeds", "jobs", "shard",
         "threads", "no-timing"}

# Of train's options those that are varied to see that trials take them; the others are given for all.
VARIED = {"activation", "augment", "class-weights", "decay-biases", "decay-period", "epochs", "hidden",
          "init-bias", "init-from", "lr", "momentum", "schedule", "validation"}


class Decisions(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")
        rows = [f"{i % 7},{i % 7 % 2},{i % 4},{i % 7 // 3}" for i in range(200)]
        (self.folder / "data.csv").write_text("\n".join(["a,b,c,label", *rows, ""]))
        lists = [f"{i % 7},{i % 4},{['p', 'q', 'p;q', 'q;r'][i % 7 % 4]}" for i in range(200)]
        (self.folder / "lists.csv").write_text("\n".join(["a,b,label", *lists, ""]))
        (self.folder / "plain.csv").write_text("\n".join([*rows, ""]))
        (self.folder / "other.csv").write_text("\n".join(["a,b,c,label", *rows[1:], ""]))
        both = [f"{i % 7},{i % 2};{'xy'[i % 7 % 2]}" for i in range(200)]
        (self.folder / "both.csv").write_text("\n".join([*both, ""]))
        (self.folder / "pixels.csv").write_text("\n".join(["pixel0,pixel1,pixel2,label", *rows, ""]))

    def options_of(self, command):
        text = self.succeed(command, "--help").stdout
        return set(re.findall(r"^  (?:-\w, |    )--([\w-]+)", text, re.MULTILINE)) - OUTPUT

    def test_train(self):
        self.assertEqual(self.options_of("train"), set(TRAIN))
        self.succeed("train", "data", "-q", "--epochs", "1", "--out", "first")
        first = json.loads((self.folder / "first/config.json").read_text())["options"]
        self.assertEqual(set(first), set(TRAIN))
        for option, (value, expected, *more) in TRAIN.items():
            with self.subTest(option):
                few = [] if option in ("epochs", "budget") else ["--epochs", "1"]
                self.succeed("train", self.data_for(option), "-q", "-f", "--out", "run", *few,
                             *arguments(option, value), *more)
                found = json.loads((self.folder / "run/config.json").read_text())["options"]
                self.assertEqual(found[option], expected)
                self.assertNotEqual(found[option], first[option])

    @staticmethod
    def data_for(option):
        special = {"header": "plain.csv", "separator": "both.csv", "multi-label": "lists.csv",
                   "size": "pixels.csv", "color": "pixels.csv"}
        if option in special:
            return special[option]
        return "data.csv" if option in CSV else "data"

    def result(self, *command):
        """What a command prints as JSON, to six digits; or what it writes."""
        if command[0] == "find-lr":
            self.run_command(*command, "-q", "--no-plot", "--csv", "steps.csv")  # finds one, or not
            return (self.folder / "steps.csv").read_text()
        if command[0] != "convert":
            return json.loads(self.succeed(*command, "--json").stdout,
                              parse_float=lambda text: f"{float(text):.6g}")
        shutil.rmtree(self.folder / "converted", ignore_errors=True)
        self.succeed(*command[:2], "converted", *command[2:])
        return contents(self.folder / "converted")

    def compare(self, option, value, command, *more, same=False):
        """Two results, of which the second one is with the option."""
        with self.subTest(f"{command} --{option}"):
            without = self.result(*command, *(more if option != "color" else []))
            (self.folder / "steps.csv").unlink(missing_ok=True)
            found = self.result(*command, *more, *arguments(option, value))
            (self.assertEqual if same else self.assertNotEqual)(without, found)

    def check_all(self, command, cases):
        self.assertEqual(self.options_of(command[0]) - {"engine"}, set(cases))
        for option, (value, *more) in cases.items():
            where = command
            if more and not more[0].startswith("-"):
                where, more = [command[0], more[0]], more[1:]
            self.compare(option, value, where, *more)

    def test_find_lr(self):
        """A network takes numbers, of whatever shape they are an image."""
        shared = set(TRAIN) - OF_RUNS - {option for option in TRAIN if "--schedule" in TRAIN[option]}
        shared -= {"plateau-patience", "plateau-threshold"}
        self.assertEqual(self.options_of("find-lr"), shared | set(FIND_LR))
        self.succeed("train", "data", "-q", "--epochs", "1", "--out", "first")
        for option in sorted(shared - {"threads", "engine"}):
            value, _, *more = TRAIN[option]
            self.compare(option, value, ["find-lr", self.data_for(option)], "--threads", "1",
                         *more, same=option in SAME | {"size", "color"})
        for option, (value,) in FIND_LR.items():
            self.compare(option, value, ["find-lr", "data"])

    def test_sweep(self):
        """What train takes, each trial of a study takes, given for all of them or varied. Options of
        sweep itself have their tests in test_sweep.py, test_sweep_work.py and test_sweep_report.py."""
        shared = set(TRAIN) - {"batch", "threads", "no-test", "log-test", "fold"}
        self.assertEqual(self.options_of("sweep") - STUDY, shared)
        self.succeed("train", "data", "-q", "--epochs", "1", "--out", "first")
        for option in sorted(shared):
            value, expected, *more = TRAIN[option]
            given = arguments(option, value)
            if option in VARIED:
                given = ["--vary", f"{option}=choice:{value if value else 'true'}"]
            with self.subTest(option):
                few = [] if option in ("epochs", "budget") else ["--epochs", "1"]
                self.succeed("sweep", self.data_for(option), "-q", "-f", "--out", "study", "--no-timing",
                             *few, *given, *more)
                run = self.folder / "study/trials/0001/config.json"
                found = json.loads(run.read_text())["options"][option]
                path = option == "init-from"
                self.assertEqual(found, str(self.folder.resolve() / expected) if path else expected)

    def compare_data(self, command, *more, same=()):
        for option in sorted(DATA):
            value, _, *needs = TRAIN[option]
            self.compare(option, value, [*command, self.data_for(option)], *more, *needs,
                         same=option in SAME or option in same)

    def test_inspect(self):
        self.assertEqual(self.options_of("inspect"), DATA | {"sheet", "weights", "augment"})
        self.compare_data(["inspect"])
        sheets = []
        for more in ([], ["--augment", "noise=0.5"]):
            self.succeed("inspect", "data", "--sheet", "sheet.png", *more)
            sheets.append((self.folder / "sheet.png").read_bytes())
        self.assertNotEqual(*sheets)
        self.succeed("train", "data", "-q", "--epochs", "1", "--out", "run")
        self.succeed("inspect", "run", "--weights", "weights.png")
        self.assertTrue((self.folder / "weights.png").exists())

    def test_convert(self):
        """Rows are written as they are, however they are to be read."""
        self.assertEqual(self.options_of("convert"), DATA)
        self.compare_data(["convert"])

    def test_export(self):
        self.assertEqual(self.options_of("export"), {"c", "int8", "header", "html", "name", "onnx"})
        self.succeed("train", "data", "-q", "--epochs", "1", "--out", "run")
        self.succeed("export", "run", "--c", "a.c", "--header", "a.h", "--name", "other",
                     "--onnx", "a.onnx")
        for file in ("a.c", "a.h"):
            text = (self.folder / file).read_text()
            self.assertIn("void other_run(", text)
            self.assertNotIn("run_run", text)
        self.succeed("export", "run", "--c", "b.c", "--int8", "data")
        self.assertIn("int8_t b_weights1", (self.folder / "b.c").read_text())
        self.assertIn(b"probabilities", (self.folder / "a.onnx").read_bytes())
        self.succeed("export", "run", "--html", "a.html", "--title", "My digits")
        self.assertIn("<h1>My digits</h1>", (self.folder / "a.html").read_text())

    def test_evaluate(self):
        self.assertEqual(self.options_of("evaluate"), DATA | {"part", "batch", "threads", "engine", "logits",
                                                             "threshold", "samples", "wrong",
                                                             "confusion", "mistakes"})
        for data in ("data", "data.csv", "plain.csv"):
            columns = ["--label-column", "-1"] if data == "plain.csv" else []
            self.succeed("train", data, "-q", "--epochs", "3", "--out", f"of-{data}", *columns)
        for option in sorted(DATA - {"regression", "multi-label", "size", "color", "values", "separator",
                                     "label-column", "words", "ignore", "keep"}):
            value, _, *needs = TRAIN[option]
            data = self.data_for(option)
            scored = "other.csv" if option in ("test", "test-seed") else data
            part = ["--part", "train"] if option == "limit" else []
            self.compare(option, value, ["evaluate", f"of-{data}", scored, *part], *needs,
                         same=option in SAME)
        for status, part, *options in ((1, "3 x 1", "--size", "3x1"),
                                       (1, "1 x 1 x 3", "--size", "1x1", "--color"),
                                       (2, "bytes", "--values", "bytes"),
                                       (1, "none of the features", "--label-column", "2"),
                                       (2, "--words", "--words", "c"), (2, "--ignore", "--ignore", "b"),
                                       (2, "--keep", "--keep", "b"),
                                       (1, "one field", "--separator", "tab"),
                                       (2, "--multi-label", "--multi-label"),
                                       (1, "classes", "--regression")):
            self.refuse(status, [part], "evaluate", "of-data.csv", "data.csv", *options)
        self.succeed("train", "lists.csv", "--multi-label", "-q", "--epochs", "3", "--out", "lists")
        self.compare("threshold", "0.75", ["evaluate", "lists", "lists.csv"])
        self.compare("threshold", "0.75", ["predict", "lists", "lists.csv"])
        self.compare("part", "train", ["evaluate", "of-data", "data"])
        self.refuse(2, ["--limit", "--part train"], "evaluate", "of-data", "data", "--limit", "5")
        for option, value in (("batch", "7"), ("threads", "2"), ("logits", "logits")):
            self.compare(option, value, ["evaluate", "of-data", "data"], same=True)
        lengths = []
        for more in ([], ["--wrong"]):
            self.succeed("evaluate", "of-data", "data", "--samples", "list.csv", *more)
            lengths.append(len((self.folder / "list.csv").read_text().splitlines()))
        self.assertEqual(lengths[0], 21)
        self.assertLess(lengths[1], 21)
        self.succeed("evaluate", "of-data", "data", "--confusion", "c.csv", "--mistakes", "m.csv")
        self.assertEqual(len((self.folder / "c.csv").read_text().splitlines()), 4)
        self.assertEqual(len((self.folder / "m.csv").read_text().splitlines()), lengths[1])
        tensors, _ = load_tensors(self.folder / "logits")
        self.assertEqual(tensors["logits"][0], [20, 3])

    def test_predict(self):
        self.assertEqual(self.options_of("predict") - {"show"},
                         {"as-is", "as-mnist", "label-column", "header", "separator", "values",
                          "regression", "top", "threshold", "probabilities", "columns", "missing", "keep",
                          "layer", "engine", "reference"})
        for data in ("data", "data.csv"):
            self.succeed("train", data, "-q", "--epochs", "3", "--out", f"of-{data}")
        (self.folder / "image.pgm").write_bytes(pgm(12, 12, [
            0 if 5 < i // 12 < 8 and i % 12 > 1 else 250 for i in range(144)]))
        for option, value, *command in (("as-mnist", None, "of-data", "image.pgm"),
                                        ("top", "1", "of-data", "image.pgm"),
                                        ("probabilities", None, "of-data", "image.pgm"),
                                        ("layer", "1", "of-data", "image.pgm"),
                                        ("label-column", "1", "of-data.csv", "plain.csv")):
            self.compare(option, value, ["predict", *command])
        self.compare("reference", None, ["predict", "of-data", "image.pgm"], same=True)
        self.refuse(2, ["--engine", "--reference"], "predict", "of-data", "image.pgm", "--reference",
                    "--engine", "packed")
        self.assertEqual(self.succeed("predict", "of-data.csv", "data.csv", "--columns", "row")
                         .stdout.splitlines()[:3], ["row", "1", "2"])
        self.assertEqual(self.succeed("predict", "of-data.csv", "data.csv", "--keep", "b")
                         .stdout.splitlines()[0], "b,class,probability")
        (self.folder / "holes.csv").write_text("a,b,c\n1,,0\n")
        self.succeed("predict", "of-data.csv", "holes.csv")
        self.refuse(1, ["holes.csv", "line 2"], "predict", "of-data.csv", "holes.csv", "--missing",
                    "refuse")
        self.refuse(1, ["missing", '"a"'], "predict", "of-data.csv", "plain.csv", "--header", "yes")
        self.refuse(1, ["missing", '"a"'], "predict", "of-data.csv", "data.csv", "--separator", "tab")
        self.refuse(2, ["found bytes"], "predict", "of-data.csv", "data.csv", "--values", "bytes")
        shown = self.succeed("predict", "of-data", "image.pgm", "--show").stdout
        self.assertGreater(len(shown.splitlines()), 3)
        rows = (self.folder / "data.csv").rename(self.folder / "rows.txt")
        self.refuse(1, ["rows.txt"], "predict", "of-data", rows.name)
        result = self.succeed("predict", "of-data.csv", rows.name, "--csv")
        self.assertEqual(len(result.stdout.splitlines()), 201)
        columns = ["predict", "of-data.csv", rows.name, "--csv", "--label-column"]
        for more in ([], ["--regression"]):
            self.refuse(1, ["none of the features", '"a"'], *columns, "a,b", *more)

    def test_plot(self):
        self.assertEqual(self.options_of("plot"), {"text", "what", "over", "log", "linear", "size",
                                                  "each-seed", "follow"})
        self.succeed("train", "data", "-q", "--epochs", "3", "--out", "run")
        pictures = []
        for options in ([], ["--what", "learning-rate"], ["--over", "step"], ["--log"],
                        ["--size", "70x20"]):
            self.succeed("plot", "run", "--out", "curves.txt", *options)
            pictures.append((self.folder / "curves.txt").read_text())
        self.assertEqual(len(set(pictures)), len(pictures))
        (self.folder / "decades").mkdir()
        (self.folder / "decades/metrics.csv").write_text(
            table(3, gradient_norm=lambda e: 10.0 ** -e))
        for norms in ([], ["--linear"]):  # what spans decades is logarithmic without being asked
            self.succeed("plot", "decades", "-w", "gradient-norm", "--out", "curves.txt", *norms)
            pictures.append((self.folder / "curves.txt").read_text())
        self.succeed("train", "data", "-q", "--epochs", "3", "--seed", "2", "--out", "other")
        for seeds in ([], ["--each-seed"]):
            self.succeed("plot", "run", "other", "--out", "curves.txt", *seeds)
            pictures.append((self.folder / "curves.txt").read_text())
        self.assertEqual(len(set(pictures)), len(pictures))
        self.assertEqual(self.run_command("plot", "run", "--follow").returncode, 2)  # no terminal
        for options, said in (([], False), (["--text"], True)):
            result = self.succeed("plot", "run", "--out", "curves.txt", "-q", *options)
            self.assertEqual(bool(result.stdout), said)

    def test_doctor(self):
        self.assertEqual(self.options_of("doctor"), {"files-only", "engine"})
        self.succeed("train", "data", "-q", "--epochs", "3", "--out", "run")
        self.compare("files-only", None, ["doctor", "run"])

    def test_sharpness(self):
        """On tanh, which has no kinks; the first vector changes what is found by a trifle."""
        self.assertEqual(self.options_of("sharpness"),
                         {"samples", "part", "best", "tolerance", "seed", "engine"})
        self.succeed("train", "data", "-q", "--epochs", "30", "--lr", "0.1", "--activation", "tanh",
                     "--out", "run")
        for option, value in (("samples", "20"), ("part", "test"), ("best", None), ("tolerance", "0.3"),
                              ("seed", "7")):
            self.compare(option, value, ["sharpness", "run"])

    def test_check_gradient(self):
        self.check_all(["check-gradient"], CHECK_GRADIENT)

    def test_walk(self):
        self.check_all(["walk", "parabola"], WALK)


if __name__ == "__main__":
    unittest.main()
