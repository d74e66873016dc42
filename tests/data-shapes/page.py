# SPDX-License-Identifier: MIT
"""The table of shapes in docs/data.md."""

import pathlib

BEGIN = "<!-- begin shapes: written by \"python3 tests/data-shapes --update-docs docs/data.md\" -->"
END = "<!-- end shapes -->"


def line(shape):
    note = shape.outcome.note.replace("|", "\\|")
    joined = {"read": "; ", "refused": ": "}[shape.outcome.word]
    return f"| {shape.name.replace('|', chr(92) + '|')} | {shape.outcome.word}{joined + note if note else ''} |"


def shapes_table(shapes):
    return "\n".join([BEGIN, "| file | what happens |", "| --- | --- |", *map(line, shapes), END])


def main(action, path, shapes):
    page = pathlib.Path(path)
    text = page.read_text()
    before, rest = text.split(BEGIN)
    wanted = before + shapes_table(shapes) + rest.split(END)[1]
    if action == "--update-docs":
        page.write_text(wanted)
        return 0
    if text != wanted:
        print(f"the table of shapes in {path} is old: python3 tests/data-shapes --update-docs docs/data.md")
        return 1
    return 0
