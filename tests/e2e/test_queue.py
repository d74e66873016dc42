# SPDX-License-Identifier: MIT
"""Which job runs next."""

from support import expect, test, until
from support.waiting import WAITING, begun, release


@test("higher priority goes first, then the oldest, and a changed priority counts")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh(WAITING)
    begun(daemon, blocker)
    order = t.dir / "order.txt"
    jobs = [daemon.sh(f"echo {n} >> '{order}'", priority=p) for n, p in enumerate((0, 2, 2, -1, 0))]
    daemon.patch(f"/jobs/{jobs[4]['job_id']}", {"priority": 9}).expect(200)
    release(daemon, blocker)
    for job in jobs:
        daemon.completed(job)
    expect(order.read_text().split(), ["4", "1", "2", "0", "3"])


@test("never more than max_running run at the same time, and never less while some wait")
def _(t):
    daemon = t.daemon("--max-running", "3")
    jobs = [daemon.sh(WAITING) for _ in range(7)]
    left = list(jobs)
    while left:
        wanted = min(3, len(left))
        until(lambda: daemon.get("/server/status").json()["jobs"]["running"] == wanted, f"{wanted} run")
        running = daemon.ids("?status=running")
        expect(sorted(running), sorted(job["job_id"] for job in left[:wanted]), "the oldest run")
        release(daemon, left[0])
        daemon.completed(left.pop(0))


@test("fewer slots do not end what runs")
def _(t):
    daemon = t.daemon("--max-running", "3")
    jobs = [daemon.sh(WAITING) for _ in range(4)]
    begun(daemon, *jobs[:3])
    daemon.patch("/server/settings", {"max_running": 1}).expect(200)
    for job in jobs[:2]:
        release(daemon, job)
        daemon.completed(job)
    expect(daemon.job(jobs[3])["status"], "queued")
    release(daemon, jobs[2])
    daemon.completed(jobs[2])
    release(daemon, jobs[3])
    daemon.completed(jobs[3])


@test("a held job waits for start, then takes its place by priority and age")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh(WAITING)
    begun(daemon, blocker)
    order = t.dir / "order.txt"
    held = daemon.sh(f"echo held >> '{order}'", hold=True)
    later = daemon.sh(f"echo later >> '{order}'")
    expect(daemon.post(f"/jobs/{held['job_id']}/start").expect(200).json()["status"], "queued")
    release(daemon, blocker)
    daemon.completed(held)
    daemon.completed(later)
    expect(order.read_text().split(), ["held", "later"])


@test("hundreds of short jobs run through")
def _(t):
    daemon = t.daemon("--max-running", "4")
    for _ in range(200):
        daemon.run("true")
    until(lambda: daemon.get("/server/status").json()["jobs"]["completed"] == 200, "all completed", 60)
