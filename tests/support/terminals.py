# SPDX-License-Identifier: MIT
"""`vestim` as scripts run it, and as people run it in a terminal of a given size."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata

from support.builds import program
from support.expect import PATIENCE, fail, until
from support.shell import Shell

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def vestim(t, daemon, *arguments, **more):
    """Runs it to its end for the daemon."""
    return Shell(t, daemon.home).run(*arguments, **more)


def width_of(line):
    """The cells that the line takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, t, *command, columns=80, rows=24, env=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = t.environment(**{"TERM": "xterm", "NO_COLOR": None, "CLICOLOR_FORCE": None, **(env or {})})
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=t.dir, start_new_session=True
        )
        os.close(slave)
        self.raw = ""
        t.cleanups.append(self.close)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.master is not None:
            os.close(self.master)
            self.master = None

    def read(self, seconds=0.05):
        """Takes what was written meanwhile."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += piece.decode(errors="replace")
        return bool(piece)

    def until_shown(self, text):
        until(lambda: self.read() and text in self.raw or text in self.raw, lambda: f"{text!r} is shown: {self.raw!r}")

    def end(self, timeout=30):
        """The exit code, after all output."""
        deadline = time.monotonic() + timeout * PATIENCE
        while self.process.poll() is None or self.read(0):
            if time.monotonic() > deadline:
                fail(f"it does not end: {self.raw!r}")
            self.read()
        return self.process.returncode

    @property
    def lines(self):
        """All lines so far, without control sequences."""
        return SEQUENCE.sub("", self.raw.replace("\r\n", "\n")).split("\n")


def vestim_terminal(t, daemon, *arguments, env=None, **size):
    return Terminal(t, program("vestim"), *arguments, env={"VESTIM_HOME": str(daemon.home), **(env or {})}, **size)
