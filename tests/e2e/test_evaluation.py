# SPDX-License-Identifier: MIT
"""Jobs of kind "evaluation": trained models tested with files."""

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess

from support import expect, expect_in, test, until
from support.builds import program
from support.estimations import cycle, selections as estimation_selections

QUICK = {"max_epochs": 2, "lookback": 10, "layers": [3], "batch_size": 400}


def estimate(t, *arguments):
    return t.command(program("vestim-estimate"), *arguments, timeout=120)


def train(t, daemon, **settings):
    body = {"name": "train", "kind": "estimation", "selections": estimation_selections(t, **{**QUICK, **settings})}
    return daemon.completed(daemon.post("/jobs", body).expect(201).json(), 60)


def evaluation(models, files, **members):
    given = {"models": [str(model) for model in models], "files": [str(file) for file in files]}
    return {"name": "compare", "kind": "evaluation", "selections": given, **members}


def summary(job):
    with open(f"{job['job_folder']}/summary.json") as file:
        return json.load(file)


def files_of(t):
    return [cycle(t, f"new-{phase}", phase, rows=200 + 100 * phase) for phase in (4, 5)]


def errors_of(path):
    with open(path, newline="") as file:
        return [float(row["error_mv"]) for row in csv.DictReader(file)]


@test("an evaluation tests each model with each file, and names the best one")
def _(t):
    daemon = t.daemon()
    first, second = train(t, daemon), train(t, daemon, model="FNN", max_epochs=12)
    files = files_of(t)
    models = [first["job_id"], f"{second['job_folder']}/tasks/1/model.bin", second["job_folder"] + "/tasks/1"]
    body = evaluation(models, files)
    job = daemon.completed(daemon.post("/jobs", body).expect(201).json(), 60)
    expect(job["selections"], body["selections"])
    found = summary(job)
    expect((found["kind"], found["status"], found["n_models"], found["n_done"], found["n_files"]), ("evaluation", "completed", 3, 3, 2))
    expect([entry["file"] for entry in found["files"]], files)
    for entry in found["files"]:
        with open(entry["file"], "rb") as file:
            expect(entry["sha256"], hashlib.sha256(file.read()).hexdigest())
    for number, (model, entry) in enumerate(zip((first, second, second), found["models"], strict=True), 1):
        expect((entry["number"], entry["model"], entry["reason"], entry["failures"]), (number, f"{model['job_folder']}/tasks/1/model.bin", None, []))
        pooled = []
        for tested in entry["metrics"]["tests"]:
            errors = errors_of(f"{job['job_folder']}/evaluations/{number}/predictions/{tested['predictions']}")
            expect(len(errors), tested["rows"])
            expect(round((sum(e * e for e in errors) / len(errors)) ** 0.5, 2), round(tested["rmse_mv"], 2))
            expect(round(max(map(abs, errors)), 2), round(tested["max_mv"], 2))
            pooled += errors
        expect(round((sum(e * e for e in pooled) / len(pooled)) ** 0.5, 2), round(entry["metrics"]["test_rmse_mv"], 2))
        expect(entry["metrics"]["mean_rmse_mv"], sum(tested["rmse_mv"] for tested in entry["metrics"]["tests"]) / 2)
    best = min(found["models"], key=lambda entry: entry["metrics"]["test_rmse_mv"])
    expect(job["details"]["metrics"], {"best_model": best["number"], **best["metrics"]})
    expect_in(f"best is model {best['number']}", job["message"])


# The same test in an evaluation and in the estimation must give the same figures.
@test("an evaluation with an estimation's test files repeats that estimation's figures")
def _(t):
    daemon = t.daemon()
    trained = train(t, daemon)
    job = daemon.completed(daemon.post("/jobs", evaluation([trained["job_id"]], trained["selections"]["test_files"])).expect(201).json(), 60)
    wanted = {key: value for key, value in trained["details"]["metrics"].items() if key != "val_rmse_mv"}
    found = {key: value for key, value in job["details"]["metrics"].items() if key not in ("best_model", "mean_rmse_mv")}
    expect(found, wanted)


