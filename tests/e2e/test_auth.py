# SPDX-License-Identifier: MIT
"""Token, Host, Origin, methods and types on every route: the routes come from the table of the
protocol, so that none is forgotten."""

import re

from support import expect, expect_in, fail, test
from support.routes import PATHS, ROUTES, methods_of


def walked(t, *options):
    """A daemon with a held job, and the routes with its ID filled in."""
    daemon = t.daemon(*options)
    job = daemon.create(kind="command", hold=True, selections={"argv": ["true"]})
    return daemon, [(method, path.replace("{id}", job["job_id"])) for method, path in ROUTES]


def body_for(method):
    return b"{}" if method in ("POST", "PATCH") else None


@test("every route without a token, or with a wrong one, is 401")
def _(t):
    daemon, routes = walked(t)
    wrong = (None, "Bearer", "Bearer ", f"Bearer {daemon.token[:-1]}", f"Bearer {daemon.token}0", "Bearer " + "0" * 64, f"Basic {daemon.token}", daemon.token)
    for method, path in routes:
        for value in wrong:
            answer = daemon.request(method, path, body=body_for(method), token=False, headers={"Authorization": value})
            answer.expect_problem(401)
            expect_in("Bearer", answer.headers["WWW-Authenticate"])
    expect(len(daemon.jobs()), 1, "jobs")
    daemon.request("OPTIONS", "/jobs", token=False).expect_problem(401)
    daemon.get("/nowhere", token=False).expect_problem(401)


@test("the scheme of the token is read in any case, and a doubled Authorization is refused")
def _(t):
    daemon = t.daemon()
    daemon.get("/", headers={"Authorization": f"bearer {daemon.token}"}).expect(200)
    daemon.get("/", headers={"authorization": "Bearer wrong"}).expect(400, 401)


# A page of the web that rebinds its name to 127.0.0.1 must not reach the daemon.
@test("every route with a foreign Host is 421, token or not")
def _(t):
    daemon, routes = walked(t)
    for method, path in routes:
        for token in (True, False):
            daemon.request(method, path, body=body_for(method), token=token, headers={"Host": "evil.example"}).expect_problem(421)
    malformed = ("", f"evil@127.0.0.1:{daemon.port}")
    foreign = (
        *malformed,
        "127.0.0.1",
        f"127.0.0.1:{daemon.port + 1}",
        f"localhost.evil.example:{daemon.port}",
        f"127.0.0.2:{daemon.port}",
        f"127.0.0.1:{daemon.port}0",
    )
    for host in foreign:
        status = daemon.get("/jobs", headers={"Host": host}).status
        if status != 421 and not (host in malformed and status == 400):
            fail(f"Host {host!r}: {status}")


@test("localhost, 127.0.0.1 and [::1] with our port are accepted, in upper and lower case")
def _(t):
    daemon = t.daemon()
    for host in ("localhost", "LocalHost", "127.0.0.1", "[::1]"):
        daemon.get("/jobs", headers={"Host": f"{host}:{daemon.port}"}).expect(200)


@test("allowed_hosts of vestimd.conf are accepted too")
def _(t):
    t.write("home/vestimd.conf", "[vestimd]\nallowed_hosts=tunnel.example:9000;other.example\n", 0o600)
    t.home.chmod(0o700)
    daemon = t.daemon()
    daemon.get("/jobs", headers={"Host": "tunnel.example:9000"}).expect(200)
    daemon.get("/jobs", headers={"Host": f"other.example:{daemon.port}"}).expect(200)
    daemon.get("/jobs", headers={"Host": "tunnel.example:9001"}).expect_problem(421)


# An HTTPS client sends no port, so a proxy passes none on. Its page has an https origin.
@test("an entry of allowed_hosts without a port admits no port, 80, 443 and ours, and its https origin")
def _(t):
    t.write("home/vestimd.conf", "[vestimd]\nallowed_hosts=lab.example;tunnel.example:9000\n", 0o600)
    t.home.chmod(0o700)
    daemon = t.daemon()
    for host in ("lab.example", "Lab.Example", "lab.example:80", "lab.example:443", f"lab.example:{daemon.port}"):
        daemon.get("/jobs", headers={"Host": host}).expect(200)
    for host in ("lab.example:8443", "lab.example:", "tunnel.example", "lab.example.evil", "localhost", "127.0.0.1"):
        daemon.get("/jobs", headers={"Host": host}).expect_problem(421)
    for origin in ("https://lab.example", "http://lab.example", "https://tunnel.example:9000"):
        daemon.get("/jobs", headers={"Host": "lab.example", "Origin": origin}).expect(200)
    foreign = (
        "https://lab.example:8443", "https://tunnel.example", "https://evil.example", "https://localhost",
        f"https://localhost:{daemon.port}", f"https://127.0.0.1:{daemon.port}", "https://lab.example.evil", "null",
    )  # fmt: skip
    for origin in foreign:
        daemon.get("/jobs", headers={"Host": "lab.example", "Origin": origin}).expect_problem(403)


