#!/usr/bin/python3
"""Where the system gives little memory or no threads, a command works or says why it cannot, and does
not wait for ever, as OpenBLAS does for a buffer that it does not get."""

import os
import resource
import subprocess
import unittest
from pathlib import Path

from harness import COMMAND, CommandCase

PICTURE = Path(os.environ["DESCENT_DATA"]) / "examples/3.png"


class Limits(CommandCase):
    def limited(self, what, most, *arguments):
        return subprocess.run([COMMAND, *map(str, arguments)], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, timeout=60, check=False,
                              preexec_fn=lambda: resource.setrlimit(what, (most, most)))

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
