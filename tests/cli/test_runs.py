#!/usr/bin/python3
"""runs: the table of runs, their order, what differs, and means over seeds, against the runs' own files;
runs that are under way, stopped, broken or of another kind have their place."""

import csv
import fcntl
import io
import json
import os
import re
import shutil
import statistics
import unittest
from pathlib import Path

from harness import COLUMNS, CommandCase

FORMER = Path(__file__).parent / "former_run"
TRAIN = ("train", "digits", "-q", "--epochs", "2")


class Runs(CommandCase):
    def json(self, *arguments):
        return json.loads(self.succeed("runs", *arguments, "--json").stdout)

    def table(self, *arguments):
        """The rows below the heading, as lists of what two blanks separate."""
        text = self.succeed("runs", *arguments).stdout
        lines = text.split("\n\n")[1 if re.match(r"\d+ runs in ", text) else 0].splitlines()
        return [re.split(r"  +", line.strip()) for line in lines]

    def kept(self, run, name="result.json"):
        return json.loads((self.folder / run / name).read_text())


class Trained(Runs):
    """Two optimizers and three seeds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = None

    def setUp(self):
        super().setUp()
        self.runs = [f"grid/{optimizer}-{seed}" for optimizer in ("adamw", "sgd") for seed in (1, 2, 3)]
        for run in self.runs:
            optimizer, seed = run[5:].split("-")
            self.succeed(*TRAIN, "--optimizer", optimizer, "--seed", seed, "--out", run)

    def figures(self):
        return {run: self.kept(run) for run in self.runs}

    def test_json(self):
        found = self.json("grid")
        self.assertEqual(found["differences"], ["optimizer", "lr", "weight-decay", "seed"])
        figures = self.figures()
        for row in found["runs"]:
            kept = figures.pop(row["run"])
            self.assertEqual(row["state"], "done")
            self.assertEqual((row["data"], row["epochs_done"], row["best_epoch"]),
                             ("digits", 2, kept["best_epoch"]))
            for part in ("train", "validation", "test"):
                for key in ("loss", "accuracy"):
                    self.assertEqual(row[f"{part}_{key}"], kept[part][key])
            for bound in ("low", "high"):
                self.assertEqual(row[f"test_accuracy_{bound}"], kept["test"][f"accuracy_{bound}"])
            for key, name in (("seconds",) * 2, ("findings", "warnings"), ("date",) * 2,
                              ("stop_reason",) * 2, ("descent",) * 2):
                self.assertEqual(row[key], kept[name], key)
            options = self.kept(row["run"], "config.json")["options"]
            self.assertEqual(row["settings"], {name: options[name] for name in found["differences"]})
        self.assertEqual(figures, {})

    def by_validation(self):
        figures = self.figures()
        return sorted(self.runs, key=lambda run: (-figures[run]["validation"]["accuracy"],
                                                  figures[run]["validation"]["loss"]))

    def test_the_best_first(self):
        names = [row["run"] for row in self.json("grid")["runs"]]
        self.assertEqual(names, self.by_validation())
        rows = self.table("grid")
        self.assertEqual(rows[0][0], "run")
        self.assertEqual(rows[1][0], "* " + names[0][5:])
        self.assertEqual([row[0] for row in rows[2:]], [name[5:] for name in names[1:]])

    def test_orders(self):
        figures = self.figures()
        keys = {"test": lambda run: -figures[run]["test"]["accuracy"],
                "test-loss": lambda run: figures[run]["test"]["loss"],
                "valid-loss": lambda run: figures[run]["validation"]["loss"],
                "validation_loss": lambda run: figures[run]["validation"]["loss"],
                "SECONDS": lambda run: figures[run]["seconds"],
                "optimizer": lambda run: run[5:8], "seed": lambda run: run[-1], "run": lambda run: run}
        for name, key in keys.items():
            with self.subTest(name):
                rows = self.json("grid", "--sort", name)["runs"]
                self.assertEqual([row["run"] for row in rows], sorted(self.runs, key=key))
        dates = [row["date"] for row in self.json("grid", "--sort", "date")["runs"]]
        self.assertEqual(dates, sorted(dates, reverse=True))

    def test_a_column_that_is_sorted_by_stands_in_the_table(self):
        for name in ("seconds", "seed", "valid-loss", "test-loss", "date"):
            said = self.on_terminal("runs", "grid", "--sort", name, columns=60)
            self.assertIn(name.replace("-", " "), said.splitlines()[2].replace("-", " "))

    def test_sorted_by_test(self):
        best = self.by_validation()[0]
        for name in ("test", "test-loss"):
            said = self.succeed("runs", "grid", "--sort", name).stdout
            self.assertIn("sorted by test figures: the best of several", said)
            self.assertIn(f"\n* {best[5:]} ", said)
        self.assertNotIn("sorted by test", self.succeed("runs", "grid").stdout)

    def test_by_setting(self):
        found = self.json("grid", "--by-setting")
        self.assertEqual(found["differences"], ["optimizer", "lr", "weight-decay"])
        self.assertEqual(len(found["settings"]), 2)
        figures = self.figures()
        for row in found["settings"]:
            optimizer = row["settings"]["optimizer"]
            self.assertNotIn("seed", row["settings"])
            mine = [kept for run, kept in figures.items() if run[5:].startswith(optimizer)]
            self.assertEqual(row["runs"], 3)
            for part in ("validation", "test"):
                accuracies = [kept[part]["accuracy"] for kept in mine]
                self.assertAlmostEqual(row[f"{part}_accuracy"], statistics.mean(accuracies), 7)
                self.assertAlmostEqual(row[f"{part}_deviation"], statistics.stdev(accuracies), 7)
            losses = [kept["validation"]["loss"] for kept in mine]
            self.assertAlmostEqual(row["validation_loss"], statistics.mean(losses), 6)
            self.assertAlmostEqual(row["validation_loss_deviation"], statistics.stdev(losses), 6)
            self.assertAlmostEqual(row["seconds"], statistics.mean(k["seconds"] for k in mine), 7)
        means = [row["validation_accuracy"] for row in found["settings"]]
        self.assertEqual(means, sorted(means, reverse=True))
        text = self.succeed("runs", "grid", "--by-setting").stdout
        best = found["settings"][0]
        self.assertIn(f"{100 * best['validation_accuracy']:.2f} ± "
                      f"{100 * best['validation_deviation']:.2f} %", text.splitlines()[1])
        self.assertTrue(text.splitlines()[1].startswith("*"), text)

    def test_csv(self):
        for arguments in (["--csv", "runs.csv"], ["--csv", "-"]):
            said = self.succeed("runs", "grid", *arguments).stdout
            text = said if arguments[1] == "-" else (self.folder / "runs.csv").read_text()
            rows = list(csv.DictReader(io.StringIO(text)))
            self.assertEqual([row["run"] for row in rows], self.by_validation())
            for row in rows:
                kept = self.kept(row["run"])
                self.assertEqual(row["optimizer"], row["run"][5:].split("-")[0])
                self.assertEqual(row["seed"], row["run"][-1])
                self.assertAlmostEqual(float(row["test_accuracy"]), kept["test"]["accuracy"], 8)
                self.assertEqual(row["findings"], ", ".join(kept["warnings"]))

    def test_single_runs_and_folders(self):
        names = [row["run"] for row in self.json("grid/sgd-2", "grid", "grid/sgd-1")["runs"]]
        self.assertEqual(sorted(names), self.runs)
        (row,) = self.json("grid/sgd-1")["runs"]
        self.assertEqual((row["run"], row["settings"]), ("grid/sgd-1", {}))
        self.assertEqual(self.table("grid/sgd-1")[1][0], "grid/sgd-1")

    def test_a_folder_that_was_moved(self):
        """Nothing in a run says where it is."""
        before = self.json("grid")
        (self.folder / "elsewhere").mkdir()
        shutil.move(self.folder / "grid", self.folder / "elsewhere/grid")
        after = self.json("elsewhere")
        for row in after["runs"]:
            row["run"] = row["run"].removeprefix("elsewhere/")
        self.assertEqual(after, before)

    def test_details(self):
        said = self.succeed("runs", "grid", "--details").stdout
        for run in self.runs:
            kept = self.kept(run)
            block = next(block for block in said.split("\n\n") if f" {run}\n" in block)
            values = dict(re.split(r"  +", line.strip(), 1) for line in block.splitlines()[1:])
            self.assertEqual(values["optimizer"], run[5:].split("-")[0])
            self.assertEqual(values["test"], f"{100 * kept['test']['accuracy']:.2f} %")
            self.assertEqual(values["date"], kept["date"])
            self.assertRegex(values["95 % interval"], r"^\d+\.\d\d-\d+\.\d\d %$")
            self.assertFalse({"test accuracy", "test accuracy high"} & set(values))  # told by the two
        self.refuse(2, ["--details", "without --json"], "runs", "grid", "--details", "--json")

    def test_widths(self):
        deep = "a-folder-with-quite-a-long-name-" * 2
        shutil.move(self.folder / "grid", self.folder / deep)
        for columns in (120, 80, 60, 40):
            for options in ([], ["--by-setting"], ["--sort", "findings"]):
                said = self.on_terminal("runs", deep, *options, columns=columns)
                for line in said.splitlines():
                    if deep not in line:
                        self.assertLessEqual(len(line), columns, said)
                self.assertIn("validation", said)
                if options == []:
                    self.assertEqual("findings" in said.split("no room")[0], columns == 120, said)
        shown = self.on_terminal("runs", deep, columns=80)
        self.assertRegex(shown, r"no room for: .*95 % interval")


class Kinds(Runs):
    def write(self, name, result=None, metrics=None, config=None):
        """A run's files by hand."""
        run = self.folder / name
        run.mkdir(parents=True)
        rows = metrics if metrics is not None else ["0,0,0,,2.3,0.1,2.2,0.1,,0.0,"]
        (run / "metrics.csv").write_text("\n".join([COLUMNS, *rows]) + "\n")
        settings = {"descent": "0.1.0", "data": {"name": "digits"}, "stop_reason": "epochs",
                    "options": {"optimizer": "sgd", "seed": 1}, **(config or {})}
        (run / "config.json").write_text(json.dumps(settings))
        if result is not None:
            (run / "result.json").write_text(result if isinstance(result, str) else json.dumps(result))
        return run

    def result(self, accuracy, loss=0.5, **more):
        part = {"loss": loss, "accuracy": accuracy, "samples": 100, "accuracy_low": 0.1,
                "accuracy_high": 0.9}
        return {"stop_reason": "epochs", "epochs": 4, "best_epoch": 3, "seconds": 1.5,
                "validation": part, "test": part, "train": part, "warnings": [],
                "date": "2026-01-01T00:00:00Z", "descent": "0.1.0", **more}

    def states(self, *arguments):
        return {row["run"]: row["state"] for row in self.json(*arguments)["runs"]}

    METRICS = ["0,0,0,,2.3,0.1,2.2,0.1,,0.0,", "1,9,99,0.1,1.5,0.5,1.4,0.6,,0.25,400",
               "2,18,198,0.1,1.0,0.7,1.2,0.5,,0.5,400", "3,27,297,0.1,0.9,0.8,1.3,0.7,,0.75,400"]

    def test_details_fit_the_terminal(self):
        names = [f"finding-number-{i}" for i in range(9)]
        self.write("many/a", self.result(0.5, warnings=names), [])
        for columns, said in ((80, self.succeed("runs", "many", "--details").stdout),
                              (60, self.on_terminal("runs", "many", "--details", columns=60))):
            self.assertLessEqual(max(map(len, said.splitlines())), columns)
            self.assertIn(", ".join(names), re.sub(r"\s+", " ", said))

    def test_states(self):
        running = self.write("all/running", metrics=self.METRICS, config={"stop_reason": None})
        self.write("all/killed", metrics=self.METRICS, config={"stop_reason": None})
        self.write("all/stopped", metrics=self.METRICS, config={"stop_reason": "interrupted"})
        self.write("all/diverged", config={"stop_reason": "not-finite"})
        self.write("all/former", metrics=self.METRICS)
        self.write("all/done", self.result(0.9))
        lock = os.open(running, os.O_RDONLY)
        self.addCleanup(os.close, lock)
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.assertEqual(self.states("all"),
                         {"all/running": "running", "all/killed": "killed",
                          "all/stopped": "interrupted", "all/diverged": "not-finite",
                          "all/former": "done", "all/done": "done"})
        for row in self.json("all")["runs"]:
            if row["run"] in ("all/running", "all/former"):
                self.assertEqual((row["epochs_done"], row["best_epoch"], row["validation_loss"],
                                  row["validation_accuracy"], row["seconds"], row["findings"]),
                                 (3, 2, 1.2, 0.5, 0.75, None))
        said = self.succeed("runs", "all").stdout
        self.assertIn("descent train --resume RUN continues", said)
        self.assertRegex(said, r"(?m)^  running +running .* 2 of 3 .* 50.00 %")
        self.assertRegex(said, r"(?m)^  diverged +not-finite .* - of 0 +- ")
        self.assertRegex(said, r"(?m)^\* done +- .* 3 of 4 ")

    def test_a_run_under_way(self):
        result = self.run_signalled(60, "INT", "train", "digits", "-q", "--out", "run")
        self.assertEqual(result.returncode, 130)
        self.assertEqual(self.states("run"), {"run": "interrupted"})
        self.kill(60, "train", "digits", "-q", "--out", "other")
        self.assertEqual(self.states("other"), {"other": "killed"})

    def test_without_validation_the_last_epoch_is_the_best(self):
        rows = [re.sub(r"(,[^,]*){2}(,,[^,]*,[^,]*)$", r",,\2", row) for row in self.METRICS]
        self.write("run", metrics=rows)
        (row,) = self.json("run")["runs"]
        self.assertEqual((row["best_epoch"], row["validation_loss"]), (3, None))

    def test_no_test(self):
        self.succeed(*TRAIN, "--no-test", "--out", "runs/a")
        self.succeed(*TRAIN, "--no-test", "--seed", "2", "--out", "runs/b")
        said = self.succeed("runs", "runs").stdout
        self.assertNotIn("test", said.split("\n\n")[1])
        for row in self.json("runs")["runs"]:
            self.assertIsNone(row["test_loss"])
            self.assertNotIn("test_accuracy", row)
        self.write("hidden", self.result(0.75), config={"options": {"no-test": True}})
        self.assertNotIn("test_accuracy", self.json("hidden")["runs"][0])

    def test_broken_files(self):
        self.write("all/good", self.result(0.9))
        self.write("all/result", "{\"epochs\": 3,", metrics=self.METRICS)
        self.write("all/list", "[1, 2]", metrics=self.METRICS)
        self.write("all/metrics", metrics=["1,2,x"])
        self.write("all/other")
        (self.folder / "all/other/metrics.csv").write_text("loss,val_loss\n0.1,0.2\n")
        config = self.write("all/config", self.result(0.8)) / "config.json"
        config.write_text("not JSON")
        result = self.run_command("runs", "all", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = {row["run"]: row for row in json.loads(result.stdout)["runs"]}
        self.assertEqual(set(rows), {"all/good", "all/result", "all/list", "all/config"})
        self.assertEqual(rows["all/result"]["validation_accuracy"], 0.5)
        self.assertEqual(rows["all/config"]["validation_accuracy"], 0.8)
        said = result.stderr.splitlines()
        self.assertEqual(len(said), 5, said)
        for path in ("all/result/result.json:", "all/list/result.json:", "all/metrics/metrics.csv:",
                     "all/other/metrics.csv:", "all/config/config.json:"):
            self.assertEqual(sum(line.startswith(f"descent: {path}") for line in said), 1, said)

    def test_nothing_that_can_be_read(self):
        self.write("all/metrics", metrics=["1,2,x"])
        result = self.run_command("runs", "all")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("no run that can be read, of 1 found", result.stderr)

    def test_values_of_another_kind(self):
        self.write("all/a", {"epochs": "many", "best_epoch": [], "seconds": None, "test": 3,
                             "validation": {"accuracy": True, "loss": {}}, "warnings": {"a": 1},
                             "date": 7, "stop_reason": "bored"},
                   config={"options": {"optimizer": {"deep": [1]}, "seed": "x", "batch": 1e300},
                           "data": {"name": 5}})
        self.write("all/b", self.result(0.5), config={"options": [], "data": "digits"})
        self.write("all/c", self.result(0.5, warnings=["dead-units\x1b[31m", 5]),
                   config={"data": {"name": "di\x1b[31mgits\n"}})
        for options in ([], ["--details"], ["--by-setting"], ["--csv", "-"], ["--sort", "date"]):
            said = self.succeed("runs", "all", *options).stdout
            if "--csv" not in options:
                self.assertNotIn("\x1b", said)
        rows = {row["run"]: row for row in self.json("all")["runs"]}
        self.assertEqual([rows["all/a"][key] for key in ("epochs_done", "seconds", "validation_loss",
                                                         "findings", "stop_reason", "date")],
                         [None] * 6)

    def test_kinds_of_tasks(self):
        numbers = {"loss": 0.25, "r2": 0.75, "rmse": 3.5, "samples": 40}
        for name, r2 in (("low", 0.75), ("high", 0.85)):
            part = {**numbers, "r2": r2}
            self.write(f"all/{name}", self.result(0, validation=part, test=part, train=part),
                       config={"data": {"name": "houses"}})
        self.write("all/first", self.result(0.5))
        self.write("all/second", self.result(0.9))
        self.write("all/third", self.result(0.9, loss=0.4))
        rows = self.json("all")["runs"]
        self.assertEqual([row["run"][4:] for row in rows],
                         ["third", "second", "first", "high", "low"])
        self.assertEqual((rows[3]["validation_r2"], rows[3]["validation_rmse"]), (0.85, 3.5))
        self.assertNotIn("validation_accuracy", rows[3])
        said = self.succeed("runs", "all").stdout
        self.assertEqual(re.findall(r"(?m)^\* (\w+)", said), ["third", "high", "the"])
        self.assertRegex(said, r"(?m)^\* high .* R2 0\.8500 .*R2 0\.8500")

    def test_unfinished_runs_are_no_seeds(self):
        for seed, accuracy in ((1, 0.5), (2, 0.7)):
            self.write(f"all/{seed}", self.result(accuracy), config={"options": {"seed": seed}})
        self.write("all/3", metrics=self.METRICS,
                   config={"options": {"seed": 3}, "stop_reason": "interrupted"})
        (row,) = self.json("all", "--by-setting")["settings"]
        self.assertEqual(row["runs"], 2)
        self.assertAlmostEqual(row["validation_accuracy"], 0.6, 9)
        self.assertAlmostEqual(row["validation_deviation"], 0.1 * 2 ** 0.5, 9)
        self.assertIn("left out: 1 run that is not done",
                      self.succeed("runs", "all", "--by-setting").stdout)

    def test_the_same_seed_twice_is_one_draw(self):
        for name, seed, accuracy in (("a", 1, 0.5), ("b", 2, 0.7), ("again", 1, 0.5)):
            self.write(f"all/{name}", self.result(accuracy), config={"options": {"seed": seed}})
        (row,) = self.json("all", "--by-setting")["settings"]
        self.assertEqual(row["runs"], 2)
        self.assertAlmostEqual(row["validation_accuracy"], 0.6, 9)
        self.assertIn("left out: 1 run that is of the same setting and seed as another",
                      self.succeed("runs", "all", "--by-setting").stdout)

    def test_folds_repeat_a_setting(self):
        for optimizer in ("sgd", "adamw"):
            for fold in (1, 2, 3):
                self.succeed(*TRAIN, "--optimizer", optimizer, "--fold", f"{fold}/3", "--out", f"folds/{optimizer}{fold}")
        found = self.json("folds", "--by-setting")
        self.assertNotIn("fold", found["differences"])
        self.assertEqual([row["runs"] for row in found["settings"]], [3, 3])

    def test_settings_that_follow_from_others_have_less_room(self):
        """lr and weight decay are the optimizer's, batch was chosen: it is the batch that stays."""
        for name, optimizer, lr, batch in (("a", "sgd", 0.1, 32), ("b", "adamw", 0.002, 64)):
            self.write(f"all/{name}", self.result(0.5), config={
                "options": {"optimizer": optimizer, "lr": lr, "weight-decay": lr, "batch": batch,
                            "schedule": optimizer, "clip-norm": lr, "momentum": lr},
                "commands": [["descent", "train", "digits", "--opt", optimizer, f"-b{batch}"]]})
        shown = self.on_terminal("runs", "all", columns=60).splitlines()[2].split()
        self.assertIn("optimizer", shown)
        self.assertIn("batch", shown)
        self.assertNotIn("momentum", shown)

    def test_the_room_is_for_settings_that_tell_runs_apart(self):
        """All were chosen; epochs and momentum follow the batch, which stands before them."""
        for batch in (16, 32):
            for lr in (0.1, 0.2):
                for seed in (1, 2):
                    options = {"batch": batch, "epochs": batch * 10, "momentum": batch / 100, "lr": lr,
                               "hidden": [batch], "activation": f"unit{batch}", "seed": seed}
                    given = [f"--{name}=x" for name in options]
                    self.write(f"all/{batch}-{lr}-{seed}", self.result(0.5), config={
                        "options": options, "commands": [["descent", "train", "digits", *given]]})
        shown = self.on_terminal("runs", "all", columns=60).splitlines()[2].split()
        self.assertIn("lr", shown)
        shown = self.on_terminal("runs", "all", "--by-setting", columns=45)
        rows = [line.split("  0.5")[0].split() for line in shown.splitlines()[1:5]]
        self.assertEqual(len({tuple(row[:-1]) for row in rows}), 4, shown)
        self.assertIn("lr", shown.splitlines()[0].split())

    def test_a_run_without_figures_is_no_task_of_its_own(self):
        self.write("all/a-diverged", config={"stop_reason": "exploded"})
        self.write("all/b", self.result(0.5))
        self.write("all/c", self.result(0.9))
        names = [row["run"][4:] for row in self.json("all")["runs"]]
        self.assertEqual(names, ["c", "b", "a-diverged"])
        numbers = {"loss": 0.25, "r2": 0.75, "rmse": 3.5, "samples": 40}
        regression = {"options": {"regression": True, "seed": 1}}
        self.write("all/d", self.result(0, validation=numbers, test=numbers, train=numbers),
                   config=regression)
        self.write("all/a-numbers", config={**regression, "stop_reason": "exploded"})
        names = [row["run"][4:] for row in self.json("all")["runs"]]
        self.assertEqual(names, ["c", "b", "a-diverged", "d", "a-numbers"] if names[0] == "c"
                         else ["d", "a-numbers", "c", "b", "a-diverged"])

    def test_sorted_by_name_the_name_stands_there_once(self):
        self.write("all/a", self.result(0.5))
        self.write("all/b", self.result(0.9))
        self.assertEqual(self.table("all", "--sort", "run")[0].count("run"), 1)

    def test_a_former_run(self):
        shutil.copytree(FORMER, self.folder / "run")
        (row,) = self.json("run")["runs"]
        self.assertEqual((row["state"], row["epochs_done"], row["best_epoch"], row["data"]),
                         ("done", 3, 2, "small"))

    def test_refused(self):
        self.write("all/a", self.result(0.5), config={"options": {"batch": 1, "seed": 1}})
        self.write("all/b", self.result(0.5), config={"options": {"batch": 2, "seed": 1}})
        self.refuse(2, ["at least one folder"], "runs")
        self.refuse(1, ["nowhere"], "runs", "nowhere")
        (self.folder / "empty").mkdir()
        self.refuse(1, ["empty", "metrics.csv"], "runs", "empty")
        self.refuse(2, ["--sort", "validation, valid-loss", "batch", "did you mean batch?"], "runs",
                    "all", "--sort", "bacth")
        self.refuse(1, ["no/such"], "runs", "all", "--csv", "no/such/file.csv")


if __name__ == "__main__":
    unittest.main()
