# SPDX-License-Identifier: MIT
"""Changes random jobs while the daemon and its shims are killed and stopped, and keeps a model of what was acknowledged.

Nothing acknowledged may be lost, nothing invented and nothing run twice. A request whose answer was cut off has happened
completely or not at all. Each status must be true, and the event stream must tell the same as the list."""

import json
import os
import random
import re
import signal
import threading
import time

from support import processes
from support.answers import Closed
from support.expect import PATIENCE, fail, until
from support.followed_list import FollowedList

CLIENTS = 4
STEPS = 14  # of each client in a round
SLOTS = 3
FINAL = ("completed", "failed", "stopped", "interrupted")
# What a job does after it has noted its run, and how it ends if nobody intervenes.
SCRIPTS = (
    ("true", "completed", 0),
    ("sleep 0.1", "completed", 0),
    ("sleep 0.4; exit 3", "failed", 3),
    ("setsid sleep 300 & exit 0", "completed", 0),
    ("kill -9 $$", "failed", None),
    ('echo "{\\"progress\\": 0.5, \\"message\\": \\"half\\"}" >&3; sleep 0.2', "completed", 0),
    ("rm -f run.lock; sleep 0.1", "completed", 0),
    ('rm -rf "$VESTIM_JOB_DIR"; sleep 0.1; exit 3', "failed", 3),
    ("(setsid sleep 300 &); kill -9 $PPID; sleep 301", "interrupted", None),
    ("sleep 300", None, None),
)
NOTE = r"""sed -n 's/^[^0-9]*"version"[^,]*,//;s/.*"attempt": *\([0-9]*\).*/\1/p' run.lock | head -n 1 >> '{runs}'; """


class Job:
    """What the model knows of a job. `maybe` has the other values that it may have after a request without an answer."""

    def __init__(self, name, script, fields):
        self.name, self.script = name, script
        self.id = None
        self.exists = True
        self.fields = dict(fields)
        self.maybe = None
        self.released = False
        self.attempts = 1  # acknowledged ones
        self.unsure_attempts = 0  # that may have been added
        self.may_be_stopped = False
        self.may_be_gone = False
        self.judged = None  # the attempt and the status at the last check
        self.busy = False  # a request without an answer may still be in progress


