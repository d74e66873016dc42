# SPDX-License-Identifier: MIT
"""A sweep: many tasks of one job, over some threads, the best first."""

import csv
import json

from support import expect, expect_in, test, until
from support.builds import program
from support.estimations import finish, job_folder, kill_after, results, selections

SWEEP = {"max_epochs": 3, "lookback": 20, "layers": [4], "sweep": {"learning_rate": [0.001, 0.01, 0.003], "batch_size": [64, 200]}}


def summary_of(folder):
    return json.loads((folder / "summary.json").read_text())


@test("every combination is a task with its files, the best first, and its figures are the job's")
def _(t):
    daemon = t.daemon()
    job = daemon.create(kind="estimation", selections=selections(t, **SWEEP, repetitions=2, threads=2))
    over = daemon.completed(job, 120)
    expect(over["progress"], 1)
    expect_in("best of 12 tasks is task", over["message"])

    tasks = summary_of(daemon.folder(job))["tasks"]
    expect(sorted(task["task"] for task in tasks), list(range(1, 13)))
    errors = [task["val_rmse_mv"] for task in tasks]
    expect(errors, sorted(errors))
    expect({(task["choice"]["learning_rate"], task["choice"]["batch_size"], task["choice"]["seed"]) for task in tasks},
           {(rate, size, seed) for rate in (0.001, 0.01, 0.003) for size in (64, 200) for seed in (1, 2)})
    for task in tasks:
        folder = daemon.folder(job) / "tasks" / str(task["task"])
        expect(sorted(path.name for path in folder.iterdir()), ["checkpoint.bin", "model.bin", "predictions", "summary.json", "training.csv"])
        own = json.loads((folder / "summary.json").read_text())
        expect(own["settings"], task["settings"])
        expect(own["metrics"]["val_rmse_mv"], task["val_rmse_mv"])

    best = json.loads((daemon.folder(job) / f"tasks/{tasks[0]['task']}/summary.json").read_text())
    expect(over["details"]["metrics"], best["metrics"])
    shown = [(task["task"], task["choice"], task["val_rmse_mv"]) for task in over["details"]["tasks"]]
    expect(shown, [(task["task"], task["choice"], task["val_rmse_mv"]) for task in tasks])
    daemon.stop()
    daemon.start()
    expect(daemon.job(job), over)


# A resumed or repeated search must not try other values.
@test("a random search has the tasks that its seed draws, and ends with its time")
def _(t):
    wanted = {"max_epochs": 1, "lookback": 5, "layers": [2], "sweep": {"learning_rate": {"min": 1e-4, "max": 0.1, "scale": "log"}}}
    given = selections(t, **wanted, search={"kind": "random", "tasks": 3})
    daemon = t.daemon()
    choices = []
    for _ in range(2):
        job = daemon.create(kind="estimation", selections=given)
        over = daemon.completed(job, 120)
        expect_in("best of 3 tasks is task", over["message"])
        choices.append([task["choice"] for task in sorted(summary_of(daemon.folder(job))["tasks"], key=lambda task: task["task"])])
    expect(choices[0], choices[1])
    expect(all(1e-4 <= choice["learning_rate"] <= 0.1 for choice in choices[0]), True)

    job = daemon.create(kind="estimation", selections=given | {"search": {"kind": "random", "minutes": 0.001}})
    over = daemon.completed(job, 120)
    expect_in("; then the time of the search was over", over["message"])
    tasks = sorted(summary_of(daemon.folder(job))["tasks"], key=lambda task: task["task"])
    n = min(3, len(tasks))
    expect([task["choice"] for task in tasks[:n]], choices[0][:n])


@test("settings in the format of the earlier system are a sweep, and come back as sent")
def _(t):
    daemon = t.daemon()
    given = {key: value for key, value in selections(t).items() if key.endswith("_files")}
    given |= {"INITIAL_LR": "0.001,0.003", "RNN_LAYER_SIZES": "4;3,3", "MAX_EPOCHS": "2", "LOOKBACK": "20", "MODEL_TYPE": "LSTM"}
    job = daemon.create(kind="estimation", selections=given)
    over = daemon.completed(job, 120)
    expect(over["selections"], given)
    choices = sorted((task["choice"]["learning_rate"], task["choice"]["layers"]) for task in over["details"]["tasks"])
    expect(choices, [(0.001, [3, 3]), (0.001, [4]), (0.003, [3, 3]), (0.003, [4])])
    body = {"name": "x", "kind": "estimation", "selections": {**given, "learning_rate": 0.1}}
    problem = daemon.post("/jobs", body).expect_problem(422)
    expect([error["field"] for error in problem["errors"]], ["selections.INITIAL_LR"])


