# SPDX-License-Identifier: MIT
"""Jobs that begin, say so, and end when they are released."""

from support import groups, processes
from support.expect import until

# Reports half of its way, prints "begun" and waits for a file `go` in its folder.
WAITING = (
    'echo "{\\"progress\\": 0.5, \\"message\\": \\"half\\", \\"metrics\\": {\\"x\\": 1}}" >&3; '
    "echo begun; until [ -e go ]; do sleep 0.05; done; "
)
# Reports its end, prints "ended" and exits with the code that is put behind it.
ENDING = (
    'echo "{\\"progress\\": 1, \\"message\\": \\"last words\\", \\"metrics\\": {\\"x\\": 2}}" >&3; '
    "echo ended; exit "
)


def text_of(path):
    """The text of a file; "" while there is none. Another process may move or remove it at any time."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def until_halted(daemon, *jobs):
    """Waits until no process of the jobs goes on: each was stopped by a signal, or by the freeze of its group."""

    def is_halted(pid):
        state = (processes.stat(pid) or "X")[0]
        # "D" is a shell whose child was stopped before it has become its program.
        return state in "TtDXZ" or groups.is_frozen(pid)

    def stands_still(folder):
        found = processes.of_job(folder)
        return found and all(map(is_halted, found))

    for job in jobs:
        folder = daemon.folder(job)
        until(lambda folder=folder: stands_still(folder), f"the processes of {folder} stand still")


def release(daemon, job):
    (daemon.folder(job) / "go").touch()


def begun(daemon, *jobs):
    """Waits until each of the jobs printed "begun", looking at the disk: no daemon is needed."""
    for job in jobs:
        log = daemon.folder(job) / "log.txt"
        until(lambda log=log: log.exists() and b"begun" in log.read_bytes(), f"{log} has begun")
