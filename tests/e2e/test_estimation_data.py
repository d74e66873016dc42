# SPDX-License-Identifier: MIT
"""What a job makes of the columns of its files before a network sees them."""

import csv
import json
import math

from support import expect, expect_in, test
from support.builds import program

QUICK = {"model": "FNN", "layers": [4], "max_epochs": 3, "batch_size": 100}


def run(t, name, expected=0, **selections):
    folder = t.dir / name
    folder.mkdir()
    (folder / "job.json").write_text(json.dumps({"selections": {**QUICK, **selections}}))
    done = t.command(program("vestim-estimate"), folder).expect(expected)
    return folder, json.loads((folder / "summary.json").read_text()), done


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_cycle(t, name, rows, phase, ohm=0.05):
    """A cycle of half-second rows with a discharge that is easy to count, without a state of charge."""
    lines = ["Time,Current,Temp,Voltage\n"]
    for n in range(rows):
        current = -2 + math.sin(n / 7 + phase)
        lines.append(f"{n / 2},{current:.4f},{25 + phase},{4 - phase / 9 - n / rows + ohm * current:.4f}\n")
    return str(t.write(f"{name}.csv", "".join(lines)))


def cycles(t):
    return {f"{name}_files": [write_cycle(t, name, 400, phase)] for phase, name in enumerate(("train", "validation", "test"))}


# Models must do the same to new files as the job did.
@test("computed columns are inputs, and --predict computes them too")
def _(t):
    settings = {
        "inputs": ["SOC", "Current", "Temp", "I_mean", "I_low", "P"],
        "soc": {"capacity_ah": 3, "initial": "full"},
        "current_sign": "discharge_negative",
        "derived": [
            {"name": "I_mean", "of": "Current", "mean_s": 20},
            {"name": "I_low", "of": "Current", "low_pass_hz": 0.05},
            {"name": "P", "product_of": ["Current", "Temp"]},
        ],
        "preprocessing": {"resample_s": 1},
    }
    files = cycles(t)
    folder, _, _ = run(t, "job", **files, **settings)
    predictions = folder / "tasks/1/predictions/test.csv"
    expect(len(rows_of(predictions)), 200)
    done = t.command(program("vestim-estimate"), "--predict", folder / "tasks/1/model.bin", files["test_files"][0]).expect(0)
    expect(done.out, predictions.read_text())


@test("the state of charge can be the target, and limited rows are counted")
def _(t):
    files = cycles(t)
    settings = {"inputs": ["Voltage", "Current"], "target": "SOC", "current_sign": "discharge_negative"}
    folder, summary, done = run(t, "job", **files, **settings, soc={"capacity_ah": 3, "initial": 0.5})
    rows = rows_of(folder / "tasks/1/predictions/test.csv")
    with open(files["test_files"][0], encoding="utf-8") as file:
        currents = [float(row["Current"]) for row in csv.DictReader(file)]
    charge = 0.5
    for n, row in enumerate(rows):
        if n > 0:
            charge += (currents[n - 1] + currents[n]) / 2 * 0.5 / 3600 / 3
        expect(abs(float(row["measured"]) - charge) < 1e-9, True, f"the state of charge in row {n + 1}")
    expect([note for note in summary["notes"] if "charge" in note], [])

    _, summary, done = run(t, "empty", **files, **settings, soc={"capacity_ah": 0.1, "initial": 0.5})
    expect(sum("the counted state of charge leaves 0 to 1 in" in note for note in summary["notes"]), 3)
    expect_in(summary["notes"][0], done.out)


# Each of these changed the error by factors without a word.
@test("units and the sign of the current are converted, and rows unlike training are counted")
def _(t):
    files = cycles(t)
    reference, _, _ = run(t, "reference", **files, inputs=["Current", "Temp"])

    def changed(name, header, change):
        with open(files["test_files"][0], encoding="utf-8") as file:
            rows = [[float(cell) for cell in line] for line in list(csv.reader(file))[1:]]
        return [str(t.write(f"{name}-data/test.csv", header + "".join(",".join(f"{cell:.9g}" for cell in change(*row)) + "\n" for row in rows)))]

    stated = {name: {"unit": unit} for name, unit in (("Current", "A"), ("Temp", "°C"), ("Voltage", "V"))}
    units = changed("units", "Time [ms],Current [mA],Temp [K],Voltage [mV]\n", lambda s, i, k, v: (s * 1000, i * 1000, k + 273.15, v * 1000))
    expected = [float(row["predicted"]) for row in rows_of(reference / "tasks/1/predictions/test.csv")]
    for name, more in (("units", {"test_files": units, "columns": stated}),
                       ("sign", {"test_files": changed("sign", "Time,Current,Temp,Voltage\n", lambda s, i, k, v: (s, -i, k, v)), "current_sign": "discharge_negative"})):
        folder, summary, _ = run(t, name, **files | more, inputs=["Current", "Temp"])
        found = [float(row["predicted"]) for row in rows_of(folder / "tasks/1/predictions/test.csv")]
        expect(max(abs(a - b) for a, b in zip(found, expected, strict=True)) < 1e-5, True, f"the predictions of {name}")
        [tested] = summary["metrics"]["tests"]
        expect([entry["column"] for entry in tested["outside"]], ["Temp"], "inputs outside the training range")
        expect((tested["outside_rows"], tested["gaps"], tested["missing_cells"]), (400, 0, 0))
        expect_in("100 % of the rows are warmer than anything in training", " ".join(summary["notes"]))
        expect_in("100 % of the rows are warmer than anything in training", " ".join(tested["warnings"]))
        report = t.command(program("vestim-estimate"), "--report", folder, timeout=60).expect(0).out
        expect_in("100 % of the rows are warmer than anything in training", report)


