"""Random networks as C, for tests and for scripts/export-everywhere.py: small trainings of all kinds
of answers and activations, and one program that prints the bits of their answers."""

import json
import random
import struct

from harness import make_data

ACTIVATIONS = ("relu", "leaky-relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus", "identity")
ROWS = 12
INT8 = "int8 "  # begins the lines of networks in bytes

# Data, and what trains on them: each kind of answers.
KINDS = (
    ("classes.csv", []),
    ("numbers.csv", ["--regression"]),
    ("images", []),
    ("pairs.csv", ["--loss", "binary-cross-entropy"]),
    ("lists.csv", ["--multi-label"]),
    ("classes.csv", ["--loss", "mse", "--output-activation", "sigmoid"]),
    ("numbers.csv", ["--regression", "--raw-targets", "--standardize", "none"]),
    ("images", ["--standardize", "feature", "--loss", "mse", "--output-activation", "softplus"]),
)

# What predict needs to give all of an answer.
ALL = {"classes.csv": ["--top", "3"], "images": ["--top", "3"], "pairs.csv": ["--top", "2"],
       "lists.csv": ["--threshold", "0"], "numbers.csv": []}


def make_files(folder):
    """The data, and of each table the first rows with its features alone, as they are asked about."""
    generator = random.Random(7)
    rows = [[round(generator.gauss(3 * i - 3, 1 + i), 3) for i in range(4)] for _ in range(60)]
    labels = {
        "classes.csv": [f"c{int(abs(row[0])) % 3}" for row in rows],
        "numbers.csv": [f"{100 + 7 * row[1] * row[2]:.4f}" for row in rows],
        "pairs.csv": ["yes" if row[0] > row[1] - 3 else "no" for row in rows],
        "lists.csv": ["big;odd" if row[3] > 6 else "big" if row[2] > 3 else "odd" for row in rows],
    }
    for name, column in labels.items():
        heading = "labels" if name == "lists.csv" else "label"
        lines = [",".join([*map(str, row), label]) for row, label in zip(rows, column)]
        (folder / name).write_text("\n".join([f"a,b,c,d,{heading}", *lines, ""]))
        (folder / f"asked-{name}").write_text(
            "\n".join(["a,b,c,d", *(",".join(map(str, row)) for row in rows[:ROWS]), ""]))
    make_data(folder / "images", train=60, test=ROWS)
    pixels = (folder / "images/t10k-images-idx3-ubyte").read_bytes()[16:]
    return {name: [[float(value) for value in row] for row in rows[:ROWS]] for name in labels} | {
        "images": [[float(byte) for byte in pixels[9 * i:9 * i + 9]] for i in range(ROWS)]}


def bits(number):
    return f"{struct.unpack('<I', struct.pack('<f', number))[0]:08x}"


def answer_bits(prediction):
    """The bits of a prediction, in the order of the outputs; JSON has enough digits for them."""
    found = prediction.get("top", prediction.get("labels"))
    if found is None:
        return [bits(number) for number in prediction["outputs"]]
    numbers = {answer["class"]: answer.get("probability", answer.get("output")) for answer in found}
    return [bits(numbers[i]) for i in sorted(numbers)]


def make_networks(folder, succeed, count, seed=1):
    """Trains n0, n1, … and writes n0.c, n1.c, …, the same in bytes as q0.c, …, and main.c; returns the
    lines of floats that this has to print. succeed runs the command and returns what it says."""
    features = make_files(folder)
    generator = random.Random(seed)
    lines = ["#include <stdio.h>"]
    calls, expected = [], []
    for i in range(count):
        data, options = KINDS[i % len(KINDS)]
        hidden = [str(generator.randint(1, 9)) for _ in range(generator.randint(1, 4))]
        activation = ACTIVATIONS[i % len(ACTIVATIONS)]
        succeed("train", data, "-q", "--epochs", "2", "--hidden", ",".join(hidden), "--activation",
                activation, *options, "--seed", str(i), "--out", f"n{i}")
        succeed("export", f"n{i}", "--c", f"n{i}.c")
        succeed("export", f"n{i}", "--c", f"q{i}.c", "--int8", data, "--name", f"q{i}")
        asked = data if data == "images" else f"asked-{data}"
        said = succeed("predict", f"n{i}", asked, "--reference", "--json", *ALL[data]).stdout
        for prediction in json.loads(said)["predictions"]:
            expected += answer_bits(prediction)
        numbers = ", ".join(f"{number!r}f" for row in features[data] for number in row)
        for name, mark in ((f"n{i}", ""), (f"q{i}", INT8)):
            lines += [f"#define {name.upper()}_TEST", f"#define main {name}_main",
                      f'#include "{name}.c"', "#undef main"]
            calls += [f"    wrong |= {name}_main();",
                      f"    for (row = 0; row < {len(features[data])}; row++) {{",
                      f"        {name}_run(n{i}_rows + row * N{i}_INPUTS, answers);",
                      f'        show("{mark}", answers, N{i}_ANSWERS);', "    }"]
        lines.append(f"static const float n{i}_rows[] = {{{numbers}}};")
    lines += ["static void show(const char *mark, const float *answers, int count)", "{", "    int i;",
              "    for (i = 0; i < count; i++) {", "        uint32_t bits;",
              "        memcpy(&bits, answers + i, sizeof bits);",
              '        printf("%s%08lx\\n", mark, (unsigned long)bits);', "    }", "}", "int main(void)", "{",
              "    float answers[16];", "    int row, wrong = 0;", *calls, "    return wrong;", "}"]
    (folder / "main.c").write_text("\n".join(lines) + "\n")
    return expected


def float_lines(printed):
    """Those of what the program prints that the command knows."""
    return [line for line in printed.splitlines() if not line.startswith(INT8)]
