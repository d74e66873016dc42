# SPDX-License-Identifier: MIT
"""Jobs that were handed over to be started, and do not run yet."""

import time

from support import expect, expect_in, processes, test, until
from support.builds import program
from support.waiting import text_of

# A vestim-run that starts late: when the file "go" is there.
LATE = """#!/bin/sh
case "$1" in --end) exec '{real}' "$@" ;; esac
until [ -e '{dir}/go' ]; do
  [ -d '{dir}' ] || exit 1
  sleep 0.05
done
exec '{real}' "$@"
"""


class Late:
    """A daemon whose jobs start when they are let go. Each line of `runs` is a run of a job."""

    def __init__(self, t, *options):
        script = LATE.format(real=program("vestim-run"), dir=t.dir)
        self.daemon = t.daemon(*options, env=t.helpers(run=script))
        self.go = t.dir / "go"
        self.runs_file = t.write("runs", "")

    def job(self, script="echo ran"):
        """A job whose `vestim-run` is started. Its first command writes into the file of the runs."""
        first, _, rest = script.partition("; ")
        job = self.daemon.sh(f"{first} >> '{self.runs_file}'; {rest}")
        until(lambda: self.shims(job), "vestim-run is started")
        return job

    def shims(self, job=None):
        name = job["job_id"] if job else "--job-id"
        return [
            pid
            for pid in processes.all_pids()
            if str(self.daemon.home) in " ".join(processes.command_line(pid)) and name in processes.command_line(pid)
        ]

    def stands_still(self, job):
        count = self.daemon.folder(job) / "count"
        before = text_of(count)
        time.sleep(0.3)
        return before == text_of(count)

    def let_go(self):
        self.go.touch()

    def restart(self):
        self.daemon.kill()
        self.daemon.start()

    def runs(self):
        return self.runs_file.read_text().split()


def url(job, action=""):
    return f"/jobs/{job['job_id']}{action}"


def each_life(words):
    """Registers a test twice: the daemon lives on, or is killed before the change."""

    def register(function):
        def in_one_life(t):
            function(Late(t), lambda late: None)

        def after_a_kill(t):
            function(Late(t), Late.restart)

        test(f"{words} before it runs")(in_one_life)
        test(f"{words} before it runs, after the daemon was killed")(after_a_kill)
        return function

    return register


@each_life("a job that starts late is queued, says why, and runs once")
def _(late, interrupt):
    job = late.job()
    interrupt(late)
    shown = late.daemon.job(job)
    expect((shown["status"], shown["started_at"], shown["waiting"]["for"]), ("queued", None, "executor"))
    late.let_go()
    over = late.daemon.completed(job)
    expect((over["attempt"], over["waiting"], late.runs()), (1, None, ["ran"]))


@each_life("a job is stopped")
def _(late, interrupt):
    job = late.job()
    interrupt(late)
    late.daemon.post(url(job, "/stop")).expect(202)
    over = late.daemon.until_status(job, "stopped")
    expect(over["started_at"], None)
    expect(late.shims(job), [])
    late.let_go()
    late.daemon.post(url(job, "/retry")).expect(200)
    expect(late.daemon.completed(job)["attempt"], 2)
    expect(late.runs(), ["ran"])


@each_life("a job is renamed, and gets another priority, note, tags and pin")
def _(late, interrupt):
    job = late.job()
    interrupt(late)
    change = {"name": "renamed", "priority": 4, "note": "n", "tags": ["a"], "pinned": True}
    shown = late.daemon.patch(url(job), change).expect(200).json()
    expect({**change, "status": "queued"}, {name: shown[name] for name in (*change, "status")})
    detail = late.daemon.patch(url(job), {"selections": {"argv": ["false"]}}).expect_problem(409)["detail"]
    expect_in("Stop it first", detail)
    late.let_go()
    over = late.daemon.completed(job)
    expect((over["name"], over["attempt"], late.runs()), ("renamed", 1, ["ran"]))


