#!/usr/bin/python3
"""Exports random networks as C, of all kinds of answers and activations, compiles them with all
compilers that are there, for this processor and others, in floats and in bytes, and compares the bits
of their answers, those in floats also with `descent predict --reference`: one SHA-256 for all.

    scripts/export-everywhere.py [NETWORKS [BUILD]]

NETWORKS is 20 unless given, BUILD the folder with the command. Other processors need Debian's
qemu-user, gcc-aarch64-linux-gnu, gcc-riscv64-linux-gnu, gcc-s390x-linux-gnu with the libc6-dev-*-cross
beside them, and for WebAssembly clang, lld, wasi-libc, libclang-rt-dev-wasm32 and nodejs; what is not
there is left out, and said.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BUILD = Path(sys.argv[2] if len(sys.argv) > 2 else HERE / "build").resolve()
os.environ.update(DESCENT=str(BUILD / "descent"), DESCENT_DATA=str(HERE / "data"))
sys.path.insert(0, str(HERE / "tests/cli"))

from exports import float_lines, make_networks  # noqa: E402: needs the lines above

WASI = """
const { WASI } = require("node:wasi");
const wasi = new WASI({ version: "preview1" });
WebAssembly.instantiate(require("node:fs").readFileSync(process.argv[2]),
                        { wasi_snapshot_preview1: wasi.wasiImport })
    .then(({ instance }) => process.exit(wasi.start(instance)));
"""

# What is compared: a name, the compiler, and what runs the program.
WAYS = [
    ("gcc -O0", ["gcc", "-std=c99", "-O0"], []),
    ("gcc -O3 -march=native", ["gcc", "-O3", "-march=native"], []),
    ("clang -O2", ["clang", "-O2"], []),
    ("clang -O3 -march=native", ["clang", "-O3", "-march=native"], []),
    ("g++ -O2 -march=native", ["g++", "-x", "c++", "-O2", "-march=native"], []),
    ("tcc", ["tcc"], []),
    *((f"{processor} {level}", [f"{processor}-linux-gnu-gcc", "-static", level],
       [f"qemu-{processor}"])
      for processor in ("aarch64", "riscv64", "s390x") for level in ("-O0", "-O3")),
    ("wasm32 -O2", ["clang", "--target=wasm32-wasi", "-O2"], ["node", "--no-warnings", "wasi.js"]),
]


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def answer(folder, compiler, runner):
    """What the program prints, or why there is none."""
    tools = [compiler[0], *runner[:1]]
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        return None, f"left out: no {missing[0]}"
    made = subprocess.run([*compiler, "main.c", "-o", "program"], cwd=folder, capture_output=True,
                          text=True, check=False)
    if made.returncode != 0:
        return None, "left out: " + (made.stderr.splitlines() or ["it does not compile"])[0]
    ran = subprocess.run([*runner, folder / "program"], cwd=folder, capture_output=True, text=True,
                         check=False)
    return ran.stdout, "" if ran.returncode == 0 else f"status {ran.returncode} {ran.stderr[:200]}"


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "wasi.js").write_text(WASI)

        def succeed(*arguments):
            return subprocess.run([BUILD / "descent", *arguments], cwd=folder, check=True,
                                  capture_output=True, text=True)

        expected = make_networks(folder, succeed, count)
        print(f"{count} networks, in floats and in bytes: {2 * len(expected)} numbers")
        first = None
        for name, compiler, runner in WAYS:
            found, trouble = answer(folder, compiler, runner)
            if found is None:
                print(f"{name:26} {trouble}")
                continue
            first = first or found
            right = float_lines(found) == expected
            print(f"{name:26} {sha256(found)} {'' if right else 'not the reference'} {trouble}",
                  flush=True)
            wrong += found != first or not right or trouble != ""
    return 1 if wrong else 0


sys.exit(main())
