"""What the README says is so: its programs are those that are tested, its commands run, as do those
of the folders' own, and its links lead somewhere.

MNIST's commands run where DESCENT_DATA names a folder that holds it.
"""

import json
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

import harness

SOURCE = Path(__file__).resolve().parents[2]
README = (SOURCE / "README.md").read_text()
OTHERS = ("data", "models", "scripts", "src")
MNIST = Path(os.environ.get("DESCENT_DATA", "")) / "mnist"


def blocks(language, text=README):
    return re.findall(r"```%s\n(.*?)```" % language, text, re.DOTALL)


def anchors(text):
    """What GitHub calls the headings."""
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def texts():
    return [README] + [(SOURCE / name / "README.md").read_text() for name in OTHERS]


def commands():
    """All lines that run the built command, make its input or check its output."""
    lines = [line.split("#")[0].strip()
             for text in texts() for block in blocks("sh", text) for line in block.splitlines()]
    starts = ("build/descent ", "scripts/check-pytorch", "awk ", "printf ")
    return [line for line in lines if line.startswith(starts)]


def promised():
    """The tests that hold what the README promises."""
    section = README.partition("## What it promises")[2].partition("\n## ")[0]
    cells = [line.split("|")[2] for line in section.splitlines() if line.startswith("| **")]
    return [re.findall(r"`(\w+)`", cell) for cell in cells]


class Readme(harness.CommandCase):
    def test_promises_are_held_by_tests_that_exist(self):
        build = Path(os.environ["DESCENT"]).parent
        listed = subprocess.run(["meson", "introspect", "--tests", build], text=True,
                                capture_output=True, check=True).stdout
        known = {test["name"] for test in json.loads(listed)}
        self.assertGreater(len(promised()), 9)
        for names in promised():
            self.assertTrue(names)
            self.assertLessEqual(set(names), known)

    def test_programs_are_the_tested_ones(self):
        tested = [(SOURCE / f"tests/embed/{name}.c").read_text() for name in ("predict", "train")]
        self.assertEqual(blocks("c"), tested)

    def example(self, name):
        return subprocess.run([Path(os.environ["DESCENT_EXAMPLES"]) / f"example_{name}"],
                              cwd=self.folder, text=True, capture_output=True, check=True).stdout

    def test_training_prints_what_is_said(self):
        (self.folder / "data").symlink_to(SOURCE / "data")
        printed = self.example("train")
        right = int(re.match(r"(\d+) of 360 digits right\n$", printed).group(1))
        said = int(re.search(r"```text\n(\d+) of 360 digits right\n```", README).group(1))
        self.assertLessEqual(abs(right - said), 4)  # another processor rounds otherwise
        self.assertEqual(self.example("train"), printed)  # from the checkpoint, at its end
        self.assertTrue((self.folder / "digits.safetensors").exists())

    def test_prediction_prints_what_is_said(self):
        self.succeed("train", str(SOURCE / "data/digits"), "--out", "models/quickstart")
        number, share = re.match(r"(\d), ([0-9.]+) %\n$", self.example("predict")).groups()
        self.assertIn(f"```text\n{number}, 100.0 %\n```", README)
        self.assertGreater(float(share), 95)  # another processor trains other weights

    def test_commands_run(self):
        lines = commands()
        self.assertGreaterEqual(len(lines), 6)
        self.lay_out()
        for line in filter(self.possible, lines):
            # The full training is said, not done: it takes longer than the other tests together.
            line = line.replace("--epochs 10", "--epochs 2").replace("--epochs 12", "--epochs 3")
            # A study is shorter with fewer batch sizes and seeds.
            line = line.replace("1,4,16,64,256,full", "16,64").replace("--seeds 5", "--seeds 2")
            with self.subTest(line):
                done = subprocess.run(line, shell=True, cwd=self.folder, text=True,
                                      env=self.environment, capture_output=True,
                                      stdin=subprocess.DEVNULL, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_is_printed_or_drawn_fits_a_terminal(self):
        wide = [line for text in texts() for block in blocks("text", text) for line in block.splitlines()
                if len(line) > 80]
        self.assertEqual(wide, [])

    def test_links_lead_somewhere(self):
        for folder in ("",) + OTHERS:
            text = (SOURCE / folder / "README.md").read_text()
            for link in re.findall(r"\]\(([^)\s]+)\)", text):
                if link.startswith("#"):
                    self.assertIn(link[1:], anchors(text))
                elif not link.startswith("http"):
                    self.assertTrue((SOURCE / folder / link).exists(), f"{folder}: {link}")

    def test_what_a_run_writes_is_explained(self):
        """Each of its files, and each entry of the model's."""
        text = (SOURCE / "models/README.md").read_text()
        table = self.folder / "table.csv"
        table.write_text("a,b,y\n" + "".join(f"{i},{'pq'[i % 2]},{i * i}\n" for i in range(40)))
        for data, *options in ((str(SOURCE / "data/digits"), "--log-layers", "--class-weights",
                                "balanced", "--label-smoothing", "0.1"),
                               (table, "--regression", "--label-column", "y")):
            self.succeed("train", data, *options, "--epochs", "1", "--out", "run", "--force")
            file = (self.folder / "run/model.safetensors").read_bytes()
            header = json.loads(file[8:8 + int.from_bytes(file[:8], "little")])
            names = [path.name for path in (self.folder / "run").iterdir()]
            for name in [*header["__metadata__"], *names]:
                self.assertIn(f"`{name}`", text)

    def lay_out(self):
        """A folder that looks like the project's after the quickstart."""
        for name in ("build", "models", "sets"):
            (self.folder / name).mkdir()
        for name in ("data", "scripts"):
            (self.folder / name).symlink_to(SOURCE / name)
        (self.folder / "build/descent").symlink_to(harness.COMMAND)
        (self.folder / "models/digits").symlink_to(SOURCE / "models/digits")
        (self.folder / "sets/digits").symlink_to(SOURCE / "data/digits")
        (self.folder / "sets/mnist").symlink_to(MNIST)
        self.environment["DESCENT_DATA"] = str(self.folder / "sets")
        self.environment["DESCENT"] = harness.COMMAND
        self.succeed("train", "digits", "--out", "models/quickstart")

    def possible(self, line):
        if "mnist" in line and not MNIST.is_dir():
            return False
        if line.startswith("scripts/check-pytorch"):
            return subprocess.run(["/usr/bin/python3", "-c", "import torch"], capture_output=True,
                                  check=False).returncode == 0
        return shutil.which("gnuplot") is not None or " plot " not in line


if __name__ == "__main__":
    unittest.main(verbosity=2)
