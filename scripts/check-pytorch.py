#!/usr/bin/python3
"""Checks that PyTorch reads a model of descent and computes the same numbers.

    scripts/check-pytorch.py MODEL [DATA]

Reads MODEL (a model.safetensors) by itself, builds an nn.Sequential from its metadata, loads the
weights with strict=True, and prepares its inputs as the metadata say. DATA is a folder of IDX files
(default: data/digits), of whose test part the logits are those of `descent evaluate --logits`, or a
.csv file with the names of its columns in the first line, for whose rows the numbers (regression)
or the highest probabilities (classes) are those of `descent predict`. Prints the largest
difference; exits with 1 where it is above 1e-5, or that share of the largest number: rounding errors of
a sum go with its terms, which are as large as the largest outputs where they cancel to a small one.

The command is build/descent unless the variable DESCENT names another. Needs PyTorch (Debian:
python3-torch).
"""
import csv
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


def read_rows(path, metadata):
    """The features of a CSV file, [rows × columns but the one of the answers]."""
    with open(path, newline="") as file:
        names, *rows = csv.reader(file)
    usual = ["label", "class", "target"]
    told = json.loads(metadata.get("source", "{}")).get("label-column")
    answers = usual if told is None else told.split(",")
    kept = [i for i, name in enumerate(names)
            if (name.lower() if told is None else name) not in answers]
    features = torch.tensor([[float(row[i]) for i in kept] for row in rows])
    return features / 255 if metadata["preprocessing"] == "divide-by-255" else features


def predict(network, features, metadata):
    """The network's outputs for plain inputs: both are undone what training did to them."""
    preparation = {name: torch.tensor(value)
                   for name, value in json.loads(metadata.get("preparation", "{}")).items()
                   if name != "standardize"}
    if "mean" in preparation:
        features = (features - preparation["mean"]) / preparation["deviation"]
    outputs = network(features)
    if "target_mean" in preparation:
        outputs = outputs * preparation["target_deviation"] + preparation["target_mean"]
    return outputs


def descents_logits(model, folder):
    """The logits that the command computes for the same images."""
    command = os.environ.get("DESCENT", PROJECT / "build" / "descent")
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "logits.safetensors"
        subprocess.run([command, "evaluate", model, folder, "--logits", path, "--quiet"],
                       check=True, stdout=subprocess.DEVNULL)
        return read_safetensors(path)[0]["logits"]


def probabilities(outputs, metadata):
    """The highest probability of each row, or all of several labels, the highest first."""
    if metadata["loss"] != "binary-cross-entropy":
        return outputs.softmax(1).max(1, keepdim=True).values
    shares = outputs.sigmoid()
    if metadata.get("task") == "multi-label":
        return shares.sort(1, descending=True).values
    if shares.shape[1] == 1:
        shares = torch.cat([1 - shares, shares], 1)
    return shares.max(1, keepdim=True).values


def descents_predictions(model, path, top):
    """What the command predicts for the same rows: numbers, or the highest probabilities."""
    command = os.environ.get("DESCENT", PROJECT / "build" / "descent")
    done = subprocess.run([command, "predict", model, path, *top], check=True,
                          stdout=subprocess.PIPE, text=True)
    rows = csv.DictReader(done.stdout.splitlines())
    numbers = [name for name in rows.fieldnames if not name.startswith("class")]
    return torch.tensor([[float(row[name]) for name in numbers] for row in rows])


def compare(network, metadata, model, data):
    """What PyTorch computes, and what descent does."""
    if not data.endswith(".csv"):
        return predict(network, read_test_images(data), metadata), descents_logits(model, data)
    outputs = predict(network, read_rows(data, metadata), metadata)
    task = metadata.get("task")
    top = ["--top", str(outputs.shape[1])] if task == "multi-label" else []
    expected = outputs if task == "regression" else probabilities(outputs, metadata)
    return expected, descents_predictions(model, data, top)


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    model = sys.argv[1]
    data = sys.argv[2] if len(sys.argv) == 3 else str(PROJECT / "data" / "digits")
    tensors, metadata = read_safetensors(model)
    network = build_network(metadata)
    network.load_state_dict(tensors, strict=True)
    with torch.no_grad():
        expected, found = compare(network, metadata, model, data)
    if found.shape != expected.shape:
        sys.exit(f"outputs: expected {list(expected.shape)}, found {list(found.shape)}")
    difference = ((found - expected).abs().max() / expected.abs().max().clamp(min=1)).item()
    print(f"{network}\n{len(expected)} samples, max |difference| of the outputs {difference:.3g}")
    if not difference <= TOLERANCE:
        sys.exit(f"expected at most {TOLERANCE:g}")


if __name__ == "__main__":
    main()
