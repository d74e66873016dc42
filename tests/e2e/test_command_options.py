# SPDX-License-Identifier: MIT
"""How a command is stopped, what it leaves, what it reads, and how its output is logged."""

import os
import re
import signal

from support import expect, expect_in, fail, processes, test, until
from support.expect import PATIENCE

# Seconds in which a job sets its traps, also on a busy machine.
LONG_ENOUGH = 5 * PATIENCE
STAMP = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "


def log(daemon, job):
    return daemon.get(f"/jobs/{job['job_id']}/log").expect(200).body


def ready(daemon, job):
    until(lambda: b"ready" in log(daemon, job), "the job is ready")
    return job


def stop(daemon, job):
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    return daemon.until_over(job, 60)


@test("wrong options are refused with their field, and null means as little as a wrong type")
def _(t):
    daemon = t.daemon()
    for field, values in {
        "stop_signal": (1, "", "term", "SEGV", "SIGSTOP", "STOP", "SIG", "SIGSIGTERM", "CHLD", None, "TERM\0"),
        "stop_grace_s": (-1, 3601, "5", None, 1e300),
        "keep_leftovers": (1, "true", None),
        "pty": (1, "yes", None),
        "stdin": ("", 1, None, "a\0b", "..", "../x", "a/../b", "x/..", "n" * 200000),
        "log_timestamps": (0, None),
    }.items():
        for value in values:
            body = {"kind": "command", "selections": {"argv": ["true"], field: value}}
            answer = daemon.post("/jobs", body)
            if answer.status != 422 or answer.json()["errors"][0]["field"] != f"selections.{field}":
                fail(f"{field} {value!r}: {answer.status} {answer.body[:200]}")


@test("the job gets the signal that it wants, by a name with or without SIG")
def _(t):
    daemon = t.daemon()
    for name in ("INT", "SIGHUP", "SIGQUIT", "USR1", "USR2", "TERM"):
        short = name.replace("SIG", "")
        script = "for s in INT HUP QUIT USR1 USR2 TERM; do trap \"echo got $s; exit 3\" $s; done; echo ready; sleep 600 & wait"
        job = stop(daemon, ready(daemon, daemon.sh(script, stop_signal=name)))
        expect(job["status"], "stopped")
        expect_in(f"got {short}\n".encode(), log(daemon, job))


@test("SIGKILL as the signal ends at once, whatever the grace")
def _(t):
    daemon = t.daemon()
    job = ready(daemon, daemon.sh("trap '' TERM; echo ready; sleep 600", stop_signal="KILL", stop_grace_s=3600))
    expect(stop(daemon, job)["details"]["signal"], "SIGKILL")


@test("a longer grace lets the job finish its work, for a stop and for a time limit")
def _(t):
    daemon = t.daemon("--max-running", "2")
    script = "trap 'sleep 6; echo cleaned; exit 4' TERM; echo ready; sleep 600 & wait"
    stopped = daemon.sh(script, stop_grace_s=60)
    limited = daemon.sh(script, stop_grace_s=60, timeout_s=LONG_ENOUGH)
    ended = stop(daemon, ready(daemon, stopped))
    expect((ended["status"], ended["details"]["exit_code"]), ("stopped", 4))
    ended = daemon.until_over(limited, 60)
    expect((ended["status"], ended["details"]["exit_code"], ended["details"]["reason"]), ("failed", 4, "timed out"))
    for job in (stopped, limited):
        expect_in(b"cleaned", log(daemon, job))


@test("a deletion waits for a longer grace as well")
def _(t):
    daemon = t.daemon()
    mark = t.dir / "cleaned"
    job = ready(daemon, daemon.sh(f"trap 'sleep 11; touch {mark}; exit' TERM; echo ready; sleep 600 & wait", stop_grace_s=60))
    daemon.delete(f"/jobs/{job['job_id']}", timeout=60).expect(200)
    expect(mark.exists(), True, "the job could not clean up")


@test("a stop of the daemon does not cut a long grace short: the job ends by itself, interrupted at the next start")
def _(t):
    daemon = t.daemon()
    script = "trap 'echo stopping; until [ -e go ]; do sleep 0.1; done; echo cleaned; exit 5' TERM; echo ready; while :; do sleep 0.1; done"
    job = ready(daemon, daemon.sh(script, stop_grace_s=600))
    daemon.stop()
    folder = daemon.folder(job)
    until(lambda: "stopping" in (folder / "log.txt").read_text(), "the job was told to stop")
    daemon.start()
    expect(daemon.job(job)["status"], "running")
    (folder / "go").touch()
    ended = daemon.until_over(job, 60)
    expect((ended["status"], ended["details"]["exit_code"]), ("interrupted", 5))
    expect(ended["details"]["reason"], "the daemon or another program stopped it")
    expect_in(b"cleaned", log(daemon, job))


