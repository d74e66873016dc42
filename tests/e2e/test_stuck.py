# SPDX-License-Identifier: MIT
"""Things around the daemon that hang, and processes that it may not end."""

import fcntl
import os
import pty
import shutil
import signal
import subprocess
import termios

from support import expect, expect_in, processes, skip, test, until
from support.builds import program
from support.users import OrdinaryUser


def full_pipe(t):
    """(reader, writer) of a pipe that takes nothing more."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    t.cleanups += [lambda: os.close(writer), lambda: os.close(reader)]
    return reader, writer


def fill(writer):
    """By a description of its own, so that the daemon's stays as it is."""
    filler = os.open(f"/proc/self/fd/{writer}", os.O_WRONLY | os.O_NONBLOCK)
    try:
        while True:
            os.write(filler, b"x")
    except BlockingIOError:
        pass
    os.close(filler)


def expect_at_work(daemon):
    """Each of these logs lines."""
    for _ in range(20):
        daemon.completed(daemon.run("true"))
    daemon.get("/server/status").expect(200)


@test("a daemon whose standard error nobody reads answers, and SIGTERM ends it")
def _(t):
    _, writer = full_pipe(t)
    daemon = t.daemon("--log-level", "debug", start=False).start(stderr=writer)
    fill(writer)
    expect_at_work(daemon)
    daemon.stop()


@test("a daemon on a terminal that was stopped with Ctrl+S answers, and SIGTERM ends it")
def _(t):
    terminal, slave = pty.openpty()
    t.cleanups += [lambda: os.close(terminal), lambda: os.close(slave)]
    daemon = t.daemon("--log-level", "debug", start=False).start(stderr=slave)
    termios.tcflow(slave, termios.TCOOFF)
    expect_at_work(daemon)
    daemon.stop()


@test("a start that is refused ends, even if nobody reads why")
def _(t):
    _, writer = full_pipe(t)
    fill(writer)
    t.daemon()
    second = t.daemon(start=False).launch(stderr=writer)
    expect(second.wait(10), 3)


@test("a daemon that makes its data directory starts, even if nobody reads that")
def _(t):
    _, writer = full_pipe(t)
    fill(writer)
    expect(t.home.exists(), False)
    daemon = t.daemon(start=False).start(stderr=writer)
    expect_at_work(daemon)
    daemon.stop()


# What a vestim-run of ours does while the file "hang" exists. It has SIGTERM blocked, as the real one at its start.
HANGING = """#!/bin/sh
case "$1" in --end) exec '{real}' "$@" ;; esac
if [ -e '{dir}/hang' ]; then
  {first}
  exec env 'OF={dir}' sleep 1000
fi
exec '{real}' "$@"
"""


def daemon_with_hanging_shims(t, first=":", *options):
    t.write("hang", "")
    script = HANGING.format(real=program("vestim-run"), dir=t.dir, first=first)
    return t.daemon(*options, env=t.helpers(run=script))


def hanging_shims(daemon):
    return [pid for pid in processes.children(daemon.pid) if processes.is_alive(pid)]


def launched(daemon, n=1):
    until(lambda: len(hanging_shims(daemon)) >= n, "vestim-run hangs")


@test("a job whose vestim-run hangs before it is ready can be changed and stopped at once")
def _(t):
    daemon = daemon_with_hanging_shims(t)
    job = daemon.run("touch", str(t.dir / "ran"))
    path = f"/jobs/{job['job_id']}"
    launched(daemon)
    expect(daemon.patch(path, {"name": "renamed", "priority": 3}, timeout=10).expect(200).json()["name"], "renamed")
    expect(daemon.job(job)["status"], "queued")
    daemon.post(f"{path}/start", timeout=10).expect_problem(409)
    daemon.post(f"{path}/stop", timeout=10).expect(202)
    over = daemon.until_status(job, "stopped")
    expect((over["started_at"], over["name"], over["priority"], over["attempt"]), (None, "renamed", 3, 1))
    expect(hanging_shims(daemon), [])
    (t.dir / "hang").unlink()
    daemon.post(f"{path}/retry").expect(200)
    expect(daemon.completed(job)["attempt"], 2)


