# SPDX-License-Identifier: MIT
"""An interrupted estimation resumes, and ends bit for bit like one that was never interrupted."""

import csv
import random

from support import expect, expect_in, test, until
from support.estimations import cycle, finish, job_folder, kill_after, results, selections

ENDLESS = {"max_epochs": 100000, "patience": 100000}
KILLS = 50

# Large enough for two threads to share a batch.
SHARED = {"layers": [48], "max_epochs": 4}


def checkpoints(folder):
    return sorted(path.name for path in folder.rglob("checkpoint*"))


@test("an estimation killed at 50 random moments ends with the same bits as one never killed")
def _(t):
    given = selections(t)
    whole = job_folder(t, "whole", given)
    finish(t, whole)
    chance = random.Random(20261123)
    rounds = kills = 0
    while kills < KILLS:
        folder = job_folder(t, f"broken-{rounds}", given)
        while kills < KILLS and kill_after(folder, chance.randrange(1, 7), chance.uniform(0, 0.06)):
            kills += 1
        finish(t, folder)
        expect(results(folder) == results(whole), True, f"round {rounds}, {kills} kills")
        expect(checkpoints(folder), ["checkpoint.bin"])
        rounds += 1


# The checkpoint must contain the random numbers, the optimiser and the schedule of each kind.
@test("every kind of network, optimiser and schedule resumes bit for bit")
def _(t):
    chance = random.Random(7)
    for model, changes in (
        ("GRU", {"training": "windowed", "dropout": 0.2, "optimizer": "adamw", "weight_decay": 0.01, "schedule": {"kind": "cosine"}}),
        ("FNN", {"dropout": 0.1, "layers": [32, 16], "schedule": {"kind": "step", "period": 3, "factor": 0.5}, "max_epochs": 200}),
        ("LSTM", {"training": "windowed", "dropout": 0.3, "layers": [6, 5], "gradient_clip": 0.01, "test_mode": "carried"}),
        ("LSTM", {"training": "stateful", "layers": [6, 5], "dropout": 0.3, "streams": 5, "max_epochs": 30}),
        ("GRU", {"training": "stateful", "schedule": {"kind": "cosine"}, "weight_decay": 0.01, "max_epochs": 30}),
        ("LSTM", {**SHARED, "threads": 2, "dropout": 0.3}),
        ("GRU", {**SHARED, "threads": 2, "training": "stateful", "streams": 24}),
    ):
        given = selections(t, model=model, **changes)
        name = f"{model}-{given.get('training')}-{given.get('threads')}"
        whole, folder = job_folder(t, f"whole-{name}", given), job_folder(t, f"broken-{name}", given)
        finish(t, whole)
        for _ in range(4):
            if not kill_after(folder, chance.randrange(3, 8), chance.uniform(0, 0.02)):
                break
        finish(t, folder)
        expect(results(folder) == results(whole), True, name)


def broken_off(t, name, given, lines=6):
    """A job killed after some epochs, with both checkpoints."""
    folder = job_folder(t, name, given)
    # On a busy machine it may end before it is killed. Then it has one checkpoint, and begins again.
    until(lambda: kill_after(folder, lines, 0) and len(checkpoints(folder)) == 2, "it was killed between two checkpoints", 120)
    return folder


