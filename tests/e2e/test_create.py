# SPDX-License-Identifier: MIT
"""Creating and changing a job: accepted and refused requests, and the field of each error."""

import os
import re
import threading

from support import expect, expect_in, fail, test

MEMBERS = {
    "job_id", "name", "kind", "status", "priority", "rank", "selections", "job_folder", "attempt", "created_at",
    "updated_at", "started_at", "finished_at", "progress", "message", "details", "resources", "group", "depends_on",
    "start_after", "retry", "tags", "note", "pinned", "unique", "executor", "paused", "waiting",
}  # fmt: skip
DETAILS = {"exit_code", "signal", "reason", "cpu_s", "max_rss_kb", "wall_s", "metrics", "attempts"}
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@test("a new job has every member of the job object, and a Location with its URL")
def _(t):
    daemon = t.daemon()
    body = {"name": "US06", "kind": "command", "hold": True, "priority": 3, "selections": {"argv": ["true"]}}
    answer = daemon.post("/jobs", body).expect(201)
    job = answer.json()
    expect(set(job), MEMBERS, "members")
    expect(set(job["details"]), DETAILS, "members of details")
    expect(bool(re.fullmatch(r"job_\d{8}-\d{6}-[0-9a-f]{6,}", job["job_id"])), True, job["job_id"])
    expect(bool(re.fullmatch(TIME, job["created_at"])), True, job["created_at"])
    expect((job["name"], job["kind"], job["status"], job["priority"], job["attempt"]), ("US06", "command", "created", 3, 1))
    nulls = [job[name] for name in ("started_at", "finished_at", "progress", "message")]
    expect(nulls, [None] * 4)
    expect(job["details"], {**dict.fromkeys(DETAILS), "metrics": {}, "attempts": []})
    location = answer.headers["Location"].replace(daemon.url, "")
    expect(daemon.get(location).expect(200).json(), job)


@test("the folder of a new job exists when POST answers")
def _(t):
    daemon = t.daemon()
    for _ in range(20):
        job = daemon.run("true", hold=True)
        expect(oct(os.stat(job["job_folder"]).st_mode), "0o40700", "the folder")


@test("the answer to a POST is the job as it was stored: created, or queued")
def _(t):
    daemon = t.daemon()
    expect(daemon.draft()["status"], "created")
    expect(daemon.run("true")["status"], "queued")
    expect(daemon.run("true", hold=True)["status"], "created")


@test("a job without a kind is a draft that PATCH completes and start releases")
def _(t):
    daemon = t.daemon()
    draft = daemon.post("/jobs", {"name": "later", "selections": {"note": "to do"}}).expect(201).json()
    expect((draft["kind"], draft["status"]), (None, "created"))
    path = f"/jobs/{draft['job_id']}"
    daemon.post(f"{path}/start").expect_problem(422)
    changed = daemon.patch(path, {"kind": "command", "selections": {"argv": ["true"]}}).expect(200).json()
    expect((changed["kind"], changed["status"]), ("command", "created"))
    expect(daemon.post(f"{path}/start").expect(200).json()["status"] in ("queued", "running"), True, "released")
    daemon.completed(draft)


@test("a name may be left out")
def _(t):
    daemon = t.daemon()
    job = daemon.post("/jobs", {"selections": {}}).expect(201).json()
    expect(isinstance(job["name"], str), True, "the name is a string")


BAD_OUTER = (
    ({}, ["selections"]),
    ({"selections": None}, ["selections"]),
    ({"selections": []}, ["selections"]),
    ({"selections": "x"}, ["selections"]),
    ({"selections": {}, "name": 1}, ["name"]),
    ({"selections": {}, "name": None}, ["name"]),
    ({"selections": {}, "name": "x" * 5000}, ["name"]),
    ({"selections": {}, "kind": "dance"}, ["kind"]),
    ({"selections": {}, "kind": 1}, ["kind"]),
    ({"selections": {}, "hold": "yes"}, ["hold"]),
    ({"selections": {}, "hold": 1}, ["hold"]),
    ({"selections": {}, "priority": "high"}, ["priority"]),
    ({"selections": {}, "priority": 1.5}, ["priority"]),
    ({"selections": {}, "priority": 10**9}, ["priority"]),
    ({"selections": {}, "surprise": 1}, ["surprise"]),
    ({"selections": 1, "name": 1, "surprise": 1}, ["selections", "name", "surprise"]),
)


