#!/usr/bin/env python3
"""sweep: what is told of a study, against the files of its trials."""

import csv
import json
import math
import statistics
import unittest
from pathlib import Path

from harness import CommandCase, contents, make_data, unsealed

BATCHES = ["--batch", "2,4,8,16", "--seeds", "3", "--lr", "0.02", "--optimizer", "sgd",
           "--epochs", "30", "--hidden", "6"]
TARGET = ["--target-accuracy", "0.9", "--check-every", "30"]


def wilson(share, count):
    z = statistics.NormalDist().inv_cdf(0.975)
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count +
                                               z * z / (4 * count * count))
    return centre - half, centre + half


class SweepReport(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", train=300, test=50)

    def sweep(self, *arguments, out="study"):
        return self.succeed("sweep", "data", *arguments, "--out", out, "--quiet")

    def report(self, study="study"):
        return unsealed(self.folder / study / "report.json")

    def settings(self, study="study"):
        with open(self.folder / study / "settings.csv", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def results(self, study="study"):
        trials = sorted((self.folder / study / "trials").iterdir())
        return [json.loads((trial / "result.json").read_text()) for trial in trials]

    def recommendation(self, printed):
        """The last paragraph, as one line."""
        return " ".join(printed.strip().split("\n\n")[-1].split())

    def test_medians_of_a_batch_study_are_those_of_its_trials(self):
        self.sweep(*BATCHES, *TARGET, "--no-timing")
        results = self.results()
        for s, row in enumerate(self.settings()):
            of_setting = [result["target"] for result in results[3 * s:3 * s + 3]]
            self.assertEqual(row["batch"], str(2 << s))
            self.assertEqual(row["reached"], "3")
            for name in ("steps", "samples", "epochs"):
                numbers = [target[name] for target in of_setting]
                for column, expected in (("", statistics.median(numbers)),
                                         ("_low", min(numbers)), ("_high", max(numbers))):
                    self.assertAlmostEqual(float(row[f"target_{name}{column}"]) / expected, 1, 7)

    def test_the_noise_scale_is_the_median_of_the_first_epochs(self):
        """Of trials that halving has paused as well, which have no result."""
        self.sweep("--vary", "lr=0.002,0.01,0.05", "--seeds", "3", "--epochs", "3", "--hidden", "6",
                   "--halving", "3", "--log-noise-scale")
        trials = sorted((self.folder / "study/trials").iterdir())
        self.assertEqual(sum((trial / "result.json").exists() for trial in trials), 3)
        for s, row in enumerate(self.settings()):
            scales = []
            for trial in trials[3 * s:3 * s + 3]:
                with open(trial / "metrics.csv", encoding="utf-8") as file:
                    scale, = (line["noise_scale"] for line in csv.DictReader(file) if line["epoch"] == "1")
                scales += [float(scale)] if scale else []
            self.assertEqual(row["noise_scale"], f"{statistics.median(scales):.9g}" if scales else "")

    def test_the_law_is_a_least_squares_fit(self):
        self.sweep(*BATCHES, *TARGET, "--no-timing")
        law, = self.report()["laws"]
        points = [(float(row["batch"]), math.log(float(row["target_steps"])))
                  for row in self.settings()]

        def squares(critical):
            levels = [y - math.log1p(critical / batch) for batch, y in points]
            return statistics.pvariance(levels) * len(levels)
        tried = [2 / 100 * 1.002 ** i for i in range(6200)]
        best = min(tried, key=squares)
        found = law["critical_batch"]["value"]
        if found is None:  # an end of the range
            self.assertIn(best, (tried[0], tried[-1]))
        else:
            self.assertLess(abs(math.log(found / best)), 0.003)
        self.assertEqual(law["batch_sizes"], 4)

    def test_seconds_are_samples_by_the_speed_that_was_measured_alone(self):
        printed = self.sweep(*BATCHES, *TARGET)
        for row in self.settings():
            seconds = float(row["target_samples"]) / float(row["samples_per_second"])
            self.assertAlmostEqual(float(row["target_seconds"]) / seconds, 1, 6)
            self.assertLessEqual(float(row["samples_per_second_low"]),
                                 float(row["samples_per_second"]))
        chosen = min(self.settings(), key=lambda row: float(row["target_seconds"]))
        report = self.report()
        self.assertEqual(report["chosen"]["setting"], f"batch {chosen['batch']}")
        self.assertEqual(report["chosen"]["by"], "seconds to the target")
        said = self.recommendation(printed.stdout)
        self.assertEqual(said, report["recommendation"])
        self.assertTrue(said.startswith(f"batch {chosen['batch']} reaches 90 % in "), said)
        # Nothing is measured or evaluated again, and the same is told.
        before = contents(self.folder / "study")
        self.assertEqual(self.sweep(*BATCHES, *TARGET).stdout, printed.stdout)
        self.assertEqual(contents(self.folder / "study"), before)

    def test_the_chosen_setting_alone_is_tested(self):
        self.sweep("--vary", "lr=0.0001,0.05", "--optimizer", "sgd", "--seeds", "3",
                   "--epochs", "8", "--hidden", "6")
        accuracies = [statistics.mean(result["validation"]["accuracy"] for result in group)
                      for group in (self.results()[:3], self.results()[3:])]
        self.assertGreater(accuracies[1], accuracies[0])
        chosen = self.report()["chosen"]
        self.assertEqual((chosen["setting"], chosen["by"], chosen["settings_looked_at"]),
                         ("lr 0.05", "validation accuracy", 2))
        tested = [json.loads(self.succeed("evaluate", f"study/trials/000{n}", "data", "--json",
                                          "--part", "test").stdout) for n in (4, 5, 6)]
        with open(self.folder / "study/test.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["trial"] for row in rows], ["4", "5", "6"])
        mean = statistics.mean(one["accuracy"] for one in tested)
        low, high = wilson(round(mean * 50) / 50, 50)
        test = chosen["test"]
        self.assertAlmostEqual(test["accuracy"], mean, 8)
        self.assertAlmostEqual(test["accuracy_deviation"],
                               statistics.stdev(one["accuracy"] for one in tested), 8)
        self.assertAlmostEqual(test["accuracy_low"], low, 8)
        self.assertAlmostEqual(test["accuracy_high"], high, 8)
        self.assertEqual((test["models"], test["samples"], test["settings_looked_at"]), (3, 50, 1))

    def test_a_target_out_of_reach_is_told_and_the_rows_are_kept(self):
        printed = self.sweep("--batch", "8,32", "--seeds", "2", "--epochs", "2", "--hidden", "3",
                             "--target-accuracy", "1", "--no-timing")
        said = self.recommendation(printed.stdout)
        self.assertTrue(said.startswith("no setting reached 100 % within 2 epochs; the best, "), said)
        for row in self.settings():
            self.assertEqual((row["reached"], row["target_steps"]), ("0", ""))
            self.assertNotEqual(row["validation_accuracy"], "")
        self.assertIn("needs 3 batch sizes", printed.stdout)
        self.assertNotIn("NaN", (self.folder / "study/report.json").read_text())

    def test_failures_are_counted_and_never_chosen(self):
        printed = self.sweep("--vary", "lr=1e30,0.05", "--optimizer", "sgd", "--seeds", "2",
                             "--epochs", "3")
        self.assertIn("failed", printed.stdout.splitlines()[0])
        self.assertEqual([row["failed"] for row in self.settings()], ["2", "0"])
        self.assertEqual(self.report()["chosen"]["setting"], "lr 0.05")
        self.assertEqual(self.report()["chosen"]["settings_looked_at"], 1)

    def test_nothing_but_failures(self):
        printed = self.sweep("--vary", "lr=1e30,1e31", "--optimizer", "sgd", "--epochs", "3")
        self.assertEqual(self.recommendation(printed.stdout), "no trial has a result")
        self.assertIsNone(self.report()["chosen"])

    def test_without_validation_samples_nothing_is_chosen_nor_tested(self):
        printed = self.sweep("--vary", "lr=0.01,0.1", "--epochs", "2", "--validation", "0")
        self.assertIn("no validation samples", self.recommendation(printed.stdout))
        self.assertIsNone(self.report()["chosen"])
        self.assertFalse((self.folder / "study/test.csv").exists())

    def test_one_setting_is_told_without_a_choice(self):
        printed = self.sweep("--seeds", "3", "--epochs", "3")
        self.assertNotIn("chosen", printed.stdout)
        accuracies = [100 * result["validation"]["accuracy"] for result in self.results()]
        self.assertIn(f"{statistics.mean(accuracies):.2f} ± {statistics.stdev(accuracies):.2f} %",
                      self.recommendation(printed.stdout))
        single = self.sweep("--epochs", "3", out="single")
        self.assertIn("says nothing of the noise", self.recommendation(single.stdout))

    def test_numbers_are_chosen_by_r2(self):
        rows = "\n".join(f"{x / 50},{y / 9},{2 * x / 50 - y / 9}"
                         for x in range(20) for y in range(9))
        Path(self.folder / "plane.csv").write_text(f"a,b,target\n{rows}\n", encoding="utf-8")
        printed = self.succeed("sweep", "plane.csv", "--regression", "--vary", "hidden=4,16",
                               "--seeds", "2", "--epochs", "5", "--out", "study", "--quiet")
        self.assertIn("R2", printed.stdout.splitlines()[0])
        self.assertEqual(self.report()["chosen"]["by"], "validation R2")
        best = max(self.settings(), key=lambda row: float(row["validation_r2"]))
        self.assertEqual(self.report()["chosen"]["setting"], f"hidden {best['hidden']}")
        self.assertIsNotNone(self.report()["chosen"]["test"]["rmse"])

    def test_the_report_fits_the_terminal(self):
        arguments = ["sweep", "data", *BATCHES, *TARGET, "--no-timing", "--out", "study", "--quiet"]
        for columns in (120, 80, 60):
            for line in self.on_terminal(*arguments, columns=columns).splitlines():
                self.assertLessEqual(len(line), columns)

    def test_files_that_somebody_broke_are_named(self):
        arguments = ["--vary", "lr=0.01,0.1", "--epochs", "2"]
        self.sweep(*arguments)
        tested = self.folder / "study/test.csv"
        whole = tested.read_text()
        for text, said in (("trial,loss\n1,2\n", "test.csv:1: "), (whole[:-8], "test.csv:"),
                           (whole.replace("50", "-1"), "test.csv:2: "), ("\0" * 9, "test.csv:")):
            tested.write_text(text)
            self.refuse(1, [said], "sweep", "data", *arguments, "--out", "study", "--quiet")
        tested.unlink()
        (self.folder / "study/timing.csv").write_text("setting,threads\nbatch 2,1\n")
        self.refuse(1, ["timing.csv:1: "], "sweep", "data", *arguments, "--out", "study", "--quiet")
        (self.folder / "study/timing.csv").unlink()
        self.sweep(*arguments)
        self.assertEqual(tested.read_text(), whole)

    def test_halving_chooses_among_those_that_went_to_the_end(self):
        printed = self.sweep("--vary", "lr=log:0.001:0.2", "--trials", "6", "--halving", "3",
                             "--epochs", "9", "--seeds", "2", "--hidden", "6")
        ended = [row for row in self.settings() if float(row["epochs_done"]) == 9]
        self.assertEqual(len(ended), 2)
        best = max(ended, key=lambda row: (float(row["validation_accuracy"]),
                                           -float(row["validation_loss"])))
        self.assertEqual(self.report()["chosen"]["setting"], f"lr {best['lr']}")
        self.assertEqual(printed.stdout.splitlines()[1].split()[0], best["lr"])

    def test_one_object_is_the_report(self):
        printed = self.sweep("--vary", "lr=0.01,0.1", "--epochs", "2", "--json")
        self.assertEqual(json.loads(printed.stdout), self.report())


if __name__ == "__main__":
    unittest.main()
