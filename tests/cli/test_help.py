#!/usr/bin/python3
"""Help: -h is a screen, --help is all, and a letter means one thing wherever it is given."""

import re
import shlex
import unittest

from harness import CommandCase

LINES, COLUMNS = 24, 80

OPTION = re.compile(r"^  (?:(-\w), |    )--([\w-]+)", re.MULTILINE)

# Letters that meant something else in other commands, and the option that lost its own.
FORMER = [("evaluate", "-p", "--part"), ("evaluate", "-ptest", "--part"),
          ("predict", "-a", "--as-is"), ("predict", "-s", "--show"),
          ("predict", "-p", "--probabilities"), ("plot", "-t", "--text"), ("plot", "-l", "--log"),
          ("plot", "-s", "--size")]


class Help(CommandCase):
    def setUp(self):
        super().setUp()
        overview = self.succeed("--help").stdout
        listed = overview.split("Commands:\n")[1].split("\n\n")[0]
        self.commands = re.findall(r"^  (\S+)", listed, re.MULTILINE)
        self.assertIn("train", self.commands)

    def help_of(self, command, option):
        result = self.succeed(command, option)
        self.assertEqual(result.stderr, "")
        return result.stdout

    def test_the_overview_is_one_screen(self):
        shown = self.succeed("-h").stdout
        self.assertEqual(shown, self.succeed("help").stdout)
        self.assertEqual(shown, self.run_command().stderr)
        self.check_screen(shown)

    def check_screen(self, text):
        lines = text.splitlines()
        self.assertLessEqual(len(lines), LINES, text)
        for line in lines:
            self.assertLessEqual(len(line), COLUMNS, line)

    def test_every_command_has_one_screen(self):
        for command in self.commands:
            with self.subTest(command):
                text = self.help_of(command, "-h")
                self.check_screen(text)
                lines = text.splitlines()
                self.assertRegex(lines[0], r"^[A-Z].*\.$")
                self.assertTrue(lines[2].startswith(f"Usage: descent {command} [OPTIONS]"))
                self.assertEqual(lines[-1], f"descent {command} --help has all")
                self.assertEqual(len(self.examples(text)), 3)
                if "DATA" in lines[2]:
                    self.assertRegex(text, r"DATA (is|may)")

    def test_a_screen_has_the_common_options_with_a_line_each(self):
        for command in self.commands:
            with self.subTest(command):
                text, whole = self.help_of(command, "-h"), self.help_of(command, "--help")
                section = re.search(r"^(?:Common options|Options):\n(.*?)\n\n", text,
                                    re.MULTILINE | re.DOTALL)
                if section is None:
                    self.assertEqual(OPTION.findall(whole), [("-h", "help")])
                    continue
                options = OPTION.findall(section[1])
                self.assertEqual(len(section[1].splitlines()), len(options), section[1])
                self.assertLessEqual(len(options), 11)
                self.assertEqual(OPTION.findall(whole)[:len(options)], options, "common ones first")
                if "\nOptions:" in text:
                    rare = [name for _, name in OPTION.findall(whole) if name == "instruction-set"]
                    self.assertEqual(len(OPTION.findall(whole)), len(options) + 1 + len(rare))

    def test_all_of_it_fits_the_width(self):
        for command in self.commands:
            for line in self.help_of(command, "--help").splitlines():
                self.assertLessEqual(len(line), COLUMNS, f"{command}: {line}")

    def test_an_option_is_named_once(self):
        for command in self.commands:
            names = [name for _, name in OPTION.findall(self.help_of(command, "--help"))]
            self.assertEqual(len(names), len(set(names)), command)

    def examples(self, text):
        return text.split("\nExamples:\n")[1].split("\n\n")[0].splitlines()

    def test_examples_have_options_that_are_there(self):
        for command in self.commands:
            for example in self.examples(self.help_of(command, "--help")):
                words = shlex.split(re.search(r"descent ([^)>]*)", example)[1])
                names = {name for _, name in OPTION.findall(self.help_of(words[0], "--help"))}
                for word in words[1:]:
                    if word.startswith("--"):
                        self.assertIn(word[2:], names, example)

    def test_a_letter_means_one_thing(self):
        names = {}
        for command in self.commands:
            for letter, name in OPTION.findall(self.help_of(command, "--help")):
                if letter:
                    names.setdefault(letter, {}).setdefault(name, []).append(command)
        self.assertEqual(names["-b"].keys(), {"batch"})
        for letter, meanings in names.items():
            self.assertEqual(len(meanings), 1, f"{letter}: {meanings}")

    def test_a_letter_that_is_no_longer_one_is_asked_about(self):
        for command, letter, meant in FORMER:
            self.refuse(2, [f"{letter}: unknown option, did you mean {meant}? See descent {command} "
                            "--help"], command, "x", "y", letter)

    def test_help_of_a_command_is_its_help(self):
        for command in self.commands:
            self.assertEqual(self.succeed("help", command).stdout, self.help_of(command, "--help"))

    def test_help_of_an_option_takes_the_names_that_the_command_takes(self):
        batch = self.succeed("help", "train", "batch").stdout
        self.assertTrue(batch.startswith("  -b, --batch=N"))
        for name in ("b", "-b", "--batch", "BATCH", "batch-size", "--batch_size"):
            self.assertEqual(self.succeed("help", "train", name).stdout, batch)
        self.assertEqual(self.succeed("help", "train", "warm").stdout,
                         self.succeed("help", "train", "warmup").stdout)
        self.refuse(2, ["val: expected one option, found the beginning of --values, --validation; "
                        "see descent train --help"], "help", "train", "val")
        self.refuse(2, ["bacth: unknown option, did you mean --batch?"], "help", "train", "bacth")
        for name in ("B", "zzz", "-", ""):
            self.refuse(2, [f"descent: {name}: unknown option"], "help", "train", name)

    def test_help_comes_before_what_is_wrong_behind_it(self):
        for option in ("-h", "--help", "--hel"):
            self.assertIn("Usage: descent train", self.succeed("train", option, "--lr", "x").stdout)
        self.refuse(1, ['"-h" not found'], "train", "--", "-h")


if __name__ == "__main__":
    unittest.main()
