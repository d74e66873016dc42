# SPDX-License-Identifier: MIT
"""Estimation jobs: from files of drive cycles to a tested model, through the daemon."""

import csv
import io
import json
import math
import os

from support import expect, expect_in, fail, test
from support.builds import program

QUICK = {"max_epochs": 2, "lookback": 20, "layers": [4], "batch_size": 400}
HEADER = "SOC,Current,Temp,Voltage\n"


def demo(t):
    """The simulated demonstration set."""
    t.command(program("vestim-estimate"), "--demo", t.dir / "demo", timeout=120).expect(0)
    return t.dir / "demo"


def cycle(t, name, text=None, rows=60):
    """A small file of a drive cycle."""
    if text is None:
        lines = [f"{1 - n / 100:.3f},{math.sin(n):.3f},25,{4 - n / 100 + 0.05 * math.sin(n):.4f}\n" for n in range(rows)]
        text = HEADER + "".join(lines)
    return str(t.write(f"cycles/{name}.csv", text))


def files_of(t, **changes):
    """Selections over three small files, with changes."""
    selections = {
        "train_files": [cycle(t, "train")],
        "validation_files": [cycle(t, "val")],
        "test_files": [cycle(t, "test")],
        **QUICK,
    }
    selections.update(changes)
    return {key: value for key, value in selections.items() if value is not None}


def estimate(daemon, selections):
    return daemon.create(kind="estimation", selections=selections)


def table(daemon, job, name):
    text = daemon.get(f"/jobs/{job['job_id']}/files/{name}").expect(200).text
    return list(csv.DictReader(io.StringIO(text)))


@test("the demonstration set goes through to completed, with every file and figure of the contract")
def _(t):
    folder = demo(t)
    daemon = t.daemon()
    job = estimate(daemon, {"folder_path": str(folder), **QUICK})
    over = daemon.completed(job, 120)
    expect(over["progress"], 1)

    names = {file["name"] for file in daemon.get(f"/jobs/{job['job_id']}/files").json()}
    tests = sorted(path.stem for path in (folder / "test").glob("*.csv"))
    wanted = {"summary.json", "tasks/1/model.bin", "tasks/1/training.csv", "tasks/1/summary.json"}
    expect(wanted | {f"tasks/1/predictions/{stem}.csv" for stem in tests} <= names, True, f"files {sorted(names)}")

    training = table(daemon, job, "tasks/1/training.csv")
    expect(list(training[0]), ["epoch", "train_rmse_mv", "val_rmse_mv", "learning_rate", "seconds"])
    expect([row["epoch"] for row in training], ["1", "2"])
    series = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]
    for name in ("train_rmse_mv", "val_rmse_mv"):
        expect([step for step, _ in series[name]], [1, 2], name)
        for (_, value), row in zip(series[name], training):
            expect(math.isclose(value, float(row[name]), rel_tol=1e-3), True, f"{name} agrees with training.csv")


@test("the figures of details.metrics are those of the predictions, one line a row")
def _(t):
    folder = demo(t)
    daemon = t.daemon()
    job = estimate(daemon, {"folder_path": str(folder), **QUICK})
    metrics = daemon.completed(job, 120)["details"]["metrics"]
    expect({"val_rmse_mv", "test_rmse_mv", "test_mae_mv", "test_max_mv", "test_r2", "tests"} <= set(metrics), True, sorted(metrics))

    squares, count, largest = 0.0, 0, 0.0
    for path in sorted((folder / "test").glob("*.csv")):
        rows = table(daemon, job, f"tasks/1/predictions/{path.stem}.csv")
        expect(list(rows[0]), ["time", "measured", "predicted", "error_mv"])
        measured = list(csv.DictReader(path.open()))
        expect(len(rows), len(measured), f"lines of {path.stem}")
        expect(math.isclose(float(rows[0]["measured"]), float(measured[0]["Voltage"]), abs_tol=1e-4), True, "measured")
        for row in rows:
            error = 1000 * (float(row["predicted"]) - float(row["measured"]))
            if not math.isclose(abs(error), abs(float(row["error_mv"])), abs_tol=0.15):
                fail(f"{path.stem}: {row}")
            squares += error * error
            largest = max(largest, abs(error))
        count += len(rows)
    rmse = math.sqrt(squares / count)
    expect(math.isclose(metrics["test_rmse_mv"], rmse, rel_tol=0.01), True, f"{metrics['test_rmse_mv']} against {rmse}")
    expect(math.isclose(metrics["test_max_mv"], largest, rel_tol=0.01), True, f"{metrics['test_max_mv']} against {largest}")
    expect(len(metrics["tests"]), len(list((folder / "test").glob("*.csv"))), "figures for each file")