@each_life("a job is deleted")
def _(late, interrupt):
    job = late.job()
    interrupt(late)
    folder = late.daemon.folder(job)
    late.daemon.delete(url(job)).expect(200)
    late.daemon.get(url(job)).expect(404)
    expect((late.shims(job), folder.exists()), ([], False))
    late.let_go()
    late.daemon.completed(late.daemon.run("true"))
    expect(late.runs(), [])


@each_life("a job is cleared with all others")
def _(late, interrupt):
    job = late.job()
    held = late.daemon.run("true", hold=True)
    interrupt(late)
    expect(late.daemon.post("/jobs/clear").expect(200).json()["cleared"], 2)
    for gone in (job, held):
        late.daemon.get(url(gone)).expect(404)
    expect(late.shims(job), [])


@each_life("a job is stopped with all others")
def _(late, interrupt):
    job = late.job()
    other = late.daemon.run("true")
    interrupt(late)
    expect(late.daemon.post("/jobs/stop").expect(202).json()["stopped"], 2)
    for over in (job, other):
        expect(late.daemon.until_status(over, "stopped")["started_at"], None)
    late.let_go()
    expect(late.runs(), [])


@each_life("a job cannot be started or retried, and says so")
def _(late, interrupt):
    job = late.job()
    interrupt(late)
    late.daemon.post(url(job, "/start")).expect_problem(409)
    late.daemon.post(url(job, "/retry")).expect_problem(409)
    late.let_go()
    expect((late.daemon.completed(job)["attempt"], late.runs()), (1, ["ran"]))


@each_life("a job is moved in the queue")
def _(late, interrupt):
    job = late.job("echo first")
    others = [late.daemon.sh(f"echo {word} >> '{late.runs_file}'") for word in ("second", "third")]
    interrupt(late)
    late.daemon.post(url(job, "/move"), {"to": "back"}).expect(200)
    late.daemon.post(url(others[1], "/move"), {"before": others[0]["job_id"]}).expect(200)
    late.let_go()
    for other in (job, *others):
        late.daemon.completed(other)
    expect(late.runs(), ["first", "third", "second"])


@each_life("a job is paused, so it starts halted and goes on when it is resumed")
def _(late, interrupt):
    job = late.job("echo ran; until [ -e end ]; do i=$((i+1)); echo $i >count; sleep 0.02; done")
    interrupt(late)
    shown = late.daemon.post(url(job, "/pause")).expect(200).json()
    expect((shown["status"], shown["paused"], shown["waiting"]["for"]), ("queued", True, "paused"))
    interrupt(late)
    late.let_go()
    expect(late.daemon.until_status(job, "running")["paused"], True)
    until(lambda: late.stands_still(job), "the job stands still")
    (late.daemon.folder(job) / "end").touch()
    late.daemon.post(url(job, "/resume")).expect(200)
    expect(late.daemon.completed(job)["attempt"], 1)
    expect(late.runs(), ["ran"])


@each_life("?wait= answers when a job runs, and not")
def _(late, interrupt):
    job = late.job()
    interrupt(late)
    expect(late.daemon.get(url(job, "?wait=0")).expect(200).json()["status"], "queued")
    with late.daemon.connect() as connection:
        connection.send(late.daemon.request_bytes("GET", url(job, "?wait=60")))
        late.let_go()
        answer = connection.answer()
    expect_in(answer.json()["status"], ("running", "completed"))
    late.daemon.completed(job)


@test("a stop that was stored before the daemon was killed ends the job before it runs")
def _(t):
    late = Late(t)
    job = late.job()
    late.daemon.post(url(job, "/stop")).expect(202)
    late.restart()
    expect(late.daemon.until_status(job, "stopped")["started_at"], None)
    late.let_go()
    expect(late.runs(), [])


@test("jobs beside one that starts late run, and its slots are taken")
def _(t):
    late = Late(t, "--max-running", "1")
    job = late.job()
    other = late.daemon.run("true")
    expect(late.daemon.job(other)["waiting"]["for"], "slot")
    late.daemon.post(url(job, "/stop")).expect(202)
    late.daemon.until_status(job, "stopped")
    until(lambda: late.shims(other), "the other one is started")
    late.let_go()
    late.daemon.completed(other)
