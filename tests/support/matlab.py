# SPDX-License-Identifier: MIT
"""Files of MATLAB 5 without MATLAB."""

import struct

INT8, INT32, UINT32, DOUBLE, MATRIX = 1, 5, 6, 9, 14
STRUCT, NUMBERS, OPAQUE = 2, 6, 17
NAME_LENGTH = 32


def element(kind, content):
    return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)


def array(kind, dims, name, *rest):
    head = element(UINT32, struct.pack("<II", kind, 0)) + element(INT32, struct.pack("<2i", *dims)) + element(INT8, name.encode())
    return element(MATRIX, head + b"".join(rest))


def column(values, name=""):
    return array(NUMBERS, (len(values), 1), name, element(DOUBLE, struct.pack(f"<{len(values)}d", *values)))


def file_of(name, columns):
    """The bytes of a file with a struct of columns, as the public sets of measurements have."""
    names = b"".join(field.encode().ljust(NAME_LENGTH, b"\0") for field in columns)
    length = struct.pack("<HHi", INT32, 4, NAME_LENGTH)  # a short element
    fields = [column(values) for values in columns.values()]
    head = b"MATLAB 5.0 MAT-file, by a test".ljust(124) + struct.pack("<H", 0x100) + b"IM"
    return head + array(STRUCT, (1, 1), name, length, element(INT8, names), *fields)


def vectors(columns):
    """The same with the columns outside of a struct."""
    whole = file_of("meas", {})
    return whole[:128] + b"".join(column(values, name) for name, values in columns.items())


def object_of(name, kind):
    """The same with an object, which MATLAB writes for a table; its content is elsewhere."""
    head = element(UINT32, struct.pack("<II", OPAQUE, 0))
    names = b"".join(element(INT8, word.encode()) for word in (name, "MCOS", kind))
    return file_of("meas", {})[:128] + element(MATRIX, head + names + column([1, 2, 3]))
