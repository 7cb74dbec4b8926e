#!/usr/bin/python3
"""Manual pages: one for each command, with all its options, which the programs that render manuals
take without a warning."""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from harness import CommandCase

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "FILES", "EXIT STATUS",
            "ENVIRONMENT", "SEE ALSO"]


def plain(page):
    """A page's text without fonts and escapes."""
    for escape, character in ((r"\e", "\\"), (r"\-", "-"), (r"\(ha", "^"), (r"\(ti", "~"),
                              (r"\(ga", "`"), (r"\(aq", "'"), (r"\(dq", '"'), (r"\&", "")):
        page = page.replace(escape, character)
    page = re.sub(r"\\\[u([0-9A-F]{4,})\]", lambda code: chr(int(code[1], 16)), page)
    return re.sub(r"\\f[RBI]", "", page)


class Manual(CommandCase):
    def setUp(self):
        super().setUp()
        listed = self.succeed("help").stdout.split("Commands:\n")[1].split("\n\n")[0]
        self.commands = re.findall(r"^  (\S+)", listed, re.MULTILINE)

    def pages(self):
        """The text of each page, by its command, and of that of descent itself by None."""
        for command in [None, *self.commands]:
            with self.subTest(command):
                yield command, self.succeed("help", "--man", *([command] if command else [])).stdout

    def render(self, program, *options):
        if shutil.which(program) is None:
            self.skipTest(f"{program} is not there")
        for command, page in self.pages():
            path = self.folder / "page.1"
            path.write_text(page)
            environment = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="80")
            result = subprocess.run([program, *options, path], capture_output=True, text=True,
                                    env=environment, check=False)
            self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout[-500:])
            yield command, result.stdout

    def test_groff_has_no_warnings(self):
        for command, shown in self.render("groff", "-man", "-Tutf8", "-ww"):
            self.assertIn("descent", shown)
            if command == "walk":
                self.assertIn("(x² + κ y²)/2", re.sub(r"\s+", " ", shown))

    def test_man_has_no_warnings(self):
        """Nor where there are no letters but ASCII's, as without a locale: it drops what it lacks."""
        for encoding in ("UTF-8", "ascii"):
            for _, shown in self.render("man", "--warnings", "-E", encoding, "-l"):
                self.assertIn("EXIT STATUS", shown)

    def test_mandoc_has_no_warnings(self):
        for _, shown in self.render("mandoc", "-Tlint", "-Wwarning"):
            self.assertEqual(shown, "")

    def test_sections_in_their_order(self):
        for command, page in self.pages():
            found = re.findall(r"^\.SH (.*)$", page, re.MULTILINE)
            if command is None:
                self.assertEqual(found, [*SECTIONS[:3], "COMMANDS", *SECTIONS[5:]])
            else:
                self.assertEqual(found, [section for section in SECTIONS if section in found])
                self.assertEqual(set(SECTIONS) - set(found), set() if "FILES" in found else {"FILES"})

    def test_pages_are_ascii_and_name_their_subject(self):
        for command, page in self.pages():
            self.assertTrue(page.isascii())
            name = f"descent-{command}" if command else "descent"
            self.assertEqual(page.splitlines()[0].split()[:3], [".TH", name.upper(), "1"])
            self.assertRegex(plain(page), rf"\.SH NAME\n{name} - [a-z].*[^.]\n")

    def test_every_option_and_argument_has_an_entry(self):
        for command, page in self.pages():
            if command is None:
                continue
            text = self.succeed(command, "--help").stdout
            options = re.findall(r"^  (?:-\w, |    )(--[\w-]+)", text, re.MULTILINE)
            entries = re.findall(r"^\.TP\n(?:-\w, )?(--[\w-]+)", plain(page), re.MULTILINE)
            self.assertEqual(sorted(entries), sorted(options))
            for example in text.split("\nExamples:\n")[1].split("\n\n")[0].splitlines():
                self.assertIn(f".TP\n{example.strip()}\n", plain(page))

    def test_rules_that_help_has_no_room_for(self):
        page = plain(self.succeed("help", "--man", "train").stdout)
        self.assertIn("Expects a number > 0 that a float can hold, auto, or default.", page)
        self.assertIn("It has an effect only with --optimizer sgd or rmsprop.", page)
        for name in ("model.safetensors", "checkpoint.safetensors", "metrics.csv", "config.json",
                     "result.json", "log.txt"):
            self.assertIn(f".TP\n{name}\n", page)
        resumed = "It cannot change when a run is resumed."
        self.assertIn(resumed, page)
        self.assertNotIn(resumed, plain(self.succeed("help", "--man", "find-lr").stdout))
        resumed = "It cannot change when a run is resumed."
        self.assertIn(resumed, page)
        self.assertNotIn(resumed, plain(self.succeed("help", "--man", "find-lr").stdout))

    def test_a_run_has_the_files_that_are_named(self):
        self.succeed("train", "digits", "--epochs", "1", "--hidden", "2", "--out", "run",
                     "--log-layers", "--quiet")
        page = plain(self.succeed("help", "--man").stdout)
        section = page.split(".SH FILES\n")[1].split(".SH ")[0]
        self.assertEqual(sorted(re.findall(r"^\.TP\n(\S+)\n", section, re.MULTILINE)),
                         sorted(path.name for path in (self.folder / "run").iterdir()))

    def test_the_build_has_a_page_for_each_command(self):
        folder = os.environ["DESCENT_MANUAL"]
        if not folder:
            self.skipTest("a cross build has no pages")
        expected = {f"descent-{command}.1": page for command, page in self.pages()}
        expected["descent.1"] = expected.pop("descent-None.1")
        built = {path.name: path.read_text() for path in Path(folder).glob("*.1")}
        self.assertEqual(built.keys(), expected.keys())

    def test_an_unknown_command(self):
        self.refuse(2, ['unknown command "tarin", did you mean train?'], "help", "--man", "tarin")


if __name__ == "__main__":
    unittest.main()
