# SPDX-License-Identifier: MIT
"""Makes system calls of the daemon and its shims fail, sometimes or always, while clients work; then ends the fault.

No change that was acknowledged may be lost, no job may run twice, each answer must be a documented one, and everything
must work again without a restart. A daemon that ended must have said why."""

import subprocess
import time

from support import until
from support.answers import Closed
from support.faults import Faults

JOBS = 4
CALLS = {
    "open": ("EIO", "EMFILE", "ENFILE", "ENOMEM", "EACCES"),
    "read": ("EIO",),
    "pread": ("EIO",),
    "pwrite": ("EIO", "ENOSPC", "EDQUOT", "EFBIG"),
    "write": ("EIO", "ENOSPC"),
    "fsync": ("EIO", "ENOSPC"),
    "ftruncate": ("EIO", "ENOSPC"),
    "fallocate": ("ENOSPC", "EFBIG", "EIO"),
    "rename": ("EIO", "ENOSPC"),
    "mkdir": ("EIO", "ENOSPC", "EMLINK"),
    "unlink": ("EIO", "EROFS"),
    "close": ("EIO",),
    "lock": ("ENOLCK", "EINTR"),
    "unlock": ("ENOLCK",),
    "dup": ("EMFILE",),
    "fcntl": ("EINVAL",),
    "stat": ("EIO", "ENOMEM"),
    "pipe": ("EMFILE", "ENFILE"),
    "memfd": ("EMFILE", "ENOMEM"),
    "spawn": ("EAGAIN", "ENOMEM", "EMFILE"),
    "fork": ("EAGAIN", "ENOMEM"),
    "thread": ("EAGAIN",),
    "socketpair": ("EMFILE", "ENOMEM"),
    "accept": ("EMFILE", "ENFILE", "ENOMEM", "ECONNABORTED"),
    "send": ("ECONNRESET", "ENOBUFS"),
    "writev": ("ECONNRESET", "EPIPE"),
    "recv": ("ECONNRESET",),
    "inotify": ("EMFILE", "ENOSPC"),
    "poll": ("ENOMEM", "EINTR"),
    "mmap": ("ENOMEM",),
    "getrandom": ("EAGAIN",),
    "malloc": ("ENOMEM",),
}
IN_SHIM = ("open", "read", "pread", "pwrite", "write", "fsync", "ftruncate", "fallocate", "rename", "mkdir", "unlink", "close", "lock", "dup", "stat", "pipe", "fork", "poll", "mmap")
STATUSES = (200, 201, 202, 204, 404, 409, 500, 503, 507)
HONEST = 1  # the exit code of a daemon that ended for a lack

CASES = [("vestimd", call, error) for call, errors in CALLS.items() for error in errors]
CASES += [("vestim-run", call, error) for call in IN_SHIM for error in CALLS[call]]


