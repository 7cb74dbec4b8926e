#!/usr/bin/python3
"""Does a network that has learned MNIST read digits of another source?

    scripts/study-foreign-digits.py [MODEL]

Makes 360 pictures of the bundled digits' test part: each 8 x 8 digit is upscaled to 64 to 128
pixels, drawn dark on light, and put somewhere into a JPEG of 200 x 300 pixels (height x width).
`descent predict` then finds and reads them. Prints the share that is right, the confusion matrix
and the files that were read wrongly; --keep FOLDER keeps the pictures.

MODEL is trained on MNIST; without it the study first trains one (a minute on two cores):

    descent train mnist --hidden 800 --batch 128 --epochs 40 --validation 0 \\
        --optimizer sgd --momentum 0.9 --lr 0.05 --schedule cosine \\
        --augment shift=1,rotate=10,scale=0.15,shear=0.15,elastic=24:4 --out models/foreign

The command is build/descent unless the variable DESCENT names another. Needs Pillow (Debian:
python3-pil).
"""
import argparse
import gzip
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

from PIL import Image

PROJECT = pathlib.Path(__file__).resolve().parent.parent
DIGITS = PROJECT / "data" / "digits"
COMMAND = os.environ.get("DESCENT", PROJECT / "build" / "descent")
TRAINING = ("train mnist --hidden 800 --batch 128 --epochs 40 --validation 0 "
            "--optimizer sgd --momentum 0.9 --lr 0.05 --schedule cosine "
            "--augment shift=1,rotate=10,scale=0.15,shear=0.15,elastic=24:4 --out").split()
HEIGHT, WIDTH = 200, 300
PAPER, INK = 235, 30
SEED = 4


def read_digits():
    """The test part: 360 images of 64 bytes, and their labels."""
    images = gzip.decompress((DIGITS / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((DIGITS / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:]
    return [images[64 * i:64 * i + 64] for i in range(len(labels))], list(labels)


def draw(digit, generator):
    """A digit in dark ink, off the centre of a light page."""
    side = generator.randrange(64, 129)
    small = Image.frombytes("L", (8, 8), bytes(digit))
    ink = small.resize((side, side), Image.BICUBIC)
    page = Image.new("L", (WIDTH, HEIGHT), PAPER)
    page.paste(ink.point(lambda level: PAPER + (INK - PAPER) * level // 255),
               (generator.randrange(WIDTH - side), generator.randrange(HEIGHT - side)))
    return page


def make_pictures(folder, digits, labels):
    generator = random.Random(SEED)
    paths = []
    for i, (digit, label) in enumerate(zip(digits, labels)):
        paths.append(folder / f"{i:03}-{label}.jpg")
        draw(digit, generator).save(paths[-1], quality=85)
    return paths


def train(folder):
    subprocess.run([COMMAND, *TRAINING, folder], check=True)
    return folder


def predict(model, paths):
    """The class that descent takes each picture for; None where it finds none."""
    result = subprocess.run([COMMAND, "predict", model, "--json", *paths], check=False,
                            stdout=subprocess.PIPE, text=True)
    if not result.stdout:
        sys.exit(result.returncode)
    found = {entry["file"]: int(entry["name"]) for entry in json.loads(result.stdout)["predictions"]}
    return [found.get(str(path)) for path in paths]


def report(paths, labels, found):
    wrong = [(path.name, got) for path, label, got in zip(paths, labels, found) if label != got]
    right = len(labels) - len(wrong)
    print(f"{right} of {len(labels)} right ({100 * right / len(labels):.2f} %)\n")
    print("row: digit, column: read as, the last one: not read")
    print("  " + "".join(f"{c:>4}" for c in [*range(10), "-"]))
    for row in range(10):
        counts = [sum(label == row and got == column for label, got in zip(labels, found))
                  for column in [*range(10), None]]
        print(f"{row} " + "".join(f"{n if n else '.':>4}" for n in counts))
    print("\nwrong: " + ", ".join(f"{name} as {got}" for name, got in wrong))


def study(model, folder):
    digits, labels = read_digits()
    paths = make_pictures(folder, digits, labels)
    report(paths, labels, predict(model, paths))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER")
    arguments = parser.parse_args()
    model = arguments.model or train(PROJECT / "models" / "foreign")
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        study(model, arguments.keep)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            study(model, pathlib.Path(scratch))


if __name__ == "__main__":
    main()
