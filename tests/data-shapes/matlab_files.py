# SPDX-License-Identifier: MIT
"""Shapes of files of MATLAB."""

from shape import Read, Refused, Shape
from support import matlab

NAMES = {"Time": "t", "Current": "i", "Temp": "temp", "Voltage": "v"}


def columns(rows, names=NAMES):
    return {name: [row[key] for row in rows] for name, key in names.items()}


def of_struct(rows):
    return matlab.file_of("meas", columns(rows))


def of_vectors(rows):
    return matlab.vectors({**columns(rows), "Capacity": [2.9]})


def cut_off(rows):
    return of_struct(rows)[:-100]


def missing(rows):
    found = columns(rows)
    found["Current"][3] = float("nan")
    return matlab.file_of("meas", found)


MATLAB = [
    Shape("MATLAB: a struct of columns, as the public LG and Panasonic sets", of_struct, Read(facts={"format": "MATLAB 5"}), file="data.mat", units=False),
    Shape("MATLAB: vectors and a single number", of_vectors, Read(notes=("Capacity", "left out")), file="data.mat", units=False),
    Shape("MATLAB: NaN", missing, Refused("", ("missing",), check=False), file="data.mat", units=False),
    Shape("MATLAB: cut off", cut_off, Refused("", ("incomplete",)), file="data.mat"),
    Shape("MATLAB: a table, which is an object", lambda rows: matlab.object_of("T", "table"), Refused("save it as a struct", ("table2struct",)), file="data.mat"),
]
