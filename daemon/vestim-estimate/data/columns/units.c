/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/columns/units.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static const char *const canonical[UNIT_N_QUANTITIES] = {
  [UNIT_CURRENT] = "A", [UNIT_VOLTAGE] = "V",  [UNIT_TEMPERATURE] = "°C",
  [UNIT_TIME] = "s",    [UNIT_FRACTION] = "1", [UNIT_CHARGE] = "Ah",
  [UNIT_POWER] = "W",   [UNIT_ENERGY] = "Wh",  [UNIT_RESISTANCE] = "Ohm",
};

/* 0 K and 0 °F in °C: BIPM, The International System of Units, 9th edition, 2.3.1; °F = 9/5 °C
 * + 32. Both micro signs, U+00B5 and U+03BC, are in use, and so are the ring and the masculine
 * ordinal for a degree. */
static const Unit table[] = {
  { "A", UNIT_CURRENT, 1, 0 },
  { "mA", UNIT_CURRENT, 1e-3, 0 },
  { "µA", UNIT_CURRENT, 1e-6, 0 },
  { "μA", UNIT_CURRENT, 1e-6, 0 },
  { "uA", UNIT_CURRENT, 1e-6, 0 },
  { "nA", UNIT_CURRENT, 1e-9, 0 },
  { "kA", UNIT_CURRENT, 1e3, 0 },
  { "amp", UNIT_CURRENT, 1, 0 },
  { "amps", UNIT_CURRENT, 1, 0 },
  { "ampere", UNIT_CURRENT, 1, 0 },
  { "amperes", UNIT_CURRENT, 1, 0 },
  { "milliamps", UNIT_CURRENT, 1e-3, 0 },
  { "安", UNIT_CURRENT, 1, 0 },
  { "毫安", UNIT_CURRENT, 1e-3, 0 },
  { "V", UNIT_VOLTAGE, 1, 0 },
  { "mV", UNIT_VOLTAGE, 1e-3, 0 },
  { "µV", UNIT_VOLTAGE, 1e-6, 0 },
  { "μV", UNIT_VOLTAGE, 1e-6, 0 },
  { "uV", UNIT_VOLTAGE, 1e-6, 0 },
  { "kV", UNIT_VOLTAGE, 1e3, 0 },
  { "volt", UNIT_VOLTAGE, 1, 0 },
  { "volts", UNIT_VOLTAGE, 1, 0 },
  { "millivolts", UNIT_VOLTAGE, 1e-3, 0 },
  { "伏", UNIT_VOLTAGE, 1, 0 },
  { "毫伏", UNIT_VOLTAGE, 1e-3, 0 },
  { "°C", UNIT_TEMPERATURE, 1, 0 },
  { "ºC", UNIT_TEMPERATURE, 1, 0 },
  { "℃", UNIT_TEMPERATURE, 1, 0 },
  { "degC", UNIT_TEMPERATURE, 1, 0 },
  { "deg C", UNIT_TEMPERATURE, 1, 0 },
  { "deg_C", UNIT_TEMPERATURE, 1, 0 },
  { "celsius", UNIT_TEMPERATURE, 1, 0 },
  { "degrees Celsius", UNIT_TEMPERATURE, 1, 0 },
  { "摄氏度", UNIT_TEMPERATURE, 1, 0 },
  { "K", UNIT_TEMPERATURE, 1, -273.15 },
  { "°K", UNIT_TEMPERATURE, 1, -273.15 },
  { "kelvin", UNIT_TEMPERATURE, 1, -273.15 },
  { "°F", UNIT_TEMPERATURE, 5.0 / 9, -32 },
  { "ºF", UNIT_TEMPERATURE, 5.0 / 9, -32 },
  { "℉", UNIT_TEMPERATURE, 5.0 / 9, -32 },
  { "degF", UNIT_TEMPERATURE, 5.0 / 9, -32 },
  { "deg F", UNIT_TEMPERATURE, 5.0 / 9, -32 },
  { "fahrenheit", UNIT_TEMPERATURE, 5.0 / 9, -32 },
  { "s", UNIT_TIME, 1, 0 },
  { "sec", UNIT_TIME, 1, 0 },
  { "secs", UNIT_TIME, 1, 0 },
  { "second", UNIT_TIME, 1, 0 },
  { "seconds", UNIT_TIME, 1, 0 },
  { "秒", UNIT_TIME, 1, 0 },
  { "ms", UNIT_TIME, 1e-3, 0 },
  { "msec", UNIT_TIME, 1e-3, 0 },
  { "millisecond", UNIT_TIME, 1e-3, 0 },
  { "milliseconds", UNIT_TIME, 1e-3, 0 },
  { "毫秒", UNIT_TIME, 1e-3, 0 },
  { "µs", UNIT_TIME, 1e-6, 0 },
  { "μs", UNIT_TIME, 1e-6, 0 },
  { "us", UNIT_TIME, 1e-6, 0 },
  { "min", UNIT_TIME, 60, 0 },
  { "mins", UNIT_TIME, 60, 0 },
  { "minute", UNIT_TIME, 60, 0 },
  { "minutes", UNIT_TIME, 60, 0 },
  { "分", UNIT_TIME, 60, 0 },
  { "分钟", UNIT_TIME, 60, 0 },
  { "h", UNIT_TIME, 3600, 0 },
  { "hr", UNIT_TIME, 3600, 0 },
  { "hrs", UNIT_TIME, 3600, 0 },
  { "hour", UNIT_TIME, 3600, 0 },
  { "hours", UNIT_TIME, 3600, 0 },
  { "小时", UNIT_TIME, 3600, 0 },
  { "d", UNIT_TIME, 86400, 0 },
  { "day", UNIT_TIME, 86400, 0 },
  { "days", UNIT_TIME, 86400, 0 },
  { "1", UNIT_FRACTION, 1, 0 },
  { "%", UNIT_FRACTION, 1e-2, 0 },
  { "percent", UNIT_FRACTION, 1e-2, 0 },
  { "pct", UNIT_FRACTION, 1e-2, 0 },
  { "‰", UNIT_FRACTION, 1e-3, 0 },
  { "p.u.", UNIT_FRACTION, 1, 0 },
  { "pu", UNIT_FRACTION, 1, 0 },
  { "Ah", UNIT_CHARGE, 1, 0 },
  { "AH", UNIT_CHARGE, 1, 0 },
  { "A.h", UNIT_CHARGE, 1, 0 },
  { "A·h", UNIT_CHARGE, 1, 0 },
  { "A*h", UNIT_CHARGE, 1, 0 },
  { "A-h", UNIT_CHARGE, 1, 0 },
  { "Amp-hr", UNIT_CHARGE, 1, 0 },
  { "mAh", UNIT_CHARGE, 1e-3, 0 },
  { "mAH", UNIT_CHARGE, 1e-3, 0 },
  { "mA.h", UNIT_CHARGE, 1e-3, 0 },
  { "mA·h", UNIT_CHARGE, 1e-3, 0 },
  { "mA*h", UNIT_CHARGE, 1e-3, 0 },
  { "µAh", UNIT_CHARGE, 1e-6, 0 },
  { "μAh", UNIT_CHARGE, 1e-6, 0 },
  { "uAh", UNIT_CHARGE, 1e-6, 0 },
  { "As", UNIT_CHARGE, 1 / 3600.0, 0 },
  { "A.s", UNIT_CHARGE, 1 / 3600.0, 0 },
  { "A·s", UNIT_CHARGE, 1 / 3600.0, 0 },
  { "mAs", UNIT_CHARGE, 1e-3 / 3600.0, 0 },
  { "coulomb", UNIT_CHARGE, 1 / 3600.0, 0 },
  { "安时", UNIT_CHARGE, 1, 0 },
  { "毫安时", UNIT_CHARGE, 1e-3, 0 },
  { "W", UNIT_POWER, 1, 0 },
  { "mW", UNIT_POWER, 1e-3, 0 },
  { "kW", UNIT_POWER, 1e3, 0 },
  { "watt", UNIT_POWER, 1, 0 },
  { "watts", UNIT_POWER, 1, 0 },
  { "瓦", UNIT_POWER, 1, 0 },
  { "Wh", UNIT_ENERGY, 1, 0 },
  { "W.h", UNIT_ENERGY, 1, 0 },
  { "W·h", UNIT_ENERGY, 1, 0 },
  { "Watt-hr", UNIT_ENERGY, 1, 0 },
  { "mWh", UNIT_ENERGY, 1e-3, 0 },
  { "kWh", UNIT_ENERGY, 1e3, 0 },
  { "J", UNIT_ENERGY, 1 / 3600.0, 0 },
  { "Ws", UNIT_ENERGY, 1 / 3600.0, 0 },
  { "瓦时", UNIT_ENERGY, 1, 0 },
  { "Ohm", UNIT_RESISTANCE, 1, 0 },
  { "ohms", UNIT_RESISTANCE, 1, 0 },
  { "Ω", UNIT_RESISTANCE, 1, 0 },
  { "Ω", UNIT_RESISTANCE, 1, 0 },
  { "mOhm", UNIT_RESISTANCE, 1e-3, 0 },
  { "mΩ", UNIT_RESISTANCE, 1e-3, 0 },
  { "mΩ", UNIT_RESISTANCE, 1e-3, 0 },
};

