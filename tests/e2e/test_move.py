# SPDX-License-Identifier: MIT
"""The order of queued jobs of one priority."""

import signal

from support import expect, test
from support.waiting import WAITING, begun, release


def move(daemon, job, **where):
    return daemon.post(f"/jobs/{job['job_id']}/move", where).expect(200).json()


def order(daemon, jobs):
    """The jobs by their ranks, as a text of their places in `jobs`."""
    ranks = [daemon.job(job)["rank"] for job in jobs]
    return "".join(str(i) for i in sorted(range(len(jobs)), key=lambda i: ranks[i]))


def made(t, count=4, **fields):
    daemon = t.daemon("--max-running", "0")
    log = t.dir / "order.txt"
    return daemon, [daemon.sh(f"echo {i} >> '{log}'", **fields) for i in range(count)]


def run_all(t, daemon, jobs):
    """The order in which the jobs start."""
    daemon.patch("/server/settings", {"max_running": 1}).expect(200)
    for job in jobs:
        daemon.completed(job)
    return "".join((t.dir / "order.txt").read_text().split())


@test("jobs start in the order that moves gave them, and new ones come last")
def _(t):
    daemon, jobs = made(t)
    expect(order(daemon, jobs), "0123")
    move(daemon, jobs[3], to="front")
    expect(order(daemon, jobs), "3012")
    moved = move(daemon, jobs[0], to="back")
    expect((moved["job_id"], order(daemon, jobs)), (jobs[0]["job_id"], "3120"))
    move(daemon, jobs[2], before=jobs[3]["job_id"])
    expect(order(daemon, jobs), "2310")
    move(daemon, jobs[2], after=jobs[1]["job_id"])
    expect(order(daemon, jobs), "3120")
    jobs.append(daemon.sh(f"echo 4 >> '{t.dir / 'order.txt'}'"))
    daemon.restart()
    expect(order(daemon, jobs), "31204")
    expect(run_all(t, daemon, jobs), "31204")


@test("a job can be moved into the same place any number of times")
def _(t):
    daemon, jobs = made(t, 5)
    for i in range(60):
        move(daemon, jobs[1 + i % 2], after=jobs[0]["job_id"])
        expect(order(daemon, jobs), "02134" if i % 2 else "01234")
    daemon.restart()
    expect(run_all(t, daemon, jobs), "02134")


@test("a move is announced, and a move to where the job is changes nothing")
def _(t):
    daemon, jobs = made(t)
    with daemon.events() as stream:
        move(daemon, jobs[0], to="front")
        move(daemon, jobs[1], after=jobs[0]["job_id"])
        moved = move(daemon, jobs[2], to="front")
        event = stream.until(lambda event: event.name == "job")
        expect((event.data["job_id"], event.data["rank"]), (jobs[2]["job_id"], moved["rank"]))


@test("jobs that wait for something else can be moved too")
def _(t):
    daemon = t.daemon("--max-running", "0")
    first = daemon.run("true")
    dependant = daemon.run("true", depends_on=[first["job_id"]])
    later = daemon.run("true", start_after="2099-01-01T00:00:00Z", group="other")
    move(daemon, later, to="front")
    move(daemon, dependant, before=first["job_id"])
    expect(order(daemon, [first, dependant, later]), "210")
    daemon.patch("/server/settings", {"max_running": 1}).expect(200)
    daemon.completed(dependant)


@test("moves that make no sense are refused")
def _(t):
    daemon = t.daemon("--max-running", "1")
    running = daemon.sh(WAITING)
    begun(daemon, running)
    queued, urgent = daemon.run("true"), daemon.run("true", priority=5)
    path = f"/jobs/{queued['job_id']}/move"
    for body, field in (
        ({}, ""),
        ({"to": "middle"}, ""),
        ({"to": "front", "before": urgent["job_id"]}, ""),
        ({"before": 3}, ""),
        ({"first": True}, ""),
        ([], ""),
        ({"before": queued["job_id"]}, "before"),
        ({"before": urgent["job_id"]}, "before"),
        ({"after": running["job_id"]}, "after"),
        ({"after": "job_20260101-000000-000009"}, "after"),
    ):
        daemon.post(path, body).expect_fields(field)
    daemon.post(f"/jobs/{running['job_id']}/move", {"to": "front"}).expect_problem(409)
    daemon.post(f"/jobs/{daemon.draft()['job_id']}/move", {"to": "front"}).expect_problem(409)
    daemon.post("/jobs/job_20260101-000000-000009/move", {"to": "front"}).expect_problem(404)
    release(daemon, running)
    daemon.completed(queued)
    daemon.post(path, {"to": "front"}).expect_problem(409)


@test("a repeated move with a key gets the first answer and moves nothing")
def _(t):
    daemon, jobs = made(t)
    key = {"Idempotency-Key": "once"}
    path = f"/jobs/{jobs[2]['job_id']}/move"
    first = daemon.post(path, {"to": "front"}, headers=key).expect(200).json()
    move(daemon, jobs[3], to="front")
    expect(daemon.post(path, {"to": "front"}, headers=key).expect(200).json(), first)
    expect(order(daemon, jobs), "3201")


@test("what clients were told is stored, also of moves of many clients at the same time")
def _(t):
    daemon, jobs = made(t, 8)
    connections = [daemon.connect() for _ in jobs]
    for connection, job in zip(connections, jobs):
        connection.send(daemon.request_bytes("POST", f"/jobs/{job['job_id']}/move", b'{"to": "front"}'))
    for connection in connections:
        connection.answer().expect(200)
        connection.close()
    moved = order(daemon, jobs)
    expect(sorted(moved), list("01234567"))
    daemon.restart()
    expect(order(daemon, jobs), moved)


@test("a move of a job that is being deleted is answered")
def _(t):
    daemon, jobs = made(t, 2)
    path = f"/jobs/{jobs[1]['job_id']}"
    with daemon.connect() as first, daemon.connect() as second:
        daemon.signal(signal.SIGSTOP)
        first.send(daemon.request_bytes("DELETE", path))
        second.send(daemon.request_bytes("POST", path + "/move", b'{"to":"front"}'))
        daemon.signal(signal.SIGCONT)
        first.answer().expect(200)
        second.answer().expect(200, 404)
    expect(daemon.ids(), [jobs[0]["job_id"]])
