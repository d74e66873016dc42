#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares vestimd with its alternatives, measured side by side in one run.

Every figure is a ratio from alternating pairs, the median is quoted; absolute rates are shown only
to tell whether the machine was quiet. This is no test: it asserts nothing.

usage: daemon.py BUILD_DIR [--pairs N] [--seconds S] [case ...]
needs: wrk nginx redis-server redis-tools task-spooler (Debian's packages)
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_port(port, deadline_s=10):
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        time.sleep(0.0005)
    raise RuntimeError(f"nothing listens on port {port}")


class Program:
    """A server of this run: started here, ended here."""

    def __init__(self, argv, port, env=None):
        self.port = port
        self.started = time.monotonic()
        self.process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env=env)

    def memory_mb(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        lines = [line for line in text.splitlines() if line.startswith("Rss:")]
        return int(lines[0].split()[1]) / 1024

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
            return
        self.process.kill()
        self.process.wait()


class Vestimd(Program):
    def __init__(self, build, home, max_running=1):
        port = free_port()
        super().__init__([str(build / "vestimd"), "--data-dir", str(home), "--port", str(port),
                          "--max-running", str(max_running), "--log-level", "error"], port)
        wait_port(port)
        self.home = home
        self.token = (home / "token").read_text().strip()
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:200]}")
        return json.loads(text)

    def loop_turns(self):
        """How many turns of the loop took at most how many ms, by the bounds of the histogram."""
        self.connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {self.token}"})
        text = self.connection.getresponse().read().decode()
        counts = re.findall(r'vestim_loop_turn_seconds_bucket{le="([^"]*)"} (\d+)', text)
        return {1000 * float(bound): int(count) for bound, count in counts}

    def settle(self):
        """Waits for the folders of new jobs, which are made later: no other program shall pay for them."""
        n_jobs = sum(self.ask("GET", "/server/status")["jobs"].values())
        end = time.monotonic() + 300
        while len(os.listdir(self.home / "jobs")) < n_jobs and time.monotonic() < end:
            time.sleep(0.2)


JOB = {"kind": "command", "hold": True, "name": "a job of the benchmark",
       "selections": {"argv": ["/bin/true", "with", "some", "arguments"], "timeout_s": 3600}}


def nginx(folder, files):
    port = free_port()
    root = folder / "root"
    root.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    for name, text in files.items():
        (root / name).write_text(text)
    config = folder / "nginx.conf"
    config.write_text(f"""
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  open_file_cache max=100; default_type application/json;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {root}; }} }}
""")
    program = Program(["nginx", "-c", str(config), "-p", str(folder)], port)
    wait_port(port)
    return program


def redis(folder):
    port = free_port()
    folder.mkdir(parents=True)
    program = Program(["redis-server", "--port", str(port), "--dir", str(folder), "--save", "",
                       "--appendonly", "yes", "--appendfsync", "always"], port)
    wait_port(port)
    return program


