# SPDX-License-Identifier: MIT
"""Jobs that wait for a time."""

import datetime

from support import expect, expect_in, test
from support.stepped_clock import SteppedClock


def at(seconds, zone=0):
    """So many seconds from now, as clients write times."""
    there = datetime.timezone(datetime.timedelta(hours=zone))
    return (datetime.datetime.now(there) + datetime.timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


@test("a job does not start before its time, in whatever zone that is written")
def _(t):
    daemon = t.daemon()
    soon, later = daemon.run("true", start_after=at(1, zone=-8)), daemon.run("true", start_after=at(3600, zone=-8))
    expect((later["status"], later["waiting"]["for"]), ("queued", "time"))
    expect_in(later["start_after"], later["waiting"]["detail"])
    daemon.completed(daemon.run("true"))
    done = daemon.completed(soon)
    expect(done["started_at"] >= soon["start_after"], True, f"{done['started_at']} and {soon['start_after']}")
    expect(done["waiting"], None)
    daemon.completed(daemon.run("true", start_after=at(-10)))
    expect(daemon.waits_for(later), "time")


@test("the time holds after a kill of the daemon, and a clock that is set forward starts the job")
def _(t):
    clock = SteppedClock(t)
    daemon = t.daemon(env=clock.environment)
    hour = daemon.run("true", start_after=at(3600))
    day = daemon.run("true", start_after=at(86400))
    daemon.restart()
    expect([daemon.waits_for(job) for job in (hour, day)], ["time", "time"])
    clock.step(3700)
    daemon.completed(hour)
    expect(daemon.waits_for(day), "time")
    daemon.kill()
    clock.step(86400)
    daemon.start()
    daemon.completed(day)


@test("a clock that is set back while the job waits makes it wait longer")
def _(t):
    clock = SteppedClock(t)
    clock.set(3600)
    daemon = t.daemon(env=clock.environment)
    job = daemon.run("true", start_after=at(3601))
    clock.set(0)
    other = daemon.run("true", start_after=at(2))
    daemon.completed(other)
    expect(daemon.waits_for(job), "time")


@test("a start time can be changed and removed while the job waits, and a stop takes it from the queue")
def _(t):
    daemon = t.daemon()
    job, stopped, held = (daemon.run("true", start_after=at(3600), **more) for more in ({}, {}, {"hold": True}))
    path = f"/jobs/{job['job_id']}"
    expect(held["waiting"], None)
    expect(daemon.post(f"/jobs/{held['job_id']}/start").expect(200).json()["waiting"]["for"], "time")
    daemon.patch(path, {"start_after": at(7200)}).expect(200)
    expect(daemon.waits_for(job), "time")
    daemon.post(f"/jobs/{stopped['job_id']}/stop").expect(202)
    expect((daemon.job(stopped)["status"], daemon.job(stopped)["waiting"]), ("stopped", None))
    daemon.patch(path, {"start_after": None}).expect(200)
    daemon.completed(job)
    daemon.delete(f"/jobs/{held['job_id']}").expect(200)


@test("the key of a POST brings the same job, and the first answer, after the time has come")
def _(t):
    clock = SteppedClock(t)
    daemon = t.daemon(env=clock.environment)
    key = {"Idempotency-Key": "timer"}
    body = {"kind": "command", "selections": {"argv": ["true"]}, "start_after": at(3600)}
    first = daemon.post("/jobs", body, headers=key).expect(201).json()
    expect(first["waiting"]["for"], "time")
    clock.step(3601)
    daemon.completed(first)
    expect(daemon.post("/jobs", body, headers=key).expect(200).json(), first)
    expect(len(daemon.jobs()), 1)


@test("a change of what a job waits for is announced")
def _(t):
    daemon = t.daemon()
    first = daemon.run("true", hold=True)
    job = daemon.run("true", start_after=at(3600), depends_on=[first["job_id"]])
    with daemon.events() as seen:
        daemon.post(f"/jobs/{first['job_id']}/start").expect(200)
        changed = seen.until(lambda event: event.name == "job" and event.data["job_id"] == job["job_id"])
        expect(changed.data["waiting"]["for"], "time")
