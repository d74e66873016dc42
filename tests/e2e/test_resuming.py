# SPDX-License-Identifier: MIT
"""Jobs that resume by themselves at the next start, and how often."""

import json
import math
import shutil

from support import expect, test, until
from support.waiting import WAITING, begun, release

RESUMING = "echo attempt >> attempts.txt; "


def starts_of(daemon, job):
    path = daemon.folder(job) / "attempts.txt"
    return path.read_text().count("attempt") if path.exists() else 0


@test("a command with restart resumes by itself after a graceful stop, in the same folder")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(RESUMING + WAITING + "exit 0", restart=True)
    begun(daemon, job)
    daemon.stop()
    daemon.start()
    until(lambda: starts_of(daemon, job) == 2, "it runs again")
    expect(daemon.job(job)["attempt"], 2)
    release(daemon, job)
    daemon.completed(job)


@test("a resumed job takes its place before younger jobs that wait")
def _(t):
    daemon = t.daemon("--max-running", "1")
    job = daemon.sh(RESUMING + WAITING + "exit 0", restart=True)
    younger = daemon.sh("echo begun")
    begun(daemon, job)
    daemon.stop()
    daemon.start()
    until(lambda: starts_of(daemon, job) == 2, "it runs again")
    expect(daemon.job(younger)["status"], "queued")
    release(daemon, job)
    daemon.completed(job)
    daemon.completed(younger)


@test("an interrupted command without restart stays interrupted")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo begun; sleep 600")
    begun(daemon, job)
    for _ in range(2):
        daemon.stop()
        daemon.start()
        expect((daemon.job(job)["status"], daemon.job(job)["attempt"]), ("interrupted", 1))


# A job that crashes the machine each time must not do so for ever.
@test("a job is resumed at most three times without new progress")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(RESUMING + "echo begun; sleep 600", restart=True)
    for attempt in range(1, 5):
        until(lambda: starts_of(daemon, job) == attempt, f"attempt {attempt}")
        daemon.until_status(job, "running")
        daemon.stop()
        daemon.start()
    expect((daemon.job(job)["status"], daemon.job(job)["attempt"]), ("interrupted", 4))
    expect(starts_of(daemon, job), 4)
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    until(lambda: starts_of(daemon, job) == 5, "a retry by hand still works")


@test("new progress gives a resumed job three more tries")
def _(t):
    daemon = t.daemon()
    script = RESUMING + 'n=$(wc -l < attempts.txt); echo "{\\"progress\\": 0.$n}" >&3; echo begun; sleep 600'
    job = daemon.sh(script, restart=True)
    for attempt in range(1, 7):
        until(lambda: daemon.job(job)["progress"] == attempt / 10, f"attempt {attempt} reports")
        daemon.stop()
        daemon.start()
    until(lambda: starts_of(daemon, job) == 7, "the seventh attempt runs")


@test("a job that a client stopped is not resumed")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(RESUMING + "echo begun; sleep 600", restart=True)
    begun(daemon, job)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")
    daemon.stop()
    daemon.start()
    expect(daemon.job(job)["status"], "stopped")


def given(daemon, job):
    return json.loads((daemon.folder(job) / "job.json").read_text())


# A fresh retry must stay fresh even when the daemon dies before the job gets a slot.
@test("a retry with fresh says so in job.json, also after a restart, and the next retry does not")
def _(t):
    daemon = t.daemon("--max-running", "1")
    job = daemon.completed(daemon.sh("echo '{\"progress\": 1}' >&3"))
    expect(given(daemon, job)["fresh"], False)
    blocker = daemon.sh(WAITING)
    begun(daemon, blocker)
    daemon.post(f"/jobs/{job['job_id']}/retry?fresh=true").expect(200)
    daemon.restart()
    release(daemon, blocker)
    daemon.completed(job)
    expect((given(daemon, job)["attempt"], given(daemon, job)["fresh"]), (2, True))
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    daemon.completed(job)
    expect((given(daemon, job)["attempt"], given(daemon, job)["fresh"]), (3, False))


# The tests of estimations cover resuming from a checkpoint.
@test("an interrupted estimation without a checkpoint stays interrupted")
def _(t):
    files = {}
    for shift, name in enumerate(("train", "validation", "test")):  # Equal ones would be refused as a leak.
        rows = [f"{1 - n / 2000:.5f},{math.sin(n / 7 + shift):.4f},25,{4 - n / 2000:.5f}\n" for n in range(1200)]
        files[f"{name}_files"] = [str(t.write(f"{name}.csv", "SOC,Current,Temp,Voltage\n" + "".join(rows)))]
    daemon = t.daemon()
    settings = {"layers": [256], "lookback": 200, "max_epochs": 1000}
    job = daemon.create(kind="estimation", selections={**files, **settings})
    daemon.until_status(job, "running")
    daemon.stop()
    shutil.rmtree(daemon.folder(job) / "tasks", ignore_errors=True)  # it may not have come so far
    daemon.start()
    daemon.completed(daemon.run("true"))
    expect((daemon.job(job)["status"], daemon.job(job)["attempt"]), ("interrupted", 1))
