# SPDX-License-Identifier: MIT
"""A daemon that is killed at exact points of a start neither loses the job nor runs it twice."""

from support import expect, processes, test, until
from support.builds import program
from support.waiting import begun, release

# How the tests stop the daemon at one exact point: its vestim-run is a script of ours.
WRAPPER = """#!/bin/sh
# Once: kill the daemon {when} the real shim is started.
if mkdir '{dir}/once' 2>/dev/null; then
  kill -9 "$(cat '{home}/server.pid')"
  {then}
fi
exec '{real}' "$@"
"""


def daemon_killed_at(t, when, then):
    text = WRAPPER.format(when=when, then=then, dir=t.dir, home=t.home, real=program("vestim-run"))
    return t.daemon(env=t.helpers(run=text))


def posted_into_death(t, daemon):
    """A job that counts its executions, and whose start kills the daemon."""
    job = daemon.sh(f"echo run >> '{t.dir}/runs.txt'; echo begun; until [ -e go ]; do sleep 0.05; done; exit 6")
    daemon.wait()
    return job


def expect_one_run(t, daemon, job):
    begun(daemon, job)
    now = daemon.until_status(job, "running")
    expect(now["attempt"], 1)
    release(daemon, job)
    expect(daemon.until_status(job, "failed")["details"]["exit_code"], 6)
    expect((t.dir / "runs.txt").read_text(), "run\n")


def late_shims(t):
    shim = str(t.dir / "libexec" / "vestim-run")
    return [pid for pid in processes.all_pids() if shim in processes.command_line(pid)]


@test("a daemon killed between committing an attempt and starting it loses nothing")
def _(t):
    daemon = daemon_killed_at(t, "before", "exit 1")
    job = posted_into_death(t, daemon)
    daemon.start()
    expect_one_run(t, daemon, job)


@test("a daemon killed between starting an attempt and knowing its PID runs it once")
def _(t):
    daemon = daemon_killed_at(t, "before", ":")
    job = posted_into_death(t, daemon)
    begun(daemon, job)
    daemon.start()
    expect_one_run(t, daemon, job)


@test("the next daemon waits for a shim that starts late, and the job runs once")
def _(t):
    late = f"until [ -e '{t.dir}/release' ]; do sleep 0.02; done"
    daemon = daemon_killed_at(t, "before", late)
    job = posted_into_death(t, daemon)
    daemon.start()
    expect(daemon.job(job)["status"], "queued")
    expect((t.dir / "runs.txt").exists(), False)
    (t.dir / "release").touch()
    expect_one_run(t, daemon, job)
    expect(late_shims(t), [])


@test("a shim that cannot be started fails the job with a reason, and the daemon goes on")
def _(t):
    nothing = "#!/no/such/interpreter\n"
    daemon = t.daemon(env=t.helpers(run=nothing, estimate=nothing))
    over = daemon.until_over(daemon.run("true"))
    expect(over["status"] in ("failed", "interrupted"), True, over["status"])
    expect(bool(over["details"]["reason"]), True, "a reason is given")
    daemon.get("/server/status").expect(200)
