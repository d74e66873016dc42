/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/error-unit.h"

#include "daemon/vestim-estimate/data/data-traits.h"

#include <math.h>

const char *
error_unit_find (const char *unit, const char *target, const ScalingRange *range)
{
  bool is_fraction = g_ascii_strcasecmp (target, "SOC") == 0 && range->max <= DATA_LARGEST_SOC;

  return !unit && is_fraction ? "1" : unit;
}

ErrorUnit
error_unit_new (const char *unit, const char *target)
{
  bool is_voltage = g_strcmp0 (unit, "V") == 0 || (!unit && g_strcmp0 (target, "Voltage") == 0);

  if (is_voltage)
    return (ErrorUnit){ "V", "mV", 1 };
  if (g_strcmp0 (unit, "1") == 0)
    return (ErrorUnit){ "", "%", 0.1 };
  return (ErrorUnit){ unit ? unit : "", unit ? unit : "", 0.001 };
}

char *
error_unit_format (const ErrorUnit *unit, double thousandths)
{
  if (!isfinite (thousandths))
    return g_strdup ("");
  return g_strdup_printf (unit->factor < 0.1 ? "%.4g" : "%.2f", thousandths * unit->factor);
}

char *
error_unit_title (const char *name, const ErrorUnit *unit)
{
  return unit->error_name[0] ? g_strdup_printf ("%s [%s]", name, unit->error_name)
                             : g_strdup (name);
}

char *
error_unit_label (const char *name, const char *unit)
{
  return unit[0] ? g_strdup_printf ("%s (%s)", name, unit) : g_strdup (name);
}
