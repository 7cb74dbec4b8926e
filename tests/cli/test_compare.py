#!/usr/bin/python3
"""compare: what differs between settings, and whether it is more than the noise of their seeds; on runs
whose figures were made up, against R's figures for the same numbers."""

import csv
import io
import json
import math
import os
import random
import re
import statistics
import unittest

from harness import CommandCase

# t.test(x, y, paired = TRUE), t.test(x, y) and power.t.test() of R 4.2.2
X = [.9750, .9722, .9778, .9694, .9722]
Y = [.9722, .9694, .9722, .9694, .9667]
PAIRED = {"value": .00334, "low": 0.00046051720489712815, "high": 0.0062194827951028474, "p": 0.032265690750171695}
WELCH = {"value": .00334, "low": -0.00079271017699433929, "high": 0.007472710176994358, "p": 0.0981460627753067}
NEEDED = ((.001, 45), (.002, 13), (.005, 4), (.01, 3))
DETECTABLE = 0.0039006383712


class Made(CommandCase):
    def make(self, run, options, test=None, validation=.9, loss=.5, data=None, **result):
        """A run's folder, of which the files say what they are told to."""
        folder = self.folder / run
        folder.mkdir(parents=True)
        commands = [["descent", "train", "made"] + [f"--{name}" for name in options]]
        config = {"descent": "0.1.0", "commands": commands, "stop_reason": "epochs",
                  "data": data or {"name": "made", "train_fingerprint": "11111111",
                                   "test_fingerprint": "22222222"},
                  "options": {"optimizer": "sgd", "batch": 32, "hidden": [8], **options}}
        figures = {"stop_reason": "epochs", "epochs": 4, "best_epoch": 3, "seconds": 2.5,
                   "validation": {"loss": loss, "accuracy": validation},
                   "test": None if test is None else {"loss": .25, "accuracy": test}, **result}
        (folder / "metrics.csv").write_text("")
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "result.json").write_text(json.dumps(figures))
        return folder

    def make_all(self, name, options, figures, seeds=None, **more):
        for seed, figure in zip(seeds or range(1, len(figures) + 1), figures, strict=True):
            self.make(f"runs/{name}-{seed}", {**options, "seed": seed}, figure, **more)

    def json(self, *arguments):
        return json.loads(self.succeed("compare", *arguments, "--json").stdout)

    def said(self, *arguments):
        return re.sub(r"\n {2}(?=\S)", " ", self.succeed("compare", *arguments).stdout)

    def assert_near(self, found, expected):
        for key, value in expected.items():
            self.assertAlmostEqual(found[key], value, 8, key)


