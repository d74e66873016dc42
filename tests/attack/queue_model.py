# SPDX-License-Identifier: MIT
"""Random jobs with dependencies, slots, groups, pauses, moves and retries, while daemons and shims are killed.

The jobs themselves write a history of their starts and ends. It must never show more than the capacity or than a group
allows, no start before the end of a dependency, no attempt twice, and at the end no job that was forgotten."""

import collections
import json
import os
import re
import signal
import time

from support import processes
from support.expect import PATIENCE, until

GROUPS = {"default": 9, "one": 1, "two": 2}  # limits, which never change; pauses do
SLOTS = ("cpus", "memory_mb", "gpus")
MOST = {"cpus": 4, "memory_mb": 400, "gpus": 3}
MAX_RUNNING = 4
# What a job does between its notes; only the first ones complete.
WORK = ("true", "sleep 0.05", "sleep 0.2", "sleep 0.5", "sleep 0.1; exit 3", "sleep 0.1; kill -9 $$", "sleep 300")
ATTEMPT = r"""a=$(sed -n 's/^[^0-9]*"version"[^,]*,//;s/.*"attempt": *\([0-9]*\).*/\1/p' run.lock | head -n 1); """


class Model:
    def __init__(self, run):
        self.run, self.random, self.t = run, run.random, run.t
        self.history = self.t.dir / "history.txt"
        self.jobs = {}  # ID → fields, with the dependencies as (ID, when)
        self.deleted = set()
        self.limits = dict(MOST)  # what may be in use
        self.wanted = dict(MOST)  # the capacity
        self.cut = set()  # jobs with an attempt that has noted no end
        self.daemon = self.t.daemon("--max-running", str(MAX_RUNNING))
        self.daemon.patch("/server/settings", {"capacity": MOST, "starvation_s": 1}).expect(200)
        for name, limit in GROUPS.items():
            self.daemon.patch(f"/groups/{name}", {"max_running": limit}).expect(200)
        self.note("limits", *MOST.values())

    def note(self, *words):
        with open(self.history, "a") as file:
            file.write(" ".join(map(str, words)) + "\n")

    # Steps.

    def any_job(self):
        alive = [job for job in self.jobs if job not in self.deleted]
        return self.random.choice(alive) if alive else None

    def create(self):
        random = self.random
        work = random.choices(WORK, (4, 6, 6, 3, 3, 1, 1))[0]
        script = ATTEMPT + f"echo start $VESTIM_JOB_ID $a ${{CUDA_VISIBLE_DEVICES:--}} >> {self.history}; "
        script += f"({work}); r=$?; echo end $VESTIM_JOB_ID $a $r >> {self.history}; exit $r"
        resources = {"cpus": random.choice((1, 1, 1, 2, 4)), "memory_mb": random.choice((0, 0, 100, 300)), "gpus": random.choice((0, 0, 0, 1, 2))}
        resources = {name: min(value, self.wanted[name]) for name, value in resources.items()}
        fields = {"resources": resources, "group": random.choice(list(GROUPS)), "priority": random.choice((0, 0, 0, 1))}
        others = [job for job in list(self.jobs)[-12:] if job not in self.deleted]
        chosen = random.sample(others, min(len(others), random.choice((0, 0, 1, 2))))
        depends = [{"job_id": job, "when": random.choice(("completed", "over"))} for job in chosen]
        if random.random() < 0.2:
            fields["retry"] = {"max": 2, "delay_s": random.choice((0, 1)), "on": ["failed", "lost"]}
        body = {"kind": "command", "selections": {"argv": ["/bin/sh", "-c", script]}, "depends_on": depends, **fields}
        job = self.daemon.post("/jobs", body).expect(201).json()["job_id"]
        self.jobs[job] = {**fields, "depends_on": depends}

    def change(self):
        """One request about a job, which may be refused because of its status."""
        job = self.any_job()
        if job is None:
            return
        other = self.any_job()
        method, path, body = self.random.choice((
            ("POST", "stop", None), ("POST", "retry", None), ("POST", "pause", None), ("POST", "resume", None),
            ("POST", "resume", None), ("POST", "move", {"to": "front"}), ("POST", "move", {"to": "back"}),
            ("POST", "move", {"before": other}), ("POST", "move", {"after": other}), ("DELETE", "", None),
            ("PATCH", "", {"name": "changed"}),
        ))  # fmt: skip
        answer = self.daemon.request(method, f"/jobs/{job}/{path}".rstrip("/"), body)
        answer.expect(200, 202, 404, 409, 422)
        if method == "DELETE" and answer.status == 200:
            self.deleted.add(job)

    def settings(self):
        """Pauses and resumes the queue or a group, or changes the capacity."""
        kind = self.random.randrange(3)
        if kind == 0:
            self.daemon.post(f"/server/{self.random.choice(('pause', 'resume', 'resume', 'resume'))}").expect(200)
        elif kind == 1:
            name = self.random.choice(list(GROUPS))
            self.daemon.patch(f"/groups/{name}", {"paused": self.random.random() < 0.3}).expect(200)
        else:
            self.set_capacity({name: self.random.randint(name == "cpus", MOST[name]) for name in SLOTS})

    def set_capacity(self, limits):
        """What was started before a smaller limit may stay above it."""
        highest = [max(limits[name], self.limits[name]) for name in SLOTS]
        self.note("limits", *highest)
        self.daemon.patch("/server/settings", {"capacity": limits}).expect(200)
        used = self.daemon.get("/server/status").expect(200).json()["in_use"]
        self.limits = {name: max(limits[name], used[name]) for name in SLOTS}
        self.note("limits", *self.limits.values())
        self.wanted = limits

    def kill(self):
        kind = self.random.randrange(4)
        shims = [pid for pid in processes.that_mention(str(self.daemon.home / "jobs")) if "vestim-run" in processes.command_line(pid)[:1]]
        if kind == 0 and shims:
            try:
                os.kill(self.random.choice(shims), signal.SIGKILL)
            except ProcessLookupError:
                pass
        elif kind == 1:
            self.daemon.post("/server/shutdown?keep_jobs=true").expect(202)
            self.daemon.wait()
            self.daemon.start()
        else:
            self.daemon.restart()

    def observe(self):
        """The daemon's own account."""
        status = self.daemon.get("/server/status").expect(200).json()
        for name in SLOTS:
            if status["in_use"][name] > self.limits[name]:
                self.run.found(f"{status['in_use'][name]} {name} are in use, {self.limits[name]} are allowed", json.dumps(status))
        running = self.daemon.jobs("?status=running")
        gpus = [gpu for job in running for gpu in job["details"].get("gpu_indices", [])]
        if len(gpus) != len(set(gpus)):
            self.run.found("two jobs run on one GPU", json.dumps(running))
        for name, limit in GROUPS.items():
            if sum(job["group"] == name for job in running) > limit:
                self.run.found(f"the group {name} runs too many jobs", json.dumps(running))
        for job in self.daemon.jobs("?status=queued"):
            if job["waiting"] is None:
                self.run.found("a queued job does not say what it waits for", json.dumps(job))

    # The end.

    def finish(self):
        """Lets everything run. What is left then was forgotten."""
        self.set_capacity(MOST)
        self.daemon.post("/server/resume").expect(200)
        for name in GROUPS:
            self.daemon.patch(f"/groups/{name}", {"paused": False}).expect(200)
        fewest, deadline = None, 0
        while fewest is None or time.monotonic() < deadline:
            left = self.daemon.jobs("?status=queued,running")
            if not left:
                return
            if fewest is None or len(left) < fewest:
                fewest, deadline = len(left), time.monotonic() + 30 * PATIENCE
            for job in left:
                if job["paused"]:
                    self.daemon.post(f"/jobs/{job['job_id']}/resume").expect(200, 409)
                elif job["status"] == "running" and "sleep 300" in job["selections"]["argv"][2]:
                    self.daemon.post(f"/jobs/{job['job_id']}/stop").expect(202, 409)
            time.sleep(0.2)
        self.run.found(f"{len(left)} jobs were forgotten", json.dumps(left[:5], indent=1))

    def judge_history(self):
        """In the order of the file. A note comes after its start and before its end, so overlaps in it are real."""
        running, limits, done, started = {}, None, collections.Counter(), set()
        for line in self.history.read_text().splitlines():
            kind, *words = line.split()
            if kind == "limits":
                limits = dict(zip(SLOTS, map(int, words)))
                continue
            job, attempt = words[0], words[1]
            if kind == "end":
                running.pop(job, None)
                done[job] += words[2] == "0"
                continue
            if (job, attempt) in started:
                self.run.found(f"attempt {attempt} of {job} was started twice")
            started.add((job, attempt))
            for needed in self.jobs[job]["depends_on"]:
                if needed["when"] == "completed" and not done[needed["job_id"]]:
                    self.run.found(f"{job} started before its dependency {needed['job_id']} was completed")
            running[job] = words[2]
            self.judge_start(job, running, limits)
        return done

    def judge_start(self, job, running, limits):
        """Jobs whose processes were killed have written no end: they may seem to run still."""
        alive = [other for other in running if other == job or other not in self.cut]
        for name in SLOTS:
            used = sum(self.jobs[other]["resources"][name] for other in alive)
            if used > limits[name]:
                self.run.found(f"{used} {name} were in use at the start of {job}, {limits[name]} were allowed")
        group = self.jobs[job]["group"]
        if sum(self.jobs[other]["group"] == group for other in alive) > GROUPS[group]:
            self.run.found(f"the group {group} ran too many jobs at the start of {job}")

    def judge_end(self):
        text = self.history.read_text()
        ends = set(re.findall(r"^end (\S+ \d+) ", text, re.M))
        starts = re.findall(r"^start (\S+ \d+) ", text, re.M)
        self.cut = {start.split()[0] for start in starts if start not in ends}
        self.run.count(len(starts))
        done = self.judge_history()
        for job in self.daemon.jobs():
            if job["status"] == "completed" and not done[job["job_id"]]:
                self.run.found("a job is completed that did not reach its end", json.dumps(job))


def attack(run):
    model = Model(run)
    for step in run.steps(150):
        kind = run.random.random()
        if kind < 0.4:
            model.create()
        elif kind < 0.7:
            model.change()
        elif kind < 0.85:
            model.settings()
        elif kind < 0.9:
            model.kill()
        else:
            time.sleep(run.random.random() * 0.1)
        if step % 5 == 0:
            model.observe()
        run.count()
    model.finish()
    model.judge_end()
