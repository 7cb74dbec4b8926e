#!/usr/bin/python3
"""bench: what it prints, writes and refuses, and the plot of it. No time is asserted."""

import csv
import json
import math
import pathlib
import re
import resource
import struct
import subprocess
import unittest
import xml.etree.ElementTree as xml

from harness import COMMAND, CommandCase, contents, make_data

SVG = "{http://www.w3.org/2000/svg}"

QUICK = ("--seconds", "0.01", "--repeats", "2", "--quiet")
HEADER = ("layers,activation,optimizer,data,batch,threads,repeats,samples_per_second,"
          "samples_per_second_min,samples_per_second_max,milliseconds_per_step,gflops,"
          "peak_gflops,peak_ratio,bound_ratio,bound_samples_per_second,bound_cut,"
          "plain_samples_per_second,plain_ratio,bytes,unaugmented_samples_per_second,"
          "augment_ratio")
LATER = ",epoch_samples,seconds_per_epoch,busy,engine,kernels,threads_share,fp32_peak_gflops,fp32_peak_ratio"
AUGMENTED = ("unaugmented_samples_per_second", "augment_ratio")
TEXTS = ("layers", "activation", "optimizer", "data", "bound_cut", "busy", "engine", "kernels",
         "threads_share")


def busy(row):
    """What other work has spoilt, by the figures of a row."""
    if float(row["samples_per_second_max"]) > 1.25 * float(row["samples_per_second_min"]):
        return "spread"
    blas = row["engine"] == "blas"
    if blas and float(row["bound_ratio"]) > 1.1:
        return "bound"
    peaks = ("fp32_peak_ratio", "peak_ratio")[:2 if blas else 1]
    return "peak" if any(float(row[peak]) > 1.1 for peak in peaks) else ""


def table(*changes):
    """A bench file of a former version: two networks, batches of 1 to 16, one and two threads."""
    lines = [HEADER]
    for layers, speed in (("9-8-3", 1000), ("9-3", 3000)):
        for batch in (16, 4, 1):
            for threads in (1, 2):
                rate = speed * threads * batch
                lines.append(f"{layers},relu,sgd,random numbers,{batch},{threads},5,{rate},"
                             f"{rate},{rate},0.1,2.5,10,0.25,0.5,{2 * rate},outputs,"
                             f"{2 * rate},0.6,{1000 * batch},,")
    text = "\n".join(lines) + "\n"
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


