#!/usr/bin/python3
"""Repeats two published trainings on MNIST as they were made, and prints the figures beside theirs.

  scripts/study-published.py [nielsen] [srivastava]      both unless one is named

Nielsen's network2 (Neural Networks and Deep Learning, 2015, chapter 3, on overfitting): 784-30-10
of sigmoids on the first 1,000 images, with the sum of binary cross-entropies as the cost, weights and
biases from N(0, 1), rate 0.5, batches of 10, 400 epochs; and again with his λ = 0.1, of which plain
SGD's weight decay is λ/n = 0.0001. His cost and accuracy are measured after each epoch on all training
samples, as --log-test does on a test part: here this is a copy of the training part. Five seeds, about
a minute.

Srivastava et al. (Dropout, JMLR 15, 2014, table 2): 784-1024-1024-1024-10 of ReLUs, an input is dropped
with probability 0.2, a hidden unit with 0.5, and no unit's weights are longer than 2. They trained with
momentum and far longer; this is shortened to 30 epochs in batches of 200, which are 9,000 steps of Adam
at a rate that falls from 0.001 by a cosine. Ten minutes on two cores. (40 epochs of SGD in batches of 100
with momentum 0.95, from 0.05 by a cosine, end at 1.66 %.)

Needs MNIST and build/descent, or DESCENT_BUILD, another build folder.
"""

import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

DESCENT = Path(os.environ.get("DESCENT_BUILD", Path(__file__).parent.parent / "build")) / "descent"
SEEDS = range(1, 6)

NIELSEN = ["--hidden", "30", "--activation", "sigmoid", "--loss", "binary-cross-entropy", "--init",
           "normal", "--init-deviation", "1", "--init-bias", "normal:1", "--optimizer", "sgd", "--lr",
           "0.5", "--schedule", "constant", "--batch", "10", "--epochs", "400", "--validation", "0"]
SRIVASTAVA = ["--hidden", "1024,1024,1024", "--input-dropout", "0.2", "--dropout", "0.5", "--max-norm",
              "2", "--optimizer", "adam", "--lr", "0.001", "--batch", "200", "--epochs", "30",
              "--validation", "0", "--seed", "1"]


def descent(*arguments):
    """The command's output; what it says on standard error is shown."""
    result = subprocess.run([DESCENT, *map(str, arguments)], stdout=subprocess.PIPE, text=True,
                            check=False)
    if result.returncode != 0:
        sys.exit(result.returncode)
    return result.stdout


def first_images(folder):
    """The first 1,000 images of MNIST, as both parts of a data set."""
    descent("convert", "mnist", folder, "--limit", "1000", "--quiet")
    for path in list(folder.glob("t10k-*")):
        shutil.copy(folder / path.name.replace("t10k", "train", 1), path)
    return folder


def nielsen_once(data, run, seed, *options):
    """Figures of one training, by name."""
    descent("train", data, *NIELSEN, *options, "--seed", seed, "--log-test", "--quiet", "--out", run)
    with open(run / "metrics.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    perfect = [int(row["epoch"]) for row in rows if float(row["test_accuracy"]) == 1]
    test = json.loads(descent("evaluate", run, "mnist", "--part", "test", "--json"))
    return {"training cost after the first epoch": float(rows[1]["test_loss"]),
            "training cost at the end": float(rows[-1]["test_loss"]),
            "first epoch with all training images right": perfect[0] if perfect else float("nan"),
            "test accuracy at the end, %": 100 * test["accuracy"]}


def nielsen(scratch):
    """Medians over the seeds, with the lowest and the highest, beside what the book says."""
    data = first_images(scratch / "first")
    print(f"{'Nielsen, network2':<44} {'book':>7}  {'median':>7}  of {len(SEEDS)} seeds")
    for label, options, book in (
            ("", [], ("1.84", "0.0042", "67", "82")),
            (", decay", ["--weight-decay", "0.0001"], ("", "", "", "87.1"))):
        results = [nielsen_once(data, scratch / f"nielsen{label}-{seed}", seed, *options)
                   for seed in SEEDS]
        for name, said in zip(results[0], book):
            if not said:
                continue
            found = [result[name] for result in results]
            print(f"{name + label:<44} {said:>7}  {statistics.median(found):7.4g}  "
                  f"{min(found):.4g} to {max(found):.4g}")


def srivastava(scratch):
    """One training."""
    result = json.loads(descent("train", "mnist", *SRIVASTAVA, "--json", "--out", scratch / "dropout"))
    print(f"Srivastava et al., test error, %: {100 - 100 * result['test']['accuracy']:.2f} after "
          f"{result['steps']:,} steps, published 1.25")


def main():
    studies = {"nielsen": nielsen, "srivastava": srivastava}
    chosen = sys.argv[1:] or list(studies)
    if not set(chosen) <= set(studies):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as scratch:
        for name in chosen:
            studies[name](Path(scratch))


if __name__ == "__main__":
    main()
