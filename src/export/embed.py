"""Makes of the functions in headers what c_functions.c takes them from: a row for each, with its text,
in which @. stands for the prefix of its names, and the rows that it needs, as bits.

    embed.py HEADER... OUTPUT
"""

import re
import sys

PIECE = re.compile(r"^(?:/\*(?:[^*]|\*(?!/))*\*/\n)?(?:static inline|struct) [^\n]*\n(?:.*?)^\};?\n", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"^static inline [^(]*?(\w+)\(|^struct (\w+) \{", re.MULTILINE)


def read(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for match in PIECE.finditer(text):
        name = NAME.search(match[0])
        yield name[1] or name[2], match[0]


def needs(pieces, index):
    """The pieces that one mentions, with those that these need; all of them stand before it."""
    found = 1 << index
    for other in range(index):
        if re.search(rf"\b{pieces[other][0]}\b", pieces[index][1]):
            found |= needs(pieces, other)
    return found


def literal(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("descent_", "@.")
    return "\n".join(f'     "{line}\\n"' for line in escaped.splitlines())


def main(*paths):
    pieces = [piece for path in paths[:-1] for piece in read(path)]
    with open(paths[-1], "w", encoding="utf-8") as out:
        for index, (name, text) in enumerate(pieces):
            out.write(f'{{"{name}", 0x{needs(pieces, index):x},\n{literal(text)}}},\n')


main(*sys.argv[1:])
