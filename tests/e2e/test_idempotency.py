# SPDX-License-Identifier: MIT
"""Idempotency-Key: a client that lost the answer asks again, and the change is made once."""

import threading

from support import expect, fail, test
from support.stepped_clock import SteppedClock

KEY = {"Idempotency-Key": "0d6f0c4e-8f37-4a52-9a5e-6a2f3f0f3b11"}
DAY = 24 * 3600


@test("a repeat gets the first answer's body with 200 and makes no second job")
def _(t):
    daemon = t.daemon()
    body = {"name": "once", "selections": {"a": 1}}
    first = daemon.post("/jobs", body, headers=KEY).expect(201)
    for _ in range(3):
        again = daemon.post("/jobs", body, headers=KEY).expect(200)
        expect(again.body, first.body)
    expect(len(daemon.jobs()), 1)


@test("the first answer is kept when the job changes, is deleted, and after SIGKILL")
def _(t):
    daemon = t.daemon()
    body = {"name": "once", "kind": "command", "selections": {"argv": ["true"]}}
    first = daemon.post("/jobs", body, headers=KEY).expect(201)
    daemon.completed(first.json())
    expect(daemon.post("/jobs", body, headers=KEY).expect(200).body, first.body)
    daemon.restart()
    expect(daemon.post("/jobs", body, headers=KEY).expect(200).body, first.body)
    daemon.delete(f"/jobs/{first.json()['job_id']}").expect(200)
    expect(daemon.post("/jobs", body, headers=KEY).expect(200).body, first.body)
    expect(daemon.jobs(), [])


@test("the same key with another body, path or method is 422")
def _(t):
    daemon = t.daemon()
    job = daemon.post("/jobs", {"name": "once", "selections": {}}, headers=KEY).expect(201).json()
    daemon.post("/jobs", {"name": "other", "selections": {}}, headers=KEY).expect_problem(422)
    daemon.post("/jobs", body=b'{"name": "once",  "selections": {}}', headers=KEY).expect_problem(422)
    daemon.post("/jobs/stop", headers=KEY).expect_problem(422)
    daemon.delete(f"/jobs/{job['job_id']}", headers=KEY).expect_problem(422)
    expect(len(daemon.jobs()), 1)


# The order of the checks is the same with and without a key.
@test("a used key does not hide a missing job or a malformed body")
def _(t):
    daemon = t.daemon()
    daemon.post("/jobs", {"name": "once", "selections": {}}, headers=KEY).expect(201)
    daemon.post("/jobs", body=b'{"name": ', headers=KEY).expect_problem(400)
    daemon.post("/jobs/job_20200101-000000-0000ff/stop", headers=KEY).expect_problem(404)
    daemon.patch("/jobs/job_20200101-000000-0000ff", {"name": "x"}, headers=KEY).expect_problem(404)
    daemon.patch("/server/settings", body=b"[1", headers=KEY).expect_problem(400)
    problem = daemon.post("/jobs", {"name": "other"}, headers=KEY).expect_problem(422)
    expect([error["field"] for error in problem["errors"]], ["selections", "Idempotency-Key"])
    daemon.post("/jobs", body=b"{", headers={"Idempotency-Key": "x" * 256}).expect_problem(400)


@test("two Idempotency-Key headers are refused")
def _(t):
    daemon = t.daemon()
    body = b'{"selections": {}}'
    text = daemon.request_bytes("POST", "/jobs", body, KEY)
    for other in (KEY["Idempotency-Key"], "another"):
        twice = text.replace(b"\r\n\r\n", f"\r\nidempotency-key: {other}\r\n\r\n".encode(), 1)
        with daemon.connect() as connection:
            connection.send(twice)
            connection.answer().expect_problem(400)
    expect(daemon.jobs(), [])


@test("a refused request does not use the key")
def _(t):
    daemon = t.daemon()
    daemon.post("/jobs", {"name": "bad"}, headers=KEY).expect_problem(422)
    daemon.post("/jobs", {"name": "good", "selections": {}}, headers=KEY).expect(201)