# An exported network keeps its state: its error must be known before it is used.
@test("each job tests the network with windows and with its state, and test_mode names the main one")
def _(t):
    daemon = t.daemon("--max-running", "2")
    files = files_of(t)
    for main, settings in (
        ("stateful", {}),
        ("windowed", {"training": "windowed"}),
        ("stateful", {"training": "windowed", "test_mode": "carried"}),
        ("windowed", {"training": "stateful", "test_mode": "windowed", "model": "GRU"}),
    ):
        job = estimate(daemon, {**files, **settings})
        details = daemon.completed(job, 60)["details"]
        summary = daemon.get(f"/jobs/{job['job_id']}/files/tasks/1/summary.json").json()
        expect(summary["settings"]["test_mode"], main, settings)
        for figures in (details["metrics"], *details["metrics"]["tests"], summary["metrics"]):
            expect(figures["test_rmse_mv"], figures[f"{main}_rmse_mv"], f"{settings}: the main figure")
            expect(figures["windowed_rmse_mv"] != figures["stateful_rmse_mv"], True, "two tests")
        expect_in(f"those of the {main} test", daemon.get(f"/jobs/{job['job_id']}/log").text)


@test("the same seed gives the same model bit for bit, another seed another model")
def _(t):
    daemon = t.daemon("--max-running", "2")
    files = files_of(t)  # Written once: the first job may be reading them already.
    jobs = [estimate(daemon, {**files, "seed": seed}) for seed in (1, 1, 2)]
    models = []
    for job in jobs:
        daemon.completed(job, 60)
        models.append(daemon.get(f"/jobs/{job['job_id']}/files/tasks/1/model.bin").expect(200).body)
    expect(models[0] == models[1], True, "same seed, same bytes")
    expect(models[0] != models[2], True, "other seed, other bytes")


@test("files that cannot be used are 422 with their field and a sentence, and no job is made")
def _(t):
    daemon = t.daemon()
    os.mkfifo(t.dir / "fifo.csv")
    missing = str(t.dir / "missing.csv")
    no_column = cycle(t, "no-column", "SOC,Current,Voltage\n1,2,3\n1,2,3\n")
    for path, word in (
        (missing, "missing.csv"),
        (str(t.dir / "fifo.csv"), "fifo.csv"),
        (no_column, "Temp"),
        ("/dev/null", "/dev/null"),
        (cycle(t, "empty", ""), "empty.csv"),
    ):
        for field in ("train_files", "validation_files", "test_files"):
            body = {"name": "x", "kind": "estimation", "selections": files_of(t, **{field: [path]})}
            problem = daemon.post("/jobs", body).expect_problem(422)
            named = [error["field"] for error in problem["errors"]]
            expect(all(name.startswith(f"selections.{field}") for name in named), True, f"{path}: {named}")
            expect_in(word, json.dumps(problem["errors"]))
    expect(daemon.jobs(), [])


@test("a file without the right to read it is 422")
def _(t):
    daemon = t.daemon()
    path = cycle(t, "secret")
    os.chmod(path, 0)
    answer = daemon.post("/jobs", {"name": "x", "kind": "estimation", "selections": files_of(t, train_files=[path])})
    if os.geteuid() == 0:
        expect(answer.status in (201, 422), True)  # Root reads everything.
        daemon.post("/jobs/clear").expect(200)
    else:
        answer.expect_problem(422)


@test("a folder_path needs train, val and test with files")
def _(t):
    daemon = t.daemon()
    for name in ("train", "val"):
        t.write(f"half/{name}/a.csv", HEADER + "1,2,3,4\n1,2,3,4\n")
    for path, word in ((str(t.dir / "half"), "test"), (str(t.dir / "nowhere"), "nowhere"), ("relative/path", None)):
        body = {"name": "x", "kind": "estimation", "selections": {"folder_path": path}}
        problem = daemon.post("/jobs", body).expect_problem(422)
        expect([error["field"] for error in problem["errors"]], ["selections.folder_path"])
        if word:
            expect_in(word, json.dumps(problem["errors"]))


