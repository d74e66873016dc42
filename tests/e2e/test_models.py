# SPDX-License-Identifier: MIT
"""vestim-estimate by hand: what can be done with data and with a model that a job has left."""

import csv
import json

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


# A model is of use only where it says of new data what the test said.
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
    expect(done.err, "")
    predicted = [line.split(",") for line in done.out.splitlines()]
    expect(predicted[0], ["time", "predicted"])
    tested = rows(folder / "tasks/1/predictions" / TEST_FILE)
    expect([row[1] for row in predicted[1:]], [row[2] for row in tested[1:]], "predictions")


@test("--predict says what is wrong with the model or the data")
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


# A network that has seen the test tells nothing about the next drive.
@test("a job is refused when its test is a piece of its training under another name")
def _(t):
    folder = demo(t)
    source = sorted((folder / "train").glob("*.csv"))[1]
    lines = source.read_text().splitlines()
    (folder / "test/another.csv").write_text("\n".join([lines[0]] + lines[500:900]))
    failed = estimate(t, folder).expect(1)
    for word in ("test/another.csv", str(source), "400 of its 400 rows"):
        expect_in(word, failed.err)
    expect_in("another.csv", json.loads((folder / "summary.json").read_text())["reason"])
