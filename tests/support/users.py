# SPDX-License-Identifier: MIT
"""An ordinary user, to whom limits of processes apply: root has none."""

import os
import pathlib
import random
import shutil
import subprocess

from support import skip
from support.builds import program
from support.processes import all_pids


class OrdinaryUser:
    """Nobody else's: what runs as this user is the test's own. The user owns the test's folder."""

    def __init__(self, t):
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            skip("only root can run a daemon as another user (setpriv)")
        folder = pathlib.Path(program("vestimd")).resolve().parent
        if any(part.stat().st_mode & 0o005 != 0o005 for part in [folder, *folder.parents]):
            skip(f"another user cannot read {folder}")
        self.number = random.SystemRandom().randrange(200_000, 2_000_000)
        self.prefix = ["setpriv", f"--reuid={self.number}", f"--regid={self.number}", "--clear-groups"]
        os.chown(t.dir, self.number, self.number)

    def limit(self, pid, name, value):
        """Sets the soft limit; as the process's user, since root needs a capability for others."""
        subprocess.run([*self.prefix, "prlimit", f"--pid={pid}", f"--{name}={value}:"], check=True)

    def threads(self, *pids):
        """Processes as the kernel counts them for the limit: each thread is one. Of all, or of these processes."""
        found = 0
        for pid in pids or all_pids():
            try:
                if os.stat(f"/proc/{pid}").st_uid == self.number:
                    found += len(os.listdir(f"/proc/{pid}/task"))
            except OSError:
                pass
        return found
