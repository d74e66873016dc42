# SPDX-License-Identifier: MIT
"""An estimation that is asked to finish ends its training and tests the best network so far."""

import json
import os
import signal

from support import expect, expect_in, processes, test, until
from support.builds import is_sanitized, program
from support.estimations import ROWS, selections

ENDLESS = {"max_epochs": 100000, "patience": 100000}


def begun(t, daemon, **changes):
    """A running estimation without an end, with some epochs."""
    job = daemon.create(kind="estimation", selections=selections(t, **{**ENDLESS, **changes}))
    until(lambda: epochs(daemon, job) >= 3, "some epochs are done", 60)
    return job


def epochs(daemon, job, series="val_rmse_mv"):
    """The last epoch of any series whose name begins with these words."""
    found = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]
    return max((values[-1][0] for name, values in found.items() if name.startswith(series) and values), default=0)


def ask(daemon, job):
    return daemon.post(f"/jobs/{job['job_id']}/finish")


def training_of(daemon, job, task=1):
    return json.loads((daemon.folder(job) / f"tasks/{task}/summary.json").read_text())["training"]


def trainers(daemon, job, number):
    for pid in processes.of_job(daemon.folder(job)):
        os.kill(pid, number)


@test("a running estimation is asked to finish, also twice, and is completed with the best epoch so far")
def _(t):
    daemon = t.daemon()
    job = begun(t, daemon)
    expect(ask(daemon, job).expect(202).json()["status"], "running")
    ask(daemon, job).expect(202, 409)
    over = daemon.completed(job, 60)
    training = training_of(daemon, job)
    expect(training["ended_by"], "finish")
    expect(training["best_epoch"] <= training["epochs"] < 100000, True, training)
    expect(over["details"]["metrics"]["test_rmse_mv"] > 0, True)
    expect_in("finishing as requested: testing the best network so far", daemon.log_of(job))
    expect((daemon.folder(job) / "finish.request").exists(), False)
    expect_in("Only an estimation that is running", ask(daemon, job).expect_problem(409)["detail"])


@test("what is no running estimation is refused with a sentence")
def _(t):
    daemon = t.daemon("--max-running", "1")
    command = daemon.sh("sleep 600")
    queued = daemon.create(kind="estimation", selections=selections(t))
    draft = daemon.draft()
    daemon.until_status(command, "running")
    for job in (command, queued, draft):
        expect_in("Only an estimation that is running", ask(daemon, job).expect_problem(409)["detail"])
    daemon.post("/jobs/job_20200101-000000-000fff/finish").expect_problem(404)
    daemon.post(f"/jobs/{command['job_id']}/finish", {"more": 1}).expect_problem(422)


@test("a request that came before SIGKILL is carried through by the next daemon")
def _(t):
    daemon = t.daemon()
    job = begun(t, daemon)
    trainers(daemon, job, signal.SIGSTOP)
    ask(daemon, job).expect(202)
    daemon.kill()
    (daemon.folder(job) / "finish.request").unlink(missing_ok=True)
    trainers(daemon, job, signal.SIGCONT)
    daemon.start()
    over = daemon.completed(job, 60)
    expect((over["attempt"], training_of(daemon, job)["ended_by"]), (1, "finish"))


@test("an estimation that was interrupted before it could finish does so as the next attempt")
def _(t):
    daemon = t.daemon()
    job = begun(t, daemon)
    trainers(daemon, job, signal.SIGSTOP)
    ask(daemon, job).expect(202)
    daemon.stop()
    daemon.start()
    until(lambda: daemon.job(job)["attempt"] == 2, "it goes on by itself")
    over = daemon.completed(job, 60)
    expect((over["attempt"], training_of(daemon, job)["ended_by"]), (2, "finish"))


@test("a stop after the request stops the job, and a retry trains on")
def _(t):
    daemon = t.daemon()
    job = begun(t, daemon)
    trainers(daemon, job, signal.SIGSTOP)
    ask(daemon, job).expect(202)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    # "is being stopped", or already "is stopped".
    expect_in("stopped", ask(daemon, job).expect_problem(409)["detail"])
    daemon.until_status(job, "stopped")
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    until(lambda: epochs(daemon, job) > 10, "it trains on", 60)
    expect_in("resuming after epoch", daemon.log_of(job))
    ask(daemon, job).expect(202)
    daemon.completed(job, 60)


@test("a request at the moment of the job's own end changes nothing but the end of the training")
def _(t):
    daemon = t.daemon()
    for limit in (1, 3, 6):
        job = daemon.create(kind="estimation", selections=selections(t, max_epochs=limit))
        daemon.until_status(job, "running", "completed")
        answers = set()
        while daemon.job(job)["status"] == "running":
            answers.add(ask(daemon, job).status)
        expect(answers <= {202, 409}, True, answers)
        daemon.completed(job, 60)
        expect(training_of(daemon, job)["ended_by"] in ("finish", "max_epochs"), True)


@test("before the first epoch is done, it is cut short and tested")
def _(t):
    daemon = t.daemon()
    given = selections(t, **ENDLESS, lookback=ROWS - 200, batch_size=8)
    given |= {"layers": [32 if is_sanitized() else 64]}
    job = daemon.create(kind="estimation", selections=given)
    until(lambda: "training LSTM" in daemon.log_of(job), "it trains", 60)
    ask(daemon, job).expect(202)
    daemon.completed(job, 120)
    training = training_of(daemon, job)
    expect((training["epochs"], training["ended_by"]), (1, "finish"))


@test("the running tasks of a sweep finish, the others are left out, and a retry does the rest")
def _(t):
    daemon = t.daemon()
    sweep = {"learning_rate": [0.001, 0.002, 0.003, 0.004, 0.005]}
    job = daemon.create(kind="estimation", selections=selections(t, **ENDLESS, sweep=sweep, threads=2))
    until(lambda: min(epochs(daemon, job, f"val_rmse_mv[{task}]") for task in (1, 2)) >= 3, "two tasks have some epochs", 60)
    ask(daemon, job).expect(202)
    over = daemon.completed(job, 60)
    expect_in("3 left out, because the job was asked to finish", over["message"])
    expect([task["task"] for task in sorted(over["details"]["tasks"], key=lambda task: task["task"])], [1, 2])
    done = training_of(daemon, job)["epochs"]

    # The tasks of a stopped training go on from where they were.
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    until(lambda: "task 1 of 5: resuming after epoch" in daemon.log_of(job), "task 1 goes on", 60)
    until(lambda: epochs(daemon, job, "val_rmse_mv[1]") > done + 3, "task 1 has more epochs", 60)
    ask(daemon, job).expect(202)
    daemon.completed(job, 60)
    expect(training_of(daemon, job)["epochs"] > done, True)


# Whoever repeats such a job must not wait for the end that it never had.
@test("a job that was finished early is reproduced up to where it ended")
def _(t):
    daemon = t.daemon()
    for changes in ({}, {"sweep": {"learning_rate": [0.001, 0.002, 0.003]}}):
        job = begun(t, daemon, **changes)
        ask(daemon, job).expect(202)
        daemon.completed(job, 60)
        done = t.command(program("vestim-estimate"), "--reproduce", daemon.folder(job), timeout=120).expect(0)
        expect_in(f"task 1: {training_of(daemon, job)['epochs']} epochs and the model are identical", done.out)
