# SPDX-License-Identifier: MIT
"""`vestim list` and `vestim show`: what people see in a terminal, and what scripts get."""

import json
import os
import re
import signal
import subprocess

from support import expect, expect_in, test
from support.builds import program
from support.terminals import SEQUENCE, vestim, vestim_terminal, width_of


@test("list shows jobs newest first, and its filters combine")
def _(t):
    daemon = t.daemon()
    draft = daemon.draft(name="a draft")["job_id"]
    done = daemon.completed(daemon.run("true", name="US06 done"))["job_id"]
    failed = daemon.until_status(daemon.run("false", name="us06 bad"), "failed")["job_id"]

    def ids(*options):
        return vestim(t, daemon, "list", "--quiet", *options).expect(0).out.split()

    expect(ids(), [failed, done, draft])
    expect(ids("--status", "completed,failed"), [failed, done])
    expect(ids("-s", "created"), [draft])
    expect(ids("--kind", "command", "--search", "us06"), [failed, done])
    expect(ids("--search", "DRAFT"), [draft])
    expect(ids("--limit", "2"), [failed, done])
    expect(ids("-n1", "--status=created,completed"), [done])
    expect(ids("--all"), [failed, done, draft])
    expect(ids("--search", "nothing"), [])
    expect(ids("--executor", "local"), [failed, done, draft])
    expect(ids("--executor", "slurm"), [])
    expect(ids("-k", "command", "-g", "default"), [failed, done])
    expect(ids("-t", "none"), [])


@test("list shows the newest 50, and older jobs that run")
def _(t):
    daemon = t.daemon()
    running = daemon.run("sleep", "600")["job_id"]
    daemon.until_status(running, "running")
    old = daemon.draft(name="old")["job_id"]
    newer = [daemon.draft(name=str(n))["job_id"] for n in range(50)][::-1]
    expect(vestim(t, daemon, "list", "-q").expect(0).out.split(), newer + [running])
    expect(vestim(t, daemon, "list", "-q", "--all").expect(0).out.split(), newer + [old, running])
    expect(vestim(t, daemon, "list", "-q", "--status", "created").expect(0).out.split(), newer)
    terminal = vestim_terminal(t, daemon, "list")
    expect(terminal.end(), 0)
    expect_in("1 more job: --all shows it.", terminal.raw)


# More than a page of --all.
@test("list --all goes through all pages")
def _(t):
    daemon = t.daemon()
    made = [daemon.draft(name=str(n))["job_id"] for n in range(1003)]
    expect(vestim(t, daemon, "list", "-aq").expect(0).out.split(), made[::-1])
    expect(len(json.loads(vestim(t, daemon, "list", "--all", "--json").expect(0).out)), 1003)


@test("--json prints the objects as the server sent them: an array of a list, one object of one job")
def _(t):
    daemon = t.daemon()
    selections = '{"argv": [ "true" ],   "env": {"X": "\\u00e9"}}'
    body = ('{"name": "exact", "kind": "command", "hold": true, "selections": ' + selections + "}").encode()
    first = daemon.post("/jobs", body=body).expect(201).json()["job_id"]
    second = daemon.draft(name="second")["job_id"]
    text = daemon.get(f"/jobs/{first}").expect(200).text.strip()
    expect_in(selections, text)
    listed = vestim(t, daemon, "list", "--json").expect(0).out
    expect_in(text, listed)
    expect([job["job_id"] for job in json.loads(listed)], [second, first])
    expect(vestim(t, daemon, "show", "--json", first).expect(0).out, text + "\n")
    expect([job["job_id"] for job in json.loads(vestim(t, daemon, "show", "--json", first, second).expect(0).out)], [first, second])
    expect(vestim(t, daemon, "list", "--json", "--search", "nothing").expect(0).out, "[]\n")


