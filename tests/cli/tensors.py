"""Safetensors files and dense networks in plain Python: slow, and independent of descent."""

import json
import math
import struct
import zlib
from pathlib import Path

FORMATS = {"F32": "f", "F64": "d", "F16": "e", "I64": "q", "U8": "B"}


def load_tensors(path):
    """The tensors of a file by name, as (shape, list of numbers), and its metadata."""
    content = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        count = math.prod(entry["shape"])
        values = struct.unpack(f"<{count}{FORMATS[entry['dtype']]}", content[begin:end])
        tensors[name] = (entry["shape"], list(values))
    return tensors, metadata


def header_checksum(metadata, tensors, dtype="F32"):
    """What models/README.md says of header_crc32."""
    said = [text for key in sorted(metadata, key=str.encode) if key != "header_crc32"
            for text in (key, metadata[key])]
    for name, (shape, _) in tensors.items():
        said += [name, dtype, ",".join(map(str, shape))]
    return f"{zlib.crc32(b''.join(text.encode() + bytes(1) for text in said)):08x}"


def save_tensors(path, tensors, metadata=None, dtype="F32"):
    """Writes tensors, given as (shape, list of numbers) by name; a checksum of the header becomes
    that of the new one."""
    if metadata and "header_crc32" in metadata:
        metadata = dict(metadata, header_crc32=header_checksum(metadata, tensors, dtype))
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, (shape, values) in tensors.items():
        packed = struct.pack(f"<{len(values)}{FORMATS[dtype]}", *values)
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


def reseal(path):
    """Gives a file whose header was edited the checksum of what it says now."""
    tensors, metadata = load_tensors(path)
    save_tensors(path, tensors, metadata)


def forward(tensors, features):
    """The logits of one sample in a network of ReLU layers."""
    numbers = sorted(int(name.split(".")[0]) for name in tensors if name.endswith(".weight"))
    for number in numbers:
        (outputs, inputs), weights = tensors[f"{number}.weight"]
        bias = tensors[f"{number}.bias"][1]
        features = [bias[o] + sum(weights[o * inputs + i] * features[i] for i in range(inputs))
                    for o in range(outputs)]
        if number != numbers[-1]:
            features = [max(0.0, value) for value in features]
    return features


def cross_entropy(logits, label):
    highest = max(logits)
    return highest - logits[label] + math.log(sum(math.exp(z - highest) for z in logits))


def squared_error(outputs, label):
    return sum((z - (c == label)) ** 2 for c, z in enumerate(outputs)) / len(outputs)
