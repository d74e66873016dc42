# SPDX-License-Identifier: MIT
"""Jobs that are queued again by themselves after a bad end."""

import json
import os
import signal

from support import expect, expect_in, test, until
from support.stepped_clock import SteppedClock
from support.waiting import WAITING, begun, release

# Succeeds at its third attempt.
THIRD = 'echo x >> tries; [ $(wc -l < tries) -ge 3 ]'


def attempts(job):
    return [(each["attempt"], each["status"], each["exit_code"], each["reason"]) for each in job["details"]["attempts"]]


def until_it(daemon, job, question, what):
    """Waits until the answer is true of the job, and returns it."""

    def look():
        now = daemon.job(job)
        return now if question(now) else None

    return until(look, what)


def in_delay(daemon, job, attempt=2):
    """Waits until the job waits for the delay of its retry."""
    return until_it(
        daemon, job, lambda now: now["attempt"] == attempt and (now["waiting"] or {}).get("for") == "retry", "the delay of its retry"
    )


@test("a failed job is retried until it is completed, and each attempt is kept")
def _(t):
    daemon = t.daemon()
    seen = daemon.events()
    job = daemon.sh(THIRD, retry={"max": 5})
    done = daemon.completed(job)
    expect((done["attempt"], attempts(done)), (3, [(n, "failed", 1, "exit code 1") for n in (1, 2)]))
    expect([each["started_at"] is None for each in done["details"]["attempts"]], [False, False])
    seen.until_job(job["job_id"], "completed")
    expect("failed" in [event.data["status"] for event in seen.seen if event.name == "job"], False, "it is seen as failed")


@test("after max retries the job has failed; a retry by hand starts the count anew")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("exit 1", retry={"max": 2})
    failed = daemon.until_status(job, "failed")
    expect((failed["attempt"], len(failed["details"]["attempts"])), (3, 2))
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    until_it(daemon, job, lambda now: now["status"] == "failed" and now["attempt"] == 6, "it failed again, after two retries")


@test("a job is retried only for the causes and exit codes of its policy")
def _(t):
    daemon = t.daemon("--max-running", "6")
    cases = [
        ("exit 2", {}, {"max": 1, "never_exit_codes": [2, 3]}, 1),
        ("exit 4", {}, {"max": 1, "never_exit_codes": [2, 3]}, 2),
        ("exit 1", {}, {"max": 1, "on": ["timeout", "lost"]}, 1),
        ("kill -9 $$", {}, {"max": 1}, 2),
        ("sleep 600", {"timeout_s": 0.2}, {"max": 1, "on": ["failed"]}, 1),
        ("sleep 600", {"timeout_s": 0.2}, {"max": 1, "on": ["timeout"]}, 2),
        ("exit 1", {}, {"max": 0}, 1),
    ]
    jobs = [daemon.sh(script, retry=policy, **more) for script, more, policy, _ in cases]
    for job, (script, _more, policy, wanted) in zip(jobs, cases):
        expect(daemon.until_status(job, "failed")["attempt"], wanted, f"attempts of {script} with {policy}")
    job = daemon.run("/no/such/program", retry={"max": 1})
    expect(daemon.until_status(job, "failed")["attempt"], 2)


@test("a lost attempt is retried, also one that was lost while no daemon ran")
def _(t):
    daemon = t.daemon("--max-running", "2")
    jobs = [daemon.sh(WAITING, retry={"max": 1, "on": ["lost"]}) for _ in range(2)]
    begun(daemon, *jobs)

    def end_shim(job):
        os.kill(json.loads((daemon.folder(job) / "run.lock").read_text())["pid"], signal.SIGKILL)

    end_shim(jobs[0])
    until(lambda: daemon.job(jobs[0])["attempt"] == 2, "the next attempt")
    daemon.kill()
    end_shim(jobs[1])
    daemon.start()
    for job in jobs:
        until(lambda job=job: daemon.job(job)["attempt"] == 2, "the next attempt")
        release(daemon, job)
        expect(attempts(daemon.completed(job)), [(1, "interrupted", None, "lost")])