class TwoSettings(Made):
    def two(self, **more):
        self.make_all("x", {"optimizer": "adamw"}, X, validation=.95, **more)
        self.make_all("y", {}, Y, **more)

    def test_paired_by_seed(self):
        self.two()
        found = self.json("runs")
        self.assertEqual(found["figure"], "test_accuracy")
        (pair,) = found["comparisons"]
        self.assert_near(pair, PAIRED)
        self.assertEqual((pair["test"], pair["verdict"], pair["measure"]), ("paired", "better", "difference"))
        self.assertEqual((pair["first_setting"], pair["second_setting"]), ("optimizer adamw", "optimizer sgd"))
        self.assertAlmostEqual(pair["corrected_p"], PAIRED["p"], 8)
        for setting, figures in zip(found["settings"], (X, Y)):
            self.assertEqual((setting["runs"], len(setting["folders"])), (5, 5))
            self.assert_near(setting, {"mean": statistics.mean(figures), "deviation": statistics.stdev(figures),
                                       "lowest": min(figures), "highest": max(figures)})
        self.assertEqual([setting["options"] for setting in found["settings"]],
                         [{"optimizer": "adamw"}, {"optimizer": "sgd"}])
        self.assertIn("optimizer adamw is better than optimizer sgd by 0.33 ± 0.29 points of test accuracy "
                      "over 5 seeds (p 0.032)", self.said("runs"))

    def test_any_order_of_folders(self):
        self.two()
        folders = sorted(os.listdir(self.folder / "runs"), reverse=True)
        self.assert_near(self.json(*(f"runs/{folder}" for folder in folders))["comparisons"][0], PAIRED)

    def test_other_seeds(self):
        self.make_all("x", {"optimizer": "adamw"}, X)
        self.make_all("y", {}, Y, seeds=range(11, 16))
        (pair,) = self.json("runs")["comparisons"]
        self.assert_near(pair, WELCH)
        self.assertEqual((pair["test"], pair["verdict"]), ("welch", "within the noise"))
        text = self.said("runs")
        self.assertIn("within the noise of seeds: optimizer adamw and optimizer sgd differ by 0.33 ± 0.41", text)
        self.assertIn("Welch's t test", text)

    def test_some_seeds_in_common(self):
        """One seed less leaves pairs; of few in common nothing is made."""
        self.make_all("x", {"optimizer": "adamw"}, X)
        self.make_all("y", {}, Y[:4], seeds=(1, 2, 3, 4))
        (pair,) = self.json("runs")["comparisons"]
        self.assertEqual((pair["test"], pair["first_runs"], pair["second_runs"]), ("paired", 4, 4))
        self.make_all("z", {"optimizer": "adam"}, Y, seeds=(1, 2, 11, 12, 13))
        pairs = self.json("runs", "--against", "first")["comparisons"]
        self.assertEqual([(pair["test"], pair["second_runs"]) for pair in pairs if
                          "optimizer adam" in (pair["first_setting"], pair["second_setting"])], [("welch", 5)])

    def test_seeds_needed(self):
        """R: power.t.test(delta, sd = sd(x - y), power = 0.8, type = "paired"), with n rounded up."""
        self.two()
        for size, count in NEEDED:
            (pair,) = self.json("runs", "--detect", 100 * size)["comparisons"]
            self.assertEqual(pair["runs_needed"], count)
            self.assertAlmostEqual(pair["detectable"], DETECTABLE, 6)

    def test_noise_in_words(self):
        self.make_all("x", {"optimizer": "adamw"}, X, validation=.95)
        self.make_all("y", {}, [figure + .0001 * step for figure, step in zip(X, (2, -5, 4, -3, 1))])
        self.assertRegex(self.said("runs", "--detect", "0.02"),
                         r"within the noise of seeds: .* over 5 seeds \(p 0\.\d+\)\n"
                         r"5 seeds find a difference of 0\.062 points; run at least \d+ each to find one of 0\.020\n")

    def test_folds(self):
        """Folds repeat a setting as seeds do, but share training samples: R's t is made smaller."""
        for name, figures in (("adamw", X), ("sgd", Y)):
            for fold, figure in enumerate(figures, 1):
                self.make(f"runs/{name}-{fold}", {"optimizer": name, "seed": 1, "fold": f"{fold}/5"},
                          validation=figure)
        found = self.json("runs")
        self.assertEqual(len(found["settings"]), 2)
        (pair,) = found["comparisons"]
        half = 2.7764451051977943 * statistics.stdev(x - y for x, y in zip(X, Y)) * math.sqrt(1 / 5 + 1 / 4)
        self.assert_near(pair, {"low": .00334 - half, "high": .00334 + half})
        self.assertEqual((pair["verdict"], pair["runs_needed"]), ("within the noise", None))
        self.assertIn("within the noise of folds", self.said("runs"))

    def test_a_seed_twice_counts_once(self):
        self.two()
        self.make("runs/x-again", {"optimizer": "adamw", "seed": 2}, .5)
        found = self.json("runs")
        self.assert_near(found["comparisons"][0], PAIRED)
        self.assertEqual(found["left_out"], [{"run": "runs/x-again", "why": "setting and seed of another"}])

    def test_one_run_each(self):
        self.make("runs/a", {"optimizer": "adamw", "seed": 1}, .97)
        self.make("runs/b", {"seed": 1}, .96)
        (pair,) = self.json("runs")["comparisons"]
        self.assertEqual((pair["p"], pair["low"], pair["verdict"]), (None, None, "unknown"))
        self.assertAlmostEqual(pair["value"], .01, 8)
        text = self.said("runs")
        self.assertIn("one run of each does not tell", text)
        self.assertIn("descent sweep --seeds 5", text)
        self.assertIn("descent evaluate runs/a runs/b DATA", text)

    def test_nothing_varies(self):
        self.make_all("x", {"optimizer": "adamw"}, [.97, .96, .95])
        self.make_all("y", {}, [.96, .95, .94])
        (pair,) = self.json("runs")["comparisons"]
        self.assertEqual((pair["p"], pair["verdict"]), (None, "unknown"))
        self.assertIn("differ by 1.00 points of test accuracy, with no noise to judge that by, over 3 seeds",
                      self.said("runs"))