@test("a job whose vestim-run hangs is deleted, and delays neither clear nor stop of all jobs")
def _(t):
    daemon = daemon_with_hanging_shims(t, ":", "--max-running", "3")
    jobs = [daemon.run("true") for _ in range(3)]
    other = daemon.run("true", hold=True)
    launched(daemon, 3)
    daemon.delete(f"/jobs/{jobs[0]['job_id']}").expect(200)
    daemon.get(f"/jobs/{jobs[0]['job_id']}").expect(404)
    expect(daemon.post("/jobs/stop", timeout=10).expect(202).json()["stopped"], 2)
    expect(daemon.post("/jobs/clear").expect(200).json()["cleared"], 3)
    daemon.get(f"/jobs/{other['job_id']}").expect(404)
    expect(hanging_shims(daemon), [])


@test("a job that hangs between vestim-run's mark and its program can be stopped")
def _(t):
    daemon = daemon_with_hanging_shims(t, "printf + >&4")
    job = daemon.run("true")
    launched(daemon)
    daemon.post(f"/jobs/{job['job_id']}/stop", timeout=10).expect(202)
    daemon.until_status(job, "stopped")
    expect(hanging_shims(daemon), [])


@test("a daemon stops while a vestim-run hangs, and the next one starts the job")
def _(t):
    daemon = daemon_with_hanging_shims(t)
    job = daemon.run("true", name="first")
    launched(daemon)
    daemon.patch(f"/jobs/{job['job_id']}", {"name": "renamed"}).expect(200)
    daemon.stop()
    (t.dir / "hang").unlink()
    daemon.start()
    over = daemon.completed(job)
    expect((over["name"], over["attempt"]), ("renamed", 1))


@test("a daemon that is killed while a changed job is launched runs it once")
def _(t):
    daemon = daemon_with_hanging_shims(t)
    job = daemon.sh(f"echo run >> '{t.dir}/runs.txt'")
    launched(daemon)
    shims = hanging_shims(daemon)
    daemon.patch(f"/jobs/{job['job_id']}", {"name": "renamed"}).expect(200)
    daemon.kill()
    (t.dir / "hang").unlink()
    daemon.start()
    over = daemon.completed(job)
    expect((over["name"], over["attempt"], (t.dir / "runs.txt").read_text()), ("renamed", 1, "run\n"))
    for pid in shims:
        os.kill(pid, signal.SIGKILL)


def as_ordinary_user(t):
    """The prefix of a daemon of an ordinary user, and a program by which its jobs become root, as by sudo."""
    prefix = OrdinaryUser(t).prefix
    root = t.dir / "become-root"
    t.copy_program(shutil.which("setpriv"), root)
    root.chmod(0o4755)
    become = [str(root), "--reuid=0", "--regid=0", "--clear-groups"]
    if subprocess.run([*prefix, *become, "true"], check=False).returncode != 0:
        skip("setuid programs do not work here")
    return prefix, " ".join(become)


def root_process(t, daemon, become, then, **selections):
    """A job whose own process does `then`, and the PID of its process of root."""
    job = daemon.sh(f"{become} sleep 1000 & echo $!; {then}", **selections)
    until(lambda: daemon.log_of(job).endswith("\n"), "the process is there")
    pid = int(daemon.log_of(job).splitlines()[0])
    t.cleanups.append(lambda: processes.is_alive(pid) and os.kill(pid, signal.SIGKILL))
    until(lambda: processes.command_line(pid)[:1] == ["sleep"], "it is a process of root")
    return job, pid


