# SPDX-License-Identifier: MIT
"""`vestim watch`: progress in place on a terminal, a line for each change elsewhere, over the death of the daemon."""

import json
import re
import subprocess

from support import expect, expect_in, test, until
from support.builds import program
from support.terminals import vestim, vestim_terminal, width_of

# It reports when the file of the step is there.
STEPS = """
n=0
for step in 1 2 3; do
  while [ ! -e {0}/$step ]; do sleep 0.02; done
  echo "{{\\"progress\\": 0.$step, \\"message\\": \\"step $step\\"}}" >&3
  printf 'line %s\\n' $step
done
exit 3
"""


def steps(t, daemon):
    folder = t.dir / "steps"
    folder.mkdir()
    job = daemon.sh(STEPS.format(folder), name="steps \x1b[31m")["job_id"]
    daemon.until_status(job, "running")
    return job, lambda step: (folder / str(step)).touch()


def watch(t, daemon, *arguments):
    out = t.dir / "watched"
    env = t.environment(VESTIM_HOME=str(daemon.home))
    with open(out, "wb") as stdout:
        return t.process(program("vestim"), "watch", *arguments, env=env, stdout=stdout, stderr=subprocess.PIPE), out


@test("watch writes a line for each change, and ends when the job is over")
def _(t):
    daemon = t.daemon()
    job, reach = steps(t, daemon)
    process, out = watch(t, daemon, job)
    for step in (1, 2, 3):
        reach(step)
        if step < 3:
            until(lambda: f"step {step}" in out.read_text(), f"step {step} is told")
    expect(t.ended(process, 30), 0)
    lines = out.read_text().splitlines()
    expect([line for line in lines if not line.startswith(job + " ")], [])
    expect_in(f"{job} running, 10 %, step 1: steps \ufffd[31m", lines)
    expect_in(f"{job} running, 20 %, step 2: steps \ufffd[31m", lines)
    expect(lines[-1], f"{job} failed, exit code 3: steps \ufffd[31m")
    expect(vestim(t, daemon, "watch", job).expect(0).out, lines[-1] + "\n", "of a job that is over")


@test("watch on a terminal shows a bar and the last line of the log in place")
def _(t):
    daemon = t.daemon()
    job, reach = steps(t, daemon)
    terminal = vestim_terminal(t, daemon, "watch", job, columns=100)
    for step in (1, 2):
        reach(step)
        terminal.until_shown(f"step {step}")
        terminal.until_shown(f"line {step}")
    reach(3)
    expect(terminal.end(), 0)
    expect_in("[==>", terminal.raw)
    expect_in("\x1b[2A", terminal.raw, "it goes up two lines")
    expect("\x1b[31m:" in terminal.raw, False, "the name's own control characters")
    expect([line for line in terminal.lines if width_of(line) > 100], [])
    expect_in("failed, exit code 3", terminal.raw)


# Without room for two lines a job there is one; without room for that, the others are counted.
@test("watch fits small terminals")
def _(t):
    daemon = t.daemon("--max-running", "8")
    jobs = [daemon.sh("echo hello; sleep 600", name="\u7535\u6c60" * 20)["job_id"] for _ in range(6)]
    for job in jobs:
        daemon.until_status(job, "running")
    for columns, rows, more in ((30, 24, False), (80, 8, False), (80, 4, True), (10, 3, True)):
        terminal = vestim_terminal(t, daemon, "watch", columns=columns, rows=rows)
        terminal.until_shown("\x1b[J")
        terminal.close()
        expect([line for line in terminal.lines if width_of(line) > columns], [], f"{columns} x {rows}")
        expect("more j" in terminal.raw, more, f"{columns} x {rows}")


@test("watch without a job watches all that run now, and none is no failure")
def _(t):
    daemon = t.daemon("--max-running", "8")
    ended = vestim(t, daemon, "watch").expect(0)
    expect_in("No job runs", ended.err)
    go = t.dir / "go"
    jobs = [daemon.sh(f"while [ ! -e {go} ]; do sleep 0.02; done")["job_id"] for _ in range(3)]
    for job in jobs:
        daemon.until_status(job, "running")
    process, out = watch(t, daemon)
    until(lambda: all(f"{job} running" in out.read_text() for job in jobs), "all are told")
    go.touch()
    expect(t.ended(process, 30), 0)
    for job in jobs:
        expect_in(f"{job} completed", out.read_text())


@test("watch --json and --format write a line for each change, and --quiet none")
def _(t):
    daemon = t.daemon()
    job = daemon.post("/jobs", body=b'{"kind": "command", "selections": {"argv": ["false"],\n\n "env": {"A": "b"}}}').expect(201).json()["job_id"]
    daemon.until_status(job, "failed")
    expect(json.loads(vestim(t, daemon, "watch", "--json", job).expect(0).out)["job_id"], job)
    expect(vestim(t, daemon, "watch", "--json", job).expect(0).out.count("\n"), 1)
    expect(vestim(t, daemon, "watch", "--format", "{status} {details.exit_code}", job).expect(0).out, "failed 1\n")
    expect(vestim(t, daemon, "watch", "--quiet", job).expect(0).out, "")
    expect(vestim(t, daemon, "watch", "job_2099").expect(1).out, "")


@test("watch goes on over a killed daemon, and over the deletion of one of its jobs")
def _(t):
    daemon = t.daemon("--max-running", "4")
    other = daemon.run("sleep", "600")["job_id"]
    daemon.until_status(other, "running")
    job, reach = steps(t, daemon)
    process, out = watch(t, daemon, "--no-start", job, other)
    reach(1)
    until(lambda: "step 1" in out.read_text(), "the first step")
    daemon.restart()
    reach(2)
    until(lambda: "step 2" in out.read_text(), "the second step")
    daemon.delete(f"/jobs/{other}").expect(200)
    reach(3)
    expect(t.ended(process, 60), 0)
    expect_in(f"{job} failed, exit code 3", out.read_text())
    expect_in(f"{other} was deleted", process.stderr.read().decode())
    expect(len(re.findall("step 1", out.read_text())), 1, "what was told is not told again")


@test("wait shows progress in a terminal, on standard error, and takes it away at the end")
def _(t):
    daemon = t.daemon()
    job, reach = steps(t, daemon)
    terminal = vestim_terminal(t, daemon, "wait", job, columns=100)
    for step in (1, 2):
        reach(step)
        terminal.until_shown(f"step {step}")
    reach(3)
    expect(terminal.end(), 3)
    expect_in("[==>", terminal.raw)
    expect_in("\r\x1b[K" + job, terminal.raw, "the line makes way for the report")
    for options in (("--quiet",), ("--json",)):
        again = vestim_terminal(t, daemon, "wait", job, *options)
        expect(again.end(), 3)
        expect("\x1b[K" in again.raw, False, options)