class Attack:
    def __init__(self, run):
        self.run, self.t, self.random = run, run.t, run.random
        self.faults = Faults(run.t, run.options.seed)
        self.daemon = run.t.daemon("--max-running", "2", env=self.faults.environment)
        self.number = 0
        self.timeout = 40
        self.jobs = {}  # acknowledged: its ID, and the file that it writes into
        self.unsure = set()  # names without an answer
        self.deleted = set()

    def ask(self, method, *arguments):
        """The answer, or None when the connection broke."""
        try:
            answer = getattr(self.daemon, method)(*arguments, timeout=self.timeout)
        except (OSError, Closed):
            return None
        if answer.status not in STATUSES:
            self.run.found(f"{self.case}: {method} {arguments[0]} was answered {answer.status}", answer.body[:500])
        if answer.status in (503, 507, 500) and not answer.json().get("detail"):
            self.run.found(f"{self.case}: {answer.status} without a sentence")
        return answer

    def post(self):
        """The ID of a new job, or None."""
        self.number += 1
        path = self.t.dir / f"ran-{self.number}"
        script = f"echo run >> '{path}'; echo line; echo '{{\"progress\": 0.5}}' >&3"
        answer = self.ask("post", "/jobs", {"name": str(self.number), "kind": "command", "selections": {"argv": ["/bin/sh", "-c", script]}})
        if answer is None:
            self.unsure.add(str(self.number))
        elif answer.status == 201:
            job = answer.json()["job_id"]
            self.jobs[job] = path
            return job
        return None

    def work(self):
        for _ in range(JOBS):
            self.post()
        job = self.random.choice(list(self.jobs) or ["job_20260101-000000-000000"])
        self.ask("get", f"/jobs/{job}/log")
        self.ask("get", f"/jobs/{job}/files")
        self.ask("get", "/jobs")
        if self.random.random() < 0.5:
            answer = self.ask("delete", f"/jobs/{job}")
            if answer is None:
                self.unsure.add(job)
            elif answer.status < 300 or answer.status == 404:
                self.deleted.add(job)

    def has_ended(self):
        """Whether the daemon has ended, or ends within a second."""
        try:
            self.daemon.process.wait(1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def ended(self):
        """The daemon has ended: it must have said why. It is started again."""
        code = self.daemon.process.poll()
        text = self.daemon.log_text()
        if code != HONEST or "vestimd: " not in text:
            self.run.found(f"{self.case}: the daemon ended with {code}", text[-1500:])
        self.faults.clear()
        (self.daemon.home / "server.json").unlink(missing_ok=True)
        self.daemon.start()

    def is_over(self):
        self.now = {job["job_id"]: job for job in self.daemon.jobs()}
        return all(job["status"] not in ("created", "queued", "running") for job in self.now.values())

    def check(self):
        """After the fault."""
        job = self.post()
        if job is None and self.has_ended():
            self.ended()
            job = self.post()
        if job is None:
            self.run.found(f"{self.case}: no job is accepted after the fault", self.daemon.log_text()[-1500:])
            return
        try:
            until(self.is_over, "all jobs are over", 60)
        except AssertionError as failure:
            self.run.found(f"{self.case}: jobs do not end after the fault", f"{failure}\n{list(self.now.values())[:3]}\n{self.daemon.log_text()[-1500:]}")
            return
        if self.now[job]["status"] != "completed":
            self.run.found(f"{self.case}: a job after the fault is {self.now[job]['status']}", self.now[job])
        self.check_jobs()

    def check_jobs(self):
        for job, path in self.jobs.items():
            runs = path.read_text().count("run\n") if path.exists() else 0
            if job not in self.now:
                if job not in self.deleted and job not in self.unsure:
                    self.run.found(f"{self.case}: an acknowledged job is gone", job)
                continue
            if job in self.deleted:
                self.run.found(f"{self.case}: a deleted job is back", self.now[job])
            if runs > 1 or (runs == 0 and self.now[job]["status"] == "completed"):
                self.run.found(f"{self.case}: a job ran {runs} times", self.now[job])
        names = {path.name[4:] for path in self.jobs.values()}
        for job, now in self.now.items():
            if job not in self.jobs and now["name"] not in self.unsure and now["name"] not in names:
                self.run.found(f"{self.case}: a job that was refused exists", now)

    def tidy(self):
        """Fewer jobs make the next step quicker."""
        self.ask("post", "/jobs/clear")
        self.jobs.clear()
        self.unsure.clear()
        self.deleted.clear()

    def step(self, program, call, error):
        self.run.count()
        # Without any lock SQLite tries each statement for ten seconds, so that a step would take minutes.
        permille = 20 if call == "lock" else self.random.choice((1000, 300, 50))
        self.case = f"{program}, {call} {error}, {permille} of 1000"
        self.post()
        self.faults.set(call, error, program=program, permille=permille)
        self.timeout = 4  # a fault may last, and then no answer comes
        self.work()
        time.sleep(self.random.choice((0, 0.2)))
        self.faults.clear()
        self.timeout = 40
        if self.daemon.process.poll() is not None:
            self.ended()
        self.check()
        self.tidy()


def attack(run):
    attack_on = Attack(run)
    for case in run.shuffled(CASES, 12):
        attack_on.step(*case)
