# SPDX-License-Identifier: MIT
"""docs/openapi.yaml: what it says is what the daemon does. All other files check their answers with it;
here is what remains: it is complete and correct as OpenAPI, and nothing in it is invented."""

import json
import re
import shutil
import signal
import subprocess

from support import expect, fail, openapi, skip, test, until
from support.builds import SOURCE, build_folder
from support.estimations import cycle, selections
from support.openapi import check_answer, description, event_schemas, operations, resolve, seen

PAGE = SOURCE / "docs" / "openapi.yaml"
ROUTES = SOURCE / "daemon/vestimd/api/routes.c"
LINTER = "@redocly/cli@1.25.0"


@test("the daemon serves the description with an entity tag, as the page has it")
def _(t):
    daemon = t.daemon()
    answer = daemon.get("/openapi.json").expect(200)
    expect(answer.headers["Content-Type"], "application/json")
    served = answer.json()
    daemon.get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}).expect(304)
    expect(served, description())
    expect(served["info"]["version"], daemon.get("/").json()["version"])
    try:
        import yaml
    except ImportError:
        skip("python3-yaml is not installed")
    page = yaml.safe_load(PAGE.read_text())
    expect(page["info"].pop("version"), "@VERSION@")
    served["info"].pop("version")
    expect(served == page, True, "the page and the answer are equal")


@test("each route of the daemon is in the description with its query parameters, and the other way round")
def _(t):
    rows = re.findall(r'{ "(\w+)", "([^"]+)", \w+, \w+,\s+(?:NULL|"([^"]*)") }', ROUTES.read_text())
    routes = {(method, path.replace("*}", "}")): set(query.split()) for method, path, query in rows}
    expect(len(routes) > 20, True, "routes were found")
    expect({(op.method, op.template): op.names("query") for op in operations()}, routes)


def references(node):
    if isinstance(node, dict):
        yield from [node["$ref"]] if "$ref" in node else []
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


@test("all references lead somewhere, everything shared is used, and each operation is complete")
def _(t):
    used = set(references(description()))
    for name in used:
        resolve({"$ref": name})
    shared = {f"#/components/{kind}/{name}" for kind, all_of_them in description()["components"].items() for name in all_of_them}
    expect(shared - used, {"#/components/securitySchemes/token"}, "unused")
    expect(len({op.id for op in operations()}), len(operations()), "operation IDs")
    for op in operations():
        expect(op.names("path"), set(re.findall(r"{(\w+)}", op.template)), op.id)
        expect(bool(op.node["summary"] and op.node["tags"]), True, op.id)
        # A PUT can be repeated without a key.
        expect(op.names("header") >= {"Idempotency-Key"}, op.method not in ("GET", "PUT"), op.id)
        for status in op.node["responses"]:
            expect(bool(op.response(status)[0]["description"]), True, f"{op.id} {status}")


@test("a linter accepts the description", long=True)
def _(t):
    if not shutil.which("npx"):
        skip("npx (package npm) is not installed")
    path = build_folder() / "daemon/vestimd/api/openapi.json"
    command = ["npx", "--yes", LINTER, "lint", "--skip-rule", "no-unused-components", "--format", "json", path]
    linted = subprocess.run(command, capture_output=True, text=True, cwd=t.dir, timeout=300)
    if not linted.stdout.startswith("{"):
        skip(f"{LINTER} could not be fetched: {linted.stderr[-300:]}")
    expect(json.loads(linted.stdout)["totals"], {"errors": 0, "warnings": 0, "ignored": 0}, linted.stdout)


# The other files trust this.
@test("the comparison finds what the description does not have")
def _(t):
    checker = openapi.Checker()
    job = {"$ref": "#/components/schemas/Message"}
    expect(checker.check(job, {"message": "a"}, "x"), None)
    for wrong in ({}, {"message": 1}, {"message": "a", "more": 1}, [], None):
        if checker.check(job, wrong, "x") is None:
            fail(f"{wrong} passes")
    change = {"$ref": "#/components/schemas/EventCleared"}
    expect(checker.check(change, {"all": True}, "x"), None)
    for wrong in ({}, {"all": False}, {"all": True, "job_ids": []}, {"job_ids": [1]}):
        if checker.check(change, wrong, "x") is None:
            fail(f"{wrong} passes")


# ---- Everything in it is answered ----