class Client(threading.Thread):
    """Makes random requests about its own jobs, one after the other."""

    def __init__(self, attack, number, jobs=()):
        super().__init__()
        self.attack = attack
        self.random = random.Random(attack.run.random.random())
        self.number = number
        self.jobs = list(jobs)
        self.created = []
        self.answers = []  # keyed requests with their first answers
        self.error = None
        self.keys = 0

    # Requests.

    def send(self, method, target, body=None, key=None):
        """The answer, or None if it was cut off. A daemon that is stopping is asked again."""
        deadline = time.monotonic() + 60 * PATIENCE
        headers = {"Idempotency-Key": key} if key else {}
        while time.monotonic() < deadline:
            try:
                answer = self.attack.daemon.request(method, target, body, headers=headers, timeout=60)
            except ConnectionRefusedError:
                time.sleep(0.01)
                continue
            except (OSError, Closed):
                return None
            if answer.status != 503:
                self.attack.run.count()
                return answer
            time.sleep(0.01)
        fail(f"{method} {target} was not answered")

    def hang_up(self, method, target, body):
        """Sends the request and does not wait for its answer."""
        data = json.dumps(body).encode() if body is not None else None
        try:
            with self.attack.daemon.connect() as connection:
                connection.send(self.attack.daemon.request_bytes(method, target, data))
        except OSError:
            pass

    def change(self, method, target, body=None):
        """With a key it is repeated until it is answered, without one it may be cut off: then the answer is None."""
        kind = self.random.random()
        if kind < 0.08:
            self.hang_up(method, target, body)
            return None
        if kind < 0.35:
            return self.send(method, target, body)
        self.keys += 1
        key = f"{self.attack.rounds}-{self.number}-{self.keys}"
        answer = None
        while answer is None:
            answer = self.send(method, target, body, key)
        if answer.status < 300:
            self.answers.append((method, target, body, key, answer.body))
        return answer

    # Steps.

    def run(self):
        try:
            for _ in range(STEPS):
                time.sleep(self.random.uniform(0, 0.08))  # so that kills come between the steps
                self.step()
        except BaseException as error:
            self.error = error

    def step(self):
        free = [job for job in self.jobs if job.exists and not job.busy and not job.may_be_gone]
        if len(free) < 2 or self.random.random() < 0.25:
            return self.create()
        job = self.random.choice(free)
        names = ("release", "release", "stop", "retry", "pause", "pause", "rename", "prioritize", "look", "look", "remove", "repeat", "replace")
        return getattr(self, self.random.choice(names))(job)

    def create(self):
        name = f"{self.attack.rounds}-{self.number}-{len(self.created)}"
        script = self.random.choice(SCRIPTS)
        runs = self.attack.runs / name
        argv = ["/bin/sh", "-c", NOTE.format(runs=runs) + script[0]]
        selections = {"argv": argv, "restart": True} if self.random.random() < 0.1 else {"argv": argv}
        job = Job(name, script, {"name": name, "priority": self.random.randrange(3), "selections": selections})
        hold = self.random.random() < 0.4
        job.released = not hold
        self.jobs.append(job)
        self.created.append(job)
        answer = self.change("POST", "/jobs", {**job.fields, "kind": "command", "hold": hold})
        if answer is None:
            job.busy = job.may_be_gone = True
        else:
            job.id = answer.expect(200, 201).json()["job_id"]

    def path(self, job):
        return f"/jobs/{job.id}"

    def release(self, job):
        answer = self.change("POST", self.path(job) + "/start")
        if answer is None:
            job.busy = True
            job.released = job.released or None  # unknown
        elif answer.status == 200:
            if job.released:
                self.attack.run.found("a job was started twice", job.id)
            job.released = True
        elif answer.expect(409) and job.released is False:
            self.attack.run.found("a held job could not be started", answer.text)

    def stop(self, job):
        answer = self.change("POST", self.path(job) + "/stop")
        if answer is None:
            job.busy = job.may_be_stopped = True
        elif answer.status in (200, 202):
            job.may_be_stopped = True
        else:
            answer.expect(409)

    def pause(self, job):
        """Or a resume. All are resumed before the check, so the model need not know which are paused."""
        verb = self.random.choice(("/pause", "/resume"))
        answer = self.change("POST", self.path(job) + verb)
        if answer is None:
            job.busy = True
        elif answer.expect(200, 409).status == 200 and answer.json()["paused"] is not (verb == "/pause"):
            self.attack.run.found(f"the answer to {verb} says the contrary", answer.text)

    def retry(self, job):
        answer = self.change("POST", self.path(job) + "/retry")
        if answer is None:
            job.busy = True
            job.unsure_attempts += 1
        elif answer.status == 200:
            job.attempts += 1
            if job.released is False:
                self.attack.run.found("a job that never ran was retried", job.id)
        else:
            answer.expect(409)

    def patch(self, job, new):
        answer = self.change("PATCH", self.path(job), new)
        if answer is None:
            job.busy = True
            job.maybe = {**job.fields, **new}
        elif answer.status == 200:
            job.fields.update(new)
        else:
            answer.expect(409)
            if job.released is False or set(new) == {"name"}:
                self.attack.run.found("a change that is allowed was refused", answer.text)

    def rename(self, job):
        self.patch(job, {"name": f"{job.name} {self.random.randrange(10**6)}"})

    def prioritize(self, job):
        self.patch(job, {"name": f"{job.name} !", "priority": self.random.randrange(-5, 5)})

    def replace(self, job):
        selections = {**job.fields["selections"], "timeout_s": 3600 + self.random.randrange(1000)}
        self.patch(job, {"selections": selections, "priority": 7})

    def remove(self, job):
        answer = self.change("DELETE", self.path(job))
        if answer is None:
            job.busy = job.may_be_gone = job.may_be_stopped = True  # it is stopped first
        else:
            answer.expect(200)
            job.exists = False

    def look(self, job):
        """What was acknowledged is there at once, whichever daemon answers."""
        answer = self.send("GET", self.path(job))
        if answer is None:
            return
        now = answer.expect(200).json()
        self.attack.compare(job, now)

    def repeat(self, _):
        """A repeated request gets its first answer and changes nothing."""
        if not self.answers:
            return
        method, target, body, key, first = self.random.choice(self.answers)
        answer = self.send(method, target, body, key)
        if answer is not None and (answer.status, answer.body) != (200, first):
            self.attack.run.found(f"a repeated {method} {target} got another answer", f"{answer.status} {answer.body}\n{first}")


