# SPDX-License-Identifier: MIT
"""Pause and resume of a job: on hold while it is queued, all its processes halted while it runs."""

import os
import re
import signal
import sqlite3
import time

from support import expect, expect_in, processes, test, until
from support.expect import PATIENCE
from support.users import OrdinaryUser
from support.waiting import WAITING, release, text_of, until_halted

LIMIT = 6 * PATIENCE  # seconds, in which a job can be started and paused
COUNTER = "i=0; while :; do i=$((i+1)); echo $i >count; sleep 0.02; done"


def pause(daemon, job):
    return daemon.post(f"/jobs/{job['job_id']}/pause").expect(200).json()


def resume(daemon, job):
    return daemon.post(f"/jobs/{job['job_id']}/resume").expect(200).json()


def count(daemon, job):
    return text_of(daemon.folder(job) / "count")


def until_running(daemon, job):
    until(lambda: daemon.job(job)["status"] == "running", "the job runs")
    before = count(daemon, job)
    until(lambda: count(daemon, job) not in ("", before), "the job goes on")


def counting(daemon, script=COUNTER, **more):
    job = daemon.sh(script, **more)
    until_running(daemon, job)
    return job


def store(daemon, is_paused):
    """Writes into the registry of a daemon that does not run."""
    registry = sqlite3.connect(daemon.home / "registry.db")
    registry.execute("UPDATE jobs SET paused = ?", (1 if is_paused else None,))
    registry.commit()
    registry.close()


@test("a running job stands still while it is paused, with all its processes, and goes on")
def _(t):
    daemon = t.daemon()
    job = counting(daemon, f"setsid sh -c '{COUNTER}' & sleep 600 & wait")
    paused = pause(daemon, job)
    expect((paused["status"], paused["paused"]), ("running", True))
    until_halted(daemon, job)
    pause(daemon, job)
    until_halted(daemon, job)
    expect(daemon.job(job)["status"], "running")
    resumed = resume(daemon, job)
    expect((resumed["status"], resumed["paused"]), ("running", False))
    until_running(daemon, job)
    resume(daemon, job)
    until_running(daemon, job)


@test("a job that switches quickly ends up as it was asked last")
def _(t):
    daemon = t.daemon()
    job = counting(daemon)
    for last in (pause, resume):
        for _ in range(15):
            pause(daemon, job)
            resume(daemon, job)
        last(daemon, job)
        time.sleep(0.3)  # what was asked before may be on its way
        (until_halted if last is pause else until_running)(daemon, job)


@test("a queued job is on hold while it is paused, in its place, and others pass it")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh(WAITING)
    daemon.until_status(blocker, "running")
    held = daemon.sh("echo held")
    other = daemon.sh(WAITING)
    paused = pause(daemon, held)
    expect((paused["status"], paused["paused"]), ("queued", True))
    release(daemon, blocker)
    daemon.until_status(other, "running")
    daemon.restart()
    release(daemon, other)
    daemon.completed(other)
    time.sleep(0.5)
    expect((daemon.job(held)["status"], daemon.job(held)["paused"]), ("queued", True))
    resume(daemon, held)
    expect(daemon.completed(held)["paused"], False)


@test("a held job that is resumed keeps its place before younger ones")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh(WAITING)
    daemon.until_status(blocker, "running")
    first, second = daemon.sh("true"), daemon.sh("true")
    pause(daemon, first)
    resume(daemon, first)
    release(daemon, blocker)
    first, second = daemon.completed(first), daemon.completed(second)
    expect(first["started_at"] < second["started_at"], True, "the order")


@test("other jobs are refused with 409: created, over, and being stopped")
def _(t):
    daemon = t.daemon()
    held = daemon.sh("true", hold=True)
    over = daemon.completed(daemon.sh("true"))
    stubborn = daemon.sh("trap '' TERM; echo ready; while :; do sleep 0.1; done", stop_grace_s=600)
    until(lambda: "ready" in daemon.log_of(stubborn), "it ignores SIGTERM")
    daemon.post(f"/jobs/{stubborn['job_id']}/stop").expect(202)
    for job in (held, over, daemon.draft(), stubborn):
        for verb in ("pause", "resume"):
            daemon.post(f"/jobs/{job['job_id']}/{verb}").expect_problem(409)
            expect(daemon.job(job)["paused"], False)
    processes.end_all(daemon.folder(stubborn))
    daemon.until_over(stubborn)


