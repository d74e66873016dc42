# SPDX-License-Identifier: MIT
"""Headers that compute with integers alone."""

import csv
import platform
import re
import shutil

from support import expect, expect_in, skip, test
from support.exports import DIALECTS, FIXED_DRIVER, MODELS, NO_FLOAT, SELF_TEST, STRICT, TEST_FILE, build, compilers, estimate, estimates, predicted, trained


def told_largest(said):
    """The largest difference between integers and float over all files, as the command says it."""
    return max(float(number) for number in re.findall(r"^  .*: .* largest ([0-9.]+) mV", said, re.MULTILINE))


@test("integers: the header compiles, has no floating point, and differs from --predict by what the command says")
def _(t):
    for settings in MODELS:
        for training in ("stateful", "windowed"):
            job = trained(t, **settings, training=training, streams=4)
            wanted = predicted(t, job, t.dir / "demo/test" / TEST_FILE)
            for option, most in (("--q15", 0.5), ("--q7", 60)):
                said = estimate(t, "--export-c", option, job, t.dir / "demo/test", "-o", job / "model.h").expect(0).out
                expect_in(f"  {TEST_FILE}: {len(wanted)} rows, difference ", said)
                expect_in(f"  {TEST_FILE}: {len(wanted)} rows, difference ", (job / "model.h").read_text())
                largest = told_largest(said)
                column = 0 if training == "stateful" or settings["model"] == "FNN" else 1
                got = estimates(t, job, FIXED_DRIVER)[column]
                worst = max(abs(a - b) for a, b in zip(got, wanted)) * 1000
                expect(worst <= largest + 0.01 and largest < most, True, f"{settings} {option}: {worst} mV, told {largest}")
                for compiler in compilers():
                    t.command(build(t, compiler, job, SELF_TEST)).expect(0)
                (job / "call.c").write_text(NO_FLOAT)
                if platform.machine() == "x86_64":
                    t.command("gcc", "-std=c99", "-mgeneral-regs-only", "-O1", "-c", job / "call.c", "-o", job / "call.o").expect(0)
        for compiler in compilers():
            for dialect in DIALECTS:
                t.command(compiler, *STRICT, *dialect, "-fsyntax-only", job / "main.c").expect(0)


@test("integers: inputs have documented scales, and powers and averages are computed")
def _(t):
    steps = {"power": True, "moving_average": {"rows": 7, "columns": ["Power", "Temp"]}}
    job = trained(t, **MODELS[0], inputs=["SOC", "Power", "Temp"], preprocessing=steps)
    estimate(t, "--export-c", "--q15", job, "-o", job / "model.h").expect(0)
    text = (job / "model.h").read_text()
    for word in ("[0]: 1000000 is 1", "estimate: 1000000 is 1", "#define VESTIM_INPUT_2_PER_UNIT 1000000", "#define VESTIM_OUTPUT_PER_UNIT 1000000"):
        expect_in(word, text)
    wanted = predicted(t, job, t.dir / "demo/test" / TEST_FILE)
    with open(t.dir / "demo/test" / TEST_FILE) as file:
        inputs = [f"{row['SOC']} {row['Temp']} {row['Voltage']} {row['Current']}\n" for row in csv.DictReader(file)]
    rows = t.write("inputs", "".join(inputs))
    out = t.command("sh", "-c", f"'{build(t, 'cc', job, FIXED_DRIVER)}' <'{rows}'").expect(0).out
    worst = max(abs(float(line.split()[0]) - b) for line, b in zip(out.splitlines(), wanted))
    expect(worst < 5e-4, True, f"{worst * 1000} mV")
    t.command(build(t, "cc", job, SELF_TEST)).expect(0)


@test("integers: files are compared if they are named or still there")
def _(t):
    job = trained(t, **MODELS[2])
    expect_in("difference", estimate(t, "--export-c", "--q15", job).expect(0).err)
    expect_in("no_such.csv", estimate(t, "--export-c", "--q15", job, t.dir / "no_such.csv").expect(1).err)
    (t.dir / "demo/test" / TEST_FILE).rename(t.dir / "moved.csv")
    expect_in(f"  {TEST_FILE}: not compared", estimate(t, "--export-c", "--q15", job).expect(0).err)
    alone = shutil.copy(job / "tasks/1/model.bin", t.dir / "alone.bin")
    expect_in("name data files after the model", estimate(t, "--export-c", "--q7", alone).expect(0).err)
    expect_in("largest", estimate(t, "--export-c", "--q7", alone, t.dir / "moved.csv").expect(0).err)
    expect_in("--q15 and --q7 only", estimate(t, "--export-c", alone, t.dir / "moved.csv").expect(2).err)


# GCC's and Clang's own routines for a Cortex-M0; 64-bit products and remainders are integers.
@test("on a Cortex-M0, integers need no floating-point routine, and all tables are constant")
def _(t):
    nm = shutil.which("llvm-nm") or shutil.which("llvm-nm-14")
    targets = t.command("clang", "--print-targets").out if shutil.which("clang") and nm else ""
    if "thumb" not in targets:
        skip("Clang with ARM, or llvm-nm, is not installed")
    for settings in MODELS:
        job = trained(t, **settings)
        estimate(t, "--export-c", "--q15", job, "-o", job / "model.h").expect(0)
        (job / "call.c").write_text(NO_FLOAT)
        flags = ["--target=thumbv6m-none-eabi", "-mcpu=cortex-m0", "-ffreestanding", "-Os", "-std=c99"]
        t.command("clang", *flags, "-c", job / "call.c", "-o", job / "call.o").expect(0)
        symbols = [line.split() for line in t.command(nm, job / "call.o").expect(0).out.splitlines()]
        needed = {symbol[-1] for symbol in symbols if symbol[-2] == "U"}
        expect(needed <= {"__aeabi_lmul", "__aeabi_idivmod", "__aeabi_memclr", "__aeabi_memclr4", "__aeabi_memcpy", "__aeabi_lasr", "__aeabi_llsl"}, True, needed)
        kinds = {symbol[-1]: symbol[-2] for symbol in symbols}
        expect({kind for name, kind in kinds.items() if "weights" in name or "shifts" in name}, {"r"}, "tables in read-only memory")
