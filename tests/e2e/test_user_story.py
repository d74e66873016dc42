# SPDX-License-Identifier: MIT
"""What a new user does: the exports of two cyclers become a job, a report, and a header in a C++ program."""

import csv
import io
import pathlib
import shutil
import sys

from support import expect, expect_in, skip, test
from support.builds import program

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "data-shapes"))
import cyclers  # noqa: E402
import truth  # noqa: E402

SMALL = {"layers": [6], "lookback": 20, "streams": 4, "max_epochs": 4}
STRICT = ["-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wconversion", "-O1"]

# The controller: one step for each sample, in the units that the header names.
CONTROLLER = """
#include <cstdio>
#include "cell.h"
int main ()
{
  VestimState state;
  float inputs[VESTIM_INPUTS];
  bool is_first = true;
  while (std::scanf ("%f %f", &inputs[0], &inputs[1]) == 2)
    {
      if (is_first)
        vestim_start (&state, inputs);
      is_first = false;
      std::printf ("%.6f\\n", 1000.0 * static_cast<double> (vestim_step (&state, inputs)));
    }
  return is_first ? 1 : 0;
}
"""


def files(t):
    """Two Digatron exports and a BioLogic one, of three drives."""
    train = t.write("cycler/557_US06.csv", cyclers.digatron()(truth.TRAIN))
    validation = t.write("cycler/558_LA92.csv", cyclers.digatron(",,,,,,,,,,,,")(truth.VALIDATION))
    return train, validation, t.write("cycler/UDDS_C03.mpt", cyclers.biologic()(truth.TRUE))


def check(daemon, paths):
    """The dashboard shows what the files are before they are used."""
    answers = daemon.post("/estimation/check", {"files": [str(path) for path in paths]}).expect(200).json()
    expect([answer["error"] for answer in answers], [None] * 3, "errors")
    expect([answer["format"] for answer in answers], ["Digatron", "Digatron", "BioLogic"])
    for answer in answers:
        roles = {detail["role"]: detail for detail in answer["details"]}
        expect(abs(answer["period_s"] - 1) < 1e-3, True, "period")
        expect(roles["current"]["canonical_unit"], "A")
        expect(roles["voltage"]["max"] < 4.5, True, "volts")


def train(daemon, paths):
    names = ("train_files", "validation_files", "test_files")
    selections = {name: [str(path)] for name, path in zip(names, paths)}
    job = daemon.create(kind="estimation", selections={**selections, "inputs": ["Current", "Temp"], **SMALL})
    daemon.completed(job, 120)
    return job


def predictions(daemon, job):
    text = daemon.get(f"/jobs/{job['job_id']}/files/tasks/1/predictions/UDDS_C03.csv").expect(200).text
    return list(csv.DictReader(io.StringIO(text)))


def estimate(t, *arguments):
    return t.command(program("vestim-estimate"), *arguments, timeout=120).expect(0)


def run_controller(t, header):
    compiler = next((name for name in ("g++", "clang++") if shutil.which(name)), None) or skip("no C++ compiler is installed")
    shutil.copy(header, t.dir / "cell.h")
    source = t.write("controller.cpp", CONTROLLER)
    t.command(compiler, *STRICT, "-o", t.dir / "controller", source).expect(0)
    rows = t.write("rows", "".join(f"{row['i']:.3f} {row['temp']:.1f}\n" for row in truth.TRUE))
    done = t.command("sh", "-c", f"'{t.dir}/controller' <'{rows}'").expect(0)
    return [float(line) for line in done.out.split()]


@test("a Digatron export and a BioLogic .mpt give a model whose header computes the predictions to 0.01 mV in C++")
def _(t):
    paths = files(t)
    daemon = t.daemon()
    check(daemon, paths)
    job = train(daemon, paths)
    rows = predictions(daemon, job)
    expect([round(float(row["measured"]), 4) for row in rows], [row["v"] for row in truth.TRUE], "measured voltages")

    folder = daemon.folder(job)
    estimate(t, "--report", folder, "-o", t.dir / "report.html")
    report = (t.dir / "report.html").read_text()
    for word in ("<svg", "UDDS_C03", "RMSE"):
        expect_in(word, report)

    estimate(t, "--export-c", folder, "-o", t.dir / "model.h")
    expect_in("1 s", (t.dir / "model.h").read_text())
    estimated = run_controller(t, t.dir / "model.h")
    expect(len(estimated), len(rows), "steps of the controller")
    worst = max(abs(mine - 1000 * float(row["predicted"])) for mine, row in zip(estimated, rows))
    expect(worst < 0.01, True, f"largest difference {worst:.4f} mV")
