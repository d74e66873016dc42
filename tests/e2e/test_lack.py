# SPDX-License-Identifier: MIT
"""Momentary lacks of processes, descriptors, memory and file size: what cannot be done now waits, with a
sentence that says what is lacking, and goes on by itself."""

import resource
import signal
import time

from support import expect, expect_in, fail, skip, test, until
from support.builds import is_sanitized
from support.processes import open_files
from support.users import OrdinaryUser

NOFILE, FSIZE = resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE
ENOUGH = 100  # processes


def set_soft(pid, limit, value):
    """The limit as it was."""
    before = resource.prlimit(pid, limit)
    resource.prlimit(pid, limit, (value, before[1]))
    return before


def once(t, n):
    return f"echo run >> '{t.dir}/job-{n}'"


def runs(t, n):
    path = t.dir / f"job-{n}"
    return path.read_text().split() if path.exists() else []


# With one more process than now the shim starts and cannot fork; with two, the job cannot.
@test("jobs wait while no process can be started, say so, and then run once")
def _(t):
    user = OrdinaryUser(t)
    daemon = t.daemon(prefix=user.prefix)
    daemon.completed(daemon.sh("true"))  # all threads of the daemon exist
    for spare in (0, 1, 2):
        until(lambda: user.threads() == user.threads(daemon.pid), "the shims are gone")
        user.limit(daemon.pid, "nproc", user.threads() + spare)
        jobs = [daemon.sh(once(t, f"{spare}-{n}") + "; sleep 0.2 & wait") for n in range(2)]
        if spare < 2:
            until(lambda: "more processes" in (daemon.job(jobs[0])["message"] or ""), "the job says why it waits")
            expect([daemon.job(job)["status"] for job in jobs], ["queued"] * 2)
            expect(daemon.job(jobs[0])["details"]["reason"], None)
        user.limit(daemon.pid, "nproc", ENOUGH)
        for n, job in enumerate(jobs):
            over = daemon.until_over(job)
            expect(over["attempt"], 1)
            expect(over["message"], None)
            if spare < 2:
                expect(over["status"], "completed")
            expect(runs(t, f"{spare}-{n}"), ["run"])


@test("a job that waits for a process can be stopped, changed and deleted")
def _(t):
    user = OrdinaryUser(t)
    daemon = t.daemon(prefix=user.prefix)
    user.limit(daemon.pid, "nproc", 1)
    stopped, deleted, changed = [daemon.sh(once(t, n)) for n in range(3)]
    until(lambda: daemon.job(stopped)["message"], "a start was tried")
    daemon.post(f"/jobs/{stopped['job_id']}/stop").expect(202)
    over = daemon.until_status(stopped, "stopped")
    expect(over["message"], None)
    daemon.delete(f"/jobs/{deleted['job_id']}").expect(200)
    daemon.patch(f"/jobs/{changed['job_id']}", {"priority": 7}).expect(200)
    user.limit(daemon.pid, "nproc", ENOUGH)
    daemon.completed(changed)
    expect([runs(t, n) for n in range(3)], [[], [], ["run"]])


@test("a job that is not in memory can be read when no thread can be started any more")
def _(t):
    user = OrdinaryUser(t)
    daemon = t.daemon("--jobs-in-memory", "0", prefix=user.prefix)
    done = daemon.completed(daemon.run("true"))
    daemon.kill()
    (daemon.home / "server.json").unlink()
    daemon.start()
    user.limit(daemon.pid, "nproc", 1)
    expect(daemon.job(done)["status"], "completed")
    user.limit(daemon.pid, "nproc", ENOUGH)


@test("a daemon that restarts while jobs wait starts them once")
def _(t):
    user = OrdinaryUser(t)
    daemon = t.daemon(prefix=user.prefix)
    user.limit(daemon.pid, "nproc", 1)
    jobs = [daemon.sh(once(t, n)) for n in range(2)]
    until(lambda: daemon.job(jobs[0])["message"], "a start was tried")
    daemon.kill()
    (daemon.home / "server.json").unlink()
    daemon.start()
    for n, job in enumerate(jobs):
        expect(daemon.completed(job)["attempt"], 1)
        expect(runs(t, n), ["run"])


@test("jobs wait while no descriptor is left, and then run once")
def _(t):
    daemon = t.daemon("--max-running", "16")
    daemon.completed(daemon.sh("true"))
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("GET", "/"))
        connection.answer().expect(200)
        before = set_soft(daemon.pid, NOFILE, max(open_files(daemon.pid)) + 2)
        jobs = []
        for n in range(6):
            body = b'{"kind":"command","selections":{"argv":["/bin/sh","-c","%s; sleep 1"]}}' % once(t, n).encode()
            connection.send(daemon.request_bytes("POST", "/jobs", body))
            answer = connection.answer()
            if answer.status == 201:
                jobs.append((n, answer.json()))
            else:
                answer.expect_problem(503)
        until(lambda: "jobs wait for their start" in daemon.log_text(), "a start was tried")
        resource.prlimit(daemon.pid, NOFILE, before)
    expect(len(jobs) > 0, True, "a job was accepted")
    for n, job in jobs:
        expect(daemon.completed(job)["attempt"], 1)
        expect(runs(t, n), ["run"])


