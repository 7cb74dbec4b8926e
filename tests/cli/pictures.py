"""Image files for the command's tests, made by code of their own."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def chunk(kind, content):
    return (struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content)))


def png(height, width, pixels, channels=1):
    """A PNG file of 8 bits: grey, grey and alpha, RGB or RGBA by the channels."""
    row = width * channels
    lines = b"".join(b"\0" + bytes(pixels[y * row:(y + 1) * row]) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, COLOR_TYPES[channels], 0, 0, 0)
    return (SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines))
            + chunk(b"IEND", b""))


def bomb(height, width):
    """A PNG file of a few bytes that claims many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def pgm(height, width, pixels):
    return b"P5 %d %d 255\n" % (width, height) + bytes(pixels)


def read_png(content):
    """Height, width, channels and pixels of a PNG file without interlacing, of 8 bits."""
    assert content.startswith(SIGNATURE)
    at, data = len(SIGNATURE), b""
    while at < len(content):
        size, kind = struct.unpack(">I4s", content[at:at + 8])
        body = content[at + 8:at + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack(">I", content[at + 8 + size:at + 12 + size])[0]
        if kind == b"IHDR":
            width, height, _, color = struct.unpack(">IIBB", body[:10])
        data += body if kind == b"IDAT" else b""
        at += 12 + size
    channels = {value: key for key, value in COLOR_TYPES.items()}[color]
    return height, width, channels, unfilter(zlib.decompress(data), width * channels, channels)


def unfilter(data, row, channels):
    pixels, above = bytearray(), bytearray(row)
    for start in range(0, len(data), row + 1):
        kind, line = data[start], bytearray(data[start + 1:start + 1 + row])
        for i in range(row):
            left = line[i - channels] if i >= channels else 0
            corner = above[i - channels] if i >= channels else 0
            line[i] = (line[i] + predict(kind, left, above[i], corner)) & 255
        pixels += line
        above = line
    return bytes(pixels)


def predict(kind, left, above, corner):
    if kind < 4:
        return (0, left, above, (left + above) // 2)[kind]
    guess = left + above - corner
    return min((abs(guess - value), i, value) for i, value in enumerate((left, above, corner)))[2]
