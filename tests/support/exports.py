# SPDX-License-Identifier: MIT
"""Exported headers: jobs to export, compilers, and programs that call what is exported."""

import csv
import json
import shutil

from support import skip
from support.builds import program

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wconversion", "-Wdouble-promotion", "-Wshadow", "-O1"]
# With -x c++, a C compiler compiles C++.
DIALECTS = [["-xc", f"-std={year}"] for year in ("c99", "c11", "c17", "c2x")]
DIALECTS += [["-xc++", f"-std={year}"] for year in ("c++11", "c++14", "c++17", "c++20")]
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
  VestimWindow window;
#endif
#if defined VESTIM_LOOKBACK || defined VESTIM_MEANS
  VestimState state;
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
#elif defined VESTIM_MEANS
      if (n == 0)
        vestim_reset (&state);
      printf ("%.9g\\n", (double) vestim_step (&state, x));
#else
      printf ("%.9g\\n", (double) vestim_step (x));
#endif
    }
}
"""

# Both calls, through the wrapper that takes and returns float.
FIXED_DRIVER = """
#include <stdio.h>
#define VESTIM_FLOAT
#include "model.h"
int main (void)
{
  float x[VESTIM_INPUTS];
  int32_t integers[VESTIM_INPUTS];
  int n = 0, i;
#ifdef VESTIM_LOOKBACK
  VestimWindow window;
#endif
#if defined VESTIM_LOOKBACK || defined VESTIM_MEANS
  VestimState state;
#endif
  for (;; n++)
    {
      for (i = 0; i < VESTIM_INPUTS; i++)
        if (scanf ("%f", &x[i]) != 1)
          return n == 0;
      vestim_to_integers (x, integers);
#ifdef VESTIM_LOOKBACK
      if (n == 0)
        {
          vestim_start (&state, integers);
          vestim_window_start (&window, integers);
        }
      printf ("%.9g %.9g\\n", (double) vestim_step_float (&state, x), (double) vestim_window_step_float (&window, x));
#elif defined VESTIM_MEANS
      if (n == 0)
        vestim_reset (&state);
      printf ("%.9g\\n", (double) vestim_step_float (&state, x));
#else
      printf ("%.9g %.9g\\n", (double) vestim_step_float (x), (double) vestim_step (integers) / VESTIM_OUTPUT_PER_UNIT);
#endif
    }
}
"""

# The compiler refuses a floating-point operation.
NO_FLOAT = """
#include "model.h"
int32_t call (const int32_t *x);
int32_t call (const int32_t *x)
{
#ifdef VESTIM_LOOKBACK
  VestimWindow window;
  VestimState state;
  vestim_start (&state, x);
  vestim_window_start (&window, x);
  return vestim_step (&state, x) + vestim_window_step (&window, x);
#else
  return vestim_step (x);
#endif
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


def build(t, compiler, folder, source, *options):
    path = folder / "main.c"
    path.write_text(source)
    t.command(compiler, *STRICT, *(options or DIALECTS[0]), path, "-o", folder / "program", "-lm").expect(0)
    return folder / "program"


def predicted(t, job, data):
    """What --predict says in the test mode of the job."""
    lines = estimate(t, "--predict", job / "tasks/1/model.bin", data).expect(0).out.splitlines()
    return [float(line.split(",")[2]) for line in lines[1:]]


def estimates(t, job, source):
    """What a driver prints for the test file: a list for each call."""
    with open(t.dir / "demo/test" / TEST_FILE) as file:
        inputs = [f"{row['SOC']} {row['Current']} {row['Temp']}\n" for row in csv.DictReader(file)]
    rows = t.write("inputs", "".join(inputs))
    out = t.command("sh", "-c", f"'{build(t, 'cc', job, source)}' <'{rows}'").expect(0).out
    return list(zip(*(map(float, line.split()) for line in out.splitlines())))
