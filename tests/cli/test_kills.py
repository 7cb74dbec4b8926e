#!/usr/bin/python3
"""Killed at any call that changes files, in the middle of writing, or at any step: a run that goes on
ends in the bytes of the one that nothing befell and leaves no other file; with --force, the old run
is whole until the new one is.

By hand, more kills with a table of what came of them: KILLS=200 meson test cli_kills --verbose
"""

import collections
import json
import os
import random
import shutil
import signal
import unittest

from harness import CommandCase, unsealed

KILLS = int(os.environ.get("KILLS", "12"))

CONFIGURATIONS = {
    "sgd": ["digits", "--batch", "128", "--epochs", "3"],
    "adamw": ["digits", "--batch", "128", "--epochs", "2", "--hidden", "12", "--optimizer", "adamw", "--schedule",
              "cosine", "--warmup", "5", "--augment", "shift=1,rotate=5", "--dropout", "0.2"],
    "table": ["houses.csv", "--regression", "--label-column", "price", "--epochs", "4", "--hidden", "6",
              "--log-layers", "--recover", "--patience", "2"],
    "target": ["digits", "--batch-schedule", "64,128@1", "--epochs", "3", "--target-loss", "0.4",
               "--check-every", "320"],
}
# Saved after each epoch, now and then, and at the end.
PACES = [["--checkpoint-every", "0"], [], ["--checkpoint-every", "end"]]
TIMES = ("seconds", "samples_per_second")


def write_houses(path):
    """Rooms, a street and a price; here and there nothing."""
    generator = random.Random(1)
    lines = ["rooms,street,garden,price"]
    for _ in range(120):
        rooms, street = generator.randrange(1, 9), generator.choice(("oak", "elm", "ash"))
        garden = generator.choice(("yes", "no", ""))
        price = 40 * rooms + 25 * len(garden) + generator.gauss(0, 10)
        lines.append(f"{rooms if generator.random() > 0.1 else ''},{street},{garden},{price:.1f}")
    path.write_text("\n".join(lines) + "\n")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


class Kills(CommandCase):
    def setUp(self):
        super().setUp()
        write_houses(self.folder / "houses.csv")
        self.outcomes = collections.Counter()

    def count(self, out, options):
        """The run that nothing befalls, and how many calls change files in it."""
        count = self.folder / "count"
        result = self.run_wrapped({"COUNT_CALLS": str(count)}, "train", *options, "-q", "--force", "--out", out)
        self.assertEqual(result.returncode, 0, result.stderr)
        return int(count.read_text())

    def figures(self, run):
        """What a run's files say, times and places aside."""
        folder = self.folder / run
        said = {name: (folder / name).read_bytes() for name in names(folder) if name.endswith(".safetensors")}
        rows = [line.split(",") for line in (folder / "metrics.csv").read_text().splitlines()]
        kept = [i for i, name in enumerate(rows[0]) if name not in TIMES]
        said["rows"] = [[row[i] for i in kept] for row in rows]
        said["layers"] = (folder / "layers.csv").read_bytes() if (folder / "layers.csv").exists() else b""
        result = unsealed(folder / "result.json")
        said["result"] = {key: result[key] for key in result if key not in (*TIMES, "elapsed_seconds", "date")}
        config = json.loads((folder / "config.json").read_text())
        said["config"] = {key: config[key] for key in config if key not in ("commands", "seconds")}
        return said

    def assert_same(self, whole, run):
        self.assertEqual(names(self.folder / whole), names(self.folder / run))
        one, other = self.figures(whole), self.figures(run)
        for key in one:
            if key != "config":
                self.assertEqual(one[key], other[key], key)
        for part in ("data", "stop_reason"):
            self.assertEqual(one["config"][part], other["config"][part])

    def killed(self, variables, *arguments):
        """Whether the command was killed; it may have ended before, since time decides when
        it saves."""
        result = self.run_wrapped(variables, *arguments, "-q")
        self.assertIn(result.returncode, (0, -signal.SIGKILL), result.stderr)
        return result.returncode != 0

    def go_on(self, begin):
        """As anybody would: the run is resumed, or where it had not begun started again."""
        result = self.run_command("train", "-q", "--resume", "run")
        if result.returncode == 0:
            return "resumed"
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertRegex(result.stderr, "start it again|no such run folder|not a run folder")
        self.succeed(*begin)
        return "started again"

    def hit(self, where, whole, options):
        """A new run that is killed, and then once more while it goes on."""
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        begin = ["train", *options, "-q", "--out", "run"]
        killed = self.killed(where, *begin)
        if killed:
            self.run_wrapped({"KILL_AT_CALL": str(random.Random(str(where)).randrange(1, 60))}, "train", "-q",
                             "--resume", "run")
        outcome = self.go_on(begin) if killed else "had ended"
        self.assert_same(whole, "run")
        return outcome

    def hit_force(self, where, whole, options):
        """One that is to take the place of another."""
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        shutil.copytree(self.folder / "old", self.folder / "run")
        killed = self.killed(where, "train", *options, "-q", "--out", "run", "--force")
        old = self.figures("old")["checkpoint.safetensors"]
        checkpoint = self.folder / "run/checkpoint.safetensors"
        replaced = (self.folder / "run/.descent-next").exists() or not checkpoint.exists()
        if killed and not replaced and checkpoint.read_bytes() == old:
            left = [name for name in names(self.folder / "run") if not name.startswith(".descent-")]
            self.assertEqual(left, names(self.folder / "old"))
            for name in left:
                self.assertEqual((self.folder / "run" / name).read_bytes(), (self.folder / "old" / name).read_bytes())
            self.succeed("train", "-q", "--resume", "run", "--epochs", "2")
            self.assertEqual(names(self.folder / "run"), names(self.folder / "old"))
            return "old was whole"
        if killed:
            self.succeed("train", "-q", "--resume", "run")
        self.assert_same(whole, "run")
        return "new was whole" if killed else "had ended"

    def test_kills(self):
        self.succeed("train", "digits", "-q", "--out", "old", "--epochs", "1", "--log-layers")
        each = -(-KILLS // len(CONFIGURATIONS))
        for number, (name, options) in enumerate(CONFIGURATIONS.items()):
            self.hit_all(name, [*options, "--engine", "packed"], each, random.Random(number))
        if KILLS > 12:
            for outcome, count in sorted(self.outcomes.items()):
                print(*outcome, count)

    def hit_all(self, name, options, each, generator):
        """So many kills, each in one of as many equal parts of the run, so that all of it is met."""
        whole = f"whole-{name}"
        calls = [self.count(whole, [*options, *pace]) for pace in PACES]
        for i in range(each):
            pace = i % len(PACES)
            kind = ("call", "force", "step")[(i + generator.randrange(3)) % 3]
            part = (i + generator.random()) / each
            where = ({"SIGNAL_AT_STEP": f"{1 + int(part * 11)} KILL"} if kind == "step" else
                     {"KILL_AT_CALL": str(1 + int(part * calls[pace]))})
            with self.subTest(name, kind=kind, where=where, pace=PACES[pace]):
                hit = self.hit_force if kind == "force" else self.hit
                self.outcomes[kind, hit(where, whole, [*options, *PACES[pace]])] += 1


if __name__ == "__main__":
    unittest.main()
