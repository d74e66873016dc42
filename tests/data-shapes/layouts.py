# SPDX-License-Identifier: MIT
"""Shapes of tables: separators, decimal signs, quotes, line ends, and what stands around the rows."""

from shape import ROW, UNITS, I, NAMES, Read, Refused, Shape, T, V, changed, comma, decimal_comma, separated, table


def quoted(line):
    return ",".join(f'"{cell}"' for cell in line.split(","))


def all_quoted(rows):
    return "\n".join(map(quoted, table()(rows).splitlines())) + "\n"


def aligned(rows):
    lines = [line.split(",") for line in table(NAMES)(rows).splitlines()]
    return "".join("".join(f"{cell:>12}" for cell in line) + "\n" for line in lines)


def mixed_ends(rows):
    ends = ["\n", "\r\n"]
    return "".join(line + ends[n % 2] for n, line in enumerate(table()(rows).splitlines()))


def blank_line_between(rows):
    lines = table()(rows).splitlines()
    return "\n".join([*lines[:50], "", *lines[50:]]) + "\n"


def with_line(number, extra, write=table()):
    """The table with a line more after so many lines."""

    def changed_write(rows):
        lines = write(rows).splitlines()
        return "\n".join([*lines[:number], extra, *lines[number:]]) + "\n"

    return changed_write


def without_last_bytes(count):
    return lambda rows: table()(rows)[:-count]


def second_table_with_other_order(rows):
    half = len(rows) // 2
    first = table()(rows[:half])
    return first + table("Time [s],Voltage [V],Temp [°C],Current [A]", ",".join(("{t}", V, T, I)))(rows[half:])


PREAMBLE = "Cell,LG-07\nOperator,K. M.\nNominal capacity,3.0\nProgram,drive cycle\n"
NUMBERS_PREAMBLE = "Channel,12\n1,2\n3.5\nLimits,2.5,4.2\n"

