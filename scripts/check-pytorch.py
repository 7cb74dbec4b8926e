#!/usr/bin/python3
"""Checks that PyTorch reads a model of descent and computes the same logits.

    scripts/check-pytorch.py MODEL [DATA FOLDER]

Reads MODEL (a model.safetensors) by itself, builds an nn.Sequential from its metadata, loads the
weights with strict=True, and computes the logits of the test part of DATA FOLDER (default:
data/digits; IDX files, plain or .gz), standardised if the model's metadata say so. The same logits come from `descent evaluate --logits`. Prints
the largest difference; exits with 1 where it is above 1e-5.

The command is build/descent unless the variable DESCENT names another. Needs PyTorch (Debian:
python3-torch).
"""
import gzip
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import torch

PROJECT = pathlib.Path(__file__).resolve().parent.parent
TOLERANCE = 1e-5
TYPES = {"F32": torch.float32, "F64": torch.float64, "F16": torch.float16,
         "BF16": torch.bfloat16, "I64": torch.int64, "U8": torch.uint8}
ACTIVATIONS = {"identity": torch.nn.Identity, "relu": torch.nn.ReLU,
               "leaky-relu": torch.nn.LeakyReLU, "elu": torch.nn.ELU, "gelu": torch.nn.GELU,
               "silu": torch.nn.SiLU, "tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid,
               "softplus": torch.nn.Softplus}


def read_safetensors(path):
    """The tensors of a file, by name, and its metadata."""
    contents = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", contents[:8])
    header = json.loads(contents[8:8 + length])
    data = bytearray(contents[8 + length:])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        kind = TYPES[entry["dtype"]]
        count = math.prod(entry["shape"])
        if begin == end:
            flat = torch.empty(0, dtype=kind)
        else:
            flat = torch.frombuffer(data[begin:end], dtype=kind, count=count)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


def build_network(metadata):
    """The nn.Sequential that a model file's metadata describe."""
    sizes = [int(size) for size in metadata["layers"].split("-")]
    modules = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        modules += [torch.nn.Linear(inputs, outputs), ACTIVATIONS[metadata["activation"]]()]
    modules[-1] = ACTIVATIONS[metadata["output_activation"]]()
    return torch.nn.Sequential(*modules)


def read_test_images(folder):
    """The test images of a folder of IDX files, [samples × pixels], bytes divided by 255."""
    path = sorted(pathlib.Path(folder).glob("t10k-images*-ubyte*"))[0]
    contents = path.read_bytes()
    if path.suffix == ".gz":
        contents = gzip.decompress(contents)
    rank = contents[3]
    samples = struct.unpack(">I", contents[4:8])[0]
    pixels = torch.frombuffer(bytearray(contents[4 + 4 * rank:]), dtype=torch.uint8)
    return pixels.reshape(samples, -1).to(torch.float32) / 255


def prepare(features, metadata):
    """What the model's features went through in training."""
    preparation = json.loads(metadata.get("preparation", "{}"))
    if "mean" in preparation:
        features = (features - torch.tensor(preparation["mean"])) / torch.tensor(preparation["deviation"])
    return features


def descents_logits(model, folder):
    """The logits that the command computes for the same images."""
    command = os.environ.get("DESCENT", PROJECT / "build" / "descent")
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "logits.safetensors"
        subprocess.run([command, "evaluate", model, folder, "--logits", path, "--quiet"],
                       check=True, stdout=subprocess.DEVNULL)
        return read_safetensors(path)[0]["logits"]


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    model = sys.argv[1]
    folder = sys.argv[2] if len(sys.argv) == 3 else PROJECT / "data" / "digits"
    tensors, metadata = read_safetensors(model)
    network = build_network(metadata)
    network.load_state_dict(tensors, strict=True)
    with torch.no_grad():
        expected = network(prepare(read_test_images(folder), metadata))
    found = descents_logits(model, folder)
    if found.shape != expected.shape:
        sys.exit(f"logits: expected {list(expected.shape)}, found {list(found.shape)}")
    difference = (found - expected).abs().max().item()
    print(f"{network}\n{len(expected)} samples, max |difference| of the logits {difference:.3g}")
    if not difference <= TOLERANCE:
        sys.exit(f"expected at most {TOLERANCE:g}")


if __name__ == "__main__":
    main()
