#!/usr/bin/python3
"""The time of one prediction of exported C, in floats and in bytes, beside the library's own at batch 1.

    scripts/measure-export.py [BUILD]

Networks 784-128-10 and 6-64-8-4, trained for an epoch on made data; gcc -O2 and -O3 -march=native; the
least of 101 measurements, since other work on the machine only adds.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BUILD = Path(sys.argv[1] if len(sys.argv) > 1 else HERE / "build").resolve()
os.environ.update(DESCENT=str(BUILD / "descent"), DESCENT_DATA=str(HERE / "data"))
sys.path.insert(0, str(HERE / "tests/cli"))

from harness import make_data  # noqa: E402: needs the lines above

DRIVER = """
#include <descent/descent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "net.c"
#include "net8.c"

enum { ROUNDS = 101, SAMPLES = 64, NANOSECONDS = 500000 };

static float features[SAMPLES * NET_INPUTS], answers[SAMPLES * NET_ANSWERS];
static descent_network *network;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void by_network(const float *x, float *y)
{
    descent_network_forward(network, x, 1, y);
}

static int compare(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return a < b ? -1 : a > b;
}

static void measure(const char *name, void (*run)(const float *, float *))
{
    double times[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = now(), passed;
        long count = 0;
        do {
            for (int i = 0; i < SAMPLES; i++) {
                run(features + i * NET_INPUTS, answers + i * NET_ANSWERS);
            }
            count += SAMPLES;
            passed = now() - start;
        } while (passed < NANOSECONDS);
        times[round] = passed / (double)count;
    }
    qsort(times, ROUNDS, sizeof *times, compare);
    printf("%s %.0f\\n", name, times[0]);
}

int main(int argc, char **argv)
{
    descent_predictor *predictor;
    if (argc != 2 || descent_predictor_load(&predictor, argv[1]) != DESCENT_OK) {
        return 1;
    }
    for (int i = 0; i < SAMPLES * NET_INPUTS; i++) {
        features[i] = (float)(rand() % 256);
    }
    const descent_model *model = descent_predictor_model(predictor);
    for (int engine = 0; engine < DESCENT_ENGINE_COUNT; engine++) {
        if (descent_network_create_on(&network, model, (descent_engine)engine, 1, 1) == DESCENT_OK) {
            measure(descent_engine_name((descent_engine)engine), by_network);
            descent_network_destroy(network);
        }
    }
    measure("floats", net_run);
    measure("bytes", net8_run);
    descent_predictor_destroy(predictor);
    return 0;
}
"""


def make_table(folder):
    generator = random.Random(1)
    lines = ["a,b,c,d,e,f,label"]
    for _ in range(200):
        row = [generator.gauss(0, 1) for _ in range(6)]
        lines.append(",".join(f"{value:.3f}" for value in row) + f",{row.index(max(row[:4]))}")
    (folder / "table.csv").write_text("\n".join(lines) + "\n")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_table(folder)
        make_data(folder / "images", side=28, classes=10, train=100, test=10)
        (folder / "driver.c").write_text(DRIVER)

        def run(*command):
            return subprocess.run([*map(str, command)], cwd=folder, check=True, capture_output=True,
                                  text=True).stdout

        print(f"{'ns a prediction':24} blas  packed  floats   bytes   constants in floats, in bytes")
        for name, data, hidden in (("784-128-10", "images", "128"), ("6-64-8-4", "table.csv", "64,8")):
            run(BUILD / "descent", "train", data, "-q", "--epochs", 1, "--hidden", hidden, "--out", "run",
                "--force")
            sizes = []
            for file, more in (("net", []), ("net8", ["--int8", data])):
                run(BUILD / "descent", "export", "run", "--c", f"{file}.c", "--name", file, "--force", *more)
                text = (folder / f"{file}.c").read_text()
                sizes.append(int(re.search(r"(\d+) bytes of constants", text)[1]))
            for flags in (["-O2"], ["-O3", "-march=native"]):
                run("gcc", *flags, "driver.c", f"-I{HERE}/include", f"-L{BUILD}/src", "-ldescent",
                    f"-Wl,-rpath,{BUILD}/src", "-o", "driver")
                times = dict(line.split() for line in run(folder / "driver", "run/model.safetensors")
                             .splitlines())
                print(f"{name + ' gcc ' + ' '.join(flags):32}"[:32].ljust(24), end="")
                print("  ".join(f"{times[way]:>6}" for way in ("blas", "packed", "floats", "bytes")), end="")
                print(f"   {sizes[0]:,}  {sizes[1]:,}")


main()