class Figures(Made):
    def test_validation_where_not_all_have_test_figures(self):
        self.make_all("x", {"optimizer": "adamw"}, X)
        for seed in (1, 2, 3):
            self.make(f"runs/y-{seed}", {"seed": seed}, validation=.8 + seed / 100)
        self.assertEqual(self.json("runs")["figure"], "validation_accuracy")
        self.refuse(1, ["--figure test", "none in runs/y-1"], "compare", "runs", "--figure", "test")

    def test_numbers(self):
        for name, shift in (("adamw", .02), ("sgd", 0)):
            for seed, r2 in enumerate((.5, .55, .52), 1):
                part = {"loss": .1, "r2": r2 + shift * seed, "rmse": 4 - shift}
                self.make(f"runs/{name}-{seed}", {"optimizer": name, "seed": seed},
                          test=None)
                path = self.folder / f"runs/{name}-{seed}/result.json"
                kept = json.loads(path.read_text())
                path.write_text(json.dumps({**kept, "test": part, "validation": part}))
        self.assertEqual(self.json("runs")["figure"], "test_r2")
        (pair,) = self.json("runs", "--figure", "test-rmse")["comparisons"]
        self.assertEqual((pair["figure"], pair["first_setting"]), ("test_rmse", "optimizer adamw"))
        self.assertAlmostEqual(pair["value"], -.02, 8)
        self.assertIn("in test R2", self.said("runs"))

    def test_a_loss_is_better_where_it_is_lower(self):
        for name, loss in (("adamw", .3), ("sgd", .4)):
            for seed, noise in enumerate((0, .01, -.01, .02), 1):
                self.make(f"runs/{name}-{seed}", {"optimizer": name, "seed": seed}, .9)
                path = self.folder / f"runs/{name}-{seed}/result.json"
                kept = json.loads(path.read_text())
                kept["validation"]["loss"] = loss + noise * (2 if name == "sgd" else 1)
                path.write_text(json.dumps(kept))
        (pair,) = self.json("runs", "--figure", "valid-loss")["comparisons"]
        self.assertEqual((pair["verdict"], pair["first_setting"]), ("better", "optimizer adamw"))
        self.assertRegex(self.said("runs", "--figure", "valid-loss"),
                         r"adamw is better than optimizer sgd by 0.105 ± 0.021 in validation loss over 4 seeds")

    def test_times_are_compared_by_ratios(self):
        """t.test(log(x), log(y), paired = TRUE), by hand: each seed twice as fast, times its noise."""
        noise = [1.1, .95, 1.02]
        for name, factor in (("adamw", 1), ("sgd", 2)):
            for seed, part in enumerate(noise, 1):
                self.make(f"runs/{name}-{seed}", {"optimizer": name, "seed": seed}, .9,
                          seconds=3 * factor * (part if factor == 2 else 1))
        (pair,) = self.json("runs", "--figure", "seconds")["comparisons"]
        logs = [-math.log(2 * part) for part in noise]
        half = 4.3026527297494637 * statistics.stdev(logs) / math.sqrt(3)
        self.assert_near(pair, {"value": math.exp(statistics.mean(logs)),
                                "low": math.exp(statistics.mean(logs) - half),
                                "high": math.exp(statistics.mean(logs) + half)})
        self.assertEqual((pair["measure"], pair["verdict"]), ("ratio", "better"))
        self.assertRegex(self.said("runs", "--figure", "seconds"),
                         r"optimizer adamw takes 0.489 \(0.4\d+ to 0.5\d+\) times the seconds of optimizer sgd")

    def target(self, samples, value=.97):
        return {"figure": "validation_accuracy", "value": value, "reached": samples is not None,
                "samples": samples, "steps": samples and samples / 32, "epochs": samples and samples / 1000}

    def test_samples_to_target(self):
        for seed in (1, 2, 3):
            self.make(f"runs/a-{seed}", {"batch": 32, "seed": seed}, .9, target=self.target(1000 + seed))
            self.make(f"runs/b-{seed}", {"batch": 64, "seed": seed}, .9, target=self.target(2000 + 9 * seed))
        found = self.json("runs")
        accuracy, samples = found["comparisons"]
        self.assertEqual((accuracy["figure"], samples["figure"]), ("test_accuracy", "samples_to_target"))
        ratio = statistics.geometric_mean((1000 + seed) / (2000 + 9 * seed) for seed in (1, 2, 3))
        if samples["first_setting"] == "batch 64":
            ratio = 1 / ratio
        self.assertAlmostEqual(samples["value"], ratio, 6)
        self.assertEqual([setting["reached_target"] for setting in found["settings"]], [3, 3])
        self.assertRegex(self.said("runs"), r"batch 32 takes 0\.49\d \(.*\) times the samples to target of batch 64")

    def test_a_target_that_was_not_reached(self):
        for seed in (1, 2, 3):
            self.make(f"runs/a-{seed}", {"batch": 32, "seed": seed}, .9, target=self.target(1000 + seed))
            self.make(f"runs/b-{seed}", {"batch": 64, "seed": seed}, .9,
                      target=self.target(None if seed == 2 else 2000))
        text = self.said("runs")
        self.assertIn("2 of 3", text)
        self.assertRegex(text, "batch .. and batch ..: not all runs have reached the target")

    def test_other_targets(self):
        for seed in (1, 2, 3):
            self.make(f"runs/a-{seed}", {"batch": 32, "seed": seed}, .9, target=self.target(1000))
            self.make(f"runs/b-{seed}", {"batch": 64, "seed": seed}, .9, target=self.target(1000, value=.98))
        self.assertEqual([pair["figure"] for pair in self.json("runs")["comparisons"]], ["test_accuracy"])