def wrk(port, path, seconds, connections=32, token=None, post=None, folder=None):
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    if token:
        argv += ["-H", f"Authorization: Bearer {token}"]
    if post is not None:
        script = folder / "post.lua"
        script.write_text("wrk.method='POST'\nwrk.body=[[" + json.dumps(post) + "]]\n"
                          "wrk.headers['Content-Type']='application/json'\n")
        argv += ["-s", str(script)]
    output = subprocess.run(argv + [f"http://127.0.0.1:{port}{path}"], check=True,
                            capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise RuntimeError(output)
    return float(output.split("Requests/sec:")[1].split()[0])


class Comparison:
    """What the benchmarks of the daemon and of `vestim` share."""

    def __init__(self, build, folder, pairs):
        self.build, self.folder, self.pairs = build, folder, pairs
        self.count = 0

    def fresh(self, name):
        self.count += 1
        return self.folder / f"{self.count}-{name}"

    def compare(self, label, ours, theirs, goal, unit="/s"):
        """`ours` and `theirs` give values; they run in turn."""
        self.print_pairs(label, [(ours(), theirs()) for _ in range(self.pairs)], goal, unit)

    def print_pairs(self, label, pairs, goal, unit):
        ratios = [a / b for a, b in pairs]
        print(f"{label:58s} {statistics.median(ratios):7.2f}  goal {goal:>12s}   "
              f"({statistics.median(a for a, _ in pairs):.1f} : "
              f"{statistics.median(b for _, b in pairs):.1f} {unit}; "
              f"{min(ratios):.2f} to {max(ratios):.2f})", flush=True)


class Run(Comparison):
    def __init__(self, build, folder, pairs, seconds):
        super().__init__(build, folder, pairs)
        self.seconds = seconds

    @contextlib.contextmanager
    def vestimd(self, jobs=0, **options):
        home = self.fresh("home")
        home.mkdir(mode=0o700)
        if jobs:
            fill_registry(self, home, jobs)
        daemon = Vestimd(self.build, home, **options)
        try:
            daemon.settle()
            yield daemon
        finally:
            daemon.end()


def fill_registry(run, home, jobs, job=JOB, status="created"):
    """Many jobs, quickly: a first daemon makes the registry and one job, SQL multiplies it when it
    has this status."""
    daemon = Vestimd(run.build, home)
    daemon.ask("POST", "/jobs", job)
    while daemon.ask("GET", "/server/status")["jobs"][status] == 0:
        time.sleep(0.02)
    daemon.end()
    with contextlib.closing(sqlite3.connect(home / "registry.db")) as base:
        names = [row[1] for row in base.execute("PRAGMA table_info(jobs)")]
        others = ", ".join(name for name in names if name not in ("sequence", "job_id"))
        base.execute(f"""WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO jobs (sequence, job_id, {others})
            SELECT i, printf('job_20260101-000000-%06x', i), {others} FROM n, jobs
            WHERE sequence = 1""", (jobs,))
        base.commit()


@case
def get_one(run):
    with run.vestimd() as daemon:
        job = daemon.ask("POST", "/jobs", JOB)
        static = nginx(run.fresh("nginx"), {"job.json": json.dumps(job)})
        run.compare("GET one job, 32 connections / nginx static",
                    lambda: wrk(daemon.port, f"/jobs/{job['job_id']}", run.seconds, token=daemon.token),
                    lambda: wrk(static.port, "/job.json", run.seconds), ">= 1.1")
        static.end()


@case
def get_list(run):
    with run.vestimd(jobs=1000) as daemon:
        jobs = daemon.ask("GET", "/jobs")
        static = nginx(run.fresh("nginx"), {"jobs.json": json.dumps(jobs, separators=(",", ":"))})
        run.compare("GET 1000 jobs, 32 connections / nginx static",
                    lambda: wrk(daemon.port, "/jobs", run.seconds, token=daemon.token),
                    lambda: wrk(static.port, "/jobs.json", run.seconds), ">= 1.3")
        static.end()


def post_rate(run, daemon, connections):
    rate = wrk(daemon.port, "/jobs", run.seconds, connections, daemon.token, JOB, run.folder)
    daemon.settle()
    return rate


def redis_rate(port):
    output = subprocess.run(["redis-benchmark", "-p", str(port), "-t", "set", "-c", "32", "-d", "300",
                             "-n", "40000", "--csv"], check=True, capture_output=True, text=True).stdout
    return float(output.splitlines()[-1].split(",")[1].strip('"'))


def sqlite_rate(run):
    path = run.fresh("one-row.db")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, text TEXT)")
        start = time.monotonic()
        count = 0
        while time.monotonic() - start < run.seconds:
            base.execute("INSERT INTO t (text) VALUES (?)", ("x" * 300,))
            count += 1
        return count / (time.monotonic() - start)


@case
def post_durable(run):
    server = redis(run.fresh("redis"))
    with run.vestimd() as daemon:
        run.compare("POST durable, 32 connections / redis appendfsync always",
                    lambda: post_rate(run, daemon, 32), lambda: redis_rate(server.port), ">= 0.9")
        run.compare("POST durable, 32 connections / one-row SQLite commits",
                    lambda: post_rate(run, daemon, 32), lambda: sqlite_rate(run), ">= 8")
        run.compare("POST durable, 1 connection / one-row SQLite commits",
                    lambda: post_rate(run, daemon, 1), lambda: sqlite_rate(run), ">= 0.77")
    server.end()


