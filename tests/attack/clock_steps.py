# SPDX-License-Identifier: MIT
"""Steps the wall clock by seconds to decades, forward and back, while the daemon runs and between its runs.

Jobs end as they should, time limits hold, the list keeps its order, the event stream has no gap, and a repeated request
gets its first answer."""

import json

from support.followed_list import FollowedList
from support.stepped_clock import SteppedClock

HOUR = 3600
DAY = 24 * HOUR
STEPS = (0.5, 5, HOUR, 25 * HOUR, 400 * DAY, 20 * 365 * DAY)
# Script, time limit in seconds, status and reason at the end.
SCRIPTS = (
    ("true", None, "completed", None),
    ("sleep 0.2", 3600, "completed", None),
    ("sleep 0.2; exit 3", 3600, "failed", "exit code 3"),
    ("sleep 300", 1, "failed", "timed out"),
)


class Attack:
    def __init__(self, run):
        self.run, self.t, self.random = run, run.t, run.random
        self.clock = SteppedClock(run.t)
        self.daemon = run.t.daemon("--max-running", "3", env=self.clock.environment, port=run.t.free_port())
        self.follower = FollowedList(self.daemon)
        self.created = []  # (ID, script)
        self.answers = []  # keyed requests with their first answers
        self.uptime = 0

    def step_clock(self):
        self.run.count()
        seconds = self.random.choice(STEPS) * self.random.choice((1, -1))
        # Not before 1990: a machine without a clock starts there, or at the date of its system.
        self.clock.set(max(self.clock.seconds + seconds, -35 * 365 * DAY))
        if abs(self.clock.seconds) > 60 * 365 * DAY:
            self.clock.set(0)

    def create(self):
        self.run.count()
        script = self.random.choice(SCRIPTS)
        body = {"name": script[0], "kind": "command", "selections": {"argv": ["/bin/sh", "-c", script[0]]}}
        if script[1]:
            body["selections"]["timeout_s"] = script[1]
        key = f"key-{len(self.created)}"
        answer = self.daemon.post("/jobs", body, headers={"Idempotency-Key": key}).expect(201)
        self.created.append((answer.json()["job_id"], script))
        self.answers.append((body, key, answer.body))

    def repeat(self):
        self.run.count()
        if not self.answers:
            return
        body, key, first = self.random.choice(self.answers)
        answer = self.daemon.post("/jobs", body, headers={"Idempotency-Key": key})
        if (answer.status, answer.body) != (200, first):
            self.run.found("a repeated request got another answer", f"{answer.status} {answer.body}\n{first}\nclock {self.clock.seconds} s")

    def restart(self):
        self.run.count()
        if self.random.random() < 0.5:
            self.daemon.kill()
        else:
            self.daemon.post("/server/shutdown?keep_jobs=true").expect(202)
            self.daemon.wait()
        self.step_clock()
        self.daemon.start()
        self.uptime = 0

    def command(self, *options):
        """A command that sees the stepped clock, or the true one."""
        env = self.clock.environment if self.random.random() < 0.5 else {}
        return self.t.vestimd(*options, env=env)

    def ask(self):
        self.run.count()
        said = json.loads(self.command("--status", "--json").expect(0).out)
        uptime = self.daemon.get("/server/status").expect(200).json()["uptime_s"]
        if said["pid"] != self.daemon.pid:
            self.run.found("vestimd --status names another daemon", said)
        if not self.uptime <= uptime < self.uptime + HOUR:
            self.run.found(f"the uptime went from {self.uptime} s to {uptime} s", f"clock {self.clock.seconds} s")
        self.uptime = uptime

    def change(self):
        """A change is seen by a client that has the list already."""
        self.run.count()
        if not self.created:
            return
        before = self.daemon.get("/jobs").expect(200)
        job_id, _ = self.random.choice(self.created)
        self.daemon.patch(f"/jobs/{job_id}", {"name": f"name {self.run.tried}"}).expect(200)
        tag = {"If-None-Match": before.headers["ETag"]} if "ETag" in before.headers else {}
        if self.daemon.get("/jobs", headers=tag).status != 200:
            self.run.found("a change is hidden by an old ETag")

    def check(self):
        for job_id, (_, _, status, reason) in self.created:
            now = self.daemon.until_over(job_id, 60)
            if (now["status"], now["details"]["reason"]) != (status, reason):
                self.run.found(f"a job is {now['status']}, {now['details']['reason']}, not {status}, {reason}", now)
            if not 0 <= (now["details"]["wall_s"] or 0) < HOUR:
                self.run.found("a job has taken hours, or no time", now)
        answer = self.daemon.get("/jobs").expect(200)
        ids = [job["job_id"] for job in answer.json()]
        if ids != [job_id for job_id, _ in reversed(self.created)]:
            self.run.found("the list is not in the order of creation, or not complete", f"{ids}\n{self.created}")
        self.follower.catch_up(answer.headers["Vestim-Event-Id"], {job["job_id"]: job for job in answer.json()}, self.run.found)

    def step(self):
        what = (self.step_clock, self.step_clock, self.step_clock, self.create, self.create, self.repeat, self.ask, self.change, self.restart)
        self.random.choice(what)()


def attack(run):
    attack_on = Attack(run)
    for number in run.steps(40):
        attack_on.step()
        if number % 40 == 39:
            attack_on.check()
    attack_on.check()
    attack_on.follower.close()
    attack_on.command("--stop").expect(0)