class SeveralSettings(Made):
    def several(self, count):
        """Each next one a little worse, with noise that no two share."""
        for place in range(count):
            generator = random.Random(place)
            noise = [generator.gauss(0, .001) for seed in range(5)]
            self.make_all(f"b{place}", {"batch": 2 ** place}, [.97 - place * .002 + n for n in noise],
                          validation=.97 - place * .01)

    @staticmethod
    def holm(values):
        """The smallest times their number, the next times one less, and none below one before it."""
        corrected, least = [0] * len(values), 0
        for rank, i in enumerate(sorted(range(len(values)), key=lambda i: values[i])):
            least = max(least, min(1, (len(values) - rank) * values[i]))
            corrected[i] = least
        return corrected

    def test_all_pairs_of_few(self):
        self.several(4)
        found = self.json("runs")
        self.assertEqual([setting["options"]["batch"] for setting in found["settings"]], [1, 2, 4, 8])
        pairs = found["comparisons"]
        self.assertEqual([(pair["first"], pair["second"]) for pair in pairs],
                         [("A", "B"), ("A", "C"), ("A", "D"), ("B", "C"), ("B", "D"), ("C", "D")])
        for pair, corrected in zip(pairs, self.holm([pair["p"] for pair in pairs]), strict=True):
            self.assertAlmostEqual(pair["corrected_p"], corrected, 8)
        self.assertIn("p is corrected for all 6 comparisons (Holm)", self.said("runs"))

    def test_many_against_the_best(self):
        """Each may be worse than any of the others: p is corrected for their number."""
        self.several(6)
        all_pairs = self.json("runs", "--against", "all")
        self.assertEqual((all_pairs["correction"], len(all_pairs["comparisons"])), ("holm", 15))
        best = self.json("runs")
        self.assertEqual(best, self.json("runs", "--against", "best"))
        self.assertEqual(best["correction"], "bonferroni")
        of_best = [pair for pair in all_pairs["comparisons"] if pair["first"] == "A"]
        for pair, other in zip(best["comparisons"], of_best, strict=True):
            self.assertAlmostEqual(pair.pop("corrected_p"), min(1, 5 * other["p"]), 8)
            self.assertEqual(pair.pop("verdict"), "better" if 5 * other["p"] < .05 else "within the noise")
            self.assertLess(pair.pop("detectable"), other.pop("detectable"))
            self.assertLessEqual(pair.pop("runs_needed"), other.pop("runs_needed"))
            del other["corrected_p"], other["verdict"]
            self.assertEqual(pair, other)
        self.assertIn("in test accuracy batch 1 is better than ", self.said("runs"))

    def test_of_equal_accuracies_the_lower_loss_is_the_better(self):
        """As sweep chooses."""
        for place, loss in enumerate((.3, .2, .4)):
            self.make_all(f"b{place}", {"batch": 2 ** place}, X, loss=loss)
        self.assertEqual([setting["options"]["batch"] for setting in self.json("runs")["settings"]], [2, 1, 4])

    def test_against_the_first(self):
        self.several(4)
        folders = ["runs/b2-1"] + [f"runs/b{place}-{seed}" for place in range(4) for seed in range(1, 6)]
        found = self.json(*folders, "--against", "first")
        pairs = found["comparisons"]
        self.assertEqual([(pair["first"], pair["second"]) for pair in pairs], [("A", "C"), ("B", "C"), ("C", "D")])
        for pair, corrected in zip(pairs, self.holm([pair["p"] for pair in pairs]), strict=True):
            self.assertAlmostEqual(pair["corrected_p"], corrected, 8)
        self.assertRegex(self.said(*folders, "--against", "first"), "batch 4 is (better|worse) than|batch 4 and")

    def test_csv(self):
        self.several(3)
        rows = list(csv.DictReader(io.StringIO(self.succeed("compare", "runs", "--csv", "-").stdout)))
        pairs = self.json("runs", "--csv", "pairs.csv")["comparisons"]
        self.assertEqual(rows, list(csv.DictReader(io.StringIO((self.folder / "pairs.csv").read_text()))))
        for row, pair in zip(rows, pairs, strict=True):
            self.assertEqual(list(row), list(pair))
            self.assertAlmostEqual(float(row["corrected_p"]), pair["corrected_p"], 8)
            self.assertEqual(row["first_setting"], pair["first_setting"])

    def test_fits_the_terminal(self):
        self.several(6)
        for columns in (80, 60):
            for line in self.on_terminal("compare", "runs", columns=columns).splitlines():
                self.assertLessEqual(len(line), columns, line)


