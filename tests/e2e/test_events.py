# SPDX-License-Identifier: MIT
"""Server-Sent Events: a view that follows them shows what is stored, without a gap."""

import socket
import threading
import time

from support import expect, expect_in, fail, skip, test, until
from support.answers import Closed
from support.expect import PATIENCE
from support.processes import open_files


def numbers(events):
    return [int(event.id.split(":")[1]) for event in events if event.id]


@test("the stream starts with hello and the current ID, in the right type")
def _(t):
    daemon = t.daemon()
    with daemon.events() as events:
        expect(events.head.headers["Content-Type"].split(";")[0], "text/event-stream")
        expect_in("no-", events.head.headers["Cache-Control"])
        hello = events.next()
        expect(hello.name, "hello")
        expect(hello.id, daemon.get("/jobs").headers["Vestim-Event-Id"])


@test("each change of a job comes as the whole object, in order, with rising IDs")
def _(t):
    daemon = t.daemon()
    with daemon.events() as events:
        events.next()
        job = daemon.run("true")
        last = events.until_job(job["job_id"], "completed")
        seen = [event.data["status"] for event in events.seen if event.name == "job"]
        expect([s for n, s in enumerate(seen) if n == 0 or seen[n - 1] != s], ["queued", "running", "completed"])
        expect(last.data, daemon.job(job))
        ids = numbers(events.seen)
        expect(ids, sorted(set(ids)), "numbers rise")


@test("deletion of one job is `deleted`, clearing is one `cleared` without any `deleted`")
def _(t):
    daemon = t.daemon()
    jobs = [daemon.draft()["job_id"] for _ in range(5)]
    held = daemon.completed(daemon.run("true"))["job_id"]
    with daemon.events() as events:
        daemon.delete(f"/jobs/{jobs[0]}").expect(200)
        expect(events.until(lambda e: e.name == "deleted").data, {"job_id": jobs[0]})
        daemon.post("/jobs/clear?status=created").expect(200)
        some = events.until(lambda e: e.name == "cleared").data
        expect(sorted(some["job_ids"]), sorted(jobs[1:]))
        daemon.post("/jobs/clear").expect(200)
        everything = events.until(lambda e: e.name == "cleared").data
        expect(everything, {"all": True})
        expect([e.data["job_id"] for e in events.seen if e.name == "deleted"], [jobs[0]])
        expect(held in str(everything), False)


@test("a stream continues after Last-Event-ID without a gap")
def _(t):
    daemon = t.daemon()
    start = daemon.get("/jobs").headers["Vestim-Event-Id"]
    made = [daemon.draft()["job_id"] for _ in range(30)]
    with daemon.events(last_id=start) as events:
        got = [events.until(lambda e: e.name == "job") for _ in made]
        expect([event.data["job_id"] for event in got], made)
        middle = got[14].id
    with daemon.events(last_id=middle) as events:
        got = [events.until(lambda e: e.name == "job") for _ in made[15:]]
        expect([event.data["job_id"] for event in got], made[15:])


# A dashboard lists, subscribes with the ID of the list, and must then miss nothing.
@test("list and then subscribe with its ID shows every job exactly once, under load")
def _(t):
    daemon = t.daemon()
    made = []

    def client():
        for _ in range(100):
            made.append(daemon.draft()["job_id"])

    worker = threading.Thread(target=client)
    worker.start()
    until(lambda: len(made) > 30, "jobs are being made")
    answer = daemon.get("/jobs").expect(200)
    listed = [job["job_id"] for job in answer.json()]
    with daemon.events(last_id=answer.headers["Vestim-Event-Id"]) as events:
        worker.join()
        followed = []
        while len(listed) + len(followed) < 100:
            followed.append(events.until(lambda e: e.name == "job").data["job_id"])
    expect(sorted(listed + followed), sorted(made))


