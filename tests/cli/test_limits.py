#!/usr/bin/python3
"""Where the system gives little memory, stack, files or threads, a command works or says why it
cannot: no signal ends it, and it does not wait for ever, as OpenBLAS does for a buffer that it does
not get."""

import os
import resource
import signal
import subprocess
import unittest
from pathlib import Path

from harness import COMMAND, CommandCase

PICTURE = Path(os.environ["DESCENT_DATA"]) / "examples/3.png"

TRAIN = ["train", "digits", "-q", "--epochs", "1", "--force", "--out"]
# One of each kind; those that read "run" leave it as it is.
COMMANDS = [
    ["--version"], ["help"], [*TRAIN, "new"], [*TRAIN, "new", "--engine", "packed", "--threads", "2"],
    ["train", "-q", "--resume", "run"], ["evaluate", "run", "digits"], ["predict", "run", PICTURE],
    ["evaluate", "run", "digits", "--mistakes", "mistakes.csv"], ["inspect", "run"],
    ["export", "run", "--c", "run.c", "--html", "run.html", "--force"],
    ["inspect", "digits"], ["convert", "digits", "converted", "--force"], ["doctor", "run"],
    ["plot", "run"], ["plot", "run", "--out", "plot.svg"], ["runs", "."], ["compare", "run", "run"],
    ["sharpness", "run"], ["find-lr", "digits", "-q"], ["check-gradient"], ["walk", "rosenbrock"],
    ["data"], ["completions", "bash"],
    ["sweep", "digits", "-q", "--vary", "lr=0.1,0.2", "--epochs", "1", "--out", "study", "--force"],
]


