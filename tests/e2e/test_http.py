# SPDX-License-Identifier: MIT
"""Well-formed HTTP in all the forms that clients, proxies and scripts send it."""

import os
import email.utils
import socket
import time

from support import expect, expect_in, fail, test, until
from support.answers import Closed


@test("GET / shows name, version and links that work")
def _(t):
    daemon = t.daemon()
    answer = daemon.get("/").expect(200)
    expect(answer.headers["Content-Type"].split(";")[0], "application/json")
    about = answer.json()
    expect_in("vestim", str(about["name"]).lower())
    expect(about["version"], daemon.server["version"])
    for link in about["links"].values() if isinstance(about["links"], dict) else about["links"]:
        target = link if isinstance(link, str) else link["href"]
        if "{" not in target and "events" not in target:
            status = daemon.request("OPTIONS", target).status
            if status != 204:
                fail(f"link {target}: {status}")


@test("the status has all members of the contract, in the right types")
def _(t):
    daemon = t.daemon("--max-running", "3")
    status = daemon.get("/server/status").expect(200).json()
    expect(status["status"], "online")
    expect(status["pid"], daemon.pid)
    expect(status["max_running"], 3)
    expect(
        sorted(status["jobs"]),
        sorted(["created", "queued", "running", "completed", "failed", "stopped", "interrupted"]),
        "counts",
    )
    expect(isinstance(status["jobs_bytes"], int), True, "jobs_bytes is a number")
    time.strptime(status["started_at"], "%Y-%m-%dT%H:%M:%S.%fZ")


@test("a connection serves many requests, one after the other")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        for number in range(50):
            connection.send(daemon.request_bytes("GET", "/server/status" if number % 2 else "/jobs"))
            connection.answer().expect(200)


@test("pipelined requests are answered in order, slow ones before quick ones")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        posts = [daemon.request_bytes("POST", "/jobs", b'{"name":"%d","selections":{}}' % n) for n in range(20)]
        mixed = b"".join(post + daemon.request_bytes("GET", "/") for post in posts)
        connection.send(mixed)
        for number in range(20):
            expect(connection.answer().expect(201).json()["name"], str(number))
            expect_in("version", connection.answer().expect(200).json())


# A pipelining client must see its own writes.
@test("a pipelined GET after a POST shows what the POST made")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        create = daemon.request_bytes("POST", "/jobs", b'{"name":"x","selections":{}}')
        connection.send(create + daemon.request_bytes("GET", "/jobs"))
        job = connection.answer().expect(201).json()
        expect([one["job_id"] for one in connection.answer().expect(200).json()], [job["job_id"]])


@test("requests may come byte by byte")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        for byte in daemon.request_bytes("POST", "/jobs", b'{"name":"slow","selections":{"a":[1]}}'):
            connection.send(bytes([byte]))
        expect(connection.answer().expect(201).json()["name"], "slow")


@test("a chunked body is accepted, with extensions and trailers, however it is split")
def _(t):
    daemon = t.daemon()
    body = b'{"name":"chunked","selections":{"x":1}}'
    for size in (1, 7, 1000):
        parts = [body[i : i + size] for i in range(0, len(body), size)]
        chunks = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts)
        head = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
        with daemon.connect() as connection:
            connection.send(daemon.request_bytes("POST", "/jobs", headers=head) + chunks + b"0\r\nX-Trailer: a\r\n\r\n")
            expect(connection.answer().expect(201).json()["selections"], {"x": 1})
            connection.send(daemon.request_bytes("GET", "/"))
            connection.answer().expect(200)


@test("Expect: 100-continue is answered before the body is sent")
def _(t):
    daemon = t.daemon()
    body = b'{"name":"expected","selections":{}}'
    with daemon.connect() as connection:
        data = daemon.request_bytes("POST", "/jobs", body, headers={"Expect": "100-continue"})
        connection.send(data[: -len(body)])
        expect(connection.answer().status, 100)
        connection.send(body)
        connection.answer().expect(201)


@test("Expect: 100-continue of a request that is refused gets the refusal instead")
def _(t):
    daemon = t.daemon()
    head = {"Expect": "100-continue", "Content-Length": "5000000", "Content-Type": "application/json"}
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("POST", "/jobs", headers=head))
        connection.answer().expect_problem(413)
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("POST", "/jobs", headers=head, token=False))
        connection.answer().expect_problem(401)


@test("HTTP/1.0 is answered and closed")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("GET", "/jobs", version="HTTP/1.0"))
        connection.answer().expect(200)
        expect(connection.is_closed_by_peer(), True, "closed")