@test("a repeat with the idempotency key changes nothing, also after the job went on")
def _(t):
    daemon = t.daemon()
    job = counting(daemon)
    key = {"Idempotency-Key": "once"}
    first = daemon.post(f"/jobs/{job['job_id']}/pause", headers=key).expect(200).body
    resume(daemon, job)
    expect(daemon.post(f"/jobs/{job['job_id']}/pause", headers=key).expect(200).body, first)
    expect(daemon.job(job)["paused"], False)
    until_running(daemon, job)


@test("pause and resume are announced, and are stored before the answer")
def _(t):
    daemon = t.daemon()
    job = counting(daemon)
    with daemon.events() as stream:
        for verb, wanted in (("pause", True), ("resume", False)):
            daemon.post(f"/jobs/{job['job_id']}/{verb}").expect(200)
            stream.until(lambda event: event.name == "job" and event.data["paused"] is wanted)
    pause(daemon, job)
    daemon.kill()
    expect(daemon.database(f"SELECT paused FROM jobs WHERE job_id = '{job['job_id']}'").strip(), "1")
    daemon.start()


@test("a paused job stays paused over a killed daemon and a restart that keeps jobs, and goes on when asked")
def _(t):
    daemon = t.daemon()
    job = counting(daemon)
    pause(daemon, job)
    until_halted(daemon, job)
    daemon.restart()
    until_halted(daemon, job)
    expect((daemon.job(job)["status"], daemon.job(job)["paused"]), ("running", True))
    daemon.post("/server/shutdown?keep_jobs=true").expect(202)
    daemon.wait()
    daemon.start()
    until_halted(daemon, job)
    resume(daemon, job)
    until_running(daemon, job)


@test("a pause or resume that was stored but not done is done by the next daemon")
def _(t):
    daemon = t.daemon()
    job = counting(daemon)
    for wanted in (1, 0, 1):
        daemon.kill()
        store(daemon, wanted)
        daemon.start()
        (until_halted if wanted else until_running)(daemon, job)
        expect(daemon.job(job)["paused"], bool(wanted))
    mark = daemon.folder(job) / "pause.request"
    for exists, wanted in ((True, 0), (False, 1)):
        daemon.kill()
        mark.touch() if exists else mark.unlink(missing_ok=True)
        store(daemon, wanted)
        daemon.start()
        (until_halted if wanted else until_running)(daemon, job)


@test("the daemon is killed at once after each answer, and the job always is as the answer said")
def _(t):
    daemon = t.daemon()
    job = counting(daemon)
    for n in range(6):
        wanted = n % 2 == 0
        (pause if wanted else resume)(daemon, job)
        daemon.restart()
        (until_halted if wanted else until_running)(daemon, job)


@test("a stop of a paused job ends it at once, and lets it clean up")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(f"trap 'echo cleaned; exit 3' TERM; {COUNTER}", stop_grace_s=60)
    until_running(daemon, job)
    pause(daemon, job)
    until_halted(daemon, job)
    stopped = daemon.post(f"/jobs/{job['job_id']}/stop").expect(202).json()
    expect(stopped["paused"], False)
    ended = daemon.until_over(job)
    expect((ended["status"], ended["paused"], ended["details"]["exit_code"]), ("stopped", False, 3))
    expect_in("cleaned", daemon.log_of(job))
    expect((daemon.folder(job) / "pause.request").exists(), False)


@test("a paused job is stopped, deleted, cleared and retried like any other")
def _(t):
    daemon = t.daemon("--max-running", "1")
    job = counting(daemon)
    pause(daemon, job)
    queued = daemon.sh("true")
    pause(daemon, queued)
    daemon.post("/jobs/stop").expect(202)
    for one in (job, queued):
        ended = daemon.until_over(one)
        expect((ended["status"], ended["paused"]), ("stopped", False))
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    until_running(daemon, job)
    expect(daemon.job(job)["paused"], False)
    pause(daemon, job)
    until_halted(daemon, job)
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)
    again = counting(daemon)
    pause(daemon, again)
    daemon.post("/jobs/clear").expect(200)
    expect(daemon.ids(), [])
    until(lambda: not processes.of_job(daemon.folder(again)), "nothing is left")


