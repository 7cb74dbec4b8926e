#!/usr/bin/python3
"""How long OpenMP's threads spin: set for the command alone, and left to users who have set it."""

import subprocess
import unittest
from pathlib import Path

from harness import COMMAND, CommandCase, make_data


@unittest.skipUnless(Path("/proc/self/environ").exists(), "no /proc")
class Spinning(CommandCase):
    def environment_of_a_run(self, **variables):
        environment = {name: value for name, value in self.environment.items()
                       if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
        make_data(self.folder / "data")
        process = subprocess.Popen([COMMAND, "train", "data", "--quiet", "--force", "--out", "run",
                                    "--epochs", "1000000"], cwd=self.folder,
                                   env=dict(environment, **variables))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.wait_for((self.folder / "run/metrics.csv").exists, process)
        content = Path(f"/proc/{process.pid}/environ").read_bytes()
        return dict(entry.decode().split("=", 1) for entry in content.split(b"\0") if entry)

    def test_set(self):
        self.assertEqual(self.environment_of_a_run()["GOMP_SPINCOUNT"], "30000")

    def test_left_alone(self):
        self.assertEqual(self.environment_of_a_run(GOMP_SPINCOUNT="7")["GOMP_SPINCOUNT"], "7")
        self.assertNotIn("GOMP_SPINCOUNT", self.environment_of_a_run(OMP_WAIT_POLICY="active"))


if __name__ == "__main__":
    unittest.main()
