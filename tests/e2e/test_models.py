# SPDX-License-Identifier: MIT
"""vestim-estimate by hand: commands on data and on the model of a job."""

import csv
import hashlib
import json
import os
import stat
import subprocess

from support import expect, expect_in, test
from support.builds import program

QUICK = {"max_epochs": 2, "lookback": 20, "layers": [4], "batch_size": 400}
TEST_FILE = "simulated-08-25degC.csv"


def estimate(t, *arguments):
    return t.command(program("vestim-estimate"), *arguments, timeout=120)


def demo(t, **settings):
    """The simulated demonstration set, and a job on it in the same folder."""
    folder = t.dir / "demo"
    estimate(t, "--demo", folder).expect(0)
    return write_job(folder, folder, **settings)


def write_job(folder, data, **settings):
    folder.mkdir(exist_ok=True)
    selections = {"folder_path": str(data), **QUICK, **settings}
    (folder / "job.json").write_text(json.dumps({"kind": "estimation", "selections": selections}))
    return folder


def trained(t, **settings):
    folder = demo(t, **settings)
    estimate(t, folder).expect(0)
    return folder


def rows(path):
    with open(path) as file:
        return list(csv.reader(file))


# A prediction must agree with the test of the job.
@test("--predict writes what the test of the job wrote")
def _(t):
    folder = trained(t)
    model, data = folder / "tasks/1/model.bin", folder / "test" / TEST_FILE
    done = estimate(t, "--predict", model, data, "-o", t.dir / "out.csv").expect(0)
    expect((t.dir / "out.csv").read_text(), (folder / "tasks/1/predictions" / TEST_FILE).read_text())
    expect_in("1800 rows: RMSE ", done.err)
    expect(estimate(t, "--predict", model, data).expect(0).out, (t.dir / "out.csv").read_text())


@test("--predict needs no target, and finds the inputs in other forms of CSV")
def _(t):
    folder = trained(t)
    source = rows(folder / "test" / TEST_FILE)
    names = ["Temp [°C]", "Current (A)", "SOC"]
    columns = [source[0].index(name.split()[0]) for name in names]
    lines = [";".join(row[c].replace(".", ",") for c in columns) for row in source[1:]]
    data = t.write("new.csv", "\ufeff" + ";".join(names) + "\r\n" + "\r\n".join(lines))
    done = estimate(t, "--predict", folder / "tasks/1/model.bin", data).expect(0)
    expect([line for line in done.err.splitlines() if "than anything in training" not in line], [])
    predicted = [line.split(",") for line in done.out.splitlines()]
    expect(predicted[0], ["time", "predicted"])
    tested = rows(folder / "tasks/1/predictions" / TEST_FILE)
    expect([row[1] for row in predicted[1:]], [row[2] for row in tested[1:]], "predictions")