@test("Connection: close is respected")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("GET", "/jobs", headers={"Connection": "close"}))
        expect(connection.answer().expect(200).headers["Connection"].lower(), "close")
        expect(connection.is_closed_by_peer(), True, "closed")


@test("HEAD gives GET's headers without a body, wherever GET is")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo hello > out.txt; echo log")
    daemon.completed(job)
    base = f"/jobs/{job['job_id']}"
    targets = ["/", "/server/status", "/jobs", base, f"{base}/log", f"{base}/metrics", f"{base}/files", f"{base}/files/out.txt"]
    with daemon.connect() as connection:
        for target in targets:
            connection.send(daemon.request_bytes("GET", target))
            got = connection.answer().expect(200)
            connection.send(daemon.request_bytes("HEAD", target))
            head = connection.answer(to_head=True).expect(200)
            if target != "/server/status":
                expect(head.headers["Content-Length"], got.headers["Content-Length"], target)
            expect(head.headers["Content-Type"], got.headers["Content-Type"], target)
    daemon.request("HEAD", "/jobs/nothing").expect(404)


@test("answers carry a Date and their length")
def _(t):
    daemon = t.daemon()
    answer = daemon.get("/jobs").expect(200)
    drift = abs(email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time())
    expect(drift < 60, True, f"Date is {drift:.0f} s off")
    expect(answer.headers["Content-Length"], str(len(answer.body)))


# Without it a shell writes its prompt on the same line.
@test("every answer of JSON ends with one newline")
def _(t):
    daemon = t.daemon()
    job = daemon.completed(daemon.sh("echo hello"))
    one = f"/jobs/{job['job_id']}"
    key = {"Idempotency-Key": "0d6f0c4e-8f37-4a52-9a5e-6a2f3f0f3b11"}
    answers = [daemon.get(path) for path in ("/", "/server/status", "/jobs", one, one + "/files", one + "/metrics")]
    answers += [daemon.post("/jobs", {"selections": {}}, headers=key).expect(201, 200) for _ in range(2)]
    answers.append(daemon.post("/estimation/check", {"files": [str(t.dir / "missing.csv")]}))
    answers.append(daemon.post(one + "/retry"))
    answers += [daemon.get("/jobs/none"), daemon.get(f"/jobs/{answers[6].json()['job_id']}/metrics")]
    for answer in answers:
        expect(answer.headers["Content-Type"][:12], "application/")
        expect(answer.body[-1:], b"\n", answer.text)
        expect(answer.body[-2:-1] in (b"}", b"]"), True, answer.body[-20:])
    expect(answers[6].body, answers[7].body, "the answer to a repetition")


@test("If-None-Match with the current ETag is 304, with another or after a change 200")
def _(t):
    daemon = t.daemon()
    job = daemon.draft()
    for target in ("/jobs", f"/jobs/{job['job_id']}"):
        first = daemon.get(target).expect(200)
        tag = first.headers["ETag"]
        again = daemon.get(target, headers={"If-None-Match": tag}).expect(304)
        expect(again.body, b"")
        expect(again.headers["ETag"], tag)
        expect("Vestim-Event-Id" in again.headers, True, "a 304 carries the event ID")
        daemon.get(target, headers={"If-None-Match": '"other"'}).expect(200)
        daemon.get(target, headers={"If-None-Match": f'"other", {tag}'}).expect(304)
        daemon.get(target, headers={"If-None-Match": "*"}).expect(304)
        daemon.patch(f"/jobs/{job['job_id']}", {"name": f"new for {target}"}).expect(200)
        changed = daemon.get(target, headers={"If-None-Match": tag}).expect(200)
        expect(changed.headers["ETag"] != tag, True, "the tag changed")


# A restarted daemon counts from the beginning: an equal count must not mean an equal list.
@test("an ETag of one run of the daemon does not match in another")
def _(t):
    daemon = t.daemon()
    daemon.draft()
    tag = daemon.get("/jobs").headers["ETag"]
    daemon.restart()
    daemon.draft()
    daemon.get("/jobs", headers={"If-None-Match": tag}).expect(200)