WRONG = (
    ({"model": "RNN"}, "model"),
    ({"model": 1}, "model"),
    ({"layers": []}, "layers"),
    ({"layers": [0]}, "layers"),
    ({"layers": ["10"]}, "layers"),
    ({"layers": 10}, "layers"),
    ({"lookback": 0}, "lookback"),
    ({"lookback": 1.5}, "lookback"),
    ({"batch_size": 0}, "batch_size"),
    ({"max_epochs": 0}, "max_epochs"),
    ({"max_minutes": -1}, "max_minutes"),
    ({"patience": -1}, "patience"),
    ({"learning_rate": 0}, "learning_rate"),
    ({"learning_rate": "fast"}, "learning_rate"),
    ({"optimizer": "sgd"}, "optimizer"),
    ({"schedule": "plateau"}, "schedule"),
    ({"schedule": {"kind": "magic"}}, "schedule"),
    ({"schedule": {"kind": "plateau", "factor": 2}}, "schedule"),
    ({"test_mode": "x"}, "test_mode"),
    ({"seed": -1}, "seed"),
    ({"inputs": []}, "inputs"),
    ({"inputs": "SOC"}, "inputs"),
    ({"inputs": ["SOC", "SOC"]}, "inputs"),
    ({"inputs": ["SOC", "Voltage"]}, "inputs"),
    ({"target": 5}, "target"),
    ({"train_files": []}, "train_files"),
    ({"train_files": "x"}, "train_files"),
    ({"train_files": ["relative.csv"]}, "train_files"),
    ({"surprise": 1}, "surprise"),
    ({"repetitions": 0}, "repetitions"),
    ({"threads": 0}, "threads"),
    ({"sweep": []}, "sweep"),
    ({"sweep": {"surprise": [1]}}, "sweep.surprise"),
    ({"sweep": {"inputs": [["SOC"]]}}, "sweep.inputs"),
    ({"sweep": {"learning_rate": 0.001}}, "sweep.learning_rate"),
    ({"sweep": {"learning_rate": []}}, "sweep.learning_rate"),
    ({"sweep": {"learning_rate": [0.001, 2]}}, "sweep.learning_rate[1]"),
    ({"sweep": {"layers": [[10], 18]}}, "sweep.layers[1]"),
    ({"sweep": {"schedule": [{"kind": "none"}, {"kind": "magic"}]}}, "sweep.schedule[1].kind"),
    ({"sweep": {"seed": list(range(1000)), "lookback": list(range(1, 12))}}, "sweep"),
    ({"folder_path": "/x"}, None),
)


@test("settings of a wrong name, type or range are 422 with the field")
def _(t):
    daemon = t.daemon()
    for changes, field in WRONG:
        body = {"name": "x", "kind": "estimation", "selections": files_of(t, **changes)}
        problem = daemon.post("/jobs", body)
        if problem.status != 422:
            fail(f"{changes}: {problem.status}")
        named = [error["field"] for error in problem.expect_problem(422)["errors"]]
        if field and not any(name.startswith(f"selections.{field}") for name in named):
            fail(f"{changes}: fields {named}")
    expect(daemon.jobs(), [])


@test("a cell that is no number fails the job with file, line and column as its reason")
def _(t):
    daemon = t.daemon()
    good = [f"{1 - n / 3000:.4f},1,25,4.0\n" for n in range(3000)]
    for cell, line in (("abc", 1500), ("", 2000), ("nan", 2500), ("inf", 2999), ("1e999", 10)):
        rows = list(good)
        rows[line] = f"0.5,{cell},25,4.0\n"
        path = cycle(t, f"bad-{line}", HEADER + "".join(rows))
        answer = daemon.post("/jobs", {"name": "x", "kind": "estimation", "selections": files_of(t, train_files=[path])})
        if answer.status == 422:
            text = answer.text  # Found within the first look: as good.
        else:
            text = daemon.until_status(answer.expect(201).json(), "failed")["details"]["reason"]
        for word in (f"bad-{line}.csv", str(line + 2), "Current"):
            expect_in(word, text, f"reason for {cell!r}")


@test("files that vanish before the job starts fail it with a sentence")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh("until [ -e go ]; do sleep 0.05; done")
    job = estimate(daemon, files_of(t))
    os.unlink(t.dir / "cycles" / "val.csv")
    (daemon.folder(blocker) / "go").touch()
    expect_in("val.csv", daemon.until_status(job, "failed")["details"]["reason"])


