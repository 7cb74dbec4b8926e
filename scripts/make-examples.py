#!/usr/bin/python3
"""Draws data/examples: one picture of each bundled digit, to try `descent predict` on.

    scripts/make-examples.py [FOLDER]

Takes a sample of each class from the digits' test part, which no model has trained on, upscales it,
and draws it on a page of another size, place, ink and paper for each. Needs Pillow (Debian:
python3-pil).
"""
import argparse
import gzip
import pathlib
import random

from PIL import Image

PROJECT = pathlib.Path(__file__).resolve().parent.parent
DIGITS = PROJECT / "data" / "digits"
SEED = 1


def read_digits():
    """The test part: 360 images of 8 x 8 bytes, and their labels."""
    images = gzip.decompress((DIGITS / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((DIGITS / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:]
    return [Image.frombytes("L", (8, 8), images[64 * i:64 * i + 64])
            for i in range(len(labels))], list(labels)


def draw(digit, paper, ink, generator):
    side = generator.randrange(60, 101)
    width, height = side + generator.randrange(20, 120), side + generator.randrange(20, 60)
    page = Image.new("RGB", (width, height), paper)
    place = (generator.randrange(5, width - side - 4), generator.randrange(5, height - side - 4))
    page.paste(Image.new("RGB", (side, side), ink), place, digit.resize((side, side), Image.BICUBIC))
    return page.quantize(32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=PROJECT / "data" / "examples")
    folder = parser.parse_args().folder
    generator = random.Random(SEED)
    images, labels = read_digits()
    folder.mkdir(parents=True, exist_ok=True)
    pages = [("white", "black"), ("#f4ecd8", "#1d2f6f"), ("#23402b", "#f2f2ea"),
             ("#d8d8d8", "#3a3a3a"), ("black", "white")]
    for digit in range(10):
        sample = generator.choice([i for i, label in enumerate(labels) if label == digit])
        page = draw(images[sample], *pages[digit % len(pages)], generator)
        path = folder / f"{digit}.png"
        page.save(path, optimize=True)
        print(f"{path.name}: test sample {sample}, {page.width} x {page.height} pixels")


if __name__ == "__main__":
    main()
