#!/usr/bin/python3
"""plot: names that look like code, tables that are none, and a gnuplot that fails."""

import os
import re
import unittest

from harness import COLUMNS, contents
from plots import PlotCase, table

# Texts that would do something if a shell or gnuplot took them for code.
HOSTILE = ["it's", '"quoted"', "$(touch pwned)", "`touch pwned`", "x'; system('touch pwned'); '",
           "a\nsystem('touch pwned')\n", "'.system('touch pwned').'", "@x {/Bold y} \\n %s %n",
           "<b>&amp;", "#comment", "-", "tab\tand\x1b[31m", "ünï"]


class RoughPlot(PlotCase):
    def test_hostile_names(self):
        for name in HOSTILE:
            with self.subTest(name):
                self.make_run(f"runs/{name}/x", loss=name)
                self.make_run("runs/other/x")
                path = self.folder / "runs" / name / "x"
                texts, _ = self.svg(path, "runs/other/x")
                shown = re.sub(r"[\x00-\x1f]", "?", name).replace("'", "’")
                self.assertIn(" ".join(shown.split()), [" ".join(text.split()) for text in texts])
                self.svg(path.parent / "x")
                self.assertNotIn("\033", self.succeed("plot", path, "runs/other/x").stdout)
                self.succeed("plot", path, "--out", path / "x.png")
                self.refuse(1, ["nowhere"], "plot", path / "nowhere")
                self.assertFalse(list(self.folder.rglob("pwned")))

    def test_hostile_options(self):
        for name in HOSTILE:
            with self.subTest(name):
                self.make_run("a", activation=name)
                self.make_run("b", activation="relu")
                texts, _ = self.svg("a", "b")
                self.assertIn("activation relu", texts)
                self.assertNotIn("\033", self.succeed("plot", "a", "b").stdout)
                self.assertFalse(list(self.folder.rglob("pwned")))

    def test_names_that_are_not_utf8(self):
        name = os.fsdecode(b"bad\xff\xfename")
        self.make_run(name)
        texts, _ = self.svg(name)
        self.assertIn("bad??name", texts)

    def test_start_up_files_are_not_read(self):
        self.make_run("run")
        home = self.folder / "home"
        home.mkdir()
        for folder in (home, self.folder):
            (folder / ".gnuplot").write_text("system('touch pwned')\nset term unknown\n")
        self.succeed("plot", "run")
        self.assertFalse(list(self.folder.rglob("pwned")))

    def test_a_row_under_way(self):
        """A run may be writing its last row, or have been killed at it: it is not there yet."""
        good = table(3)
        whole = "".join(good.splitlines(keepends=True)[:-1])
        shown = []
        for text in (whole, good[:-30], good[:-1]):
            self.make_run("run", text)
            shown.append(self.svg("run"))
        self.assertEqual(shown[0], shown[1])
        self.assertEqual(shown[0], shown[2])

    def test_bad_tables(self):
        good = table(3)
        lines = good.splitlines()
        for what, text, parts in [
                ("empty", "", ["empty"]),
                ("no rows", COLUMNS + "\n", ["no epochs"]),
                ("other header", good.replace("step,", "steps,", 1), [":1:", "step", "steps"]),
                ("short header", "epoch,step\n", [":1:", "11", "2"]),
                ("ragged", good.replace(lines[2], lines[2] + ",1"), [":3:", "11", "12"]),
                ("text", good.replace(lines[3], lines[3][:-3] + "fast"),
                 [":4:", "samples_per_second", "fast"]),
                ("hexadecimal", good.replace("640", "0x10"), [":2:", "0x10"]),
                ("blank", good.replace("640", " 640"), [":2:"]),
                ("two points", good.replace("640", "6.4.0"), [":2:", "6.4.0"]),
                ("decimal comma", good.replace("0.5,", "0,5,"), ["expected 11"]),
                ("empty line", good + "\n", [":6:", "found 1"]),
                ("no epoch", good.replace("\n2,", "\n,"), [":4:", "epoch"]),
                ("control characters", good.replace("640", "\x1b[31m"), ["?[31m"]),
                ("NUL", good.replace("640", "\0"), ["NUL"])]:
            with self.subTest(what):
                self.make_run("run", text)
                self.refuse(1, ["run/metrics.csv", *parts], "plot", "run")

    def test_lines_of_other_systems(self):
        self.make_run("run", table(3).replace("\n", "\r\n").rstrip())
        self.succeed("plot", "run")

    def test_missing(self):
        self.make_run("run")
        (self.folder / "empty").mkdir()
        self.refuse(1, ["nowhere"], "plot", "run", "nowhere")
        self.refuse(1, ["empty: not a run folder", "metrics.csv"], "plot", "empty")
        self.refuse(1, ["run/metrics.csv", "a file"], "plot", "run", "run/metrics.csv")
        self.refuse(1, [], "plot", "run/metrics.csv")
        self.refuse(1, ["1 to 4095 bytes", "5000"], "plot", "x" * 5000)

    def test_unwritable(self):
        self.make_run("run")
        (self.folder / "folder.png").mkdir()
        before = contents(self.folder)
        self.refuse(1, ["nowhere/x.png"], "plot", "run", "--out", "nowhere/x.png")
        self.refuse(1, ["folder.png"], "plot", "run", "--out", "folder.png")
        self.assertEqual(contents(self.folder), before)

    def fake_gnuplot(self, script):
        path = self.folder / "bin" / "gnuplot"
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        self.environment["PATH"] = f"{path.parent}:/usr/bin:/bin"

    def test_gnuplot_missing(self):
        self.make_run("run")
        self.environment["PATH"] = str(self.folder / "run")
        result = self.refuse(1, [], "plot", "run", "--out", "x.png")
        self.assertEqual(result.stderr, "descent: gnuplot not found: install gnuplot-nox\n")
        self.assertFalse((self.folder / "x.png").exists())

    def test_gnuplot_failing(self):
        self.make_run("run")
        (self.folder / "x.png").write_text("as it was")
        before = contents(self.folder)
        for what, script, parts in [
                ("error", "printf half; printf '\\nplot x\\n   ^\\n line 7: all wrong\\n' >&2; exit 1",
                 ["gnuplot failed: all wrong\n"]),
                ("other error", "echo no display >&2; exit 1", ["gnuplot failed: no display\n"]),
                ("silent error", "printf half; exit 3", ["exit status 3"]),
                ("killed", "kill -9 $$", ["signal 9"]),
                ("without cairo", 'PATH=${PATH#*:}; sed s/pdfcairo/nocairo/ | gnuplot "$@"',
                 ["built without cairo", "gnuplot-nox"]),
                ("nothing drawn", "echo warning >&2", ["gnuplot failed: warning\n"])]:
            with self.subTest(what):
                self.fake_gnuplot(script + "\n")
                self.refuse(1, parts, "plot", "run", "--out", "x.png")
                after = contents(self.folder)
                del after[self.folder / "bin" / "gnuplot"]
                self.assertEqual(after, before)

    def test_a_long_run_is_drawn_by_what_shows(self):
        """Its curves have a bounded number of points; the one epoch that stands out is among them."""
        def loss(epoch):
            return 9 if epoch == 30011 else 2 + epoch % 2

        counts = []
        for epochs in (32000, 40000):
            self.make_run("run", table(epochs, train_loss=loss, validation_loss="", validation_accuracy=""))
            _, curves = self.svg("run", "--what", "loss")
            (points, pieces), = curves
            self.assertEqual(pieces, 1)
            counts.append(len(points))
            height = [y for _, y in points]
            self.assertEqual(height.count(min(height)), 1)
        self.assertLess(counts[1], counts[0] / 2)

    def test_a_long_script_and_a_long_answer_do_not_block(self):
        self.make_run("run", table(20000))
        self.fake_gnuplot("head -c 300000 /dev/zero | tr '\\0' 'x'; cat > /dev/null\n")
        self.succeed("plot", "run", "--out", "x.svg", "--quiet")
        self.assertEqual((self.folder / "x.svg").stat().st_size, 300000)


if __name__ == "__main__":
    unittest.main()
