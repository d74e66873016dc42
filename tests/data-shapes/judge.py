# SPDX-License-Identifier: MIT
"""Gives a shape's file to vestim-estimate in three ways (a check, a prediction, a job) and compares all values."""

import csv
import functools
import json
import threading

from shape import NAMES, ROW, UNITS, Read, Shape, table
from support import expect, expect_in, skip
from support.builds import program
from support.expect import fail
from support.scenario import Scenario
from truth import COLUMNS, TRAIN, TRUE, VALIDATION

TRAINING = {"layers": [8], "lookback": 10, "streams": 4, "batch_size": 50, "max_epochs": 2, "target": "Voltage"}
_lock = threading.Lock()
_fixture = Scenario()


def finish():
    _fixture.close()


def plain(rows, units):
    header = UNITS + ",SOC [1]" if units else NAMES + ",SOC"
    return table(header, ROW + ",{soc:.4f}")(rows)


def estimate(t, *arguments):
    return t.command(program("vestim-estimate"), *arguments, timeout=60)


def run_job(t, folder, shape, files, settings):
    """The result of a job that trains and validates on the files and tests on `files`."""
    train = t.write(f"{folder}/train.csv", plain(TRAIN, shape.units))
    validation = t.write(f"{folder}/validation.csv", plain(VALIDATION, shape.units))
    selections = {
        "train_files": [str(train)],
        "validation_files": [str(validation)],
        "test_files": [str(file) for file in files],
        "inputs": list(shape.inputs),
        "model": shape.network,
        **TRAINING,
        **settings,
    }
    t.write(f"{folder}/job.json", json.dumps({"kind": "estimation", "selections": selections}))
    return estimate(t, t.dir / folder)


@functools.lru_cache(maxsize=None)
def _trained(units, inputs, network):
    """(model, reference predictions of the true rows) of plain files."""
    shape = Shape("plain", None, Read(), units=units, inputs=inputs, network=network)
    name = f"{'-'.join(inputs)}-{units}-{network}"
    data = _fixture.write(f"{name}-data/test.csv", plain(TRUE, units))
    run_job(_fixture, name, shape, [data], {}).expect(0)
    task = _fixture.dir / name / "tasks/1"
    predicted = predictions(task / "predictions/test.csv")
    expect(len(predicted), len(TRUE), "rows of the plain file")
    if len({row["predicted"] for row in predicted}) < len(TRUE) / 4:
        fail("the fixture's model does not use its inputs")
    return task / "model.bin", predicted


def trained(shape):
    with _lock:
        return _trained(shape.units, shape.inputs, shape.network)


def predictions(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def check(t, file):
    answer = json.loads(estimate(t, "--check", "--json", file).expect(0).out)
    expect(len(answer), 1, "files in the check's answer")
    return answer[0]


def near(actual, wanted, what, tolerance=1e-5):
    if actual is None or abs(float(actual) - wanted) > tolerance:
        fail(f"{what}: got {actual}, wanted {wanted}")


def expect_words(words, text, what):
    for word in words:
        expect_in(word.lower(), text.lower(), what)


def expect_columns(answer, outcome, rows):
    """Each role has one column, with the range of the true values in canonical units."""
    details = answer["details"]
    for role in outcome.roles:
        columns = [detail for detail in details if detail["role"] == role]
        expect(len(columns), 1, f"columns of the role {role} in {[(d['name'], d['role']) for d in details]}")
        column = columns[0]
        expect(column["usable"], True, f"{column['name']} usable ({column['why']})")
        if role in outcome.units:
            expect(column["unit"], outcome.units[role], f"unit of {column['name']}")
        if role == "time":
            expect(column["canonical_unit"], "s")
            continue
        values = [row[COLUMNS[role]] for row in rows]
        near(column["min"], min(values), f"min of {column['name']}")
        near(column["max"], max(values), f"max of {column['name']}")


def judge_check(t, file, outcome, rows):
    answer = check(t, file)
    expect(answer["error"], None, "error")
    expect_columns(answer, outcome, rows)
    if "time" in outcome.roles:
        near(answer["period_s"], outcome.period, "period", 1e-3)
    for member, wanted in outcome.facts.items():
        if isinstance(wanted, str):
            expect_in(wanted.lower(), str(answer[member]).lower(), member)
        else:
            expect(answer[member], wanted, member)
    expect_words(outcome.notes, " ".join(answer["notes"]), "notes")


def judge_predictions(path, shape, chosen):
    """Time, measured and predicted values are those of the plain file."""
    _, reference = trained(shape)
    outcome = shape.outcome
    found = predictions(path)
    expect(len(found), len(chosen), "rows predicted")
    with_time = "time" in outcome.roles
    for n, (row, index) in enumerate(zip(found, chosen)):
        if with_time:
            since = float(row["time"]) - float(found[0]["time"])
            near(since, TRUE[index]["t"] - TRUE[chosen[0]]["t"], f"time of row {n}", 1e-2)
        near(row["measured"], TRUE[index]["v"], f"measured in row {n}")
        near(row["predicted"], float(reference[index]["predicted"]), f"predicted in row {n}")


def judge_read(t, shape, file):
    outcome = shape.outcome
    chosen = outcome.rows(range(len(TRUE))) if outcome.rows else range(len(TRUE))
    if not shape.settings:
        judge_check(t, file, outcome, [TRUE[n] for n in chosen])
    if not shape.settings and shape.only != "job":
        model, _ = trained(shape)
        done = estimate(t, "--predict", model, file, "-o", t.dir / "out.csv").expect(0)
        judge_predictions(t.dir / "out.csv", shape, chosen)
        expect_words(outcome.told, done.err, "what --predict says")
    if shape.only == "predict":
        return
    done = run_job(t, "job", shape, [file], shape.settings).expect(0)
    [written] = (t.dir / "job/tasks/1/predictions").iterdir()
    judge_predictions(written, shape, chosen)
    expect_words(outcome.told, done.out + done.err, "what the job says")


def judge_refused(t, shape, file):
    words = shape.outcome.words
    if not shape.settings and shape.outcome.check:
        answer = check(t, file)
        reasons = [answer["error"] or "", *(detail["why"] or "" for detail in answer.get("details", []))]
        expect_words(words, " ".join(reasons), "what the check says")
    if not shape.settings and shape.only != "job":
        model, _ = trained(shape)
        done = estimate(t, "--predict", model, file, "-o", t.dir / "out.csv").expect(1)
        expect_words(words, done.err, "what --predict says")
    done = run_job(t, "job", shape, [file], shape.settings)
    if done.code == 0:
        fail("the job took the file")
    expect_words(words, done.out + done.err, "what the job says")


def judge(t, shape):
    file = t.write(shape.file, shape.content(TRUE))
    if shape.file.endswith(".mat") and "built without libmatio" in estimate(t, "--check", file).out:
        skip("built without libmatio")
    (judge_read if shape.outcome.word == "read" else judge_refused)(t, shape, file)