@test("--format fills a template, and a misspelt name is a usage error")
def _(t):
    daemon = t.daemon()
    job = daemon.until_status(daemon.run("/bin/sh", "-c", "exit 3", name="a\tb\x1b[2J"), "failed")["job_id"]
    template = "{{{job_id}}} {status}\\t{details.exit_code}\\n{selections.argv.2}|{name}|{progress}|{details.metrics.nothing}"
    out = vestim(t, daemon, "list", "--format", template).expect(0).out
    expect(out, f"{{{job}}} failed\t3\nexit 3|a b\ufffd[2J||\n")
    expect(vestim(t, daemon, "show", job, "--format", "{status}").expect(0).out, "failed\n")
    for wrong, said in (("{nmae}", '"nmae"'), ("{details.exitcode}", '"details.exitcode"'), ("{job_id", "without its }"), ("\\x", "escape")):
        result = vestim(t, daemon, "list", "--format", wrong).expect(2)
        expect(result.out, "")
        expect_in(said, result.err)
    # It is told before anything is asked or done.
    expect_in('"nope"', vestim(t, daemon, "stop", job, "--format", "{nope}").expect(2).err)


@test("wrong options are usage errors that name what is right")
def _(t):
    daemon = t.daemon()
    for options, said in (
        (("--status", "runing"), "created queued running"),
        (("--kind", "job"), "command estimation evaluation"),
        (("--limit", "0"), "1 or more"),
        (("--limit", "x"), "1 or more"),
        (("--limit", "3", "--all"), "--all"),
        (("--tag", "a", "--tag", "b"), "--tag can be given once"),
        (("-s", "queued", "-s", "running"), "running,queued"),
        (("word",), "word"),
        (("--wide",), "--wide"),
    ):
        expect_in(said, vestim(t, daemon, "list", *options).expect(2).err)


# Names are foreign text: what they hold must not reach the terminal, whose lines must not wrap either.
@test("a table fits each width of a terminal, with wide characters, marks and control characters")
def _(t):
    daemon = t.daemon()
    for name in ("\u7535\u6c60" * 30, "e\u0301" * 90, "\x1b]0;title\x07\x1b[31mred\u202e", "plain"):
        daemon.create(name=name)
    for columns in (20, 40, 60, 80, 81, 132, 400):
        terminal = vestim_terminal(t, daemon, "list", columns=columns)
        expect(terminal.end(), 0)
        expect([line for line in terminal.lines if width_of(line) > columns], [], f"lines of more than {columns} cells")
        rest = SEQUENCE.sub("", terminal.raw)
        expect([c for c in rest if c < " " and c not in "\r\n"], [], "control characters")
        shown = r"^job_\d{8}-\d{6}-[0-9a-f]{6}\b" if columns >= 60 else r"^[0-9a-f]{6}\b"
        expect(len(re.findall(shown, rest, re.M)), 4, "whole IDs, or their numbers")
    expect_in("\u2026", vestim_terminal_text(t, daemon, columns=60))
    expect_in("\u7535\u6c60" * 30, vestim(t, daemon, "list").expect(0).out, "nothing is cut for a script")


def vestim_terminal_text(t, daemon, **more):
    terminal = vestim_terminal(t, daemon, "list", **more)
    expect(terminal.end(), 0)
    return terminal.raw


