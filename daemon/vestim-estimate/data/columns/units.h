/* SPDX-License-Identifier: MIT */
#pragma once

/* The units of measured columns, as files write them, and the one unit in which the program
 * computes each quantity. docs/data.md lists them. */

typedef enum
{
  UNIT_CURRENT,
  UNIT_VOLTAGE,
  UNIT_TEMPERATURE,
  UNIT_TIME,
  UNIT_FRACTION,
  UNIT_CHARGE,
  UNIT_POWER,
  UNIT_ENERGY,
  UNIT_RESISTANCE,
  UNIT_N_QUANTITIES,
} UnitQuantity;

typedef struct
{
  const char *text;
  UnitQuantity quantity;
  double factor; /* value in the canonical unit = (value + offset) * factor */
  double offset;
} Unit;

/* The unit of this text; NULL when the table has none. Letters of either case count only in whole
 * words ("Volts"), because "mW" is not "MW". */
const Unit *unit_find (const char *text);

/* The same where the quantity is known, for letters that stand for several: "C" is a temperature
 * or a charge, "F" a temperature, "-" a fraction. */
const Unit *unit_find_of (const char *text, UnitQuantity quantity);

/* "A", "V", "°C", "s", "1", "Ah", "W", "Wh", "Ohm". */
const char *unit_canonical (UnitQuantity quantity);

double unit_convert (const Unit *unit, double value);
