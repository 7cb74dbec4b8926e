#!/usr/bin/python3
"""Completions: the shells themselves are asked what they offer at the end of a line."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from harness import COMMAND, CommandCase, make_data

# A line up to the cursor; what must be offered, and what must not.
CASES = [
    ("descent ", ["train", "evaluate", "check-gradient", "help"], ["--hidden", "notes.txt"]),
    ("descent tr", ["train"], ["evaluate"]),
    ("descent help ", ["find-lr", "train"], ["help", "version"]),
    ("descent train --epo", ["--epochs"], ["--epsilon", "--hidden"]),
    ("descent train --optimizer ", ["sgd", "adam", "adamw", "rmsprop"], ["digits", "notes.txt"]),
    ("descent train --optimizer=a", ["adam", "adamw"], ["sgd"]),
    ("descent train -a le", ["leaky-relu"], ["relu"]),
    ("descent train --lr ", ["auto", "default"], ["digits"]),
    ("descent train di", ["digits"], ["distant"]),
    ("descent train no", ["notes.txt"], ["digits"]),
    ("descent train --resume n", ["notes.txt"], ["none"]),
    ("descent evaluate notes.txt dig", ["digits"], []),
    ("descent walk ", ["parabola", "rosenbrock"], ["digits", "notes.txt"]),
    ("descent walk parabola --sch", ["--schedule"], ["--seed"]),
    ("descent plot --ov", ["--over"], []),
    ("descent plot --over s", ["samples", "seconds", "step"], ["epoch"]),
    ("descent plot --what ", ["loss", "gradient-norm", "speed"], ["notes.txt"]),
    ("descent completions ", ["bash", "fish", "zsh"], []),
    ("descent data --n", ["--names"], ["--json"]),
]

# A description with each of these has been seen to break quoting.
ODD = "descent inspect --sh"

BASH = """
source ./script
COMP_LINE=$1 COMP_POINT=${#1} COMP_CWORD=-1 COMP_WORDS=()
# Words as readline splits them: at blanks, and an equals sign is one.
rest=${1//=/ = }
case $1 in *' ') rest="$rest ''" ;; *=) rest="$rest ''" ;; esac
for word in $rest; do
    COMP_WORDS+=("${word#\\'\\'}")
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_descent descent "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


