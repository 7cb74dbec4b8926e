#!/usr/bin/python3
"""Names and texts of others command no terminal: neither with escape sequences nor by turning the
direction of writing, and they do not look like lines of their own. Files for programs keep them."""

import csv
import io
import json
import re
import shutil
import struct
import unittest
from xml.etree import ElementTree

from harness import CommandCase, unsealed

# C0 with the sequences that set a window's title and colours, C1, DEL, bidi, ends of lines.
HOSTILE = "a\x1b]0;t\x07b\x1b[31m\u202ec\u2066\u009b2Jd\x7f\r\nhostile line\u2028"
CLASS = "k\u202e\u009b31m"  # what a class may be named
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# What the command itself draws with: colours, and lines drawn over.
OWN = re.compile(r"\x1b\[(0|[34]8;5;\d+|[39]\d|1)?m|\r?\x1b\[K|\x1b\[\?25[lh]|\r")


class Controls(CommandCase):
    def setUp(self):
        super().setUp()
        self.table = f"{HOSTILE}/{HOSTILE}.csv"
        self.run_name = f"run{HOSTILE}"
        (self.folder / HOSTILE).mkdir()
        with open(self.folder / self.table, "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow([f"x{HOSTILE}", "y\u202e", "label"])
            for i in range(60):
                rows.writerow([i % 7, ["w\x1b[31m", "v\u202e"][i % 2], [CLASS, "z"][i % 2]])
        self.succeed("train", "-q", self.table, "--epochs", "2", "--out", self.run_name)

    def assert_clean(self, text, arguments):
        found = CONTROLS.search(text) or re.search("^hostile", text, re.MULTILINE)
        around = text[max(0, found.start() - 40):found.end() + 40] if found else ""
        self.assertIsNone(found, f"{arguments}: {around!r}")

    def check(self, *arguments, status=None, files=False):
        result = self.run_command(*arguments)
        self.assertIn(result.returncode, (0, 1, 2) if status is None else (status,), result.stderr)
        self.assert_clean(result.stderr, arguments)
        if not files:
            self.assert_clean(result.stdout, arguments)
        if result.returncode != 0 and arguments[0] in ("train", "evaluate", "predict", "inspect"):
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        return result

    def test_names_of_files_and_columns(self):
        table, run = self.table, self.run_name
        for arguments in (
                ["train", table, "--epochs", "1", "--out", "new" + HOSTILE],
                ["train", "--resume", run, "--epochs", "3"], ["evaluate", run], ["inspect", run],
                ["inspect", table], ["plot", run], ["compare", run, "new" + HOSTILE],
                ["plot", run, "--out", f"{HOSTILE}/p.svg"], ["convert", table, f"{HOSTILE}/new"],
                ["doctor", table], ["find-lr", table], ["sharpness", run], ["runs", "."],
                ["runs", ".", "--details"], ["inspect", table, "--out", f"{HOSTILE}/i.svg"],
                ["sweep", table, "--vary", "lr=0.1,0.2", "--epochs", "1", "--out", "s" + HOSTILE],
                ["plot", "s" + HOSTILE], ["compare", "s" + HOSTILE]):
            with self.subTest(arguments[0]):
                self.check(*arguments)
        self.check("predict", run, table, status=0, files=True)

    def test_names_that_are_refused(self):
        table, run = self.table, self.run_name
        for arguments in (
                [HOSTILE], ["help", HOSTILE], ["train", HOSTILE + "2"], ["train", table, "--" + HOSTILE],
                ["train", table, "--out", run], ["train", "--resume", HOSTILE],
                *(["train", table, option, HOSTILE] for option in
                  ("--label", "--ignore", "--hidden", "--schedule", "--engine", "--augment", "--lr")),
                ["evaluate", HOSTILE], ["evaluate", run, HOSTILE], ["predict", run, HOSTILE],
                ["predict", HOSTILE, table], ["inspect", HOSTILE], ["plot", HOSTILE],
                ["compare", HOSTILE], ["runs", HOSTILE], ["doctor", HOSTILE], ["walk", HOSTILE],
                ["data", HOSTILE], ["bench", HOSTILE], ["completions", HOSTILE],
                ["sweep", table, "--vary", HOSTILE], ["sweep", table, "--vary", "lr=" + HOSTILE]):
            with self.subTest(arguments):
                self.check(*arguments)

    def test_texts_of_a_model_file(self):
        """Each entry of the metadata in turn."""
        content = (self.folder / self.run_name / "model.safetensors").read_bytes()
        size = struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8:8 + size])
        for key in [*header["__metadata__"], HOSTILE]:
            metadata = dict(header["__metadata__"], **{key: HOSTILE})
            text = json.dumps(dict(header, __metadata__=metadata)).encode()
            (self.folder / "m.safetensors").write_bytes(
                struct.pack("<Q", len(text)) + text + content[8 + size:])
            with self.subTest(key):
                self.check("inspect", "m.safetensors")
                self.check("predict", "m.safetensors", self.table, files=True)

    def test_texts_of_a_run(self):
        for name in ("config.json", "result.json"):
            saved = unsealed(self.folder / self.run_name / name)
            shutil.copytree(self.folder / self.run_name, self.folder / "copy", dirs_exist_ok=True)
            (self.folder / "copy" / name).write_text(json.dumps(hostile(saved)))
            for command in ("inspect", "runs", "plot", "doctor", "sharpness", "evaluate"):
                with self.subTest(f"{name}: {command}"):
                    self.check(command, "copy")
            self.check("train", "--resume", "copy")
            self.check("compare", "copy", self.run_name)

    def test_names_of_pictures(self):
        for label in (CLASS, "z"):
            (self.folder / "pictures" / label).mkdir(parents=True)
            for i in range(8):
                path = self.folder / "pictures" / label / f"i{HOSTILE}{i}.pgm"
                path.write_bytes(b"P5 4 4 255\n" + bytes((i * 7 + j) % 256 for j in range(16)))
        (self.folder / "pictures" / "z" / f"x{HOSTILE}.txt").write_text("not read")
        self.check("train", "pictures", "--epochs", "1", "--out", "pictured", status=0)
        self.check("inspect", "pictures", status=0)
        self.check("predict", "pictured", "pictures/z", files=True)
        (self.folder / "pictures" / "z" / f"broken{HOSTILE}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        self.check("train", "pictures", "--epochs", "1", "--out", "other", status=1)

    def test_on_a_terminal(self):
        for arguments in (["predict", self.run_name, self.table], ["plot", self.run_name],
                          ["runs", ".", "--csv", "-"], ["inspect", self.table, "--json"],
                          ["evaluate", self.run_name, self.table]):
            with self.subTest(arguments):
                shown = self.on_terminal(*arguments, TERM="xterm-256color", LC_ALL="C.UTF-8")
                if "--json" in arguments:
                    shown = shown.replace("\x7f", "")  # which JSON escapes not, and terminals ignore
                self.assert_clean(OWN.sub("", shown), arguments)

    def test_programs_get_names_as_they_are(self):
        answers = csv.reader(io.StringIO(self.succeed("predict", self.run_name, self.table).stdout))
        self.assertEqual({row[0] for row in answers} - {CLASS, "z"}, {"class"})
        for shown in (self.succeed("inspect", "--json", self.table).stdout,
                      self.on_terminal("inspect", "--json", self.table)):
            self.assertIn(CLASS, json.loads(shown)["train"]["class_names"])

    def test_exported_c_hides_nothing(self):
        """Its comment names the command, and its strings the classes; they are read by people, and by a
        compiler that may take an end of a line, or of a comment, for one."""
        self.check("export", self.run_name, "--c", "x.c", "--header", "x.h", status=0)
        for name in ("x.c", "x.h"):
            text = (self.folder / name).read_text()
            self.assert_clean(text, name)
            self.assertEqual(len(re.findall(r"^ \* hostile", text, re.MULTILINE)), 0)
        self.assertIn(" * command: descent train -q a?]0;t?b", (self.folder / "x.c").read_text())

    def test_pictures_are_valid_whatever_the_title(self):
        for title in ("\x01\x1b\x7f", "\ufffe\uffff\u0085", "&#0; &#x1; &amp; <b> ]]>", "'\\n\"`$(x)`"):
            with self.subTest(repr(title)):
                self.succeed("plot", self.run_name, "--title", title, "--out", "p.svg")
                ElementTree.parse(self.folder / "p.svg")


def hostile(value):
    """The same with hostile texts."""
    if isinstance(value, dict):
        return {key: hostile(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return HOSTILE if isinstance(value, str) else value


if __name__ == "__main__":
    unittest.main()
