# SPDX-License-Identifier: MIT
"""Sizes: readers skip what does not fit on a screen."""

import re
import subprocess

from sources import lines, name, with_suffix
from support import expect, skip, test

# Option parsing, tables and texts may be longer than other functions, up to LONG_LIMIT.
LIMIT, LONG_LIMIT = 60, 100
MAY_BE_LONG = re.compile(r"parse|option|settings|usage|help|table|class_init|main", re.IGNORECASE)


def functions():
    """(file, function, lines) of every function of the project."""
    paths = [str(path) for path in with_suffix(".c", ".h", ".inc")]
    command = ["ctags", "--languages=C", "--langmap=C:.c.h.inc", "--kinds-C=f", "--fields=+ne", "--excmd=number", "-f", "-"]
    try:
        output = subprocess.run(command + paths, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        skip("universal-ctags is not installed")
    for entry in output.splitlines():
        function, path, *fields = entry.split("\t")
        known = dict(field.split(":", 1) for field in fields if ":" in field)
        if "line" in known and "end" in known:
            yield path, function, int(known["end"]) - int(known["line"]) + 1


@test("no function is longer than 60 lines; option parsing and tables have 100")
def _(t):
    long = []
    for path, function, count in functions():
        if count > (LONG_LIMIT if MAY_BE_LONG.search(function) else LIMIT):
            long.append(f"{name(path)}: {function} has {count} lines")
    expect(long, [])


@test("no file is longer than 500 lines, no header than 120")
def _(t):
    long = []
    for path in with_suffix(".c", ".h", ".inc", ".py", ".sh", ".ui"):
        count = len(lines(path))
        if count > (120 if path.suffix == ".h" else 500):
            long.append(f"{name(path)} has {count} lines")
    expect(long, [])


@test("no line of a .ui file is wider than 120 characters")
def _(t):
    wide = []
    for path in with_suffix(".ui"):
        for number, line in enumerate(lines(path), 1):
            if len(line) > 120:
                wide.append(f"{name(path)}:{number} has {len(line)} characters")
    expect(wide, [])
