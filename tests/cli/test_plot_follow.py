#!/usr/bin/python3
"""plot --follow: in a terminal, while a run is under way."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from harness import COMMAND
from plots import PlotCase, table

ENTER, LEAVE, HOME = "\x1b[?1049h", "\x1b[?1049l", "\x1b[H"


class Follow(PlotCase):
    def setUp(self):
        super().setUp()
        self.environment.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        self.screen = ""

    def begin(self, *arguments, rows=24, columns=80):
        """Starts the command in a terminal of that size."""
        self.terminal, other = pty.openpty()
        self.addCleanup(os.close, self.terminal)
        self.resize(rows, columns)
        self.process = subprocess.Popen(
            [COMMAND, "plot", "--follow", *arguments], cwd=self.folder, env=self.environment,
            stdin=other, stdout=other, stderr=other, start_new_session=True)
        self.addCleanup(lambda: (self.process.kill(), self.process.wait()))
        os.close(other)

    def resize(self, rows, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def read(self):
        try:
            self.screen += os.read(self.terminal, 1 << 16).decode(errors="replace")
        except OSError:  # the command has closed its end
            return False
        return True

    def wait_for_text(self, text, start=0):
        """Reads what is drawn until it has the text; where that ends."""
        deadline = time.monotonic() + 60
        while text not in self.screen[start:]:
            self.assertLess(time.monotonic(), deadline, f"no {text!r} in {self.screen[start:]!r}")
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.assertTrue(self.read(), f"no {text!r} in {self.screen[start:]!r}")
        return self.screen.index(text, start) + len(text)

    def read_all(self):
        """Until the command has closed its end."""
        deadline = time.monotonic() + 60
        while True:
            self.assertLess(time.monotonic(), deadline, f"does not end: {self.screen[-3000:]!r}")
            if select.select([self.terminal], [], [], 0.1)[0] and not self.read():
                return

    def end(self):
        self.read_all()
        status = self.process.wait(timeout=60)
        self.assertEqual(self.screen.count(ENTER), self.screen.count(LEAVE))
        for mode in ("25", "7"):  # the cursor shows, long lines are broken
            self.assertGreater(self.screen.rindex(f"\x1b[?{mode}h"), self.screen.rindex(f"\x1b[?{mode}l"))
        return status

    def lock(self, run):
        """As a training holds its folder."""
        folder = os.open(self.folder / run, os.O_RDONLY)
        fcntl.flock(folder, fcntl.LOCK_EX)
        return folder

    def go_on(self, run, text):
        """The file is another at once, so that nobody reads the half of it."""
        new = self.folder / "new"
        new.write_text(text)
        os.replace(new, self.folder / run / "metrics.csv")

    def test_until_training_ends(self):
        self.make_run("run", table(3), epochs=6)
        folder = self.lock("run")
        self.begin("run")
        place = self.wait_for_text("run: epoch 3 of 6")
        self.go_on("run", table(6))
        place = self.wait_for_text("run: epoch 6 of 6", place)
        os.close(folder)
        self.assertEqual(self.end(), 0, self.screen[-3000:])
        self.assertEqual(self.screen.count(ENTER), 1)
        last = self.screen[self.screen.index(LEAVE):]  # it stays there
        for text in ("Loss", "Accuracy", "saved weights, epoch 6"):
            self.assertIn(text, last)
        for frame in self.screen[:self.screen.index(LEAVE)].split(HOME)[1:]:
            lines = re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", frame).split("\r\n")
            self.assertLessEqual(len(lines), 24)
            self.assertLessEqual(max(map(len, lines)), 80)

    def test_from_the_beginning(self):
        head = table(3).splitlines()[0] + "\n"
        self.make_run("run", head)
        (self.folder / "run/metrics.csv").unlink()
        folder = self.lock("run")
        self.begin("run")
        self.assertFalse(select.select([self.terminal], [], [], 0.3)[0])  # no file yet
        for command in ("plot", "runs"):
            self.refuse(1, ["run: training has just begun", "metrics.csv"], command, "run")
        self.go_on("run", head)
        self.assertFalse(select.select([self.terminal], [], [], 0.3)[0])  # nothing to draw yet
        self.go_on("run", table(0))
        self.wait_for_text("run: epoch 0")
        os.close(folder)
        self.assertEqual(self.end(), 0, self.screen[-3000:])
        self.go_on("run", head)
        self.begin("run")  # nobody trains it
        self.wait_for_text("no epochs yet")
        self.read_all()
        self.assertEqual(self.process.wait(timeout=60), 1)

    def test_interrupted(self):
        for name, status in (("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 130)):
            with self.subTest(name):
                self.screen = ""
                self.make_run("run")
                folder = self.lock("run")
                self.begin("run")
                self.wait_for_text("run: epoch 10")
                self.process.send_signal(getattr(signal, "SIG" + name))
                self.assertEqual(self.end(), status)
                os.close(folder)

    def test_suspended(self):
        self.make_run("run")
        folder = self.lock("run")
        self.begin("run")
        place = self.wait_for_text("run: epoch 10")
        self.process.send_signal(signal.SIGTSTP)
        place = self.wait_for_text(LEAVE, place)
        os.waitpid(self.process.pid, os.WUNTRACED)
        self.process.send_signal(signal.SIGCONT)
        place = self.wait_for_text(ENTER, place)
        self.wait_for_text("run: epoch 10", place)
        os.close(folder)
        self.assertEqual(self.end(), 0, self.screen[-3000:])

    def test_resized(self):
        self.make_run("run")
        folder = self.lock("run")
        self.begin("run", rows=40, columns=100)
        place = self.wait_for_text("run: epoch 10")
        self.resize(30, 60)
        self.process.send_signal(signal.SIGWINCH)
        place = self.wait_for_text("\x1b[2J" + HOME, place)
        os.close(folder)
        self.assertEqual(self.end(), 0, self.screen[-3000:])
        frame = self.screen[place:self.screen.index(LEAVE)].split(HOME)[0]
        lines = re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", frame).split("\r\n")
        self.assertLessEqual(max(map(len, lines)), 60)
        self.assertLessEqual(len(lines), 30)

    def test_a_terminal_with_hardly_any_rows(self):
        self.make_run("run", table(3), epochs=6)
        for rows in (1, 2, 3):
            with self.subTest(rows=rows):
                folder = self.lock("run")
                self.screen = ""
                self.begin("run", rows=rows)
                place = self.wait_for_text("run: epoch 3 of 6")
                self.wait_for_text("run: epoch 3 of 6", place)  # it goes on
                os.close(folder)
                self.assertEqual(self.end(), 0, self.screen)
                self.assertNotIn("out of memory", self.screen)

    def test_a_run_that_is_over_and_several(self):
        self.make_run("all/a", lr=0.1)
        self.make_run("all/b", lr=0.2)
        self.begin("all")
        self.assertEqual(self.end(), 0, self.screen[-3000:])
        self.assertIn("2 runs, 0 of them training", self.screen)
        self.assertIn("lr 0.2", self.screen)

    def test_a_file_that_breaks(self):
        self.make_run("run")
        folder = self.lock("run")
        self.begin("run")
        self.wait_for_text("run: epoch 10")
        self.go_on("run", "no table\n")
        self.assertEqual(self.end(), 1)
        self.assertIn("run/metrics.csv", self.screen[self.screen.index(LEAVE):])
        os.close(folder)

    def test_usage(self):
        self.make_run("run")
        self.refuse(2, ["--follow", "terminal", "--out FILE"], "plot", "--follow", "run")
        self.refuse(2, ["--follow", "--out", "x.png"], "plot", "--follow", "run", "--out", "x.png")
        self.environment["TERM"] = "dumb"
        self.begin("run")
        self.read_all()
        self.assertEqual(self.process.wait(timeout=60), 2)
        self.assertIn("--follow", self.screen)


if __name__ == "__main__":
    unittest.main()
