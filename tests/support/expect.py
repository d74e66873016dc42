# SPDX-License-Identifier: MIT
"""Expectations that show both sides, and waiting with a deadline instead of fixed sleeps."""

import os
import time

# A loaded machine or a sanitizer makes everything slower, never wrong.
PATIENCE = float(os.environ.get("VESTIM_TEST_PATIENCE", "1"))


class Failure(AssertionError):
    """A failed expectation."""


def fail(message):
    raise Failure(message)


def _show(value):
    text = repr(value)
    return text if len(text) <= 1500 else text[:1000] + " … " + text[-400:]


def expect(actual, wanted, what="value"):
    if actual != wanted:
        fail(f"{what}: got {_show(actual)}, wanted {_show(wanted)}")


def expect_in(part, whole, what="text"):
    if part not in whole:
        fail(f"{what}: {_show(part)} is not in {_show(whole)}")


def until(question, what, timeout=30.0):
    """Asks until the answer is true, and returns it; fails with `what` after the deadline."""
    deadline = time.monotonic() + timeout * PATIENCE
    pause = 0.002
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            fail(f"not within {timeout * PATIENCE:.0f} s: {what() if callable(what) else what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