@test("the time limit stands still, also while no daemon lives, and then goes on")
def _(t):
    daemon = t.daemon()
    job = counting(daemon, timeout_s=LIMIT)
    pause(daemon, job)
    until_halted(daemon, job)
    before = count(daemon, job)
    daemon.kill()
    time.sleep(LIMIT + 0.5)
    daemon.start()
    expect((daemon.job(job)["status"], count(daemon, job)), ("running", before))
    resume(daemon, job)
    ended = daemon.until_over(job)
    expect((ended["status"], ended["details"]["reason"], ended["paused"]), ("failed", "timed out", False))
    expect(count(daemon, job) != before, True, "it went on")
    expect(ended["details"]["wall_s"] > 2 * LIMIT, True, "wall_s counts the pause")


@test("a stop of the daemon ends a paused job as interrupted; a job that restarts is then on hold")
def _(t):
    daemon = t.daemon("--max-running", "2")
    jobs = [counting(daemon, restart=restart) for restart in (False, True)]
    for job in jobs:
        pause(daemon, job)
        until_halted(daemon, job)
    daemon.stop()
    daemon.start()
    expect(daemon.until_over(jobs[0])["status"], "interrupted")
    until(lambda: daemon.job(jobs[1])["status"] == "queued", "it is queued again")
    time.sleep(0.5)
    held = daemon.job(jobs[1])
    expect((held["status"], held["paused"], held["attempt"]), ("queued", True, 2))
    resume(daemon, jobs[1])
    until_running(daemon, jobs[1])
    daemon.post(f"/jobs/{jobs[0]['job_id']}/retry").expect(200)
    until_running(daemon, jobs[0])
    expect(daemon.job(jobs[0])["paused"], False)


@test("a paused job whose shim is killed ends like any other, with nothing left")
def _(t):
    daemon = t.daemon()
    job = counting(daemon, f"setsid sh -c '{COUNTER}' & wait")
    pause(daemon, job)
    until_halted(daemon, job)
    shim = int(re.search(r'"pid": *(\d+)', (daemon.folder(job) / "run.lock").read_text())[1])
    os.kill(shim, signal.SIGKILL)
    ended = daemon.until_over(job)
    expect((ended["status"], ended["details"]["reason"]), ("interrupted", "lost"))
    until(lambda: not processes.of_job(daemon.folder(job)), "nothing is left")


@test("a job that tampers with the mark of its pause is as it was asked after the next request")
def _(t):
    daemon = t.daemon()
    job = counting(daemon, "rm -f pause.request; mkdir -p pause.request/x; " + COUNTER)
    until_running(daemon, job)
    pause(daemon, job)
    until_halted(daemon, job)
    resume(daemon, job)
    until_running(daemon, job)


@test("a full slot: a paused job keeps it")
def _(t):
    daemon = t.daemon("--max-running", "1")
    job = counting(daemon)
    waiting = daemon.sh("true")
    pause(daemon, job)
    until_halted(daemon, job)
    time.sleep(0.5)
    expect(daemon.job(waiting)["status"], "queued")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.completed(waiting)


# Root has a control group to freeze; an ordinary user without systemd has none.
@test("without a control group all processes are halted by signals, and go on", root=True)
def _(t):
    daemon = t.daemon(prefix=OrdinaryUser(t).prefix)
    job = counting(daemon, f"setsid sh -c '{COUNTER}' & (setsid sleep 600 &) ; exec sleep 600")
    for _ in range(2):
        pause(daemon, job)
        until_halted(daemon, job)
        states = {processes.stat(pid)[0] for pid in processes.of_job(daemon.folder(job))}
        expect(states <= {"T", "D"}, True, f"{states}")
        daemon.kill()
        (t.home / "server.json").unlink()
        daemon.start()
        until_halted(daemon, job)
        resume(daemon, job)
        until_running(daemon, job)
    pause(daemon, job)
    until_halted(daemon, job)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    expect(daemon.until_over(job)["status"], "stopped")
    until(lambda: not processes.of_job(daemon.folder(job)), "nothing is left")