@test("files of the same name get predictions of their own")
def _(t):
    daemon = t.daemon()
    tests = [cycle(t, "one/drive"), cycle(t, "two/drive"), cycle(t, "three/drive")]
    job = estimate(daemon, files_of(t, test_files=tests))
    daemon.completed(job, 60)
    names = {file["name"] for file in daemon.get(f"/jobs/{job['job_id']}/files").json()}
    wanted = {f"tasks/1/predictions/{name}.csv" for name in ("drive", "drive-2", "drive-3")}
    expect(wanted <= names, True, sorted(names))


@test("a Time column is copied; files may have CRLF, spaces, more columns or no last newline")
def _(t):
    daemon = t.daemon()
    rows = "\r\n".join(f" {n * 0.5},{1 - n / 100}, 1.0 ,25,{4 - n / 100},extra" for n in range(50))
    path = cycle(t, "crlf", "Time,SOC,Current,Temp,Voltage,Note\r\n" + rows)
    job = estimate(daemon, files_of(t, train_files=[path], validation_files=[path], test_files=[path]))
    daemon.completed(job, 60)
    table_rows = table(daemon, job, "tasks/1/predictions/crlf.csv")
    expect([float(row["time"]) for row in table_rows[:3]], [0.0, 0.5, 1.0])
    expect(len(table_rows), 50)


@test("other columns can be inputs and target")
def _(t):
    daemon = t.daemon()
    text = "A,B,Out\n" + "".join(f"{n},{n * 2},{n * 3}\n" for n in range(60))
    path = cycle(t, "named", text)
    selections = files_of(t, train_files=[path], validation_files=[path], test_files=[path], inputs=["A", "B"], target="Out")
    daemon.completed(estimate(daemon, selections), 60)


@test("/estimation/check reports columns, rows and period, or the error, of each file")
def _(t):
    daemon = t.daemon()
    good, timed = cycle(t, "good"), cycle(t, "timed", "Time,SOC,Current,Temp,Voltage\n" + "".join(f"{n * 0.1:.1f},1,2,3,4\n" for n in range(20)))
    missing = str(t.dir / "missing.csv")
    answer = daemon.post("/estimation/check", {"files": [good, timed, missing]}).expect(200)
    text = answer.text
    for word in ("Voltage", "60", "missing.csv"):
        expect_in(word, text)
    daemon.post("/estimation/check", {"files": "x"}).expect_problem(422)
    daemon.post("/estimation/check", {}).expect_problem(422)
    daemon.post("/estimation/check", {"files": [good], "more": 1}).expect_problem(422)


# Opening a named pipe blocks: the daemon must not wait for it.
@test("a check of files that block does not block the daemon")
def _(t):
    daemon = t.daemon()
    os.mkfifo(t.dir / "fifo.csv")
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("POST", "/estimation/check", json.dumps({"files": [str(t.dir / "fifo.csv")]}).encode()))
        daemon.get("/server/status", timeout=5).expect(200)
        connection.answer().expect(200, 422)


@test("vestim-estimate can be run by hand: --help, --version, --check, and a usage error")
def _(t):
    estimate_program = program("vestim-estimate")
    t.command(estimate_program, "--version").expect(0)
    expect_in("--demo", t.command(estimate_program, "--help").expect(0).out)
    t.command(estimate_program).expect(2)
    t.command(estimate_program, "--no-such-option").expect(2)
    checked = t.command(estimate_program, "--check", cycle(t, "good")).expect(0).out
    expect_in("Voltage", checked)
    expect_in("  format: table, UTF-8\n", checked)
    odd = t.write("odd.csv", "SOC,Current,Voltage\n100,1,4100\n99,1,4000\n")
    checked = t.command(estimate_program, "--check", odd).expect(0).out
    expect_in('"SOC" is up to 100 and states no unit: it seems to be in %', checked)
    expect_in('"Voltage" is up to 4100 and states no unit: it seems to be in mV', checked)


@test("the demonstration set says that it is simulated, and is the same each time")
def _(t):
    folder = demo(t)
    label = "".join(path.read_text().lower() for path in folder.glob("*") if path.is_file())
    names = " ".join(path.name.lower() for path in folder.rglob("*"))
    expect("simulated" in label + names, True, "the label")
    for name in ("train", "val", "test"):
        expect(len(list((folder / name).glob("*.csv"))) >= 1, True, f"files in {name}")
    t.command(program("vestim-estimate"), "--demo", t.dir / "again", timeout=120).expect(0)
    for path in folder.rglob("*.csv"):
        expect((t.dir / "again" / path.relative_to(folder)).read_bytes() == path.read_bytes(), True, path.name)
