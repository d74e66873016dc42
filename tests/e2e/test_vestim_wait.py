# SPDX-License-Identifier: MIT
"""`vestim wait`: the exit code of the job, over restarts of the server."""

import json
import os
import signal

from support import expect, expect_in, fail, processes, test, until
from support.expect import PATIENCE
from support.shell import Shell
from support.waiting import WAITING, begun, release


@test("wait exits with the exit code of the job")
def _(t):
    t.daemon()
    shell = Shell(t)
    for code in (0, 1, 42, 255):
        id = shell.id("--", "sh", "-c", f"exit {code}")
        shell.run("wait", id).expect(code)
        shell.run("wait", id).expect(code)


@test("a signal is 128 and its number, a program that could not be started 75")
def _(t):
    t.daemon()
    shell = Shell(t)
    for number in (signal.SIGKILL, signal.SIGSEGV):
        shell.run("wait", shell.id("--", "sh", "-c", f"kill -{int(number)} $$")).expect(128 + number)
    ended = shell.run("wait", shell.id("--", "/no/such/program")).expect(75)
    expect_in("failed (cannot start", ended.out)
    timed_out = shell.run("wait", shell.id("--timeout", "0.2", "--", "sleep", "600")).expect(128 + signal.SIGTERM)
    expect_in("timed out", timed_out.out)
    # It ended with 0 after the time limit, which leaves time for the trap, and failed.
    limit = str(5 * PATIENCE)
    shell.run("wait", shell.id("--timeout", limit, "--", "sh", "-c", "trap 'exit 0' TERM; sleep 600 & wait")).expect(1)


@test("a job that was stopped before it ran is 75, one that ran 76")
def _(t):
    daemon = t.daemon("--max-running", "1")
    shell = Shell(t)
    running, queued = shell.id("--", "sleep", "600"), shell.id("--", "true")
    daemon.until_status(running, "running")
    shell.run("stop", queued).expect(0)
    shell.run("wait", queued).expect(75)
    shell.run("stop", running).expect(0)
    shell.run("wait", running).expect(76)


@test("an interrupted job is 76")
def _(t):
    daemon = t.daemon()
    shell = Shell(t)
    id = shell.id("--", "sleep", "600")
    daemon.until_status(id, "running")
    daemon.stop()
    daemon.start()
    shell.run("wait", id).expect(76)


@test("of several jobs the first code that is not 0 counts")
def _(t):
    t.daemon()
    shell = Shell(t)
    ids = [shell.id("--", "sh", "-c", f"exit {code}") for code in (0, 3, 4)]
    ended = shell.run("wait", *ids).expect(3)
    expect([line.split()[:2] for line in ended.out.splitlines()], [[ids[0], "completed:"], [ids[1], "failed"], [ids[2], "failed"]])
    shell.run("wait", ids[2], ids[1]).expect(4)
    expect([job["job_id"] for job in shell.json("wait", ids[0])], [ids[0]])
    expect(shell.run("wait", "--quiet", ids[1]).expect(3).out, "")


@test("wait goes on while the server is killed and started again")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("-C", "", "--", "sh", "-c", WAITING + "exit 5")
    begun(daemon, id)
    waiting = shell.start("wait", "--no-start", id)
    for _ in range(2):
        wait_connected(daemon)
        daemon.restart()
    release(daemon, id)
    code, out, err = shell.end(waiting)
    expect(code, 5, err)


@test("a server that was killed is started again by wait, which then ends")
def _(t):
    shell = Shell(t)
    id = shell.id("-C", "", "--", "sh", "-c", WAITING + "exit 6")
    daemon = t.found_daemon()
    begun(daemon, id)
    waiting = shell.start("wait", id)
    wait_connected(daemon)
    os.kill(daemon.pid, signal.SIGKILL)
    until(lambda: server_pid(t) not in (None, daemon.pid), "another server runs")
    daemon = t.found_daemon()
    release(daemon, id)
    code, out, err = shell.end(waiting)
    expect(code, 6, err)
    expect_in("Waiting until the server answers again", err)


@test("a server that was stopped is not started again by wait, but its restart is waited for")
def _(t):
    daemon, shell = t.daemon(), Shell(t, VESTIM_RESTART_WAIT="1h")
    id = shell.id("-C", "", "--", "sh", "-c", WAITING + "exit 8")
    begun(daemon, id)
    waiting = shell.start("wait", id)
    wait_connected(daemon)
    t.vestimd("--stop", "--keep-jobs").expect(0)
    daemon.wait()
    until_line(waiting, "The server was stopped. Waiting at most 1 h for its restart.")
    expect((t.home / "server.pid").exists(), False, "a server runs")
    daemon.start()
    release(daemon, id)
    expect(shell.end(waiting)[0], 8)


