# SPDX-License-Identifier: MIT
"""Jobs that begin, say so, and end when they are released."""

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


def release(daemon, job):
    (daemon.folder(job) / "go").touch()


def begun(daemon, *jobs):
    """Waits until each of the jobs printed "begun", looking at the disk: no daemon is needed."""
    for job in jobs:
        log = daemon.folder(job) / "log.txt"
        until(lambda log=log: log.exists() and b"begun" in log.read_bytes(), f"{log} has begun")
