# SPDX-License-Identifier: MIT
"""machine_root.py COMMAND…: the root of all processes of a test's machine (machine.py).

Each orphan below it becomes its child, so that it knows all processes, whatever they do. A line on its standard input
starts the command, and is answered with its PID; a later line starts it again. The end of the input ends all processes
at once: as when the machine's power fails, and also when the test is killed."""

import ctypes
import os
import signal
import sys
import time

import processes

PR_SET_CHILD_SUBREAPER = 36


def reap():
    """False when there is no child any more."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        return False
    return True


def below(pid):
    found = [pid]
    for one in found:
        found += processes.children(one)
    return found[1:]


def end_all():
    while reap():
        for pid in below(os.getpid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.005)


def start(command):
    files = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, 2, 1)]
    return os.posix_spawnp(command[0], command, os.environ, file_actions=files, setsid=True)


if __name__ == "__main__":
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise SystemExit("this system has no child subreapers")
    # Nobody waits for a zombie, but some programs wait until a PID is gone.
    signal.signal(signal.SIGCHLD, lambda *_: reap())
    while sys.stdin.readline():
        print(start(sys.argv[1:]), flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    end_all()
