# SPDX-License-Identifier: MIT
"""--status, --stop and --daemonize: managing a daemon from another terminal or a script."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess

from support import expect, expect_in, fail, processes, test, until
from support.builds import program


@test("--status reports that nothing runs, with code 3, as text and as JSON")
def _(t):
    expect_in("not running", t.vestimd("--status").expect(3).out.lower())
    expect(json.loads(t.vestimd("--status", "--json").expect(3).out), {"running": False})


@test("--status of a daemon that serves is code 0 with its PID, URL, version, times and counts")
def _(t):
    daemon = t.daemon()
    daemon.draft()
    text = t.vestimd("--status").expect(0).out
    expect_in(daemon.url, text)
    expect_in(str(daemon.pid), text)
    status = json.loads(t.vestimd("--status", "--json").expect(0).out)
    expect(status["running"], True)
    expect(status["pid"], daemon.pid)
    expect(status["url"], daemon.url)
    expect(status["jobs"]["created"], 1, "created jobs")
    expect(set(status) >= {"version", "started_at", "uptime_s"}, True, f"members {sorted(status)}")
    expect(status["uptime_s"] >= 0, True, "uptime_s")


# A hung daemon is not a missing one: the user must not start a second.
@test("--status of a daemon that lives but does not answer is code 4")
def _(t):
    daemon = t.daemon()
    daemon.signal(signal.SIGSTOP)
    t.vestimd("--status").expect(4)
    daemon.signal(signal.SIGCONT)


@test("--stop ends the daemon, waits until it is gone, and is code 0 also when nothing runs")
def _(t):
    t.vestimd("--stop").expect(0)
    daemon = t.daemon()
    t.vestimd("--stop").expect(0)
    expect(daemon.process.poll() is not None or not processes.is_alive(daemon.pid), True, "the daemon is gone")
    expect(daemon.wait(), 0, "exit code")
    for name in ("server.pid", "server.json"):
        expect((t.home / name).exists(), False, f"{name} exists")
    t.vestimd("--stop").expect(0)


# A daemon that needs time to store its jobs is not killed.
@test("--stop of a daemon that does not end in time is code 1, and the daemon is not killed")
def _(t):
    daemon = t.daemon()
    daemon.signal(signal.SIGSTOP)
    t.vestimd("--stop", "--timeout", "1").expect(1)
    expect(daemon.process.poll(), None, "the daemon ended")
    daemon.signal(signal.SIGCONT)
    expect(daemon.wait(), 0, "it then stops as asked")


@test("--stop ends the running jobs as interrupted, whether they ignore SIGTERM or not")
def _(t):
    daemon = t.daemon("--max-running", "4")
    obedient = daemon.sh("sleep 600")
    stubborn = daemon.sh("trap '' TERM; echo ready; while :; do sleep 600; done")
    daemon.until_status(obedient, "running")
    until(lambda: "ready" in daemon.log_of(stubborn), "the job ignores SIGTERM")
    t.vestimd("--stop").expect(0)
    expect(daemon.wait(), 0)
    # A daemon that has to end in time may leave this to the shim.
    until(lambda: not processes.of_job(daemon.folder(stubborn)), "no process of the job is left")
    daemon.start()
    for job in (obedient, stubborn):
        daemon.until_status(job, "interrupted")


@test("--stop --keep-jobs leaves the jobs to the next start")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("until [ -e go ]; do sleep 0.05; done; echo end; exit 3")
    daemon.until_status(job, "running")
    t.vestimd("--stop", "--keep-jobs").expect(0)
    expect(daemon.wait(), 0)
    expect(len(processes.of_job(daemon.folder(job))) > 0, True, "the job continues")
    daemon.start()
    expect(daemon.job(job)["status"], "running")
    expect(daemon.job(job)["attempt"], 1)
    (daemon.folder(job) / "go").touch()
    expect(daemon.until_status(job, "failed")["details"]["exit_code"], 3)
    expect_in("end", daemon.log_of(job))


@test("--daemonize returns when the daemon serves, with a log file that only the user reads")
def _(t):
    t.vestimd("--port", "0", "--daemonize").expect(0)
    daemon = t.found_daemon()
    daemon.get("/").expect(200)
    expect(stat.S_IMODE((t.home / "vestimd.log").stat().st_mode), 0o600, "mode of vestimd.log")
    expect(processes.stat(daemon.pid)[1] != os.getpid(), True, "it is no child of the caller")
    expect(processes.stat(daemon.pid)[3] != os.getsid(0), True, "it has a session of its own")
    t.vestimd("--stop").expect(0)


@test("--daemonize prints the PID and the address on one line")
def _(t):
    result = t.vestimd("--port", "0", "--daemonize").expect(0)
    daemon = t.found_daemon()
    expect(re.fullmatch(rf"vestimd [0-9.]+ is running: PID {daemon.pid}, {re.escape(daemon.url)}\n", result.out) is not None, True, result.out)
    t.vestimd("--stop").expect(0)


# A terminal, an ssh or a pipeline would otherwise hang until the daemon ends.
@test("--daemonize keeps no descriptor that it inherited")
def _(t):
    kept, given = os.pipe()
    other = socket.socket()
    command = [program("vestimd"), "--data-dir", str(t.home), "--port", "0", "--daemonize"]
    subprocess.run(
        command,
        env=t.environment(),
        stdin=subprocess.DEVNULL,
        stdout=given,
        stderr=given,
        pass_fds=[given, other.fileno()],
        check=True,
        timeout=60,
    )
    os.close(given)
    daemon = t.found_daemon()
    links = processes.open_files(daemon.pid)
    foreign = [link for link in links.values() if "pipe:" in link and link == os.readlink(f"/proc/self/fd/{kept}")]
    expect(foreign, [], "descriptors of the caller's pipe")
    expect(f"socket:[{os.fstat(other.fileno()).st_ino}]" in links.values(), False, "the caller's socket is open")
    os.read(kept, 4096)
    os.close(kept)
    other.close()
    t.vestimd("--stop").expect(0)


@test("--daemonize gives the code and the message of a failed start")
def _(t):
    taken = t.listening_socket().getsockname()[1]
    result = t.vestimd("--daemonize", "--port", str(taken)).expect(3)
    expect_in(str(taken), result.err)
    t.home.mkdir(mode=0o700, exist_ok=True)
    t.write("home/registry.db", b"this is no database at all" * 100, 0o600)
    result = t.vestimd("--daemonize", "--port", "0").expect(1)
    expect_in("registry.db", result.err)


@test("--daemonize beside a daemon that runs is code 3 and names it")
def _(t):
    daemon = t.daemon()
    result = t.vestimd("--daemonize", "--port", "0").expect(3)
    expect_in(str(daemon.pid), result.err)
    expect_in(daemon.url, result.err)
    daemon.get("/").expect(200)


@test("SIGHUP does not end a daemon started with --daemonize")
def _(t):
    t.vestimd("--port", "0", "--daemonize").expect(0)
    daemon = t.found_daemon()
    daemon.signal(signal.SIGHUP)
    for _ in range(3):
        daemon.get("/server/status").expect(200)
    t.vestimd("--stop").expect(0)


@test("SIGTERM and SIGINT both stop cleanly with code 0 and take server.pid and server.json away")
def _(t):
    for number in (signal.SIGTERM, signal.SIGINT):
        daemon = t.daemon(home=t.dir / f"home-{number}")
        daemon.signal(number)
        expect(daemon.wait(), 0, "exit code")
        for name in ("server.pid", "server.json"):
            expect((daemon.home / name).exists(), False, f"{name} exists")
        expect((daemon.home / "token").exists(), True, "the token stays")


# A user who presses Ctrl+C twice does not want to wait.
@test("a second signal makes the stop immediate")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("trap '' TERM; echo ready; while :; do sleep 600; done")
    until(lambda: "ready" in daemon.log_of(job), "the job ignores SIGTERM")
    daemon.signal(signal.SIGTERM)
    until(lambda: refuses(daemon), "the stop has begun", 5)
    daemon.signal(signal.SIGTERM)
    daemon.wait()
    expect_in("stopping at once", daemon.log_text())
    # The next start ends or adopts the jobs that the immediate stop left.
    daemon.start()
    now = daemon.job(job)
    if now["status"] == "running":
        daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
        daemon.until_over(job)
    until(lambda: not processes.of_job(daemon.folder(job)), "no process of the job is left")


def refuses(daemon):
    try:
        return daemon.get("/server/status").status == 503
    except OSError:
        return True
    except Exception:
        return True


@test("POST /server/shutdown answers 202 and then stops; keep_jobs=true leaves the jobs running")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("until [ -e go ]; do sleep 0.05; done")
    daemon.until_status(job, "running")
    daemon.post("/server/shutdown?keep_jobs=perhaps").expect_problem(422)
    daemon.post("/server/shutdown?keep_jobs=true").expect(202)
    expect(daemon.wait(), 0)
    daemon.start()
    expect(daemon.job(job)["status"], "running")
    daemon.post("/server/shutdown").expect(202)
    expect(daemon.wait(), 0)
    daemon.start()
    daemon.until_status(job, "interrupted")


@test("a log of --daemonize that reaches 8 MiB is rotated and three old ones are kept")
def _(t):
    t.home.mkdir(mode=0o700)
    line = b"2026-11-22T00:00:00.000Z info test: filled\n"
    t.write("home/vestimd.log", line * (8 * 1024 * 1024 // len(line)), 0o600)
    t.vestimd("--port", "0", "--daemonize", "--log-level", "debug").expect(0)
    daemon = t.found_daemon()

    def rotated():
        daemon.get("/nowhere")
        return [path for path in t.home.glob("vestimd.log?*") if path.stat().st_size > 7 * 1024 * 1024]

    until(rotated, "the full log is put aside", 20)
    for path in t.home.glob("vestimd.log*"):
        if stat.S_IMODE(path.stat().st_mode) != 0o600:
            fail(f"mode of {path.name}")
    expect((t.home / "vestimd.log").stat().st_size < 1024 * 1024, True, "the log starts again")
    t.vestimd("--stop").expect(0)


# Scripts take 3 for "not running" and 0 of --stop for "stopped".
@test("a user without access to the data directory gets that reason, not `not running`", root=True)
def _(t):
    daemon = t.daemon()
    t.dir.chmod(0o711)
    t.copy_program(program("vestimd"), t.dir)
    for action in ("--status", "--stop"):
        result = t.command("setpriv", "--reuid", "12345", "--clear-groups", t.dir / "vestimd", action, "--data-dir", t.home).expect(1)
        expect(result.out, "", "standard output")
        expect_in("server.pid", result.err)
        expect_in("Permission denied", result.err)
    expect(daemon.process.poll(), None, "the daemon")


@test("a daemon whose data directory was moved away leaves another's server.json alone")
def _(t):
    first = t.daemon(home=t.dir / "home")
    (t.dir / "home").rename(t.dir / "moved")
    second = t.daemon(home=t.dir / "home")
    first.stop()
    second.get("/server/status").expect(200)
    expect(json.loads((t.dir / "home" / "server.json").read_text())["pid"], second.process.pid)
