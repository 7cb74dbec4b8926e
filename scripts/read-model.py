#!/usr/bin/python3
"""Reads a model by models/README.md alone: verifies its checksums and prints its layers, and the last
one's outputs for the numbers of a sample:  scripts/read-model.py MODEL [NUMBER…]"""
import json
import math
import struct
import sys
import zlib

ACT = {"identity": float, "relu": lambda z: max(z, 0), "leaky-relu": lambda z: max(z, 0.01 * z),
       "elu": lambda z: z if z > 0 else math.expm1(z), "silu": lambda z: z / (1 + math.exp(-z)),
       "gelu": lambda z: z * (1 + math.erf(z / 2 ** 0.5)) / 2, "softplus": lambda z: math.log1p(math.exp(z)),
       "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "tanh": math.tanh}


def check(name, found):
    if metadata.get(name, found) != found:
        sys.exit(f"{name}: expected {metadata[name]}, found {found}")


content = open(sys.argv[1], "rb").read()
size = 8 + struct.unpack("<Q", content[:8])[0]
header, data, values = json.loads(content[8:size]), content[size:], list(map(float, sys.argv[2:]))
metadata = header.pop("__metadata__")
tensors = sorted(header.items(), key=lambda tensor: tensor[1]["data_offsets"])
said = [text for key in sorted(metadata, key=str.encode) if key != "header_crc32" for text in (key, metadata[key])]
said += [text for name, tensor in tensors for text in (name, tensor["dtype"], ",".join(map(str, tensor["shape"])))]
check("crc32", f"{zlib.crc32(data):08x}")
check("header_crc32", f"{zlib.crc32(b''.join(text.encode() + bytes(1) for text in said)):08x}")
known = {key: v * len(values) if len(v) == 1 else v for key, v in json.loads(metadata.get("preparation", "{}")).items()}
values = [x / 255 if metadata["preprocessing"] == "divide-by-255" else x for x in values]
if "mean" in known:
    values = [(x - m) / d for x, m, d in zip(values, known["mean"], known["deviation"])]
for (name, weight), (_, bias) in zip(tensors[::2], tensors[1::2]):
    kind = metadata["output_activation" if bias is tensors[-1][1] else "activation"]
    (outputs, inputs), act = weight["shape"], ACT[kind]
    print(f"{name}: {inputs} inputs, {outputs} outputs, {kind}")
    w, b = (struct.unpack(f"<{(t[1] - t[0]) // 4}f", data[t[0]:t[1]]) for t in (weight["data_offsets"], bias["data_offsets"]))
    values = values and [act(b[o] + math.fsum(map(float.__mul__, w[o * inputs:], values))) for o in range(outputs)]
print(*values)
