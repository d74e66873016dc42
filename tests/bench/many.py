#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures vestimd with very many jobs: 10,000 queued ones, and 100,000 or a million that are over.

Beside each piece of work it prints how long the turns of the daemon's loop were meanwhile, by GET /metrics, and how
long another client had to wait. Starts and pages are compared with nginx, `vestim list` with curl, in alternating
pairs. This is no test: it asserts nothing.

usage: many.py BUILD_DIR [--pairs N] [case ...]
needs: nginx curl (Debian's packages); 5 GB on the disk of TMPDIR for the case "million"
"""

import argparse
import contextlib
import http.client
import itertools
import json
import multiprocessing
import os
import pathlib
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

from daemon import JOB, Comparison, Vestimd, fill_registry, nginx, nginx_start, start_time

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def ping(port, token, is_over, results):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    while not is_over.is_set():
        start = time.monotonic()
        connection.request("GET", "/server/status", headers={"Authorization": f"Bearer {token}"})
        connection.getresponse().read()
        times.append(1000 * (time.monotonic() - start))
        time.sleep(0.001)
    results.send(times)


class Pings:
    """A second client, in a process of its own, that asks for the status all the time: how long does it wait?"""

    def __init__(self, daemon):
        self.times = []
        self.is_over = multiprocessing.Event()
        self.results, end = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.Process(target=ping, args=(daemon.port, daemon.token, self.is_over, end))

    def __enter__(self):
        self.process.start()
        time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.times = self.results.recv()
        self.process.join()


def read_whole_list(daemon):
    """In pieces: the list of a million jobs has a gigabyte."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port)
    connection.request("GET", "/jobs", headers={"Authorization": f"Bearer {daemon.token}"})
    answer = connection.getresponse()
    while answer.read(1 << 20):
        pass


def describe_turns(before, after):
    """Of the turns of the loop between two answers: the bound of the longest, and how many exceed the goal."""
    more = {bound: after[bound] - before[bound] for bound in after}
    total = more[float("inf")]
    longest = min(bound for bound in more if more[bound] == total)
    return f"turns <= {longest:g} ms, {total - more[20]} of {total} > 20 ms"


def time_with_pings(daemon, label, work, goal=""):
    before = daemon.loop_turns()
    with Pings(daemon) as pings:
        start = time.monotonic()
        work()
        seconds = time.monotonic() - start
        time.sleep(0.05)
    worst = sorted(pings.times)
    print(f"{label:46s} {1000 * seconds:9.1f} ms {goal:>8s}   {describe_turns(before, daemon.loop_turns())}; "
          f"another client waits {worst[len(worst) // 2]:.1f} ms, at most {worst[-1]:.1f} ms; "
          f"{daemon.memory_mb():.0f} MB", flush=True)


def mean_ms(port, path, token=None, count=50):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    start = time.monotonic()
    for _ in range(count):
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
    return 1000 * (time.monotonic() - start) / count


def compare_pages(run, daemon, middle):
    """Each page begins with another job, so that no answer is kept from the last time."""
    pages = itertools.cycle(f"/jobs?limit=50&after={middle[:-6]}{int(middle[-6:], 16) - 60 * i:06x}" for i in range(100))
    content = json.dumps(daemon.ask("GET", next(pages)), separators=(",", ":"))
    static = nginx(run.fresh("nginx"), {"page.json": content})
    run.compare("a page of 50, from the middle / nginx static",
                lambda: statistics.mean(mean_ms(daemon.port, next(pages), daemon.token, 1) for _ in range(50)),
                lambda: statistics.mean(mean_ms(static.port, "/page.json", None, 1) for _ in range(50)), "<= 5 ms", "ms")
    static.end()
    if (run.build / "vestim").exists():
        environment = dict(os.environ, VESTIM_HOME=str(daemon.home))
        url, auth = f"http://127.0.0.1:{daemon.port}/jobs?limit=50", f"Authorization: Bearer {daemon.token}"
        run.compare("vestim list / curl, the same request",
                    lambda: 1000 * run_time([run.build / "vestim", "list"], environment),
                    lambda: 1000 * run_time(["curl", "-s", "-H", auth, url], environment), "<= 60 ms", "ms")


def run_time(argv, environment):
    start = time.monotonic()
    subprocess.run(argv, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def measure_many(run, jobs, goal):
    """Finished jobs with 3 kB of environment each, as `vestim add` stores it."""
    home = run.fresh("home")
    home.mkdir(mode=0o700)
    selections = dict(JOB["selections"], env={"LS_COLORS": "x" * 3000})
    fill_registry(run, home, jobs, dict(JOB, hold=False, selections=selections), "completed")
    run.compare(f"start to first answer with {jobs} finished jobs / nginx", lambda: 1000 * start_time(run, home),
                lambda: 1000 * nginx_start(run), goal, "ms")
    daemon = Vestimd(run.build, home)
    daemon.ask("GET", "/server/status")
    print(f"{'memory after the start':58s} {daemon.memory_mb():9.1f} MB    <= 250", flush=True)
    middle = f"job_20260101-000000-{jobs // 2:06x}"
    compare_pages(run, daemon, middle)
    time_with_pings(daemon, "nothing", lambda: time.sleep(1))
    for label, path, goal in (
        ("a page of 50, the newest", "/jobs?limit=50", "<= 5"),
        ("a page of 50, from the middle", f"/jobs?limit=50&after={middle}", "<= 5"),
        ("one job from the middle", f"/jobs/{middle}", ""),
        ("a page of 50 by a text that all have", "/jobs?limit=50&q=benchmark", ""),
        ("a page by a kind that none has", "/jobs?limit=50&kind=estimation", ""),
        ("a page by a text that none has", "/jobs?limit=50&q=nothing", ""),
        ("a page of 1000, from the middle", f"/jobs?limit=1000&after={middle}", ""),
        ("the groups", "/groups", ""),
    ):
        time_with_pings(daemon, label, lambda path=path: daemon.ask("GET", path), goal)
    time_with_pings(daemon, "the whole list", lambda: read_whole_list(daemon))
    time_with_pings(daemon, "clearing all", lambda: daemon.ask("DELETE", "/jobs"))
    daemon.end()


CHAINS = """CASE WHEN sequence % 20 > 10
    THEN '[{"job_id":"' || printf('job_20260101-000000-%06x', sequence - 1) || '","when":"completed"}]' END"""
STAR = """CASE WHEN sequence > 1 THEN '[{"job_id":"job_20260101-000000-000001","when":"completed"}]' END"""


def make_queue(run, jobs, depends_on):
    """Queued jobs on a daemon that starts none. Each asks for another amount of memory; they are in four groups."""
    home = run.fresh("home")
    home.mkdir(mode=0o700)
    fill_registry(run, home, jobs, dict(JOB, hold=False), "completed")
    with contextlib.closing(sqlite3.connect(home / "registry.db")) as base:
        base.execute(f"""UPDATE jobs SET state = 'queued', attempt = 1, started_at = NULL, finished_at = NULL,
            rank = sequence * (1 << 20),
            resources = '{{"cpus":1,"memory_mb":' || (1 + sequence % 1000) || ',"gpus":0}}',
            group_name = 'group-' || (sequence % 4), depends_on = {depends_on}""")
        base.execute("UPDATE jobs SET job_id = printf('job_20260101-000000-%06x', sequence)")
        base.commit()
    return Vestimd(run.build, home, max_running=0)


def retry_all(daemon, jobs, clients=8):
    """As `vestim retry` and the dashboard do: a request for each job, some at a time."""
    def work(first):
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port)
        for number in range(first, jobs + 1, clients):
            connection.request("POST", f"/jobs/job_20260101-000000-{number:06x}/retry",
                               headers={"Authorization": f"Bearer {daemon.token}"})
            connection.getresponse().read()

    threads = [threading.Thread(target=work, args=[first]) for first in range(1, clients + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def until_count(daemon, status, count):
    while daemon.ask("GET", "/server/status")["jobs"][status] < count:
        time.sleep(0.01)


@case
def many_queued(run):
    """What changes many jobs of the queue, and how long the loop is busy at a stretch: at most 20 ms."""
    jobs = 10000
    daemon = make_queue(run, jobs, CHAINS)
    last = f"job_20260101-000000-{jobs:06x}"
    middle = f"job_20260101-000000-{jobs // 2:06x}"
    one = f"job_20260101-000000-{1:06x}"

    def move_thirty():
        for number in range(30):
            daemon.ask("POST", f"/jobs/job_20260101-000000-{jobs - number:06x}/move", {"before": one})

    for label, work in (
        (f"a page of 50 of {jobs} queued jobs", lambda: daemon.ask("GET", "/jobs?limit=50")),
        ("the groups", lambda: daemon.ask("GET", "/groups")),
        ("30 moves into one place", move_thirty),
        ("a pause and a resume of the queue", lambda: [daemon.ask("POST", f"/server/{what}") for what in ("pause", "resume")]),
        ("a group's limit", lambda: daemon.ask("PATCH", "/groups/group-1", {"max_running": 1})),
        ("PATCH of one", lambda: daemon.ask("PATCH", f"/jobs/{middle}", {"priority": 5})),
        ("stopping the first of a chain", lambda: daemon.ask("POST", f"/jobs/job_20260101-000000-{10:06x}/stop")),
        ("stopping all", lambda: daemon.ask("POST", "/jobs/stop")),
        ("retrying all, one request for each", lambda: retry_all(daemon, jobs)),
        ("deleting one", lambda: daemon.ask("DELETE", f"/jobs/{last}")),
        ("clearing all", lambda: daemon.ask("DELETE", "/jobs")),
    ):
        time_with_pings(daemon, label, work)
    daemon.end()
    daemon = make_queue(run, jobs, STAR)
    time_with_pings(daemon, f"stopping a job on which {jobs - 1} depend",
                    lambda: (daemon.ask("POST", f"/jobs/{one}/stop"), until_count(daemon, "stopped", jobs)))
    time_with_pings(daemon, "its retry", lambda: (daemon.ask("POST", f"/jobs/{one}/retry"), until_count(daemon, "queued", jobs)))
    daemon.end()


@case
def many_jobs(run):
    measure_many(run, 100000, "<= 8")


@case
def million(run):
    """Only when it is named: it needs some GB and some minutes."""
    measure_many(run, 1000000, "<= 2000 ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("cases", nargs="*", metavar="case", help="of: " + " ".join(CASES))
    options = parser.parse_intermixed_args()
    with tempfile.TemporaryDirectory(prefix="vestim-bench-") as folder:
        run = Comparison(options.build.resolve(), pathlib.Path(folder), options.pairs)
        for name in options.cases or [name for name in CASES if name != "million"]:
            CASES[name](run)


if __name__ == "__main__":
    main()
