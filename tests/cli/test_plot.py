#!/usr/bin/python3
"""plot: what is drawn, and how it is asked for."""

import json
import re
import struct
import unittest

from plots import PlotCase, table


class Plot(PlotCase):
    def test_text(self):
        self.make_run("run")
        text = self.succeed("plot", "run").stdout
        lines = text.splitlines()
        self.assertEqual(lines[0].strip(), "run")
        for part in ("loss", "accuracy, %", "epoch", "* training", "# validation",
                     "o   saved weights, epoch 10", "11\n", "50 %\n"):
            self.assertIn(part, text)
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertEqual(lines, [line.rstrip() for line in lines])
        self.assertNotRegex(text, r"[\x00-\x09\x0b-\x1f]|\n\n\n")
        self.assertGreater(text.count("*"), 60)
        self.assertGreater(text.count("#"), 60)

    def test_text_size(self):
        self.make_run("run")
        lines = self.succeed("plot", "run", "--size", "60x12", "--what", "loss").stdout.splitlines()
        self.assertLessEqual(max(map(len, lines)), 60)
        self.assertLessEqual(len(lines), 12)
        self.assertGreater(max(map(len, lines)), 50)

    def test_curves_are_the_numbers(self):
        self.make_run("run")
        texts, curves = self.svg("run", "--what", "loss")
        self.assertEqual(len(curves), 2)
        for points, pieces in curves:
            self.assertEqual((len(points), pieces), (11, 1))
            steps = {(round(points[i + 1][0] - points[i][0]), round(points[i + 1][1] - points[i][1]))
                     for i in range(10)}
            self.assertLessEqual(max(abs(a - b) for a, _ in steps for b, _ in steps), 1)
            self.assertLessEqual(max(abs(a - b) for _, a in steps for _, b in steps), 1)
            self.assertGreater(points[10][1], points[0][1] + 50)  # downwards: y grows down
        self.assertGreater(curves[0][0][0][1], curves[1][0][0][1])  # validation is above training

    def test_labels(self):
        self.make_run("run", loss="mse")
        texts, _ = self.svg("run", "--what", "loss,accuracy,error,learning-rate,gradient-norm")
        for text in ("run", "Loss", "mse loss", "Accuracy", "accuracy, %", "misclassified samples, %",
                     "Learning rate", "L2 norm of the gradient", "epoch", "training",
                     "validation", "saved weights, epoch 10", "11", "50 %", "0.009091", "0.4545"):
            self.assertIn(text, texts)

    def test_horizontal_axis(self):
        self.make_run("run")
        for name, label, last in (("epoch", "epoch", "10"), ("step", "step", "100"),
                                  ("samples", "training samples seen", "3000"),
                                  ("seconds", "time, s", "5")):
            texts, _ = self.svg("run", "--over", name, "--what", "loss")
            self.assertIn(label, texts)
            self.assertIn(last, texts)

    def test_several_runs(self):
        self.make_run("all/first/run", loss="mse")
        self.make_run("all/second/run", table(5))
        texts, curves = self.svg("all/first/run", "all/second/run/", "--what", "loss")
        self.assertEqual(sorted(len(points) for points, _ in curves), [6, 6, 11, 11])
        self.assertIn("first", texts)
        self.assertIn("second", texts)
        self.assertIn("Loss (dashed: training)", texts)
        self.assertIn("loss", texts)  # not of one kind
        text = self.succeed("plot", "all/first/run", "all/second/run").stdout
        self.assertIn("* first", text)
        self.assertIn("# second", text)

    def test_eight_runs_look_different(self):
        runs = [self.make_run(f"run{i}", table(10, validation_loss=lambda e, i=i: 30 - e - i))
                for i in range(8)]
        self.svg(*runs, "--what", "loss")
        palette = ("0, 114, 178", "213,  94,   0", "0, 158, 115", "204, 121, 167",
                   "86, 180, 233", "230, 159,   0", "0,   0,   0", "136,  34,  85")
        for colour in palette:
            self.assertIn(f"{colour})", (self.folder / "x.svg").read_text())
        text = self.succeed("plot", *runs, "--what", "loss").stdout
        marks = re.findall(r" (\S)\1{4} run\d", text)
        self.assertEqual(len(set(marks)), 8, text)

    def test_a_run_without_validation_beside_others(self):
        self.make_run("a", table(5))
        self.make_run("b", table(5, validation_loss=""))
        texts, curves = self.svg("a", "b", "--what", "loss")
        self.assertEqual(len(curves), 3)
        for text in ("a", "b, training", "Loss (dashed: training)"):
            self.assertIn(text, texts)
        self.make_run("a", table(5, validation_loss=""))
        texts, _ = self.svg("a", "b", "--what", "loss")
        for text in ("a", "b", "Loss"):
            self.assertIn(text, texts)

    def legend(self, *runs):
        """The names of runs in the terminal's legend."""
        text = self.succeed("plot", *runs, "--what", "loss").stdout
        return re.findall(r"  [*#$%@]{5} (\S.*?)(?=  |$)", text[text.index("epoch\n"):],
                          re.MULTILINE)

    def test_runs_are_named_after_their_differences(self):
        common = {"loss": "mse", "hidden": [128], "seed": 1, "threads": 1}
        self.make_run("a", **common, optimizer="sgd", lr=0.1, nesterov=True)
        self.make_run("b", **common, optimizer="adamw", lr=0.002, nesterov=False)
        self.assertEqual(self.legend("a", "b"),
                         ["optimizer adamw, lr 0.002", "optimizer sgd, lr 0.1, nesterov"])
        self.make_run("c", **dict(common, hidden=[64, 32], threads=4), optimizer="sgd", lr=0.1,
                      nesterov=True)
        self.assertEqual(self.legend("a", "c"), ["hidden 64-32", "hidden 128"])
        self.make_run("d", **dict(common, hidden=[]), optimizer="sgd", lr=0.1, nesterov=True)
        self.assertEqual(self.legend("c", "d"), ["hidden none", "hidden 64-32"])
        self.make_run("e", **common, optimizer="sgd", lr=0.1, nesterov=False)
        self.assertEqual(self.legend("a", "e"), ["no nesterov", "nesterov"])
        self.make_run("f", lr=0.1, label_column=None)
        self.make_run("g", lr=0.2, label_column="area")
        self.assertEqual(self.legend("f", "g"), ["lr 0.1", "lr 0.2, label-column area"])

    def test_runs_that_their_options_do_not_tell_apart(self):
        self.make_run("a", loss="mse", lr=0.1, threads=1)
        self.make_run("b", loss="mse", lr=0.1, threads=2)
        self.make_run("c", loss="mse", lr=0.2)
        self.assertEqual(self.legend("a", "b"), ["a", "b"])
        self.assertEqual(self.legend("a", "b", "c"), ["a", "b", "c"])
        self.make_run("d")
        self.assertEqual(self.legend("a", "d"), ["a", "d"])
        for broken in ("", "[]", "{", '{"options": []}', '{"options": {"lr": {"x": [1]}}}'):
            with self.subTest(broken):
                (self.folder / "d/config.json").write_text(broken)
                self.assertEqual(len(self.legend("a", "d")), 2)

    def test_settings_that_a_run_of_an_earlier_version_does_not_have_are_no_difference(self):
        self.make_run("a", lr=0.1)
        self.make_run("b", lr=0.2, give_up=False, label_smoothing=0.1)
        self.assertEqual(self.legend("a", "b"), ["lr 0.1", "lr 0.2"])

    def test_a_folder_stands_for_the_runs_in_it(self):
        for name in ("all/first", "all/deep/er/second", "all/.hidden/third", "other"):
            self.make_run(name)
        (self.folder / "all/note.txt").write_text("no run")
        (self.folder / "all/deep/empty").mkdir()
        (self.folder / "all/deep/round").symlink_to(self.folder / "all")
        (self.folder / "all/latest").symlink_to(self.folder / "all/first")
        both = ["deep/er/second", "first"]
        self.assertEqual(self.legend("all"), both)
        self.assertEqual(self.legend("all/"), both)
        self.assertEqual(self.legend("all/first", "all", "./all/first/"), both[::-1])
        self.assertEqual(self.legend("other", "all"), ["other", "all/deep/er/second", "all/first"])
        self.make_run("all")
        self.assertEqual(self.legend("all", "other"), ["all", "other"])

    def test_the_datas_name_is_a_difference(self):
        for name, data in (("a", "digits"), ("b", "mnist")):
            self.make_run(name)
            (self.folder / name / "config.json").write_text(
                json.dumps({"data": {"name": data}, "options": {"lr": 0.1}}))
        self.assertEqual(self.legend("a", "b"), ["digits", "mnist"])

    def make_layers(self, run, layers, epochs=10):
        """layers.csv with straight lines: the norm of layer l is l + the epoch."""
        rows = [f"{e},{10 * e},{l},{l + e},7.5" for e in range(epochs + 1)
                for l in range(1, layers + 1)]
        path = self.folder / run / "layers.csv"
        path.write_text("\n".join(["epoch,step,layer,gradient_norm,weight_norm", *rows]) + "\n")
        return path

    def test_layers(self):
        self.make_run("run")
        self.make_layers("run", 3)
        texts, curves = self.svg("run", "--what", "layers")
        for text in ("Gradient norm by layer", "layer 1", "layer 2", "layer 3", "epoch"):
            self.assertIn(text, texts)
        self.assertEqual([len(points) for points, _ in curves], [11, 11, 11])
        for points, _ in curves:
            heights = [y for _, y in points]
            self.assertEqual(heights, sorted(heights, reverse=True))
        self.assertGreater(curves[0][0][0][1], curves[2][0][0][1])
        texts, _ = self.svg("run", "--what", "layers", "--over", "step")
        self.assertIn("100", texts)

    def test_layers_of_several_runs(self):
        self.make_run("a", loss="mse", lr=0.1)
        self.make_run("b", loss="mse", lr=0.2)
        self.make_layers("a", 2)
        self.make_layers("b", 1, epochs=4)
        texts, curves = self.svg("a", "b", "--what", "layers")
        self.assertEqual(sorted(len(points) for points, _ in curves), [5, 11, 11])
        for text in ("lr 0.1, layer 1", "lr 0.1, layer 2", "lr 0.2, layer 1"):
            self.assertIn(text, texts)
        text = self.succeed("plot", "a", "b", "--what", "layers").stdout
        self.assertEqual(len(set(re.findall(r"(\S)\1{4} lr \S+, layer \d", text))), 3)

    def test_no_layers_and_bad_ones(self):
        self.make_run("run")
        self.refuse_quietly("run", "--what", "layers")
        path = self.make_layers("run", 2)
        good = path.read_text()
        for bad, part in ((good.replace("layer,", "l,"), ":1:"), (good + "11,1\n", ":24:"),
                          (good.replace("0,0,1,", "0,0,0,", 1), ":2:"),
                          (good.replace("0,0,1,", "0,0,65,", 1), ":2:"),
                          (good.replace("0,0,1,", "0,0,1.5,", 1), ":2: expected a whole number"),
                          (good.replace("0,0,1,1,", "0,0,1,x,", 1), ":2:"), ("", "layers.csv")):
            with self.subTest(part):
                path.write_text(bad)
                self.refuse(1, ["layers.csv", part], "plot", "run", "--what", "layers")

    def refuse_quietly(self, *arguments):
        self.refuse(1, ["no values"], "plot", "--quiet", *arguments)

    def test_names_are_cut(self):
        name = "b" * 30 + "ü" * 60
        self.make_run(name)
        texts, _ = self.svg(name)
        self.assertTrue(any(text.startswith("bbb") and "..." in text and text.endswith("ü") and
                            len(text.encode()) <= 36 for text in texts), texts)

    def test_png(self):
        self.make_run("run")
        result = self.succeed("plot", "run", "--out", "x.png", "--size", "700x300")
        self.assertEqual((result.stdout, result.stderr), ("", "x.png written\n"))
        content = (self.folder / "x.png").read_bytes()
        self.assertEqual(content[:16], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        self.assertEqual(struct.unpack(">II", content[16:24]), (700, 300))
        self.assertEqual(content[-8:-4], b"IEND")

    def test_text_and_file(self):
        self.make_run("run")
        text = self.succeed("plot", "run", "--out", "x.txt", "--text", "--quiet").stdout
        self.assertEqual((self.folder / "x.txt").read_text(), text)
        self.succeed("plot", "run", "--out", "x.png", "--text", "--size", "300x300", "--quiet")

    def test_logarithmic(self):
        self.make_run("run", table(4, train_loss=lambda e: 10.0 ** -e, validation_loss=""))
        texts, curves = self.svg("run", "--what", "loss", "--log")
        heights = [y for _, y in curves[0][0]]
        steps = [b - a for a, b in zip(heights, heights[1:])]
        self.assertLess(max(steps) - min(steps), 1)
        self.assertGreater(min(steps), 10)
        self.make_run("zero", table(4, train_loss=lambda e: 3 - e, validation_loss=""))
        _, curves = self.svg("zero", "--what", "loss", "--log")
        self.assertEqual(len(curves[0][0]), 3)

    def test_the_best_may_have_no_place_on_the_axis(self):
        self.make_run("run", table(4, validation_accuracy=lambda e: (6 + e) / 10))
        _, curves = self.svg("run", "--what", "error", "--log")
        self.assertEqual([len(points) for points, _ in curves], [5, 4])

    def test_gaps(self):
        self.make_run("run", table(10, validation_loss=lambda e: "" if e == 4 else 10 + e,
                                   train_loss=lambda e: "nan" if e in (3, 6) else e))
        texts, curves = self.svg("run", "--what", "loss")
        self.assertEqual([pieces for _, pieces in curves], [3, 2])
        self.assertIn("saved weights, epoch 1", texts)
        self.assertIn("11", texts)

    def test_without_validation(self):
        self.make_run("run", table(3, validation_loss="", validation_accuracy=""))
        text = self.succeed("plot", "run").stdout
        self.assertIn("training", text)
        self.assertNotIn("validation", text)

    def test_without_accuracy(self):
        self.make_run("run", table(3, train_accuracy="", validation_accuracy=""))
        result = self.succeed("plot", "run")
        self.assertNotIn("accuracy", result.stdout)
        self.assertEqual(result.stderr, "descent: accuracy: no values to draw, panel left out\n")
        self.assertEqual(self.succeed("plot", "run", "--quiet").stderr, "")
        both = self.succeed("plot", "run", "--text", "--out", "x.svg").stderr
        self.assertEqual(both, result.stderr + "x.svg written\n")

    def test_one_row(self):
        self.make_run("run", table(0))
        texts, _ = self.svg("run")
        self.assertIn("validation", texts)
        self.assertFalse([text for text in texts if "saved" in text])  # nothing is learnt yet
        self.assertNotIn("-1", texts)  # there is no epoch before the first
        self.succeed("plot", "run")

    def test_nothing_to_draw(self):
        self.make_run("run", table(3, train_loss="inf", validation_loss="nan"))
        self.refuse(1, ["no values"], "plot", "run", "--what", "loss", "--quiet")

    def test_a_first_row_far_away_does_not_squeeze_the_rest(self):
        self.make_run("run", table(20, train_accuracy=lambda e: 0.98 + 0.0005 * e if e else 0.1,
                                   validation_accuracy=""))
        texts, curves = self.svg("run", "--what", "accuracy", "--size", "640x480")
        heights = [y for _, y in curves[0][0]]
        self.assertGreater(max(heights) - min(heights), 250)
        self.assertNotIn("50", texts)

    def test_usage(self):
        self.make_run("run")
        for parts, arguments in [
                (["at least one run"], []),
                (["--out", ".png, .svg, .pdf or .txt", "x.jpeg"], ["run", "--out", "x.jpeg"]),
                (["--out"], ["run", "--out", ".png"]),
                (["--what", "loss, accuracy", "layers", "speed"], ["run", "--what", "loss,speed"]),
                (["--what", "loss, accuracy", 'found ""'], ["run", "--what", ","]),
                (["--what", 'found ""'], ["run", "--what", "loss,"]),
                (["--what", "at most 8"], ["run", "--what", ",".join(["loss"] * 9)]),
                (["--over", "epoch, step", "time"], ["run", "--over", "time"]),
                (["--size", "60..500", "characters", "59x10"], ["run", "--size", "59x10"]),
                (["--size", "pixels"], ["run", "--out", "x.png", "--size", "100x100"]),
                (["--size"], ["run", "--size", "80x24x2"]),
                (["--size", "WxH, each a whole number"], ["run", "--size", "80"]),
                (["--size"], ["run", "--size", "-80x24"]),
                (["--size"], ["run", "--size", "99999999999999x24"])]:
            with self.subTest(" ".join(arguments)):
                self.refuse(2, parts, "plot", *arguments)

    def test_help(self):
        text = self.succeed("plot", "--help").stdout
        for part in ("RUN", "--out", "--what", "loss,accuracy", "--over", "--log", "--size", "Examples:"):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