@test("colours are for terminals, and NO_COLOR, CLICOLOR_FORCE and TERM=dumb are obeyed")
def _(t):
    daemon = t.daemon()
    daemon.completed(daemon.run("true"))
    green = "\x1b[32mcompleted\x1b[0m"
    expect_in(green, vestim_terminal_text(t, daemon))
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}):
        expect("\x1b" in vestim_terminal_text(t, daemon, env=env), False, f"colours with {env}")
    expect("\x1b" in vestim(t, daemon, "list").expect(0).out, False, "colours in a pipe")
    expect_in(green, vestim(t, daemon, "list", env={"CLICOLOR_FORCE": "1"}).expect(0).out)
    expect("\x1b" in vestim(t, daemon, "list", env={"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}).expect(0).out, False)


@test("times are relative in a terminal, and RFC 3339 for scripts")
def _(t):
    daemon = t.daemon()
    job = daemon.draft(name="now")
    expect_in("just now", vestim_terminal_text(t, daemon))
    expect_in(job["created_at"], vestim(t, daemon, "list").expect(0).out)
    expect(vestim(t, daemon, "list", "--format", "{created_at}").expect(0).out.strip(), job["created_at"])


@test("show tells all about a job")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo 'a b' >&2; exit 4", name="all of it", cwd="/tmp", env={"SEED": "1"}, timeout_s=7200, priority=3)["job_id"]
    daemon.until_status(job, "failed")
    page = vestim(t, daemon, "show", job).expect(0).out
    for part in (job, "all of it", "failed: exit code 4", "/bin/sh -c 'echo '\\''a b'\\'' >&2; exit 4'", "/tmp", "1 variable ", "2 h",
                 "Priority       3", "just now", "CPU time", "Peak memory", str(daemon.folder(job)), "Attempt        1"):
        expect_in(part, page)
    held = daemon.draft(name="a draft", selections={"model": "GRU", "layers": [18, 18]})["job_id"]
    page = vestim(t, daemon, "show", held).expect(0).out
    for part in ("created: draft", "model GRU", "layers [18, 18]"):
        expect_in(part, page)


@test("show tells what the queue makes of a job, and how earlier attempts ended")
def _(t):
    daemon = t.daemon()
    first = daemon.until_status(daemon.sh("exit 1", name="first"), "failed")["job_id"]
    job = daemon.run("true", name="placed", hold=True, resources={"cpus": 2, "memory_mb": 1536}, group="night", tags=["a", "b c"],
                     note="a note", pinned=True, unique="once", retry={"max": 3, "delay_s": 90, "backoff": 2, "never_exit_codes": [2, 3]},
                     depends_on=[{"job_id": first, "when": "over"}], start_after="2036-01-01T00:00:00Z")["job_id"]
    page = vestim(t, daemon, "show", job).expect(0).out
    for part in ("held: waits for its release", "2 CPUs, 1.5G of memory", "night", "a, b c", "a note", "Pinned", "once", "at most 3 times", "after 90 s",
                 "2 times longer", "[2, 3]", f"{first} is over", "Not before     2036-01-01"):
        expect_in(part, page)
    daemon.post(f"/jobs/{first}/retry").expect(200)
    daemon.until_status(first, "failed")
    page = vestim(t, daemon, "show", first).expect(0).out
    expect_in("EARLIER ATTEMPT  STATUS", page)
    expect(len(re.findall(r"^1 +failed +.*exit code 1$", page, re.M)), 1)
    table = vestim(t, daemon, "list", "--tag", "b c").expect(0).out
    for part in ("TAGS", "a, b c", "GROUP", "night"):
        expect_in(part, table)
    expect(vestim(t, daemon, "list", "-q", "--group", "night").expect(0).out.strip(), job)


@test("show takes a unique beginning of an ID, and names each job that it cannot find")
def _(t):
    daemon = t.daemon()
    job = daemon.draft(name="only")["job_id"]
    for word in (job, job[:-2], job[4:-1], "last", "j", "job_"):
        expect_in("only", vestim(t, daemon, "show", word).expect(0).out)
    other = daemon.draft(name="other")["job_id"]
    result = vestim(t, daemon, "show", job, "job_2099", other).expect(1)
    expect_in("only", result.out)
    expect_in("other", result.out)
    expect_in("job_2099", result.err)
    expect_in("Several jobs", vestim(t, daemon, "show", job[:10]).expect(1).err)


@test("a closed pipe is no failure to speak of, and a full disk is one with a sentence")
def _(t):
    daemon = t.daemon()
    for n in range(40):
        daemon.draft(name=str(n))
    env = t.environment(VESTIM_HOME=str(daemon.home))
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run([program("vestim"), "list"], env=env, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    expect((ended.returncode, ended.stderr), (-signal.SIGPIPE, b""))
    with open("/dev/full", "w") as full:
        for command in (("list",), ("list", "--json"), ("show", "last")):
            ended = subprocess.run([program("vestim"), *command], env=env, stdout=full, stderr=subprocess.PIPE, text=True)
            expect(ended.returncode, 1, command)
            expect_in("No space left on device: make room", ended.stderr)
