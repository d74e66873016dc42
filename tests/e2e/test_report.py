# SPDX-License-Identifier: MIT
"""vestim-estimate --report: one page about a job, without other files."""

import hashlib
import json
import os
import re
import xml.etree.ElementTree as xml

from support import expect, expect_in, fail, test
from support.builds import program
from support.estimations import cycle, selections

QUICK = {"max_epochs": 3, "lookback": 10, "layers": [3], "batch_size": 400}
HTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"


def estimate(t, *arguments):
    return t.command(program("vestim-estimate"), *arguments, timeout=120)


def trained(t, name="a <job> & 'more'", **settings):
    given = selections(t, **{**QUICK, **settings})
    t.write("job/job.json", json.dumps({"job_id": "job_x", "name": name, "kind": "estimation", "selections": given}))
    estimate(t, t.dir / "job").expect(0)
    return t.dir / "job"


def page(t, folder):
    """The root of the page, which is checked for what every page must be."""
    text = estimate(t, "--report", folder).expect(0).out
    root = xml.fromstring(text)
    for word in ("<script", "javascript:", " src=", " href=", "@import", "url("):
        expect(word in text, False, f"{word} in the page")
    expect(set(re.findall(r"https?://[^\"]*", text)) <= {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"}, True, "addresses")
    for word in ("prefers-color-scheme: dark", "@media print"):
        expect_in(word, text)
    for chart in root.iter(SVG + "svg"):
        expect([child.tag for child in chart][:2], [SVG + "title", SVG + "desc"])
        expect(chart.get("role"), "img")
    for table in root.iter(HTML + "table"):
        expect(table[0].tag, HTML + "caption")
        for row in table.iter(HTML + "tr"):
            expect(row[0].get("scope") in ("row", "col"), True, "the scope of a head")
    return root


def text_of(node):
    return "".join(node.itertext())


def table(root, caption):
    """The rows of the table with this caption, as texts."""
    for found in root.iter(HTML + "table"):
        if text_of(found[0]).startswith(caption):
            return [[text_of(cell) for cell in row] for row in found.iter(HTML + "tr")]
    return fail(f"there is no table {caption!r}")


def headings(root):
    return [text_of(node) for node in root.iter(HTML + "h2")]


def charts(root):
    return [text_of(node[0]) for node in root.iter(SVG + "svg")]


# Who passes a report on vouches for its numbers.
@test("a report has the figures of the summary, the settings, the origin and the curves")
def _(t):
    folder = trained(t, sweep={"model": ["LSTM", "FNN"]}, test_files=[cycle(t, f"test {n} & <b>", n) for n in (5, 6)])
    root = page(t, folder)
    expect(text_of(next(root.iter(HTML + "h1"))), "a <job> & 'more'")
    summary = json.loads((folder / "summary.json").read_text())
    metrics = summary["metrics"]
    facts = dict(table(root, "All rows of all files"))
    for name, member in (("RMSE (mV)", "test_rmse_mv"), ("MAE (mV)", "test_mae_mv"), ("Largest error (mV)", "test_max_mv"), ("RMSE of validation (mV)", "val_rmse_mv"), ("RMSE, stateful (as deployed) (mV)", "stateful_rmse_mv")):
        expect(facts[name], f"{metrics[member]:.2f}", name)
    for row, entry in zip(table(root, "Errors of each file (mV)")[1:], metrics["tests"], strict=True):
        expect(row[:6], [entry["file"], str(entry["rows"]), *(f"{entry[name]:.2f}" for name in ("rmse_mv", "mae_mv", "max_mv")), f"{entry['r2']:.5f}"])
    tasks = [[f"{entry['task']}{' (best)' if n == 0 else ''}", f"model {entry['choice']['model']}", f"{entry['val_rmse_mv']:.2f}", f"{entry['test_rmse_mv']:.2f}"] for n, entry in enumerate(summary["tasks"])]
    expect([row[:4] for row in table(root, "RMSE of each task")[1:]], tasks)
    best = folder / f"tasks/{summary['tasks'][0]['task']}"
    settings = json.loads((best / "summary.json").read_text())["settings"]
    expect([row[0] for row in table(root, "Settings of the best task")], list(settings))
    expect(dict(table(root, "Its origin"))["SHA-256 of model.bin"], hashlib.sha256((best / "model.bin").read_bytes()).hexdigest())
    expect([row[::2] for row in table(root, "Data files")[1:]], [[entry["file"], entry["sha256"]] for entry in summary["sealed"]["data"]])
    for title in ("Learning curves", "Histogram of the errors of all rows", "Voltage, predicted against measured", "Error by state of charge", f"Error of {metrics['tests'][0]['file']}"):
        expect(title in charts(root), True, title)
    soc = [[row[1], row[2]] for row in table(root, "Error by state of charge")[1:]]
    expect(soc, [[str(band["rows"]), f"{band['rmse_mv']:.2f}"] for band in summary["conditions"]["bands"]["soc"]])


# People want to know how a job is doing before it ends, and why it failed.
@test("the report of a running, stopped or failed job shows what the job has")
def _(t):
    folder = trained(t)
    for name in ("summary.json", "tasks/1/summary.json"):
        (folder / name).unlink()
    root = page(t, folder)
    expect_in("has not ended", text_of(root))
    expect(charts(root), ["Learning curves"])
    (folder / "tasks/1/training.csv").unlink()
    expect(headings(page(t, folder))[-1], "Selections")
    t.write("failed/job.json", json.dumps({"selections": {"folder_path": "/none"}}))
    estimate(t, t.dir / "failed").expect(1)
    root = page(t, t.dir / "failed")
    expect_in("The job failed.", text_of(root))
    expect_in("/none", text_of(root))
    expect(dict(table(root, "As they were given")), {"folder_path": "/none"})


@test("a report of an evaluation has its models, its files and the curves of the best model")
def _(t):
    folder = trained(t)
    files = [cycle(t, f"new {n}", n, rows=300) for n in (7, 8)] + [str(t.write("bare.csv", "SOC\n1\n1\n"))]
    given = {"models": [str(folder), str(t.dir / "none")], "files": files}
    t.write("evaluation/job.json", json.dumps({"kind": "evaluation", "selections": given}))
    estimate(t, t.dir / "evaluation").expect(0)
    root = page(t, t.dir / "evaluation")
    metrics = json.loads((t.dir / "evaluation/summary.json").read_text())["metrics"]
    models = table(root, "Models: RMSE")
    expect(models[1][:2] + models[1][3:4], ["1 (best)", f"{folder}/tasks/1/model.bin", f"{metrics['test_rmse_mv']:.2f}"])
    expect_in("its job was deleted", models[2][-1])
    expect(table(root, "RMSE of each file and model")[1:], [[entry["file"], f"{entry['rmse_mv']:.2f}", "failed"] for entry in metrics["tests"]] + [[files[2], "failed", "failed"]])
    expect(table(root, "Tests that failed")[1][:2], ["1", files[2]])
    expect(f"Error of {files[0]}" in charts(root), True)


# Some cycler files have millions of rows, and some jobs hundreds of files.
@test("a report of many long files stays below 2 MB")
def _(t):
    folder = trained(t)
    predictions = folder / "tasks/1/predictions"
    [name] = [path.name for path in predictions.iterdir()]
    long = "".join(f"{n},{3.7 + n % 97 / 200},{3.7 + n % 89 / 200},0\n" for n in range(60000))
    t.write(str((predictions / name).relative_to(t.dir)), "time,measured,predicted,error_mv\n" + long)
    path = folder / "tasks/1/summary.json"
    summary = json.loads(path.read_text())
    [entry] = summary["metrics"]["tests"]
    summary["metrics"]["tests"] = []
    for n in range(1500):
        copy = f"{n}-{name}"
        summary["metrics"]["tests"].append({**entry, "rows": 60000, "predictions": copy if n < 20 else "gone.csv", "file": f"/data/{'x' * 100}/{copy}"})
        if n < 20:
            os.link(predictions / name, predictions / copy)
    path.write_text(json.dumps(summary))
    output = t.dir / "page.html"
    estimate(t, "--report", folder, "-o", output).expect(0)
    expect(output.stat().st_size < 2_000_000, True, f"{output.stat().st_size} bytes")
    root = page(t, folder)
    expect(len([title for title in charts(root) if title.startswith("Error of")]), 16)
    expect_in("And 500 more.", text_of(root))


@test("--report refuses what is no job of the estimator, and a folder as its output")
def _(t):
    expect_in("has no job.json", estimate(t, "--report", t.dir).expect(1).err)
    t.write("command/job.json", '{"kind": "command", "selections": {}}')
    expect_in('kind "command"', estimate(t, "--report", t.dir / "command").expect(1).err)
    t.write("job/job.json", '{"selections": {}}')
    expect_in("is a folder", estimate(t, "--report", t.dir / "job", "-o", t.dir).expect(1).err)
    estimate(t, "--report").expect(2)


# The page is made without the curves.
@test("--report does not wait for a FIFO and does not read terabytes in place of a file of the job")
def _(t):
    folder = trained(t)
    predictions = sorted((folder / "tasks/1/predictions").iterdir())[0]
    for path in (folder / "tasks/1/training.csv", predictions, folder / "tasks/1/summary.json", folder / "tasks/1/model.bin"):
        kept = path.with_name("kept")
        path.rename(kept)
        os.mkfifo(path)
        page(t, folder)
        path.unlink()
        with open(path, "wb") as file:
            file.truncate(1 << 40)
        page(t, folder)
        kept.replace(path)
