# SPDX-License-Identifier: MIT
"""Shapes that a job reads with the help of its settings. The check and the prediction by hand have no settings."""

from cells import at_50
from shape import Read, Refused, Shape, changed, table
from times import restarted, swapped, times, twice, without


def gap(count, column=1):
    return changed(lambda cell: "", column, range(50, 50 + count))


SETTINGS = [
    Shape(
        "a column of any name, named in columns with its unit",
        table("a,b,c,d", "{t},{ma:.0f},{temp:.1f},{v:.4f}"),
        Read(roles=("current", "temperature", "voltage")),
        settings={
            "columns": {
                "Current": {"column": "b", "unit": "mA"},
                "Temp": {"column": "c", "unit": "°C"},
                "Voltage": {"column": "d", "unit": "V"},
            }
        },
    ),
    Shape("an empty cell, missing: drop", at_50(""), Read("the row is left out", rows=without(50)), settings={"missing": "drop"}),
    Shape("NaN, missing: drop", at_50("NaN"), Read("the row is left out", rows=without(50)), settings={"missing": "drop"}),
    Shape("four empty cells, missing: interpolate 3", gap(4), Refused("the run is longer", ("line 52", "Current", "interpolate")), settings={"missing": {"interpolate": 3}}),
    Shape("a time that occurs twice, on_time_error: drop", times(twice), Read("the later row is left out", rows=without(70), roles=("current",)), settings={"on_time_error": "drop"}),
    Shape("two rows exchanged, on_time_error: sort", times(swapped), Read("sorted", roles=("current",), rows=lambda rows: [*rows[:70], 71, 70, *rows[72:]]), settings={"on_time_error": "sort"}),
    Shape("times that start again, on_time_error: drop", times(restarted), Read("the later rows are left out", roles=("current",), rows=lambda rows: [*rows[:70], *rows[140:]]), settings={"on_time_error": "drop"}),
]
