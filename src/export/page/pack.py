#!/usr/bin/env python3
"""Makes C of the page's sources: a header of texts, without comments and most blanks, and of each the
SHA-256 by which the page's security policy knows it.

    pack.py FILE... HEADER
"""

import base64
import hashlib
import re
import sys
from pathlib import Path


# A text in JavaScript, or blanks around what needs none.
TOKEN = re.compile(r"""("[^"\n]*"|`[^`]*`)| *([=,{}()?:<>&|*]+) *""")


def packed(path):
    """The text as it goes into the page."""
    text = re.sub(r"(^|;)\s*// .*", r"\1", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    if path.suffix == ".js":
        return TOKEN.sub(lambda found: found[1] or found[2], text)
    return re.sub(r"\s*([{};:,])\s+", r"\1", text) if path.suffix == ".css" else text


def row(path):
    """The text as numbers: compilers need not take strings of such a length."""
    text = packed(path).encode("ascii")
    digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
    numbers = ",".join(map(str, text + b"\0"))
    return f'{{"{path.name}", "sha256-{digest}",\n(const char[]){{{numbers}}}}},\n'


def main():
    *sources, header = map(Path, sys.argv[1:])
    header.write_text("".join(map(row, sources)), encoding="utf-8")


main()
