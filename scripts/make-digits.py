#!/usr/bin/python3
"""Makes data/digits from the handwritten digits that scikit-learn carries.

The 1,797 images are split into training and test part, stratified by class and decided by a seed;
pixel values 0..16 become 0..255. The files are gzip IDX under MNIST's names, and the same bytes
whenever they are made with the same zlib.

    scripts/make-digits.py [FOLDER]

Needs scikit-learn (Debian: python3-sklearn).
"""
import argparse
import hashlib
import pathlib
import random
import struct
import zlib

import numpy as np
from sklearn.datasets import load_digits

SEED = 1
TEST_SAMPLES = 360


def apportion(counts, total):
    """Shares of total in proportion to counts, by largest remainder."""
    exact = [total * count / sum(counts) for count in counts]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(counts)), key=lambda c: shares[c] - exact[c])
    for c in by_remainder[: total - sum(shares)]:
        shares[c] += 1
    return shares


def choose_test(labels):
    """Mask of the test samples: in each class those with the lowest random keys."""
    # random() is the one method whose sequence Python promises to keep.
    generator = random.Random(SEED)
    keys = np.array([generator.random() for _ in labels])
    chosen = np.zeros(len(labels), dtype=bool)
    shares = apportion(np.bincount(labels).tolist(), TEST_SAMPLES)
    for c, share in enumerate(shares):
        members = np.flatnonzero(labels == c)
        chosen[members[np.argsort(keys[members])[:share]]] = True
    return chosen


def idx(array):
    """The bytes of an IDX file of unsigned bytes."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def gzip(data):
    """A gzip file without name or time."""
    packer = zlib.compressobj(level=9, wbits=15 + 16)
    return packer.compress(data) + packer.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = pathlib.Path(__file__).resolve().parent.parent / "data" / "digits"
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=default)
    folder = parser.parse_args().folder

    digits = load_digits()
    images = np.rint(digits.images * 255 / 16)
    labels = digits.target
    test = choose_test(labels)
    folder.mkdir(parents=True, exist_ok=True)
    for name, mask in (("train", ~test), ("t10k", test)):
        print(f"{name}: {mask.sum()} samples, by class {np.bincount(labels[mask]).tolist()}")
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            path = folder / f"{name}-{kind}-ubyte.gz"
            path.write_bytes(gzip(idx(array[mask])))
            print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")


if __name__ == "__main__":
    main()
