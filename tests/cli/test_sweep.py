#!/usr/bin/env python3
"""sweep: a study's trials are the trainings that its settings describe, and a study is what its
study.json says."""

import csv
import json
import math
import shutil
import unittest

from harness import CommandCase, make_data, unsealed


class Sweep(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def sweep(self, *options, out="study"):
        """Of one epoch, and two hidden units unless these are varied."""
        small = [] if "hidden=" in " ".join(options) else ["--hidden", "2"]
        return self.succeed("sweep", "data", "--epochs", "1", *small, *options, "--out", out,
                            "--quiet", "--no-timing")

    def rows(self, study="study"):
        with open(self.folder / study / "study.csv", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def column(self, name, study="study"):
        return [row[name] for row in self.rows(study)]

    def first_only(self, *options, out="study"):
        """The list of a study of which one trial alone is trained."""
        self.sweep(*options, "--shard", "1/10000", out=out)
        return self.rows(out)

    def command_of(self, trial, study="study"):
        config = json.loads((self.folder / study / f"trials/{trial:04}/config.json").read_text())
        return config["commands"][0]

    def test_a_trial_is_the_training_that_its_options_describe(self):
        self.succeed("sweep", "data", "--vary", "lr=0.01,0.1", "--vary", "optimizer=sgd,adamw",
                     "--seeds", "2", "--epochs", "2", "--out", "study", "--quiet")
        trials = sorted(path.name for path in (self.folder / "study/trials").iterdir())
        self.assertEqual(trials, [f"{number:04}" for number in range(1, 9)])
        self.succeed("train", "data", "--lr", "0.1", "--optimizer", "sgd", "--seed", "2",
                     "--epochs", "2", "--out", "run", "--quiet")
        self.assertEqual((self.folder / "study/trials/0006/model.safetensors").read_bytes(),
                         (self.folder / "run/model.safetensors").read_bytes())

    def test_lists_ranges_and_flags(self):
        for values, expected in (
                ("lr=0.10,2e-1", ["0.1", "0.2"]),
                ("lr=log:0.001:0.1:5", ["0.001", "0.00316228", "0.01", "0.0316228", "0.1"]),
                ("lr=linear:0.1:0.4:4", ["0.1", "0.2", "0.3", "0.4"]),
                ("lr=log:1e-5:0.1:2", ["1e-5", "0.1"]),
                ("batch=log:1:8:7", ["1", "2", "3", "4", "6", "8"]),  # 2.83 rounds to 3, as 3 does not
                ("batch=8,full", ["8", "full"]),
                ("hidden=3,4-2", ["3", "4-2"]),
                ("hidden=4,2;3;none", ["4-2", "3", "none"]),
                ("hidden=choice:4,2", ["4-2"]),
                ("decay-biases=true,false", ["true", "false"]),
                ("learning_rate=0.1", ["0.1"])):
            with self.subTest(values):
                shutil.rmtree(self.folder / "study", ignore_errors=True)
                rows = self.first_only("--vary", values)
                name = next(key for key in rows[0] if key not in ("trial", "purpose"))
                self.assertEqual([row[name] for row in rows], expected)

    def test_a_flag_is_given_or_not(self):
        self.sweep("--vary", "decay-biases=true,false")
        self.assertIn("--decay-biases", self.command_of(1))
        self.assertFalse([word for word in self.command_of(2) if "decay-biases" in word])

    def test_what_has_no_effect_is_left_out(self):
        """Momentum is sgd's: with adamw there is one setting, not three; and one that is given for
        all is given to those that have it."""
        rows = self.first_only("--vary", "optimizer=sgd,adamw", "--vary", "momentum=0,0.5,0.9")
        self.assertEqual([(row["optimizer"], row["momentum"]) for row in rows],
                         [("sgd", "0"), ("sgd", "0.5"), ("sgd", "0.9"), ("adamw", "-")])
        self.sweep("--vary", "optimizer=sgd,adamw", "--momentum", "0.5", out="shared")
        self.assertIn("--momentum=0.5", self.command_of(1, "shared"))
        self.assertFalse([word for word in self.command_of(2, "shared") if "momentum" in word])

    def test_batches_cross_with_what_varies(self):
        rows = self.first_only("--batch", "4,8", "--vary", "lr=0.1,0.2", "--seeds", "3-4")
        found = [(row["batch"], row["lr"], row["seed"]) for row in rows]
        self.assertEqual(found, [(b, lr, s) for b in "48" for lr in ("0.1", "0.2") for s in "34"])

    def test_folds_are_crossed_with_seeds(self):
        self.sweep("--folds", "3", "--seeds", "2")
        self.assertEqual([(row["seed"], row["fold"]) for row in self.rows()],
                         [(s, f) for s in "12" for f in "123"])
        self.assertIn("--fold=2/3", self.command_of(2))
        self.assertEqual([word for word in self.command_of(4) if word.startswith("--seed")], ["--seed=2"])

    def test_drawn_settings_depend_on_the_seed_and_their_number_alone(self):
        options = ("--vary", "lr=log:0.001:0.1", "--vary", "hidden=2,3-2", "--vary",
                   "dropout=linear:0:0.5")
        four = self.first_only(*options[:2], *options[4:], "--trials", "4", out="four")
        ten = self.first_only(*options[:2], *options[4:], "--trials", "10", out="ten")
        drawn = [(row["lr"], row["dropout"]) for row in ten]
        self.assertEqual([(row["lr"], row["dropout"]) for row in four], drawn[:4])
        self.assertEqual(len(set(drawn)), 10)
        other = self.first_only(*options[:2], *options[4:], "--trials", "4", "--seed", "2",
                                "--seeds", "1", out="other")
        self.assertFalse({row["lr"] for row in other} & {row["lr"] for row in four})

    def distance(self, shares):
        """Kolmogorov's distance from the uniform distribution."""
        ordered = sorted(shares)
        n = len(ordered)
        return max(max((i + 1) / n - share, share - i / n) for i, share in enumerate(ordered))

    def test_draws_are_uniform_in_the_logarithm_or_the_number(self):
        """Of 400 draws the distance exceeds 1.63 / 20 in one of a hundred samples; these are the
        same on every machine."""
        rows = self.first_only("--vary", "lr=log:0.001:0.1", "--vary", "dropout=linear:0.1:0.5",
                               "--vary", "optimizer=sgd,adam,adamw,rmsprop", "--trials", "400")
        self.assertEqual(len(rows), 400)
        self.assertLess(self.distance([math.log10(float(row["lr"])) / 2 + 1.5 for row in rows]), 0.0815)
        self.assertLess(self.distance([(float(row["dropout"]) - 0.1) / 0.4 for row in rows]), 0.0815)
        counts = [sum(row["optimizer"] == name for row in rows)
                  for name in ("sgd", "adam", "adamw", "rmsprop")]
        self.assertLess(sum((count - 100) ** 2 / 100 for count in counts), 11.34)  # chi², 3, 1 %

    def test_equal_draws_are_one_setting(self):
        rows = self.first_only("--vary", "optimizer=sgd,adamw", "--trials", "20")
        self.assertEqual({row["optimizer"] for row in rows}, {"sgd", "adamw"})
        self.assertEqual(len(rows), 2)

    def test_a_study_grows(self):
        """More draws and seeds stand behind what there is, which is not trained again."""
        draws = ("--vary", "lr=log:0.001:0.1")
        self.sweep(*draws, "--trials", "2", "--seeds", "2")
        before = [(path, path.stat().st_ino) for path in sorted((self.folder / "study").rglob("*.safetensors"))]
        first = self.rows()
        self.sweep(*draws, "--trials", "3", "--seeds", "2")
        self.sweep("--seeds", "3", *draws, "--trials", "3")
        rows = self.rows()
        self.assertEqual(rows[:4], first)
        self.assertEqual([(row["lr"], row["seed"]) for row in rows[4:]],
                         [(rows[4]["lr"], "1"), (rows[4]["lr"], "2"),
                          *((lr, "3") for lr in (rows[0]["lr"], rows[2]["lr"], rows[4]["lr"]))])
        for path, inode in before:
            self.assertEqual(path.stat().st_ino, inode)

    def test_a_rate_is_tuned_and_reported_with_other_seeds(self):
        self.sweep("--batch", "8,16", "--lr-rule", "tune", "--optimizer", "sgd", "--seeds", "2",
                   "--tune-seeds", "2")
        rows = self.rows()
        for batch in ("8", "16"):
            of_batch = [row for row in rows if row["batch"] == batch]
            tuned = [row for row in of_batch if row["purpose"] == "tuning"]
            reported = [row for row in of_batch if row["purpose"] == "reported"]
            self.assertEqual({row["seed"] for row in tuned}, {"3", "4"})
            self.assertEqual([row["seed"] for row in reported], ["1", "2"])
            worst = {}
            for row in tuned:  # of two seeds in the middle the worse
                loss = float(row["validation_loss"] or "inf")
                worst[row["lr"]] = max(loss, worst.get(row["lr"], 0))
            self.assertEqual({row["lr"] for row in reported}, {min(worst, key=lambda lr: (worst[lr], float(lr)))})

    def test_a_rate_that_is_given_is_where_tuning_begins(self):
        """As the one of batch 32, with the root of the batch."""
        self.sweep("--batch", "8,32", "--lr-rule", "tune", "--lr", "0.02", "--optimizer", "sgd")
        first = [(row["batch"], row["lr"]) for row in self.rows()[:6]]
        self.assertEqual(sorted(first), [("32", "0.01"), ("32", "0.02"), ("32", "0.04"),
                                         ("8", "0.005"), ("8", "0.01"), ("8", "0.02")])

    def test_a_rate_that_is_given_is_scaled(self):
        for rule, expected in ("linear", ["0.025", "0.05", "0.1"]), ("sqrt", ["0.05", "0.0707107", "0.1"]):
            self.sweep("--batch", "8,16,32", "--lr", "0.1", "--lr-rule", rule, out=rule)
            self.assertEqual(self.column("lr", rule), expected)
            self.assertEqual(set(self.column("purpose", rule)), {"reported"})

    def test_a_target_makes_the_schedule_constant(self):
        self.sweep("--batch", "8", "--target-accuracy", "0.5")
        self.assertIn("--schedule=constant", self.command_of(1))
        self.assertIn("--check-every=0.05", self.command_of(1))
        self.sweep("--batch", "8", "--target-accuracy", "0.5", "--schedule", "linear",
                   "--check-every", "10", out="other")
        self.assertIn("--schedule=linear", self.command_of(1, "other"))
        self.assertIn("--check-every=10", self.command_of(1, "other"))
        self.sweep("--batch", "8", out="none")
        self.assertFalse([word for word in self.command_of(1, "none") if "schedule" in word])

    def test_halving_trains_the_best_to_the_end(self):
        options = ("--vary", "lr=0.0001,0.001,0.01,0.1", "--halving", "2", "--seeds", "2")
        self.succeed("sweep", "data", "--epochs", "8", *options, "--out", "study", "--quiet")
        epochs = self.column("epochs_done")
        self.assertEqual(sorted(epochs), ["2"] * 4 + ["4"] * 2 + ["8"] * 2)
        best = epochs.index("8") + 1
        word = next(word for word in self.command_of(best) if word.startswith("--lr="))
        self.succeed("train", "data", word, "--epochs", "8", "--seed", "1", "--out", "run", "--quiet",
                     "--no-test", "--threads", "1")
        self.assertEqual((self.folder / f"study/trials/{best:04}/model.safetensors").read_bytes(),
                         (self.folder / "run/model.safetensors").read_bytes())
        rows = self.rows()
        self.succeed("sweep", "--out", "study", "--quiet")
        self.assertEqual(self.rows(), rows)

    def test_goes_on_from_the_folder_alone(self):
        """From another folder as well, where the data have no such name: to the same bytes."""
        self.sweep("--vary", "lr=0.1,0.2", out="whole")
        self.sweep("--vary", "lr=0.1,0.2", "--shard", "1/2")
        self.assertEqual(self.column("state"), ["done", "missing"])
        home, self.folder = self.folder, self.folder / "elsewhere"
        self.folder.mkdir()
        self.succeed("sweep", "--out", "../study", "-q")
        self.folder = home
        self.assertEqual(self.column("crc32"), self.column("crc32", "whole"))
        for trial in ("0001", "0002"):
            self.assertEqual(*((self.folder / study / "trials" / trial / "model.safetensors").read_bytes()
                               for study in ("study", "whole")))
        before = (self.folder / "study/study.json").read_bytes()
        self.sweep("--vary", "lr=0.1,0.2", "--jobs", "3")
        self.assertEqual((self.folder / "study/study.json").read_bytes(), before)
        shutil.move(self.folder / "data", self.folder / "moved")
        self.refuse(1, ["study: the study's data", "are not there any more; give DATA"], "sweep", "--out",
                    "study")
        self.succeed("plot", "study", "--out", "study.txt")
        self.succeed("sweep", "moved", "--vary", "lr=0.1,0.2", "--epochs", "1", "--hidden", "2", "--out",
                     "study", "-q")

    def test_paths_that_vary_are_found_from_another_folder(self):
        """As well as those that all trials share; and the same words go on with the study."""
        for run in ("one", "a,b"):
            self.succeed("train", "data", "--epochs", "1", "--hidden", "2", "--out", run, "-q")
        for given in (["--vary", "init-from=one;a,b"], ["--vary", "init-from=choice:a,b"],
                      ["--init-from", "a,b"]):
            with self.subTest(given):
                self.sweep("--vary", "lr=0.1", *given, "--force")
                home, self.folder = self.folder, self.folder / "elsewhere"
                self.folder.mkdir(exist_ok=True)
                self.succeed("sweep", "--out", "../study", "--seeds", "2", "-q")
                self.folder = home
                self.assertEqual(set(self.column("state")), {"done"})
                self.sweep("--vary", "lr=0.1", *given, "--seeds", "2")

    def test_another_study_in_the_folder(self):
        self.sweep("--vary", "lr=0.1,0.2", "--seeds", "2", "--momentum", "0.5", "--optimizer", "sgd")
        before = (self.folder / "study/study.json").read_bytes()
        for words, options in (
                (["--momentum was 0.5, is 0.25"], ["--seeds", "2", "--momentum", "0.25"]),
                (["--momentum was 0.5, is 0;", "--seeds was 2, is 1"], []),
                (["--seeds was 2, is 1"], ["--momentum", "0.5"]),
                (["the first seed was 1, is 2"], ["--seeds", "2-4", "--momentum", "0.5"]),
                (["--folds was none, is 2"], ["--seeds", "2", "--momentum", "0.5", "--folds", "2"]),
                (["--batch was not given, is 3"], ["--seeds", "2", "--momentum", "0.5", "--batch", "3"])):
            with self.subTest(words):
                self.refuse(2, ["study: the folder holds another study", *words], "sweep", "data", "--epochs",
                            "1", "--hidden", "2", "--vary", "lr=0.1,0.2", "--optimizer", "sgd", *options,
                            "--out", "study")
        self.refuse(2, ["--vary was lr=0.1,0.2, is lr=0.1"], "sweep", "data", "--epochs", "1", "--hidden",
                    "2", "--vary", "lr=0.1", "--optimizer", "sgd", "--momentum", "0.5", "--seeds", "2",
                    "--out", "study")
        self.refuse(2, ["--hidden was 2, is 3"], "sweep", "--out", "study", "--hidden", "3")
        self.assertEqual((self.folder / "study/study.json").read_bytes(), before)
        make_data(self.folder / "other", train=61)
        self.refuse(1, ["other: not the data of the study in study", "train_fingerprint"], "sweep", "other",
                    "--epochs", "1", "--hidden", "2", "--vary", "lr=0.1,0.2", "--optimizer", "sgd",
                    "--momentum", "0.5", "--seeds", "2", "--out", "study")

    def test_a_study_that_is_chosen_from_does_not_grow(self):
        self.sweep("--vary", "lr=0.1,0.2", "--halving", "2", "--epochs", "2", "--seeds", "2")
        self.refuse(2, ["--seeds was 2, is 3"], "sweep", "--out", "study", "--seeds", "3")
        self.sweep("--batch", "8", "--lr-rule", "tune", out="tuned")
        self.refuse(2, ["--seeds was 1, is 3"], "sweep", "--out", "tuned", "--seeds", "3")

    def test_force_removes_what_is_a_studys_own(self):
        self.sweep("--vary", "lr=0.1,0.2")
        (self.folder / "study/mine.txt").write_text("mine")
        self.refuse(2, ["--force"], "sweep", "--out", "study", "--force")
        self.sweep("--vary", "lr=0.3", "--force")
        self.assertEqual(self.column("lr"), ["0.3"])
        self.assertEqual(sorted(path.name for path in (self.folder / "study/trials").iterdir()), ["0001"])
        self.assertEqual((self.folder / "study/mine.txt").read_text(), "mine")
        (self.folder / "run").mkdir()
        (self.folder / "run/file").write_text("mine")
        for force in ([], ["--force"]):
            self.refuse(1, ["run: expected a study, or an empty folder for one, found file"], "sweep", "data",
                        "--out", "run", *force)
        self.refuse(1, ["expected a folder for the study, found a file"], "sweep", "data", "--out", "run/file")

    def test_force_does_not_remove_what_others_work_on(self):
        long = ["sweep", "data", "--epochs", "100000", "--hidden", "64", "--out", "study", "-q"]
        process = self.start(*long)
        self.wait_for(lambda: list((self.folder / "study").glob("trials/*/checkpoint*")), process)
        self.refuse(1, ["study: another process works on this study"], *long, "--force")
        process.terminate()
        self.assertEqual(self.finish(process).returncode, 143)
        self.sweep("--vary", "lr=0.3", "--force")
        self.assertEqual(self.column("lr"), ["0.3"])

    def test_broken_study_json(self):
        self.sweep("--vary", "lr=0.1,0.2")
        path = self.folder / "study/study.json"
        whole = unsealed(path)
        texts = ["", "{", "[]", "{}", "\0", json.dumps({**whole, "data": 1}),
                 json.dumps({**whole, "asked_for": []}), json.dumps({**whole, "asked_for": [{}] * 100}),
                 json.dumps({**whole, "asked_for": [{"trials": 0, "seeds": 1 << 60}]}),
                 json.dumps({**whole, "options": {"lr": "x"}}),
                 json.dumps({**whole, "options": {**whole["options"], "of-later": "1"}}),
                 json.dumps({**whole, "options": {**whole["options"], "epochs": 1}}),
                 json.dumps({**whole, "options": {**whole["options"], "batch": "1" * 100000}}),
                 json.dumps({**whole, "options": {**whole["options"], "vary": "=" * 1000}})]
        for text in texts:
            with self.subTest(text[:60]):
                path.write_text(text)
                result = self.run_command("sweep", "--out", "study", "-q")
                self.assertIn(result.returncode, (1, 2))
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                plotted = self.run_command("plot", "study")
                self.assertIn(plotted.returncode, (1, 2))
        path.write_text(json.dumps(whole))
        self.succeed("sweep", "--out", "study", "-q")

    def test_two_begin_at_once(self):
        """One writes study.json, the other finds it; and of two that ask for another study each, one is
        refused."""
        command = ["sweep", "data", "--epochs", "1", "--hidden", "2", "--out", "study", "-q", "--vary"]
        for values, expected in ((["lr=0.1", "lr=0.1"], [0, 0]), (["lr=0.1", "lr=0.2"], [0, 2])):
            with self.subTest(values):
                shutil.rmtree(self.folder / "study", ignore_errors=True)
                started = [self.start(*command, value) for value in values]
                ended = [self.finish(process) for process in started]
                self.assertEqual(sorted(result.returncode for result in ended), expected)

    def test_bad_axes(self):
        for words, options in (
                (["lrr: unknown option, did you mean --lr?"], ["--vary", "lrr=1"]),
                (["expected NAME=VALUES", '"lr"'], ["--vary", "lr"]),
                (["expected NAME=VALUES"], ["--vary", "lr="]),
                (["expected NAME=VALUES"], ["--vary", "=1"]),
                (["--lr: expected a number > 0", '"abc"'], ["--vary", "lr=abc"]),
                (["--lr: expected a number > 0", '""'], ["--vary", "lr=0.1,,0.2"]),
                (["found 0.1 twice"], ["--vary", "lr=0.1,0.10"]),
                (["--vary lr: expected each option once"], ["--vary", "lr=0.1", "--vary", "lr=0.2"]),
                (["--vary lr: expected either this or --lr"], ["--vary", "lr=0.1", "--lr", "0.2"]),
                (["perhaps as --batch"], ["--batch", "4", "--vary", "batch=8"]),
                (["--batch: expected a whole number from 1"], ["--batch", "0"]),
                (["--vary seed: cannot be varied: give --seeds"], ["--vary", "seed=1,2"]),
                (["--vary out: cannot be varied"], ["--vary", "out=a,b"]),
                (["--vary threads: expected an option that decides"], ["--vary", "threads=1,2"]),
                (["--momentum has an effect only with --optimizer"], ["--vary", "momentum=0.5"]),
                (["--momentum has an effect only with --optimizer"], ["--momentum", "0.5"]),
                (["expected log:LOW:HIGH:N"], ["--vary", "lr=log:0.1:0.01:3"]),
                (["expected log:LOW:HIGH:N"], ["--vary", "lr=log:0:0.01:3"]),
                (["expected log:LOW:HIGH:N"], ["--vary", "lr=linear:1:2:1"]),
                (["expected log:LOW:HIGH:N"], ["--vary", "lr=log:1"]),
                (["expected log:LOW:HIGH:N"], ["--vary", "lr=log:1:2:3:4"]),
                (["or --trials to draw"], ["--vary", "lr=log:0.1:1"]),
                (["--dropout: expected a number in [0, 1)"], ["--vary", "dropout=linear:0:2", "--trials", "3"]),
                (["--optimizer: expected a list", "only numbers"], ["--vary", "optimizer=log:1:2:3"]),
                (["--batch-schedule: expected a list"], ["--vary", "batch-schedule=log:1:2:3"]),
                (["--class-weights: expected balanced", '"1,x"'], ["--vary", "class-weights=choice:1,x"]),
                (["--augment: expected"], ["--vary", "augment=rot=1"]),
                (["--seeds: expected"], ["--seeds", "0"]), (["--seeds: expected"], ["--seeds", "3-2"]),
                (["--seeds: expected"], ["--seeds", "1,2"]),
                (["--seed has an effect only"], ["--seed", "3", "--seeds", "2"]),
                (["at most 10000 trials"], ["--seeds", "10001"]),
                (["at most 10000 combinations"], ["--vary", "lr=linear:1:2:200", "--vary",
                                                  "max-norm=linear:1:2:200"]),
                (["--halving: expected --epochs"], ["--halving", "2", "--epochs", "auto"]),
                (["--halving 2: expected at least as many"], ["--halving", "2"]),
                (["--halving: expected trainings that end after --epochs"], ["--halving", "2", "--target-accuracy", "0.5"]),
                (["--lr-rule: linear and sqrt need"], ["--lr-rule", "linear"]),
                (["--vary lr: expected either this or --lr-rule"], ["--lr-rule", "tune", "--vary", "lr=1"]),
                (["--lr auto"], ["--lr-rule", "tune", "--lr", "auto"]),
                (["--lr-rule: expected samples held back"], ["--lr-rule", "tune", "--validation", "0"]),
                (["--trials: expected --vary or --batch"], ["--trials", "3"]),
                (["--validation has an effect only without --fold"], ["--folds", "3", "--validation", "0.2"]),
                (["--tune-seeds has an effect only"], ["--tune-seeds", "2"]),
                (["--class-weights: expected 3 numbers"], ["--class-weights", "1,2"])):
            with self.subTest(options):
                epochs = [] if "--epochs" in options else ["--epochs", "1"]
                self.refuse(2, words, "sweep", "data", *epochs, *options, "--out", "study")
                self.assertFalse((self.folder / "study").exists())
        self.refuse(2, ["expected --out"], "sweep", "data")
        self.refuse(2, ["expected DATA, or --out with a study"], "sweep", "--out", "study")
        self.refuse(2, ["expected one DATA"], "sweep", "data", "data", "--out", "study")
        self.refuse(1, ["not found"], "sweep", "nowhere", "--out", "study")


if __name__ == "__main__":
    unittest.main()
