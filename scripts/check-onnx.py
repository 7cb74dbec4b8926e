#!/usr/bin/python3
"""Checks that a runtime of ONNX answers as descent does.

    scripts/check-onnx.py MODEL [DATA]

Exports MODEL, has onnxruntime-web run it in node on the test images of DATA, a folder of IDX files
(default: data/digits), and compares its outputs with those of `descent evaluate --logits`. Prints the
largest differences; exits with 1 where that of a probability is above 1e-5, that of an output above
this share of the largest, or where an answer is another.

The command is build/descent unless the variable DESCENT names another. Needs node and
onnxruntime-web, which scripts/setup.sh --ci installs.
"""
import array
import gzip
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parent.parent
TOLERANCE = 1e-5


def read_test_images(folder):
    """The test images of a folder of IDX files: how many pixels each has, and all as floats."""
    path = sorted(pathlib.Path(folder).glob("t10k-images*-ubyte*"))[0]
    contents = path.read_bytes()
    if path.suffix == ".gz":
        contents = gzip.decompress(contents)
    sizes = struct.unpack(f">{contents[3]}I", contents[4:4 + 4 * contents[3]])
    return math.prod(sizes[1:]), array.array("f", list(contents[4 + 4 * contents[3]:]))


def read_floats(path):
    return array.array("f", pathlib.Path(path).read_bytes())


def descents_outputs(command, model, folder, scratch):
    """Those of the test part, which are all that the file holds."""
    path = pathlib.Path(scratch) / "logits.safetensors"
    subprocess.run([command, "evaluate", model, folder, "--logits", path, "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    contents = path.read_bytes()
    (length,) = struct.unpack("<Q", contents[:8])
    header = json.loads(contents[8:8 + length])
    begin, end = (8 + length + offset for offset in header["logits"]["data_offsets"])
    return header["logits"]["shape"], array.array("f", contents[begin:end])


def runtimes_outputs(command, model, folder, scratch):
    """By name, of the exported model."""
    base = pathlib.Path(scratch) / "model"
    inputs, features = read_test_images(folder)
    base.with_suffix(".features").write_bytes(features.tobytes())
    subprocess.run([command, "export", model, "--onnx", f"{base}.onnx", "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["node", PROJECT / "tests" / "node" / "run_onnx.js", f"{base}.onnx", str(inputs)],
                   check=True)
    return {name: read_floats(f"{base}.{name}") for name in ("logits", "probabilities", "outputs")
            if pathlib.Path(f"{base}.{name}").exists()}


def rows(values, width):
    return [values[i:i + width] for i in range(0, len(values), width)]


def softmax(logits):
    terms = [math.exp(z - max(logits)) for z in logits]
    return [term / sum(terms) for term in terms]


def largest_difference(found, expected):
    return max(abs(a - b) for a, b in zip(found, expected, strict=True))


def compare(found, shape, expected):
    """Prints each figure; whether all are small."""
    samples, width = shape
    logits = found.get("logits", found.get("outputs"))
    difference = largest_difference(logits, expected)
    others = sum(a.index(max(a)) != b.index(max(b))
                 for a, b in zip(rows(logits, width), rows(expected, width), strict=True))
    right = others == 0 and difference <= TOLERANCE * max(1, *map(abs, expected))
    print(f"{samples:,} samples, {width} outputs, largest {max(map(abs, expected)):.4g}")
    print(f"largest difference of outputs        {difference:.2g}")
    if "probabilities" in found and width > 1:
        probabilities = [p for row in rows(expected, width) for p in softmax(row)]
        difference = largest_difference(found["probabilities"], probabilities)
        right = right and difference <= TOLERANCE
        print(f"largest difference of probabilities  {difference:.2g}")
    print(f"other answers                        {others}")
    return right


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1] in ("-h", "--help"):
        print(__doc__.strip())
        return 0 if sys.argv[1:] in (["-h"], ["--help"]) else 2
    model = sys.argv[1]
    folder = sys.argv[2] if len(sys.argv) == 3 else PROJECT / "data" / "digits"
    command = os.environ.get("DESCENT", PROJECT / "build" / "descent")
    with tempfile.TemporaryDirectory() as scratch:
        shape, expected = descents_outputs(command, model, folder, scratch)
        found = runtimes_outputs(command, model, folder, scratch)
        return 0 if compare(found, shape, expected) else 1


if __name__ == "__main__":
    sys.exit(main())
