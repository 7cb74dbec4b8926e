"""What the command's tests share: running it in a scratch folder, and small data sets.

The command and the project's data are named by DESCENT and DESCENT_DATA; the command that gets a
signal at a step (signal_at_step.c) by DESCENT_SIGNALLED, empty where it cannot be built.
"""

import fcntl
import gzip
import json
import os
import pty
import random
import re
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest
from pathlib import Path

COMMAND = os.environ["DESCENT"]
SIGNALLED = os.environ.get("DESCENT_SIGNALLED")

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"

COLUMNS = ("epoch,step,samples,learning_rate,train_loss,train_accuracy,validation_loss,"
           "validation_accuracy,gradient_norm,seconds,samples_per_second")


def idx(sizes, values, magic=None):
    """The bytes of an IDX file of unsigned bytes."""
    head = struct.pack(">I", 0x800 + len(sizes) if magic is None else magic)
    return head + b"".join(struct.pack(">I", size) for size in sizes) + bytes(values)


def make_samples(count, side, classes, seed):
    """Blurred classes: learnable, but not at once."""
    generator = random.Random(seed)
    labels = [i % classes for i in range(count)]
    pixels = [min(255, max(0, int(generator.gauss(40 + 175 * ((i * 7 + label * 5) % 3 == 0), 30))))
              for label in labels for i in range(side * side)]
    return pixels, labels


def make_data(folder, train=60, test=20, side=3, classes=3, compress=False):
    """Writes a data set of IDX files."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for count, images, names in ((train, TRAIN_IMAGES, TRAIN_LABELS), (test, TEST_IMAGES, TEST_LABELS)):
        pixels, labels = make_samples(count, side, classes, count)
        write(folder, images, idx([count, side, side], pixels), compress)
        write(folder, names, idx([count], labels), compress)
    return folder


def write(folder, name, content, compress=False):
    if compress:
        (folder / (name + ".gz")).write_bytes(gzip.compress(content))
    else:
        (folder / name).write_bytes(content)


def whole_lines(said):
    """Messages with the lines put together that were broken for a screen."""
    return re.sub(r"\n( {2}| {7}| {10}| {12})(?=\S)", " ", said)


def unsealed(path):
    """The object in one of a run's JSON files, without the checksum of the file."""
    found = json.loads(Path(path).read_text())
    found.pop("checksum", None)
    return found


def contents(folder):
    """All files below a folder with their bytes."""
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


class CommandCase(unittest.TestCase):
    """Each test runs in a scratch folder of its own."""

    def setUp(self):
        """What this process ignores (whoever started it may have said nohup, or put it into the
        background), the command would."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.environment = dict(os.environ, HOME=str(self.folder / "home"))
        self.environment.pop("XDG_DATA_HOME", None)

    def start(self, *arguments):
        return subprocess.Popen([COMMAND, *map(str, arguments)], cwd=self.folder,
                                env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, errors="replace")

    def finish(self, process):
        """Waits for a process; an object with returncode, stdout and stderr."""
        stdout, stderr = process.communicate(timeout=100)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def run_command(self, *arguments):
        return self.finish(self.start(*arguments))

    def succeed(self, *arguments):
        result = self.run_command(*arguments)
        self.assertEqual(result.returncode, 0, f"{arguments}: {result.stderr}")
        return result

    def open_terminal(self, columns):
        """Both ends of a terminal: ours, and the command's."""
        ours, its = pty.openpty()
        self.addCleanup(os.close, ours)
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        return ours, its

    @staticmethod
    def read_terminal(ours):
        """What is written to a terminal, piece by piece, until nobody has it open any longer."""
        try:
            while more := os.read(ours, 1 << 16):
                yield more
        except OSError:  # so Linux says it
            pass

    def on_terminal(self, *arguments, columns=80, **variables):
        """What a command writes to a terminal of so many columns, without the messages."""
        ours, its = self.open_terminal(columns)
        process = subprocess.Popen([COMMAND, *map(str, arguments)], cwd=self.folder, stdout=its,
                                   stderr=subprocess.DEVNULL,
                                   env=dict(self.environment, **variables))
        os.close(its)
        written = b"".join(self.read_terminal(ours))
        self.assertEqual(process.wait(), 0)
        return written.decode().replace("\r\n", "\n")

    def refuse(self, status, parts, *arguments, printed=False):
        """The command must fail with one line that holds all the parts, and no output; or with it,
        where only a file was refused that should have been written."""
        result = self.run_command(*arguments)
        said = f"{arguments}: {result.returncode}: {result.stderr}"
        self.assertEqual(result.returncode, status, said)
        self.assertEqual(result.stdout != "", printed, said)
        self.assertEqual(len(result.stderr.splitlines()), 1, said)
        self.assertTrue(result.stderr.startswith("descent: "), said)
        for part in parts:
            self.assertIn(part, result.stderr)
        return result

    def run_signalled(self, step, signals, *arguments):
        """The command, with signals ("INT", "INT INT", "KILL") at that step of its process."""
        return self.run_wrapped({"SIGNAL_AT_STEP": f"{step} {signals}"}, *arguments)

    def run_wrapped(self, variables, *arguments):
        if not SIGNALLED:
            self.skipTest("the linker does not wrap symbols")
        environment = dict(self.environment, **variables)
        return subprocess.run([SIGNALLED, *map(str, arguments)], cwd=self.folder, env=environment,
                              capture_output=True, text=True, errors="replace", timeout=100,
                              check=False)

    def saves(self, *arguments):
        """The command, which must succeed: its output, and the epochs of its checkpoints."""
        count = self.folder / "saves"
        count.unlink(missing_ok=True)
        result = self.run_wrapped({"COUNT_SAVES": str(count)}, *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout, [int(line) for line in count.read_text().split()]

    def kill(self, step, *arguments):
        """The command ends before that step, with no time to do anything about it."""
        result = self.run_signalled(step, "KILL", *arguments)
        self.assertEqual(result.returncode, -signal.SIGKILL, result.stderr)

    def wait_for(self, condition, process):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertIsNone(process.poll(), "the command ended too early")
            self.assertLess(time.monotonic(), deadline, "waited too long")
            time.sleep(0.002)

    def rows(self, run):
        """metrics.csv as a list of dictionaries of texts; checks its form."""
        text = (self.folder / run / "metrics.csv").read_text()
        self.assertTrue(text.endswith("\n"))
        header, *lines = text.splitlines()
        self.assertEqual(header, COLUMNS)
        rows = [dict(zip(COLUMNS.split(","), line.split(","))) for line in lines]
        self.assertEqual([int(row["epoch"]) for row in rows], list(range(len(rows))))
        return rows

    def assert_same_run(self, left, right):
        """Two runs with the same weights, the same state and the same figures, bit by bit."""
        for name in ("model.safetensors", "checkpoint.safetensors"):
            self.assertEqual((self.folder / left / name).read_bytes(),
                             (self.folder / right / name).read_bytes(), name)
        for one, other in zip(self.rows(left), self.rows(right), strict=True):
            for row in (one, other):
                del row["seconds"], row["samples_per_second"]
            self.assertEqual(one, other)