# The work of a night must not be lost to one bad sector.
@test("a damaged checkpoint is noticed and the one before it is used; with none left it starts from the beginning")
def _(t):
    whole = job_folder(t, "whole", selections(t))
    finish(t, whole)

    def damage(path, cut):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 4
        path.write_bytes(data[: len(data) // 2] if cut else data)

    for cut in (False, True):
        folder = broken_off(t, f"one-{cut}", selections(t))
        damage(folder / "tasks/1/checkpoint.bin", cut)
        said = finish(t, folder)
        expect_in("checkpoint.bin is damaged", said)
        expect_in("resuming after epoch", said)
        expect(results(folder) == results(whole), True, "the one before it")

        folder = broken_off(t, f"both-{cut}", selections(t))
        damage(folder / "tasks/1/checkpoint.bin", cut)
        damage(folder / "tasks/1/checkpoint.old.bin", not cut)
        said = finish(t, folder)
        expect_in("checkpoint.old.bin is damaged", said)
        expect("resuming after epoch" in said, False, "nothing to go on from")
        expect(results(folder) == results(whole), True, "from the start")


@test("a checkpoint of other settings or files is not used, and the log says so")
def _(t):
    folder = broken_off(t, "settings", selections(t))
    job_folder(t, "settings", selections(t, learning_rate=0.004))
    expect_in("other settings, other files", finish(t, folder))

    folder = broken_off(t, "files", selections(t))
    cycle(t, "train_files", 0.5)
    expect_in("other settings, other files", finish(t, folder))


@test("a job that is started with fresh starts from the beginning")
def _(t):
    given = selections(t)
    folder = broken_off(t, "fresh", given)
    job_folder(t, "fresh", given, fresh=True, attempt=2)
    said = finish(t, folder)
    expect("resuming after epoch" in said, False)
    expect_in("starting from the beginning", said)


@test("a completed estimation runs again when it is started again")
def _(t):
    folder = job_folder(t, "again", selections(t, max_epochs=2))
    finish(t, folder)
    expect_in("epoch    2 of 2", finish(t, folder))


# A training that was too short must not cost its time again.
@test("a completed estimation goes on with larger limits, with the bits of one that had them from the start")
def _(t):
    for name, changes in (
        ("plateau", {"learning_rate": 0.05, "schedule": {"kind": "plateau", "patience": 1}}),
        ("step", {"training": "stateful", "schedule": {"kind": "step", "period": 2, "factor": 0.5}}),
        ("none", {"model": "FNN", "layers": [16], "schedule": {"kind": "none"}, "dropout": 0.1}),
    ):
        whole = job_folder(t, f"whole-{name}", selections(t, **{**changes, "max_epochs": 9}))
        finish(t, whole)
        folder = job_folder(t, f"part-{name}", selections(t, **{**changes, "max_epochs": 4}))
        finish(t, folder)
        job_folder(t, f"part-{name}", selections(t, **{**changes, "max_epochs": 9}), attempt=2)
        said = finish(t, folder)
        expect_in("resuming after epoch 4", said)
        expect(results(folder) == results(whole), True, name)


@test("the limits of an estimation that is over can be changed, nothing else, and a retry goes on")
def _(t):
    daemon = t.daemon()
    given = selections(t, max_epochs=3)
    job = daemon.create(kind="estimation", selections=given)
    daemon.completed(job, 60)
    url = f"/jobs/{job['job_id']}"
    for other in ({**given, "layers": [7]}, {**given, "seed": 2}, {k: v for k, v in given.items() if k != "lookback"}):
        expect_in("only max_epochs, max_minutes and patience", daemon.patch(url, {"selections": other}).expect_problem(409)["detail"])
    daemon.patch(url, {"selections": {**given, "max_epochs": 0}}).expect_problem(422)
    daemon.patch(url, {"selections": {**given, "max_epochs": 6}, "priority": 3}).expect_problem(409)
    more = {**given, "max_epochs": 6, "max_minutes": 5}
    expect(daemon.patch(url, {"selections": more}).expect(200).json()["selections"], more)
    daemon.post(url + "/retry").expect(200)
    daemon.completed(job, 60)
    expect_in("resuming after epoch 3", daemon.log_of(job))
    whole = job_folder(t, "whole", more)
    finish(t, whole)
    expect(results(daemon.folder(job)) == results(whole), True, "same bits")
    command = daemon.completed(daemon.run("true"))
    daemon.patch(f"/jobs/{command['job_id']}", {"selections": {"argv": ["false"]}}).expect_problem(409)


@test("a cosine goes on with the rates of the larger max_epochs, and says that it is another training")
def _(t):
    cosine = {"schedule": {"kind": "cosine"}}
    folder = job_folder(t, "cosine", selections(t, **cosine, max_epochs=4))
    finish(t, folder)
    job_folder(t, "cosine", selections(t, **cosine, max_epochs=8))
    expect_in("the first 4 epochs were those of another max_epochs", finish(t, folder))
    expect_in('"epochs_with_other_rates": 4', (folder / "tasks/1/summary.json").read_text())
    with open(folder / "tasks/1/training.csv", newline="") as lines:
        rates = [float(row["learning_rate"]) for row in csv.DictReader(lines)]
    expect(rates[4] > rates[3], True, rates)


@test("an estimation ended by its patience goes on when that is larger")
def _(t):
    given = selections(t, learning_rate=0.3, patience=2, max_epochs=40, schedule={"kind": "none"})
    folder = job_folder(t, "patience", given)
    finish(t, folder)
    expect_in('"ended_by": "patience"', (folder / "tasks/1/summary.json").read_text())
    whole = job_folder(t, "whole", {**given, "patience": 12})
    finish(t, whole)
    job_folder(t, "patience", {**given, "patience": 12})
    expect_in("resuming after epoch", finish(t, folder))
    expect(results(folder) == results(whole), True, "same bits")
    job_folder(t, "patience", {**given, "patience": 1})
    said = finish(t, folder)
    expect_in("more epochs than max_epochs or patience allow", said)
    expect("resuming after epoch" in said, False, "from the beginning")


@test("minutes of training count over all attempts")
def _(t):
    given = selections(t, max_epochs=100000, patience=100000, max_minutes=0.02)
    folder = job_folder(t, "minutes", {**given, "max_minutes": 60})
    kill_after(folder, 10, 0)
    job_folder(t, "minutes", given)
    finish(t, folder)
    with open(folder / "tasks/1/training.csv", newline="") as lines:
        seconds = [float(row["seconds"]) for row in csv.DictReader(lines)]
    expect(seconds == sorted(seconds), True, "one count")
    expect_in("max_minutes", (folder / "tasks/1/summary.json").read_text())


def epochs_told(daemon, job):
    return len(daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"].get("val_rmse_mv", []))


def interrupted(daemon, given):
    """A job whose first attempt has ended with the daemon that has been started again. On a busy machine a job may be
    over before the daemon is asked to stop: then another one is tried."""
    while True:
        job = daemon.create(kind="estimation", selections=given)
        until(lambda: epochs_told(daemon, job) >= 3, "some epochs are done", 60)
        daemon.stop()
        daemon.start()
        if daemon.job(job)["status"] != "completed" or daemon.job(job)["attempt"] > 1:
            return job


@test("a job interrupted by the daemon's stop resumes by itself, with the same model and the whole series")
def _(t):
    given = selections(t, max_epochs=150)
    whole = job_folder(t, "whole", given)
    finish(t, whole)
    daemon = t.daemon()
    job = interrupted(daemon, given)
    until(lambda: daemon.job(job)["attempt"] == 2, "it goes on by itself")
    daemon.completed(job, 120)
    expect(results(daemon.folder(job)) == results(whole), True, "same bits")
    expect_in("resuming after epoch", daemon.get(f"/jobs/{job['job_id']}/log").text)
    series = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]["val_rmse_mv"]
    expect([step for step, _ in series], list(range(1, 151)))


@test("a stopped job resumes with retry, and starts from the beginning with fresh")
def _(t):
    daemon = t.daemon()
    job = daemon.create(kind="estimation", selections=selections(t, **ENDLESS))
    log = f"/jobs/{job['job_id']}/log"
    for query, words in (("", "resuming after epoch"), ("?fresh=true", "starting from the beginning")):
        until(lambda: epochs_told(daemon, job) >= 3, "some epochs are done", 60)
        daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
        daemon.until_status(job, "stopped")
        daemon.post(f"/jobs/{job['job_id']}/retry{query}").expect(200)
        until(lambda: words in daemon.get(log).text, f"the log says {words!r}", 60)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")
