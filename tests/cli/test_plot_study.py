#!/usr/bin/python3
"""plot of a study: which panels there are, and that they show the study's numbers."""

import json
import re
import shutil
import unittest

import harness
from harness import unsealed
from plots import PlotCase

LEAST_STEPS, CRITICAL = 500, 64
BATCHES = (1, 8, 64, 512)


class PlotStudy(PlotCase):
    def setUp(self):
        super().setUp()
        harness.make_data(self.folder / "data", train=600, test=60)

    def sweep(self, *options, out="study"):
        self.succeed("sweep", "data", "--hidden", "none", "--epochs", "1", "--jobs", "1", "--out", out,
                     "--quiet", *options)
        return self.folder / out

    def trials(self, study):
        """Folder, options and result of each trial."""
        for folder in sorted((study / "trials").iterdir()):
            yield (folder, json.loads((folder / "config.json").read_text())["options"],
                   unsealed(folder / "result.json"))

    def batch_study(self, seeds=3):
        """Trials whose steps to the target follow the law, those of seed 2 exactly."""
        study = self.sweep("--batch", ",".join(map(str, BATCHES)), "--lr", "0.1", "--lr-rule", "sqrt",
                           "--optimizer", "sgd", "--seeds", seeds, "--target-accuracy", "0.9",
                           "--no-timing")
        for folder, options, result in self.trials(study):
            steps = LEAST_STEPS * (1 + CRITICAL / options["batch"]) * (0.8 + 0.1 * options["seed"])
            result["target"].update(reached=True, steps=steps, samples=steps * options["batch"],
                                    epochs=steps * options["batch"] / 540)
            (folder / "result.json").write_text(json.dumps(result))
        return study

    def texts(self, *arguments):
        return self.svg("study", *arguments)[0]

    def test_a_batch_study_shows_its_law(self):
        self.batch_study()
        texts = self.texts()
        for text in ("data, to 90 % validation accuracy, 3 seeds", "Steps to the target",
                     "Learning rate", "Validation accuracy", "batch size",
                     f"steps = {LEAST_STEPS} (1 + {CRITICAL:.1f} / batch)", "perfect", "scaling",
                     "diminishing", "returns", "linear rule", "square-root rule",
                     "median, 95 % interval"):
            self.assertIn(text, texts)
        self.assertTrue([text for text in texts if text.startswith(f"critical batch size {CRITICAL:.1f} (")])
        self.assertNotIn("Seconds to the target", texts)  # no times were measured

    def test_steps_lie_on_straight_lines_where_the_law_has_them(self):
        self.batch_study()
        _, curves = self.svg("study", "--what", "steps")
        [law] = [points for points, _ in curves if len(points) > 40]
        slope = (law[1][1] - law[0][1]) / (law[1][0] - law[0][0])
        level = (law[-1][1] - law[-2][1]) / (law[-1][0] - law[-2][0])
        self.assertGreater(slope, 5 * level)  # downwards: y grows down
        self.assertEqual(sorted(law), law)

    def test_the_terminal(self):
        self.batch_study()
        for columns in (60, 80, 120):
            text = self.on_terminal("plot", "study", columns=columns)
            plain = re.sub(r"\x1b\[[\d;]*m", "", text)
            self.assertLessEqual(max(map(len, plain.splitlines())), columns)
            for part in ("Steps to the target", "perfect", "critical batch size 64", "linear rule"):
                self.assertIn(part, plain)
        text = self.on_terminal("plot", "study", TERM="dumb")
        self.assertTrue(text.isascii(), text)
        self.assertIn("x   critical batch size 64", text)

    def test_a_study_under_way_shows_what_is_there(self):
        study = self.batch_study()
        shutil.rmtree(study / "trials/0012")
        shutil.rmtree(study / "trials/0005")
        self.assertIn("data, to 90 % validation accuracy, 3 seeds; 10 of 12 trials so far", self.texts())
        for folder in (study / "trials").iterdir():
            shutil.rmtree(folder)
        self.assertIn("data, to 90 % validation accuracy, 3 seeds; 0 of 12 trials so far",
                      self.texts("--what", "rates"))  # which the rule gives
        self.refuse(1, ["no values to draw"], "plot", "study", "--what", "steps,best,loss", "--quiet")

    def test_a_study_that_still_tunes_says_so(self):
        study = self.sweep("--batch", "8,64", "--lr-rule", "tune", "--optimizer", "sgd", "--no-timing")
        for folder in (study / "trials").iterdir():
            if folder.name != "0001":
                shutil.rmtree(folder)
        self.refuse(1, ["study: nothing to draw yet", "tuned", "(1 so far)"], "plot", "study")

    def test_seconds_are_drawn_where_they_were_measured(self):
        self.batch_study()
        self.succeed("sweep", "--out", "study", "--quiet")
        self.assertIn("fastest", self.texts("--what", "seconds"))

    def test_other_options_show_their_best_values_and_the_curves_by_setting(self):
        study = self.sweep("--vary", "optimizer=sgd,adam", "--vary", "lr=0.001,0.1", "--seeds", "2")
        best = max(result["validation"]["accuracy"] for _, _, result in self.trials(study))
        texts = self.texts()
        for text in ("data, 2 seeds", "Validation accuracy by optimizer", "Validation accuracy by lr",
                     "chosen setting", "other settings", "best at each value: median, 95 % interval",
                     "Loss (bands: standard deviation)", "optimizer adam, lr 0.001 (2 seeds)"):
            self.assertIn(text, texts)
        self.assertLess(texts.index("sgd"), texts.index("adam"))  # as they were given
        [said] = {float(text[:-2]) for text in texts if re.fullmatch(r"[\d.]+ %", text)}
        self.assertLessEqual(said, 100 * best + 1e-2)

    def test_what_follows_from_the_varied_option_is_not_named(self):
        self.sweep("--vary", "optimizer=sgd,adam", "--seeds", "2")  # each with a learning rate of its own
        texts = self.texts("--what", "loss")
        for text in ("optimizer adam (2 seeds)", "optimizer sgd (2 seeds)"):
            self.assertIn(text, texts)

    def test_settings_that_are_drawn_are_scattered(self):
        self.sweep("--vary", "lr=log:0.001:0.1", "--trials", "5")
        texts = self.texts("--what", "best")
        self.assertIn("setting", texts)
        self.assertIn("Validation accuracy by lr", texts)

    def test_folds(self):
        study = self.sweep("--folds", "3")
        accuracies = [result["validation"]["accuracy"] for _, _, result in self.trials(study)]
        texts = self.texts("--what", "best,loss")
        mean = 100 * sum(accuracies) / 3
        self.assertTrue([text for text in texts if text.startswith(f"mean {mean:.4g} %")], texts)
        for text in ("data, 3 folds", "fold", "each fold", "validation, 3 folds"):
            self.assertIn(text, texts)

    def test_beside_others_a_study_is_a_folder_of_runs(self):
        self.sweep("--vary", "lr=0.001,0.1")
        self.make_run("run")
        text = self.succeed("plot", "study", "run", "--what", "loss").stdout
        for part in ("study/trials/0001", "study/trials/0002", "run"):
            self.assertIn(part, text)

    def test_bad_input(self):
        study = self.sweep("--vary", "lr=0.001,0.1")
        self.refuse(2, ["steps, seconds, rates, best, loss", "\"speed\""], "plot", "study", "--what", "speed")
        self.refuse(2, ["--what", "did you mean best?"], "plot", "study", "--what", "bets")
        self.refuse(2, ["--follow"], "plot", "study", "--follow")
        self.refuse(1, ["no values to draw"], "plot", "study", "--what", "steps", "--quiet")
        config = study / "study.json"
        whole = config.read_text()
        for broken in ("", "[]", "{", whole[:100], '{"axes": 3}', "\0"):
            with self.subTest(broken):
                config.write_text(broken)
                self.refuse(1, ["study.json"], "plot", "study")


if __name__ == "__main__":
    unittest.main(verbosity=2)