@test("--predict reports errors in the model and in the data")
def _(t):
    folder = trained(t)
    model = folder / "tasks/1/model.bin"
    data = t.write("bad.csv", "SOC,Current\n1,2\n1,2\n")
    expect_in('no column "Temp"', estimate(t, "--predict", model, data).expect(1).err)
    expect_in("bad.csv", estimate(t, "--predict", data, data).expect(1).err)
    damaged = bytearray(model.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    bad = t.write("bad.bin", bytes(damaged))
    expect_in("damaged", estimate(t, "--predict", bad, folder / "test" / TEST_FILE).expect(1).err)
    estimate(t, "--predict", model).expect(2)
    estimate(t, "-o", "x", folder).expect(2)


@test("--predict takes the folder of a task or a job for its best model, also of a job that was stopped")
def _(t):
    folder = trained(t, sweep={"layers": [[1], [4]]})
    best = json.loads((folder / "summary.json").read_text())["tasks"][0]["task"]
    data = folder / "test" / TEST_FILE
    wanted = estimate(t, "--predict", folder / f"tasks/{best}/model.bin", data).expect(0).out
    expect(estimate(t, "--predict", folder / f"tasks/{best}", data).expect(0).out, wanted)
    expect(estimate(t, "--predict", folder, data).expect(0).out, wanted)
    (folder / "summary.json").unlink()
    expect(estimate(t, "--predict", folder, data).expect(0).out, wanted)
    expect_in("has no model: name a model.bin", estimate(t, "--predict", folder / "test", data).expect(1).err)
    for path in folder.glob("tasks/*/model.bin"):
        path.unlink()
    expect_in("has no model yet", estimate(t, "--predict", folder, data).expect(1).err)


# A table of many files saves a script around the program.
@test("--predict with many files and folders writes predictions for each and a table of errors")
def _(t):
    folder = trained(t)
    shared, out = t.dir / "other", t.dir / "predicted"
    shared.mkdir()
    (shared / TEST_FILE).write_text("\n".join((folder / "test" / TEST_FILE).read_text().splitlines()[:501]))
    unlabelled = [row[:-1] for row in rows(folder / "test" / TEST_FILE)[:101]]
    bare = t.write("bare.csv", "\n".join(",".join(row) for row in unlabelled))
    wrong = t.write("wrong.csv", "SOC,Current\n1,2\n1,2\n")
    done = estimate(t, "--predict", folder, folder / "test", bare, wrong, shared / TEST_FILE, "-o", out).expect(1)
    expect(done.out, "")
    for path in (folder / "tasks/1/predictions").iterdir():
        expect((out / path.name).read_text(), path.read_text(), path.name)
    expect(sorted(set(path.name for path in out.iterdir()) - set(path.name for path in (folder / "test").iterdir())), ["bare.csv", TEST_FILE.replace(".csv", "-2.csv")])
    expect_in("wrong.csv", done.err)
    lines = {line.split()[0]: line.split()[1:] for line in done.err.splitlines() if line and not line.startswith("vestim")}
    metrics = json.loads((folder / "summary.json").read_text())["metrics"]
    for entry in metrics["tests"]:
        wanted = [str(entry["rows"]), *(f"{entry[name]:.2f}" for name in ("rmse_mv", "mae_mv", "max_mv")), f"{entry['r2']:.5f}"]
        expect(lines[entry["file"]], wanted)
    expect(lines[str(bare)], ["100", "-", "-", "-", "-"])
    expect(done.err.splitlines()[-2].split()[:3], ["all", "files", str(sum(entry["rows"] for entry in metrics["tests"]) + 500)])


@test("--predict --json writes the errors of each file and of all files as JSON")
def _(t):
    folder = trained(t)
    metrics = json.loads((folder / "summary.json").read_text())["metrics"]
    result = json.loads(estimate(t, "--predict", "--json", folder, folder / "test").expect(0).out)
    expect(result["model"], str(folder / "tasks/1/model.bin"))
    for entry, wanted in zip(result["files"], metrics["tests"], strict=True):
        for name in ("file", "rows", "rmse_mv", "mae_mv", "max_mv", "r2"):
            expect(entry[name], wanted[name], name)
        expect((entry["predictions"], entry["error"]), (None, None))
    expect(result["all"]["rmse_mv"], metrics["test_rmse_mv"])
    result = json.loads(estimate(t, "--predict", "--json", folder, t.dir / "none.csv", "-o", t.dir / "x.csv").expect(1).out)
    expect_in("none.csv", result["files"][0]["error"])
    expect(result["all"]["rmse_mv"], None)


@test("-o writes into a pipe or the standard output, replaces no folder, and no file that is to be predicted")
def _(t):
    folder = trained(t)
    data = folder / "test" / TEST_FILE
    wanted = estimate(t, "--predict", folder, data).expect(0).out
    expect(estimate(t, "--predict", folder, data, "-o", "/dev/stdout").expect(0).out, wanted)
    collected = t.dir / "collected"
    shell = f"(echo first; {program('vestim-estimate')} --predict {folder} {data} -o /dev/stdout) > {collected}"
    t.command("sh", "-c", shell).expect(0)
    expect(collected.read_text(), "first\n" + wanted)
    pipe = t.dir / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        estimate(t, "--predict", folder, data, "-o", pipe).expect(0)
        expect(reader.communicate()[0], wanted)
    expect(stat.S_ISFIFO(pipe.stat().st_mode), True)
    link = t.dir / "link"
    link.symlink_to(collected)
    estimate(t, "--predict", folder, data, "-o", link).expect(0)
    expect((link.is_symlink(), collected.read_text()), (True, wanted))
    expect_in("is a folder", estimate(t, "--predict", folder, data, "-o", t.dir).expect(1).err)
    expect_in("-o names a folder", estimate(t, "--predict", folder, folder / "test", "-o", collected).expect(1).err)
    before = {path: path.read_bytes() for path in (folder / "test").iterdir()}
    expect_in("is a file to predict", estimate(t, "--predict", folder, data, "-o", data).expect(1).err)
    expect_in("is a file to predict", estimate(t, "--predict", folder, folder / "test", "-o", folder / "test").expect(1).err)
    expect({path: path.read_bytes() for path in (folder / "test").iterdir()}, before)


# A network that has seen the test data proves nothing about new data.
@test("a job is refused when its test data are a part of its training data under another name")
def _(t):
    folder = demo(t)
    source = sorted((folder / "train").glob("*.csv"))[1]
    lines = source.read_text().splitlines()
    (folder / "test/another.csv").write_text("\n".join([lines[0]] + lines[500:900]))
    failed = estimate(t, folder).expect(1)
    for word in ("test/another.csv", str(source), "400 of its 400 rows"):
        expect_in(word, failed.err)
    expect_in("another.csv", json.loads((folder / "summary.json").read_text())["reason"])


def reproduce(t, folder, code):
    done = estimate(t, "--reproduce", folder)
    expect(done.code, code, f"exit code, with {done.out[-600:]} {done.err[-600:]}")
    return done


# A figure that cannot be reproduced proves nothing.
@test("a job's summary names its data, and --reproduce gives the same result bit for bit")
def _(t):
    folder = trained(t)
    sealed = json.loads((folder / "summary.json").read_text())["sealed"]
    for entry in sealed["data"]:
        with open(entry["file"], "rb") as file:
            expect(entry["sha256"], hashlib.sha256(file.read()).hexdigest(), entry["file"])
    expect(sorted({entry["set"] for entry in sealed["data"]}), ["test", "train", "validation"])
    expect(json.loads((folder / "tasks/1/summary.json").read_text())["sealed"], sealed)
    conditions = json.loads((folder / "summary.json").read_text())["conditions"]
    expect(sum(band["rows"] for band in conditions["bands"]["soc"]), 5400, "rows by state of charge")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    expect_in("2 epochs and the model are identical", reproduce(t, folder, 0).out)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    expect(after, before, "files of the job")


@test("--reproduce names the epoch at which a run differs")
def _(t):
    folder = trained(t)
    training = folder / "tasks/1/training.csv"
    lines = training.read_text().splitlines()
    cells = lines[2].split(",")
    cells[2] = repr(float(cells[2]) * (1 + 1e-14))
    training.write_text("\n".join([*lines[:2], ",".join(cells), *lines[3:]]) + "\n")
    expect_in("task 1 differs at epoch 2", reproduce(t, folder, 1).out)


def parameters(model):
    data = model.read_bytes()
    return data[16 + int.from_bytes(data[12:16], "little") : -32]


def forget_training(model, also=b""):
    """Makes the file one of version 0.1, which knew only windowed training and did not name it."""
    data = model.read_bytes()
    length = int.from_bytes(data[12:16], "little")
    header = data[16 : 16 + length].replace(b'"training": "windowed", ', b"").replace(also, b"").ljust(length)
    content = data[:16] + header + data[16 + length : -32]
    model.write_bytes(content + hashlib.sha256(content).digest())


# An old job means what it meant.
@test("a job of version 0.1 stays windowed when it is repeated or retried")
def _(t):
    folder = trained(t, training="windowed")
    first = parameters(folder / "tasks/1/model.bin")
    write_job(folder, folder)
    expect_in("differs at epoch 1", reproduce(t, folder, 1).out)  # The default is stateful.
    forget_training(folder / "tasks/1/model.bin")
    expect_in("2 epochs and the model are identical", reproduce(t, folder, 0).out)
    for _ in range(2):  # This version writes the model of the first retry.
        expect_in("the training is windowed, as it was", estimate(t, folder).expect(0).out)
        expect(parameters(folder / "tasks/1/model.bin") == first, True, "the same model")
        expect_in("2 epochs and the model are identical", reproduce(t, folder, 0).out)


@test("a job of version 0.1 resamples by points, and so does its model")
def _(t):
    points = {"resample_s": 3, "resample": "point"}
    folder = trained(t, training="windowed", preprocessing=points)
    first = parameters(folder / "tasks/1/model.bin")
    predicted = estimate(t, "--predict", folder / "tasks/1/model.bin", folder / "test" / TEST_FILE).expect(0).out
    write_job(folder, folder, preprocessing={"resample_s": 3})
    forget_training(folder / "tasks/1/model.bin", b', "resample": "point"')
    expect(estimate(t, "--predict", folder / "tasks/1/model.bin", folder / "test" / TEST_FILE).expect(0).out, predicted)
    for _ in range(2):
        expect_in("resampled by points, as they were", estimate(t, folder).expect(0).out)
        expect(parameters(folder / "tasks/1/model.bin") == first, True, "the same model")


@test("--reproduce compares the model as well")
def _(t):
    folder, other = trained(t), t.dir / "other"
    write_job(other, folder, seed=2)
    estimate(t, other).expect(0)
    (folder / "tasks/1/model.bin").write_bytes((other / "tasks/1/model.bin").read_bytes())
    expect_in("differs in its model", reproduce(t, folder, 1).out)


@test("--reproduce names the data files that changed, and needs them")
def _(t):
    folder = trained(t)
    changed = folder / "test" / TEST_FILE
    text = changed.read_text()
    changed.write_text(text + "\n")
    expect_in(f"{changed} has changed", reproduce(t, folder, 2).out)
    changed.unlink()
    expect_in(str(changed), reproduce(t, folder, 2).out)
    changed.write_text(text)
    (folder / "summary.json").unlink()
    expect_in("summary.json", reproduce(t, folder, 2).err)


@test("a run that the clock ended is compared up to its last epoch")
def _(t):
    folder = trained(t, max_minutes=0.02, max_epochs=100000, patience=100000)
    expect_in("are identical; the training ended within an epoch", reproduce(t, folder, 0).out)


# The preprocessing of the training must be applied to new data too.
@test("preprocessing is stored with the model, and --predict does the same")
def _(t):
    steps = {"power": True, "resample_s": 2, "resample": "mean", "moving_average": {"rows": 5, "columns": ["Temp"]}}
    folder = trained(t, inputs=["SOC", "Temp", "Power"], preprocessing=steps)
    tested = folder / "tasks/1/predictions" / TEST_FILE
    expect(len(rows(tested)), 901, "lines of a file of 1800 s with a row each 2 s")
    expect(json.loads((folder / "tasks/1/summary.json").read_text())["settings"]["preprocessing"], steps)
    done = estimate(t, "--predict", folder / "tasks/1/model.bin", folder / "test" / TEST_FILE).expect(0)
    expect(done.out, tested.read_text())


@test("power and current together are refused when voltage is the target")
def _(t):
    daemon = t.daemon()
    folder = demo(t)
    selections = {"folder_path": str(folder), **QUICK, "preprocessing": {"power": True}}
    for inputs, field in ((["Power", "Current"], "selections.preprocessing.power"), (["SOC"], "selections.preprocessing.power")):
        body = {"name": "x", "kind": "estimation", "selections": {**selections, "inputs": inputs}}
        errors = daemon.post("/jobs", body).expect_problem(422)["errors"]
        expect([error["field"] for error in errors], [field])
    body = {"name": "x", "kind": "estimation", "selections": {**selections, "inputs": ["Power", "SOC"]}}
    daemon.completed(daemon.post("/jobs", body).expect(201).json(), 60)


# The daemon reads no more than 1 MiB of a job's summary.
@test("many data files don't make the job's summary long, and their checksums are kept")
def _(t):
    folder = demo(t, layers=[1], lookback=1, max_epochs=1)
    for n in range(900):
        (folder / "test" / f"{n:03}-{'x' * 150}.csv").write_text(f"SOC,Current,Temp,Voltage\n1,{n},3,4\n1,2,3,4\n")
    estimate(t, folder).expect(0)
    summary = json.loads((folder / "summary.json").read_text())
    expect(summary["sealed"]["data"], None)
    task = json.loads((folder / "tasks/1/summary.json").read_text())
    expect(len([entry for entry in task["sealed"]["data"] if entry["set"] == "test"]), 903)
    reproduce(t, folder, 0)


@test("a job of several tasks is reproduced task by task")
def _(t):
    folder = trained(t, sweep={"model": ["FNN", "GRU"]}, repetitions=2, threads=2)
    done = reproduce(t, folder, 0).out
    for number in range(1, 5):
        expect_in(f"task {number}: 2 epochs and the model are identical", done)


# Clients take the names of columns from there.
@test("/estimation/check reports the names that selections must use")
def _(t):
    daemon = t.daemon()
    text = '\ufeff"Time [s]";Voltage (V);Voltage [mV];Current/A;Temp\r\n0;3,7;3700;-1,5;25\r\n1;3,6;3600;1;25\r\n\r\n'
    path = t.write("bench.csv", text)
    checked = daemon.post("/estimation/check", {"files": [str(path)]}).expect(200).json()[0]
    expect(checked["columns"], ["Time", "Voltage (V)", "Voltage [mV]", "Current", "Temp"])
    expect((checked["rows"], checked["period_s"], checked["error"]), (2, 1, None))
    selections = {f"{name}_files": [str(path)] for name in ("train", "validation", "test")}
    selections.update(QUICK, inputs=["Current"], target="Voltage")
    body = {"name": "x", "kind": "estimation", "selections": selections}
    errors = daemon.post("/jobs", body).expect_problem(422)["errors"]
    for word in ("bench.csv, line 1", '"Voltage (V)", "Voltage [mV]"'):
        expect_in(word, errors[0]["message"])
    selections["target"] = "Voltage (V)"
    daemon.completed(daemon.post("/jobs", body).expect(201).json(), 60)
