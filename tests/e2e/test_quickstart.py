# SPDX-License-Identifier: MIT
"""The quickstart, as a stranger runs it: in a fresh clone, twice, with an empty home."""

import re
import shutil
import time

from support import expect, expect_in, test
from support.builds import SOURCE


def clone(t):
    """The sources without what was built, in a path with a space in it."""
    place = t.dir / "a clone"
    shutil.copytree(SOURCE, place, ignore=shutil.ignore_patterns("build*", "b", ".git", "__pycache__", ".cache"))
    return place


def quickstart(t, place, *arguments):
    script = place / "data" / "quickstart.sh"
    # Any free port: the usual one may be in use on the machine.
    return t.command("sh", script, *arguments, timeout=400,
                     env={"DISPLAY": None, "WAYLAND_DISPLAY": None, "VESTIM_PORT": "0"})


@test("a fresh clone goes from nothing to a table of errors, and the second run is quick", alone=True)
def _(t):
    place = clone(t)
    first = quickstart(t, place).expect(0)
    expect(first.err, "", "stderr")
    table = re.findall(r"^(\S.*?) +(\d+\.\d\d) +(\d+\.\d\d) +(\d+\.\d\d)$", first.out, re.MULTILINE)
    expect(table[-1][0], "all test files")
    expect(len(table) >= 2, True, "a line for each test file")
    expect(float(table[-1][1]) < 200, True, f"RMSE {table[-1][1]} mV")
    expect_in("100 %", first.out)

    daemon = t.found_daemon(home=t.dir / ".vestim")
    began = time.monotonic()
    second = quickstart(t, place).expect(0)
    expect(time.monotonic() - began < 60, True, "the second run is quick")
    expect_in("already", second.out)
    expect([job["status"] for job in daemon.jobs()], ["completed", "completed"])

    failed = quickstart(t, place, t.dir / "nowhere").expect(1)
    expect_in("nowhere", failed.err)
    t.command(place / "build" / "daemon" / "vestimd", "--stop").expect(0)
