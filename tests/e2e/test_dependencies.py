# SPDX-License-Identifier: MIT
"""Jobs that wait for other jobs."""

from support import expect, expect_in, test, until
from support.waiting import WAITING, begun, release


def after(job, when="completed"):
    return [{"job_id": job["job_id"], "when": when}]


def blocked(daemon, job):
    """Waits until the job is stopped because of a dependency, and returns it."""
    return daemon.until_status(job, "stopped")


@test("a job starts after its dependency is completed, also when the daemon is killed in between")
def _(t):
    daemon = t.daemon("--max-running", "4")
    first = daemon.sh(WAITING)
    begun(daemon, first)
    second = daemon.sh("true", depends_on=[first["job_id"]])
    expect(second["waiting"]["for"], "dependency")
    expect_in(first["job_id"], second["waiting"]["detail"])
    daemon.completed(daemon.sh("true"))
    daemon.restart()
    daemon.completed(daemon.sh("true"))
    expect((daemon.job(second)["status"], daemon.waits_for(second)), ("queued", "dependency"))
    release(daemon, first)
    ended = daemon.completed(second)
    expect(ended["waiting"], None)
    expect(ended["started_at"] >= daemon.job(first)["finished_at"], True, "it started after the end of the other")


@test("a failed dependency stops the jobs that need it, and those that need these; a retry lets them go on")
def _(t):
    daemon = t.daemon("--max-running", "1")
    first = daemon.sh(WAITING + "test -e good")
    begun(daemon, first)
    second = daemon.sh("true", depends_on=[first["job_id"]])
    third = daemon.sh("true", depends_on=[second["job_id"]])
    other = daemon.sh("true", depends_on=after(first, "over"))
    release(daemon, first)
    daemon.until_status(first, "failed")
    stopped = blocked(daemon, second)
    expect(stopped["details"]["reason"], f"job {first['job_id']} failed")
    expect(stopped["finished_at"] is None, False)
    expect(blocked(daemon, third)["details"]["reason"], f"job {second['job_id']} was stopped")
    daemon.completed(other)
    daemon.restart()
    expect([daemon.job(job)["status"] for job in (second, third)], ["stopped", "stopped"])
    (daemon.folder(first) / "good").touch()
    daemon.post(f"/jobs/{first['job_id']}/retry").expect(200)
    for job in (second, third):
        done = until(lambda: (lambda now: now if now["status"] == "completed" else None)(daemon.job(job)), "it goes on")
        expect((done["attempt"], done["details"]["reason"], done["details"]["attempts"]), (1, None, []))


@test("a job that names a job which has failed already is stopped at once, and a stop counts as well")
def _(t):
    daemon = t.daemon()
    failed = daemon.sh("exit 1")
    daemon.until_status(failed, "failed")
    expect(blocked(daemon, daemon.sh("true", depends_on=after(failed)))["details"]["reason"], f"job {failed['job_id']} failed")
    daemon.completed(daemon.sh("true", depends_on=after(failed, "over")))
    held = daemon.run("true", hold=True)
    waiting = daemon.sh("true", depends_on=[held["job_id"]])
    until(lambda: daemon.waits_for(waiting) == "dependency", "it waits for the held job")
    daemon.post(f"/jobs/{waiting['job_id']}/stop").expect(202)
    daemon.post(f"/jobs/{held['job_id']}/start").expect(200)
    daemon.completed(held)
    expect(daemon.job(waiting)["status"], "stopped", "a job that a client stopped")


@test("only existing jobs can be named, and no job can wait for itself")
def _(t):
    daemon = t.daemon()
    jobs = [daemon.run("true", hold=True) for _ in range(3)]
    ids = [job["job_id"] for job in jobs]
    gone = daemon.run("true", hold=True)["job_id"]
    daemon.delete(f"/jobs/{gone}").expect(200)
    body = {"selections": {}, "depends_on": [ids[0], gone, "job_20200101-000000-ffffff"]}
    daemon.post("/jobs", body).expect_fields("depends_on[1]", "depends_on[2]")
    daemon.patch(f"/jobs/{ids[0]}", {"depends_on": [ids[0]]}).expect_fields("depends_on")
    daemon.patch(f"/jobs/{ids[0]}", {"depends_on": [ids[1]]}).expect(200)
    daemon.patch(f"/jobs/{ids[1]}", {"depends_on": [ids[2]]}).expect(200)
    for _ in range(2):
        daemon.patch(f"/jobs/{ids[2]}", {"depends_on": [ids[0]], "name": "new"}).expect_fields("depends_on")
        expect((daemon.job(ids[2])["depends_on"], daemon.job(ids[2])["name"]), ([], "a job"))
        daemon.restart()
    daemon.patch(f"/jobs/{ids[1]}", {"depends_on": []}).expect(200)
    daemon.patch(f"/jobs/{ids[2]}", {"depends_on": [ids[0]]}).expect(200)


