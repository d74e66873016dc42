# SPDX-License-Identifier: MIT
"""Files of MATLAB: a job reads them as it reads CSV."""

import csv
import pathlib

from support import expect, expect_in, matlab, test
from support.builds import program
from support.estimations import finish, job_folder, results, selections


def to_matlab(path):
    with open(path, newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = {name: [float(row[name]) for row in rows] for name in rows[0]}
    target = pathlib.Path(path).with_suffix(".mat")
    target.write_bytes(matlab.file_of("meas", columns))
    return str(target)


@test("MATLAB files give the same network as the same numbers in CSV")
def _(t):
    given = selections(t, max_epochs=2)
    of_csv = job_folder(t, "csv", given)
    finish(t, of_csv)
    sets = ("train_files", "validation_files", "test_files")
    of_matlab = job_folder(t, "matlab", {**given, **{name: [to_matlab(path) for path in given[name]] for name in sets}})
    finish(t, of_matlab)
    expect(results(of_csv)[1, "model.bin"] == results(of_matlab)[1, "model.bin"], True, "the same model")
    expect(results(of_csv)[1, "training"] == results(of_matlab)[1, "training"], True, "the same training")


@test("a MATLAB file that ends early is refused, and the message says so")
def _(t):
    path = pathlib.Path(to_matlab(selections(t)["train_files"][0]))
    path.write_bytes(path.read_bytes()[:-100])
    said = t.command(program("vestim-estimate"), "--check", path).expect(1).out
    expect_in("is incomplete", said)