class Bench(CommandCase):
    def rows_of(self, name):
        text = (self.folder / name).read_text()
        self.assertEqual(text.splitlines()[0], HEADER + LATER)
        self.assertTrue(text.endswith("\n"))
        with open(self.folder / name, newline="") as file:
            return list(csv.DictReader(file))

    def check_row(self, row, operations, augmented=False):
        """The figures of a row must go together. Operations are those of a step."""
        for name in AUGMENTED if not augmented else ():
            self.assertIn(row[name], ("", None))
        value = {name: float(row[name]) for name in row if name not in TEXTS
                 and (augmented or name not in AUGMENTED)}
        for name, number in value.items():
            self.assertTrue(math.isfinite(number) and number > 0, f"{name}: {number}")
        speed, batch = value["samples_per_second"], value["batch"]
        self.assertLessEqual(value["samples_per_second_min"], speed)
        self.assertLessEqual(speed, value["samples_per_second_max"])
        self.assertAlmostEqual(value["milliseconds_per_step"] * speed / batch / 1e3, 1, 3)
        self.assertAlmostEqual(value["gflops"] * 1e9 / operations * batch / speed, 1, 3)
        for peak in ("peak", "fp32_peak"):
            self.assertAlmostEqual(value[peak + "_ratio"] * value[peak + "_gflops"] / value["gflops"], 1, 3)
        self.assertIn(row["engine"], ("blas", "packed"))
        self.assertTrue(row["kernels"])
        self.assertGreaterEqual(value["bound_samples_per_second"],
                                value["plain_samples_per_second"])
        self.assertAlmostEqual(value["seconds_per_epoch"] * speed / value["epoch_samples"], 1, 3)
        self.assertIn(row["bound_cut"], ("engine", "outputs", "samples", "none"))
        self.assertEqual(row["busy"] or "", busy(row))

    def test_csv_and_table(self):
        result = self.succeed("bench", "--layers", "30-20-5,7-3", "--batch", "4,1", "--threads",
                              "1,2", "--csv", "x.csv", *QUICK)
        rows = self.rows_of("x.csv")
        self.assertEqual([(row["layers"], row["batch"], row["threads"]) for row in rows],
                         [(layers, batch, threads) for layers in ("30-20-5", "7-3")
                          for batch in ("4", "1") for threads in ("1", "2")])
        for row in rows:
            batch = int(row["batch"])
            products = {"30-20-5": 2 * 30 * 20 + 3 * 20 * 5, "7-3": 2 * 7 * 3}[row["layers"]]
            self.check_row(row, 2 * batch * products)
            self.assertEqual((row["activation"], row["optimizer"], row["data"], row["repeats"],
                              row["epoch_samples"]), ("relu", "sgd", "random numbers", "2", "60000"))
        self.assertEqual(result.stderr, "")
        for part in ("processor  ", "OpenBLAS", "threads", "GFLOP/s on 1 thread", "of bound",
                     "30-20-5, relu, sgd, random numbers", "7-3, relu", "\nfastest    "):
            self.assertIn(part, result.stdout)
        self.assertRegex(result.stdout, r"median of 2\s+repeats, [^:]*:[^:]* 50 % confidence\n")
        self.check_table(result.stdout, rows)

    def check_table(self, text, rows):
        """Rates, seconds and marks are those of the file; nothing is wider than a terminal."""
        shown = re.findall(r"(?m)^ +([41]) +([12]) +([\d,]+) .* %  +(\S+) +\S+ +\S+ *(\w*)$", text)
        self.assertEqual(len(shown), 8)
        for row, (batch, threads, rate, seconds, mark) in zip(rows, shown):
            self.assertEqual([batch, threads], [row["batch"], row["threads"]])
            exact = float(row["samples_per_second"])  # to six digits
            self.assertAlmostEqual(int(rate.replace(",", "")), exact, delta=1 + 1e-5 * exact)
            self.assertAlmostEqual(float(seconds) / float(row["seconds_per_epoch"]), 1, 2)
            self.assertEqual(mark, row["busy"])
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_details(self):
        make_data(self.folder / "little", train=50)
        text = self.succeed("bench", "little", "--batch", "7,50", "--threads", "1,2", "--augment",
                            "shift=1", "--details", *QUICK).stdout
        for part in (r"lowest +highest +ms/step +GFLOP/s +memory\n", r"\d MB\n", r"of bound +of peak",
                     r"bound +best cut +plain +of plain +unaugmented\n", r"\nepoch +50 samples\n"):
            self.assertRegex(text, part)
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
        self.refuse(2, ["--details", "without --json"], "bench", "--details", "--json", *QUICK)

    def test_one_repeat_has_no_range(self):
        text = self.succeed("bench", "--layers", "9-3", "--batch", "4", "--threads", "1", "--seconds",
                            "0.01", "--repeats", "1", "--quiet").stdout
        self.assertRegex(text, r"(?m)^ +4 +1 +[\d,]+ +- ")
        self.assertNotIn("confidence", text)

    def test_json(self):
        result = self.succeed("bench", "--layers", "9-8-3", "--batch", "2", "--threads", "1",
                              "--optimizer", "adam", "--activation", "gelu", "--json", *QUICK)
        found = json.loads(result.stdout)
        self.assertEqual(len(result.stdout.splitlines()), 1)
        self.assertEqual(set(found), {"processor", "processors", "products", "peaks", "rows"})
        self.assertIn("OpenBLAS", found["products"])
        (peak,), (row,) = found["peaks"], found["rows"]
        self.assertEqual(list(row), (HEADER + LATER).split(","))
        self.assertEqual((row["optimizer"], row["activation"], row["batch"], row["threads"]),
                         ("adam", "gelu", 2, 1))
        self.assertEqual((peak["threads"], peak["gflops"]), (1, row["peak_gflops"]))
        self.assertEqual(peak["fp32_gflops"], row["fp32_peak_gflops"])
        self.assertIsNone(row["threads_share"])
        self.check_row(row, 2 * 2 * (2 * 9 * 8 + 3 * 8 * 3))

    def test_data(self):
        make_data(self.folder / "little", train=50)
        result = self.succeed("bench", "little", "--batch", "7,50", "--threads", "1", "--csv",
                              "x.csv", *QUICK)
        self.assertIn("9-128-3, relu, sgd, little", result.stdout)
        for row in self.rows_of("x.csv"):
            # Each epoch's last batch of 7 has one sample: a step is counted by its samples.
            self.check_row(row, 2 * int(row["batch"]) * (2 * 9 * 128 + 3 * 128 * 3))
            self.assertEqual(row["data"], "little")

    def test_augmentation(self):
        make_data(self.folder / "little", train=50)
        result = self.succeed("bench", "little", "--batch", "10", "--threads", "1", "--augment",
                              "shift=1,elastic=8:4", "--csv", "x.csv", *QUICK)
        self.assertIn("9-128-3, relu, sgd, little with shift=1,elastic=8:4", result.stdout)
        self.assertRegex(result.stdout, r"of bound +of peak +augmented(  busy)?\n")
        row, = self.rows_of("x.csv")
        self.assertEqual(row["data"], "little with shift=1,elastic=8:4")
        self.check_row(row, 2 * 10 * (2 * 9 * 128 + 3 * 128 * 3), augmented=True)
        self.succeed("plot", "x.csv", "--quiet")
        self.refuse(2, ["--augment", "DATA"], "bench", "--augment", "shift=1", *QUICK)
        self.refuse(2, ["--augment", "turn"], "bench", "little", "--augment", "turn=1", *QUICK)

    def test_engines_side_by_side(self):
        """A row each, in the order given; the bound is OpenBLAS's for both."""
        for engines in ("blas,packed", "Packed,blas"):
            text = self.succeed("bench", "--layers", "30-20-5", "--batch", "4,1", "--threads", "1,2",
                                "--engine", engines, "--details", "--csv", "x.csv", *QUICK).stdout
            rows = self.rows_of("x.csv")
            names = engines.lower().split(",")
            self.assertEqual([(row["batch"], row["threads"], row["engine"]) for row in rows],
                             [(batch, threads, name) for batch in "41" for threads in "12" for name in names])
            for row in rows:
                self.check_row(row, 2 * int(row["batch"]) * (2 * 30 * 20 + 3 * 20 * 5))
            for one, other in zip(rows[::2], rows[1::2]):
                self.assertEqual(one["bound_samples_per_second"], other["bound_samples_per_second"])
            self.assertRegex(" ".join(text.split()), rf"; engine {names[0]} \(\w+\) and {names[1]} \(\w+\) ")
            self.assertEqual(re.findall(r"(?m)^ +4 +1  (\w+) ", text), names * 3)
            self.assertRegex(text, rf"(?m)^engines    {names[1]} is [\d.]+( to [\d.]+)? times as fast as "
                                   rf"{names[0]}(;|$)")
            self.assertNotIn("s/epoch", text)
            self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_one_engine(self):
        text = self.succeed("bench", "--layers", "9-3", "--batch", "4", "--threads", "1", "--engine",
                            "packed", "--csv", "x.csv", *QUICK).stdout
        row, = self.rows_of("x.csv")
        self.assertEqual(row["engine"], "packed")
        self.assertIn(f"; engine packed ({row['kernels']})\n", text)
        self.assertNotRegex(text, r"(?m)^engines |\bengine$")

    def test_instruction_sets(self):
        for engine in ("packed", "blas,packed"):
            self.succeed("bench", "--layers", "9-3", "--batch", "4", "--threads", "1", "--engine",
                         engine, "--instruction-set", "generic", "--csv", "x.csv", *QUICK)
            self.assertEqual(self.rows_of("x.csv")[-1]["kernels"], "generic")
        self.refuse(2, ["--instruction-set", "--engine packed"], "bench", "--instruction-set", "generic", *QUICK)

    def test_threads_left_open(self):
        """The share of the steps that several threads made is told where training may choose."""
        for threads in (("--threads", "auto"), ()):
            text = self.succeed("bench", "--layers", "9-3", "--batch", "4", *threads, "--csv", "x.csv", *QUICK).stdout
            for row in self.rows_of("x.csv"):
                self.assertEqual(row["threads_share"] == "", row["threads"] == "1")
                if row["threads"] != "1":
                    self.assertEqual(float(row["threads_share"]), 0)  # 27 weights are not worth a second thread
                    self.assertIn("training makes 0 % of the steps on several", " ".join(text.split()))

    def test_kernels_of_an_older_processor(self):
        """Where the environment asks for them, and the processor has more than they use."""
        self.environment["OPENBLAS_CORETYPE"] = "Prescott"
        arguments = ["bench", "--layers", "9-3", "--batch", "4", "--threads", "1", "--json", *QUICK[:-1]]
        result = self.succeed(*arguments)
        row, = json.loads(result.stdout)["rows"]
        if row["kernels"] != "Prescott":
            self.skipTest("this OpenBLAS has no others")
        told = " ".join(result.stderr.split())
        if re.search(r"\bavx2\b", pathlib.Path("/proc/cpuinfo").read_text()):
            self.assertRegex(told, r"OpenBLAS computes with its Prescott kernels, .* avx\d+: unset OPENBLAS_CORETYPE")
        self.assertEqual(self.succeed(*arguments, "--quiet").stderr, "")

    def test_one_output(self):
        """It is for two classes: yes and no."""
        make_data(self.folder / "two", train=50, classes=2)
        make_data(self.folder / "three", train=50, classes=3)
        arguments = ["--layers", "9-5-1,9-2", "--batch", "4", "--threads", "1", *QUICK]
        self.assertIn("9-5-1, relu", self.succeed("bench", "two", *arguments).stdout)
        self.refuse(1, ["9 inputs to 3 outputs", "9-5-1"], "bench", "three", *arguments)

    def test_names_of_data_with_commas_and_quotes(self):
        make_data(self.folder / 'a,"b"')
        self.succeed("bench", './a,"b"', "--batch", "2", "--threads", "1", "--csv", "x.csv", *QUICK)
        self.assertEqual(self.rows_of("x.csv")[0]["data"], 'a,"b"')
        self.assertIn('a,"b"', self.succeed("plot", "x.csv").stdout)

    def test_training_is_what_was_asked_for(self):
        for more, memory in (((), 0), (("--optimizer", "adamw"), 2), (("--momentum", "0.9"), 1)):
            self.succeed("bench", "--layers", "300-200-5", "--batch", "1", "--threads", "1", "--csv",
                         "x.csv", *more, *QUICK)
            size = float(self.rows_of("x.csv")[0]["bytes"])
            if not more:
                plain = size
            self.assertAlmostEqual((size - plain) / (4 * (301 * 200 + 201 * 5)), memory, 1)

    def test_usage(self):
        for parts, arguments in [
                (["--layers", "found \"10\""], ["--layers", "10"]),
                (["--layers"], ["--layers", "10-"]),
                (["--layers"], ["--layers", "10-0"]),
                (["--layers"], ["--layers", "10-5,"]),
                (["--layers"], ["--layers", "10--5"]),
                (["--layers"], ["--layers", "-10-5"]),
                (["--layers", "1048576"], ["--layers", "10-1048577"]),
                (["--layers"], ["--layers", "10-99999999999999999999"]),
                (["--layers"], ["--layers", "10-5 "]),
                (["--layers", "65"], ["--layers", "-".join(["2"] * 66)]),
                (["--layers", "16"], ["--layers", ",".join(["2-2"] * 17)]),
                (["--batch", "1000000"], ["--batch", "1,0"]),
                (["--batch"], ["--batch", "1;2"]),
                (["--threads", "256", "auto"], ["--threads", "257"]),
                (["--seconds", "0"], ["--seconds", "0"]),
                (["--repeats", "100"], ["--repeats", "101"]),
                (["--optimizer", "sgd"], ["--optimizer", "lbfgs"]),
                (["--momentum", "--optimizer sgd"], ["--optimizer", "adam", "--momentum", "0.9"]),
                (["one DATA"], ["digits", "mnist"]),
                (["--engine", "blas, packed", "did you mean packed"], ["--engine", "pakced"]),
                (["--engine", "both"], ["--engine", "blas,blas"]),
                (["--engine", "both"], ["--engine", "blas,"]),
                (["--engine", "found \"\""], ["--engine", ""]),
                (["--fast"], ["--fast"])]:
            with self.subTest(" ".join(arguments)[:60]):
                self.refuse(2, parts, "bench", *arguments)

    def test_bad_data(self):
        make_data(self.folder / "little", train=50)
        for parts, arguments in [
                (["nowhere"], ["nowhere"]),
                (["9 inputs to 3 outputs", "8-3"], ["little", "--layers", "9-3,8-3"]),
                (["9-4"], ["little", "--layers", "9-4"]),
                (["all 50", "51"], ["little", "--batch", "1,51"])]:
            with self.subTest(" ".join(arguments)):
                self.refuse(1, parts, "bench", *arguments)

    def test_a_file_that_cannot_be_written(self):
        """Told before anything is measured; on a full disk after the table, which is not lost."""
        bench = ["bench", "--layers", "9-3", "--batch", "1", "--threads", "1", *QUICK]
        (self.folder / "taken").mkdir()
        before = contents(self.folder)
        self.refuse(1, ["nowhere/x.csv"], *bench, "--csv", "nowhere/x.csv")
        self.refuse(1, ["taken", "found a folder"], *bench, "--csv", "taken")
        # Files end after so many bytes, of which these rows have more; Python ignores the signal
        # that says so, and so does its child.
        batches = ",".join(map(str, range(1, 31)))
        result = subprocess.run([COMMAND, *bench, "--batch", batches, "--csv", "x.csv"],
                                cwd=self.folder, env=self.environment, capture_output=True,
                                text=True, check=False, restore_signals=False,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                                      (4096, 4096)))
        self.assertEqual(result.returncode, 1)
        self.assertIn("9-3, relu", result.stdout)
        self.assertIn("x.csv: cannot be written", result.stderr)
        self.assertEqual(contents(self.folder), before)

    def test_help(self):
        text = " ".join(self.succeed("bench", "--help").stdout.split())
        for part in ("DATA", "--layers", "--batch", "--threads", "--seconds", "--repeats", "--csv",
                     "--json", "--details", "default: sgd", "Examples:", "1.25 times", "1.1 times"):
            self.assertIn(part, text)


