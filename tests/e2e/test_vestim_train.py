# SPDX-License-Identifier: MIT
"""`vestim train` and `vestim result`: settings as options, and what came out."""

import json

from support import expect, expect_in, test
from support.estimations import cycle
from support.terminals import vestim, vestim_terminal


def folder(t):
    """A folder with train, val and test."""
    for phase, name in enumerate(("train", "val", "test")):
        cycle(t, f"{name}/{name}-cycle", phase, rows=300)
    cycle(t, "test/test-other", 5, rows=200)
    return t.dir / "cycles"


def selections(t, daemon, *options):
    """What the job gets that `vestim train` adds with these options."""
    out = vestim(t, daemon, "train", folder(t), "--hold", "--json", *options).expect(0).out
    return json.loads(out)["selections"]


QUICK = ("--layers", "4", "--max-epochs", "2", "--lookback", "20")


@test("train makes the folder absolute, waits, and result shows the errors of each file")
def _(t):
    daemon = t.daemon()
    folder(t)
    ended = vestim(t, daemon, "train", "cycles", *QUICK, "--wait").expect(0)
    expect_in("completed", ended.out)
    job = daemon.jobs()[0]
    expect(job["kind"], "estimation")
    expect(job["selections"], {"folder_path": str(t.dir / "cycles"), "layers": [4], "max_epochs": 2, "lookback": 20})
    expect(job["name"], "cycles: layers 4, lookback 20, max-epochs 2")
    page = vestim(t, daemon, "result", job["job_id"]).expect(0).out
    rmse = job["details"]["metrics"]["test_rmse_mv"]
    for part in ("TEST FILE", "RMSE (mV)", "STATEFUL", "cycle", "other", "all test files", "500", f"{rmse:.1f}" if rmse < 100 else f"{rmse:.0f}",
                 f"{daemon.folder(job)}/tasks/1"):
        expect_in(part, page)
    narrow = vestim_terminal(t, daemon, "result", job["job_id"], columns=40)
    expect(narrow.end(), 0)
    expect_in("RMSE (mV)", narrow.raw)
    expect("STATEFUL" in narrow.raw, False)
    expect(json.loads(vestim(t, daemon, "result", "--json", "last").expect(0).out), job["details"])
    expect_in("tasks/1/model.bin", vestim(t, daemon, "result", "--files", "-q", "last").expect(0).out.split("\n"))


@test("train --sweep makes a task of each combination, and result lists them, best first")
def _(t):
    daemon = t.daemon()
    vestim(t, daemon, "train", folder(t), *QUICK, "--sweep", "learning_rate=0.001,0.003", "--sweep", "model=GRU,LSTM", "--wait").expect(0)
    job = daemon.jobs()[0]
    expect(job["selections"]["sweep"], {"learning_rate": [0.001, 0.003], "model": ["GRU", "LSTM"]})
    page = vestim(t, daemon, "result", "last").expect(0).out
    for part in ("Best of 4 tasks", "TASK", "learning_rate 0.003, model GRU"):
        expect_in(part, page)
    best = job["details"]["tasks"][0]["task"]
    expect_in(f"{best} \u2605", page)
    expect_in(f"/tasks/{best}\n", page)


@test("each type of setting has its own way of writing")
def _(t):
    daemon = t.daemon()
    config = t.write("settings.json", json.dumps({"model": "FNN", "patience": 7, "missing": "drop"}))
    model = t.write("model.bin", "")
    for options, name, wanted in (
        (("--model", "GRU"), "model", "GRU"),
        (("--layers", "18,18"), "layers", [18, 18]),
        (("--layers=[3,4]",), "layers", [3, 4]),
        (("--seed", "9223372036854775807"), "seed", 9223372036854775807),
        (("--learning-rate", "1e-3"), "learning_rate", 0.001),
        (("--max-minutes", "none"), "max_minutes", None),
        (("--max-minutes", "2.5"), "max_minutes", 2.5),
        (("--inputs", "SOC,Current"), "inputs", ["SOC", "Current"]),
        (("--inputs", "SOC", "--inputs", "Current"), "inputs", ["SOC", "Current"]),
        (("--inputs", '["SOC", "Current"]'), "inputs", ["SOC", "Current"]),
        (("--schedule", "cosine"), "schedule", {"kind": "cosine"}),
        (("--schedule-kind", "step", "--schedule-period", "3"), "schedule", {"kind": "step", "period": 3}),
        (("--schedule", '{"kind": "step"}', "--schedule-factor", "0.1"), "schedule", {"kind": "step", "factor": 0.1}),
        (("--missing", "drop"), "missing", "drop"),
        (("--missing-interpolate", "3"), "missing", {"interpolate": 3}),
        (("--current-sign", "discharge_negative"), "current_sign", "discharge_negative"),
        (("--preprocessing-period-s", "1", "--preprocessing-moving-average-rows", "3"), "preprocessing",
         {"period_s": 1, "moving_average": {"rows": 3}}),
        (("--columns", '{"Current": {"column": "Current", "unit": "A"}}'), "columns", {"Current": {"column": "Current", "unit": "A"}}),
        (("--sweep", "layers=10;18,18"), "sweep", {"layers": [[10], [18, 18]]}),
        (("--sweep", "layers=[[10],[18,18]]"), "sweep", {"layers": [[10], [18, 18]]}),
        (("--sweep", "learning-rate=0.0001..0.01 log", "--search", "random", "--search-tasks", "3"), "sweep",
         {"learning_rate": {"min": 0.0001, "max": 0.01, "scale": "log"}}),
        (("--sweep", '{"seed": [1, 2]}'), "sweep", {"seed": [1, 2]}),
        (("--config", str(config), "--model", "LSTM"), "patience", 7),
        (("--config", str(config), "--missing", "refuse"), "missing", "refuse"),
        (("--config", str(config)), "model", "FNN"),
    ):
        expect(selections(t, daemon, *options)[name], wanted, options)
    files = {name: [cycle(t, name, 1)] for name in ("a,b", "c", "d", "e")}
    out = vestim(t, daemon, "train", "--train-files", "cycles/a,b.csv", "--train-files", "cycles/c.csv", "--validation-files", "cycles/d.csv",
                 "--test-files", files["e"][0], "--hold", "--json").expect(0).out
    expect(json.loads(out)["selections"],
           {"train_files": files["a,b"] + files["c"], "validation_files": files["d"], "test_files": files["e"]})
    # The server reads the model: it says that this is none, by the absolute path.
    expect_in(str(model), vestim(t, daemon, "train", folder(t), "--initial-model", "model.bin").expect(1).err)


