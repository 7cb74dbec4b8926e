#!/usr/bin/python3
"""plot with many runs: seeds as mean and band, colours and dashes by what differs, the best of many."""

import json
import math
import unittest

from plots import PlotCase, read_bands, read_legend, table

BLUE, ORANGE, GREEN = (0, 114, 178), (213, 94, 0), (0, 158, 115)


class PlotRuns(PlotCase):
    def make_seeds(self, name, losses, **options):
        """A run for each function of the epoch, which differ in the seed."""
        return [self.make_run(f"{name}-{seed}",
                              table(20, train_loss="", validation_accuracy="", validation_loss=loss),
                              seed=seed, **options)
                for seed, loss in enumerate(losses)]

    def looks(self, *arguments):
        """The names in the legend, and colour and dashes of each."""
        self.svg(*arguments, "--what", "loss")
        legend = read_legend(self.folder / "x.svg")
        return [name for name, *_ in legend], [tuple(look) for _, *look in legend]

    def test_seeds_are_mean_and_band(self):
        runs = self.make_seeds("a", [lambda e, s=s: 40 - e + s * s for s in range(3)], lr=0.1)
        texts, curves = self.svg(*runs, "--what", "loss")
        self.assertEqual(len(curves), 1)
        self.assertIn("Loss (bands: standard deviation)", texts)
        self.assertIn("validation, 3 seeds", texts)
        self.assertFalse([text for text in texts if "saved" in text])  # each seed has its own
        points = curves[0][0]
        unit = (points[-1][1] - points[0][1]) / 20  # pixels for a loss of 1, downwards
        deviation = math.sqrt(sum((s * s - 5 / 3) ** 2 for s in range(3)) / 2)
        [band] = read_bands(self.folder / "x.svg")
        for x, y in points:
            edges = [edge for at, edge in band if abs(at - x) < 0.1]
            self.assertAlmostEqual(max(edges) - y, deviation * unit, delta=0.1)
            self.assertAlmostEqual(y - min(edges), deviation * unit, delta=0.1)

    def test_seeds_of_several_settings(self):
        for lr in (0.1, 0.01):
            self.make_seeds(f"all/{lr}", [lambda e, s=s: 40 - e + s for s in range(4)], lr=lr)
        names, looks = self.looks("all")
        self.assertEqual(names, ["lr 0.01 (4 seeds)", "lr 0.1 (4 seeds)"])
        self.assertEqual(looks, [(BLUE, ""), (ORANGE, "")])
        self.assertEqual(len(read_bands(self.folder / "x.svg")), 2)
        texts, curves = self.svg("all", "--what", "loss", "--each-seed")
        self.assertEqual(len(curves), 8)
        self.assertEqual(read_bands(self.folder / "x.svg"), [])
        self.assertIn("lr 0.01, seed 2", texts)

    def test_folds_are_one_setting_as_seeds_are(self):
        rows = table(5, train_loss="")
        for fold in ("1/3", "2/3", "3/3"):
            self.make_run(f"folds/{fold[0]}", rows, seed=1, lr=0.1, fold=fold)
            self.make_run(f"both/{fold[0]}", rows, seed=1, lr=0.2, fold=fold)
            self.make_run(f"both/{fold[0]}-2", rows, seed=2, lr=0.2, fold=fold)
        names, _ = self.looks("folds", "both")
        self.assertEqual(names, ["lr 0.1 (3 folds)", "lr 0.2 (6 runs)"])
        text = self.succeed("plot", "folds", "--what", "loss").stdout
        self.assertIn("Loss (mean over folds)", text)

    def test_seeds_over_time_lie_at_their_mean_time(self):
        for seed in (1, 3):
            self.make_run(f"seeds/{seed}", table(10, train_loss="", seconds=lambda e: seed * e * e),
                          seed=seed, lr=0.1)
        self.make_run("other", table(10, train_loss="", seconds=lambda e: 2 * e * e), seed=1, lr=0.5)
        _, curves = self.svg("seeds", "other", "--what", "loss", "--over", "seconds")
        (mean, _), (other, _) = curves
        self.assertEqual(len(mean), 11)
        self.assertEqual([x for x, _ in mean], [x for x, _ in other])
        text = self.succeed("plot", "seeds", "--what", "loss").stdout
        self.assertIn("Loss (mean over seeds)", text)  # where bands have no place

    def test_the_mean_ends_with_the_shortest_run(self):
        self.make_run("a", table(10), seed=1)
        self.make_run("b", table(6), seed=2)
        _, curves = self.svg("a", "b", "--what", "loss")
        self.assertEqual([len(points) for points, _ in curves], [7, 7])
        said = self.succeed("plot", "a", "b", "--out", "x.svg").stderr
        self.assertIn("the mean over seeds ends with its shortest run: b after epoch 6",
                      " ".join(said.split()))
        for options in (["--quiet"], ["--each-seed"]):
            self.assertNotIn("shortest", self.succeed("plot", "a", "b", "--out", "x.svg", *options).stderr)
        self.make_run("b", table(10), seed=2)
        self.assertNotIn("shortest", self.succeed("plot", "a", "b", "--out", "x.svg").stderr)

    def test_seeds_are_one_however_much_differs(self):
        """More settings differ than a name has room for: it has those that tell the runs apart."""
        for batch, lr, others in ((16, 0.1, 1), (16, 0.2, 1), (32, 0.1, 2)):
            self.make_seeds(f"all/{batch}-{lr}", [lambda e, s=s: 40 - e + s for s in range(3)],
                            batch=batch, lr=lr, momentum=others, dropout=others / 10,
                            epochs=others, clip_norm=others, hidden=[others],
                            activation=f"unit{others}")
        names, _ = self.looks("all")
        self.assertEqual(len(read_bands(self.folder / "x.svg")), 3)
        self.assertEqual(len(set(names)), 3)
        for name in names:
            self.assertRegex(name, r"^[\w-]+ \d+, lr 0\.[12] \(3 seeds\)$")

    def test_a_seed_of_its_own_is_named(self):
        self.make_seeds("all/0.1", [lambda e, s=s: 40 - e + s for s in range(3)], lr=0.1)
        self.make_run("all/0.2-7", lr=0.2, seed=7)
        self.assertEqual(self.looks("all")[0], ["lr 0.1 (3 seeds)", "lr 0.2, seed 7"])

    def test_the_same_seed_twice_is_no_second_one(self):
        self.make_run("a", lr=0.1, seed=1)
        self.make_run("b", lr=0.1, seed=1)
        texts, _ = self.svg("a", "b", "--what", "loss")
        self.assertIn("a", texts)
        self.assertIn("b", texts)
        self.assertEqual(read_bands(self.folder / "x.svg"), [])
        self.make_run("c", table(20, validation_loss=lambda e: 50 - e), lr=0.1, seed=2)
        result = self.succeed("plot", "a", "b", "c", "--what", "loss", "--out", "x.svg")
        self.assertIn("left out: 1 run of the same setting and seed as another", result.stderr)
        self.assertEqual(len(read_bands(self.folder / "x.svg")), 2)  # training and validation
        self.assertIn("validation, 2 seeds", (self.folder / "x.svg").read_text())
        for name in ("other", "again"):
            self.make_run(name, lr=0.5, seed=1)
        self.assertEqual(self.looks("a", "c", "other", "again")[0], ["lr 0.1 (2 seeds)", "lr 0.5, seed 1"])
        texts, _ = self.svg("a", "b", "c", "--what", "loss", "--each-seed")
        self.assertTrue({"a", "b", "c"} <= set(texts), texts)

    def test_a_band_on_a_logarithmic_axis_ends_above_zero(self):
        runs = self.make_seeds("a", [lambda e: 0.01, lambda e: 0.01, lambda e: 1 + e], lr=0.1)
        self.svg(*runs, "--what", "loss")
        [band] = read_bands(self.folder / "x.svg")
        self.assertGreater(len(band), 40)

    def test_colour_by_the_first_factor_and_dash_by_the_second(self):
        for batch in (16, 128):
            for lr in (0.1, 0.01):
                self.make_run(f"all/{batch}-{lr}", batch=batch, lr=lr, weight_decay=lr / 10)
        names, looks = self.looks("all")
        self.assertEqual(names, [f"batch {batch}, lr {lr}, weight-decay {lr / 10}"
                                 for batch in (16, 128) for lr in (0.01, 0.1)])
        colours, dashes = zip(*looks)
        self.assertEqual(colours, (BLUE, BLUE, ORANGE, ORANGE))
        self.assertEqual(dashes[:2], dashes[2:])
        self.assertEqual(dashes[0], "")
        self.assertNotEqual(dashes[1], "")

    def test_a_second_factor_of_many_values_gives_the_colour(self):
        for activation in ("relu", "tanh"):
            for lr in range(1, 7):
                self.make_run(f"all/{activation}-{lr}", activation=activation, lr=lr)
        _, looks = self.looks("all")
        self.assertEqual(len(set(looks)), 12)
        self.assertEqual(len({colour for colour, _ in looks}), 6)
        self.assertEqual(len({dash for _, dash in looks}), 2)

    def test_three_factors(self):
        for number in range(8):
            self.make_run(f"all/{number}", batch=1 + number % 2, lr=1 + number // 2 % 2,
                          dropout=0.1 + number // 4)
        _, looks = self.looks("all")
        self.assertEqual(len(set(looks)), 8)

    def test_of_many_runs_the_best_have_colours(self):
        for number in range(13):
            loss = (number * 5) % 13
            self.make_run(f"all/{number:02}", table(10, validation_loss=lambda e, l=loss: 30 - e + l),
                          loss="mse", lr=0.01 * (loss + 1))
        names, looks = self.looks("all")
        self.assertEqual(names, ["lr 0.01", "lr 0.02", "lr 0.03", "10 others, with a higher loss"])
        self.assertEqual([colour for colour, _ in looks[:3]], [BLUE, ORANGE, GREEN])
        _, curves = self.svg("all", "--what", "loss")
        self.assertEqual(len(curves), 13)
        self.make_run("all/00", table(10), loss="cross-entropy", lr=0.005)
        self.assertIn("10 others, with a lower accuracy", self.looks("all")[0])

    def test_twelve_runs_are_named(self):
        for number in range(12):
            self.make_run(f"all/{number:02}", lr=0.1 + number)
        names, looks = self.looks("all")
        self.assertEqual(names, [f"lr {0.1 + number:g}" for number in range(12)])
        self.assertEqual(len(set(looks)), 12)

    def test_the_epoch_of_the_saved_weights_has_its_own_figures(self):
        """The loss is lowest after epoch 4, the accuracy highest after epoch 2."""
        rows = table(6, validation_loss=lambda e: 12 + (e - 4) ** 2,
                     validation_accuracy=lambda e: 0.9 - 0.01 * (e - 2) ** 2)
        self.make_run("run", rows)
        texts, _ = self.svg("run", "--what", "loss,accuracy,learning-rate")
        for text in ("saved weights, epoch 4", "12", "86 %", "0.02"):
            self.assertIn(text, texts)
        (self.folder / "run/result.json").write_text(json.dumps({"best_epoch": 3}))
        texts, _ = self.svg("run", "--what", "loss,accuracy")
        for text in ("saved weights, epoch 3", "13", "89 %"):
            self.assertIn(text, texts)
        for broken in ("", "[]", '{"best_epoch": "x"}', '{"best_epoch": 4.5}'):
            (self.folder / "run/result.json").write_text(broken)
            self.assertIn("saved weights, epoch 4", self.svg("run", "--what", "loss")[0])

    def test_without_validation_the_last_weights_are_saved(self):
        self.make_run("run", table(6, validation_loss="", validation_accuracy=""))
        texts, _ = self.svg("run", "--what", "loss")
        self.assertIn("saved weights, epoch 6", texts)
        self.assertIn("14", texts)

    def heights(self, rows, *options):
        self.make_run("run", rows)
        _, curves = self.svg("run", *options)
        return [y for _, y in curves[0][0]]

    def test_a_loss_over_a_decade_is_logarithmic(self):
        decades = table(4, train_loss=lambda e: 10.0 ** (e - 4), validation_loss="")
        for options in ([], ["--log"]):
            steps = [b - a for a, b in zip(*(lambda h: (h, h[1:]))(
                self.heights(decades, "--what", "loss", *options)))]
            self.assertLess(max(steps) - min(steps), 1)
        heights = self.heights(decades, "--what", "loss", "--linear")
        self.assertGreater(heights[3] - heights[4], 5 * (heights[2] - heights[3]))
        less = table(4, train_loss=lambda e: 9.9 - 2.2 * e, validation_loss="")
        zero = table(4, train_loss=lambda e: 4 - e, validation_loss="")
        for rows in (less, zero):
            heights = self.heights(rows, "--what", "loss")
            self.assertEqual(len(heights), 5)
            self.assertAlmostEqual(heights[1] - heights[0], heights[4] - heights[3], delta=0.1)
        self.make_run("run", decades)
        self.refuse(2, ["--linear", "--log"], "plot", "run", "--log", "--linear")

    def test_the_axis_is_cut_where_things_happen(self):
        """The first tenth of the epochs would take up most of the panel."""
        low = table(40, train_accuracy=lambda e: 0.1 * e if e < 5 else 0.95 + 0.001 * e,
                    validation_accuracy="", validation_loss="")
        heights = self.heights(low, "--what", "accuracy", "--size", "640x480")
        shown = heights[-36:]
        self.assertGreater(max(shown) - min(shown), 250)
        later = table(40, train_accuracy=lambda e: 0.1 if e == 20 else 0.95 + 0.001 * e,
                      validation_accuracy="", validation_loss="")
        heights = self.heights(later, "--what", "accuracy", "--size", "640x480")
        self.assertEqual(len(heights), 41)  # what comes later is never cut
        self.assertLess(max(heights[30:]) - min(heights[30:]), 50)
        lost = table(40, train_accuracy=lambda e: 0.9 if e < 3 else 0.1 + 0.001 * e,
                     validation_accuracy="", validation_loss="")
        heights = self.heights(lost, "--what", "accuracy", "--size", "640x480")
        self.assertEqual(len(heights), 41)  # nor is what was better at first

    def test_the_saved_weights_are_never_cut_off(self):
        rows = table(40, train_accuracy="", validation_loss=lambda e: 1 + abs(e - 1),
                     validation_accuracy=lambda e: 0.3 if e < 3 else 0.95 + 0.001 * e)
        self.assertEqual(len(self.heights(rows, "--what", "accuracy")), 41)
        (self.folder / "run/result.json").write_text(json.dumps({"best_epoch": 40}))
        # Those from epoch 4 on, and where the curve comes in.
        self.assertEqual(len(self.heights(rows, "--what", "accuracy")), 38)

    def test_runs_that_cannot_be_drawn_are_left_out_of_a_folder(self):
        self.make_run("all/good")
        self.make_run("all/empty", table(3).splitlines()[0] + "\n")
        self.make_run("all/broken", table(3).replace("640", "fast"))
        result = self.succeed("plot", "all", "--what", "loss")
        self.assertIn("good", result.stdout)
        self.assertEqual(len(result.stderr.splitlines()), 2)
        for part in ("all/empty/metrics.csv: no epochs yet", "all/broken/metrics.csv:2:"):
            self.assertIn(part, result.stderr)


if __name__ == "__main__":
    unittest.main()
