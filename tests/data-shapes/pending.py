# SPDX-License-Identifier: MIT
"""Shapes that wait for the program, listed in pending.txt: they run, and may fail."""

import pathlib

import judge as judging
from support import skip

PENDING = set((pathlib.Path(__file__).parent / "pending.txt").read_text().splitlines())


def judge(t, shape):
    if shape.name not in PENDING:
        judging.judge(t, shape)
        return
    try:
        judging.judge(t, shape)
    except Exception as error:  # of any kind: the program is not ready for it
        skip(f"waits: {str(error).splitlines()[0]}")
