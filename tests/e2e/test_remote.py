# SPDX-License-Identifier: MIT
"""A daemon behind a proxy with TLS, by the recipes of docs/remote.md, and the page's own code."""

import re
import shutil
import subprocess
import urllib.parse

from support import expect, skip, test
from support.answers import Closed
from support.expect import PATIENCE
from support.proxies import HOST, behind_caddy, behind_nginx, recipes

DEFAULTS = """  location / {
    proxy_pass http://127.0.0.1:8001;
    proxy_set_header Host $http_host;
  }
"""


def daemon_of(t, **options):
    return t.daemon("--allowed-hosts", HOST, **options)


def use_it(daemon, remote):
    """A job's life, seen from outside."""
    remote.get("/jobs", token=False).expect_problem(401)
    origin = {"Origin": f"https://{HOST}"}
    answer = remote.post("/jobs", {"name": "a draft", "selections": {}}, headers=origin).expect(201)
    expect(remote.get_reference("/jobs", answer.headers["Location"]).expect(200).json(), answer.json())
    with remote.events() as events:
        events.next()
        job = remote.run("sh", "-c", "echo made > made.txt; echo odd > \"$(printf 'caf\\351 100%%?.txt')\"; echo logged")
        events.until_job(job["job_id"], "completed")
    expect(remote.log_of(job), "logged\n")
    odd, made = remote.get(f"/jobs/{job['job_id']}/files").json()
    expect((odd["path"], made["name"]), ("caf%E9%20100%25%3F.txt", "made.txt"))
    expect(remote.get(f"/jobs/{job['job_id']}/files/made.txt").body, b"made\n")
    expect(remote.get(f"/jobs/{job['job_id']}/files/{odd['path']}").body, b"odd\n")
    page = remote.get("/jobs?limit=1").expect(200)
    link = re.fullmatch(r'<(.*)>; rel="next"', page.headers["Link"]).group(1)
    rest = remote.get_reference("/jobs", link).expect(200).json()
    expect([j["job_id"] for j in page.json() + rest], daemon.ids())
    expect(remote.get_reference("/", remote.get("/").json()["links"]["status"]).json()["status"], "online")
    # Where a program that was made from the description sends its requests.
    server = remote.get("/openapi.json").json()["servers"][0]["url"]
    path = urllib.parse.urlsplit(urllib.parse.urljoin(f"{remote.url}/openapi.json", server)).path
    expect(remote.get_reference("/openapi.json", f"{path.rstrip('/')}/jobs").expect(200).json(), remote.get("/jobs").json())
    remote.post("/jobs/clear", headers={"Origin": "https://evil.example"}).expect_problem(403)
    remote.delete(f"/jobs/{job['job_id']}").expect(200)


@test("a daemon behind nginx with TLS and a host of its own does all that it does without")
def _(t):
    daemon = daemon_of(t)
    remote = behind_nginx(t, daemon)
    use_it(daemon, remote)
    remote.get("/jobs", headers={"Host": "evil.example"}).expect(421)


@test("a daemon behind nginx with TLS and a path prefix does so too, with the prefix in each reference")
def _(t):
    daemon = daemon_of(t)
    use_it(daemon, behind_nginx(t, daemon, prefix="/vestim"))


@test("Caddy's recipes do the same, without a prefix and with one")
def _(t):
    daemon = daemon_of(t)
    use_it(daemon, behind_caddy(t, daemon))
    other = daemon_of(t, home=t.dir / "other")
    use_it(other, behind_caddy(t, other, prefix="/vestim"))


# The prefix goes into headers, so only a plain path is one.
@test("Location, Link and the links of GET / have the prefix that a proxy names, if it is a plain path")
def _(t):
    daemon = t.daemon()

    def references(prefix, more=b""):
        """The three of them, without what follows the prefix. Twice, because the list is kept."""
        found = set()
        for _ in range(2):
            with daemon.connect() as connection:
                for method, target, body in (("POST", "/jobs", b'{"selections":{}}'), ("GET", "/jobs?limit=1", None), ("GET", "/", None)):
                    data = daemon.request_bytes(method, target, body, {"X-Forwarded-Prefix": prefix})
                    connection.send(data.replace(b"\r\n\r\n", b"\r\n" + more + b"\r\n", 1))
                location = connection.answer().expect(201).headers["Location"]
                link = connection.answer().expect(200).headers["Link"]
                jobs = connection.answer().expect(200).json()["links"]["jobs"]
            found |= {location.partition("/jobs/job_")[0], link.removeprefix("<").partition("/jobs?")[0], jobs.partition("/jobs")[0]}
        return found

    daemon.draft()
    for prefix, wanted in (("/vestim", "/vestim"), ("/a/b-1.x~/", "/a/b-1.x~"), ("/", ""), (None, "")):
        expect(references(prefix), {wanted}, f"references with {prefix}")
    for prefix in ("", "vestim", "//evil.example", "/a b", "/a>;x", "/a, /b", '/"', "/" + "x" * 300):
        expect(references(prefix), {""}, f"references with {prefix}")
    expect(references("/a", b"X-Forwarded-Prefix: /b\r\n"), {""}, "references with two prefixes")


