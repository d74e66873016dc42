# SPDX-License-Identifier: MIT
"""`vestim add --stdin`: what comes on standard input is the job's standard input."""

import os
import signal
import subprocess

from support import expect, expect_in, test, until
from support.shell import Shell


@test("the input of add is the input of the job, in each of its attempts")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    t.write("consume", "#!/bin/sh\nwhile read -r line; do echo \"got $line\"; done\n", 0o755)
    added = shell.sh("printf 'one\\ntwo\\n' | vestim add --stdin --print-id -- ./consume").expect(0)
    job = daemon.completed(added.out.strip())
    expect(daemon.log_of(job), "got one\ngot two\n")
    shell.run("retry", job["job_id"]).expect(0)
    shell.run("wait", job["job_id"]).expect(0)
    expect(daemon.log_of(job), "got one\ngot two\n")


@test("an empty input is empty, and a long one goes in pieces")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    expect(shell.sh("vestim add --stdin --wait -q -- wc -c </dev/null").expect(0).err, "")
    expect(daemon.log_of(daemon.ids()[0]), "0\n")
    for size in (1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024):
        shell.sh(f"head -c {size} /dev/zero | vestim add --stdin -w -- sh -c 'wc -c; cksum <$VESTIM_JOB_DIR/stdin'").expect(0)
        expect(daemon.log_of(daemon.ids()[0]).split()[:1], [str(size)])


@test("with --hold the job waits with its input")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.sh("echo x | vestim add --stdin --hold --print-id -- cat").expect(0).out.strip()
    expect(daemon.job(id)["status"], "created")
    shell.run("release", id).expect(0)
    daemon.completed(id)
    expect(daemon.log_of(id), "x\n")


@test("an input that is interrupted leaves no job")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    for number in (signal.SIGINT, signal.SIGTERM):
        read, write = os.pipe()
        adding = shell.start("add", "--stdin", "--", "cat", stdin=read)
        os.close(read)
        os.write(write, b"x" * 1000)
        until(lambda: daemon.ids("?status=created"), "the job is made")
        adding.send_signal(number)
        code, out, err = shell.end(adding)
        os.close(write)
        expect(code, -number, err)
        expect_in("The job was not added", err)
        expect(daemon.jobs(), [])


@test("the server may be killed while the input arrives")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    read, write = os.pipe()
    adding = shell.start("add", "--stdin", "--print-id", "--no-start", "--", "cksum", stdin=read)
    os.close(read)
    data = os.urandom(5 * 1024 * 1024 // 2)
    with os.fdopen(write, "wb") as pipe:
        pipe.write(data[:2_000_000])
        pipe.flush()
        until(lambda: any(daemon.home.glob("jobs/*/stdin.upload")), "a piece is stored")
        daemon.restart()
        pipe.write(data[2_000_000:])
    code, out, err = shell.end(adding, timeout=120)
    expect(code, 0, err)
    daemon.completed(out.strip())
    wanted = subprocess.run(["cksum"], input=data, capture_output=True, check=True).stdout.decode()
    expect(daemon.log_of(out.strip()), wanted)
