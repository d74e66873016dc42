# SPDX-License-Identifier: MIT
"""Groups of jobs with limits and pauses of their own, and the pause of the whole queue."""

from support import expect, test, until
from support.waiting import WAITING, begun, release


def group_of(daemon, name):
    groups = {group["name"]: group for group in daemon.get("/groups").expect(200).json()}
    return groups.get(name)


def change(daemon, name, **settings):
    return daemon.patch(f"/groups/{name}", settings).expect(200).json()


@test("a group runs as many jobs as it may, and others pass")
def _(t):
    daemon = t.daemon("--max-running", "9")
    expect(change(daemon, "one", max_running=1), {"name": "one", "max_running": 1, "paused": False, "queued": 0, "running": 0})
    first, second = (daemon.sh(WAITING, group="one") for _ in range(2))
    begun(daemon, first)
    daemon.completed(daemon.run("true"))
    expect(daemon.waits_for(second), "group")
    expect(group_of(daemon, "one"), {"name": "one", "max_running": 1, "paused": False, "queued": 1, "running": 1})
    daemon.restart()
    until(lambda: group_of(daemon, "one")["running"] == 1, "the job goes on")
    expect(daemon.waits_for(second), "group")
    expect(change(daemon, "one", max_running=None)["max_running"], None)
    begun(daemon, second)
    for job in (first, second):
        release(daemon, job)
        daemon.completed(job)


@test("a paused group starts no job until it is resumed, also after the daemon was killed")
def _(t):
    daemon = t.daemon("--max-running", "9")
    running = daemon.sh(WAITING, group="g")
    begun(daemon, running)
    change(daemon, "g", paused=True)
    waiting = daemon.run("true", group="g")
    expect(daemon.waits_for(waiting), "paused")
    daemon.restart()
    release(daemon, running)
    daemon.completed(running)
    expect((daemon.waits_for(waiting), group_of(daemon, "g")["paused"]), ("paused", True))
    change(daemon, "g", paused=False)
    daemon.completed(waiting)


@test("a paused queue starts no job until it is resumed, also after the daemon was killed")
def _(t):
    daemon = t.daemon("--max-running", "9")
    running = daemon.sh(WAITING)
    begun(daemon, running)
    for _ in range(2):
        expect(daemon.post("/server/pause").expect(200).json(), {"paused": True})
    waiting = daemon.run("true")
    expect(daemon.waits_for(waiting), "paused")
    daemon.restart()
    release(daemon, running)
    daemon.completed(running)
    status = daemon.get("/server/status").json()
    expect((status["paused"], status["jobs"]["queued"]), (True, 1))
    expect(daemon.post("/server/resume").expect(200).json(), {"paused": False})
    daemon.completed(waiting)
    daemon.post("/server/pause", {"now": True}).expect_fields("now")


@test("a group comes with its first job or setting, and goes when it has neither")
def _(t):
    daemon = t.daemon("--max-running", "0")
    expect([group["name"] for group in daemon.get("/groups").json()], ["default"])
    job = daemon.run("true", group="b")
    change(daemon, "a", paused=True)
    expect([group["name"] for group in daemon.get("/groups").json()], ["a", "b", "default"])
    daemon.patch(f"/jobs/{job['job_id']}", {"group": "c"}).expect(200)
    expect([group["name"] for group in daemon.get("/groups").json()], ["a", "c", "default"])
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)
    change(daemon, "a", paused=False)
    expect([group["name"] for group in daemon.get("/groups").json()], ["default"])
    expect(daemon.get("/server/status").json()["groups"], daemon.get("/groups").json())
    expect(daemon.database("SELECT count(*) FROM settings WHERE key LIKE 'group:%'").strip(), "0")


@test("group settings that make no sense are refused")
def _(t):
    daemon = t.daemon()
    for name, body, field in (
        ("a", {}, ""),
        ("a", {"max_running": -1}, "max_running"),
        ("a", {"max_running": 1025}, "max_running"),
        ("a", {"max_running": "1"}, "max_running"),
        ("a", {"paused": 1}, "paused"),
        ("a", {"paused": True, "limit": 1}, "limit"),
        ("a%20b", {"paused": True}, "name"),
        ("a" * 65, {"paused": True}, "name"),
    ):
        daemon.patch(f"/groups/{name}", body).expect_fields(field)
    expect(change(daemon, "a" * 64, max_running=0)["max_running"], 0)


@test("a job that changes its group while it waits counts in the new one")
def _(t):
    daemon = t.daemon("--max-running", "9")
    change(daemon, "closed", max_running=0)
    job = daemon.run("true", group="closed")
    expect(daemon.waits_for(job), "group")
    daemon.patch(f"/jobs/{job['job_id']}", {"group": "default"}).expect(200)
    daemon.completed(job)


@test("a change of the queue is one event, and jobs that are fetched after it say what they wait for now")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh(WAITING)
    until(lambda: (lambda now: now["progress"] == 0.5 and now["started_at"])(daemon.job(blocker)), "all that the blocker reports is shown")
    jobs = [daemon.run("true", group="g") for _ in range(3)]
    with daemon.events() as stream:
        daemon.post("/server/pause").expect(200)
        event = stream.until(lambda event: event.name == "queue")
        expect((event.data["paused"], event.data["groups"][1]["queued"]), (True, 3))
        expect([daemon.waits_for(job) for job in jobs], ["paused"] * 3)
        before = daemon.get("/jobs?status=queued")
        daemon.post("/server/pause").expect(200)
        daemon.get("/jobs?status=queued", headers={"If-None-Match": before.headers["ETag"]}).expect(304)
        daemon.post("/server/resume").expect(200)
        stream.until(lambda event: event.name == "queue" and not event.data["paused"])
        after = daemon.get("/jobs?status=queued", headers={"If-None-Match": before.headers["ETag"]}).expect(200)
        expect([job["waiting"]["for"] for job in after.json()], ["slot"] * 3)
        change(daemon, "g", max_running=0)
        stream.until(lambda event: event.name == "queue" and event.data["groups"][1]["max_running"] == 0)
        expect([event.name for event in stream.seen if event.name == "job"], [])
    release(daemon, blocker)


@test("a repeated request with a key gets the first answer and changes nothing")
def _(t):
    daemon = t.daemon()
    for method, path, body, undo in (
        ("PATCH", "/groups/a", {"max_running": 3}, {"max_running": 5}),
        ("POST", "/server/pause", None, None),
    ):
        key = {"Idempotency-Key": path}
        first = daemon.request(method, path, body, headers=key).expect(200).json()
        if undo:
            daemon.patch(path, undo).expect(200)
        else:
            daemon.post("/server/resume").expect(200)
        expect(daemon.request(method, path, body, headers=key).expect(200).json(), first)
    expect((group_of(daemon, "a")["max_running"], daemon.get("/server/status").json()["paused"]), (5, False))