@test("each field that is wrong is named in a 422, all of them at once, and nothing is made")
def _(t):
    daemon = t.daemon()
    for body, fields in BAD_OUTER:
        daemon.post("/jobs", body).expect_fields(*fields)
    expect(daemon.jobs(), [])


BAD_COMMANDS = (
    ({}, ["argv"]),
    ({"argv": []}, ["argv"]),
    ({"argv": "true"}, ["argv"]),
    ({"argv": None}, ["argv"]),
    ({"argv": [""]}, None),
    ({"argv": ["true"], "cwd": 1}, ["cwd"]),
    ({"argv": ["true"], "cwd": "relative/path"}, ["cwd"]),
    ({"argv": ["true"], "env": []}, ["env"]),
    ({"argv": ["true"], "env": {"A": 1}}, None),
    ({"argv": ["true"], "env": {"A=B": "x"}}, None),
    ({"argv": ["true"], "env": {"": "x"}}, None),
    ({"argv": ["true"], "env": {"A": "a\0b"}}, None),
    ({"argv": ["true", 1]}, None),
    ({"argv": ["true", "a\0b"]}, None),
    ({"argv": ["true"], "timeout_s": "1"}, ["timeout_s"]),
    ({"argv": ["true"], "timeout_s": 0}, ["timeout_s"]),
    ({"argv": ["true"], "timeout_s": -1}, ["timeout_s"]),
    ({"argv": ["true"], "restart": 1}, ["restart"]),
    ({"argv": ["true"], "shell": True}, ["shell"]),
    ({"cwd": 1, "restart": "x"}, ["argv", "cwd", "restart"]),
)


@test("a command that cannot be run as written is 422 with the field under selections")
def _(t):
    daemon = t.daemon()
    for selections, fields in BAD_COMMANDS:
        answer = daemon.post("/jobs", {"name": "x", "kind": "command", "selections": selections})
        if fields is not None:
            answer.expect_fields(*[f"selections.{field}" for field in fields])
            continue
        named = [error["field"] for error in answer.expect_problem(422)["errors"]]
        expect(all(field.startswith("selections.") for field in named), True, f"{selections}: {named}")
    expect(daemon.jobs(), [])


@test("null for an optional field of a command means that it is missing, or is refused by its name")
def _(t):
    daemon = t.daemon()
    for field in ("cwd", "env", "timeout_s"):
        answer = daemon.post("/jobs", {"name": "x", "kind": "command", "selections": {"argv": ["true"], field: None}})
        if answer.status != 201:
            answer.expect_fields(f"selections.{field}")


@test("PATCH changes the name always, priority and selections until it runs, the kind while created")
def _(t):
    daemon = t.daemon("--max-running", "1")
    running = daemon.sh("until [ -e go ]; do sleep 0.05; done")
    daemon.until_status(running, "running")
    queued = daemon.run("true")
    held = daemon.run("true", hold=True)

    for job in (running, queued, held):
        expect(daemon.patch(f"/jobs/{job['job_id']}", {"name": "new name"}).expect(200).json()["name"], "new name")
    for job in (queued, held):
        expect(daemon.patch(f"/jobs/{job['job_id']}", {"priority": 7}).expect(200).json()["priority"], 7)
    daemon.patch(f"/jobs/{running['job_id']}", {"priority": 7}).expect_problem(409)
    daemon.patch(f"/jobs/{running['job_id']}", {"selections": {"argv": ["false"]}}).expect_problem(409)
    for job in (running, queued):
        daemon.patch(f"/jobs/{job['job_id']}", {"kind": "command"}).expect_problem(409)
    changed = daemon.patch(f"/jobs/{held['job_id']}", {"selections": {"argv": ["false"]}}).expect(200).json()
    expect((changed["selections"], changed["status"]), ({"argv": ["false"]}, "created"))

    (daemon.folder(running) / "go").touch()
    daemon.completed(running)
    daemon.patch(f"/jobs/{running['job_id']}", {"name": "afterwards"}).expect(200)
    daemon.patch(f"/jobs/{running['job_id']}", {"priority": 1}).expect_problem(409)


# A client that saves a form unchanged must not make everyone else load the job again.
@test("a PATCH with the present values changes nothing and announces nothing")
def _(t):
    daemon = t.daemon()
    job = daemon.draft(name="same")
    path = f"/jobs/{job['job_id']}"
    before = daemon.get(path).expect(200)
    key = {"Idempotency-Key": "kept-all-the-same"}
    for patch in ({}, {"name": "same"}, {"priority": 0, "kind": None, "selections": {}}):
        expect(daemon.patch(path, patch).expect(200).json(), job)
    daemon.request("PATCH", path, {"name": "same"}, headers=key).expect(200)
    after = daemon.get(path).expect(200)
    for header in ("ETag", "Vestim-Event-Id"):
        expect(after.headers[header], before.headers[header], header)
    daemon.request("PATCH", path, {"name": "other"}, headers=key).expect_fields("Idempotency-Key")


