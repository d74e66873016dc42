# SPDX-License-Identifier: MIT
"""One shape of a file: how it is written, and what must happen with it."""

import dataclasses

I, V, T, S = "{i:.3f}", "{v:.4f}", "{temp:.1f}", "{soc:.4f}"
ROW = "{t}," + ",".join((I, T, V))
NAMES = "Time,Current,Temp,Voltage"
UNITS = "Time [s],Current [A],Temp [°C],Voltage [V]"


@dataclasses.dataclass(frozen=True)
class Read:
    """The file is read, with exactly the values of the true series (of `rows`, if given)."""

    note: str = ""  # for the documentation
    roles: tuple = ("time", "current", "temperature", "voltage")
    rows: object = None  # the rows of the truth that remain, in their order
    period: float = 1.0
    facts: dict = dataclasses.field(default_factory=dict)  # members of the check's answer
    units: dict = dataclasses.field(default_factory=dict)  # role -> unit as written
    notes: tuple = ()  # words that the check's notes have
    told: tuple = ()  # words that a prediction or a job says

    word = "read"


@dataclasses.dataclass(frozen=True)
class Refused:
    """Check, prediction and job refuse the file; each sentence has all of the words."""

    note: str
    words: tuple
    check: bool = True  # the check alone can see it

    word = "refused"


@dataclasses.dataclass(frozen=True)
class Shape:
    name: str
    write: object  # rows -> text or bytes
    outcome: object
    file: str = "data.csv"
    encoding: str = "utf-8"
    units: bool = True  # the training files state their units
    inputs: tuple = ("Current", "Temp")
    settings: dict = dataclasses.field(default_factory=dict)  # of a job; then there is no prediction by hand
    network: str = "FNN"  # an FNN sees one row, so that rows can be compared one by one
    only: str = ""  # "predict" or "job": the one that is tried

    def content(self, rows):
        written = self.write(rows)
        return written if isinstance(written, bytes) else written.encode(self.encoding)


def table(header=UNITS, row=ROW, before="", after="", end="\n", each=None):
    """A writer: `header`, then `row` filled with each row's values. `each` changes a line by its number."""

    def write(rows):
        lines = [row.format(n=n + 1, **values) for n, values in enumerate(rows)]
        if each:
            lines = [each(n, line) for n, line in enumerate(lines)]
        return before + end.join([*([header] if header is not None else []), *lines]) + end + after

    return write


def comma(text):
    """Decimal commas for points."""
    return text.replace(".", ",")


def decimal_comma(separator, header=UNITS, row=ROW, **more):
    """A table with this separator and decimal commas."""
    return table(header.replace(",", separator), row.replace(",", separator), each=lambda n, line: comma(line), **more)


def separated(separator, header=UNITS, row=ROW, **more):
    return table(header.replace(",", separator), row.replace(",", separator), **more)


def changed(cell_of, column, rows_of, header=UNITS, row=ROW, **more):
    """A plain table where `cell_of` changes the cell of `column` in the rows `rows_of`."""

    def each(n, line):
        cells = line.split(",")
        if n in rows_of:
            cells[column] = cell_of(cells[column])
        return ",".join(cells)

    return table(header, row, each=each, **more)
