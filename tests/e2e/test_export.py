# SPDX-License-Identifier: MIT
"""The C header of a model: compiled, run, and compared with the program that made it."""

import csv
import json
import math
import os
import re

from support import expect, expect_in, test
from support.builds import SOURCE, program
from support.estimations import job_folder, kill_after, selections
from support.exports import DIALECTS, DRIVER, FIXED_DRIVER, MODELS, SELF_TEST, STRICT, TEST_FILE, build, compilers, estimate, predicted, trained


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
            for dialect in DIALECTS:
                t.command(compiler, *STRICT, *dialect, "-fsyntax-only", job / "main.c").expect(0)


# A pack with two chemistries, or a slow and a fast model, needs both in one program.
@test("models with prefixes of their own work in one program of C or C++")
def _(t):
    folder = t.dir / "two"
    folder.mkdir()
    for prefix, settings in (("lfp", MODELS[0]), ("nmc_2", MODELS[1]), ("vestim", MODELS[2])):
        integers = ["--q15"] if prefix == "nmc_2" else []
        estimate(t, "--export-c", *integers, trained(t, **settings), "--prefix", prefix, "-o", folder / f"{prefix}.h").expect(0)
    source = """
#define LFP_SELF_TEST
#define NMC_2_SELF_TEST
#define VESTIM_SELF_TEST
#include "lfp.h"
#include "nmc_2.h"
#include "vestim.h"
#include "lfp.h"
int main (void)
{
  LfpState a;
  Nmc_2State b;
  lfp_reset (&a);
  nmc_2_reset (&b);
  return lfp_self_test () + nmc_2_self_test () + vestim_self_test () + (LFP_UNITS != 8) + (NMC_2_UNITS != 10);
}
"""
    for compiler in compilers():
        for dialect in (DIALECTS[0], DIALECTS[-1]):
            t.command(build(t, compiler, folder, source, *dialect)).expect(0)
    for settings in (*MODELS, {**MODELS[1], **COMPUTED}):
        for integers in ((), ("--q15",)):
            text = estimate(t, "--export-c", *integers, "--prefix", "pack", trained(t, **settings)).expect(0).out
            expect(re.findall(r"(?i)vestim_?\w*", text.replace("vestim-estimate", "")), [], f"names without the prefix, {settings}")
    for prefix in ("", "9a", "Lfp", "a-b", "a__b", "a_", "_a", "é", "a" * 33):
        expect_in("makes no good names in C", estimate(t, "--export-c", "--prefix", prefix, t.dir).expect(1).err)


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


@test("the best task of a job is exported, or the one that is named, of a model.bin, a task or a job")
def _(t):
    job = trained(t, **MODELS[2], sweep={"seed": [1, 2]})
    best, other = (task["task"] for task in json.loads((job / "summary.json").read_text())["tasks"])
    expect({best, other}, {1, 2})
    exported = estimate(t, "--export-c", job).expect(0).out
    expect_in(f"task {best}: ", exported)
    for path in (job / f"tasks/{best}", job / f"tasks/{best}/model.bin"):
        expect(estimate(t, "--export-c", path).expect(0).out, exported)
    expect(estimate(t, "--export-c", "--task", str(best), job).expect(0).out, exported)
    expect_in(f"task {other}: ", estimate(t, "--export-c", "--task", str(other), job).expect(0).out)
    expect_in("tasks/3/model.bin", estimate(t, "--export-c", "--task", "3", job).expect(1).err)
    expect_in("not the folder of a job", estimate(t, "--export-c", "--task", "1", job / "tasks/1").expect(1).err)
    expect_in("from 1 on", estimate(t, "--export-c", "--task", "x", job).expect(2).err)
    expect_in("has no model", estimate(t, "--export-c", t.dir).expect(1).err)
    # Elsewhere it has no task, and its errors are unknown.
    (job / f"tasks/{best}/model.bin").rename(t.dir / "moved.bin")
    moved = estimate(t, "--export-c", t.dir / "moved.bin").expect(0).err
    expect_in("flash", moved)
    expect("task" in moved or "error over" in moved, False, moved)