# Who compares models on files that one of them has seen compares nothing.
@test("an evaluation names the files that a model was trained on, also under another name")
def _(t):
    daemon = t.daemon()
    trained = train(t, daemon)
    copy = t.write("copy.csv", open(trained["selections"]["train_files"][0]).read())
    [other, _] = files_of(t)
    job = daemon.completed(daemon.post("/jobs", evaluation([trained["job_id"]], [copy, other])).expect(201).json(), 60)
    expect(summary(job)["models"][0]["trained_on"], [str(copy)])
    expect_in(f"it was trained on {copy}", daemon.log_of(job))
    page = estimate(t, "--report", job["job_folder"]).expect(0).out
    expect_in("Model 1 was trained on 1 of these files.", page)
    refused = daemon.post(f"/jobs/{job['job_id']}/finish").expect_problem(409)["detail"]
    expect_in("Only an estimation", refused)


@test("selections of an evaluation are checked when the job is created")
def _(t):
    daemon = t.daemon()
    trained = train(t, daemon)["job_id"]
    command = daemon.completed(daemon.sh("true"))["job_id"]
    other = train(t, daemon, inputs=["Voltage", "Current"], target="SOC")["job_folder"]
    [good, _] = files_of(t)
    bare = t.write("bare.csv", "SOC,Current\n1,2\n1,2\n")
    missing = "job_20200101-000000-00000a"
    for models, files, field, words in (
        ([missing], [good], "models", f"There is no job {missing}"),
        ([command], [good], "models", "has no model"),
        (["model.bin"], [good], "models", "absolute path or the ID of a job"),
        ([trained, trained], [good], "models", "listed twice"),
        ([good], [good], "models", "not a model"),
        ([], [good], "models", "list of 1 to 100"),
        ([trained, other], [good], "models", 'another model "Voltage"'),
        ([trained], [bare], "files", 'no column "Temp"'),
        ([trained], [t.dir / "none.csv"], "files", "none.csv"),
        ([trained], ["data.csv"], "files", "absolute path"),
        ([trained], [], "files", "list of 1 to"),
    ):
        errors = daemon.post("/jobs", evaluation(models, files)).expect_problem(422)["errors"]
        expect([error["field"] for error in errors], [f"selections.{field}"], words)
        expect_in(words, errors[0]["message"])
    body = evaluation([trained], [good])
    body["selections"]["threads"] = 2
    expect(daemon.post("/jobs", body).expect_problem(422)["errors"][0]["field"], "selections.threads")
    del body["selections"]["threads"], body["selections"]["files"]
    expect_in("is missing", daemon.post("/jobs", body).expect_problem(422)["errors"][0]["message"])
    expect([job["kind"] for job in daemon.jobs()], ["estimation", "command", "estimation"])


@test("a draft becomes an evaluation, and the list filters by the kind")
def _(t):
    daemon = t.daemon()
    trained = train(t, daemon)["job_id"]
    [good, _] = files_of(t)
    draft = daemon.draft(name="later")
    body = evaluation([trained], [good])
    wrong = {"kind": "evaluation", "selections": {"models": [trained], "files": ["/none.csv"]}}
    expect(daemon.patch(f"/jobs/{draft['job_id']}", wrong).expect_problem(422)["errors"][0]["field"], "selections.files")
    changed = daemon.patch(f"/jobs/{draft['job_id']}", {"kind": "evaluation", "selections": body["selections"]}).expect(200).json()
    expect((changed["kind"], changed["status"], changed["selections"]), ("evaluation", "created", body["selections"]))
    daemon.post(f"/jobs/{draft['job_id']}/start").expect(200)
    daemon.completed(changed, 60)
    listed = daemon.get("/jobs?kind=evaluation").expect(200).json()
    expect([job["job_id"] for job in listed], [draft["job_id"]])