@test("a job with a process of root says so; DELETE gets 409, clear removes the rest, and the end is stopped", root=True)
def _(t):
    prefix, become = as_ordinary_user(t)
    daemon = t.daemon(prefix=prefix)
    over = daemon.completed(daemon.run("true"))
    job, pid = root_process(t, daemon, become, "wait")
    reason = f"process {pid} (sleep) belongs to root"
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    until(lambda: reason in (daemon.job(job)["message"] or ""), lambda: f"{reason}: {daemon.job(job)}")
    expect(daemon.job(job)["status"], "running")
    expect_in(reason, daemon.delete(f"/jobs/{job['job_id']}").expect_problem(409)["detail"])
    expect_in(reason, daemon.post("/jobs/clear").expect_problem(409)["detail"])
    daemon.get(f"/jobs/{over['job_id']}").expect(404)
    daemon.patch(f"/jobs/{job['job_id']}", {"name": "still here"}).expect(200)
    os.kill(pid, signal.SIGKILL)
    daemon.until_status(job, "stopped")
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)


# Nobody has stopped these, so that only vestim-run knows.
@test("message and log name a process of root that outlives its job or the time limit", root=True)
def _(t):
    prefix, become = as_ordinary_user(t)
    daemon = t.daemon("--max-running", "3", prefix=prefix)
    left = root_process(t, daemon, become, "sleep 1")
    limited = root_process(t, daemon, become, "wait", timeout_s=2)
    for job, pid in (left, limited):
        reason = f"process {pid} (sleep) belongs to root"
        until(lambda: reason in (daemon.job(job)["message"] or ""), f"{reason} in the message")
        until(lambda: reason in daemon.log_of(job), f"{reason} in the log")
        os.kill(pid, signal.SIGKILL)
    expect(daemon.until_over(left[0])["status"], "completed")
    expect(daemon.until_over(limited[0])["details"]["reason"], "timed out")


@test("after vestim-run was killed, DELETE names its process of root, and the job ends with that process", root=True)
def _(t):
    prefix, become = as_ordinary_user(t)
    daemon = t.daemon(prefix=prefix)
    job, pid = root_process(t, daemon, become, "wait")
    shims = [p for p in processes.all_pids() if str(daemon.folder(job)) in processes.command_line(p)]
    os.kill(min(shims), signal.SIGKILL)
    detail = daemon.delete(f"/jobs/{job['job_id']}").expect_problem(409)["detail"]
    expect_in(f"process {pid} (sleep) belongs to root", detail)
    os.kill(pid, signal.SIGKILL)
    daemon.until_status(job, "stopped")


@test("a paused job names a process of root that goes on", root=True)
def _(t):
    prefix, become = as_ordinary_user(t)
    daemon = t.daemon(prefix=prefix)
    job, pid = root_process(t, daemon, become, "while :; do echo x >>count; sleep 0.02; done")
    daemon.post(f"/jobs/{job['job_id']}/pause").expect(200)
    reason = f"The job is not paused completely: process {pid} (sleep) belongs to root, so vestim-run may not halt it."
    until(lambda: reason in (daemon.job(job)["message"] or ""), lambda: f"{reason}: {daemon.job(job)}")
    until(lambda: reason in daemon.log_of(job), f"{reason} in the log")
    count = daemon.folder(job) / "count"
    size = count.stat().st_size
    daemon.post(f"/jobs/{job['job_id']}/resume").expect(200)
    until(lambda: count.stat().st_size > size, "the others go on")
    os.kill(pid, signal.SIGKILL)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")


@test("a job says that its deletion was cut off when the daemon was killed", alone=True)
def _(t):
    daemon = t.daemon()
    job = daemon.sh("trap '' TERM; echo ready; while :; do sleep 1; done", restart=True)
    until(lambda: "ready" in daemon.log_of(job), "the job ignores SIGTERM")
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("DELETE", f"/jobs/{job['job_id']}"))
        until(lambda: daemon.database("SELECT intent FROM jobs").strip(), "the intent is stored")
        daemon.kill()
    daemon.start()
    over = daemon.until_status(job, "stopped")
    expect(over["details"]["reason"], "the daemon was killed while it ended this job")
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)
