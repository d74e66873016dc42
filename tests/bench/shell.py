#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares the command `vestim` with its alternatives, measured side by side in one run.

Every figure is the median ratio of alternating pairs, with the smallest and the largest; absolute
values are shown only to tell whether the machine was quiet. This is no test: it asserts nothing.

usage: TMPDIR=/dev/shm shell.py BUILD_DIR [--pairs N] [--jobs N] [case ...]
needs: task-spooler curl (Debian's packages); parallel, or its rows are skipped
"""

import argparse
import contextlib
import ctypes
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from daemon import Comparison, Vestimd, fill_registry

CASES = {}
TRUE = {"kind": "command", "selections": {"argv": ["true"]}}
AT_ONCE = 2  # jobs that run at the same time, on every side
STARTS = 15  # in a row, for one value of a pair
LIMIT_S = 600  # for each program; what takes longer hangs
PR_SET_CHILD_SUBREAPER = 36


def case(function):
    CASES[function.__name__] = function
    return function


def timed(*argv, env=None):
    """The seconds that a program takes."""
    start = time.monotonic()
    subprocess.run(argv, env=env, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   timeout=LIMIT_S)
    return time.monotonic() - start


class Run(Comparison):
    def __init__(self, build, folder, pairs, jobs):
        super().__init__(build, folder, pairs)
        self.jobs = jobs

    def fresh(self, name):
        path = super().fresh(name)
        path.mkdir(mode=0o700)
        return path

    def shell(self, home):
        """The environment of a user with this data directory."""
        return dict(os.environ, VESTIM_HOME=str(home), PATH=f"{self.build}:{os.environ['PATH']}")

    @contextlib.contextmanager
    def vestimd(self, home):
        daemon = Vestimd(self.build, home, max_running=AT_ONCE)
        try:
            yield daemon
        finally:
            daemon.end()

    @contextlib.contextmanager
    def server(self):
        """A daemon, and the environment of its user."""
        home = self.fresh("home")
        with self.vestimd(home):
            yield self.shell(home)

    @contextlib.contextmanager
    def spooler(self):
        """The environment of a user of task-spooler, whose first job starts the server."""
        folder = self.fresh("tsp")
        env = dict(os.environ, TS_SOCKET=str(folder / "socket"), TMPDIR=str(folder), TS_SLOTS=str(AT_ONCE),
                   TS_MAXFINISHED=str(self.jobs))
        try:
            yield env
        finally:
            subprocess.run(["tsp", "-K"], env=env, check=False, timeout=60)


# --- short jobs ---

VESTIM_JOBS = """i=0; while [ $((i += 1)) -lt "$1" ]; do vestim add --quiet -- true; done
    vestim wait "$(vestim add --print-id -- true)" """
SPOOLER_JOBS = 'i=0; while [ $((i += 1)) -lt "$1" ]; do tsp true; done; tsp -w "$(tsp true)"'


def vestim_rate(run):
    """Jobs a second, each added by a `vestim add`."""
    with run.server() as env:
        return run.jobs / timed("/bin/sh", "-ec", VESTIM_JOBS, "sh", str(run.jobs), env=env)


def spooler_rate(run):
    """The same with task-spooler, which stores the output of each job, too."""
    with run.spooler() as env:
        return run.jobs / timed("/bin/sh", "-ec", SPOOLER_JOBS, "sh", str(run.jobs), env=env)


# --- processor time, which other programs on the machine change little ---

def children_ms():
    """Processor time of the children that this process has waited for, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (used.ru_utime + used.ru_stime)


def reap_all():
    """Waits for all descendants, also those whose parent has ended: task-spooler's jobs have such a parent."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def processor_times(run, server, script):
    """For each job: of the script that adds the jobs and waits for them, and of all else."""
    start = children_ms()
    with server as env:
        before = children_ms()
        timed("/bin/sh", "-ec", script, "sh", str(run.jobs), env=env)
        clients = children_ms() - before
    reap_all()
    return clients / run.jobs, (children_ms() - start - clients) / run.jobs


def queue_rate(run):
    """The same without the start of a client: all requests go over one connection."""
    with run.vestimd(run.fresh("home")) as daemon:
        start = time.monotonic()
        for _ in range(run.jobs):
            daemon.ask("POST", "/jobs", TRUE)
        while daemon.ask("GET", "/server/status")["jobs"]["completed"] < run.jobs:
            time.sleep(0.005)
        return run.jobs / (time.monotonic() - start)


def parallel_rate(run):
    env = dict(os.environ, PARALLEL_HOME=str(run.fresh("parallel")))
    script = 'seq "$1" | parallel --will-cite -j "$2" true'
    return run.jobs / timed("/bin/sh", "-ec", script, "sh", str(run.jobs), str(AT_ONCE), env=env)


@case
def short_jobs(run):
    run.compare("vestim add -- true / tsp true", lambda: vestim_rate(run), lambda: spooler_rate(run),
                ">= 1", "jobs/s")


@case
def processor_time(run):
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ours, theirs = [], []
    for _ in range(run.pairs):
        ours.append(processor_times(run, run.server(), VESTIM_JOBS))
        theirs.append(processor_times(run, run.spooler(), SPOOLER_JOBS))
    for label, part in (("clients", lambda times: times[0]), ("servers and jobs", lambda times: times[1]), ("all", sum)):
        run.print_pairs(f"processor time of a job, {label}: vestim / tsp",
                        [(part(a), part(b)) for a, b in zip(ours, theirs)], "<= 1", "ms")


@case
def pure_rate(run):
    if shutil.which("parallel") is None:
        print("the rows of GNU parallel are skipped: install the package parallel")
        return
    run.compare(f"vestim add -- true / parallel -j{AT_ONCE}", lambda: vestim_rate(run),
                lambda: parallel_rate(run), "none", "jobs/s")
    run.compare(f"POST /jobs, one connection / parallel -j{AT_ONCE}", lambda: queue_rate(run),
                lambda: parallel_rate(run), "none", "jobs/s")


# --- first answers ---

def start_ms(*argv, env=None):
    """The median of some starts."""
    return 1000 * statistics.median(timed(*argv, env=env) for _ in range(STARTS))


@contextlib.contextmanager
def stored(run, jobs):
    home = run.fresh("home")
    if jobs:
        fill_registry(run, home, jobs, TRUE, "completed")
    with run.vestimd(home) as daemon:
        daemon.settle()
        yield daemon


@case
def first_answers(run):
    for jobs in (0, 1000, 100000):
        with stored(run, jobs) as daemon:
            env = run.shell(daemon.home)
            address = f"http://127.0.0.1:{daemon.port}"
            header = f"Authorization: Bearer {daemon.token}"
            for command, path, goal in (("status", "/server/status", "<= 30 ms"),
                                        ("list", "/jobs?limit=50", "<= 60 ms")):
                label = f"vestim {command}, {jobs} jobs stored"
                run.compare(f"{label} / curl", lambda c=command: start_ms("vestim", c, env=env),
                            lambda p=path: start_ms("curl", "-sfH", header, address + p), goal, "ms")
                run.compare(f"{label} / bare true", lambda c=command: start_ms("vestim", c, env=env),
                            lambda: start_ms("/bin/true"), goal, "ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("cases", nargs="*", metavar="case", help="of: " + " ".join(CASES))
    options = parser.parse_intermixed_args()
    missing = [tool for tool in ("tsp", "curl") if shutil.which(tool) is None]
    if missing:
        sys.exit("missing: " + " ".join(missing) + " (install task-spooler curl)")
    with tempfile.TemporaryDirectory(prefix="vestim-bench-") as folder:
        run = Run(options.build.resolve(), pathlib.Path(folder), options.pairs, options.jobs)
        for name in options.cases or CASES:
            CASES[name](run)


if __name__ == "__main__":
    main()
