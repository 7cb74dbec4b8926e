"""NumPy files for the command's tests, made by code of their own."""

import io
import struct
import zipfile

CODES = {"u1": "B", "i1": "b", "u2": "H", "i2": "h", "u4": "I", "i4": "i", "u8": "Q", "i8": "q",
         "f4": "f", "f8": "d", "b1": "?"}


def npy(shape, values, descr="<f8", order=False):
    """The bytes of a .npy file of version 1.0."""
    text = repr({"descr": descr, "fortran_order": order, "shape": tuple(shape)}).encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    code = CODES.get(descr[1:], "B")
    order = ">" if descr[0] == ">" else "<"
    return (b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text
            + struct.pack(f"{order}{len(values)}{code}", *values))


def npz(compress=False, **members):
    """The bytes of a .npz file of .npy files."""
    content = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, member in members.items():
            with archive.open(name + ".npy", "w", force_zip64=True) as file:
                file.write(member)
    return content.getvalue()