# A daemon that cannot open the lock of a running job does not know that it runs.
@test("a running job is not taken for lost while no descriptor is left")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(f"{once(t, 0)}; until [ -e '{t.dir}/go' ]; do sleep 0.05; done")
    daemon.until_status(job, "running")
    before = set_soft(daemon.pid, NOFILE, max(open_files(daemon.pid)) + 1)
    (t.dir / "go").touch()
    time.sleep(1.5)
    resource.prlimit(daemon.pid, NOFILE, before)
    expect(daemon.completed(job)["attempt"], 1)
    expect(runs(t, 0), ["run"])


@test("a start with few processes or descriptors works or ends with a sentence")
def _(t):
    user = OrdinaryUser(t)
    for option, values, words in (("nproc", (2, 4, 5, 6, 8), "ulimit -u"), ("nofile", (4, 8, 16, 24), "ulimit -n")):
        for value in values:
            daemon = t.daemon(prefix=[*user.prefix, "prlimit", f"--{option}={value}"], start=False)
            daemon.log_path.unlink(missing_ok=True)
            if daemon.try_start(f"{option}={value}"):
                daemon.stop()
            else:
                expect(daemon.process.returncode, 1, f"{option}={value}")
                expect_in(words, daemon.log_text())


@test("a limit of the file size is 507, and the daemon lives and recovers")
def _(t):
    daemon = t.daemon()
    before = set_soft(daemon.pid, FSIZE, 200_000)
    kept = []
    refused = 0
    for n in range(12):
        answer = daemon.post("/jobs", {"name": str(n), "selections": {"x": "a" * 50_000}})
        if answer.status == 201:
            kept.append(answer.json()["job_id"])
        else:
            answer.expect_problem(507)
            refused += 1
    expect(refused > 0, True, "some were refused")
    resource.prlimit(daemon.pid, FSIZE, before)
    kept.append(daemon.draft()["job_id"])
    daemon.completed(daemon.sh("true"))
    daemon.restart()
    expect(daemon.ids()[1:], kept[::-1])


@test("the limit of the file size ends the job and not its shim, by the default signal")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("ulimit -f 8; head -c 100000 /dev/zero > big; echo after; exec head -c 100000 /dev/zero > big")
    over = daemon.until_over(job)
    expect((over["status"], over["details"]["signal"]), ("failed", "SIGXFSZ"))
    before = set_soft(daemon.pid, FSIZE, 100_000)
    job = daemon.sh("head -c 300000 /dev/zero; echo end")
    expect(daemon.completed(job)["details"]["exit_code"], 0)
    resource.prlimit(daemon.pid, FSIZE, before)


@test("a start under a limit of the file size works or ends with a sentence")
def _(t):
    for value in (0, 100, 4096, 40_000, 100_000):
        home = t.dir / f"home-{value}"
        daemon = t.daemon(home=home, prefix=["prlimit", f"--fsize={value}"], start=False)
        daemon.log_path.unlink(missing_ok=True)
        if daemon.try_start(value):
            daemon.stop()
        elif daemon.process.returncode != 1:
            fail(f"{value}: exit code {daemon.process.returncode}: {daemon.log_text()}")
        elif "registry" in daemon.log_text():
            expect_in("raise the limit of the file size (ulimit -f)", daemon.log_text())


# By itself, the C library keeps the memory that a program frees.
@test("memory of deleted jobs is given back when the daemon is idle")
def _(t):
    daemon = t.daemon()
    if is_sanitized():
        skip("the allocator of a sanitizer keeps what is freed")
    frame = b'{"name":"big","selections":{"x":""}}'
    body = frame[:-3] + b"a" * (1024 * 1024 - len(frame)) + frame[-3:]
    daemon.delete("/jobs").expect(200)
    before = resident(daemon.pid)
    for _ in range(40):
        daemon.post("/jobs", body=body).expect(201)
    expect(resident(daemon.pid) > before + 40 * 1024, True, "the jobs are in memory")
    daemon.delete("/jobs").expect(200)
    until(lambda: resident(daemon.pid) < before + 12 * 1024, lambda: f"{before} kB before, now {resident(daemon.pid)}", 30)


def resident(pid):
    """In kB."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


# A read that found nothing has left EAGAIN behind, which also means that a process is lacking.
@test("a crash is no lack: it ends the daemon by its signal")
def _(t):
    if is_sanitized():
        skip("the sanitizer reports the crash")
    daemon = t.daemon()
    daemon.draft()
    daemon.signal(signal.SIGSEGV)
    expect(daemon.wait(), -signal.SIGSEGV)
    expect("lack" in daemon.log_text(), False, "the log names a lack")


@test("jobs run under small soft limits of descriptors and of the stack")
def _(t):
    for limit in ("--nofile=8:4000", f"--stack={64 << 10}:"):
        daemon = t.daemon(home=t.dir / limit.strip("-:").replace(":", "-"), prefix=["prlimit", limit])
        job = daemon.completed(daemon.sh("ulimit -Sn; head -c 200000 /dev/zero"))
        expect(job["attempt"], 1)