@test("the dependencies of a job that waits, and of one that was stopped for them, can be changed")
def _(t):
    daemon = t.daemon()
    held = daemon.run("true", hold=True)
    failed = daemon.sh("exit 1")
    job = daemon.sh("true", depends_on=[held["job_id"]])
    daemon.patch(f"/jobs/{job['job_id']}", {"depends_on": [failed["job_id"]]}).expect(200)
    blocked(daemon, job)
    daemon.patch(f"/jobs/{job['job_id']}", {"depends_on": [held["job_id"]]}).expect(200)
    until(lambda: daemon.waits_for(job) == "dependency", "it is queued again")
    daemon.patch(f"/jobs/{job['job_id']}", {"depends_on": []}).expect(200)
    daemon.completed(job)
    daemon.patch(f"/jobs/{job['job_id']}", {"depends_on": [held["job_id"]]}).expect_problem(409)


@test("a deleted dependency is met if it was completed, and remembered over a kill; otherwise it stops the job")
def _(t):
    daemon = t.daemon("--max-running", "1")
    first = daemon.completed(daemon.sh("true"))
    blocker = daemon.sh(WAITING)
    begun(daemon, blocker)
    held = daemon.sh("true", depends_on=after(first), hold=True)
    queued = daemon.sh("true", depends_on=after(first))
    daemon.delete(f"/jobs/{first['job_id']}").expect(200)
    daemon.restart()
    kept = daemon.patch(f"/jobs/{queued['job_id']}", {"depends_on": [*after(first), *after(blocker, "over")]})
    expect(len(kept.expect(200).json()["depends_on"]), 2)
    broken = daemon.sh("true", depends_on=after(blocker))
    over = daemon.sh("true", depends_on=after(blocker, "over"))
    daemon.delete(f"/jobs/{blocker['job_id']}").expect(200)
    expect(blocked(daemon, broken)["details"]["reason"], f"job {blocker['job_id']} was deleted")
    daemon.completed(over)
    daemon.completed(queued)
    expect(daemon.database("SELECT count(*) FROM settings WHERE key LIKE 'completed:%'"), "1\n")
    daemon.post(f"/jobs/{held['job_id']}/start").expect(200)
    daemon.completed(held)
    until(lambda: daemon.database("SELECT count(*) FROM settings WHERE key LIKE 'completed:%'") == "0\n", "it is forgotten")
    daemon.post(f"/jobs/{held['job_id']}/retry").expect(200)
    daemon.completed(held)


@test("a retried job waits again for a dependency that runs again")
def _(t):
    daemon = t.daemon("--max-running", "4")
    first = daemon.sh("while [ -e again ] && [ ! -e go ]; do sleep 0.05; done")
    daemon.completed(first)
    second = daemon.completed(daemon.sh("true", depends_on=[first["job_id"]]))
    (daemon.folder(first) / "again").touch()
    daemon.post(f"/jobs/{first['job_id']}/retry").expect(200)
    daemon.until_status(first, "running")
    daemon.post(f"/jobs/{second['job_id']}/retry").expect(200)
    until(lambda: daemon.waits_for(second) == "dependency", "it waits")
    release(daemon, first)
    expect(daemon.completed(second)["attempt"], 2)


@test("dependants of jobs that a stop of the daemon interrupts wait until it is known which of these go on")
def _(t):
    daemon = t.daemon("--max-running", "2")
    goes_on = daemon.sh(WAITING, restart=True)
    lost = daemon.sh(WAITING)
    begun(daemon, goes_on, lost)
    first = daemon.sh("true", depends_on=[goes_on["job_id"]])
    second = daemon.sh("true", depends_on=[lost["job_id"]])
    daemon.stop()
    expect(daemon.database("SELECT count(*) FROM jobs WHERE state = 'queued'"), "2\n", "no job was stopped for that")
    daemon.start()
    release(daemon, goes_on)
    daemon.completed(first)
    expect(blocked(daemon, second)["details"]["reason"], f"job {lost['job_id']} was interrupted")


@test("a failure at the head of a chain of 200 jobs, and of a star, ends all of them")
def _(t):
    daemon = t.daemon("--max-running", "1")
    head = daemon.sh(WAITING + "test -e good")
    begun(daemon, head)
    last = head
    for _ in range(200):
        last = daemon.sh("true", depends_on=[last["job_id"]])
        daemon.sh("true", depends_on=[head["job_id"]])
    release(daemon, head)
    until(lambda: daemon.get("/server/status").json()["jobs"]["stopped"] == 400, "all are stopped", timeout=120)
    expect_in("was stopped", daemon.job(last)["details"]["reason"])
    (daemon.folder(head) / "go").unlink()  # else it fails again before all are seen
    daemon.post(f"/jobs/{head['job_id']}/retry").expect(200)
    until(lambda: daemon.get("/server/status").json()["jobs"]["stopped"] == 0, "all are queued", timeout=120)
    daemon.post("/jobs/stop").expect(202)