LAYOUTS = [
    Shape("commas", table(), Read()),
    Shape("commas, no units in the header", table(NAMES), Read(), units=False),
    Shape("semicolons", separated(";"), Read()),
    Shape("tabs", separated("\t"), Read()),
    Shape("vertical bars", separated("|"), Read()),
    Shape("one space", separated(" ", NAMES), Read(), units=False),
    Shape("columns aligned with spaces", aligned, Read(), units=False),
    Shape("a space after each comma", separated(", "), Read()),
    Shape("semicolons and decimal commas", decimal_comma(";"), Read()),
    Shape("tabs and decimal commas", decimal_comma("\t"), Read()),
    Shape("spaces and decimal commas", decimal_comma(" ", NAMES), Read(), units=False),
    Shape("vertical bars and decimal commas", decimal_comma("|"), Read()),
    Shape(
        "commas as separator and as decimal sign",
        table(each=lambda n, line: comma(line.replace(",", ", ").replace(", ", ","))),
        Refused("rows have more cells than the header has names", ("line 2", "7")),
    ),
    Shape(
        "commas between cells, decimal commas in quotes",
        table(each=lambda n, line: ",".join(f'"{comma(cell)}"' for cell in line.split(","))),
        Refused("1,234 may be a thousand", ("line 2",)),
    ),
    Shape(
        "a decimal point after decimal commas",
        decimal_comma(";", after="160;-0.500;25.0;4.0123\n"),
        Refused("1.234 may be a thousand", ("line 162", "decimal")),
    ),
    Shape("names and cells in quotes", all_quoted, Read()),
    Shape("names with the separator in quotes", table('"Time, total [s]",Current [A],Temp [°C],Voltage [V]'), Read()),
    Shape("CRLF", table(end="\r\n"), Read()),
    Shape("CR alone", table(end="\r"), Read()),
    Shape("LF and CRLF by turns", mixed_ends, Read()),
    Shape("no end of the last line", without_last_bytes(1), Read()),
    Shape("empty lines at the end", table(after="\n\n\r\n"), Read()),
    Shape("lines of separators at the end", table(after=",,,\n,,,\n"), Read()),
    Shape("control-Z at the end, as DOS wrote it", table(after="\x1a"), Read()),
    Shape("an empty line between rows", blank_line_between, Read("empty lines are skipped")),
    Shape("empty lines before the header", table(before="\n\n"), Read()),
    Shape("a separator at the end of each line", table(UNITS + ",", ROW + ","), Read()),
    Shape("a separator at the end of each row, but not of the header", table(UNITS, ROW + ","), Read()),
    Shape(
        "a separator at the end of each line, and one row that lost another",
        with_line(40, "39.5,0.5,25.0,3.7,391,", table(UNITS + ",Step,Cycle,", ROW + ",{step},1,")),
        Refused("the cells after the lost separator are those of the columns before", ("line 41", "Cycle")),
    ),
    Shape("sep=; as the first line", separated(";", before="sep=;\n"), Read()),
    Shape('"sep=," as the first line, with CRLF', table(before='"sep=,"\r\n', end="\r\n"), Read()),
    Shape("comment lines with # before the header", table(before="# cell 7\n# 25 degrees\n"), Read()),
    Shape("comment lines with % before the header", table(before="% cell 7\n% a,b,c,d\n"), Read()),
    Shape("a header after #, as NumPy writes it", table("# " + UNITS), Read()),
    Shape("a header after %, as MATLAB scripts write it", table("%" + UNITS), Read()),
    Shape("comment lines between rows", with_line(40, "# operator looked at the cell"), Read()),
    Shape("lines of other data before the header", table(before=PREAMBLE), Read("they are skipped", notes=("4 lines",))),
    Shape("the same, padded with separators", table(before=PREAMBLE.replace("\n", ",,\n")), Read("they are skipped")),
    Shape("numbers before the header", table(before=NUMBERS_PREAMBLE), Read("they are skipped")),
    Shape(
        "a row of units below the header",
        table(NAMES + "\ns,A,°C,V"),
        Read(units={"current": "A", "temperature": "°C"}),
    ),
    Shape("a row of units in brackets", table(NAMES + "\n[s],[A],[C],[V]"), Read(units={"voltage": "V"})),
    Shape(
        "a row of units that is shorter than the header",
        table("Step," + NAMES + ",Status\n,s,A,°C,V", "7," + ROW + ",{step}"),
        Read(units={"current": "A", "temperature": "°C"}),
    ),
    Shape(
        "a row of units that has another unit than the header",
        table("Time [s],Current [A],Temp [°C],Voltage [V]\ns,mA,°C,V"),
        Refused("two units for one column", ("current", "mA")),
    ),
    Shape(
        "the header repeated between rows",
        with_line(80, UNITS),
        Read("it is skipped", notes=("header",)),
    ),
    Shape(
        "the header repeated, and a damaged row below the first one",
        with_line(80, UNITS, with_line(3, "2,0.5,25.0")),
        Refused("the rows before the second header must not be lost", ("line 4",)),
    ),
    Shape(
        "the header repeated, and the first one damaged",
        with_line(80, UNITS, table(UNITS.replace(",", ";", 1))),
        Refused("the rows before the second header must not be lost", ("line 2",)),
    ),
    Shape(
        "another header between rows, with another order of columns",
        second_table_with_other_order,
        Refused("a second table", ("line 82",)),
    ),
    Shape("notes after the rows", table(after="\nTest finished\nOperator: K. M.\n"), Read("they are skipped", notes=("after",))),
    Shape("totals after the rows", table(after="Total,,,\nMax,1.396,30.0,4.0\n"), Refused("they may be rows", ("line 162",))),
    Shape("one row with fewer cells", with_line(30, "29,0.5,25.0"), Refused("a cell is missing", ("line 31", "3"))),
    Shape("one row with more cells", with_line(30, "29,0.5,25.0,3.9,7"), Refused("a cell too many", ("line 31", "5"))),
    Shape("a last row that ends early", without_last_bytes(9), Refused("a cell is missing", ("line 161",))),
    Shape(
        "a quote without an end",
        with_line(30, '29,"0.5,25.0,3.9'),
        Refused("the quote has no end", ("line 31", "quote")),
    ),
    Shape(
        "a name that ends on the next line",
        table('Time [s],Current [A],Temp [°C],"Voltage\n[V]"'),
        Refused("a cell ends on its line", ("line 1", "quote")),
    ),
    Shape("a column without a name", table(UNITS + ",,Note", ROW + ",1,ok"), Read()),
    Shape("two columns of one name", table(UNITS + ",Voltage [V]", ROW + ",3.7"), Refused("which one is meant is not clear", ("Voltage",))),
    Shape("two other columns of one name", table(UNITS + ",Step,Step", ROW + ",1,2"), Read()),
    Shape("columns in another order", table("Voltage [V],Temp [°C],Time [s],Current [A]", ",".join((V, T, "{t}", I))), Read()),
    Shape("words in a column that is not used", table(UNITS + ",Status", ROW + ",{step}"), Read()),
    Shape(
        "a late word in a column that is not used",
        changed(lambda cell: "abort", 4, [150], UNITS + ",Code", ROW + ",{n}"),
        Read(),
    ),
    Shape("a header and no rows", lambda rows: UNITS + "\n", Refused("no rows", ("row",))),
    Shape("a header and one row", lambda rows: table()(rows[:1]), Refused("fewer than two rows", ("row",))),
    Shape("numbers without a header", table(None), Refused("no names", ("line 1", "names"))),
    Shape(
        "one column",
        table("Voltage [V]", V),
        Refused("an estimation needs two columns", ("column",)),
    ),
    Shape("a line of 70,000 characters", with_line(30, "x" * 70000), Refused("a line has at most 64 KiB", ("line 31",))),
    Shape(
        "5000 columns",
        table(UNITS + "".join(f",c{n}" for n in range(5000)), ROW + ",0" * 5000),
        Refused("a file has at most 4096 columns", ("4096",)),
    ),
]
