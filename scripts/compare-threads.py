#!/usr/bin/python3
"""Measures training beside other work: with its threads left to choose, on one, and on all processors.

    scripts/compare-threads.py [--engine blas|packed] [--seconds S] [--repeats R] [--load 0,1,2] MNIST-FOLDER

So many busy loops run beside it; 0 is a quiet machine. The three settings train in turn, S seconds each,
R times; the table has medians of samples a second, the ratio of the first setting to the others (the
median of the ratios within each turn), and the share of its steps that several threads made.

Needs build/descent, or DESCENT, another one. With all defaults it takes about four minutes.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parent.parent
DESCENT = os.environ.get("DESCENT", str(PROJECT / "build" / "descent"))
NETWORKS = {"784-128-10, 32": ("128", "32"), "784-800-10, 256": ("800", "256")}
SETTINGS = {"default": (), "1 thread": ("--threads", "1"),
            "all threads": ("--threads", str(len(os.sched_getaffinity(0))))}


def train(options, network, setting):
    hidden, batch = NETWORKS[network]
    done = subprocess.run(
        [DESCENT, "train", str(options.folder), "--hidden", hidden, "--batch", batch, "--optimizer", "sgd",
         "--validation", "0", "--no-test", "--engine", options.engine, "--budget", str(options.seconds),
         *SETTINGS[setting], "--out", options.scratch + "/run", "--force", "--json", "--quiet"],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return json.loads(done.stdout)


def compare(options, network):
    """Samples a second of each setting in each turn, and the shares of steps on several threads."""
    rates = {setting: [] for setting in SETTINGS}
    shares = []
    for _ in range(options.repeats):
        for setting, seen in rates.items():
            result = train(options, network, setting)
            seen.append(result["samples_per_second"])
            if setting == "default":
                shares.append(result["machine"]["threads_share"])
    return rates, statistics.median(shares)


def print_row(network, load, rates, share):
    medians = [f"{statistics.median(seen):,.0f}" for seen in rates.values()]
    ratios = [f"{statistics.median(a / b for a, b in zip(rates['default'], rates[other])):.2f}"
              for other in list(SETTINGS)[1:]]
    beside = f"{load} busy loop{'' if load == 1 else 's'}" if load else "nothing"
    print(f"| {network} | {beside} | {' | '.join(medians + ratios)} | {100 * share:.0f} % |", flush=True)


def measure(options):
    machine = train(options, next(iter(NETWORKS)), "default")["machine"]
    print(f"{machine['processor']}, {machine['processors']} processors; {machine['products']}; "
          f"medians of {options.repeats}\n")
    print("| network, batch | beside it | samples/s | 1 thread | all threads | of 1 thread | of all threads "
          "| steps on several |")
    print("|---|---|---|---|---|---|---|---|")
    for network in NETWORKS:
        for load in options.load:
            loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(load)]
            try:
                print_row(network, load, *compare(options, network))
            finally:
                for loop in loops:
                    loop.kill()
                    loop.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=lambda name: pathlib.Path(name).resolve())
    parser.add_argument("--engine", choices=("blas", "packed"), default="blas")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--load", type=lambda text: [int(part) for part in text.split(",")],
                        default=[0, 1, 2])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        options.scratch = scratch
        measure(options)


if __name__ == "__main__":
    main()
