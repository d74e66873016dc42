# SPDX-License-Identifier: MIT
"""PATCH /server/settings `retention`: old jobs that are over go by themselves, and never others."""

import subprocess
import time

from support import expect, test, until
from support.stepped_clock import SteppedClock
from support.waiting import WAITING, begun, release

DAY = 24 * 3600
OFF = {"max_jobs": None, "max_days": None, "max_bytes": None}


def keep(daemon, **limits):
    answer = daemon.patch("/server/settings", {"retention": limits}).expect(200).json()
    expect(daemon.get("/server/status").json()["retention"], answer["retention"])
    return answer["retention"]


def until_ids(daemon, wanted):
    wanted = [job["job_id"] for job in wanted]
    until(lambda: sorted(daemon.ids()) == sorted(wanted), lambda: f"{wanted} are left: {daemon.ids()}")


def stays(daemon, jobs, seconds=1.5):
    """Long enough for a run of retention to begin and end."""
    time.sleep(seconds)
    expect(sorted(daemon.ids()), sorted(job["job_id"] for job in jobs))


def done(daemon, count, **fields):
    jobs = [daemon.run("true", **fields) for _ in range(count)]
    return [daemon.completed(job) for job in jobs]


@test("it is off by default, each limit is set and removed alone, and it is stored")
def _(t):
    daemon = t.daemon()
    expect(daemon.get("/server/status").json()["retention"], OFF)
    expect(keep(daemon, max_jobs=100), OFF | {"max_jobs": 100})
    expect(keep(daemon, max_days=7, max_bytes=10**12), {"max_jobs": 100, "max_days": 7, "max_bytes": 10**12})
    daemon.restart()
    expect(keep(daemon, max_days=None), {"max_jobs": 100, "max_days": None, "max_bytes": 10**12})
    expect(daemon.patch("/server/settings", {"retention": None}).json()["retention"], OFF)
    for wrong in ({"max_jobs": 0}, {"max_days": -1}, {"max_bytes": 1.5}, {"max_jobs": "5"}, {"max_jobs": True}, {"max_bytes": 10**17}):
        daemon.patch("/server/settings", {"retention": wrong}).expect_fields(f"retention.{next(iter(wrong))}")
    daemon.patch("/server/settings", {"retention": {"max_age": 5}}).expect_fields("retention.max_age")
    daemon.patch("/server/settings", {"retention": 5}).expect_fields("retention")
    expect(daemon.get("/server/status").json()["retention"], OFF)


@test("the oldest ends go first, with their folders and an event each")
def _(t):
    daemon = t.daemon("--max-running", "1")
    late = daemon.sh(WAITING)
    begun(daemon, late)
    early = [daemon.run("true", hold=True) for _ in range(5)]
    release(daemon, late)
    daemon.completed(late)
    for job in early:
        daemon.post(f"/jobs/{job['job_id']}/start").expect(200)
        daemon.completed(job)
    with daemon.events() as events:
        keep(daemon, max_jobs=4)
        until_ids(daemon, early[1:])
        gone = [events.until(lambda e: e.name == "deleted").data["job_id"] for _ in range(2)]
        expect(gone, [late["job_id"], early[0]["job_id"]])
    until(lambda: sorted(p.name for p in (t.home / "jobs").iterdir()) == sorted(j["job_id"] for j in early[1:]), "their folders are gone")

    # Each further end makes room for itself.
    more = done(daemon, 2)
    until_ids(daemon, early[3:] + more)
    stays(daemon, early[3:] + more)


@test("pinned, unfinished and needed jobs stay, and pinned ones do not count")
def _(t):
    daemon = t.daemon("--max-running", "1")
    needed, pinned, over = done(daemon, 3)
    daemon.patch(f"/jobs/{pinned['job_id']}", {"pinned": True}).expect(200)
    draft = daemon.draft()
    waiting = daemon.create(kind="command", selections={"argv": ["true"]}, hold=True, depends_on=[needed["job_id"]])
    running = daemon.sh(WAITING)
    daemon.until_status(running, "running")
    queued = daemon.run("true")
    keep(daemon, max_jobs=1)
    until_ids(daemon, [needed, pinned, draft, waiting, running, queued])
    stays(daemon, [needed, pinned, draft, waiting, running, queued])
    daemon.delete(f"/jobs/{waiting['job_id']}").expect(200)
    release(daemon, running)
    daemon.completed(queued)  # and the other one may be gone by then
    until_ids(daemon, [pinned, draft, queued])
    daemon.patch(f"/jobs/{pinned['job_id']}", {"pinned": False}).expect(200)
    until_ids(daemon, [draft, queued])