@case
def post_into_full(run):
    for jobs, goal in ((5000, ">= 0.95"), (100000, ">= 0.9")):
        with run.vestimd(jobs=jobs) as full, run.vestimd() as empty:
            run.compare(f"POST with {jobs} jobs stored / empty registry",
                        lambda: post_rate(run, full, 32), lambda: post_rate(run, empty, 32), goal)


def launch_rate(daemon, count=200):
    job = {"kind": "command", "selections": {"argv": ["/bin/true"]}}
    start = time.monotonic()
    for _ in range(count):
        daemon.ask("POST", "/jobs", job)
    while daemon.ask("GET", "/server/status")["jobs"]["completed"] < count:
        time.sleep(0.002)
    rate = count / (time.monotonic() - start)
    daemon.ask("DELETE", "/jobs")
    return rate


def spooler_rate(run, count=100):
    env = dict(os.environ, TS_SOCKET=str(run.fresh("tsp")), TMPDIR=str(run.folder))
    start = time.monotonic()
    for _ in range(count):
        last = subprocess.run(["tsp", "-n", "/bin/true"], env=env, check=True, capture_output=True,
                              text=True).stdout.strip()
    subprocess.run(["tsp", "-w", last], env=env, check=False)
    rate = count / (time.monotonic() - start)
    subprocess.run(["tsp", "-K"], env=env, check=False)
    return rate


def spawn_rate(count=400):
    """Two processes a job, as the shim and the job are."""
    start = time.monotonic()
    for _ in range(count):
        os.waitpid(os.posix_spawn("/bin/true", ["true"], os.environ), 0)
    return count / 2 / (time.monotonic() - start)


@case
def launching(run):
    with run.vestimd(max_running=2) as daemon:
        run.compare("launching true / task-spooler", lambda: launch_rate(daemon),
                    lambda: spooler_rate(run), ">= 1.8")
        run.compare("launching true / bare posix_spawn of two processes",
                    lambda: launch_rate(daemon), spawn_rate, ">= 0.75")


def start_time(run, home):
    daemon = Vestimd(run.build, home)
    daemon.ask("GET", "/server/status")
    seconds = time.monotonic() - daemon.started
    daemon.end()
    return seconds


def nginx_start(run):
    static = nginx(run.fresh("nginx"), {"x": "x"})
    connection = http.client.HTTPConnection("127.0.0.1", static.port)
    connection.request("GET", "/x")
    connection.getresponse().read()
    seconds = time.monotonic() - static.started
    static.end()
    return seconds


@case
def starting(run):
    for jobs, goal in ((0, "<= 0.8"), (100000, "<= 8")):
        home = run.fresh("home")
        home.mkdir(mode=0o700)
        fill_registry(run, home, max(jobs, 1))
        daemon = Vestimd(run.build, home)
        daemon.settle()
        daemon.end()
        run.compare(f"start to first answer with {jobs} jobs / nginx",
                    lambda: 1000 * start_time(run, home), lambda: 1000 * nginx_start(run), goal, "ms")


@case
def memory(run):
    for jobs, goal in ((0, 8), (100000, 120)):
        with run.vestimd(jobs=jobs) as daemon:
            daemon.ask("GET", "/server/status")
            print(f"{f'idle memory with {jobs} jobs, MB':58s} {daemon.memory_mb():7.1f}  "
                  f"goal {f'<= {goal}':>12s}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("cases", nargs="*", metavar="case", help="of: " + " ".join(CASES))
    options = parser.parse_intermixed_args()
    missing = [tool for tool in ("wrk", "nginx", "redis-server", "redis-benchmark", "tsp")
               if shutil.which(tool) is None]
    if missing:
        sys.exit("missing: " + " ".join(missing) + " (install wrk nginx redis-server redis-tools "
                 "task-spooler)")
    with tempfile.TemporaryDirectory(prefix="vestim-bench-") as folder:
        run = Run(options.build.resolve(), pathlib.Path(folder), options.pairs, options.seconds)
        for name in options.cases or CASES:
            CASES[name](run)


if __name__ == "__main__":
    main()