# "13.58 mV" of a state of charge is no figure.
@test("errors of a state of charge are in %")
def _(t):
    daemon = t.daemon()
    trained = train(t, daemon, inputs=["Voltage", "Current"], target="SOC")
    expect(trained["details"]["metrics"]["error_unit"], "%", "of a fraction without a unit")
    text = open(trained["selections"]["test_files"][0]).read().replace("SOC,", "SOC [1],", 1)
    units = t.write("units.csv", text)
    given = {f"{name}_files": [str(t.write(f"{name}.csv", open(trained["selections"][f"{name}_files"][0]).read().replace("SOC,", "SOC [%],", 1)))] for name in ("train", "validation")}
    body = {"name": "x", "kind": "estimation", "selections": {**trained["selections"], **given, "test_files": [str(units)]}}
    known = daemon.completed(daemon.post("/jobs", body).expect(201).json(), 60)
    job = daemon.completed(daemon.post("/jobs", evaluation([known["job_id"]], [units])).expect(201).json(), 60)
    metrics = job["details"]["metrics"]
    expect([metrics[name] for name in ("target", "target_unit", "error_unit", "error_factor")], ["SOC", "", "%", 0.1])
    percent = f"{metrics['test_rmse_mv'] / 10:.2f}"
    expect_in(f"RMSE {percent} %", job["message"])
    figures = known["details"]["metrics"]
    expect((figures["error_unit"], figures["error_factor"]), ("%", 0.1))
    expect_in(f"RMSE {figures['test_rmse_mv'] / 10:.2f} %", known["message"])
    log = open(f"{known['job_folder']}/log.txt").read()
    expect_in("RMSE [%]", log)
    expect(" mV" in log or "[mV]" in log, False, "millivolts of a fraction")
    expect_in(f"rows: RMSE {percent} %", estimate(t, "--predict", known["job_folder"], units).expect(0).err)
    expect_in("RMSE [%]", estimate(t, "--predict", known["job_folder"], units, units).expect(0).err)


# The job runs later than it was checked.
@test("a model or file that is gone when the job runs does not stop the others; without any the job fails")
def _(t):
    daemon = t.daemon()
    first, second = train(t, daemon), train(t, daemon, model="FNN")
    files = files_of(t)
    held = daemon.post("/jobs", evaluation([first["job_id"], second["job_id"]], files, hold=True)).expect(201).json()
    alone = daemon.post("/jobs", evaluation([first["job_id"]], files, hold=True)).expect(201).json()
    daemon.delete(f"/jobs/{first['job_id']}").expect(200)
    os.unlink(files[1])
    daemon.post(f"/jobs/{held['job_id']}/start").expect(200)
    job = daemon.completed(held, 60)
    found = summary(job)["models"]
    expect_in("its job was deleted", found[0]["reason"])
    expect("metrics" in found[0], False)
    expect([failure["file"] for failure in found[1]["failures"]], [files[1]])
    expect(job["details"]["metrics"]["best_model"], 2)
    expect_in("3 tests failed", job["message"])
    daemon.post(f"/jobs/{alone['job_id']}/start").expect(200)
    failed = daemon.until_status(alone, "failed")
    expect_in("its job was deleted", failed["details"]["reason"])


def cut_off(folder):
    """Kills an evaluation after its first model. On a busy machine it may be over by then, and is begun again."""
    while True:
        with subprocess.Popen([program("vestim-estimate"), folder], stdout=subprocess.DEVNULL) as process:
            until((folder / "evaluations/1/summary.json").exists, "the first model is tested")
            process.send_signal(signal.SIGKILL)
        summary = folder / "summary.json"
        if not summary.exists() or json.loads(summary.read_text())["status"] == "running":
            return
        summary.unlink()
        shutil.rmtree(folder / "evaluations")


# Who stops a long comparison loses nothing.
@test("an interrupted evaluation keeps the models that it has tested, and a completed one begins again")
def _(t):
    trained = t.dir / "trained"
    t.write("trained/job.json", json.dumps({"kind": "estimation", "selections": estimation_selections(t, **QUICK)}))
    estimate(t, trained).expect(0)
    shutil.copytree(trained, t.dir / "copy")
    files = [cycle(t, f"long-{phase}", phase, rows=120000) for phase in range(3)]
    folder = t.dir / "evaluation"
    t.write("evaluation/job.json", json.dumps(evaluation([trained, t.dir / "copy"], files)))
    cut_off(folder)
    before = (folder / "evaluations/1/summary.json").stat().st_mtime_ns
    estimate(t, folder).expect(0)
    expect((folder / "evaluations/1/summary.json").stat().st_mtime_ns == before, True, "kept")
    found = json.loads((folder / "summary.json").read_text())
    expect((found["status"], found["n_done"]), ("completed", 2))
    estimate(t, folder).expect(0)
    expect((folder / "evaluations/1/summary.json").stat().st_mtime_ns == before, False, "begun again")
