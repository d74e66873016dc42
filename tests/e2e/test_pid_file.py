# SPDX-License-Identifier: MIT
"""server.pid: the lock shows which daemon lives. PIDs are reused, so a number in a file proves nothing,
and a process that is not our daemon is never signalled."""

import fcntl
import os

from support import expect, expect_in, processes, test, until


def bystander(t):
    """A living process that has nothing to do with us."""
    return t.process("sleep", "600")


def stale(t, content):
    t.home.mkdir(mode=0o700, exist_ok=True)
    return t.write("home/server.pid", content, 0o600)


@test("the PID file holds the decimal PID and a newline, is locked for life and goes at the end")
def _(t):
    daemon = t.daemon()
    path = t.home / "server.pid"
    expect(path.read_text(), f"{daemon.pid}\n")
    with open(path) as file:
        try:
            fcntl.lockf(open(path, "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)
            by_record = False
        except OSError:
            by_record = True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            by_file = False
        except OSError:
            by_file = True
    expect(by_record or by_file, True, "the file is locked")
    daemon.stop()
    expect(path.exists(), False, "server.pid exists after the end")


@test("after SIGKILL the next start, --status and --stop know the file as stale")
def _(t):
    daemon = t.daemon()
    daemon.kill()
    expect((t.home / "server.pid").exists(), True, "server.pid is left")
    result = t.vestimd("--status").expect(3)
    expect_in("stale", (result.out + result.err).lower())
    daemon.start()
    daemon.kill()
    t.vestimd("--stop").expect(0)
    daemon.start().get("/").expect(200)


@test("a PID file with the PID of another process is stale, and that process is not signalled")
def _(t):
    other = bystander(t)
    for action in ("--status", "--stop"):
        stale(t, f"{other.pid}\n")
        t.vestimd(action).expect(3 if action == "--status" else 0)
        expect(other.poll(), None, f"the other process after {action}")
    stale(t, f"{other.pid}\n")
    daemon = t.daemon()
    expect((t.home / "server.pid").read_text(), f"{daemon.pid}\n")
    daemon.stop()
    expect(other.poll(), None, "the other process at the end")


@test("an empty PID file, garbage and impossible numbers are stale")
def _(t):
    contents = ("", "\n", "garbage\n", "-1\n", "0\n", "1\n", "99999999999999999999\n", "12 34\n", "\0\0\0", "7" * 5000)
    for content in contents:
        stale(t, content)
        t.vestimd("--status").expect(3)
        stale(t, content)
        t.vestimd("--stop").expect(0)
        stale(t, content)
        t.daemon().stop()


@test("a symbolic link in place of the PID file is not followed")
def _(t):
    target = t.write("precious.txt", "precious\n")
    t.home.mkdir(mode=0o700)
    (t.home / "server.pid").symlink_to(target)
    t.vestimd("--status")
    t.vestimd("--stop")
    daemon = t.daemon(start=False)
    if not daemon.try_start():
        expect(daemon.process.returncode, 1, "exit code of the refusal")
        expect_in("server.pid", daemon.log_text())
    expect(target.read_text(), "precious\n")


@test("a PID file of another user is refused or replaced, and its process is never signalled", root=True)
def _(t):
    other = bystander(t)
    path = stale(t, f"{other.pid}\n")
    os.chown(path, 12345, 12345)
    t.vestimd("--status")
    t.vestimd("--stop")
    path = stale(t, f"{other.pid}\n")
    os.chown(path, 12345, 12345)
    result = t.vestimd("--daemonize", "--port", "0")
    if result.code == 0:
        t.vestimd("--stop").expect(0)
    else:
        expect(result.code, 1)
        expect_in("server.pid", result.err)
    expect(other.poll(), None, "the other process")


# The process holds the lock but is not vestimd, so --stop must not signal it.
@test("a process that merely locks our PID file is not signalled by --stop")
def _(t):
    script = (
        "import fcntl, os, sys, time\n"
        "f = open(sys.argv[1], 'w')\n"
        "fcntl.lockf(f, fcntl.LOCK_EX)\n"
        "try: fcntl.flock(f, fcntl.LOCK_EX)\n"
        "except OSError: pass\n"
        "f.write(str(os.getpid()) + '\\n'); f.flush()\n"
        "open(sys.argv[1] + '.ready', 'w').close()\n"
        "time.sleep(600)\n"
    )
    stale(t, "")
    holder = t.process("/usr/bin/python3", "-c", script, t.home / "server.pid")
    until(lambda: (t.home / "server.pid.ready").exists(), "the lock is held")
    t.vestimd("--stop", "--timeout", "1")
    expect(processes.is_alive(holder.pid), True, "the holder lives")