def server(t, daemon):
    daemon.get("/").expect(200)
    until(lambda: daemon.get("/server/status").expect(200).json()["jobs_bytes"] >= 0, "a count")
    daemon.get("/metrics").expect(200)
    tag = daemon.get("/openapi.json").headers["ETag"]
    daemon.get("/openapi.json", headers={"If-None-Match": tag}).expect(304)
    daemon.patch("/server/settings", {"max_running": 2}).expect(200)
    daemon.post("/estimation/check", {"files": [cycle(t, "checked", 0)]}).expect(200)


def jobs(t, daemon):
    key = {"Idempotency-Key": "made"}
    body = {"name": "a", "kind": "command", "hold": True, "selections": {"argv": ["sleep", "600"]}}
    job = daemon.post("/jobs", body, headers=key).expect(201).json()["job_id"]
    daemon.post("/jobs", body, headers=key).expect(200)
    daemon.put(f"/jobs/{job}/files/in.txt", b"input").expect(200)
    daemon.put(f"/jobs/{job}/files/in.txt", b"x", headers={"Content-Range": "bytes 9-9/*"}).expect_problem(409)
    policy = {"max": 1, "delay_s": 1, "backoff": 2, "on": ["lost"], "never_exit_codes": [2]}
    daemon.draft(depends_on=[job, {"job_id": job, "when": "over"}], retry=policy, resources={"cpus": 1, "memory_mb": 1000, "enforce": "rlimit"}, tags=["a"])
    waiting = {"kind": "command", "selections": {"argv": ["true"]}, "depends_on": [job], "unique": "once"}
    expect(daemon.create(**waiting)["waiting"]["for"], "dependency")
    daemon.post("/jobs", waiting).expect_problem(409)
    daemon.get("/jobs?limit=1&status=created&kind=command&q=a&after=zzz").expect(422)
    page = daemon.get("/jobs?limit=1").expect(200)
    daemon.get("/jobs?limit=1", headers={"If-None-Match": page.headers["ETag"]}).expect(304)
    tag = daemon.get(f"/jobs/{job}").headers["ETag"]
    daemon.get(f"/jobs/{job}", headers={"If-None-Match": tag}).expect(304)
    daemon.patch(f"/jobs/{job}", {"priority": 3, "kind": "command", "selections": {"argv": ["sleep", "500"]}}).expect(200)
    daemon.post(f"/jobs/{job}/retry").expect_problem(409)
    for verb in ("finish", "pause", "resume"):
        daemon.post(f"/jobs/{job}/{verb}").expect_problem(409)
    daemon.post(f"/jobs/{job}/start").expect(200)
    daemon.until_status(job, "running")
    daemon.post(f"/jobs/{job}/start").expect_problem(409)
    daemon.patch(f"/jobs/{job}", {"kind": None}).expect_problem(409)
    for verb in ("pause", "resume"):
        daemon.post(f"/jobs/{job}/{verb}").expect(200)
    key = {"Idempotency-Key": "stopped"}
    daemon.post(f"/jobs/{job}/stop", headers=key).expect(202)
    daemon.post(f"/jobs/{job}/stop", headers=key).expect(200)
    daemon.until_status(job, "stopped")
    daemon.post(f"/jobs/{job}/stop").expect_problem(409)
    daemon.post(f"/jobs/{job}/retry?fresh=true").expect(200)
    daemon.post("/jobs/stop", headers={"Idempotency-Key": "all"}).expect(202)
    daemon.post("/jobs/stop", headers={"Idempotency-Key": "all"}).expect(200)
    daemon.until_over(job)
    daemon.delete(f"/jobs/{job}").expect(200)
    daemon.run("true", hold=True)
    daemon.delete("/jobs?status=created").expect(200)


def estimations(t, daemon):
    good = selections(t, layers=[4], lookback=20, sweep={"max_epochs": [1, 2]})
    sweep = daemon.create(kind="estimation", hold=True, selections=good)
    until(daemon.folder(sweep).is_dir, "the folder is made")
    (daemon.folder(sweep) / "tasks").mkdir()
    (daemon.folder(sweep) / "tasks/2").write_text("so that this task fails")
    daemon.post(f"/jobs/{sweep['job_id']}/start").expect(200)
    long = daemon.create(kind="estimation", selections=selections(t, max_epochs=10000))
    daemon.until_status(long, "running")
    key = {"Idempotency-Key": "finished"}
    daemon.post(f"/jobs/{long['job_id']}/finish", headers=key).expect(202)
    daemon.post(f"/jobs/{long['job_id']}/finish", headers=key).expect(200)
    daemon.until_over(sweep, 120)
    daemon.completed(long, 120)