@test("a server that was stopped for good ends wait soon, with a sentence that says how to go on")
def _(t):
    daemon, shell = t.daemon("--max-running", "1"), Shell(t, VESTIM_RESTART_WAIT="1s")
    first = shell.id("-C", "", "--", "sh", "-c", WAITING)
    begun(daemon, first)
    waiting = shell.start("add", "--wait", "--", "true")
    until(lambda: len(daemon.jobs()) == 2, "the job is added")
    queued = daemon.ids()[0]
    t.vestimd("--stop", "--keep-jobs").expect(0)
    daemon.wait()
    code, out, err = shell.end(waiting)
    expect(code, 3, err)
    for part in ("The server was stopped. Waiting at most 1 s", f"vestim wait {queued}", "vestimd --daemonize"):
        expect_in(part, err)
    daemon.start()
    release(daemon, first)
    shell.run("wait", queued).expect(0)


# test_wait has the proof that the server says so before it has gone. Here the request may come too late for that.
@test("a stop that ends the job ends wait with 76")
def _(t):
    daemon, shell = t.daemon(), Shell(t, VESTIM_RESTART_WAIT="1h")
    id = shell.id("-C", "", "--", "sh", "-c", WAITING)
    begun(daemon, id)
    waiting = shell.start("wait", id)
    wait_connected(daemon)
    daemon.stop()
    daemon.start()
    code, out, err = shell.end(waiting)
    expect(code, 76, err)
    expect_in("interrupted", out)


@test("a limit for restarts that is no duration is a usage error")
def _(t):
    daemon, shell = t.daemon(), Shell(t, VESTIM_RESTART_WAIT="soon")
    id = shell.id("-C", "", "--", "sh", "-c", WAITING)
    begun(daemon, id)
    waiting = shell.start("wait", id)
    wait_connected(daemon)
    t.vestimd("--stop", "--keep-jobs").expect(0)
    daemon.wait()
    code, out, err = shell.end(waiting)
    expect(code, 2, err)
    expect_in("VESTIM_RESTART_WAIT must be a duration", err)
    daemon.start()
    release(daemon, id)
    daemon.completed(id)


def until_line(process, text):
    """Reads standard error until a line has the text."""
    while text not in (line := process.stderr.readline()):
        if line == "":
            fail(f"standard error ended before a line with: {text}")


def server_pid(t):
    try:
        return json.loads((t.home / "server.json").read_text())["pid"]
    except (OSError, ValueError):
        return None


def wait_connected(daemon):
    """Until the server has the connection of a client that waits."""
    until(lambda: connections(daemon.pid) > 0, "a client is connected")


def connections(pid):
    """The number of sockets of a process that are connected by TCP."""
    inodes = set()
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            inodes.add(os.readlink(f"/proc/{pid}/fd/{entry}"))
        except OSError:
            pass
    established = [line.split() for line in open("/proc/net/tcp") if line.split()[3] == "01"]
    return sum(f"socket:[{fields[9]}]" in inodes for fields in established)


@test("Ctrl+C leaves the job running, and says so")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("-C", "", "--", "sh", "-c", WAITING)
    begun(daemon, id)
    waiting = shell.start("wait", id)
    until(lambda: processes.catches(waiting.pid, signal.SIGINT), "it waits")
    waiting.send_signal(signal.SIGINT)
    code, out, err = shell.end(waiting)
    expect(code, -signal.SIGINT)
    expect_in(f"The job goes on. Wait for it again: vestim wait {id}", err)
    expect(daemon.job(id)["status"], "running")
    release(daemon, id)
    daemon.completed(id)


@test("a signal that is ignored stays ignored")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("-C", "", "--", "sh", "-c", WAITING + "exit 4")
    begun(daemon, id)
    ignoring = shell.start_program("/bin/sh", "-c", 'trap "" INT; exec vestim wait "$0"', id)
    wait_connected(daemon)
    ignoring.send_signal(signal.SIGINT)
    release(daemon, id)
    code, out, err = shell.end(ignoring)
    expect(code, 4, err)


@test("a job that is deleted meanwhile is said to be gone")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("--hold", "--", "true")
    waiting = shell.start("wait", id)
    wait_connected(daemon)
    daemon.delete(f"/jobs/{id}").expect(200)
    code, out, err = shell.end(waiting)
    expect(code, 1)
    expect_in(id, err)


@test("a job that is not there, is meant by several or is no ID is an error")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    first, second = shell.id("--", "true"), shell.id("--", "true")
    shell.run("wait").expect(2)
    expect_in("no job", shell.run("wait", first[:-6] + "ffffff").expect(1).err)
    several = shell.run("wait", "job_").expect(1).err
    expect_in(first, several)
    expect_in(second, several)
    expect_in("not the ID of a job", shell.run("wait", "../x").expect(1).err)


@test("an ID may be cut, without job_, its number, or last")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    shell.id("-n", "job_3 has a name like an ID", "--", "sh", "-c", "exit 9")
    id = shell.id("--", "sh", "-c", "exit 3")
    for word in (id, id[4:], "2", "000002", "last"):
        shell.run("wait", word).expect(3)
    shell.run("wait", "1").expect(9)
    expect_in("no job", shell.run("wait", "12").expect(1).err)
    # A number is never taken for another one that merely ends like it.
    expect_in("no job", shell.run("wait", "02000002").expect(1).err)
