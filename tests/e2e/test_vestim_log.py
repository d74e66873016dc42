# SPDX-License-Identifier: MIT
"""`vestim log`: whole logs, their ends, and logs that are followed while everything else dies."""

import subprocess

from support import expect, expect_in, test, until
from support.builds import program
from support.terminals import vestim


def follow(t, daemon, *arguments):
    """A `vestim log -f` with its output in files."""
    out, err = t.dir / "followed", t.dir / "followed-errors"
    env = t.environment(VESTIM_HOME=str(daemon.home))
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        return t.process(program("vestim"), "log", "-f", *arguments, env=env, stdout=stdout, stderr=stderr), out, err


@test("log prints the log byte by byte, or its last lines or bytes")
def _(t):
    daemon = t.daemon()
    job = daemon.completed(daemon.sh("printf 'one\\ntwo\\n\\033[31mthree\\n\\377four'"))["job_id"]
    whole = b"one\ntwo\n\x1b[31mthree\n\xfffour"

    def log(*options):
        env = t.environment(VESTIM_HOME=str(daemon.home))
        return subprocess.run([program("vestim"), "log", job, *options], env=env, stdout=subprocess.PIPE, check=True).stdout

    for options, wanted in (
        ((), whole),
        (("-n", "1"), b"\xfffour"),
        (("-n2",), b"\x1b[31mthree\n\xfffour"),
        (("--lines", "99"), whole),
        (("-n0",), b""),
        (("--bytes", "3"), b"our"),
        (("-c", "1K"), whole),
        (("-n", "1", "--bytes", "9"), b"\xfffour"),
        (("-n", "3", "--bytes", "2"), b"ur"),
        (("-f",), whole),
        (("-f", "-n1"), b"\xfffour"),
        (("--attempt", "1"), whole),
    ):
        expect(log(*options), wanted, options)
    empty = daemon.completed(daemon.run("true"))["job_id"]
    held = daemon.draft(name="held")["job_id"]
    for nothing in (empty, held):
        for options in ((), ("-n", "3"), ("--bytes", "5")):
            expect(vestim(t, daemon, "log", nothing, *options).expect(0).out, "")


@test("log refuses what it cannot do")
def _(t):
    daemon = t.daemon()
    job = daemon.completed(daemon.run("true"))["job_id"]
    for options, said in ((("-n", "x"), "number"), (("--bytes", "many"), "1M"), (("--attempt", "0"), "number"), (("second",), "too many"), (("--json",), "as it is")):
        expect_in(said, vestim(t, daemon, "log", job, *options).expect(2).err)
    expect_in("no attempt 2", vestim(t, daemon, "log", job, "--attempt", "2").expect(1).err)
    expect_in("missing", vestim(t, daemon, "log").expect(2).err)


# The log is a ring beyond 64 MiB: lines come in the right order, with the server's mark between them.
@test("a full log is streamed whole, also while it grows")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("seq 1 11000000")["job_id"]
    process, out, _ = follow(t, daemon, job)
    expect(t.ended(process, 120), 0)
    daemon.completed(job)
    log = daemon.log_of(job)
    expect_in("bytes left out", log)
    for text in (out.read_text(), vestim(t, daemon, "log", job).expect(0).out):
        expect(text.startswith("1\n2\n3\n"), True)
        expect(text.endswith("\n10999999\n11000000\n"), True)
    expect(vestim(t, daemon, "log", job).expect(0).out == log, True, "the same as the server's")
    expect(vestim(t, daemon, "log", "-n", "2", job).expect(0).out, "10999999\n11000000\n")


@test("log -f goes on over a killed daemon, and ends with the job")
def _(t):
    daemon = t.daemon()
    go = t.dir / "go"
    job = daemon.sh(f"seq 1 1000; while [ ! -e {go} ]; do sleep 0.05; done; seq 1001 2000")["job_id"]
    process, out, _ = follow(t, daemon, "--no-start", job)
    until(lambda: out.read_text().endswith("\n1000\n"), "the first lines")
    daemon.restart()
    go.touch()
    expect(t.ended(process, 60), 0)
    expect(out.read_text(), "".join(f"{n}\n" for n in range(1, 2001)))


@test("log -f goes on with the next attempt, and loses nothing of the one before")
def _(t):
    daemon = t.daemon()
    go = t.dir / "go"
    script = f"if [ -e again ]; then seq 501 1000; else touch again; seq 1 400; while [ ! -e {go} ]; do sleep 0.05; done; seq 401 500; exit 1; fi"
    job = daemon.sh(script, retry={"max": 1})["job_id"]
    process, out, err = follow(t, daemon, job)
    until(lambda: out.read_text().endswith("\n400\n"), "the first lines")
    go.touch()
    expect(t.ended(process, 60), 0)
    expect(out.read_text(), "".join(f"{n}\n" for n in range(1, 1001)))
    expect_in("attempt 2", err.read_text())
    expect(vestim(t, daemon, "log", "--attempt", "1", job).expect(0).out, "".join(f"{n}\n" for n in range(1, 501)))
    expect(vestim(t, daemon, "log", "-n1", "--attempt", "2", job).expect(0).out, "1000\n")


# While the job waits for its retry, neither log can be read.
@test("log -f loses nothing when the retry waits for a while")
def _(t):
    daemon = t.daemon()
    go = t.dir / "go"
    script = f"if [ -e again ]; then echo second; else touch again; echo first; while [ ! -e {go} ]; do sleep 0.05; done; echo end of it; exit 1; fi"
    job = daemon.sh(script, retry={"max": 1, "delay_s": 1.5})["job_id"]
    process, out, _ = follow(t, daemon, job)
    until(lambda: out.read_text() == "first\n", "the first line")
    go.touch()
    until(lambda: daemon.job(job)["attempt"] == 2, "it waits")
    refused = vestim(t, daemon, "log", "--attempt", "1", job)
    if refused.code != 0:
        expect_in("once attempt 2 has begun", refused.err)
    expect(t.ended(process, 60), 0)
    expect(out.read_text(), "first\nend of it\nsecond\n")


@test("log -f of a job that waits begins with its start, and ends with an error when it is deleted")
def _(t):
    daemon = t.daemon("--max-running", "1")
    first = daemon.run("sleep", "600")["job_id"]
    job = daemon.run("echo", "late")["job_id"]
    process, out, _ = follow(t, daemon, job)
    daemon.until_status(first, "running")
    daemon.post(f"/jobs/{first}/stop").expect(202)
    expect(t.ended(process, 60), 0)
    expect(out.read_text(), "late\n")
    gone = daemon.run("sleep", "600")["job_id"]
    process, _, err = follow(t, daemon, gone)
    daemon.until_status(gone, "running")
    daemon.delete(f"/jobs/{gone}").expect(200)
    expect(t.ended(process, 60), 1)
    expect_in("There is no job", err.read_text())