class Completions(CommandCase):
    def setUp(self):
        super().setUp()
        (self.folder / "bin").mkdir()
        (self.folder / "bin/descent").symlink_to(COMMAND)
        (self.folder / "notes.txt").write_text("")
        self.environment["PATH"] = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        self.environment["LC_ALL"] = "C.UTF-8"

    def script(self, shell):
        if shutil.which(shell) is None:
            self.skipTest(f"{shell} is not there")
        (self.folder / "script").write_text(self.succeed("completions", shell).stdout)

    def run_shell(self, *arguments):
        result = subprocess.run([*arguments], cwd=self.folder, env=self.environment,
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def check(self, offers):
        for line, there, absent in CASES:
            with self.subTest(line):
                offered = offers(line)
                for word in there:
                    self.assertIn(word, offered)
                for word in absent:
                    self.assertNotIn(word, offered)

    def test_bash(self):
        self.script("bash")
        if shutil.which("shellcheck"):
            self.assertEqual(self.run_shell("shellcheck", "-s", "bash", "script"), "")
        self.check(lambda line: self.run_shell("bash", "-c", BASH, "bash", line).splitlines())

    def test_fish(self):
        self.script("fish")
        self.run_shell("fish", "--no-execute", "script")

        def offers(line):
            shown = self.run_shell("fish", "--no-config", "-c", "source ./script; complete -C $argv[1]",
                                   line)
            return [re.sub(r"^--[\w-]+=", "", word.split("\t")[0]) for word in shown.splitlines()]
        self.check(offers)
        self.assertIn("--sheet", offers(ODD))

    def test_zsh(self):
        self.script("zsh")
        self.run_shell("zsh", "-n", "script")
        with Zsh(self.folder, self.environment) as zsh:
            self.check(zsh.offers)
            self.assertIn("--sheet", zsh.offers(ODD))

    def test_names_that_look_like_code(self):
        names = ["$(touch pwned)", "`touch pwned`", "it's", "a b", "a:b", "*", "$HOME", "{c,d}", "x;touch pwned"]
        for name in names:
            make_data(self.folder / "shelf" / name)
        self.environment["DESCENT_DATA"] = str(self.folder / "shelf")
        line = "descent train "
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell):
                self.script(shell)
                if shell == "bash":
                    offered = self.run_shell("bash", "-c", BASH, "bash", line).splitlines()
                elif shell == "fish":
                    shown = self.run_shell("fish", "--no-config", "-c",
                                           "source ./script; complete -C $argv[1]", line)
                    offered = [word.split("\t")[0] for word in shown.splitlines()]
                else:
                    with Zsh(self.folder, self.environment) as zsh:
                        offered = zsh.offers(line)
                for name in names:
                    self.assertIn(name, offered)
                self.assertEqual(list(self.folder.rglob("pwned")), [])

    def test_names_of_data_sets_alone(self):
        make_data(self.folder / "shelf/letters")
        (self.folder / "shelf/other").mkdir()
        self.environment["DESCENT_DATA"] = str(self.folder / "shelf")
        names = self.succeed("data", "--names").stdout.splitlines()
        self.assertIn("letters", names)
        self.assertNotIn("other", names)
        self.assertEqual(names, sorted(set(names)))

    def test_wrong_arguments(self):
        self.refuse(2, ['expected bash, zsh or fish, found "fisch", did you mean fish?'],
                    "completions", "fisch")
        for arguments in ([], ["bash", "zsh"]):
            self.refuse(2, ["expected one shell: bash, zsh or fish"], "completions", *arguments)


class Zsh:
    """A zsh in a terminal of its own, since its completion works only there. A widget in place of the
    list prints what was offered."""

    START = r"""
PS1='> '; PS2=; unsetopt prompt_cr prompt_sp; zstyle ':completion:*' menu no
fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -D
compadd() {
    local -a found
    if [[ ${@[(I)-[OAD]*]} -eq 0 ]]; then
        builtin compadd -O found "$@"
        print -rl -- "$found[@]" >>offered
    fi
    builtin compadd "$@"
}
print READY >>ready
"""

    def __init__(self, folder, environment):
        self.folder = folder
        (folder / "functions").mkdir()
        shutil.copy(folder / "script", folder / "functions/_descent")
        (folder / "start").write_text(self.START)
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], dict(environment, TERM="dumb"))

    def __enter__(self):
        os.write(self.terminal, b"source ./start\n")
        self.wait_for(self.folder / "ready")
        return self

    def __exit__(self, *_):
        os.write(self.terminal, b"\x15exit\n")
        self.drain(1.0)
        os.close(self.terminal)
        os.waitpid(self.process, 0)

    def drain(self, seconds):
        """Reads what the shell shows, so that it is not kept waiting."""
        while select.select([self.terminal], [], [], seconds)[0]:
            try:
                if not os.read(self.terminal, 65536):
                    return
            except OSError:
                return

    def wait_for(self, path):
        deadline = time.monotonic() + 60
        while not path.exists():
            self.drain(0.02)
            if time.monotonic() > deadline:
                raise AssertionError("zsh does not answer")

    def offers(self, line):
        """The words that are offered; then the line is cleared, and a command says that it is done."""
        offered, done = self.folder / "offered", self.folder / "done"
        for path in (offered, done):
            path.unlink(missing_ok=True)
        os.write(self.terminal, line.encode() + b"\t\x15print >done\n")
        self.wait_for(done)
        return offered.read_text().splitlines() if offered.exists() else []


if __name__ == "__main__":
    unittest.main()