@test("vestim names the option of a wrong value")
def _(t):
    daemon = t.daemon()
    cycles = folder(t)
    ended = vestim(t, daemon, "train", cycles, "--max-epochs", "0", "--model", "CNN", "--learning-rate", "x", "--schedule-factor", "7",
                   "--sweep", "dropout=0.1,9", "--layers", "4,x").expect(1)
    for option in ("--max-epochs: must be", "--model: must be one of", "--learning-rate: must be", "--schedule-factor: must be",
                   "--sweep dropout[1]: must be", "--layers: must be"):
        expect_in(option, ended.err)
    expect(daemon.jobs(), [])
    for options, said in (
        ((), "Name a folder"),
        ((cycles, "--sweep", "learning_rate"), "learning_rate=0.001,0.003"),
        ((cycles, "--sweep", "nothing=1,2"), "nothing=1,2"),
        ((cycles, "--sweep", "layers=18,18"), "semicolons"),
        ((cycles, "--columns", "{"), "--columns: This is not JSON"),
        ((cycles, "--config", "missing.json"), "missing.json"),
        ((cycles, "--modle", "GRU"), "--model"),
        ((cycles, "second"), "second"),
    ):
        expect_in(said, vestim(t, daemon, "train", *options).expect(2).err)
    expect_in("no such folder".split()[0], vestim(t, daemon, "train", "no/such/folder").expect(1).err.lower())


@test("result of a program tells its end, its usage and its files")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo data >out.txt; mkdir a; echo more >a/b.txt; exit 5", name="files")["job_id"]
    daemon.until_status(job, "failed")
    page = vestim(t, daemon, "result", job).expect(0).out
    for part in ("failed: exit code 5", "of CPU time", "SIZE", "out.txt", "a/b.txt"):
        expect_in(part, page)
    expect(vestim(t, daemon, "result", "--files", "-q", job).expect(0).out, "a/b.txt\nout.txt\n")
    files = json.loads(vestim(t, daemon, "result", "--files", "--json", job).expect(0).out)
    expect([file["name"] for file in files], ["a/b.txt", "out.txt"])
    expect(vestim(t, daemon, "result", "--format", "{details.exit_code}", job).expect(0).out, "5\n")
    held = daemon.run("true", hold=True)["job_id"]
    expect_in("held: waits for its release", vestim(t, daemon, "result", held).expect(0).out)
    waiting = json.loads(vestim(t, daemon, "train", folder(t), "--hold", "--json").expect(0).out)["job_id"]
    expect_in("no results yet", vestim(t, daemon, "result", waiting).expect(1).err)


@test("result of an evaluation is a table of models and files")
def _(t):
    daemon = t.daemon()
    cycles = folder(t)
    model = json.loads(vestim(t, daemon, "train", cycles, *QUICK, "--wait", "--json").expect(0).out)["job_id"]
    job = daemon.create(kind="evaluation", selections={"models": [model], "files": [str(cycles / "test")]})["job_id"]
    daemon.completed(job, timeout=60)
    page = vestim(t, daemon, "result", job).expect(0).out
    for part in ("Errors are RMSE in mV.", "1 (best)", "LSTM", "cycle", "other"):
        expect_in(part, page)
