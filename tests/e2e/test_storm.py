# SPDX-License-Identifier: MIT
"""The storm: many clients post while the daemon is killed and started again, and nothing is lost."""

import json
import os
import random
import threading
import time

from support import expect, fail, test, until
from support.answers import Closed
from support.builds import is_sanitized

CLIENTS = 16
JOBS = 2000
KILLS = 10


class Client(threading.Thread):
    """Posts its jobs one after the other, each until it is answered, as a careful client would."""

    def __init__(self, storm, number):
        super().__init__()
        self.storm = storm
        self.number = number
        self.answered = {}
        self.error = None

    def run(self):
        try:
            for number in range(JOBS // CLIENTS):
                self.post(f"{self.number}-{number}")
        except BaseException as error:
            self.error = error
            raise

    def post(self, key):
        selections = '{ "of" : [ "%s" , %d.50 ] }' % (key, random.randrange(10**6))
        body = '{"name":"%s","selections":%s}' % (key, selections)
        if key.endswith("7"):
            selections = '{"argv":["true"],  "env":{"K":"%s"}}' % key
            body = '{"name":"%s","kind":"command","selections":%s}' % (key, selections)
        headers = {"Idempotency-Key": key}
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                answer = self.storm.post("/jobs", body=body.encode(), headers=headers, timeout=10)
            except (OSError, Closed):
                time.sleep(0.01)
                continue
            if answer.status in (200, 201):
                self.answered[key] = (answer.json()["job_id"], selections, body)
                return
            if answer.status != 503:
                fail(f"{answer.status}: {answer.body[:300]}")
        fail(f"{key} was not answered in time")


@test("2000 jobs of 16 clients over ten SIGKILLs: each answered one is there exactly once, unchanged", alone=True)
def _(t):
    seed = int(os.environ.get("VESTIM_TEST_SEED", time.time_ns() % 10**6))
    print(f"# seed {seed}", flush=True)
    moments = random.Random(seed)
    daemon = t.daemon(port=t.free_port())
    clients = [Client(daemon, number) for number in range(CLIENTS)]
    for client in clients:
        client.start()

    for kill in range(1, KILLS + 1):
        share = JOBS * kill // (KILLS + 2)
        until(lambda: sum(len(c.answered) for c in clients) >= share, f"{share} jobs are answered", 120)
        time.sleep(moments.uniform(0, 0.15))
        daemon.restart()
    for client in clients:
        client.join(180)
        if client.error or client.is_alive():
            fail(f"client {client.number}: {client.error}")

    answered = {key: value for client in clients for key, value in client.answered.items()}
    expect(len(answered), JOBS, "answered jobs")
    expect_all_there(daemon, answered)
    expect_repeats_harmless(daemon, moments, answered)
    expect_all_there(daemon, answered)
    commands = sum(1 for key in answered if key.endswith("7"))
    done = lambda: daemon.get("/server/status").json()["jobs"]["completed"]  # noqa: E731
    until(lambda: done() == commands, lambda: f"{commands} commands ran, {done()} did", 120)


def expect_all_there(daemon, answered):
    body = daemon.get("/jobs", timeout=60).expect(200).body
    jobs = json.loads(body)
    expect(len(jobs), JOBS, "jobs listed")
    expect(len({job["job_id"] for job in jobs}), JOBS, "different IDs")
    by_name = {job["name"]: job for job in jobs}
    for key, (job_id, selections, _) in answered.items():
        if by_name[key]["job_id"] != job_id or selections.encode() not in body:
            fail(f"{key}: {by_name[key]} is not {job_id} with {selections}")
    # With many new jobs at the same time, the folders follow the answers.
    wanted = sorted(job["job_id"] for job in jobs)
    until(lambda: sorted(os.listdir(daemon.home / "jobs")) == wanted, "each job has its folder, and there is no other")


def expect_repeats_harmless(daemon, moments, answered):
    for key in moments.sample(sorted(answered), 50):
        job_id, _, body = answered[key]
        again = daemon.post("/jobs", body=body.encode(), headers={"Idempotency-Key": key}).expect(200)
        expect(again.json()["job_id"], job_id, f"repeat of {key}")


@test("a storm of starts: jobs that run while the daemon is killed run exactly once", alone=True)
def _(t):
    daemon = t.daemon("--max-running", "8", port=t.free_port())
    runs = t.dir / "runs"
    runs.mkdir()
    count = 60 if is_sanitized() else 120
    moments = random.Random(7)
    jobs = []
    for number in range(count):
        jobs.append(daemon.sh(f"mkdir '{runs}/{number}' || touch '{runs}/{number}/twice'"))
        if number % 12 == 11:
            time.sleep(moments.uniform(0, 0.05))
            daemon.restart()
    for job in jobs:
        over = daemon.completed(job, 60)
        expect(over["attempt"], 1)
    expect(len(os.listdir(runs)), count, "jobs that ran")
    expect([path.name for path in runs.glob("*/twice")], [], "jobs that ran twice")