# A guess would be worse than a refusal.
@test("what a computed column needs must be known")
def _(t):
    files = cycles(t)
    counted = {"inputs": ["SOC"], "soc": {"capacity_ah": 3, "initial": 1}}
    _, summary, _ = run(t, "shown", **files, **counted)
    expect_in("when the current rises", summary["notes"][0])
    flat = {f"{name}_files": [write_cycle(t, f"flat-{name}", 400, phase, ohm=0)] for phase, name in enumerate(("train", "validation", "test"))}
    _, summary, _ = run(t, "sign", 1, **flat, **counted)
    expect_in("soc needs the sign of the current: give current_sign", summary["reason"])
    plain = {key: [str(t.write(f"plain-{key}.csv", "".join(line.split(",", 1)[1] for line in open(paths[0])))) for paths in [files[key]]]
             for key in files}
    _, summary, _ = run(t, "times", 1, **plain, inputs=["Current"], preprocessing={"resample_s": 2})
    expect_in("have no times that the program understands, and resample_s needs them", summary["reason"])
    daemon = t.daemon()
    body = {"name": "x", "kind": "estimation", "selections": {**QUICK, **plain, "inputs": ["Current"], "preprocessing": {"resample_s": 2}}}
    errors = daemon.post("/jobs", body).expect_problem(422)["errors"]
    expect([error["field"] for error in errors], ["selections.train_files", "selections.validation_files", "selections.test_files"])
    expect_in("and resample_s needs them", errors[0]["message"])
    expect_in("for a model that is trained already, add a column Time", errors[0]["message"])
    run(t, "period", **plain, inputs=["Current"], preprocessing={"resample_s": 2, "period_s": 0.5})


# The daemon's answer is the first that a user sees, so it says what the job itself would say.
@test("a refused job says what to do about missing cells and columns that no file has")
def _(t):
    files = cycles(t)
    holes = str(t.write("holes.csv", "Time,Current,Temp,Voltage\n0,1,25,4\n1,,25,4\n2,1,25,4\n"))
    daemon = t.daemon()

    def refused(**selections):
        body = {"name": "x", "kind": "estimation", "selections": {**QUICK, **files, "inputs": ["Current"], **selections}}
        return daemon.post("/jobs", body).expect_problem(422)["errors"][0]

    expect_in('holes.csv, line 3, column "Current": the cell is missing; complete the file, or give "missing"',
              refused(train_files=[holes])["message"])
    error = refused(columns={"Current": {"column": "I [mA]"}})
    expect(error["field"], "selections.columns.Current.column")
    expect_in('no file has a column "I [mA]": give a name', error["message"])
    expect_in("or count it with the setting soc", refused(inputs=["SOC"])["message"])


# For who has no validation set: never by rows, because neighbouring rows are nearly equal.
@test("a share of the training files is used for validation")
def _(t):
    train = [write_cycle(t, f"part-{n}", 300, n / 10) for n in range(6)]
    files = {"train_files": train, "test_files": [write_cycle(t, "test", 300, 3)], "inputs": ["Current", "Temp"]}
    _, summary, done = run(t, "files", **files, validation_share=0.2)
    expect([entry["file"] for entry in summary["sealed"]["data"] if entry["set"] == "validation"], [train[3]])
    expect_in("1 of 6 training files are used for validation", summary["notes"][0])
    expect_in(summary["notes"][0], done.out)
    _, summary, _ = run(t, "ends", **files | {"train_files": train[:2]}, validation_share=0.2)
    expect_in("the last 20 % of each training file are used for validation instead of training: 120 of 600 rows", summary["notes"][0])
    _, summary, _ = run(t, "both", 1, **files, validation_share=0.2, validation_files=[train[0]])
    expect_in("selections.validation_share: takes rows of the training files", summary["reason"])
    t.command(program("vestim-estimate"), "--demo", t.dir / "demo").expect(0)
    _, summary, _ = run(t, "folder", 1, folder_path=str(t.dir / "demo"), validation_share=0.2)
    expect_in("leave out one of them", summary["reason"])