@test("max_bytes counts the files of the folders")
def _(t):
    daemon = t.daemon("--max-running", "1")
    jobs = [daemon.completed(daemon.sh("mkdir d; head -c 1000000 /dev/zero >d/data")) for _ in range(4)]
    small = done(daemon, 1)
    keep(daemon, max_bytes=2_500_000)
    until_ids(daemon, jobs[2:] + small)
    keep(daemon, max_bytes=5_000_000)
    stays(daemon, jobs[2:] + small)
    again = jobs[3]
    (daemon.folder(again) / "more").write_bytes(bytes(3_500_000))
    daemon.post(f"/jobs/{again['job_id']}/retry").expect(200)
    daemon.completed(again)
    until_ids(daemon, small + [again])


@test("it goes on after a kill, and deletes what was over before it was set")
def _(t):
    daemon = t.daemon("--max-running", "4")
    jobs = done(daemon, 150)
    keep(daemon, max_jobs=3)
    until(lambda: len(daemon.ids()) < 150, "it has begun")
    daemon.restart()
    until(lambda: len(daemon.ids()) == 3, lambda: f"three are left: {len(daemon.ids())}")
    ended = sorted(jobs, key=lambda job: (job["finished_at"], job["job_id"]))
    expect(len(set(daemon.ids()) & {job["job_id"] for job in ended[-8:]}), 3)
    stays(daemon, [{"job_id": one} for one in daemon.ids()])
    until(lambda: not list((t.home / "trash").iterdir()), "the trash is empty")


@test("max_days: a clock that jumps by years deletes nothing, not even after a restart")
def _(t):
    clock = SteppedClock(t)
    daemon = t.daemon(env=clock.environment)
    keep(daemon, max_days=30)
    jobs = done(daemon, 3)
    until(lambda: daemon.database("SELECT count(*) FROM jobs WHERE seen_at IS NULL").strip() == "0", "they are noted")
    for step in (10 * 365 * DAY, -20 * 365 * DAY, 20 * 365 * DAY):
        clock.step(step)
        jobs += done(daemon, 1)
        stays(daemon, jobs)
        daemon.restart()
        stays(daemon, jobs)


@test("max_days: jobs that were over for so long when it was set are deleted")
def _(t):
    daemon = t.daemon()
    jobs = done(daemon, 4)
    daemon.stop()
    for job, days in zip(jobs, (40, 40, 20, 0)):
        change = f"UPDATE jobs SET finished_at = finished_at - {days * DAY * 1000} WHERE job_id = '{job['job_id']}'"
        subprocess.run(["sqlite3", str(t.home / "registry.db"), change], check=True)
    daemon.start()
    daemon.patch(f"/jobs/{jobs[0]['job_id']}", {"pinned": True}).expect(200)
    keep(daemon, max_days=30)
    until_ids(daemon, [jobs[0], *jobs[2:]])
    keep(daemon, max_days=10)
    until_ids(daemon, [jobs[0], jobs[3]])
    keep(daemon, max_days=None, max_jobs=5)
    daemon.patch(f"/jobs/{jobs[0]['job_id']}", {"pinned": False}).expect(200)
    keep(daemon, max_days=1)
    until_ids(daemon, [jobs[3]])


@test("a daemon that stops in the middle ends in time, and the next one goes on")
def _(t):
    daemon = t.daemon("--max-running", "4")
    done(daemon, 120)
    keep(daemon, max_jobs=1)
    until(lambda: len(daemon.ids()) < 120, "it has begun")
    daemon.stop()
    daemon.start()
    until(lambda: len(daemon.ids()) == 1, "one is left")