@test("an ID of another stream epoch, a future one or garbage is answered with one reset")
def _(t):
    daemon = t.daemon()
    old = daemon.get("/jobs").headers["Vestim-Event-Id"]
    daemon.draft()
    daemon.restart()
    run = daemon.get("/jobs").headers["Vestim-Event-Id"].split(":")[0]
    for last in (old, "garbage", f"{run}:999999", "0:0", ":", "x" * 300):
        with daemon.events(last_id=last) as events:
            job = daemon.draft()
            events.until(lambda e: e.name == "job" and e.data["job_id"] == job["job_id"])
            expect([event.name for event in events.seen].count("reset"), 1, f"resets after {last[:20]!r}")


@test("an ID that is too old is answered with one reset")
def _(t):
    daemon = t.daemon()
    start = daemon.get("/jobs").headers["Vestim-Event-Id"]
    job = daemon.draft()
    path = f"/jobs/{job['job_id']}"
    name = b"n" * 1000
    with daemon.connect() as connection:
        for block in range(60):
            # In turns: what is so already is no change.
            bodies = [b'{"name":"%s%d %d"}' % (name, block, turn) for turn in range(2)]
            pair = b"".join(daemon.request_bytes("PATCH", path, body) for body in bodies)
            connection.send(pair * 50)
            for _ in range(100):
                connection.answer().expect(200)
    with daemon.events(last_id=start) as events:
        first = events.next()
        if first.name == "hello":
            first = events.next()
        expect(first.name, "reset")


# A change must not wait for a timer. A request and its answer take as long as the machine makes them; a push
# takes about the same, and a timer would take many times as long.
@test("a change is pushed at once")
def _(t):
    daemon = t.daemon()
    with daemon.events() as events:
        events.next()
        requests, pushes = [], []
        for number in range(20):
            began = time.monotonic()
            daemon.draft(name=str(number))
            answered = time.monotonic()
            events.until(lambda e: e.name == "job" and e.data["name"] == str(number))
            requests.append(answered - began)
            pushes.append(time.monotonic() - answered)
        request, push = sorted(requests)[10], sorted(pushes)[10]
        expect(push < 20 * request, True, f"median request {request:.4f} s, push {push:.4f} s")


@test("progress is merged to at most ten events a second, and the last one is never lost")
def _(t):
    daemon = t.daemon()
    script = "import os\nfor n in range(20001):\n os.write(3, b'{\"progress\": %f}\\n' % (n / 20000))"
    with daemon.events() as events:
        job = daemon.run("/usr/bin/python3", "-c", script)
        end = events.until_job(job["job_id"], "completed", 60)
        expect(end.data["progress"], 1)
        running = [e for e in events.seen if e.name == "job" and e.data["status"] == "running"]
        wall = end.data["details"]["wall_s"]
        expect(len(running) <= 10 * wall + 6, True, f"{len(running)} events in {wall} s")


@test("several subscribers see the same")
def _(t):
    daemon = t.daemon()
    streams = [daemon.events() for _ in range(8)]
    job = daemon.run("true")
    for events in streams:
        events.until_job(job["job_id"], "completed")
    expect(len({tuple(event.id for event in events.seen if event.name == "job") for events in streams}), 1)
    for events in streams:
        events.connection.close()


@test("a quiet stream carries a comment at least every 15 seconds")
def _(t):
    daemon = t.daemon()
    with daemon.events() as events:
        events.next()
        began = time.monotonic()
        while events.comments == 0 and time.monotonic() - began < 18 * PATIENCE:
            events.connection.socket.settimeout(20 * PATIENCE)
            try:
                events._parse(events._block())
            except (TimeoutError, Closed):
                break
        expect(events.comments > 0, True, "a comment came")


@test("a subscriber that does not read is dropped, and the others get everything")
def _(t):
    daemon = t.daemon()
    lazy = daemon.events()
    job = daemon.create(selections={"x": "a" * 200_000})
    path = f"/jobs/{job['job_id']}"
    with daemon.events() as events:
        for number in range(100):
            daemon.patch(path, {"name": str(number)}).expect(200)
            events.until(lambda e: e.name == "job" and e.data["name"] == str(number))
    try:
        lazy.connection.socket.settimeout(60)
        while True:
            lazy._block()
    except (Closed, ConnectionResetError):
        pass
    except TimeoutError:
        fail("the subscriber was not dropped")