@test("a PATCH with one field that is not allowed changes nothing")
def _(t):
    daemon = t.daemon()
    job = daemon.completed(daemon.run("true"))
    daemon.patch(f"/jobs/{job['job_id']}", {"name": "new", "priority": 5}).expect_problem(409)
    expect(daemon.job(job)["name"], job["name"])
    held = daemon.run("true", hold=True)
    daemon.patch(f"/jobs/{held['job_id']}", {"name": "new", "priority": "x"}).expect_fields("priority")
    expect(daemon.job(held), held)


@test("PATCH refuses wrong values with the field, and fields that no client may set")
def _(t):
    daemon = t.daemon()
    job = daemon.run("true", hold=True)
    path = f"/jobs/{job['job_id']}"
    for body, fields in (
        ({"name": 1}, ["name"]),
        ({"status": "completed"}, ["status"]),
        ({"job_id": "x"}, ["job_id"]),
        ({"hold": True}, ["hold"]),
        ({"kind": "dance"}, ["kind"]),
        ({"selections": []}, ["selections"]),
        ({"selections": {"argv": []}}, ["selections.argv"]),
    ):
        daemon.patch(path, body).expect_fields(*fields)
    daemon.patch(path, body=b"[]").expect_fields("")
    expect(daemon.job(job), job)


@test("a kind given to a draft checks the selections it has")
def _(t):
    daemon = t.daemon()
    draft = daemon.create(selections={"argv": ["true"]})
    path = f"/jobs/{draft['job_id']}"
    daemon.patch(path, {"kind": "command"}).expect(200)
    other = daemon.create(selections={"folder_path": "/data", "notes": "free"})
    daemon.patch(f"/jobs/{other['job_id']}", {"kind": "command"}).expect_problem(422)
    expect(daemon.job(other)["kind"], None)


@test("actions that do not fit the status are 409 with a sentence, each of them")
def _(t):
    daemon = t.daemon("--max-running", "1")
    running = daemon.sh("until [ -e go ]; do sleep 0.05; done")
    daemon.until_status(running, "running")
    queued, held = daemon.run("true"), daemon.run("true", hold=True)
    for job, actions in ((running, ["start", "retry"]), (queued, ["start", "retry"]), (held, ["stop", "retry"])):
        for action in actions:
            answer = daemon.post(f"/jobs/{job['job_id']}/{action}")
            if answer.status != 409:
                fail(f"{action} of a {job['status']} job: {answer.status}")
            answer.expect_problem(409)
    (daemon.folder(running) / "go").touch()
    daemon.completed(running)
    for action in ("start", "stop"):
        expect_in("The job has completed. Only a job", daemon.post(f"/jobs/{running['job_id']}/{action}").expect_problem(409)["detail"])
    failed = daemon.until_status(daemon.run("false"), "failed")
    expect_in("The job has failed. Only a job", daemon.post(f"/jobs/{failed['job_id']}/stop").expect_problem(409)["detail"])


@test("a query that is wrong is 422 before the status is looked at")
def _(t):
    daemon = t.daemon()
    job = daemon.draft()
    daemon.post(f"/jobs/{job['job_id']}/retry?fresh=maybe").expect_problem(422)
    daemon.post(f"/jobs/{job['job_id']}/retry?fresh=true").expect_problem(409)


@test("200 POSTs at the same time are all there, listed in the order of their IDs, and all cleared")
def _(t):
    daemon = t.daemon("--max-running", "4")
    made, lock = [], threading.Lock()

    def client(number):
        for _ in range(10):
            job = daemon.run("true", name=f"from {number}")
            with lock:
                made.append(job["job_id"])

    clients = [threading.Thread(target=client, args=(number,)) for number in range(20)]
    [one.start() for one in clients]
    [one.join() for one in clients]
    expect(len(set(made)), 200, "different IDs")
    expect(sorted(daemon.ids()), sorted(made))
    cleared = daemon.post("/jobs/clear").expect(200).json()
    expect(cleared["cleared"], 200)
    expect(daemon.jobs(), [])
    expect(os.listdir(t.home / "jobs"), [], "folders left")