@test("after a killed shim the rest of the job is ended with its signal and grace")
def _(t):
    daemon = t.daemon()
    child = "trap 'sleep 6; echo cleaned >mark; exit' USR1; echo ready; exec >/dev/null 2>&1; while :; do sleep 0.1; done"
    job = ready(daemon, daemon.sh(f'setsid sh -c "{child}" & wait', stop_signal="USR1", stop_grace_s=60))
    shim = int(re.search(r'"pid": *(\d+)', (daemon.folder(job) / "run.lock").read_text())[1])
    os.kill(shim, signal.SIGKILL)
    ended = daemon.until_over(job, 60)
    expect((ended["status"], ended["details"]["reason"]), ("interrupted", "lost"))
    expect((daemon.folder(job) / "mark").read_text(), "cleaned\n")


@test("leftovers that the job keeps go on after its end, also over a restart of the daemon, and a retry")
def _(t):
    daemon = t.daemon()
    script = "echo 0 >count; (i=0; while [ ! -e end ]; do i=$((i+1)); echo line $i; echo $i >count; sleep 0.05; done; touch ended) & echo ready"
    job = daemon.completed(daemon.sh(script, keep_leftovers=True))
    count = daemon.folder(job) / "count"

    def goes_on():
        before = count.read_text()
        until(lambda: count.read_text() not in ("", before), "the service goes on")

    goes_on()
    daemon.restart()
    goes_on()
    daemon.restart()
    goes_on()
    expect(daemon.job(job)["status"], "completed")
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    daemon.completed(job)
    goes_on()
    (daemon.folder(job) / "end").touch()
    until(lambda: (daemon.folder(job) / "ended").exists(), "it has ended")
    until(lambda: not processes.of_job(daemon.folder(job)), "nothing is left")


@test("leftovers are kept when the job ends while no daemon lives")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("(while [ ! -e end ]; do date +%N >now; sleep 0.05; done) & echo ready; until [ -e go ]; do sleep 0.05; done", keep_leftovers=True)
    ready(daemon, job)
    daemon.kill()
    folder = daemon.folder(job)
    (folder / "go").touch()
    until(lambda: (folder / "exit.json").exists(), "the job has ended")
    daemon.start()
    daemon.completed(job)
    before = daemon.until_file(folder / "now")
    until(lambda: (folder / "now").read_text() not in ("", before), "the service goes on")
    (folder / "end").touch()


@test("a stop and a time limit end the leftovers too, while the job runs")
def _(t):
    daemon = t.daemon("--max-running", "2")
    script = "setsid sleep 600 & setsid sleep 600 & echo ready; sleep 600"
    stopped = ready(daemon, daemon.sh(script, keep_leftovers=True))
    limited = daemon.sh(script, keep_leftovers=True, timeout_s=1)
    stop(daemon, stopped)
    daemon.until_over(limited)
    for job in (stopped, limited):
        until(lambda: not processes.of_job(daemon.folder(job)), "nothing is left")


@test("with pty, a program sees a terminal and writes line by line, and the log has plain lines")
def _(t):
    daemon = t.daemon(env={"TERM": "dumb"})
    script = "import os, sys; print(sys.stdout.isatty(), sys.stderr.isatty(), sys.stdin.isatty(), os.get_terminal_size(), os.environ['TERM']); "
    script += "os.write(3, b'{\"progress\": 0.5}\\n'); print(repr(sys.stdin.read())); import time; time.sleep(600)"
    job = daemon.run("/usr/bin/python3", "-c", script, pty=True)
    until(lambda: log(daemon, job).endswith(b"''\n"), "unbuffered output")
    expect(log(daemon, job), b"True True False os.terminal_size(columns=80, lines=24) xterm-256color\n''\n")
    until(lambda: daemon.job(job)["progress"] == 0.5, "progress")
    expect(stop(daemon, job)["status"], "stopped")
    job = daemon.completed(daemon.sh("echo $TERM; seq 20000; echo err >&2", pty=True, env={"TERM": "vt100"}))
    lines = log(daemon, job).split(b"\n")
    expect((lines[0], lines[20000], lines[20001], len(lines)), (b"vt100", b"20000", b"err", 20003))