@test("a job that was stopped gives its best network so far")
def _(t):
    job = job_folder(t, "stopped", selections(t, max_epochs=100000, patience=100000))
    expect(kill_after(job, 12, 0), True)
    expect((job / "summary.json").exists(), False)
    said = estimate(t, "--export-c", job, "-o", job / "model.h").expect(0).out
    expect_in("task 1: ", said)
    t.command(build(t, "cc", job, SELF_TEST)).expect(0)


@test("-o writes into a pipe and never replaces it")
def _(t):
    job = trained(t, **MODELS[2])
    wanted = estimate(t, "--export-c", job).expect(0).out
    pipe = t.dir / "pipe"
    os.mkfifo(pipe)
    got = t.command("sh", "-c", f"cat '{pipe}' & '{program('vestim-estimate')}' --export-c '{job}' -o '{pipe}' >&2; wait").expect(0).out
    expect(got, wanted)
    expect(pipe.is_fifo(), True)
    through = estimate(t, "--export-c", job, "-o", "/dev/stdout").expect(0).out
    expect_in(wanted, through)


# A computed input must be computed on the target as well, so the header must say how.
@test("the header describes its inputs")
def _(t):
    steps = {"power": True, "resample_s": 2, "moving_average": {"rows": 5, "columns": ["Temp"]}}
    job = trained(t, **MODELS[1], inputs=["Power", "Temp"], preprocessing=steps)
    text = estimate(t, "--export-c", job).expect(0).out
    for word in (
        "[0] Temp, ",
        "[1] Voltage, ",
        "[2] Current, ",
        "The code computes:\n *   Power: Voltage times Current\n *   Temp: averaged over the last 5 calls\n",
        "once every 2 s",
        "to which the files were resampled",
        '#define VESTIM_INPUT_0 "Temp"',
        '#define VESTIM_INPUT_0_UNIT "',
        '#define VESTIM_OUTPUT_UNIT "',
        "#define VESTIM_PERIOD_S 2.0",
    ):
        expect_in(word, text)


# What the network sees must be what --predict computes for it.
@test("the exported code computes powers and moving averages as --predict does")
def _(t):
    steps = {"power": True, "moving_average": {"rows": 7, "columns": ["Power", "Temp"]}}
    for settings in MODELS:
        for mode in ("stateful", "windowed"):
            job = trained(t, **settings, inputs=["SOC", "Power", "Temp"], preprocessing=steps, test_mode=mode)
            data = t.dir / "demo/test" / TEST_FILE
            wanted = predicted(t, job, data)
            estimate(t, "--export-c", job, "-o", job / "model.h").expect(0)
            with open(data) as file:
                inputs = [f"{row['SOC']} {row['Temp']} {row['Voltage']} {row['Current']}\n" for row in csv.DictReader(file)]
            rows = t.write("inputs", "".join(inputs))
            done = t.command("sh", "-c", f"'{build(t, 'cc', job, DRIVER)}' <'{rows}'").expect(0)
            column = 0 if mode == "stateful" or settings["model"] == "FNN" else 1
            got = [float(line.split()[column]) for line in done.out.splitlines()]
            worst = max(abs(a - b) for a, b in zip(got, wanted))
            expect(len(got) == len(wanted) and worst < 1e-5, True, f"{settings} {mode}: {worst * 1000:.4f} mV")
            t.command(build(t, "cc", job, SELF_TEST)).expect(0)


# A mean in the order of minutes and a slow filter lose most to rounding.
COMPUTED = {
    "inputs": ["SOC", "I_mean", "P_mean", "T_slow", "Current"],
    "derived": [
        {"name": "I_mean", "of": "Current", "mean_s": 300},
        {"name": "P", "product_of": ["Temp", "Current"]},
        {"name": "P_fast", "of": "P", "tau_s": 5},
        {"name": "P_mean", "of": "P_fast", "mean_s": 20},
        {"name": "T_slow", "of": "Temp", "tau_s": 3600},
    ],
    "preprocessing": {"period_s": 1, "moving_average": {"rows": 3, "columns": ["Current", "I_mean"]}},
}


