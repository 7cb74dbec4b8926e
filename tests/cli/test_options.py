#!/usr/bin/python3
"""Options: refused values name the option, its range and what was found; the help is complete."""

import json
import os
import re
import sys
import unittest
import zlib

from harness import CommandCase, contents, make_data

WRONG_VALUES = {
    "--batch": (["0", "-1", "1.5", "x", "", "99999999999999999999"], ["whole number", "full"]),
    "--lr": (["0", "-1", "nan", "inf", "1e999", "0,1", "1x", " 1", "0x10", ""], ["number > 0"]),
    "--hidden": (["0", "1048577", "8,0", "8,", ",8", "8,,8", "8 8", "-8", ",".join(["8"] * 64)],
                 ["1 to 1048576", "none"]),
    "--epochs": (["0", "-1", "1e3", "1000000001"], ["whole number", "auto"]),
    "--seed": (["-1", "x", "9007199254740993", "18446744073709551616"],
               ["whole number from 0 to 2^53"]),
    "--threads": (["0", "257"], ["1 to 256"]),
    "--validation": (["1", "-0.1", "nan"], ["[0, 1)"]),
    "--dropout": (["1", "-0.1"], ["[0, 1)"]),
    "--label-smoothing": (["1", "-0.1"], ["[0, 1)"]),
    "--weight-decay": (["-1", "nan"], ["≥ 0"]),
    "--clip-norm": (["-1", "inf"], ["≥ 0"]),
    "--activation": (["swish", "reluu", ""], ["relu", "leaky-relu", "softplus"]),
    "--output-activation": (["softmax"], ["identity", "sigmoid"]),
    "--init": (["kaiming"], ["he-normal", "xavier-uniform", "zeros"]),
    "--loss": (["nll"], ["cross-entropy", "mse"]),
    "--optimizer": (["lion"], ["sgd", "adam", "adamw", "rmsprop"]),
    "--schedule": (["noam"], ["constant", "cosine-restarts", "plateau"]),
    "--warmup": (["-1", "5%"], ["whole number"]),
}

# Slips of the finger, and what was meant.
MISTYPED = [
    (["train", "data", "--hiden", "8"], "--hidden"),
    (["train", "data", "--hiden=8"], "--hidden"),
    (["train", "data", "--epohcs=8"], "--epochs"),
    (["walk", "parabola", "-momentum", "0.1"], "--momentum"),
    (["predict", "model", "x.png", "--porbabilities"], "--probabilities"),
    (["train", "data", "--optimizer", "adma"], "adam"),
    (["train", "data", "--activation", "leaky"], "leaky-relu"),
    (["train", "data", "--loss", "cross_entropy"], "cross-entropy"),
    (["walk", "rosenbrok"], "rosenbrock"),
    (["tarin", "data"], "train"),
    (["evalute", "run", "data"], "evaluate"),
    (["--hepl"], "--help"),
    (["find_lr", "data"], "find-lr"),
]

# Options that would be ignored: refused, with the place where they have an effect.
WITHOUT_EFFECT = [
    (["--momentum", "0.9"], "sgd"),
    (["--optimizer", "sgd", "--nesterov"], "--momentum > 0"),
    (["--optimizer", "sgd", "--beta1", "0.8"], "adam"),
    (["--alpha", "0.9"], "rmsprop"),
    (["--loss", "mse", "--label-smoothing", "0.1"], "cross-entropy"),
    (["--init-deviation", "0.1"], "--init normal"),
    (["--schedule", "constant", "--lr-final", "0.1"], "cosine"),
    (["--decay-power", "3"], "polynomial"),
    (["--hidden", "none", "--dropout", "0.5"], "with hidden layers"),
    (["--hidden", "none", "--activation", "tanh"], "with hidden layers"),
    (["--optimizer", "sgd", "--decay-biases"], "--weight-decay > 0"),
    (["--epochs", "3", "--warmup", "6"], "fewer steps than the 6 "),
    (["--epochs", "3", "--patience", "3"], "fewer epochs than the 3 "),
]

# The same for options of data: on data with a test part of their own, and on other files than CSV.
OF_SPLITS = [["--test", "0.3"], ["--test", "0"], ["--test-seed", "4"]]
OF_CSV = [["--label-column", "a"], ["--header", "yes"], ["--separator", "comma"],
          ["--values", "bytes"]]


