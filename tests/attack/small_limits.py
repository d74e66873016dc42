# SPDX-License-Identifier: MIT
"""Runs the daemon under small limits of processes, descriptors, memory, file size, stack and processor time.

Under each value it works, or it ends with a sentence and a documented exit code, never by a signal. When the limit is
raised while it runs, everything works again, and each job ran at most once."""

import time

from support import until
from support.answers import Closed
from support.expect import Failure
from support.users import OrdinaryUser

LIMITS = {
    "nproc": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20),
    "nofile": (4, 6, 8, 12, 16, 20, 22, 23, 24, 25, 26, 28, 32, 40, 64),
    "fsize": (0, 1, 100, 512, 4096, 8192, 32768, 40_000, 65536, 100_000, 300_000, 10**6),
    "as": tuple(mb << 20 for mb in (8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256, 512)),
    "data": tuple(kb << 10 for kb in (64, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)),
    "stack": tuple(kb << 10 for kb in (16, 64, 128, 256, 512, 1024, 8192, 65536)),
    "core": (0,),
    "cpu": (2,),
}
ENOUGH = {"nproc": 200, "nofile": 200, "stack": 8 << 20}
STATUSES = (200, 201, 202, 404, 409, 500, 503, 507)
REFUSED = 1
LOADER = 127  # the program or its libraries could not even be loaded
KILLED_IN_LOADER = (-9, -11, -6)  # the kernel or the loader, before main()

# A job keeps the soft limit of descriptors that the daemon was started with. With fewer, the shell cannot open its
# libraries or redirect its output, and fails by its own exit code.
SHELL_DESCRIPTORS = 12

CASES = [(name, value, when) for name, values in LIMITS.items() for value in values for when in ("start", "running")]
CASES = [case for case in CASES if case[0] != "cpu" or case[2] == "start"]


class Attack:
    def __init__(self, run):
        self.run, self.t = run, run.t
        self.user = OrdinaryUser(run.t)
        self.number = 0

    def post(self, daemon):
        """The job and its file, or None."""
        self.number += 1
        path = self.t.dir / f"ran-{self.number}"
        try:
            answer = daemon.post("/jobs", {"kind": "command", "selections": {"argv": ["/bin/sh", "-c", f"echo run >> '{path}'"]}}, timeout=5)
        except (OSError, Closed):
            return None
        if answer.status not in STATUSES:
            self.run.found(f"{self.case}: POST was answered {answer.status}", answer.body[:300])
        return (answer.json()["job_id"], path) if answer.status == 201 else None

    def begin(self, name, value, when):
        daemon = self.t.daemon(home=self.t.dir / f"home-{self.run.tried}", prefix=self.user.prefix, start=False)
        if when == "start":
            daemon.prefix = [*self.user.prefix, "prlimit", f"--{name}={value}:"]
        return daemon, daemon.try_start(self.case, 20)

    def check_end(self, daemon, is_loaded):
        code, text = daemon.process.poll(), daemon.log_text()
        if not is_loaded and (code == LOADER or (code in KILLED_IN_LOADER and "vestimd" not in text and " info " not in text)):
            return
        says_why = "vestimd: " in text or "fsize" in self.case  # which also limits the file of the messages
        # A thread of libuv's pool has no stack left to say that GLib found no memory.
        if code == -11 and self.case.startswith(("as=", "data=")):
            return
        if code != REFUSED or not says_why:
            self.run.found(f"{self.case}: the daemon ended with {code}", text[-1500:])

    def recover(self, daemon, name, posted):
        self.user.limit(daemon.pid, name, ENOUGH.get(name, "unlimited"))
        job = None

        def accepted():
            nonlocal job
            job = self.post(daemon)
            return job or daemon.process.poll() is not None

        until(accepted, f"{self.case}: a job is accepted after the limit", 30)
        if daemon.process.poll() is not None:
            self.check_end(daemon, True)
            return
        for job_id, path in [*posted, job]:
            try:
                over = daemon.until_over(job_id, 30)
            except Failure as failure:
                self.run.found(f"{self.case}: a job does not end after the limit", f"{failure}\n{daemon.log_text()[-1500:]}")
                return
            runs = path.read_text().count("run\n") if path.exists() else 0
            # A shim that the limit kills after its job has written is lost.
            if runs > 1 or (runs == 0 and over["status"] == "completed") or (runs == 1 and over["status"] not in ("completed", "interrupted")):
                self.run.found(f"{self.case}: a job that is {over['status']} ran {runs} times", over)
        if over["status"] != "completed" and not self.lacks_descriptors(over):
            self.run.found(f"{self.case}: a job after the limit is {over['status']}", over)

    def lacks_descriptors(self, over):
        name, value, when = self.limit
        return (name, when) == ("nofile", "start") and value < SHELL_DESCRIPTORS and (over["details"]["exit_code"] or 0) > 0

    def step(self, name, value, when):
        self.run.count()
        self.limit = (name, value, when)
        self.case = f"{name}={value} at {when}"
        daemon, serves = self.begin(name, value, when)
        posted = []
        if serves:
            if when == "running":
                self.user.limit(daemon.pid, name, value)
            for _ in range(3):
                posted.append(self.post(daemon))
            time.sleep(0.3)
        if daemon.process.poll() is not None:
            self.check_end(daemon, when == "running" or bool(posted))
            return
        self.recover(daemon, name, [each for each in posted if each])
        if daemon.process.poll() is None:
            daemon.stop()


def attack(run):
    attack_on = Attack(run)
    for case in run.shuffled(CASES, 14):
        attack_on.step(*case)