def files(t, daemon):
    script = "echo x >a.txt; echo {} >a.json; echo a,b >a.csv; echo b >a.bin; touch $(printf 'caf\\351'); echo '{\"metrics\": {\"m\": 1}}' >&3; head -c 70000000 /dev/zero"
    job = f"/jobs/{daemon.completed(daemon.sh(script), 120)['job_id']}"
    daemon.get(f"{job}/files").expect(200)
    daemon.get(f"{job}/metrics").expect(200)
    for name in ("a.txt", "a.json", "a.csv", "a.bin"):
        tag = daemon.get(f"{job}/files/{name}").expect(200).headers["ETag"]
    daemon.get(f"{job}/files/a.bin", headers={"If-None-Match": tag}).expect(304)
    daemon.get(f"{job}/files/nothing").expect_problem(404)
    daemon.request("HEAD", f"{job}/log").expect(200)
    daemon.get(f"{job}/log?follow=1&bytes=10").expect(200)
    for path in ("log", "files/a.bin"):
        daemon.get(f"{job}/{path}", headers={"Range": "bytes=0-0"}).expect(206)
        daemon.get(f"{job}/{path}", headers={"Range": "bytes=99999999999-"}).expect(416)


def queue(t, daemon):
    daemon.patch("/server/settings", {"capacity": {"cpus": 4, "memory_mb": None, "gpus": 1}, "starvation_s": 60}).expect(200)
    daemon.completed(daemon.run("true", resources={"gpus": 1}))
    daemon.job(daemon.run("true", resources={"gpus": 2}))
    with daemon.events() as stream:
        daemon.post("/server/pause").expect(200)
        stream.until(lambda event: event.name == "queue")
    first, second = daemon.run("true"), daemon.run("true")
    daemon.post(f"/jobs/{second['job_id']}/move", {"before": first["job_id"]}).expect(200)
    daemon.patch("/groups/a", {"max_running": None, "paused": True}).expect(200)
    daemon.get("/groups").expect(200)
    daemon.post("/server/resume").expect(200)
    daemon.completed(first)
    daemon.post(f"/jobs/{first['job_id']}/move", {"to": "back"}).expect_problem(409)
    daemon.patch("/server/settings", {"capacity": None}).expect(200)


def events(t, daemon):
    with daemon.events(last_id="1-1:1") as stream:
        job = daemon.draft()
        stream.until(lambda event: event.name == "job")
        daemon.delete(f"/jobs/{job['job_id']}").expect(200)
        stream.until(lambda event: event.name == "deleted")
        daemon.draft()
        daemon.post("/jobs/clear", {"status": ["created"]}).expect(200)
        stream.until(lambda event: event.name == "cleared" and "job_ids" in event.data)
        daemon.post("/jobs/clear").expect(200)
        stream.until(lambda event: event.name == "cleared" and "all" in event.data)


def refusals(t, daemon):
    """What each operation refuses, and once what all refuse in the same way."""
    for op in operations():
        path = op.template.replace("{path}", "a")
        daemon.request(op.method, path.replace("{id}", "job_20260101-000000-000009") + "?unknown=1").expect(404 if "{id}" in path else 422)
        job = daemon.draft()["job_id"]
        daemon.request(op.method, path.replace("{id}", job) + "?unknown=1").expect_problem(422)
        daemon.request(op.method, path.replace("{id}", job), token=False).expect_problem(401)
    for status, more in {
        400: {"body": b"{"},
        403: {"headers": {"Origin": "http://example.com"}},
        413: {"body": b"{}" + b" " * (1 << 20)},
        415: {"body": b"{}", "headers": {"Content-Type": "text/plain"}},
        417: {"headers": {"Expect": "something"}},
        421: {"headers": {"Host": "example.com"}},
        431: {"headers": {f"X-{n}": "a" for n in range(110)}},
    }.items():
        daemon.request("POST", "/jobs", **more).expect_problem(status)
    daemon.get("/jobs?q=" + "a" * 9000).expect_problem(414)


