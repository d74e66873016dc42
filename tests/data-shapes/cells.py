# SPDX-License-Identifier: MIT
"""Shapes of cells: forms of numbers, and what stands in place of a number."""

from shape import ROW, UNITS, Read, Refused, Shape, changed, table

CURRENT, VOLTAGE = 1, 3


def cells(change, column=CURRENT, rows=range(160), **more):
    return changed(change, column, rows, **more)


def at_50(text, column=CURRENT):
    """The cell of row 50 (line 52) is this text."""
    return cells(lambda cell: text, column, [50])


def refused(note, *words, line=52):
    return Refused(note, (f"line {line}", "Current", *words))


def superscript_minus(cell):
    return cell.replace("-", "\N{MINUS SIGN}")


# The same value with an exponent: each digit stays.
def exponent(cell):
    number = float(cell)
    return f"{number:.9E}"


CELLS = [
    Shape("numbers with exponents", cells(exponent), Read()),
    Shape("numbers with a plus sign", cells(lambda cell: cell if cell.startswith("-") else "+" + cell), Read()),
    Shape("numbers without a zero before the point", cells(lambda cell: cell.replace("0.", ".", 1) if cell.lstrip("-").startswith("0.") else cell), Read()),
    Shape("numbers with 17 digits", table(UNITS, "{t},{i:.17f},{temp:.17f},{v:.17f}"), Read()),
    Shape("numbers with leading zeros", cells(lambda cell: cell.replace("-", "-00") if cell.startswith("-") else "00" + cell), Read()),
    Shape("spaces around cells", table(UNITS, ROW.replace(",", "  , ")), Read()),
    Shape("a minus sign of Unicode", cells(superscript_minus), Refused("no number", ("line ", "Current"))),
    Shape("a minus sign after the number", cells(lambda cell: cell[1:] + "-" if cell[0] == "-" else cell), Refused("no number", ("line ", "Current"))),
    Shape("negative numbers in parentheses", cells(lambda cell: f"({cell[1:]})" if cell[0] == "-" else cell), Refused("no number", ("line ", "Current"))),
    Shape(
        "thousands separators in quotes",
        table("Time [s],Current [mA],Temp [°C],Voltage [V]", '{t},"{ma:,.1f}",{temp:.1f},{v:.4f}'),
        Refused("no thousands separators", ("line ", "Current")),
    ),
    Shape(
        "points for thousands and decimal commas",
        table("Time;Current;Temp;Voltage", "{t};1,5;25,5;1.003,{n:04d}"),
        Refused("no thousands separators", ("line 2", "Voltage")),
        units=False,
    ),
    Shape(
        "commas for thousands, semicolons between cells",
        table("Time [s];Current [mA];Temp [°C];Voltage [V]", "{t};{ma:,.0f};25;4"),
        Refused("1,234 beside 851 has a separator of thousands", ("Current", "thousands")),
    ),
    Shape(
        "points for thousands, tabs between cells",
        table("Time [s]\tCurrent [mA]\tTemp [°C]\tVoltage [V]", "{t}\t{ma:,.0f}\t25\t4", each=lambda n, line: line.replace(",", ".")),
        Refused("1.234 beside 851 has a separator of thousands", ("Current", "thousands")),
    ),
    Shape("a space for thousands", at_50("1 234.5"), refused("no number")),
    Shape("a hexadecimal number", at_50("0x1F"), refused("no number")),
    Shape("a number with underscores", at_50("1_000"), refused("no number")),
    Shape("digits of another script", at_50("\N{FULLWIDTH DIGIT ONE}.5"), refused("no number")),
    Shape("a number with its unit", at_50("1.5 A"), refused("no number")),
    Shape("a percentage in a cell", at_50("85%"), refused("no number")),
    Shape("true in a cell", at_50("true"), refused("no number")),
    Shape("a word where a range was left", at_50("OVERLOAD"), refused("no number")),
    Shape("an error of a spreadsheet", at_50("#DIV/0!"), refused("no number")),
    Shape("a number beyond single precision", at_50("1e39"), refused("no number that can be used")),
    Shape("a number beyond double precision", at_50("1e999"), refused("no number that can be used")),
    Shape("infinity", at_50("inf"), refused("no number")),
    Shape("an empty cell", at_50(""), refused("a missing cell", "missing")),
    Shape("NaN", at_50("NaN"), refused("a missing cell", "missing")),
    Shape("NA", at_50("NA"), refused("a missing cell", "missing")),
    Shape("N/A", at_50("N/A"), refused("a missing cell", "missing")),
    Shape("null", at_50("null"), refused("a missing cell", "missing")),
    Shape("-- in a cell", at_50("--"), refused("a missing cell", "missing")),
    Shape("NaN of a Windows runtime", at_50("-1.#IND"), refused("no number")),
    Shape("a missing cell in a column that is not used", changed(lambda cell: "", 4, [50], UNITS + ",Aux", ROW + ",{n}"), Read()),
]