# What each command needs beside its options; nothing of it is looked at before all values are.
POSITIONAL = {
    "train": ["data"], "evaluate": ["model", "data"], "predict": ["model", "rows.csv"],
    "inspect": ["data"], "convert": ["data", "folder"], "bench": ["data"], "plot": ["run"],
    "doctor": ["run"], "find-lr": ["data"], "walk": ["parabola"], "check-gradient": [],
    "data": [],
}

# Texts that are looked at only beside files and data, or that these alone can refuse.
FREE_TEXTS = {"FILE", "RUN", "RUN|FILE", "COL", "NAME,...", "SPEC", "WEIGHTS", "N-N-N", "LIST", "TEXT"}

# Numbers that become floats.
FLOATS = [("train", "--lr"), ("train", "--lr-final"), ("train", "--weight-decay"),
          ("train", "--epsilon"), ("train", "--init-deviation"), ("walk", "--lr"),
          ("walk", "--compare-lr"), ("find-lr", "--lr-to"), ("check-gradient", "--init-deviation")]


class Options(CommandCase):
    def test_wrong_values(self):
        make_data(self.folder / "data")
        before = contents(self.folder)
        for option, (values, parts) in WRONG_VALUES.items():
            for value in values:
                with self.subTest(f"{option} {value}"):
                    self.refuse(2, [option, f'found "{value[:150]}', *parts], "train", "data",
                                f"{option}={value}" if value else option, *([] if value else [""]))
        self.assertEqual(contents(self.folder), before)

    def options_of(self, command):
        """The options with a value, and how the help calls it."""
        text = self.succeed(command, "--help").stdout
        return re.findall(r"^  (?:-\w, |    )--([\w-]+)\[?=([^\s\]]+)", text, re.MULTILINE)

    def test_no_file_is_called_dash(self):
        before, refused = contents(self.folder), 0
        for command, positional in POSITIONAL.items():
            for option, value in self.options_of(command):
                if value == "FILE":
                    self.refuse(2, [f'--{option}: expected the name of a file, found "-"'], command,
                                *positional, f"--{option}", "-")
                    self.refuse(2, [f"--{option}: expected the name of a file", 'the option "--help"'],
                                command, *positional, f"--{option}=--help")
                    refused += 1
        self.assertGreater(refused, 8)
        self.assertEqual(contents(self.folder), before)

    def test_nonsense_is_refused_by_every_option_of_every_command(self):
        before = contents(self.folder)
        for command, positional in POSITIONAL.items():
            for option, value in self.options_of(command):
                if value not in FREE_TEXTS:
                    with self.subTest(f"{command} --{option}={value}"):
                        self.refuse(2, [f"--{option}: expected", '"nonsense'], command, *positional,
                                    f"--{option}=nonsense")
        self.assertEqual(contents(self.folder), before)

    def test_the_names_of_a_choice_are_in_its_error(self):
        for command, positional in POSITIONAL.items():
            text = " ".join(self.succeed(command, "--help").stdout.split())
            for option, value in self.options_of(command):
                names = re.search(rf"--{option}={value} [^()]*: ([^()]*) \(default: ", text)
                if value == "NAME" and names:
                    with self.subTest(f"{command} --{option}"):
                        self.refuse(2, [names[1]], command, *positional, f"--{option}=nonsense")

    def test_a_number_that_no_float_can_hold(self):
        for command, option in FLOATS:
            for value in ("1e300", "1e39"):
                with self.subTest(f"{command} {option} {value}"):
                    self.refuse(2, [f"{option}: expected", value], command, *POSITIONAL[command],
                                option, value)
        self.refuse(2, ["--epsilon: expected", "1e-300"], "train", "data", "--epsilon", "1e-300")

    def test_a_negative_number_is_a_value_and_not_an_option(self):
        self.refuse(2, ["--lr", '"-1"'], "train", "data", "--lr", "-1")

    def test_options_without_effect(self):
        make_data(self.folder / "data")
        for options, part in WITHOUT_EFFECT:
            with self.subTest(options):
                self.refuse(2, [part], "train", "data", *options)

    def test_options_of_data_without_effect(self):
        make_data(self.folder / "data")
        (self.folder / "pair").mkdir()
        table = "a,b,label\n" + "".join(f"{i},{i * i % 7},{'xy'[i % 2]}\n" for i in range(40))
        for name in ("pair/train.csv", "pair/test.csv", "one.csv"):
            (self.folder / name).write_text(table)
        for data in ("data", "pair", "one.csv"):
            self.succeed("train", data, "--out", f"of-{data}", "--epochs", "1", "--quiet")
        before = contents(self.folder)
        for options in OF_SPLITS:
            for data in ("data", "pair"):
                for command in (["train", data], ["find-lr", data], ["inspect", data],
                                ["convert", data, "out"], ["evaluate", f"of-{data}", data]):
                    with self.subTest(f"{command} {options}"):
                        self.refuse_data([options[0], "a test part of their own"], *command, *options)
        self.refuse(2, ["--test-seed", "held back"], "train", "one.csv", "--test", "0",
                    "--test-seed", "3")
        for options in OF_CSV:
            for command in (["train", "data"], ["find-lr", "data"], ["inspect", "data"],
                            ["convert", "data", "out"], ["evaluate", "of-data", "data"]):
                with self.subTest(f"{command} {options}"):
                    self.refuse_data([options[0], "only on CSV files", "3 x 3"], *command, *options)
        for command in (["train", "data"], ["inspect", "data"], ["evaluate", "of-data", "data"]):
            self.refuse_data(["--color", "has an effect only"], *command, "--color")
        for path in ("of-data", "of-data/model.safetensors"):
            self.refuse(2, ["--header", "only on data sets"], "inspect", path, "--header", "yes")
        self.assertEqual(contents(self.folder), before)

    def refuse_data(self, parts, *command):
        """By the last of all lines: what is read is told before."""
        result = self.run_command(*command, *(["--quiet"] if command[0] in ("train", "find-lr") else []))
        self.assertEqual(result.returncode, 2, f"{command}: {result.stderr}")
        self.assertEqual(result.stdout, "")
        for part in parts:
            self.assertIn(part, result.stderr.splitlines()[-1])

    def test_unknown_and_incomplete(self):
        self.refuse(2, ["--no-such"], "train", "data", "--no-such")
        self.refuse(2, ["--lr"], "train", "data", "--lr")
        self.refuse(2, ["DATA"], "train")
        self.refuse(2, ["one DATA", "more"], "train", "data", "more")
        self.refuse(2, ["--out"], "train", "--resume", "run", "--out", "other")
        self.refuse(2, ["unknown command", "fly"], "fly")
        self.refuse(2, ["unknown option", "--fly"], "--fly")

    def test_a_slip_is_answered_by_the_name_that_was_meant(self):
        for given, asked in MISTYPED:
            with self.subTest(given):
                command = given[0] if given[0] in POSITIONAL else None
                where = f"descent {command} --help" if command else "descent --help"
                self.refuse(2, [f", did you mean {asked}? See {where}\n"], *given)

    def config(self, *options):
        self.succeed("train", "data", "--out", "run", "--force", "--epochs", "1", "--quiet", *options)
        return json.loads((self.folder / "run/config.json").read_text())["options"]

    def test_beginnings_capitals_and_underscores_are_taken(self):
        make_data(self.folder / "data")
        expected = self.config("--activation", "tanh", "--weight-decay", "0.5", "--seed", "7",
                               "--hidden", "5", "--no-shuffle")
        for options in (["--act", "tanh", "--weight-d=0.5", "--see", "7", "--hid=5", "--no-sh"],
                        ["--ACT=tanh", "--weight_decay", "0.5", "--Seed=7", "--hidden", "5",
                         "--no_shuffle"]):
            with self.subTest(options):
                self.assertEqual(self.config(*options), expected)
        self.assertIn("Usage: descent train ", self.succeed("train", "--hel").stdout)
        self.refuse(2, ["--wei: missing argument"], "train", "data", "--wei")
        self.refuse(2, ["--seed: expected", 'found "-1"'], "train", "data", "--see", "-1")
        self.refuse(2, ['one DATA, found "data" and "more"'], "train", "--hid", "5", "data", "more")
        self.refuse(2, ['one DATA, found "data" and "--hid"'], "train", "data", "--", "--hid")

    def test_a_beginning_of_several_names_them_all(self):
        for given, names in (("--ini", "--init, --init-deviation, --init-bias, --init-from"),
                             ("--val=0.1", "--values, --validation")):
            with self.subTest(given):
                said = self.refuse(2, [f"{given}: expected one option, found the beginning of "],
                                   "train", "data", given).stderr
                self.assertIn(f"beginning of {names}; see descent train --help", said)
        self.refuse(2, ['"p": expected one command, found the beginning of predict, plot; see'], "p")

    def test_names_from_other_programs_are_taken_and_told_once(self):
        make_data(self.folder / "data")
        expected = self.config("--batch", "7", "--lr", "0.25", "--hidden", "5,4")
        told = ["note: --batch-size is called --batch here",
                "note: --learning-rate is called --lr here",
                "note: --layers is called --hidden here, without the inputs and outputs",
                "note: --verbose is what you get without --quiet here"]
        options = ["--batch-size", "3", "--batch_size=7", "--learning-rate", "0.25",
                   "--layers=5,4"]
        self.assertEqual(self.config(*options), expected)
        result = self.succeed("train", "data", "--output", "other", "--epoch", "1", "--verbose",
                              *options)
        self.assertTrue((self.folder / "other/config.json").exists())
        lines = result.stderr.splitlines()
        for line in told + ["note: --output is called --out here"]:
            self.assertEqual(lines.count(line), 1, result.stderr)
        self.assertNotIn("note: ", self.succeed("train", "data", "--out", "quiet", "--quiet",
                                                "--epochs", "1", *options).stderr)
        self.refuse(2, ["--batch: expected"], "train", "data", "--quiet", "--batch-size", "0")
        self.refuse(2, ["--verbose takes no value"], "train", "data", "--verbose=1")

    def test_an_alias_is_no_option_of_any_command_that_it_would_hide(self):
        """--layers is an option of check-gradient, and --hidden none."""
        result = self.succeed("check-gradient", "--layers", "4-3-2", "--elements", "3")
        self.assertNotIn("note: ", result.stderr)
        self.refuse(2, ["--batch-size: unknown option"], "predict", "model", "x.png",
                    "--batch-size", "3")

    def test_help_and_version_as_commands(self):
        self.assertEqual(self.succeed("help").stdout, self.succeed("--help").stdout)
        self.assertEqual(self.succeed("version").stdout, self.succeed("--version").stdout)
        for command in POSITIONAL:
            expected = self.succeed(command, "--help").stdout
            self.assertEqual(self.succeed("help", command).stdout, expected)
        self.assertEqual(self.succeed("eval", "--help").stdout,
                         self.succeed("evaluate", "--help").stdout)
        self.refuse(2, ["unknown command", "did you mean train?"], "help", "tarin")

    def test_percent_for_a_fraction_is_asked_about(self):
        for option, given, asked in (("--target-accuracy", "96", "0.96"), ("--test", "20", "0.2"),
                                     ("--validation", "12.5", "0.125"), ("--dropout", "50", "0.5")):
            self.refuse(2, [f'found "{given}", did you mean {asked}? See descent train --help'],
                        "train", "data", option, given)
        for option, given in (("--target-accuracy", "100"), ("--dropout", "-5"), ("--lr", "-20")):
            said = self.refuse(2, [f'found "{given}"; see'], "train", "data", option, given).stderr
            self.assertNotIn("did you mean", said)

    def test_sizes_with_dashes(self):
        make_data(self.folder / "data")
        self.assertEqual(self.config("--hidden", "5-4")["hidden"], [5, 4])
        for wrong in ("5-", "5--4", "5-4,3", "5-x", "0-4"):
            self.refuse(2, ["--hidden: expected", f'found "{wrong}"'], "train", "data",
                        "--hidden", wrong)

    def test_swapped_arguments_are_told_the_order(self):
        make_data(self.folder / "data")
        self.config()
        for model in ("run", "run/model.safetensors"):
            self.refuse(2, [f'evaluate: MODEL comes first, found "{model}" behind "data"; see descent '
                            'evaluate --help'], "evaluate", "data", model)
            self.refuse(2, [f'predict: MODEL comes first, found "{model}" behind "a.png"; see descent '
                            'predict --help'], "predict", "a.png", "b.png", model)
        self.refuse(1, ["none: no such model or run folder"], "evaluate", "none", "data")

    def test_what_is_like_nothing_asks_nothing(self):
        for given in (["train", "data", "--zzzzzz"], ["train", "data", "-z"], ["zzzzz"],
                      ["train", "data", "--optimizer", "lion"]):
            with self.subTest(given):
                self.assertNotIn("did you mean", self.refuse(2, ["; see descent "], *given).stderr)

    def test_choices_are_taken_whatever_their_case(self):
        make_data(self.folder / "data")
        self.succeed("train", "data", "--out", "run", "--epochs", "1", "--quiet",
                     "--activation", "ReLU", "--optimizer", "SGD")
        config = json.loads((self.folder / "run/config.json").read_text())
        self.assertIn('"activation": "relu"', json.dumps(config))
        self.assertIn('"optimizer": "sgd"', json.dumps(config))
        self.refuse(2, ['found "los", did you mean loss? See'], "plot", "run", "--what", "los")
        self.assertEqual(self.succeed("plot", "run", "--what", "Loss", "--quiet").stdout,
                         self.succeed("plot", "run", "--what", "loss", "--quiet").stdout)

    def test_too_many_parameters(self):
        make_data(self.folder / "data")
        self.refuse(1, ["parameters", "1073741824"], "train", "data", "--hidden", "1048576,1048576")

    def test_help(self):
        overview = self.succeed("--help").stdout
        commands = [line.split()[0] for line in
                    overview.split("Commands:\n")[1].split("\n\n")[0].splitlines()]
        self.assertIn("train", commands)
        for command in commands:
            with self.subTest(command):
                result = self.succeed(command, "--help")
                self.assertIn(f"Usage: descent {command} ", result.stdout)
                self.assertIn(f"Examples:\n  descent {command}", result.stdout)
                self.assertNotRegex(result.stdout, r"\b(?!DESCENT_DATA)[A-Z]+_[A-Z]+", "a name of the source")
                self.assertEqual(result.stderr, "")

    def test_help_of_train_names_every_choice_and_default(self):
        text = " ".join(self.succeed("train", "--help").stdout.split())
        for part in ("--hidden", "(default: 128; tables 128,64)", "gelu, silu, tanh", "(default: adamw)",
                     "cosine-restarts, plateau (default: cosine)", "-o, --out"):
            self.assertIn(part, text)

    def test_no_command(self):
        result = self.run_command()
        self.assertEqual(result.returncode, 2)
        self.assertIn("Commands:", result.stderr)

    def test_version(self):
        self.assertRegex(self.succeed("--version").stdout, r"^descent \d+\.\d+\.\d+\n$")

    def test_version_lists_the_libraries_that_run(self):
        """Python has the same zlib and libc loaded, and asks them itself."""
        told = json.loads(self.succeed("--version", "--verbose", "--json").stdout)
        components = {component["name"]: component for component in told["components"]}
        self.assertEqual(components["zlib"]["version"], zlib.ZLIB_RUNTIME_VERSION)
        self.assertIn(components["OpenBLAS"]["version"] + " ", told["openblas"])
        for name in ("descent", "OpenBLAS", "jansson", "popt", "stb"):
            self.assertRegex(components[name]["version"], r"^\d+\.\d+", name)
            self.assertTrue(components[name]["licence"], name)
        if sys.platform == "linux":
            self.assertEqual("glibc " + components["glibc"]["version"], os.confstr("CS_GNU_LIBC_VERSION"))
            for name, component in components.items():
                self.assertEqual(component["file"] is None, name == "stb")
                self.assertTrue(component["file"] is None or os.path.isfile(component["file"]), name)
        text = self.succeed("--version", "--verbose").stdout
        for expected in (told["build"], told["instruction_set"], told["openblas"], *components):
            self.assertIn(expected, text)

    def test_version_takes_no_other_argument(self):
        for arguments in (["x"], ["--json"], ["--verbose", "x"], ["--verbose", "--json", "x"]):
            self.refuse(2, [f'found "{arguments[-1]}"'], "--version", *arguments)


if __name__ == "__main__":
    unittest.main()