@test("the delay of a retry grows, and neither a kill of the daemon nor a step of the clock shortens or ends it")
def _(t):
    clock = SteppedClock(t)
    daemon = t.daemon(env=clock.environment)
    long = daemon.sh("exit 1", retry={"max": 3, "delay_s": 1000, "backoff": 2})
    short = daemon.sh(THIRD, retry={"max": 3, "delay_s": 1, "backoff": 2})
    growing = daemon.sh("exit 1", retry={"max": 3, "delay_s": 2, "backoff": 100})
    waiting = in_delay(daemon, long)
    expect((waiting["status"], waiting["attempt"]), ("queued", 2))
    expect_in("delay of 1000 seconds", waiting["waiting"]["detail"])
    clock.step(2000)
    daemon.restart()
    expect_in("delay of 200 seconds", in_delay(daemon, growing, 3)["waiting"]["detail"])
    clock.step(-90000)
    daemon.completed(short)
    in_delay(daemon, long)
    daemon.restart()
    in_delay(daemon, long)


@test("a job in the delay of its retry can be changed, stopped and deleted, and retried at once by hand")
def _(t):
    daemon = t.daemon()
    policy = {"max": 3, "delay_s": 1000}
    jobs = [daemon.sh("exit 1", retry=policy) for _ in range(3)]
    for job in jobs:
        in_delay(daemon, job)
    changed, stopped, deleted = (f"/jobs/{job['job_id']}" for job in jobs)
    daemon.patch(changed, {"selections": {"argv": ["true"]}, "note": "mended"}).expect(200)
    in_delay(daemon, jobs[0])
    daemon.post(f"{stopped}/stop").expect(202)
    expect(daemon.job(jobs[1])["status"], "stopped")
    expect(len(daemon.job(jobs[1])["details"]["attempts"]), 1)
    daemon.delete(deleted).expect(200)
    daemon.post(f"{changed}/stop").expect(202)
    daemon.post(f"{changed}/retry").expect(200)
    expect(daemon.completed(jobs[0])["attempt"], 3)


@test("a stop is no case for a retry, nor is the end of the daemon")
def _(t):
    daemon = t.daemon("--max-running", "2")
    jobs = [daemon.sh(WAITING, retry={"max": 3}) for _ in range(2)]
    begun(daemon, *jobs)
    daemon.post(f"/jobs/{jobs[0]['job_id']}/stop").expect(202)
    daemon.until_status(jobs[0], "stopped")
    daemon.stop()
    daemon.start()
    expect([daemon.job(job)["status"] for job in jobs], ["stopped", "interrupted"])


@test("jobs that depend on a job wait for its last attempt")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(THIRD, retry={"max": 2, "delay_s": 0.2})
    after = daemon.sh("true", depends_on=[job["job_id"]])
    over = daemon.sh("true", depends_on=[{"job_id": job["job_id"], "when": "over"}])
    for each in (after, over):
        expect(daemon.completed(each)["started_at"] >= daemon.job(job)["finished_at"], True)
    expect(daemon.job(job)["attempt"], 3)


@test("of many attempts the newest 50 are kept")
def _(t):
    daemon = t.daemon()
    job = daemon.until_status(daemon.sh("exit 1", retry={"max": 60}), "failed")
    kept = [each["attempt"] for each in job["details"]["attempts"]]
    expect((job["attempt"], kept), (61, list(range(11, 61))))


@test("while a job waits for its retry, and if it is stopped then, its log is that of the last attempt")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo why it failed; exit 1", retry={"max": 3, "delay_s": 1000})
    log = f"/jobs/{job['job_id']}/log"
    in_delay(daemon, job)
    expect(daemon.get(log).expect(200).text, "why it failed\n")
    daemon.restart()
    expect(daemon.get(f"{log}?tail=1").expect(200).text, "why it failed\n")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    expect(daemon.get(log).expect(200).text, "why it failed\n")
    daemon.post("/server/pause").expect(200)
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    expect(daemon.get(log).expect(200).text, "")
