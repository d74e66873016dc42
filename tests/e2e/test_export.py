# SPDX-License-Identifier: MIT
"""The C header of a model: compiled, run, and compared with the program that made it."""

import csv
import json
import shutil

from support import expect, expect_in, skip, test
from support.builds import program

STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Wconversion", "-Wshadow", "-O1"]
TEST_FILE = "simulated-09-10degC.csv"
MODELS = (
    {"model": "LSTM", "layers": [5, 3]},
    {"model": "GRU", "layers": [4, 6]},
    {"model": "FNN", "layers": [8, 6, 4]},
)

SELF_TEST = """
#define VESTIM_SELF_TEST
#include "model.h"
int main (void) { return vestim_self_test (); }
"""

# Reads rows of inputs from standard input and prints the estimates.
DRIVER = """
#include <stdio.h>
#include "model.h"
int main (void)
{
  float x[VESTIM_INPUTS];
  int n = 0, i;
#ifdef VESTIM_LOOKBACK
  VestimState state;
  VestimWindow window;
#endif
  for (;; n++)
    {
      for (i = 0; i < VESTIM_INPUTS; i++)
        if (scanf ("%f", &x[i]) != 1)
          return n == 0;
#ifdef VESTIM_LOOKBACK
      if (n == 0)
        {
          vestim_start (&state, x);
          vestim_window_start (&window, x);
        }
      printf ("%.9g %.9g\\n", (double) vestim_step (&state, x), (double) vestim_window_step (&window, x));
#else
      printf ("%.9g\\n", (double) vestim_step (x));
#endif
    }
}
"""


def estimate(t, *arguments):
    return t.command(program("vestim-estimate"), *arguments, timeout=120)


def trained(t, **settings):
    """A job on the simulated demonstration set."""
    folder = t.dir / "demo"
    if not folder.exists():
        estimate(t, "--demo", folder).expect(0)
    selections = {"folder_path": str(folder), "max_epochs": 2, "lookback": 20, "batch_size": 400, **settings}
    name = "-".join([settings["model"], *(settings[key] for key in ("training", "test_mode") if key in settings)])
    job = t.write(f"{name}/job.json", json.dumps({"selections": selections})).parent
    estimate(t, job).expect(0)
    return job


def compilers():
    found = [compiler for compiler in ("gcc", "clang") if shutil.which(compiler)]
    return found or skip("no C compiler is installed")


def build(t, compiler, folder, source):
    path = folder / "main.c"
    path.write_text(source)
    t.command(compiler, *STRICT, path, "-o", folder / "program", "-lm").expect(0)
    return folder / "program"


# It is the only way to see on the target whether the header was compiled right.
@test("the header of each kind of model compiles without a warning and passes its own test")
def _(t):
    for settings in MODELS:
        job = trained(t, **settings)
        said = estimate(t, "--export-c", job, "-o", job / "model.h").expect(0).out
        for word in ("task 1", "flash", "RAM", "multiply-adds", "vestim_step()", "error over all test rows"):
            expect_in(word, said)
        expect("vestim_window_step()" in said, settings["model"] != "FNN", "both calls of a network with a state")
        for compiler in compilers():
            t.command(build(t, compiler, job, SELF_TEST)).expect(0)


def predicted(t, job, data):
    """What --predict says in the test mode of the job."""
    lines = estimate(t, "--predict", job / "tasks/1/model.bin", data).expect(0).out.splitlines()
    return [float(line.split(",")[2]) for line in lines[1:]]


# What was tested must be what is deployed: to 0.01 mV, for both calls.
@test("the calls of the header estimate the same as --predict: step() in the stateful test mode, window_step() in the windowed one")
def _(t):
    for settings in MODELS:
        for training in ("windowed", "stateful"):
            given = {**settings, "training": training, "streams": 4}
            modes = ("stateful", "windowed") if settings["model"] != "FNN" else ("windowed",)
            jobs = [trained(t, **given, test_mode=mode) for mode in modes]
            data = t.dir / "demo/test" / TEST_FILE
            wanted = list(zip(*(predicted(t, job, data) for job in jobs)))
            job = jobs[0]
            (job / "model.h").write_text(estimate(t, "--export-c", job).expect(0).out)
            with open(data) as file:
                inputs = [f"{row['SOC']} {row['Current']} {row['Temp']}\n" for row in csv.DictReader(file)]
            rows = t.write("inputs", "".join(inputs))
            for compiler in compilers():
                done = t.command("sh", "-c", f"'{build(t, compiler, job, DRIVER)}' <'{rows}'").expect(0)
                got = [tuple(map(float, line.split())) for line in done.out.splitlines()]
                expect(len(got), len(wanted), "rows")
                worst = max(abs(a - b) for found, right in zip(got, wanted) for a, b in zip(found, right))
                expect(worst < 1e-5, True, f"{given} with {compiler}: {worst * 1000:.4f} mV")


# The user must not find out in the field that the two calls differ.
@test("the header and the command tell the error of both calls and which one the network was trained for")
def _(t):
    for training, words in (("windowed", "Training \"stateful\""), ("stateful", "trained to keep its state")):
        job = trained(t, **MODELS[1], training=training)
        figures = json.loads((job / "summary.json").read_text())["metrics"]
        told = f"vestim_step() {figures['stateful_rmse_mv']:.2f} mV, vestim_window_step() {figures['windowed_rmse_mv']:.2f} mV"
        run = estimate(t, "--export-c", job).expect(0)
        expect_in(told, run.out)
        expect_in(told, run.err)
        expect_in(words, run.out)


@test("the best task of a job is exported, and a job without one is refused")
def _(t):
    job = trained(t, **MODELS[2])
    summary = json.loads((job / "summary.json").read_text())
    summary["tasks"].insert(0, {"task": 2, "status": "completed"})
    (job / "summary.json").write_text(json.dumps(summary))
    expect_in("tasks/2/model.bin", estimate(t, "--export-c", job).expect(1).err)
    summary["tasks"] = []
    (job / "summary.json").write_text(json.dumps(summary))
    expect_in("no completed task", estimate(t, "--export-c", job).expect(1).err)
    expect_in("summary.json", estimate(t, "--export-c", t.dir).expect(1).err)


# A computed input must be computed on the target as well, so the header must say how.
@test("the header describes its inputs")
def _(t):
    steps = {"power": True, "resample_s": 2, "moving_average": {"rows": 5, "columns": ["Temp"]}}
    job = trained(t, **MODELS[1], inputs=["Power", "Temp"], preprocessing=steps)
    text = estimate(t, "--export-c", job).expect(0).out
    for word in ("[0] Power, computed: Voltage times Current", "[1] Temp, averaged over the last 5 steps", "Call a step every 2 s"):
        expect_in(word, text)
