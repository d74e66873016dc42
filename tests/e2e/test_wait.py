# SPDX-License-Identifier: MIT
"""GET /jobs/{id}?wait=: one request is answered when something happens."""

import socket
import struct
import threading
import time

from support import expect, fail, test, until
from support.expect import PATIENCE
from support.metrics import scrape
from support.waiting import WAITING, begun, release


class Wait:
    """A request on a connection of its own, sent now and answered later."""

    def __init__(self, daemon, job, seconds=60, method="GET", headers=None, version="HTTP/1.1"):
        self.method = method
        self.connection = daemon.connect()
        self.connection.send(daemon.request_bytes(method, target(job, seconds), None, headers, version))

    def answer(self):
        return self.connection.answer(to_head=self.method == "HEAD")

    def is_waiting(self):
        self.connection.socket.settimeout(0.3)
        try:
            self.connection.fill()
        except TimeoutError:
            return True
        finally:
            self.connection.socket.settimeout(30 * PATIENCE)
        return False

    def reset(self):
        self.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def target(job, seconds):
    return f"/jobs/{job['job_id']}?wait={seconds}"


def answered(daemon, job, headers=None):
    """The answer to a request that has no reason to wait."""
    before = time.monotonic()
    answer = daemon.get(target(job, 60), headers=headers, timeout=60)
    expect(time.monotonic() - before < 60, True, "it did not wait")
    return answer


def arrived(daemon, count):
    """Waits until the daemon has so many connections, and has read what came on them before this."""
    until(lambda: scrape(daemon).value("vestim_http_connections") - 1 == count, f"{count} clients are connected")
    daemon.get("/").expect(200)


def running(daemon, **more):
    job = daemon.sh(WAITING, **more)
    daemon.until_status(job, "running")
    begun(daemon, job)
    return job


@test("the answer comes when a queued job starts, and when a running one ends")
def _(t):
    daemon = t.daemon("--max-running", "1")
    first = running(daemon)
    second = daemon.sh(WAITING)
    waits = {"first": Wait(daemon, first), "second": Wait(daemon, second), "head": Wait(daemon, first, method="HEAD")}
    if not all(wait.is_waiting() for wait in waits.values()):
        fail("an answer without a change")
    release(daemon, first)
    expect(waits["first"].answer().expect(200).json()["status"], "completed")
    expect(waits["head"].answer().expect(200).body, b"")
    expect(waits["second"].answer().expect(200).json()["status"], "running")
    release(daemon, second)
    expect(daemon.get(target(second, 60)).expect(200).json()["status"], "completed")


@test("a job that is over is answered at once, and so is wait=0")
def _(t):
    daemon = t.daemon()
    over = daemon.completed(daemon.run("true"))
    expect(answered(daemon, over).expect(200).json(), over)
    tag = daemon.get(f"/jobs/{over['job_id']}").headers["ETag"]
    answered(daemon, over, {"If-None-Match": tag}).expect(304)
    daemon.get(target(daemon.draft(), 0)).expect(200)


@test("without a change the answer comes after the time, as 304 to a client that has it")
def _(t):
    daemon = t.daemon()
    draft = daemon.draft()
    before = time.monotonic()
    answer = daemon.get(target(draft, 1)).expect(200)
    daemon.get(target(draft, 1), headers={"If-None-Match": answer.headers["ETag"]}).expect(304)
    expect(time.monotonic() - before >= 1.9, True, "it waited twice")


# A job may start and end between the answer that a client has and its next request.
@test("a change before the request is not missed: If-None-Match says which status the client knows")
def _(t):
    daemon = t.daemon()
    draft = daemon.run("true", hold=True)
    known = daemon.get(f"/jobs/{draft['job_id']}").headers["ETag"]
    daemon.post(f"/jobs/{draft['job_id']}/start").expect(200)
    over = daemon.completed(draft)
    expect(answered(daemon, draft, {"If-None-Match": known}).expect(200).json(), over)

    # The next attempt of a job that has the same status is another one.
    job = running(daemon)
    known = daemon.get(f"/jobs/{job['job_id']}").headers["ETag"]
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    (daemon.folder(job) / "go").unlink(missing_ok=True)
    daemon.until_status(job, "running")
    expect(answered(daemon, job, {"If-None-Match": known}).expect(200).json()["attempt"], 2)


# Otherwise a job that reports ten times a second would be asked for without a pause.
@test("progress and a new name do not end the wait, not even of a client with an old entity tag")
def _(t):
    daemon = t.daemon()
    job = daemon.sh('echo begun; until [ -e more ]; do sleep 0.05; done; echo \'{"progress": 0.7}\' >&3; until [ -e go ]; do sleep 0.05; done')
    daemon.until_status(job, "running")
    old = daemon.get(f"/jobs/{job['job_id']}").headers["ETag"]
    wait = Wait(daemon, job)
    (daemon.folder(job) / "more").touch()
    daemon.patch(f"/jobs/{job['job_id']}", {"name": "another"}).expect(200)
    until(lambda: daemon.job(job)["progress"] == 0.7, "progress")
    late = Wait(daemon, job, headers={"If-None-Match": old})
    expect((wait.is_waiting(), late.is_waiting()), (True, True))
    expect(daemon.get(target(job, 1), headers={"If-None-Match": old}).expect(200).json()["name"], "another")
    release(daemon, job)
    expect([w.answer().expect(200).json()["status"] for w in (wait, late)], ["completed", "completed"])