def failures(t, daemon):
    """Requests that are too slow, or that the server cannot serve."""
    with daemon.connect() as slow, daemon.connect() as late:
        late.send(daemon.request_bytes("GET", "/"))
        check_answer("GET", "/", late.answer().expect(200))
        slow.send("GET /jobs HTTP/1.1\r\nHost")
        answer = slow.answer()
        answer.expect_problem(408)
        check_answer("GET", "/jobs", answer)
    stubborn = daemon.sh("trap '' TERM; echo ready; while :; do sleep 1; done")
    until(lambda: "ready" in daemon.log_of(stubborn), "the job ignores SIGTERM")
    with daemon.connect() as connection:
        connection.send("POST /jobs HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\nContent-Length: 2\r\n" % daemon.port)
        connection.send(f"Authorization: Bearer {daemon.token}\r\n\r\n")
        until(lambda: daemon.get("/server/status").json(), "the head has come")
        daemon.signal(signal.SIGTERM)
        until(lambda: "stopping" in daemon.log_text(), "the daemon stops")
        answer = connection.send("{}").answer()
        answer.expect_problem(503)
        check_answer("POST", "/jobs", answer)
    daemon.wait()
    daemon.start()
    (daemon.home / "registry.db").rename(daemon.home / "aside")
    daemon.post("/jobs", {"selections": {}}).expect_problem(500)
    (daemon.home / "aside").rename(daemon.home / "registry.db")


def shutdown(t, daemon):
    key = {"Idempotency-Key": "down"}
    daemon.post("/server/shutdown", headers=key).expect(202)
    daemon.wait()
    daemon.start()
    daemon.post("/server/shutdown", headers=key).expect(200)


def full_disk(t):
    """True if the disk could be filled: by root only."""
    home = t.dir / "small"
    home.mkdir(mode=0o700)
    if not t.mount_small_disk(home):
        return False
    daemon = t.daemon(home=home)
    body = {"selections": {"x": "a" * 900_000}}
    until(lambda: daemon.post("/jobs", body).status == 507, "the disk is full")
    return True


def described_members(node, found):
    """All (id, member) of the schemas below the responses."""
    node, _ = resolve(node)
    if isinstance(node, list):
        for value in node:
            described_members(value, found)
    if not isinstance(node, dict) or id(node) in found["visited"]:
        return
    found["visited"].add(id(node))
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        found["members"] |= {(id(node), name): name for name in node["properties"]}
    for value in node.values():
        described_members(value, found)


# Refusals that are made in one place for all operations: to see each once is enough.
GENERAL = {
    f"#/components/responses/{name}"
    for name in (
        "BadRequest", "Unauthorized", "Forbidden", "RequestTimeout", "ContentTooLarge", "UriTooLong", "UnsupportedMediaType",
        "ExpectationFailed", "MisdirectedRequest", "FieldsTooLarge", "ServerError", "Unavailable", "InsufficientStorage",
    )
}  # fmt: skip
# The processes that lead to these belong to another user.
ELSEWHERE = {(operation, 409) for operation in ("deleteJob", "deleteJobs", "clearJobs")}


@test("each status, header, member and event of the description is answered", alone=True)
def _(t):
    daemon = t.daemon("--max-running", "2")
    for exercise in (server, jobs, files, estimations, queue, events, refusals, failures, shutdown):
        exercise(t, daemon)
    unreachable = set() if full_disk(t) else {"#/components/responses/InsufficientStorage"}

    statuses = {(op.id, int(status)): op.response(status)[1] for op in operations() for status in op.node["responses"]}
    particular = {key for key, shared in statuses.items() if shared not in GENERAL} - ELSEWHERE
    expect(sorted(particular - seen.statuses), [], "statuses that were never answered")
    expect(sorted(GENERAL - seen.statuses - unreachable), [], "refusals that were never answered")
    headers = {(id(op.response(status)[0]), name.lower(), f"{name} of {op.id} {status}")
               for op in operations() for status in op.node["responses"] for name in op.response(status)[0].get("headers", {})}  # fmt: skip
    expect(sorted(text for response, name, text in headers if (response, name) not in seen.headers), [], "headers that were never answered")

    found = {"members": {}, "visited": set()}
    for op in operations():
        described_members(op.node["responses"], found)
    expect(sorted(name for key, name in found["members"].items() if key not in seen.members), [], "members that were never answered")
    expect(seen.events, set(event_schemas()), "events")
