# SPDX-License-Identifier: MIT
"""Fine-tuning: a training that starts from the weights of a model."""

import json

from support import expect, expect_in, test
from support.builds import program
from support.estimations import cycle, finish, job_folder, kill_after, results, selections

QUICK = {"max_epochs": 4, "layers": [5], "lookback": 30}


def summary(folder):
    return json.loads((folder / "tasks/1/summary.json").read_text())


def first_model(t, **changes):
    folder = job_folder(t, "first", selections(t, **{**QUICK, **changes}))
    finish(t, folder)
    return folder


@test("training starts from the weights of a model, whose error and scaling are known")
def _(t):
    first = first_model(t)
    for name, path in (("file", first / "tasks/1/model.bin"), ("task", first / "tasks/1"), ("job", first)):
        given = selections(t, **QUICK, initial_model=str(path), learning_rate=1e-6)
        given["train_files"] = [cycle(t, "other", 0.9, 900)]
        folder = job_folder(t, name, given)
        said = finish(t, folder)
        expect_in(f"training starts from {first}/tasks/1/model.bin (epoch 4), with its scaling", said)
        training = summary(folder)["training"]
        before = summary(first)["metrics"]["val_rmse_mv"]
        expect(abs(training["initial_val_rmse_mv"] - before) < 1e-6 * before, True, "the error of the model")
        expect(abs(summary(folder)["metrics"]["val_rmse_mv"] - before) < 0.01 * before, True, "a tiny rate changes little")
        expect(summary(folder)["scaling"], summary(first)["scaling"])
        sealed = [entry for entry in summary(folder)["sealed"]["data"] if entry["set"] == "initial_model"]
        expect([entry["file"] for entry in sealed], [f"{first}/tasks/1/model.bin"])


@test("a training that gains nothing on its initial model says so")
def _(t):
    first = first_model(t, max_epochs=30, learning_rate=0.02)
    folder = job_folder(t, "worse", selections(t, **{**QUICK, "max_epochs": 1}, initial_model=str(first), learning_rate=0.5))
    expect_in("warning: no gain: the initial model has a validation error of", finish(t, folder))


@test("a model that does not fit is 422 with the difference")
def _(t):
    daemon = t.daemon()
    first = first_model(t)
    model = str(first / "tasks/1/model.bin")
    for changes, words in (
        ({"layers": [6]}, '"layers": [5], but the settings of this job are "model": "LSTM", "layers": [6]'),
        ({"model": "GRU"}, '"model": "GRU"'),
        ({"inputs": ["SOC", "Current"]}, '"inputs": ["SOC", "Current"]'),
        ({"preprocessing": {"moving_average": {"rows": 3}}}, "no preprocessing"),
        ({"initial_model": str(t.dir / "nowhere")}, "nowhere"),
        ({"initial_model": "model.bin"}, "absolute"),
        ({"initial_model": 5}, "must be the absolute path"),
        ({"sweep": {"layers": [[5], [6]]}}, "cannot be swept"),
    ):
        given = {**selections(t, **QUICK), "initial_model": model, **changes}
        problem = daemon.post("/jobs", {"name": "x", "kind": "estimation", "selections": given}).expect_problem(422)
        expect([error["field"] for error in problem["errors"]], ["selections.initial_model"], changes)
        expect_in(words, problem["errors"][0]["message"])
    expect(daemon.jobs(), [])
    job = daemon.create(kind="estimation", selections=selections(t, **{**QUICK, "lookback": 20}, initial_model=model))
    daemon.completed(job, 60)


@test("fine-tuning resumes and is reproduced bit for bit, and knows when its initial model has changed")
def _(t):
    first = first_model(t, training="windowed")
    given = selections(t, **{**QUICK, "training": "stateful", "max_epochs": 30}, initial_model=str(first))
    whole, folder = job_folder(t, "whole", given), job_folder(t, "broken", given)
    finish(t, whole)
    for lines in (5, 9, 14):
        kill_after(folder, lines, 0)
    finish(t, folder)
    expect(results(folder) == results(whole), True, "same bits")

    def reproduce():
        return t.command(program("vestim-estimate"), "--reproduce", folder, timeout=120)

    expect_in("30 epochs and the model are identical", reproduce().expect(0).out)
    job_folder(t, "first", selections(t, **QUICK, seed=9))
    finish(t, first)
    expect_in("model.bin has changed", reproduce().expect(2).out)


# Its error on data that it has learnt says nothing about new data.
@test("files that the initial model has learnt are named when they are tested")
def _(t):
    first = first_model(t)
    given = selections(t, **QUICK, initial_model=str(first))
    train, test_file = given["train_files"], given["test_files"]
    folder = job_folder(t, "seen", {**given, "train_files": test_file, "test_files": train})
    words = f"warning: {train[0]} was a training file of the initial model"
    expect_in(words, finish(t, folder))
    expect_in("was a training file of the initial model", json.dumps(json.loads((folder / "summary.json").read_text())["notes"]))
    expect("was a training file" in finish(t, job_folder(t, "new", given)), False)