@test("standard input comes from a file of the folder, an absolute path, or an upload, for each attempt")
def _(t):
    daemon = t.daemon()
    outside = t.dir / "outside.txt"
    outside.write_text("from outside\n")
    link = t.dir / "link.txt"
    link.symlink_to(outside)
    for path in (outside, link):
        expect(log(daemon, daemon.completed(daemon.run("cat", stdin=str(path)))), b"from outside\n")
    job = daemon.run("cat", hold=True, stdin="in/data.txt", cwd="/", pty=True)
    daemon.put(f"/jobs/{job['job_id']}/files/in/data.txt", b"uploaded\n").expect(200)
    for verb in ("start", "retry"):
        daemon.post(f"/jobs/{job['job_id']}/{verb}").expect(200)
        daemon.completed(job)
        expect(log(daemon, job), b"uploaded\n")


@test("an input that cannot be used fails the job with a sentence, and nothing is run")
def _(t):
    daemon = t.daemon()
    fifo = t.dir / "fifo"
    os.mkfifo(fifo)
    for path, words in (("missing", "no such file"), (str(t.dir / "missing"), "no such file"), (str(fifo), "no regular file"), (str(t.dir), "folder")):
        job = daemon.until_over(daemon.sh("echo ran", stdin=path))
        expect(job["status"], "failed", path)
        expect_in(words, job["details"]["reason"])
        expect_in(path, job["details"]["reason"])
        expect(log(daemon, job), b"", path)
    job = daemon.run("cat", hold=True, stdin="link")
    until(daemon.folder(job).is_dir, "the folder")
    (daemon.folder(job) / "link").symlink_to("/etc/passwd")
    daemon.post(f"/jobs/{job['job_id']}/start").expect(200)
    expect_in("symbolic link", daemon.until_over(job)["details"]["reason"])


@test("with log_timestamps each line begins with its time, whatever is written how")
def _(t):
    daemon = t.daemon()
    # The end of the second line comes when the first one has its time.
    script = r"printf 'a\nb'; until grep -q a log.txt; do sleep 0.05; done; sleep 0.01; printf ' c\n\n'; echo err >&2; printf '\000\377\r\n'; head -c 300000 /dev/zero; echo; printf end"
    job = daemon.completed(daemon.sh(script, log_timestamps=True))
    lines = log(daemon, job).split(b"\n")
    expect([line[25:] for line in lines], [b"a", b"b c", b"", b"err", b"\0\xff\r", b"\0" * 300000, b"end"])
    stamps = [line[:25] for line in lines]
    expect(all(re.fullmatch(STAMP, stamp) for stamp in stamps), True, f"{stamps}")
    expect(stamps, sorted(stamps))
    expect(stamps[0] < stamps[2], True, "the times differ")
    expect(job["started_at"][:16] <= stamps[0][:16].decode(), True, "the clock")


@test("a full ring keeps the times of its lines, and tail gives whole lines")
def _(t):
    daemon = t.daemon()
    job = daemon.completed(daemon.sh("seq 3000000", log_timestamps=True), 120)
    tail = daemon.get(f"/jobs/{job['job_id']}/log?tail=3").body
    expect(bool(re.fullmatch(b"(" + STAMP + rb"\d+\n){3}", tail)), True, f"{tail!r}")
    expect(tail[-8:], b"3000000\n")


@test("all options together, with the daemon killed and started in between")
def _(t):
    daemon = t.daemon()
    source = t.dir / "in.txt"
    source.write_text("input")
    options = {"stop_signal": "SIGINT", "stop_grace_s": 60, "keep_leftovers": False, "pty": True, "stdin": str(source), "log_timestamps": True}
    job = ready(daemon, daemon.sh("trap 'echo bye; exit 9' INT; cat; echo; [ -t 1 ] && echo ready; while :; do sleep 0.1; done", **options))
    daemon.restart()
    expect(daemon.job(job)["selections"]["stop_signal"], "SIGINT")
    ended = stop(daemon, job)
    expect((ended["status"], ended["details"]["exit_code"]), ("stopped", 9))
    expect(re.sub(STAMP, b"", log(daemon, job)), b"input\nready\nbye\n")