class PlotOfBench(CommandCase):
    def setUp(self):
        super().setUp()
        (self.folder / "x.csv").write_text(table())

    def svg_texts(self, *arguments):
        self.succeed("plot", *arguments, "--out", "x.svg", "--quiet")
        tree = xml.parse(self.folder / "x.svg").getroot()
        return ["".join(text.itertext()).strip() for text in tree.iter(SVG + "text")]

    def test_a_file_of_bench(self):
        self.succeed("bench", "--layers", "9-8-3", "--batch", "1,2", "--threads", "1,2", "--csv",
                     "y.csv", *QUICK)
        text = self.succeed("plot", "y.csv").stdout
        for part in ("9-8-3, relu, sgd, random numbers", "samples/s", "matrix products",
                     "batch, samples", "* 1 thread", "# 2 threads"):
            self.assertIn(part, text)

    def test_labels(self):
        texts = " ".join(self.svg_texts("x.csv", "--what", "speed,ratio,plain,time,gflops,memory"))
        for part in ("relu, sgd, random numbers", "9-8-3, 1 thread", "9-8-3, 2 threads",
                     "9-3, 2 threads", "samples/s", "ms", "GFLOP/s", "MB",
                     "dashed: matrix products alone"):
            self.assertIn(part, texts)

    def curves(self, what):
        """A path of each curve with a line: its points, and its error bars as (x, low end, high end)."""
        self.succeed("plot", "x.csv", "--what", what, "--out", "x.svg", "--quiet")
        found = []
        for group in xml.parse(self.folder / "x.svg").getroot().iter(SVG + "g"):
            if group.get("id", "").startswith("gnuplot_plot"):
                for path in group.iter(SVG + "path"):
                    line, *bars = [[tuple(map(float, pair.split(","))) for pair in piece.split() if pair != "L"]
                                   for piece in path.get("d").replace("L", " ").split("M")[1:]]
                    found.append((line, [(bar[0][0], bar[0][1], bar[1][1]) for bar in bars]))
        return found

    def spread(self):
        """One network with rates of 0.8 to 1.1 of the median, the last ones of 0.7 to 1.2."""
        lines = [f"9-3,relu,sgd,x,{batch},1,5,{rate},{low * rate},{high * rate},{1e3 * batch / rate},"
                 f"{rate / 1000},10,0.25,0.5,{2 * rate},outputs,{2 * rate},0.6,1000,,"
                 for batch, rate, low, high in ((1, 1000, 0.9, 1.1), (4, 2000, 0.9, 1.1), (16, 3000, 0.7, 1.2))]
        (self.folder / "x.csv").write_text(HEADER + "\n" + "\n".join(lines) + "\n")

    def test_error_bars(self):
        """From the lowest to the highest rate, on a linear axis; a time has its ends the other way."""
        self.spread()
        (line, bars), *_ = self.curves("gflops")
        self.assertEqual(len(line), 3)
        unit = (line[0][1] - line[1][1]) / 1.0  # of 1 GFLOP/s, which batch 1 has; y falls upwards
        for (x, y), (bar_x, low, high), rate, ends in zip(line, bars, (1, 2, 3), ((0.9, 1.1),) * 2 + ((0.7, 1.2),),
                                                          strict=True):
            self.assertAlmostEqual(bar_x, x, delta=0.1)
            self.assertAlmostEqual(low - y, unit * rate * (1 - ends[0]), delta=0.1)
            self.assertAlmostEqual(y - high, unit * rate * (ends[1] - 1), delta=0.1)
        (line, bars), *_ = self.curves("time")
        decade = (line[0][1] - line[1][1]) / math.log10(2)
        for (_, y), (_, low, high), ends in zip(line, bars, ((0.9, 1.1),) * 2 + ((0.7, 1.2),), strict=True):
            self.assertAlmostEqual(low - y, decade * math.log10(ends[1]), delta=0.1)
            self.assertAlmostEqual(y - high, -decade * math.log10(ends[0]), delta=0.1)

    def test_spoilt_rows_are_marked(self):
        self.assertNotIn("busy machine", self.svg_texts("x.csv"))
        self.assertNotIn("busy machine", self.succeed("plot", "x.csv").stdout)
        self.spread()
        self.assertIn("busy machine", self.svg_texts("x.csv"))
        self.assertNotIn("busy machine", self.svg_texts("x.csv", "--what", "memory"))
        self.succeed("plot", "x.csv", "--what", "ratio", "--out", "x.txt")
        self.assertRegex((self.folder / "x.txt").read_text(), r"(?m)^ *0\.5 \+ *\*+x$")

    def test_engines_have_curves_of_their_own(self):
        """In the legend where there are several; a file without them is of the blas engine."""
        texts = self.svg_texts("x.csv")
        self.assertIn("9-8-3, 1 thread", texts)
        self.assertIn("relu, sgd, random numbers, blas", texts)
        self.succeed("bench", "--layers", "9-3", "--batch", "1,2", "--threads", "1", "--engine",
                     "blas,packed", "--csv", "y.csv", *QUICK)
        texts = self.svg_texts("y.csv", "--what", "speed,peak")
        for part in ("blas, 1 thread", "packed, 1 thread", "9-3, relu, sgd, random numbers"):
            self.assertIn(part, texts)
        self.assertIn("multiply-adds in registers", " ".join(texts))

    def test_batches_double(self):
        texts = self.svg_texts("x.csv", "--what", "ratio")
        for part in ("1", "2", "4", "8", "0.0"):
            self.assertIn(part, texts)

    def test_png(self):
        self.succeed("plot", "x.csv", "--out", "x.png", "--size", "700x300", "--quiet")
        content = (self.folder / "x.png").read_bytes()
        self.assertEqual(struct.unpack(">II", content[16:24]), (700, 300))

    def test_empty_fields_leave_gaps(self):
        empty = table((",0.5,", ",,")).replace(",10,0.25,", ",,,")
        (self.folder / "x.csv").write_text(empty)
        self.svg_texts("x.csv", "--what", "speed,ratio,gflops")

    def test_nothing_to_draw(self):
        (self.folder / "x.csv").write_text(table().replace(",0.5,", ",,"))
        self.refuse(1, ["no values"], "plot", "x.csv", "--what", "ratio", "--quiet")

    def test_bad_files(self):
        for what, text, parts in [
                ("empty", "", ["empty"]),
                ("no rows", HEADER + "\n", ["no rows"]),
                ("a run's", "epoch,step\n", [":1:", "bench", "22", "2"]),
                ("other header", table(("threads", "cores")), [":1:", "threads", "cores"]),
                ("ragged", table((",1000,,\n", ",1000,,,1\n")), [":6:", "22", "23"]),
                ("text", table((",0.5,", ",half,")), [":2:", "bound_ratio", "half"]),
                ("no batch", table(("numbers,16,", "numbers,,")), [":2:", "batch"]),
                ("batch 0", table(("numbers,16,", "numbers,0,")), [":2:", "batch"]),
                ("batch inf", table(("numbers,16,", "numbers,inf,")), [":2:", "batch"]),
                ("NUL", table(("sgd", "s\0d")), ["NUL"])]:
            with self.subTest(what):
                (self.folder / "x.csv").write_text(text)
                self.refuse(1, ["x.csv", *parts], "plot", "x.csv")

    def test_hostile_texts(self):
        for text in ("it's", "$(touch pwned)", "'.system('touch pwned').'", "`touch pwned`",
                     "\x1b[31m", "\\n%s%n"):
            with self.subTest(text):
                (self.folder / "x.csv").write_text(table().replace("9-8-3", text))
                self.svg_texts("x.csv")
                self.assertNotIn("\x1b", self.succeed("plot", "x.csv").stdout)
                self.assertFalse((self.folder / "pwned").exists())

    def test_usage(self):
        before = contents(self.folder)
        for parts, arguments in [
                (["--what", "speed, ratio", "loss"], ["x.csv", "--what", "loss"]),
                (["--over", "runs"], ["x.csv", "--over", "step"]),
                (["one file", "y.csv"], ["x.csv", "y.csv"])]:
            with self.subTest(" ".join(arguments)):
                self.refuse(2, parts, "plot", *arguments)
        self.assertEqual(contents(self.folder), before)


if __name__ == "__main__":
    unittest.main()
