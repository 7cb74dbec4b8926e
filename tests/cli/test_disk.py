#!/usr/bin/python3
"""Faults of the disk: whichever call fails, nothing is lost and no other result is given.

faults/disk.c makes a system call fail. A command that only reads gives the same result or one line
with the cause; one that writes leaves what was there or what it should write, nothing in between;
a run can be resumed to the bytes of one that nothing befell. What an interrupted call cannot do it
does again, and what was done by half it completes.

As a test, a sample by count; all of it, with a table: DISK_FAULTS=all python3 test_disk.py, in the
environment that meson test -v shows.
"""

import collections
import csv
import errno
import io
import json
import os
import re
import shutil
import subprocess
import unittest

from harness import COMMAND, CommandCase, make_data
from pictures import png

FAULTS = os.environ["DESCENT_FAIL_DISK"]
ALL = os.environ.get("DISK_FAULTS") == "all"
SKIPPED, STEP = 77, 600

# What the calls of each kind may fail with. SHORT and EINTR are no failures: they must not be seen.
ERRORS = {
    "open": ["EIO", "EMFILE", "EINTR"],
    "read": ["EIO", "EINTR", "SHORT"],
    "write": ["ENOSPC", "EIO", "EINTR", "SHORT"],
    "sync": ["EIO", "EINTR"],
    "rename": ["EIO", "ENOSPC"],
    "close": ["EIO", "ENOSPC", "EINTR"],
    "stat": ["EIO", "ENOMEM"],
    "access": ["EIO"],
    "list": ["EIO", "ENOMEM"],
    "map": ["ENOMEM"],
    "truncate": ["EIO"],
    "lock": ["ENOLCK", "EINTR"],
    "mkdir": ["ENOSPC"],
    "unlink": ["EIO"],
    "seek": ["EIO"],
    "mode": ["EIO"],
}
TRAINING = ["--epochs", "3", "--batch", "20", "--hidden", "4", "--threads", "1", "--engine",
            "packed", "--checkpoint-every", "0"]
RUN = ["train", "data", "--out", "run", "--log-layers", *TRAINING]
OTHER = ["train", "data", "--out", "run", "--force", "--seed", "9", *TRAINING]
STUDY = ["sweep", "data", "--out", "study", "--jobs", "1", "--vary", "lr=0.01,0.1", *TRAINING]
TIMES = re.compile("seconds|samples_per_second|elapsed|^date$|^checksum$")

# Name: the commands that go before, the command, and which kind of outcome is right.
SCENARIOS = {
    "train": ([], RUN, "run"),
    "train --resume": ([[*RUN, "--until", "1"]], ["train", "--resume", "run"], "run"),
    "train --force": ([RUN[:-2] + ["--until", "1"]], OTHER, "run"),
    "evaluate": ([RUN], ["evaluate", "run", "data"], "result"),
    "evaluate --json": ([RUN], ["evaluate", "run", "data", "--json", "--samples", "samples.csv"], "result"),
    "predict": ([RUN], ["predict", "run", "data", "--out", "answers.csv"], "result"),
    "predict rows": ([["train", "table.csv", "--out", "run", *TRAINING]],
                     ["predict", "run", "table.csv", "--json"], "result"),
    "convert": ([], ["convert", "data", "idx", "--quiet"], "result"),
    "convert --csv": ([["convert", "data", "old", "--csv"]],
                      ["convert", "data", "old", "--csv", "--force", "--quiet"], "result"),
    "convert table": ([], ["convert", "table.csv", "idx", "--quiet"], "result"),
    "convert images": ([], ["convert", "images", "idx", "--quiet"], "result"),
    "predict images": ([["train", "images", "--out", "run", *TRAINING]],
                       ["predict", "run", "images/a", "images/b/1.png", "--out", "answers.csv"], "pictures"),
    "export --c": ([RUN], ["export", "run", "--c", "net.c", "--header", "net.h", "--quiet"], "result"),
    "export --int8": ([RUN], ["export", "run", "--c", "net.c", "--int8", "data", "--quiet"], "result"),
    "export --force": ([RUN, ["export", "run", "--html", "a.html", "--onnx", "a.onnx", "--title", "old"]],
                       ["export", "run", "--html", "a.html", "--onnx", "a.onnx", "--force", "--quiet"], "result"),
    "evaluate --mistakes": ([RUN], ["evaluate", "run", "data", "--mistakes", "a.png", "--confusion", "a.svg"],
                            "result"),
    "evaluate several": ([RUN, ["train", "data", "--out", "other", *TRAINING, "--lr", "0.1"]],
                         ["evaluate", "run", "other", "data"], "result"),
    "inspect --sheet": ([], ["inspect", "data", "--sheet", "a.png"], "result"),
    "inspect --weights": ([RUN], ["inspect", "run", "--weights", "a.png"], "result"),
    "find-lr --out": ([], ["find-lr", "data", "--hidden", "4", "--threads", "1", "--steps", "50", "--engine",
                           "packed", "--out", "a.svg"], "result"),
    "walk --out": ([], ["walk", "parabola", "--steps", "3", "--out", "a.txt"], "result"),
    "sharpness": ([RUN], ["sharpness", "run", "--quiet"], "result"),
    "plot picture": ([RUN], ["plot", "run", "--out", "a.svg"], "result"),
    "plot study": ([STUDY], ["plot", "study", "--out", "a.txt"], "result"),
    "plot": ([RUN], ["plot", "run", "--text"], "result"),
    "plot --out": ([RUN], ["plot", "run", "--out", "run.txt"], "result"),
    "runs": ([RUN, ["train", "data", "--out", "more/b", *TRAINING]],
             ["runs", ".", "--csv", "runs.csv"], "runs"),
    "compare": ([["train", "data", "--out", f"runs/{lr}-{seed}", "--lr", lr, "--seed", seed,
                  *TRAINING] for lr in ("0.01", "0.1") for seed in ("1", "2")],
                ["compare", "runs"], "result"),
    "inspect": ([RUN], ["inspect", "run", "--json"], "result"),
    "inspect data": ([], ["inspect", "data", "--json"], "result"),
    "doctor": ([RUN], ["doctor", "run"], "doctor"),
    "sweep": ([], STUDY, "study"),
}