@test("a key that is empty, too long or not visible ASCII is refused")
def _(t):
    daemon = t.daemon()
    body = {"name": "x", "selections": {}}
    for key in ("x" * 256, "two words", "caf\u00e9", ""):
        status = daemon.post("/jobs", body, headers={"Idempotency-Key": key}).status
        if status not in (400, 422):
            fail(f"key {key[:20]!r}: {status}")
    daemon.post("/jobs", body, headers={"Idempotency-Key": "x" * 255}).expect(201)
    expect(len(daemon.jobs()), 1)


@test("repeats at the same time make one job, and all get its body")
def _(t):
    daemon = t.daemon()
    answers, lock = [], threading.Lock()

    def client():
        answer = daemon.post("/jobs", {"name": "race", "selections": {}}, headers=KEY)
        with lock:
            answers.append(answer)

    clients = [threading.Thread(target=client) for _ in range(24)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    expect(sorted({answer.status for answer in answers}) in ([200, 201], [201]), True, "statuses")
    expect([answer.status for answer in answers].count(201), 1, "answers 201")
    expect(len({answer.body for answer in answers}), 1, "different bodies")
    expect(len(daemon.jobs()), 1)


@test("pipelined repeats on one connection make one job")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("POST", "/jobs", b'{"name":"p","selections":{}}', KEY) * 5)
        answers = [connection.answer() for _ in range(5)]
    expect([answer.status for answer in answers], [201, 200, 200, 200, 200])
    expect(len(daemon.jobs()), 1)


@test("every change can be repeated: PATCH, start, stop, retry, DELETE, clear, stop of all, settings")
def _(t):
    daemon = t.daemon("--max-running", "1")
    job = daemon.run("true", hold=True)
    path = f"/jobs/{job['job_id']}"

    def twice(number, method, target, data=None):
        headers = {"Idempotency-Key": f"key-{number}"}
        first = daemon.request(method, target, data, headers=headers)
        if first.status not in (200, 202):
            fail(f"{method} {target}: {first.status} {first.body}")
        again = daemon.request(method, target, data, headers=headers).expect(200)
        expect(again.body, first.body, f"repeat of {method} {target}")

    twice(1, "PATCH", path, {"name": "patched"})
    twice(2, "POST", f"{path}/start")
    daemon.completed(job)
    twice(3, "POST", f"{path}/retry")
    daemon.completed(job)
    expect(daemon.job(job)["attempt"], 2)
    blocker = daemon.sh("sleep 600")
    daemon.until_status(blocker, "running")
    twice(4, "POST", f"/jobs/{blocker['job_id']}/stop")
    daemon.until_status(blocker, "stopped")
    twice(5, "POST", "/jobs/stop")
    twice(6, "DELETE", path)
    twice(7, "POST", "/jobs/clear")
    twice(8, "DELETE", "/jobs")
    twice(9, "PATCH", "/server/settings", {"max_running": 2})


@test("a repeat of clear does not clear jobs made since")
def _(t):
    daemon = t.daemon()
    daemon.draft()
    daemon.post("/jobs/clear", headers=KEY).expect(200)
    kept = daemon.draft()
    expect(daemon.post("/jobs/clear", headers=KEY).expect(200).json()["cleared"], 1)
    expect(daemon.ids(), [kept["job_id"]])


@test("a repeated shutdown gets the first answer and stops no second daemon")
def _(t):
    daemon = t.daemon()
    first = daemon.post("/server/shutdown", headers=KEY).expect(202)
    daemon.wait()
    daemon.start()
    expect(daemon.post("/server/shutdown", headers=KEY).expect(200).body, first.body)
    daemon.post("/server/shutdown?keep_jobs=true", headers=KEY).expect_problem(422)
    daemon.get("/server/status").expect(200)


# A clock is stepped when a machine without a battery finds its time server, or when a user corrects the date.
@test("a key is kept when the clock is stepped by days, also before a restart")
def _(t):
    clock = SteppedClock(t)
    daemon = t.daemon(env=clock.environment)
    body = {"name": "once", "selections": {}}
    first = daemon.post("/jobs", body, headers=KEY).expect(201)
    for days in (2, -4, 365, -20000):
        clock.step(days * DAY)
        expect(daemon.post("/jobs", body, headers=KEY).expect(200).body, first.body)
        daemon.restart()
        expect(daemon.post("/jobs", body, headers=KEY).expect(200).body, first.body)
    expect(len(daemon.jobs()), 1)
