# SPDX-License-Identifier: MIT
"""Names that only one of the queued and running jobs can have."""

import threading

from support import expect, test, until
from support.waiting import WAITING, begun, release

BODY = {"kind": "command", "selections": {"argv": ["true"]}, "unique": "nightly"}


def refused(answer, holder):
    expect(answer.expect_problem(409)["job_id"], holder["job_id"], "the job that has the name")


@test("a job is refused while another one of its name is queued or runs, also after a kill of the daemon")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh(WAITING)
    begun(daemon, blocker)
    job = daemon.sh(WAITING, unique="nightly")
    refused(daemon.post("/jobs", BODY), job)
    refused(daemon.post("/jobs", {**BODY, "hold": True}), job)
    daemon.restart()
    refused(daemon.post("/jobs", BODY), job)
    daemon.post("/jobs", {**BODY, "unique": "other"}).expect(201)
    release(daemon, blocker)
    begun(daemon, job)
    refused(daemon.post("/jobs", BODY), job)
    release(daemon, job)
    daemon.completed(job)
    daemon.completed(daemon.post("/jobs", BODY).expect(201).json())


@test("a held job does not hold its name; start, retry and a change are refused while another job has it")
def _(t):
    daemon = t.daemon("--max-running", "2")
    held = daemon.sh("true", unique="nightly", hold=True)
    job = daemon.sh(WAITING, unique="nightly")
    other = daemon.completed(daemon.sh("true", unique="other"))
    refused(daemon.post(f"/jobs/{held['job_id']}/start"), job)
    daemon.patch(f"/jobs/{held['job_id']}", {"unique": "other"}).expect(200)
    daemon.patch(f"/jobs/{held['job_id']}", {"unique": "nightly"}).expect(200)
    waiting = daemon.sh("true", depends_on=[job["job_id"]], unique="other")
    refused(daemon.patch(f"/jobs/{waiting['job_id']}", {"unique": "nightly"}), job)
    refused(daemon.post(f"/jobs/{other['job_id']}/retry"), waiting)
    daemon.patch(f"/jobs/{waiting['job_id']}", {"unique": None}).expect(200)
    daemon.post(f"/jobs/{other['job_id']}/retry").expect(200)
    release(daemon, job)
    daemon.completed(job)
    daemon.post(f"/jobs/{held['job_id']}/start").expect(200)
    daemon.completed(held)


@test("the name is free after a stop and after a deletion, and kept during the delay of a retry")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("exit 1", unique="nightly", retry={"max": 1, "delay_s": 1000})
    until(lambda: daemon.job(job)["attempt"] == 2, "it waits for its retry")
    refused(daemon.post("/jobs", BODY), job)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    second = daemon.post("/jobs", {**BODY, "start_after": "2100-01-01T00:00:00Z"}).expect(201).json()
    refused(daemon.post("/jobs", BODY), second)
    daemon.delete(f"/jobs/{second['job_id']}").expect(200)
    daemon.post("/jobs", BODY).expect(201)


@test("the key of a POST brings its own job, not a refusal")
def _(t):
    daemon = t.daemon()
    body = {**BODY, "start_after": "2100-01-01T00:00:00Z"}
    job = daemon.post("/jobs", body, headers={"Idempotency-Key": "a"}).expect(201).json()
    expect(daemon.post("/jobs", body, headers={"Idempotency-Key": "a"}).expect(200).json(), job)
    refused(daemon.post("/jobs", body, headers={"Idempotency-Key": "b"}), job)


@test("of many clients that add the same job at the same time, one succeeds")
def _(t):
    daemon = t.daemon()
    answers = []
    body = {**BODY, "start_after": "2100-01-01T00:00:00Z"}
    threads = [threading.Thread(target=lambda: answers.append(daemon.post("/jobs", body))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [answer.json() for answer in answers if answer.status == 201]
    expect((len(answers), len(made)), (20, 1))
    for answer in answers:
        if answer.status != 201:
            refused(answer, made[0])