class Attack:
    def __init__(self, run):
        self.run, self.t, self.random = run, run.t, run.random
        self.runs = run.t.dir / "runs"
        self.runs.mkdir()
        self.daemon = run.t.daemon("--max-running", str(SLOTS), port=run.t.free_port())
        self.clients = []
        self.known = []  # all jobs of all clients
        self.rounds = 0
        self.kills = []  # what was done to the daemon and the shims since the last check
        self.follower = FollowedList(self.daemon)

    # Chaos.

    def is_shim(self, pid):
        command = processes.command_line(pid)
        return bool(command) and command[0].endswith("vestim-run") and any(str(self.daemon.home) in part for part in command)

    def shims(self):
        """Leaves out a child that has not executed its program yet: it still looks like its shim."""
        return [pid for pid in processes.all_pids() if self.is_shim(pid) and not self.is_shim((processes.stat(pid) or (0, 0))[1])]

    def kill_shim(self):
        shims = self.shims()
        if shims:
            self.kills.append("shim")
            try:
                os.kill(self.random.choice(shims), signal.SIGKILL)
            except ProcessLookupError:
                pass

    def kill_daemon(self):
        self.kills.append("daemon")
        self.daemon.restart()

    def kill_both(self):
        self.kills.append("daemon")
        self.daemon.kill()
        self.kill_shim()
        self.daemon.start()

    def stop_daemon(self):
        self.kills.append("stop")
        self.daemon.stop()
        self.daemon.start()

    def keep_jobs(self):
        self.kills.append("keep")
        answer = self.daemon.post("/server/shutdown?keep_jobs=true")
        answer.expect(202)
        self.daemon.wait()
        self.daemon.start()

    def suspend_daemon(self):
        self.daemon.signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(0, 0.05))
        self.daemon.signal(signal.SIGCONT)

    def disturb(self):
        what = (self.kill_shim, self.kill_shim, self.kill_daemon, self.kill_daemon, self.kill_both, self.stop_daemon, self.keep_jobs)
        time.sleep(self.random.uniform(0, 0.2))
        self.random.choice(what + (self.suspend_daemon,))()
        self.run.count()

    # The model.

    def compare(self, job, now):
        """The fields that a client sets have the values that were acknowledged, all of them."""
        seen = {name: now[name] for name in job.fields}
        if seen == job.fields:
            if not job.busy:
                job.maybe = None
        elif job.maybe and seen == job.maybe:
            job.fields, job.maybe = job.maybe, None
        else:
            self.run.found("a job has other fields than those that were acknowledged", f"{seen}\n{job.fields}\n{job.maybe}")
        # Each start of the daemon may queue an interrupted job again if its selections say so.
        starts = len(self.kills) - self.kills.count("shim")
        most = job.attempts + job.unsure_attempts + (starts if job.fields["selections"].get("restart") else 0)
        if not job.attempts <= now["attempt"] <= most:
            self.run.found(f"attempt {now['attempt']} of a job with {job.attempts} to {most}", job.id)
        if now["status"] == "created" and job.released:
            self.run.found("a job that was released is created", job.id)
        if now["status"] != "created" and job.released is False:
            self.run.found(f"a job that was never released is {now['status']}", job.id)

    def settle(self, job, listed):
        """Learns from the list how the requests without an answer have ended."""
        if job.id is None:
            found = [now for now in listed.values() if now["name"] == job.name]
            if len(found) > 1:
                self.run.found("one request made two jobs", job.name)
            job.id = found[0]["job_id"] if found else None
        now = listed.get(job.id)
        if now is None:
            if job.exists and not job.may_be_gone:
                self.run.found("a job that was acknowledged is gone", f"{job.id} {job.fields}")
            job.exists = False
            return
        if not job.exists:
            self.run.found("a job that was deleted is back", job.id)
        if job.released is None:
            job.released = now["status"] != "created"
        self.compare(job, now)
        job.attempts, job.unsure_attempts = now["attempt"], 0
        job.busy = job.may_be_gone = False

    def judge_end(self, job, now):
        """A final status that follows from what the job does and what was done to it."""
        _, natural, code = job.script
        if (now["attempt"], now["status"]) == job.judged:
            return
        allowed = {natural}
        if job.may_be_stopped:
            allowed.add("stopped")
        if {"shim", "stop"} & set(self.kills):
            allowed.add("interrupted")
        status = now["status"]
        if job.released and status not in allowed:
            self.run.found(f"a job is {status}, not one of {sorted(map(str, allowed))}", f"{now}\n{self.log_of(job)}")
        if status in ("completed", "failed") and code is not None and now["details"]["exit_code"] != code:
            self.run.found(f"a {status} job has a wrong exit code", now)
        runs = self.runs_of(job)
        if status in ("completed", "failed") and runs.count(now["attempt"]) != 1:
            self.run.found(f"a {status} job did not run in attempt {now['attempt']}", f"{now['job_id']} {runs}")
        if job.judged and job.judged[0] == now["attempt"] and job.judged[1] in FINAL:
            self.run.found(f"a job that was {job.judged[1]} is now {status}", now)
        job.judged = (now["attempt"], status)
        job.may_be_stopped = False

    def log_of(self, job):
        return self.daemon.get(f"/jobs/{job.id}/log").text[-500:]

    def runs_of(self, job):
        path = self.runs / job.name
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    # A round.

    def clear_slots(self):
        """Stops the jobs that do not end by themselves, and waits until nothing is queued or runs."""

        def look():
            active = [now for now in self.daemon.jobs("?status=queued,running")]
            for now in active:
                if now["paused"]:
                    self.daemon.post(f"/jobs/{now['job_id']}/resume").expect(200, 409)
                if re.search(r"sleep 300$", now["selections"]["argv"][2]):
                    job = next(job for job in self.known if job.id == now["job_id"])
                    job.may_be_stopped = True
                    self.daemon.post(f"/jobs/{job.id}/stop").expect(202, 409)
            return not active

        until(look, lambda: f"all jobs end: {self.daemon.jobs('?status=queued,running')}", 60)

    def check(self):
        # A request whose client hung up is read before the second one of these.
        for _ in range(2):
            self.daemon.patch("/server/settings", {"max_running": SLOTS}).expect(200)
        self.learn_ids()
        self.clear_slots()
        answer = self.daemon.get("/jobs").expect(200)
        listed = {now["job_id"]: now for now in answer.json()}
        for job in self.known:
            self.settle(job, listed)
        known = {job.id: job for job in self.known if job.exists and job.id}
        for stranger in set(listed) - set(known):
            self.run.found("a job that nobody created is listed", listed[stranger])
        for job in known.values():
            self.judge_end(job, listed[job.id])
        for job in self.known:
            runs = self.runs_of(job)
            if len(runs) != len(set(runs)):
                self.run.found("an attempt ran twice", f"{job.id} {runs}")
        self.check_disk(answer, listed)
        self.follower.catch_up(answer.headers["Vestim-Event-Id"], listed, self.run.found)
        self.kills = []

    def learn_ids(self):
        names = {now["name"]: now["job_id"] for now in self.daemon.jobs()}
        for job in self.known:
            job.id = job.id or names.get(job.name)

    def check_disk(self, answer, listed):
        order = [int(job_id.rsplit("-", 1)[1], 16) for job_id in listed]
        if order != sorted(order, reverse=True):
            self.run.found("the list is not in the order of creation", order)
        folders = sorted(os.listdir(self.daemon.home / "jobs"))
        if folders != sorted(listed):
            self.run.found("the folders are not those of the jobs", f"{set(folders) ^ set(listed)}")
        if (said := self.daemon.database("PRAGMA integrity_check").strip()) != "ok":
            self.run.found("the registry is damaged", said)
        try:
            until(lambda: not self.living(), "", 10)
        except AssertionError:
            self.run.found("a process of a finished job lives", [processes.describe(pid) for pid in self.living()])

    def living(self):
        home = f"VESTIM_JOB_DIR={self.daemon.home}"
        return [pid for pid in processes.all_pids() if any(text.startswith(home) for text in processes.environment(pid)) and processes.is_alive(pid)]

    def change_all(self):
        """A request about all jobs, repeated with its key until it is answered."""
        client = Client(self, "all")
        held = [job for job in self.known if job.exists and job.released is False]
        over = [job for job in self.known if job.exists and job.released]
        method, target, gone = self.random.choice((
            ("POST", "/jobs/clear?status=created", held),
            ("DELETE", "/jobs?status=completed,failed,stopped,interrupted", over),
            ("DELETE", "/jobs", held + over),
            ("POST", "/jobs/stop", []),
        ))
        killer = threading.Thread(target=self.kill_daemon)
        killer.start()
        answer = None
        while answer is None:
            answer = client.send(method, target, key=f"all-{self.rounds}")
        killer.join()
        answer.expect(200, 202)
        number = answer.json().get("cleared", answer.json().get("stopped"))
        # A start of the daemon may have queued these again in the meantime.
        again = [job for job in self.known if job.exists and job.fields["selections"].get("restart") and job.judged[1] == "interrupted"]
        if not len(gone) - len(again) <= number <= len(gone) + len(again):
            self.run.found(f"{method} {target} changed {number} jobs, not {len(gone)}", answer.text)
        for job in gone:
            job.exists = job.may_be_gone = job in again
        for job in again:
            job.may_be_stopped = True

    def round(self):
        self.rounds += 1
        survivors = [job for job in self.known if job.exists]
        self.clients = [Client(self, number, survivors[number::CLIENTS]) for number in range(CLIENTS)]
        for client in self.clients:
            client.start()
        while any(client.is_alive() for client in self.clients):
            self.disturb()
        for client in self.clients:
            client.join()
            self.known += client.created
            if client.error:
                raise client.error
        self.check()
        self.change_all()
        self.check()


def attack(run):
    attack_on = Attack(run)
    for _ in run.steps(2):
        attack_on.round()
    attack_on.follower.close()