class Studies(Made):
    def sweep(self, *arguments):
        self.succeed("sweep", "digits", *arguments, "--no-timing", "--quiet", "--out", "study")

    def test_what_was_tried_for_a_learning_rate_does_not_count(self):
        self.sweep("--batch", "16,64", "--lr-rule", "tune", "--seeds", "3", "--epochs", "2")
        found = self.json("study")
        self.assertEqual([len(setting["folders"]) for setting in found["settings"]], [3, 3])
        rows = list(csv.DictReader((self.folder / "study/study.csv").read_text().splitlines()))
        self.assertGreater(len(rows), 6)
        reported = [f"study/trials/{int(row['trial']):04}" for row in rows if row["purpose"] == "reported"]
        self.assertEqual(sorted(sum((setting["folders"] for setting in found["settings"]), [])), reported)
        self.assertEqual(found["left_out"], [])
        figures = {row["batch"]: [] for row in rows}
        for row in rows:
            if row["purpose"] == "reported":
                figures[row["batch"]].append(float(row["validation_accuracy"]))
        for setting in found["settings"]:
            self.assertAlmostEqual(setting["mean"], statistics.mean(figures[str(setting["options"]["batch"])]), 7)

    def test_failed_trials_are_named(self):
        self.sweep("--vary", "lr=0.1,0.2,1e9", "--optimizer", "sgd", "--seeds", "2", "--epochs", "2")
        found = self.json("study")
        self.assertEqual(len(found["settings"]), 2)
        self.assertEqual([row["run"] for row in found["left_out"]], ["study/trials/0005", "study/trials/0006"])
        self.assertIn("the loss explodes", found["left_out"][0]["why"])
        self.assertIn("left out: study/trials/0005 (epoch 1", self.said("study"))

    def test_folds(self):
        self.sweep("--vary", "lr=0.001,0.01", "--folds", "3", "--epochs", "2")
        (pair,) = self.json("study")["comparisons"]
        self.assertEqual((pair["test"], pair["first_runs"], pair["runs_needed"]), ("paired", 3, None))
        self.assertIn("over 3 folds", self.said("study"))

    def test_paused_trials(self):
        self.sweep("--vary", "lr=0.001,0.01,0.1", "--halving", "3", "--epochs", "3")
        self.refuse(1, ["found 1 run of one; 2 are left out, such as study/trials/0001 ("], "compare", "study")

    def test_a_broken_study(self):
        self.sweep("--vary", "lr=0.001,0.01", "--epochs", "1")
        (self.folder / "study/study.json").write_text("{")
        self.refuse(1, ["study/study.json"], "compare", "study")


