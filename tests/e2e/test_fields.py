# SPDX-License-Identifier: MIT
"""The fields of a job for the queue: how they are given, kept and changed."""

from support import expect, expect_in, test
from support.waiting import WAITING, begun, release

GIVEN = {
    "resources": {"cpus": 1, "memory_mb": 1, "gpus": 0},
    "group": "nightly",
    "start_after": "2020-01-01T00:00:00.000Z",
    "retry": {"max": 2, "delay_s": 0.5, "backoff": 1.5, "on": ["failed", "lost"], "never_exit_codes": [2, 3]},
    "tags": ["a", "käse"],
    "note": "first line\nsecond line",
    "pinned": True,
    "unique": "nightly report",
    "executor": "local",
}
DEFAULTS = {
    "resources": {"cpus": 1, "memory_mb": 0, "gpus": 0}, "group": "default", "depends_on": [], "start_after": None,
    "retry": None, "tags": [], "note": "", "pinned": False, "unique": None, "executor": "local", "paused": False,
    "waiting": None,
}  # fmt: skip


def fields_of(job, names):
    return {name: job[name] for name in names}


@test("a job has the fields that it was given, also after a kill of the daemon, and defaults for the others")
def _(t):
    daemon = t.daemon()
    first = daemon.run("true", hold=True)
    given = {**GIVEN, "depends_on": [{"job_id": first["job_id"], "when": "over"}]}
    job = daemon.run("true", hold=True, **given)
    expect(fields_of(first, DEFAULTS), DEFAULTS)
    expect(fields_of(job, given), given)
    daemon.restart()
    expect(daemon.job(first), first)
    expect(daemon.job(job), job)


@test("times of any zone and plain IDs of dependencies are taken, and shown in one form")
def _(t):
    daemon = t.daemon()
    first = daemon.run("true", hold=True)
    job = daemon.run("true", hold=True, start_after="2020-01-01 01:30:00+01:30", depends_on=[first["job_id"]], tags=["x", "x"])
    expect(job["start_after"], "2020-01-01T00:00:00.000Z")
    expect(job["depends_on"], [{"job_id": first["job_id"], "when": "completed"}])
    expect(job["tags"], ["x"])


@test("every fault of the fields is named, and nothing is created")
def _(t):
    daemon = t.daemon()
    body = {
        "selections": {}, "resources": {"cpus": 0, "disk": 1}, "group": "a/b", "depends_on": ["nightly"], "note": "x" * 4097,
        "start_after": "2026-12-24T18:00:00", "retry": {"delay_s": 1}, "tags": [""], "unique": "", "executor": "slurm",
    }  # fmt: skip
    answer = daemon.post("/jobs", body).expect_problem(422)
    faults = {error["field"]: error["message"] for error in answer["errors"]}
    wanted = ["resources.cpus", "resources.disk", "group", "depends_on[0]", "start_after", "retry.max", "tags[0]", "note",
              "unique", "executor"]  # fmt: skip
    expect(sorted(faults), sorted(wanted))
    expect_in("with its zone", faults["start_after"])
    expect(daemon.jobs(), [])


@test("name, tags, note and pinned change always; the fields of the queue until the job runs")
def _(t):
    daemon = t.daemon("--max-running", "1")
    running = daemon.sh(WAITING)
    begun(daemon, running)
    queued = daemon.run("true")
    held = daemon.run("true", hold=True)
    always = {"name": "new", "tags": ["b"], "note": "new", "pinned": True}
    for job in (running, queued, held):
        changed = daemon.patch(f"/jobs/{job['job_id']}", always).expect(200).json()
        expect(fields_of(changed, always), always)
    for job in (queued, held):
        changed = daemon.patch(f"/jobs/{job['job_id']}", {**GIVEN, "unique": job["job_id"]}).expect(200).json()
        expect(fields_of(changed, GIVEN), {**GIVEN, "unique": job["job_id"]})
    for name, value in GIVEN.items():
        if name not in always and name != "executor":
            daemon.patch(f"/jobs/{running['job_id']}", {name: value, "note": "no"}).expect_problem(409)
    expect(daemon.job(running)["note"], "new")
    release(daemon, running)
    daemon.completed(running)
    daemon.patch(f"/jobs/{running['job_id']}", {"tags": [], "pinned": False}).expect(200)


@test("a queued job runs with the selections that it was given last")
def _(t):
    daemon = t.daemon("--max-running", "1")
    running = daemon.sh(WAITING)
    begun(daemon, running)
    job = daemon.run("echo", "first")
    path = f"/jobs/{job['job_id']}"
    daemon.patch(path, {"selections": {"argv": []}}).expect_fields("selections.argv")
    daemon.patch(path, {"selections": {"argv": ["echo", "second"]}}).expect(200)
    daemon.restart()
    release(daemon, running)
    daemon.completed(job)
    expect(daemon.log_of(job), "second\n")


@test("the selections of a queued estimation are checked as those of a new one")
def _(t):
    daemon = t.daemon("--max-running", "1")
    running = daemon.sh(WAITING)
    begun(daemon, running)
    row = "Time,SOC,Current,Temp,Voltage\n" + "".join(f"{n},0.5,1,25,3.7\n" for n in range(300))
    for folder in ("train", "val", "test"):
        (t.dir / "cycles" / folder).mkdir(parents=True)
        t.write(f"cycles/{folder}/a.csv", row)
    given = {"folder_path": str(t.dir / "cycles"), "max_epochs": 1}
    job = daemon.create(kind="estimation", selections=given)
    path = f"/jobs/{job['job_id']}"
    expect(job["status"], "queued")
    daemon.patch(path, {"selections": {"folder_path": str(t.dir / "missing")}}).expect_fields("selections.folder_path")
    daemon.patch(path, {"selections": {**given, "lookback": 0}}).expect_fields("selections.lookback")
    changed = daemon.patch(path, {"selections": {**given, "lookback": 10}}).expect(200).json()
    expect((changed["selections"]["lookback"], changed["status"]), (10, "queued"))
    release(daemon, running)


@test("details.attempts says how each earlier attempt ended")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("exit 3")
    daemon.until_status(job, "failed")
    first = daemon.job(job)
    expect(first["details"]["attempts"], [])
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    daemon.until_status(job, "failed")
    daemon.restart()
    attempts = daemon.job(job)["details"]["attempts"]
    names = ("exit_code", "signal", "reason", "cpu_s", "max_rss_kb", "wall_s")
    wanted = {**fields_of(first["details"], names), **fields_of(first, ("attempt", "status", "started_at", "finished_at"))}
    expect(attempts, [wanted])
