# SPDX-License-Identifier: MIT
"""The running processes, read from /proc."""

import os
import signal


def _read(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def environment(pid):
    return [entry.decode(errors="replace") for entry in _read(pid, "environ").split(b"\0") if entry]


def command_line(pid):
    return [part.decode(errors="replace") for part in _read(pid, "cmdline").split(b"\0")[:-1]]


def stat(pid):
    """(state, parent, group, session), or None when it is gone."""
    text = _read(pid, "stat").decode(errors="replace")
    if not text:
        return None
    fields = text[text.rindex(")") + 2 :].split()
    return fields[0], int(fields[1]), int(fields[2]), int(fields[3])


def is_alive(pid):
    """A zombie is dead: its parent has not waited for it yet."""
    status = stat(pid)
    return status is not None and status[0] not in "ZX"


def parent(pid):
    """None when the process is gone."""
    status = stat(pid)
    return status and status[1]


def catches(pid, number):
    """Whether the process has a handler for the signal."""
    lines = _read(pid, "status").decode().splitlines()
    caught = next((int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:")), 0)
    return bool(caught >> (number - 1) & 1)


def children(pid):
    return [child for child in all_pids() if (stat(child) or (0, 0))[1] == pid]


def of_job(folder):
    """The processes of a job: those that have its folder in their environment."""
    wanted = f"VESTIM_JOB_DIR={folder}"
    return [pid for pid in all_pids() if wanted in environment(pid) and is_alive(pid)]


def end_all(folder):
    """SIGKILL for the processes of a job, those that come and go left out."""
    for pid in of_job(folder):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def shim_of(folder):
    """The vestim-run of a running job: the parent of one of its processes."""
    for pid in of_job(folder):
        shim = parent(pid)
        if shim is not None and command_line(shim)[:1] == ["vestim-run"]:
            return shim
    raise AssertionError(f"no shim found: {[describe(pid) for pid in of_job(folder)]}")


def that_mention(path):
    """Processes with the path in their environment or arguments, this one left out."""
    found = []
    for pid in all_pids():
        if pid == os.getpid() or not is_alive(pid):
            continue
        if any(path in text for text in environment(pid) + command_line(pid)):
            found.append(pid)
    return found


def describe(pid):
    return f"{pid} {' '.join(command_line(pid))!r}"


def open_files(pid):
    """Where each descriptor points, by number."""
    found = {}
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                found[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
            except OSError:
                pass
    except OSError:
        pass
    return found