class Refused(Made):
    def test_nothing_given(self):
        self.refuse(2, ["compare: expected runs"], "compare")
        self.refuse(1, ["nowhere: no such run folder"], "compare", "nowhere")

    def test_one_setting(self):
        self.make_all("x", {}, X)
        self.refuse(1, ["expected runs of two settings at least, found 5 runs of one"], "compare", "runs")

    def test_other_data(self):
        self.make_all("x", {}, X)
        other = {"name": "other", "train_fingerprint": "11111111", "test_fingerprint": "33333333"}
        self.make_all("y", {"optimizer": "adamw"}, Y, data=other)
        self.refuse(1, ["on the same data", "made (22222222)", "other (33333333)", "test accuracy"], "compare", "runs")

    def test_more_samples_to_train_on(self):
        """The same test samples are enough for these figures, but not for those of validation."""
        for name, limit, figures in (("x", 300, X), ("y", 600, Y)):
            data = {"name": "made", "train_fingerprint": str(limit), "test_fingerprint": "22222222"}
            self.make_all(name, {"limit": limit}, figures, data=data)
        self.assert_near(self.json("runs")["comparisons"][0], PAIRED)
        self.assertNotIn("best by the validation samples", self.said("runs"))
        self.refuse(1, ["on the same data", "made (300)", "made (600)"], "compare", "runs", "--figure", "validation")

    def test_runs_that_are_no_results(self):
        self.make_all("x", {}, X)
        self.make_all("y", {"optimizer": "adamw"}, Y)
        for name, change in (("killed", lambda f: (f / "result.json").unlink()),
                             ("broken", lambda f: (f / "result.json").write_text("{")),
                             ("bare", lambda f: (f / "config.json").unlink())):
            change(self.make(f"runs/{name}", {"seed": 9}, .9))
        columns = ("epoch,step,samples,learning_rate,train_loss,train_accuracy,validation_loss,"
                   "validation_accuracy,gradient_norm,seconds,samples_per_second\n")
        (self.folder / "runs/killed/metrics.csv").write_text(columns)
        path = self.folder / "runs/killed/config.json"
        path.write_text(path.read_text().replace('"stop_reason": "epochs", ', ""))
        found = self.run_command("compare", "runs", "--json")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("runs/broken/result.json:1", found.stderr)
        left_out = {row["run"]: row["why"] for row in json.loads(found.stdout)["left_out"]}
        self.assertEqual(left_out, {"runs/killed": "killed", "runs/broken": "broken",
                                    "runs/bare": "no configuration"})
        self.assertIn("left out: runs/killed (killed)", self.said("runs"))

    def test_none_is_done(self):
        (self.make("runs/a", {"seed": 9}, .9) / "config.json").unlink()
        self.refuse(1, ["expected runs that are done, found none; 1 is left out, runs/a (no configuration)"],
                    "compare", "runs")

    def test_names_that_mean_harm(self):
        name = "runs/\x1b[31m\nred"
        for optimizer, seed in (("adamw\x1b[2J", 1), ("sgd", 1)):
            self.make(f"{name}/{seed}{optimizer[:3]}", {"optimizer": optimizer, "seed": seed}, .9)
        text = self.succeed("compare", name).stdout
        self.assertNotIn("\x1b", text)

    def test_long_names_stay_utf_8(self):
        """Whichever byte the cut falls on."""
        for first in ("x", "xx"):
            for second in ("y", "yy"):
                options = {"init-from": first + 60 * "ü", "augment": second + 60 * "ü", "seed": 1}
                self.make(f"runs/{first}{second}", options, .9)
        for setting in self.json("runs")["settings"]:
            self.assertRegex(setting["name"], "^init-from xx?ü+, augment yy?ü+...$")

    def test_values_of_other_kinds(self):
        self.make("runs/a", {"optimizer": {"a": []}, "seed": "x", "fold": 7}, .9)
        self.make("runs/b", {"optimizer": None, "seed": [1], "fold": "1/0"}, .8)
        self.succeed("compare", "runs")
        path = self.folder / "runs/a/result.json"
        path.write_text(json.dumps({"test": {"accuracy": "high"}, "validation": [], "target": 7}))
        self.refuse(1, ["expected a figure that all runs have", "found none in runs/a"], "compare", "runs")

    def test_a_difference_that_is_none(self):
        self.refuse(2, ["--detect", "0"], "compare", "runs", "--detect", "0")


if __name__ == "__main__":
    unittest.main()
