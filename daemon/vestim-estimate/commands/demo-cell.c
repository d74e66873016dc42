/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/demo-cell.h"

#include <math.h>
#include <stdbool.h>

/* An open-circuit voltage behind a resistance and two RC elements, the faster one for the charge
 * transfer, the slower one for diffusion. The resistances grow when the cell gets cold (Arrhenius)
 * and empty; losses warm it. The figures are those of a small cell of a few Ah, not of any product.
 */

#define CAPACITY_AH 2.5
#define TIME_STEP_S 1.0
#define SERIES_OHM 0.022
#define FAST_OHM 0.012
#define FAST_S 8.0
#define SLOW_OHM 0.015
#define SLOW_S 60.0
#define ARRHENIUS_K 1900.0
#define REFERENCE_K 298.15
#define ZERO_DEGC_K 273.15
#define HEAT_CAPACITY_J_K 45.0
#define COOLING_W_K 0.06
#define LOWEST_SOC 0.05
#define VOLTAGE_NOISE_V 0.0005

typedef struct
{
  double soc;
  double temp_degc;
  double fast_v;
  double slow_v;
} Cell;

/* The phase of the drive; it ends when `left_s` is 0. */
typedef struct
{
  double current_a; /* discharge negative */
  double ramp_a;    /* added each second */
  int left_s;
} Manoeuvre;

static double
open_circuit_voltage (double soc)
{
  return 2.9 + 0.72 * (1 - exp (-16 * soc)) + 0.35 * soc + 0.22 * pow (soc, 3);
}

static double
resistance_factor (const Cell *cell)
{
  double cold = exp (ARRHENIUS_K * (1 / (cell->temp_degc + ZERO_DEGC_K) - 1 / REFERENCE_K));

  return cold * (1 + 0.8 * exp (-10 * cell->soc));
}

/* One second at the current; returns the voltage at its end. */
static double
step_cell (Cell *cell, double current_a, double ambient_degc)
{
  double factor = resistance_factor (cell);
  double fast = exp (-TIME_STEP_S / FAST_S), slow = exp (-TIME_STEP_S / SLOW_S);

  cell->soc = fmin (1, cell->soc + current_a * TIME_STEP_S / 3600 / CAPACITY_AH);
  cell->fast_v = fast * cell->fast_v + (1 - fast) * FAST_OHM * factor * current_a;
  cell->slow_v = slow * cell->slow_v + (1 - slow) * SLOW_OHM * factor * current_a;

  double drop_v = SERIES_OHM * factor * current_a + cell->fast_v + cell->slow_v;
  double heat_w = drop_v * current_a - COOLING_W_K * (cell->temp_degc - ambient_degc);
  cell->temp_degc += heat_w * TIME_STEP_S / HEAT_CAPACITY_J_K;
  return open_circuit_voltage (cell->soc) + drop_v;
}

/* Standing, accelerating, cruising, braking: each is a ramp or a level of current for some seconds.
 */
static Manoeuvre
next_manoeuvre (Random *random)
{
  double strength = random_uniform (random), kind = random_uniform (random);
  int seconds = 3 + (int) random_below (random, 25);

  if (kind < 0.15)
    return (Manoeuvre){ .current_a = -0.1, .left_s = seconds };
  if (kind < 0.45)
    return (
        Manoeuvre){ .current_a = -2, .ramp_a = -(4 + 12 * strength) / seconds, .left_s = seconds };
  if (kind < 0.8)
    return (Manoeuvre){ .current_a = -1.5 - 6 * strength, .left_s = seconds };
  return (Manoeuvre){ .current_a = 1 + 5 * strength, .ramp_a = -0.1, .left_s = 3 + seconds / 3 };
}

void
demo_cell_write (FILE *stream, Random *random, double ambient_degc, int n_rows)
{
  Cell cell = { .soc = 1, .temp_degc = ambient_degc };
  Manoeuvre manoeuvre = { 0 };

  fputs ("Time,SOC,Current,Temp,Voltage\n", stream);
  for (int row = 0; row < n_rows; row++)
    {
      if (manoeuvre.left_s-- <= 0)
        manoeuvre = next_manoeuvre (random);
      manoeuvre.current_a += manoeuvre.ramp_a;

      /* The drive never charges a full cell and never discharges an empty one. */
      bool is_allowed = manoeuvre.current_a > 0 ? cell.soc < 0.98 : cell.soc > LOWEST_SOC;
      double current_a = is_allowed ? manoeuvre.current_a : 0;
      double voltage = step_cell (&cell, current_a, ambient_degc);

      fprintf (stream, "%d,%.6f,%.4f,%.3f,%.5f\n", row, cell.soc, current_a, cell.temp_degc,
               voltage + VOLTAGE_NOISE_V * random_normal (random));
    }
}