static const Unit by_quantity[] = {
  { "C", UNIT_TEMPERATURE, 1, 0 },
  { "oC", UNIT_TEMPERATURE, 1, 0 },
  { "F", UNIT_TEMPERATURE, 5.0 / 9, -32 },
  { "C", UNIT_CHARGE, 1 / 3600.0, 0 },
  { "S", UNIT_TIME, 1, 0 },
  { "m", UNIT_TIME, 60, 0 },
  { "-", UNIT_FRACTION, 1, 0 },
};

#define SHORTEST_WORD 3 /* letters */

/* "sec", but not "mAh" or "°C". */
static bool
is_word (const char *text)
{
  for (const char *c = text; *c; c++)
    if (!g_ascii_islower (*c))
      return false;
  return strlen (text) >= SHORTEST_WORD;
}

const Unit *
unit_find (const char *text)
{
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].text, text) == 0
        || (is_word (table[i].text) && g_ascii_strcasecmp (table[i].text, text) == 0))
      return &table[i];
  return NULL;
}

const Unit *
unit_find_of (const char *text, UnitQuantity quantity)
{
  const Unit *unit = unit_find (text);

  for (size_t i = 0; !unit && i < G_N_ELEMENTS (by_quantity); i++)
    if (by_quantity[i].quantity == quantity && strcmp (by_quantity[i].text, text) == 0)
      unit = &by_quantity[i];
  return unit;
}

const char *
unit_canonical (UnitQuantity quantity)
{
  return canonical[quantity];
}

double
unit_convert (const Unit *unit, double value)
{
  return (value + unit->offset) * unit->factor;
}