@test("an entry of allowed_hosts with an invalid port is refused at start")
def _(t):
    for entry in ("lab.example:https", "lab.example:0", "lab.example:", ":9000"):
        t.vestimd("--allowed-hosts", entry).expect(2)


@test("every route with a foreign Origin is 403, and our own origins are accepted")
def _(t):
    daemon, routes = walked(t)
    for method, path in routes:
        for token in (True, False):
            for origin in ("http://evil.example", "null", f"https://127.0.0.1:{daemon.port}"):
                answer = daemon.request(method, path, body=body_for(method), token=token, headers={"Origin": origin})
                answer.expect_problem(403)
    for origin in (f"http://127.0.0.1:{daemon.port}", f"http://localhost:{daemon.port}"):
        daemon.get("/jobs", headers={"Origin": origin}).expect(200)


@test("421 comes before 403, and 403 before 401, and 401 before 404")
def _(t):
    daemon = t.daemon()
    everything = {"Host": "evil.example", "Origin": "http://evil.example"}
    daemon.get("/nowhere", token=False, headers=everything).expect_problem(421)
    del everything["Host"]
    daemon.get("/nowhere", token=False, headers=everything).expect_problem(403)
    daemon.get("/nowhere", token=False).expect_problem(401)
    daemon.get("/nowhere").expect_problem(404)


@test("every path answers an unsupported method with 405 and Allow, and OPTIONS with 204 and Allow")
def _(t):
    daemon, _ = walked(t)
    job_id = daemon.ids()[0]
    for path in PATHS:
        target = path.replace("{id}", job_id)
        wanted = methods_of(path)
        answer = daemon.request("OPTIONS", target).expect(204)
        expect(set(re.split(r"\s*,\s*", answer.headers["Allow"])), wanted, f"Allow of {path}")
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} - wanted:
            answer = daemon.request(method, target)
            if answer.status != 405:
                fail(f"{method} {path}: {answer.status}")
            expect(set(re.split(r"\s*,\s*", answer.headers["Allow"])), wanted, f"Allow of {method} {path}")


@test("every route of a job answers 404 for an unknown job, before the body is looked at")
def _(t):
    daemon = t.daemon()
    for method, path in ROUTES:
        if "{id}" not in path:
            continue
        for unknown in ("job_20200101-000000-00ffff", "nonsense", "..", "%00", "x" * 300):
            target = path.replace("{id}", unknown)
            status = daemon.request(method, target, body=body_for(method)).status
            if status != 404 and not (unknown == "%00" and status == 400):
                fail(f"{method} {target[:80]}: {status}")
    missing = "/jobs/job_20200101-000000-00ffff"
    daemon.patch(missing, body=b"no json").expect_problem(404)
    daemon.patch(missing, body=b"x=1", headers={"Content-Type": "text/plain"}).expect_problem(404)


@test("a body that is not application/json is 415 on every route, also where none is needed")
def _(t):
    daemon, routes = walked(t)
    for method, path in routes:
        if "out.txt" in path:
            continue  # There is no such file: either word is true.
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/json", None):
            daemon.request(method, path, body=b"{}", headers={"Content-Type": kind}).expect_problem(415)
    for kind in ("application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"):
        daemon.post("/jobs", body=b'{"name":"x","selections":{}}', headers={"Content-Type": kind}).expect(201)


@test("405 comes before 415, 415 before 413 and 413 before 400")
def _(t):
    daemon = t.daemon()
    plain = {"Content-Type": "text/plain"}
    daemon.request("PUT", "/jobs", body=b"x", headers=plain).expect_problem(405)
    huge = b" " * (2 * 1024 * 1024)
    daemon.post("/jobs", body=huge, headers=plain).expect_problem(415)
    daemon.post("/jobs", body=huge).expect_problem(413)


@test("routes that need no body take an empty one and an empty object")
def _(t):
    daemon = t.daemon()
    for path in ("/jobs/stop", "/jobs/clear"):
        for body in (None, b"", b"{}"):
            answer = daemon.request("POST", path, body=body, headers={} if body else {"Content-Length": "0", "Content-Type": None})
            answer.expect(200, 202)
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("POST", "/jobs/clear"))
        connection.answer().expect(200)


@test("an unknown query parameter is 422 with its name, on every route")
def _(t):
    daemon, routes = walked(t)
    for method, path in routes:
        if path.endswith("/shutdown"):
            continue
        body = {"POST /jobs": b'{"name":"x","selections":{}}'}.get(f"{method} {path}", body_for(method))
        answer = daemon.request(method, path + "?surprise=1", body=body)
        if answer.status not in (422, 404):
            fail(f"{method} {path}?surprise=1: {answer.status}")
        if answer.status == 422:
            expect_in("surprise", answer.text)