@test("a sweep reports the series of each task, and at the end those of the best")
def _(t):
    daemon = t.daemon()
    job = daemon.create(kind="estimation", selections=selections(t, **SWEEP))
    daemon.completed(job, 120)
    best = summary_of(daemon.folder(job))["tasks"][0]["task"]
    series = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]
    names = [f"{name}_rmse_mv{place}" for name in ("train", "val") for place in ["", *(f"[{n}]" for n in range(1, 7))]]
    expect(sorted(series), sorted(names))
    with open(daemon.folder(job) / f"tasks/{best}/training.csv", newline="") as lines:
        for (step, value), row in zip(series["val_rmse_mv"], csv.DictReader(lines), strict=True):
            expect((step, round(value, 3)), (int(row["epoch"]), round(float(row["val_rmse_mv"]), 3)))


@test("a sweep has the same result bit for bit with any number of threads, interrupted or not")
def _(t):
    one = job_folder(t, "one", selections(t, **SWEEP, threads=1))
    finish(t, one)
    many = job_folder(t, "many", selections(t, **SWEEP, threads=5))
    kills = 0
    while kills < 3 and kill_after(many, 3 + 6 * kills, 0.002):
        kills += 1
    said = finish(t, many)
    expect(results(one, 6) == results(many, 6), True, "same bits")
    expect(summary_of(one)["tasks"] == summary_of(many)["tasks"], True, "same table")
    expect_in("of 6: ", said)


# Rounding must not depend on which thread was faster.
@test("threads that help a task leave its result the same bit for bit, however many they are")
def _(t):
    found = []
    for threads in (2, 2, 3):
        folder = job_folder(t, f"helped-{len(found)}", selections(t, layers=[48], max_epochs=2, threads=threads))
        finish(t, folder)
        found.append(results(folder))
    expect(found[0] == found[1] == found[2], True, "same bits")


@test("finished tasks do not run again when a sweep resumes")
def _(t):
    folder = job_folder(t, "sweep", selections(t, **SWEEP))
    finish(t, folder)
    whole = results(folder, 6)
    (folder / "summary.json").unlink()
    (folder / "tasks/4/summary.json").unlink()
    said = finish(t, folder)
    expect(said.count("finished by an earlier attempt"), 5)
    expect_in("task 4 of 6: resuming after epoch 3", said)
    expect(results(folder, 6) == whole, True)


# A night's work must not be lost to one task.
@test("a task that fails does not end the others, and the message counts it")
def _(t):
    good = selections(t, **{**SWEEP, "sweep": {"max_epochs": [1, 2, 3]}})
    folder = job_folder(t, "sweep", good)
    (folder / "tasks").mkdir()
    (folder / "tasks/2").write_text("no folder can be made here")
    said = finish(t, folder)
    expect_in("; 1 failed", said)
    tasks = summary_of(folder)["tasks"]
    expect([task["status"] for task in tasks], ["completed", "completed", "failed"])
    expect_in("tasks/2", tasks[2]["reason"])


@test("a sweep fails with a reason when every task fails")
def _(t):
    folder = job_folder(t, "sweep", selections(t, **{**SWEEP, "sweep": {"max_epochs": [1, 2]}}))
    (folder / "tasks").write_text("no folder can be made here")
    expect_in("all 2 tasks failed", t.command(program("vestim-estimate"), folder, timeout=60).expect(1).err)
    expect(summary_of(folder)["status"], "failed")


@test("a stopped sweep keeps the table of the finished tasks, and resumes with retry")
def _(t):
    daemon = t.daemon()
    sweep = {"max_epochs": [3, 100000], "seed": [1, 2]}
    job = daemon.create(kind="estimation", selections=selections(t, **{**SWEEP, "patience": 100000, "sweep": sweep}))
    until(lambda: "task 3: epoch    2" in daemon.get(f"/jobs/{job['job_id']}/log").text, "the third task runs", 60)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")
    expect(summary_of(daemon.folder(job))["status"], "running")
    expect(summary_of(daemon.folder(job))["n_tasks"], 4)
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    log = f"/jobs/{job['job_id']}/log"
    until(lambda: "task 3 of 4: resuming after epoch" in daemon.get(log).text, "it goes on", 60)
    expect(daemon.get(log).text.count("finished by an earlier attempt"), 2)
