# SPDX-License-Identifier: MIT
"""Tests that wait for the program, listed in pending.txt: they run, and may fail."""

import pathlib

from support import skip

PENDING = set((pathlib.Path(__file__).parent / "pending.txt").read_text().splitlines())


def run(name, function, *arguments):
    if name not in PENDING:
        function(*arguments)
        return
    try:
        function(*arguments)
    except Exception as error:  # of any kind: the program is not ready for it
        skip(f"waits: {str(error).splitlines()[0]}")
