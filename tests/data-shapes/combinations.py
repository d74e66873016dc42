# SPDX-License-Identifier: MIT
"""Random combinations of what the shapes have one by one: each is read with the true values."""

import gzip
import random

from judge import TRUE, estimate, judge_predictions, trained
from shape import I, Read, Shape, T, V, comma
from support.expect import fail

SEED, FILES = 20240517, 60

NAMES = (
    ("Time", "Current", "Temp", "Voltage"),
    ("Test Time", "Current", "Temperature", "Voltage"),
    ("Zeit", "Strom", "Temperatur", "Spannung"),
    ("t", "I", "T", "U"),
    ("时间", "电流", "温度", "电压"),
    ("時間", "電流", "温度", "電圧"),
)
TIMES = (("s", "{t}"), ("ms", "{t_ms}"), ("min", "{t_min:.8f}"), ("h", "{t_h:.9f}"), (None, "{hms}"), (None, "{when:%Y-%m-%d %H:%M:%S}"))
CURRENTS = (("A", I), ("mA", "{ma:.0f}"))
TEMPERATURES = (("°C", T), ("K", "{kelvin:.2f}"), ("°F", "{fahrenheit:.1f}"), ("degC", T), ("C", T))
VOLTAGES = (("V", V), ("mV", "{mv:.1f}"))
STYLES = ("{name} [{unit}]", "{name} ({unit})", "{name}/{unit}", "{name} / {unit}", "row", "[row]")
BEFORE = ("", "# cell 7\n", "Cell{s}LG-07\nOperator{s}K. M.\nProgram{s}cycle\n", "\n", "sep={s}\n")
AFTER = ("", "\n\n", "Test finished\n", "\x1a")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "gb18030", "cp932")


def draw(seed):
    """One combination: its parts, for the message of a failure."""
    chance = random.Random(seed)
    parts = {
        "separator": chance.choice([",", ";", "\t", "|"]),
        "decimal": chance.choice([".", ","]),
        "names": chance.choice(NAMES),
        "quantities": [chance.choice(forms) for forms in (TIMES, CURRENTS, TEMPERATURES, VOLTAGES)],
        "style": chance.choice(STYLES),
        "order": chance.sample(range(4), 4),
        "extra": chance.random() < 0.5,
        "before": chance.choice(BEFORE),
        "after": chance.choice(AFTER),
        "end": chance.choice(["\n", "\r\n", "\r"]),
        "quotes": chance.choice(["", "names", "all"]),
        "trailing": chance.choice(["", "rows", "all"]),
        "encoding": chance.choice(ENCODINGS),
        "gzip": chance.random() < 0.2,
    }
    if parts["separator"] == ",":
        parts["decimal"] = "."
    return parts


def name_of(parts, name, unit):
    if unit is None or "row" in parts["style"]:
        return name
    return parts["style"].format(name=name, unit=unit)


def header_of(parts):
    """The cells of the header and, if units have a row of their own, of that row."""
    names = [name_of(parts, name, unit) for name, (unit, _) in zip(parts["names"], parts["quantities"])]
    units = [unit or "" for unit, _ in parts["quantities"]]
    if parts["style"] == "[row]":
        units = [f"[{unit}]" if unit else "" for unit in units]
    rows = [[names[n] for n in parts["order"]], [units[n] for n in parts["order"]]]
    if parts["extra"]:
        rows = [["Step", *rows[0], "Status"], ["", *rows[1], ""]]
    return rows if "row" in parts["style"] else rows[:1]


def cells_of(parts, values):
    cells = [parts["quantities"][n][1].format(**values) for n in parts["order"]]
    if parts["decimal"] == ",":
        cells = [comma(cell) for cell in cells]
    return ["7", *cells, values["step"]] if parts["extra"] else cells


def text_of(parts, rows):
    header, table = header_of(parts), [cells_of(parts, values) for values in rows]
    quoted = {"": [], "names": [*header], "all": [*header, *table]}[parts["quotes"]]
    trailing = {"": [], "rows": table, "all": [*header, *table]}[parts["trailing"]]
    lines = []
    for cells in [*header, *table]:
        shown = [f'"{cell}"' for cell in cells] if cells in quoted else cells
        lines.append(parts["separator"].join(shown) + (parts["separator"] if cells in trailing else ""))
    text = parts["before"].format(s=parts["separator"]) + "\n".join(lines) + "\n" + parts["after"]
    return text.replace("\n", parts["end"])


def content_of(parts):
    content = text_of(parts, TRUE).encode(parts["encoding"], errors="replace")
    return gzip.compress(content, mtime=0) if parts["gzip"] else content


def can_be_written(parts):
    """Whether the encoding has all characters."""
    try:
        text_of(parts, TRUE[:2]).encode(parts["encoding"])
    except UnicodeEncodeError:
        return False
    return True


def judge(t, seed):
    parts = draw(seed)
    shape = Shape(f"combination {seed}", None, Read())
    model, _ = trained(shape)
    file = t.write("data.csv", content_of(parts))
    done = estimate(t, "--predict", model, file, "-o", t.dir / "out.csv")
    if done.code != 0:
        fail(f"{parts}: {done.err}")
    judge_predictions(t.dir / "out.csv", shape, range(len(TRUE)))


def seeds():
    """Those of the files that can be written in their encoding."""
    found, seed = [], SEED
    while len(found) < FILES:
        if can_be_written(draw(seed)):
            found.append(seed)
        seed += 1
    return found