class Limits(CommandCase):
    def limited(self, what, most, *arguments):
        return subprocess.run([COMMAND, *map(str, arguments)], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, timeout=60, check=False,
                              preexec_fn=lambda: resource.setrlimit(what, (most, most)))

    def check_all(self, what, limits):
        """Every command under each limit: it works, or fails with one line behind its messages."""
        self.succeed("train", "digits", "-q", "--epochs", "1", "--out", "run")
        said = []
        for most in limits:
            for command in COMMANDS:
                with self.subTest(f"{most}: {command}"):
                    result = self.limited(what, most, *command)
                    self.assertIn(result.returncode, (0, 1), result.stderr)
                    if result.returncode == 1:
                        lines = result.stderr.splitlines()
                        self.assertEqual([line.startswith("descent: ") for line in lines],
                                         [False] * (len(lines) - 1) + [True], result.stderr)
                        said.append(lines[-1])
        self.succeed("evaluate", "run", "digits")
        return said

    def test_stack(self):
        """Where the hard limit allows it, the soft one is raised."""
        for line in self.check_all(resource.RLIMIT_STACK, (32 << 10,)):
            self.assertRegex(line, r"expected a stack of at least 512 KiB, found \d+ KiB.*ulimit -s")
        arguments = [COMMAND, *TRAIN, "soft", "--engine", "packed", "--threads", "2"]
        hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
        subprocess.run(arguments, cwd=self.folder, env=self.environment, capture_output=True, check=True,
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (64 << 10, hard)))

    def test_open_files(self):
        said = "\n".join(self.check_all(resource.RLIMIT_NOFILE, (4, 6)))
        self.assertIn("Too many open files", said)

    def test_size_of_files(self):
        said = "\n".join(self.check_all(resource.RLIMIT_FSIZE, (100,)))
        self.assertIn("File too large", said)
        self.assertEqual(list(self.folder.rglob(".descent-*.tmp")), [])

    def test_a_log_that_is_full(self):
        """The run becomes whole, and what is said nowhere else fails the command."""
        options = ["train", "digits", "-q", "--epochs", "3"]
        self.succeed(*options, "--out", "whole")
        self.succeed(*options, "--out", "run", "--until", "1")
        log = self.folder / "run/log.txt"
        log.write_text(log.read_text() + "x" * (1 << 20))
        before = log.read_text()
        result = self.limited(resource.RLIMIT_FSIZE, 1 << 20, "train", "-q", "--resume", "run")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"\Adescent: run/log\.txt: cannot be written: File too large; .*\n\Z")
        self.assertIn("all epochs done", result.stdout)
        self.assert_same_run("whole", "run")
        self.assertEqual(log.read_text(), before)

    def test_closed_streams(self):
        """No file gets what is printed, and nothing that cannot be printed counts as done."""
        self.succeed(*TRAIN, "whole", "--engine", "packed")
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            for command in ([*TRAIN, "run", "--engine", "packed"], ["evaluate", "run", "digits"],
                            ["predict", "run", PICTURE], ["plot", "run", "--out", "plot.svg"],
                            ["convert", "digits", "converted", "--force"]):
                with self.subTest(f"{closed}: {command}"):
                    process = subprocess.Popen(
                        [COMMAND, *map(str, command)], cwd=self.folder, env=self.environment,
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                        preexec_fn=lambda closed=closed: [os.close(stream) for stream in closed])
                    prints = command[0] in ("evaluate", "predict", "train")
                    self.assertEqual(process.wait(60), 1 if 1 in closed and prints else 0)
            self.assert_same_run("whole", "run")
            self.assertTrue((self.folder / "plot.svg").read_text().startswith("<?xml"))

    def test_a_reader_that_has_gone(self):
        """As behind "| head -1": SIGPIPE ends what only prints, without a word; a run becomes whole."""
        self.succeed("train", "digits", "-q", "--epochs", "1", "--out", "run")
        for command in (["inspect", "run"], ["runs", "."], ["evaluate", "run", "digits", "--json"], ["help"],
                        ["predict", "run", "digits"], [*TRAIN, "new"], ["runs", ".", "--csv", "-"]):
            for ignored in (False, True):
                with self.subTest(f"{command} {ignored}"):
                    ours, its = os.pipe()
                    os.close(ours)
                    action = signal.SIG_IGN if ignored else signal.SIG_DFL
                    process = subprocess.Popen(
                        [COMMAND, *command], cwd=self.folder, env=self.environment, stdout=its,
                        stderr=subprocess.PIPE, text=True,
                        preexec_fn=lambda action=action: signal.signal(signal.SIGPIPE, action))
                    os.close(its)
                    _, said = process.communicate(timeout=60)
                    whole = ignored or command[0] == "train"
                    self.assertEqual((process.returncode, said), (0 if whole else -signal.SIGPIPE, ""))
        self.assert_same_run("run", "new")

    def test_processor_time(self):
        """SIGXCPU is an interrupt like the others; only above the hard limit comes SIGKILL."""
        self.succeed("train", "digits", "-q", "--out", "run", "--epochs", "1")
        result = subprocess.run(
            [COMMAND, "train", "digits", "-q", "--epochs", "100000000", "--patience", "none", "--out", "long",
             "--checkpoint-every", "end"], cwd=self.folder, env=self.environment, capture_output=True,
            text=True, timeout=100, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 60)))
        self.assertEqual(result.returncode, 128 + signal.SIGXCPU, result.stderr)
        self.succeed("evaluate", "long", "digits")

    def test_address_space(self):
        self.succeed("train", "digits", "-q", "--epochs", "1", "--out", "run")
        commands = [["train", "digits", "-q", "--epochs", "1", "--force", "--out", "new", *more]
                    for more in (["--threads", "1"], ["--threads", "2"],
                                 ["--hidden", "512,512", "--batch", "256"])]
        commands += [["evaluate", "run", "digits"], ["predict", "run", PICTURE], ["check-gradient"]]
        for mebibytes in (100, 160, 200, 260, 340, 500):
            most = mebibytes << 20
            if self.limited(resource.RLIMIT_AS, most, "--version").returncode != 0:
                continue  # the program itself takes more, as with sanitizers
            for command in commands:
                with self.subTest(f"{mebibytes} MiB: {command}"):
                    result = self.limited(resource.RLIMIT_AS, most, *command)
                    self.assertIn(result.returncode, (0, 1), result.stderr)
                    if result.returncode == 1:
                        self.assertRegex(result.stderr, r"\Adescent: .*memory|address space")
                        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_processes(self):
        """The superuser is not limited: there this shows only that nothing is wrong."""
        for threads in ("1", "2", "auto"):
            result = self.limited(resource.RLIMIT_NPROC, 1, "train", "digits", "-q", "--epochs", "1",
                                  "--threads", threads, "--out", f"run-{threads}")
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_run("run-1", "run-2")
        self.assert_same_run("run-1", "run-auto")


if __name__ == "__main__":
    unittest.main()