@test("a graceful stop ends the streams, and the last event is the job's end")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("sleep 600")
    daemon.until_status(job, "running")
    with daemon.events() as events:
        events.next()
        daemon.stop()
        try:
            while True:
                events.next()
        except (Closed, ConnectionResetError):
            pass
        expect(events.seen[-1].data["status"], "interrupted")


@test("HEAD of the stream is answered and ends")
def _(t):
    daemon = t.daemon()
    answer = daemon.request("HEAD", "/events").expect(200)
    expect(answer.headers["Content-Type"].split(";")[0], "text/event-stream")


# Without chunks, a client cannot tell a stream that ended from one that broke.
@test("a stop ends the stream with its last chunk, and a daemon that was killed does not")
def _(t):
    daemon = t.daemon()
    with daemon.events() as events:
        events.next()
        expect(events.head.headers["Transfer-Encoding"], "chunked")
        daemon.stop()
        rest = events.connection.take_rest()
        expect(rest.endswith(b"\r\n0\r\n\r\n") or rest == b"0\r\n\r\n", True, f"the last chunk after a stop: {rest[-80:]!r}")
    daemon.start()
    with daemon.events() as events:
        events.next()
        daemon.kill()
        try:
            rest = events.connection.take_rest()
        except ConnectionResetError:
            rest = b""
        expect(b"0\r\n\r\n" in rest, False, "a last chunk after a kill")


@test("a subscriber of HTTP/1.0 gets the events without chunks, up to the end of the connection")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("GET", "/events", version="HTTP/1.0"))
        head = connection.head().expect(200)
        expect("Transfer-Encoding" in head.headers, False)
        daemon.draft(name="for the old client")
        daemon.stop()
        text = connection.take_rest()
        expect(text.startswith(b"id: "), True, f"a chunk size: {text[:40]!r}")
        expect_in(b"for the old client", text)


@test("the stream asks proxies to pass events on at once")
def _(t):
    with t.daemon().events() as events:
        expect(events.head.headers["X-Accel-Buffering"], "no")


# Such as `nc -N` and Java's old HTTP client.
@test("a subscriber that shuts down its sending side still gets every event")
def _(t):
    daemon = t.daemon()
    with daemon.events() as events:
        events.connection.socket.shutdown(socket.SHUT_WR)
        events.next()
        for number in range(3):
            daemon.draft(name=f"half-closed {number}")
            events.until(lambda e: e.name == "job" and e.data["name"] == f"half-closed {number}")


@test("a subscriber that is gone does not keep its connection, although nothing happens")
def _(t):
    daemon = t.daemon()

    def connections():
        return sum(link.startswith("socket:") for link in open_files(daemon.pid).values())

    before = connections()
    streams = [daemon.events() for _ in range(20)]
    for events in streams:
        events.next()
    expect(connections(), before + 20)
    for events in streams:
        events.connection.close()
    until(lambda: connections() == before, "the connections are closed", 5)


@test("Python's requests sees each event when it comes, and an error when the stream breaks")
def _(t):
    try:
        import requests
    except ImportError:
        skip("python3-requests is not installed")
    daemon = t.daemon()
    session = requests.Session()
    session.trust_env = False
    bearer = {"Authorization": f"Bearer {daemon.token}"}
    with session.get(daemon.url + "/events", headers=bearer, stream=True, timeout=10 * PATIENCE) as answer:
        lines = answer.iter_lines()
        for number in range(3):
            daemon.draft(name=f"seen by requests {number}")
            while f"seen by requests {number}".encode() not in next(lines):
                pass
        daemon.kill()
        try:
            for _ in lines:
                pass
        except requests.exceptions.ChunkedEncodingError:
            return
    fail("the broken stream looks like one that ended")


# Addresses end up in logs and histories.
@test("the token is not taken from the query")
def _(t):
    daemon = t.daemon()
    for name in ("token", "access_token", "authorization"):
        daemon.get(f"/events?{name}={daemon.token}", token=False).expect_problem(401)