@test("Range gives parts of a log and of a file: 206, 416, and 200 for anything but a range of bytes")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("printf 0123456789; printf 0123456789 > out.bin")
    daemon.completed(job)
    for target in (f"/jobs/{job['job_id']}/log", f"/jobs/{job['job_id']}/files/out.bin"):
        for wanted, body, shown in (
            ("bytes=0-3", b"0123", "bytes 0-3/10"),
            ("bytes=4-", b"456789", "bytes 4-9/10"),
            ("bytes=-3", b"789", "bytes 7-9/10"),
            ("bytes=8-100", b"89", "bytes 8-9/10"),
            ("bytes=-100", b"0123456789", "bytes 0-9/10"),
        ):
            answer = daemon.get(target, headers={"Range": wanted}).expect(206)
            expect(answer.body, body, f"{target} {wanted}")
            expect(answer.headers["Content-Range"], shown, wanted)
        for wanted in ("bytes=10-", "bytes=100-200", "bytes=-0"):
            answer = daemon.get(target, headers={"Range": wanted})
            answer.expect_problem(416)
            expect(answer.headers["Content-Range"], "bytes */10", wanted)
        for wanted in ("lines=1-2", "bytes=3-1", "bytes=a-b", "bytes="):
            expect(daemon.get(target, headers={"Range": wanted}).expect(200).body, b"0123456789", wanted)
        expect(daemon.get(target).headers["Accept-Ranges"], "bytes")


# An interrupted download resumes only if the file has not changed.
@test("a file has an ETag: If-Range joins parts of one version, If-None-Match avoids a second download")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("printf 0123456789 > out.txt")
    daemon.completed(job)
    target = f"/jobs/{job['job_id']}/files/out.txt"
    made = daemon.folder(job) / "out.txt"
    os.utime(made, (1_700_000_000, 1_700_000_000))
    tag = daemon.get(target).expect(200).headers["ETag"]
    part = {"Range": "bytes=4-", "If-Range": tag}
    expect(daemon.get(target, headers=part).expect(206).body, b"456789")
    daemon.get(target, headers={"If-None-Match": tag}).expect(304)
    os.utime(made, (1_700_000_001, 1_700_000_001))
    expect(daemon.get(target, headers=part).expect(200).body, b"0123456789")
    # One that is being written may change without its time showing it.
    os.utime(made, (time.time() + 3600,) * 2)
    tag = daemon.get(target).expect(200).headers["ETag"]
    expect(tag.startswith("W/"), True, f"{tag} is weak")
    daemon.get(target, headers={"Range": "bytes=4-", "If-Range": tag}).expect(200)


@test("the part of a log that grows can be polled with Range")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo one; until [ -e go ]; do sleep 0.05; done; echo two")
    until(lambda: daemon.log_of(job) == "one\n", "first line")
    target = f"/jobs/{job['job_id']}/log"
    daemon.get(target, headers={"Range": "bytes=4-"}).expect(416)
    (daemon.folder(job) / "go").touch()
    daemon.completed(job)
    expect(daemon.get(target, headers={"Range": "bytes=4-"}).expect(206).body, b"two\n")


@test("an absolute target and a percent-encoded path are understood")
def _(t):
    daemon = t.daemon()
    job = daemon.draft()
    daemon.get(f"http://{daemon.netloc}/jobs").expect(200)
    daemon.get(f"/jobs/{job['job_id'].replace('_', '%5F')}").expect(200)
    daemon.get("/%6Aobs").expect(200, 404)


@test("paths with .., double slashes and encoded slashes are not found")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo x > out.txt")
    daemon.completed(job)
    files = f"/jobs/{job['job_id']}/files"
    for tail in ("../job.json", "..%2f..%2ftoken", "%2e%2e/%2e%2e/token", "./out.txt", "/out.txt", "a/../out.txt", "%00", "out.txt%00", "..", "", "/etc/passwd", "out.txt/"):
        status = daemon.get(f"{files}/{tail}").status
        if status not in (400, 404):
            fail(f"{tail}: {status}")
    for target in ("//jobs", "/jobs//", "/jobs/../jobs", "/nowhere"):
        status = daemon.get(target).status
        if status not in (400, 404):
            fail(f"{target}: {status}")


@test("a client that disappears during a request or an answer does no harm")
def _(t):
    daemon = t.daemon()
    whole = daemon.request_bytes("POST", "/jobs", b'{"name":"half","selections":{}}')
    for cut in range(1, len(whole), 9):
        with daemon.connect() as connection:
            connection.send(whole[:cut])
    for _ in range(20):
        with daemon.connect() as connection:
            connection.send(daemon.request_bytes("GET", "/jobs") * 20)
    expect(daemon.get("/").status, 200)


@test("a client that shuts its writing side down still gets its answer")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("POST", "/jobs", b'{"name":"half-closed","selections":{}}'))
        connection.socket.shutdown(socket.SHUT_WR)
        connection.answer().expect(201)


@test("empty lines before a request are ignored, as the standard demands")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        connection.send(b"\r\n" + daemon.request_bytes("GET", "/"))
        try:
            connection.answer().expect(200, 400)
        except Closed:
            fail("closed without an answer")