# Without this, the first events come when 4 KiB of them have gathered.
@test("each event passes nginx at once, also with nginx's defaults")
def _(t):
    daemon = daemon_of(t)
    remote = behind_nginx(t, daemon, location=DEFAULTS)
    with remote.events() as events:
        events.next()
        for number in range(3):
            remote.draft(name=f"through nginx {number}")
            events.until(lambda e: e.name == "job" and e.data["name"] == f"through nginx {number}")
    last = events.seen[-1].id
    daemon.draft(name="missed")
    with remote.events(last_id=last) as events:
        events.until(lambda e: e.name == "job" and e.data["name"] == "missed")


def end_of(events):
    """How the stream ends: with its last chunk, or with the connection."""
    try:
        while True:
            events.next()
    except Closed as closed:
        return "ended" if str(closed) == "the stream ended" else "broke"
    except OSError:
        return "broke"


@test("a log is followed line by line through nginx with its defaults, and waits pass it")
def _(t):
    daemon = daemon_of(t)
    remote = behind_nginx(t, daemon, location=DEFAULTS)
    job = remote.sh('for n in 1 2 3; do echo "line $n"; until [ -e go$n ]; do sleep 0.05; done; done')
    daemon.until_status(job, "running")
    with remote.connect() as connection:
        connection.send(remote.request_bytes("GET", f"/jobs/{job['job_id']}/log?follow=1"))
        head, text = connection.head().expect(200), b""
        for n in (1, 2, 3):
            while f"line {n}\n".encode() not in text:
                text += connection.take(int(connection.take_line(), 16)) + connection.take(2)[2:]
            (daemon.folder(job) / f"go{n}").touch()
        expect(head.headers["Transfer-Encoding"], "chunked")
        text += connection.take_chunked()
    expect(text, b"line 1\nline 2\nline 3\n")
    daemon.completed(job)
    waits = remote.run("true", hold=True)
    with remote.connect() as connection:
        connection.send(remote.request_bytes("GET", f"/jobs/{waits['job_id']}?wait=50"))
        daemon.post(f"/jobs/{waits['job_id']}/start").expect(200)
        connection.answer().expect(200)  # with whatever the job had come to when nginx had passed the request on
    before = daemon.completed(waits)
    expect(remote.get(f"/jobs/{waits['job_id']}?wait=50").expect(200).json(), before)


@test("a client behind nginx sees whether the stream ended or broke")
def _(t):
    daemon = daemon_of(t)
    remote = behind_nginx(t, daemon)
    with remote.events() as events:
        events.next()
        daemon.stop()
        expect(end_of(events), "ended")
    again = daemon_of(t, home=t.dir / "again", port=daemon.port)
    remote.token = again.token
    with remote.events() as events:
        events.next()
        again.kill()
        expect(end_of(events), "broke")


@test("the code of docs/remote.md for web pages follows the events")
def _(t):
    node = shutil.which("node")
    if not node:
        skip("node is not installed")
    daemon = t.daemon()
    code = recipes("js")[0] + """
const [base, token] = process.argv.slice(2);
await follow(base, token, "", (id, name, data) => {
  console.log(id, name, data.name ?? "");
  if (data.name === "the last\\none") process.exit(0);
});
"""
    start = daemon.get("/jobs").headers["Vestim-Event-Id"]
    script = t.write("follow.mjs", code.replace('token, "", (id', f'token, "{start}", (id'))
    daemon.draft(name="the first")
    daemon.draft(name="the last\none", selections={"a": 1})
    got = subprocess.run([node, script, daemon.url, daemon.token], capture_output=True, text=True, timeout=30 * PATIENCE, check=True)
    expect(re.findall(r"^\S+ (\w+) ?(.*)$", got.stdout, re.M)[:3], [("hello", ""), ("job", "the first"), ("job", "the last")])
