#!/usr/bin/python3
"""The threads of the command, and that it is the program that was started: nothing in its place."""

import json
import os
import resource
import shutil
import subprocess
import unittest
from pathlib import Path

from harness import COMMAND, CommandCase, make_data

# So many samples a batch that a second thread pays.
WIDE = ("--hidden", "64", "--batch", "1024")


class Threads(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", train=1100, side=12)

    def training(self, *options):
        """A process that is in its first epochs."""
        run = self.folder / "-".join(["run", *options])
        process = subprocess.Popen([COMMAND, "train", "data", "--quiet", "--epochs", "1000000",
                                    "--out", run, *WIDE, *options],
                                   cwd=self.folder, env=self.environment)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        metrics = run / "metrics.csv"
        self.wait_for(lambda: metrics.exists() and len(metrics.read_text().splitlines()) > 2, process)
        return process

    @unittest.skipUnless(Path("/proc/self/task").exists(), "no /proc")
    def test_as_many_as_asked_for(self):
        for threads in (1, 2, 3):
            with self.subTest(threads=threads):
                process = self.training("--threads", str(threads))
                found = list(Path(f"/proc/{process.pid}/task").iterdir())
                self.assertEqual(len(found), threads)
                process.kill()

    def test_the_result_says_how_many_did_the_work(self):
        for threads in ("1", "2"):
            self.succeed("train", "data", "--epochs", "2", *WIDE, "--threads", threads, "--out", threads)
            machine = json.loads((self.folder / threads / "result.json").read_text())["machine"]
            self.assertEqual((machine["threads"], machine["threads_share"]), (int(threads), 1.0))
        self.succeed("train", "data", "--epochs", "9", *WIDE, "--out", "auto")
        machine = json.loads((self.folder / "auto/result.json").read_text())["machine"]
        self.assertLessEqual(machine["threads"], os.cpu_count())
        self.assertTrue(0.0 <= machine["threads_share"] <= 1.0)
        if machine["threads"] > 1:
            self.assertLess(machine["threads_share"], 1.0)  # the first steps are measured on one

    @unittest.skipUnless(Path("/proc/self/comm").exists(), "no /proc")
    def test_its_name(self):
        process = self.training()
        name = Path(COMMAND).resolve().name
        self.assertEqual(Path(f"/proc/{process.pid}/comm").read_text(), name[:15] + "\n")

    @unittest.skipIf(os.environ.get("ASAN_OPTIONS"), "looking for leaks takes a thread")
    def test_no_more_threads_to_be_had(self):
        """As under `ulimit -u` and in small containers. Root has no such limit."""
        train = ["train", "data", "--epochs", "2", *WIDE, "--quiet", "--threads", "3", "--out"]
        self.succeed(*train, "many")
        user = None
        if os.geteuid() == 0:
            user = 65534
            self.folder.chmod(0o777)
        result = subprocess.run([COMMAND, *train, "few"], cwd=self.folder, env=self.environment,
                                user=user, capture_output=True, text=True, check=False,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1)))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_run("many", "few")

    @unittest.skipUnless(shutil.which("valgrind"), "no valgrind")
    @unittest.skipIf(os.environ.get("ASAN_OPTIONS"), "valgrind and the sanitizers exclude each other")
    def test_under_valgrind(self):
        """OpenBLAS chooses its kernels itself: valgrind has not all instructions of the processor."""
        make_data(self.folder / "small")
        self.environment.pop("OPENBLAS_CORETYPE", None)
        result = subprocess.run(["valgrind", "-q", "--leak-check=full", "--error-exitcode=9", COMMAND,
                                 "train", "small", "--epochs", "1", "--threads", "2", "--quiet",
                                 "--out", "run"], cwd=self.folder, env=self.environment,
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main()
