# SPDX-License-Identifier: MIT
"""Containers: old seccomp profiles, a daemon that is PID 1, and processes of another PID namespace."""

import os
import re
import signal
import subprocess

from support import expect, expect_in, processes, skip, test, until
from support.builds import program
from support.waiting import begun, release, WAITING, ENDING

REFUSALS = (("EPERM", "open"), ("ENOSYS", "open"), ("EPERM", "send"), ("ENOSYS", "send"))


def refusing(error, call):
    return [program("without-pidfd"), error, call]


def can(*command):
    return subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0


def need(*command):
    if not can(*command):
        skip(f"{command[0]} does not work here")


@test("--status and --stop work where pidfds are refused")
def _(t):
    for error, call in REFUSALS:
        prefix = refusing(error, call)
        need(*prefix)
        daemon = t.daemon(home=t.dir / f"{error}-{call}")
        command = [*prefix, program("vestimd"), "--data-dir", str(daemon.home)]
        t.command(*command, "--status").expect(0)
        t.command(*command, "--stop").expect(0)
        expect(daemon.wait(10), 0)
        t.command(*command, "--status").expect(3)


@test("jobs are followed, stopped and adopted where pidfds are refused, and lost ones are ended")
def _(t):
    for error, call in REFUSALS:
        prefix = refusing(error, call)
        need(*prefix)
        daemon = t.daemon("--max-running", "9", home=t.dir / f"{error}-{call}", prefix=prefix)
        daemon.completed(daemon.run("true"))
        endless = [daemon.sh("echo begun; sleep 600 & sleep 600") for _ in range(3)]
        adopted = daemon.sh(WAITING + ENDING + "0")
        begun(daemon, *endless, adopted)
        daemon.post(f"/jobs/{endless[0]['job_id']}/stop").expect(202)
        daemon.until_status(endless[0], "stopped")
        daemon.kill()
        (daemon.home / "server.json").unlink()  # so that only the next one's is found
        daemon.start()
        daemon.post(f"/jobs/{endless[1]['job_id']}/stop").expect(202)
        daemon.until_status(endless[1], "stopped")
        os.kill(processes.shim_of(daemon.folder(endless[2])), signal.SIGKILL)
        expect(daemon.until_status(endless[2], "interrupted")["details"]["reason"], "lost")
        release(daemon, adopted)
        daemon.completed(adopted)
        daemon.stop()


IN_CONTAINER = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]


def first_process(daemon):
    """PID 1 of the container, as this side numbers it."""
    return processes.children(daemon.process.pid)[0]


# A container has no other init: the daemon is what its entry point starts.
@test("a daemon that is PID 1 leaves no zombie of an orphan, and SIGTERM ends it", root=True)
def _(t):
    need(*IN_CONTAINER)
    daemon = t.daemon(prefix=IN_CONTAINER)
    init = first_process(daemon)
    daemon.completed(daemon.run("true"))
    lost = daemon.sh("setsid sleep 600 & kill -9 $PPID; sleep 600")
    expect(daemon.until_status(lost, "interrupted")["details"]["reason"], "lost")
    inside = lambda: {init, *processes.children(init), *(pid for child in processes.children(init) for pid in processes.children(child))}
    until(lambda: all(processes.is_alive(pid) for pid in inside()), "no zombie is left", 10)
    os.kill(init, signal.SIGTERM)
    expect(daemon.wait(20), 0)


@test("as PID 1 a refused start ends with its code and its sentence", root=True)
def _(t):
    need(*IN_CONTAINER)
    t.daemon()
    second = t.daemon(prefix=IN_CONTAINER, start=False).launch()
    expect(second.wait(20), 3)


@test("--status and --stop from outside know the daemon of a container", root=True)
def _(t):
    need(*IN_CONTAINER)
    daemon = t.daemon(prefix=IN_CONTAINER)
    status = t.vestimd("--status").expect(0)
    expect_in(daemon.url, status.out)
    seen = re.search(r"PID (\d+)", status.out).group(1)
    expect(processes.command_line(int(seen))[0].endswith("vestimd"), True, "the PID is that of this side")
    second = t.vestimd("--port", "0").expect(3)
    expect("names another process" in second.err, False, second.err)
    t.vestimd("--stop").expect(0)
    expect(daemon.wait(20), 0)


# Two containers with one volume: neither sees the processes of the other.
@test("vestimd recognizes a daemon of another PID namespace, and leaves its directory alone", root=True)
def _(t):
    need(*IN_CONTAINER)
    daemon = t.daemon()
    inside = [*IN_CONTAINER, program("vestimd"), "--data-dir", str(t.home)]
    hidden = "a process that cannot be seen from here"
    started = t.command(*inside, "--port", "0").expect(3)
    expect_in(hidden, started.err)
    expect_in(str(t.home), started.err)
    status = t.command(*inside, "--status").expect(0)
    expect_in(daemon.url, status.out)
    stopped = t.command(*inside, "--stop").expect(1)
    expect_in(hidden, stopped.err)
    expect(t.home.joinpath("server.pid").read_text(), f"{daemon.pid}\n")
    daemon.get("/").expect(200)


@test("--status says that a container's daemon cannot be reached", root=True)
def _(t):
    outside = ["unshare", "--net", *IN_CONTAINER]
    need(*outside)
    t.daemon()
    inside = [*outside, program("vestimd"), "--data-dir", str(t.home)]
    status = t.command(*inside, "--status").expect(4)
    expect_in("cannot be seen from here", status.err)
