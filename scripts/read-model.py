#!/usr/bin/python3
"""Reads a model of descent without descent, by models/README.md alone: verifies both checksums and
prints the layers, and the network's outputs for the numbers that are given, prepared as it says.

    scripts/read-model.py MODEL [NUMBER…]
"""
import json
import math
import struct
import sys
import zlib

ACTIVATIONS = {"identity": float, "relu": lambda z: max(z, 0.0), "tanh": math.tanh,
               "sigmoid": lambda z: 1 / (1 + math.exp(-z))}  # the others are in models/README.md


def check(what, stored, texts):
    found = f"{zlib.crc32(texts):08x}"
    if stored != found:
        sys.exit(f"{what}: expected {stored}, found {found}")


def wide(numbers, count):
    return numbers * count if len(numbers) == 1 else numbers


content = open(sys.argv[1], "rb").read()
size = struct.unpack("<Q", content[:8])[0]
header, data = json.loads(content[8:8 + size]), content[8 + size:]
metadata = header.pop("__metadata__")
tensors = sorted(header.items(), key=lambda entry: entry[1]["data_offsets"])
said = [text for key in sorted(metadata, key=str.encode) if key != "header_crc32"
        for text in (key, metadata[key])]
for name, tensor in tensors:
    said += [name, tensor["dtype"], ",".join(map(str, tensor["shape"]))]
check("crc32", metadata["crc32"], data)
check("header_crc32", metadata["header_crc32"], b"".join(text.encode() + b"\0" for text in said))
values = list(map(float, sys.argv[2:]))
preparation = json.loads(metadata.get("preparation", "{}"))
if values and metadata.get("preprocessing") == "divide-by-255":
    values = [value / 255 for value in values]
if values and preparation:
    values = [(x - m) / d for x, m, d in zip(values, wide(preparation["mean"], len(values)),
                                             wide(preparation["deviation"], len(values)))]
while tensors:
    (name, weight), (_, bias) = tensors.pop(0), tensors.pop(0)
    outputs, inputs = weight["shape"]
    kind = metadata["activation" if tensors else "output_activation"]
    print(f"{name}: {inputs} inputs, {outputs} outputs, {kind}")
    w = struct.unpack(f"<{outputs * inputs}f", data[slice(*weight["data_offsets"])])
    b = struct.unpack(f"<{outputs}f", data[slice(*bias["data_offsets"])])
    values = [ACTIVATIONS[kind](b[o] + sum(w[o * inputs + i] * x for i, x in enumerate(values)))
              for o in range(outputs)] if values else []
print(*values)
