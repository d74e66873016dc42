# SPDX-License-Identifier: MIT
"""A machine of a cluster on this computer: one service, and all processes that come from it."""

import os
import pathlib
import signal
import subprocess
import sys

from support import processes
from support.expect import until

ROOT = pathlib.Path(__file__).with_name("machine_root.py")


class Machine:
    """Its processes end with kill(), and when the test ends in any other way (machine_root.py)."""

    def __init__(self, name, command, log, environment):
        self.name = name
        self.command = [sys.executable, "-S", "-B", str(ROOT), *map(str, command)]
        self.log = pathlib.Path(log)
        self.environment = environment
        self.root = None
        self.pid = None

    def start(self):
        """Starts the service; also again, while what an earlier one has left goes on."""
        if self.root is None:
            with open(self.log, "ab") as log:
                pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log}
                # A session of its own: a signal for the test must not reach the process that cleans up.
                self.root = subprocess.Popen(self.command, env=self.environment, start_new_session=True, **pipes)
        self.root.stdin.write(b"start\n")
        self.root.stdin.flush()
        self.pid = int(self.root.stdout.readline())

    def is_running(self):
        """Whether the service runs."""
        return self.root is not None and processes.is_alive(self.pid)

    def signal(self, number):
        """Signals the service alone."""
        os.kill(self.pid, number)

    def halt(self):
        """The service does nothing any more, until resume()."""
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def kill_service(self):
        """Kills the service alone: what it has started goes on."""
        self.signal(signal.SIGKILL)
        until(lambda: not self.is_running(), f"the service of {self.name} ends")

    def kill(self):
        """Kills all processes of the machine."""
        if self.root is not None:
            self.root.stdin.close()
            self.root.wait()
            self.root.stdout.close()
            self.root = None

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""
