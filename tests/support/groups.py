# SPDX-License-Identifier: MIT
"""Control groups of version 2, read as the kernel shows them."""

import pathlib


def group_of(pid):
    """The path of the group of version 2, as the kernel writes it."""
    lines = pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    return next((line[3:] for line in lines if line.startswith("0::")), "")


def folder_of(group):
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        if " - cgroup2 " in line:
            return pathlib.Path(line.split()[4] + group)
    raise AssertionError("cgroup2 is not mounted")


def is_frozen(pid):
    """Whether the kernel has halted the group of the process."""
    try:
        return "frozen 1" in (folder_of(group_of(pid)) / "cgroup.events").read_text()
    except (OSError, AssertionError):
        return False