def read_csv(content):
    """The columns of a CSV file, without those that the clock decides."""
    rows = list(csv.reader(io.StringIO(content.decode())))
    kept = [i for i, name in enumerate(rows[0]) if not TIMES.search(name)] if rows else []
    return [[row[i] if i < len(row) else None for i in kept] for row in rows]


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items()
                if not TIMES.search(key)}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def meaning(path):
    """A file's content but for what differs between two runs of the same command."""
    content = path.read_bytes()
    if path.name == "log.txt" or path.parent.name == "report":
        return None
    if path.suffix == ".csv":
        return read_csv(content)
    if path.suffix == ".json":
        value = without_times(json.loads(content))
        value.pop("commands", None)
        return value
    return content


class Disk(CommandCase):
    def setUp(self):
        super().setUp()
        if not FAULTS:
            self.skipTest("the kernel's headers do not have what it takes")
        self.environment["OPENBLAS_NUM_THREADS"] = "1"
        self.work = self.folder / "work"
        self.report = self.folder / "report.txt"
        self.table = collections.Counter()
        self.wrong = []

    def command(self, *arguments):
        return subprocess.run([COMMAND, *arguments], cwd=self.work, env=self.environment,
                              capture_output=True, text=True, timeout=100, check=False)

    def run_failing(self, call, error, n, *arguments):
        """A command whose n-th call fails; with "n+" also those that follow."""
        result = subprocess.run(
            [FAULTS, self.work, self.report, call, error, str(n), COMMAND, *arguments],
            cwd=self.work, env=self.environment, capture_output=True, text=True, errors="replace",
            timeout=100, check=False)
        if result.returncode == SKIPPED:
            self.skipTest("the kernel does not let a process answer for another's calls")
        return result

    def state(self):
        return {str(path.relative_to(self.work)): meaning(path)
                for path in self.work.rglob("*") if path.is_file()}

    def prepare(self, commands):
        """What is there before, in a folder that is copied for each fault."""
        shutil.rmtree(self.work, ignore_errors=True)
        make_data(self.work / "data", train=40, test=12)
        rows = [f"{i % 7},{(i * 5) % 11},{'ab'[i % 2]}\n" for i in range(30)]
        (self.work / "table.csv").write_text("x,y,label\n" + "".join(rows))
        for i in range(12):
            file = self.work / "images" / "ab"[i % 2] / f"{i // 2}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(png(4, 4, [(40 * i + 90 * (i % 2) + 13 * at) % 256 for at in range(16)]))
        for command in commands:
            result = self.command(*command)
            self.assertEqual(result.returncode, 0, result.stderr)
        self.before = self.state()
        shutil.rmtree(self.folder / "template", ignore_errors=True)
        shutil.copytree(self.work, self.folder / "template")

    def restore(self):
        shutil.rmtree(self.work)
        shutil.copytree(self.folder / "template", self.work)

    def differences(self):
        """The files that are not as they should be in the end."""
        state = self.state()
        return [name for name in sorted(state.keys() | self.after.keys())
                if state.get(name) != self.after.get(name)]

    def complain(self, what, result):
        said = " / ".join(result.stderr.splitlines()[-2:])
        self.wrong.append(f"{self.where}: {what}: {result.returncode}: {said} "
                          f"{self.differences()[:4]}")
        return f"WRONG: {what}"

    def printed(self, result):
        return re.sub(r"\d+[.,:]?\d* (s|h|min)\b|[\d,]+ samples/s|time .*", "", result.stdout)

    def judge_refusal(self, result, error):
        """One line, with the cause in it; None if it is that."""
        lines = [line for line in result.stderr.splitlines() if line.startswith("descent: ")]
        goes_on = re.search(r"\d\+ ", self.where)  # other files may fail as well
        if result.returncode != 1 or not lines or (len(lines) > 1 and not goes_on):
            return f"status {result.returncode} and {len(lines)} lines"
        if error in ("EINTR", "SHORT"):
            return "not done again"
        cause = os.strerror(getattr(errno, error))
        return None if cause in lines[0] else "the line does not say the cause"

    def state_of_what_counts(self):
        """Where the disk goes on failing, or does not say whose a temporary file is, that may be
        left: whoever writes next removes it."""
        excused = re.search(r" (stat|unlink) |\d\+ ", self.where)
        return {name: content for name, content in self.state().items()
                if not (excused and ".descent-" in name)}

    def judge_files(self):
        """Every file as before or as after; None if so."""
        for name, content in self.state_of_what_counts().items():
            if content not in (self.before.get(name), self.after.get(name)):
                return f"{name} is neither old nor new"
            if name not in self.before and name not in self.after:
                return f"{name} is left"
        lost = (self.before.keys() & self.after.keys()) - self.state().keys()
        return f"{min(lost)} is lost" if lost else None

    def judge_result(self, result, error):
        if result.returncode == 0:
            same = (self.state_of_what_counts() == self.after
                    and self.printed(result) == self.expected)
            return "same" if same else self.complain("another result", result)
        wrong = self.judge_refusal(result, error) or self.judge_files()
        return self.complain(wrong, result) if wrong else "refused"

    def judge_pictures(self, result, error):
        """Each is answered for itself: one that cannot be read is told, and the others are there."""
        written = self.work / "answers.csv"
        if result.returncode == 1 and written.exists():
            rows = meaning(written)
            if all(row in self.after["answers.csv"] for row in rows):
                written.unlink()
        return self.judge_result(result, error)

    def judge_runs(self, result, error):
        """The same of runs: the table has those that could be read. (Which is the best of them, and
        in what they differ, may be something else.)"""
        written = self.work / "runs.csv"
        if result.returncode == 1 and written.exists():
            rows = list(csv.DictReader(written.open()))
            right = {row["run"]: row for row in self.rows}
            if rows and all(right[row["run"]][key] == value for row in rows for key, value in row.items()
                            if not TIMES.search(key)):
                written.unlink()
        return self.judge_result(result, error)

    def judge_doctor(self, result, error):
        """A model file that cannot be read is a finding."""
        if result.returncode == 0 and "the model file cannot be read" in result.stdout:
            self.assertIn(os.strerror(getattr(errno, error)), result.stdout)
            return "told"
        return self.judge_result(result, error)

    def goes_on(self, *command):
        again = self.command(*command)
        return again.returncode == 0 and self.state() == self.after

    def judge_run(self, result, error):
        if result.returncode == 0:
            same = self.state_of_what_counts() == self.after
            return "same" if same else self.complain("another run", result)
        wrong = self.judge_refusal(result, error)
        if wrong:
            return self.complain(wrong, result)
        run = self.work / "run"
        if (run / "checkpoint.safetensors").exists():
            resumed = self.command("train", "--resume", "run")
            if resumed.returncode == 0 and self.state() in (self.after, self.former):
                return "resumed"
            return self.complain("cannot be resumed: " + resumed.stderr[-200:], result)
        if "run/checkpoint.safetensors" in self.before:
            return self.complain("the checkpoint is lost", result)
        return ("begun again" if self.goes_on(*RUN, "--force")
                else self.complain("cannot begin again", result))

    def judge_study(self, result, error):
        if result.returncode == 0:
            same = self.state() == self.after
            return "same" if same else self.complain("another study", result)
        lines = result.stderr.count("descent: ")
        if result.returncode != 1 or lines < 1:
            return self.complain(f"status {result.returncode} and {lines} lines", result)
        again = self.command(*STUDY)
        if again.returncode == 0 and self.state() == self.after:
            return "goes on"
        return self.complain(f"cannot go on: {again.stderr[-200:]}", result)

    def faults(self, counts):
        """All that can befall a command: call, error, and which one."""
        for call, errors in ERRORS.items():
            for error in errors:
                for n in range(1, counts[call] + 1):
                    yield call, error, str(n)
                    if error not in ("EINTR", "SHORT"):
                        yield call, error, f"{n}+"

    def begin(self, name):
        """The command without a fault: what it comes to, and how many calls it makes."""
        before, command, kind = SCENARIOS[name]
        self.prepare(before)
        self.former = None
        if name == "train --force":
            self.assertEqual(self.command("train", "--resume", "run").returncode, 0)
            self.former = self.state()
            self.restore()
        result = self.run_failing("open", "EIO", 0, *command)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.after, self.expected = self.state(), self.printed(result)
        if (self.work / "runs.csv").exists():
            self.rows = list(csv.DictReader((self.work / "runs.csv").open()))
        counts = dict(line.split(" ", 1) for line in self.report.read_text().splitlines())
        return command, getattr(self, f"judge_{kind}"), {call: int(counts[call]) for call in ERRORS}

    def inject(self, name, chosen):
        """Those faults that are chosen, by their place among all or what they are."""
        command, judge, self.counts = self.begin(name)
        for place, (call, error, n) in enumerate(self.faults(self.counts)):
            if chosen(place, call, error, n):
                self.restore()
                result = self.run_failing(call, error, n, *command)
                path = self.report.read_text().split("failed ")[1].strip()
                where = path.removeprefix(str(self.work) + "/")
                self.where = f"{name}: {call} {error} {n} {where}"
                self.table[name, call, error, judge(result, error)] += 1
        if ALL:
            print(f"{name}: {place + 1} faults", flush=True)

    def tell(self):
        for (name, call, error, outcome), count in sorted(self.table.items()):
            print(f"{name:16} {call:8} {error:7} {outcome:12} {count:5}")
        outcomes = collections.Counter()
        for (*_, outcome), count in self.table.items():
            outcomes[outcome] += count
        print(dict(outcomes), sum(outcomes.values()))

    def test_a_standard_output_that_is_full(self):
        self.prepare([RUN])
        for command in ("evaluate run data --json", "predict run data", "predict run data --json",
                        "inspect run", "inspect data --json", "data", "plot run --text",
                        "runs . --csv -", "doctor run", "sharpness run data", "walk x^2",
                        "completions bash", "check-gradient --json", "find-lr data --hidden 4",
                        "sweep data --out study --jobs 1 --vary lr=0.01,0.1 --epochs 1 -q",
                        "help", "--version"):
            with self.subTest(command), open("/dev/full", "w") as full:
                result = subprocess.run([COMMAND, *command.split()], cwd=self.work, stdout=full,
                                        env=self.environment, stderr=subprocess.PIPE, text=True,
                                        timeout=100, check=False)
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertIn("cannot write to the standard output", result.stderr)

    def test_data_that_cannot_be_opened_are_not_gone(self):
        """export compares with the engine on the samples of the run, where they still are."""
        self.inject("export --c", lambda _, call, error, n: (call, error) == ("open", "EIO")
                    and n.isdigit() and int(n) % 2 == 0)
        self.assertEqual(self.wrong, [], "\n".join(self.wrong))

    def test_a_chosen_setting_is_tested_or_it_is_said_why(self):
        """Its models are evaluated in processes of their own, which open files last but for the report."""
        self.inject("sweep", lambda _, call, error, n: (call, error) == ("open", "EIO")
                    and n.isdigit() and 0 < self.counts[call] - int(n) < 14 and int(n) % 3 == 0)
        self.assertEqual(self.wrong, [], "\n".join(self.wrong))

    def test_every_call_in_turn(self):
        names = os.environ.get("DISK_FAULTS_OF")
        for name in names.split(",") if names else SCENARIOS:
            with self.subTest(name):
                step = 1 if ALL else STEP
                self.inject(name, lambda place, *_, step=step, name=name: place % step == len(name) % step)
        if ALL:
            self.tell()
        self.assertEqual(self.wrong, [], "\n".join(self.wrong))


if __name__ == "__main__":
    unittest.main()