@test("the exported code computes means, low-pass filters and products as --predict does")
def _(t):
    for settings in MODELS:
        job = trained(t, **settings, **COMPUTED)
        data = t.dir / "demo/test" / TEST_FILE
        wanted = predicted(t, job, data)
        with open(data) as file:
            inputs = [f"{row['SOC']} {row['Current']} {row['Temp']}\n" for row in csv.DictReader(file)]
        rows = t.write("inputs", "".join(inputs))
        for options, source, most in (((), DRIVER, 1e-5), (("--q15",), FIXED_DRIVER, 5e-4)):
            estimate(t, "--export-c", *options, job, "-o", job / "model.h").expect(0)
            text = (job / "model.h").read_text()
            names = re.findall(r'#define VESTIM_INPUT_\d "(.*)"', text)
            expect(names, ["SOC", "Current", "Temp"])
            out = t.command("sh", "-c", f"'{build(t, 'cc', job, source)}' <'{rows}'").expect(0).out
            worst = max(abs(float(line.split()[0]) - b) for line, b in zip(out.splitlines(), wanted, strict=True))
            expect(worst < most, True, f"{settings} {options}: {worst * 1000:.4f} mV")
            for compiler in compilers():
                t.command(build(t, compiler, job, SELF_TEST)).expect(0)
                t.command(compiler, *STRICT, *DIALECTS[-1], "-fsyntax-only", job / "main.c").expect(0)
        expect_in("P_mean: the mean of P_fast over the last 20 calls", text)


# Counting the charge is the work of a battery management system, which knows the start.
@test("a state of charge that was counted in training is an input of the header")
def _(t):
    job = trained(t, **MODELS[2], soc={"capacity_ah": 3.0, "initial": 1.0}, preprocessing={"period_s": 1})
    text = estimate(t, "--export-c", job).expect(0).out
    expect_in('#define VESTIM_INPUT_0 "SOC"', text)
    expect_in("In training, SOC was counted with a capacity of 3 Ah, from 1 at the start", text)


# The figure of a fraction is no voltage.
@test("errors have the unit of the target, and units of the files are in the header")
def _(t):
    folder = t.dir / "units"
    for phase, name in enumerate(("train", "val", "test")):
        waves = [math.sin(n / 50 + phase) for n in range(300)]
        rows = [f"{n},{wave * 4:.4f},{3.6 + 0.3 * wave:.4f},{25 + phase + n / 100},{0.5 + 0.4 * wave:.4f}\n" for n, wave in enumerate(waves)]
        t.write(f"units/{name}/{name}.csv", "Time [s],Current [A],Voltage [V],Temp [degC],SOC [1]\n" + "".join(rows))
    given = {"folder_path": str(folder), "inputs": ["Current", "Voltage", "Temp"], "target": "SOC", "max_epochs": 2, "lookback": 10}
    job = t.write("job/job.json", json.dumps({"selections": given})).parent
    estimate(t, job).expect(0)
    text = estimate(t, "--export-c", "--q15", job).expect(0).out
    for word in (
        "[0] Current, in A, in training ",
        "[2] Temp, in °C, in training ",
        "Estimate: SOC, as a fraction, in training ",
        '#define VESTIM_INPUT_2_UNIT "\\302\\260C"',
        '#define VESTIM_OUTPUT_UNIT "1"',
        "#define VESTIM_PERIOD_S 1.0",
        "Call it once every 1 s",
    ):
        expect_in(word, text)
    expect(bool(re.search(r"error over all test rows: vestim_step\(\) [0-9.]+ %", text)), True, text[:1500])
    expect("mV" in text, False, "millivolts of a fraction")


# Who copies the example must not have to repair it.
@test("the example of README.md compiles and estimates")
def _(t):
    text = (SOURCE / "README.md").read_text()
    example = re.search(r"```c\n#include \"cell.h\"\n(.*?)```", text, re.DOTALL).group(1)
    job = trained(t, **MODELS[0])
    estimate(t, "--export-c", job, "-o", job / "cell.h").expect(0)
    main = """
#include <stdio.h>
#include "cell.h"
static float read_soc (void) { return 0.9f; }
static float read_current (void) { return -1.0f; }
static float read_temperature (void) { return 25.0f; }
static void use_voltage (float voltage) { printf ("%g\\n", (double) voltage); }
""" + example + "int main (void) { start (); every_period (); return 0; }\n"
    for compiler in compilers():
        for dialect in (DIALECTS[0], DIALECTS[-1]):
            voltage = float(t.command(build(t, compiler, job, main, *dialect)).expect(0).out)
            expect(2 < voltage < 5, True, voltage)