@test("a deleted job answers 404, whether one or all jobs are deleted")
def _(t):
    daemon = t.daemon()
    jobs = [daemon.draft() for _ in range(3)]
    waits = [Wait(daemon, job) for job in jobs]
    daemon.delete(f"/jobs/{jobs[0]['job_id']}").expect(200)
    waits[0].answer().expect_problem(404)
    expect(waits[1].is_waiting(), True)
    daemon.post("/jobs/clear").expect(200)
    waits[1].answer().expect_problem(404)
    waits[2].answer().expect_problem(404)
    daemon.get(target(jobs[0], 60)).expect_problem(404)


@test("what is no time is 422")
def _(t):
    daemon = t.daemon()
    draft = daemon.draft()
    for wrong in ("61", "-1", "1.5", "", "x", "+1", "99999999999999999999"):
        daemon.get(target(draft, wrong)).expect_fields("wait")
    daemon.get(target(draft, "1&wait=1")).expect_fields("wait")
    daemon.get("/jobs/job_20260101-000000-000009?wait=x").expect_problem(404)


@test("requests behind the wait on the same connection are answered after it, in order")
def _(t):
    daemon = t.daemon()
    first, second = daemon.run("true", hold=True), daemon.run("true", hold=True)
    with daemon.connect() as connection:
        for path in (target(first, 60), target(second, 60), f"/jobs/{first['job_id']}"):
            connection.send(daemon.request_bytes("GET", path))
        daemon.post(f"/jobs/{second['job_id']}/start").expect(200)
        daemon.completed(second)
        daemon.post(f"/jobs/{first['job_id']}/start").expect(200)
        answers = [connection.answer().expect(200).json() for _ in range(3)]
    expect([answer["job_id"] for answer in answers], [first["job_id"], second["job_id"], first["job_id"]])
    expect(answers[1]["status"], "completed")


@test("a daemon that stops answers with the end of a job that it ends, else at once, and HTTP/1.0 works")
def _(t):
    daemon = t.daemon("--max-running", "2")
    waits = [Wait(daemon, daemon.draft()), Wait(daemon, daemon.draft(), version="HTTP/1.0"), Wait(daemon, running(daemon)), Wait(daemon, running(daemon, restart=True))]
    arrived(daemon, 4)
    expect([wait.is_waiting() for wait in waits], [True] * 4)
    daemon.stop()
    expect([wait.answer().expect(200).json()["status"] for wait in waits], ["created", "created", "interrupted", "running"])


@test("a daemon that stops and keeps the jobs answers at once")
def _(t):
    daemon = t.daemon()
    job = running(daemon)
    wait = Wait(daemon, job)
    arrived(daemon, 1)
    expect(wait.is_waiting(), True)
    t.vestimd("--stop", "--keep-jobs").expect(0)
    expect(wait.answer().expect(200).json()["status"], "running")
    daemon.wait()
    daemon.start()
    release(daemon, job)
    daemon.completed(job)


@test("a daemon that is killed cuts the connection, and the client asks the next one with what it knows")
def _(t):
    daemon = t.daemon()
    job = running(daemon)
    known = daemon.get(f"/jobs/{job['job_id']}").headers["ETag"]
    wait = Wait(daemon, job)
    expect(wait.is_waiting(), True)
    daemon.kill()
    release(daemon, job)
    daemon.start()
    again = daemon.get(target(job, 60), headers={"If-None-Match": known}).expect(200).json()
    if again["status"] == "running":
        again = daemon.get(target(job, 60)).expect(200).json()
    expect(again["status"], "completed")


@test("hundreds of clients wait, half of them go away, and all others get their answer")
def _(t):
    daemon = t.daemon()
    jobs = [daemon.run("true", hold=True) for _ in range(4)]
    connections = lambda: scrape(daemon).value("vestim_http_connections") - 1
    waits = [Wait(daemon, jobs[n % 4]) for n in range(400)]
    arrived(daemon, 400)
    for n, wait in enumerate(waits[200:]):
        wait.reset() if n % 2 else wait.connection.close()
    until(lambda: connections() == 200, "the others are gone")
    for job in jobs:
        daemon.post(f"/jobs/{job['job_id']}/start").expect(200)
    for wait in waits[:200]:
        expect(wait.answer().expect(200).json()["status"] in ("queued", "running", "completed"), True)
        wait.connection.close()
    until(lambda: connections() == 0, "nothing is left")


@test("the time of a wait is no time of the server in its metrics")
def _(t):
    daemon = t.daemon()
    draft = daemon.draft()
    before = scrape(daemon)
    daemon.get(target(draft, 4)).expect(200)
    after = scrape(daemon)
    name = "vestim_http_request_duration_seconds_sum"
    labels = {"route": "/jobs/{id}", "method": "GET"}
    expect(after.value(name, **labels) - before.value(name, **labels) < 4, True, "the sum of durations")
