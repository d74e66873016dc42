/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-error-unit.h"

#include <math.h>
#include <string.h>

#include "common/client/vestim-text-line.h"
#include "common/results/vestim-number-text.h"

#define MAX_UNIT 20 /* characters */
#define MAX_TARGET 60

static const char *
intern (const char *text, gsize max_chars)
{
  g_autofree char *line = vestim_text_line (text != NULL ? text : "", max_chars);

  return g_intern_string (line);
}

VestimErrorUnit
vestim_error_unit_read (JsonNode *metrics)
{
  const char *name = vestim_node_member_string (metrics, "error_unit");
  double factor = vestim_node_member_double (metrics, "error_factor");

  if (name == NULL || !isfinite (factor))
    return (VestimErrorUnit){ "Voltage", "V", "mV", 1 };
  return (VestimErrorUnit){ intern (vestim_node_member_string (metrics, "target"), MAX_TARGET),
                            intern (vestim_node_member_string (metrics, "target_unit"), MAX_UNIT),
                            intern (name, MAX_UNIT), factor };
}

VestimErrorUnit
vestim_error_unit_parse (const char *metrics)
{
  g_autoptr (JsonNode) root = vestim_node_parse_text (metrics);

  return vestim_error_unit_read (root);
}

VestimErrorUnit
vestim_error_unit_of_job (const VestimJob *job)
{
  g_autoptr (JsonNode) metrics = vestim_node_parse_text (job->details.metrics);
  g_autoptr (JsonNode) selections = vestim_node_parse_text (job->selections);
  const char *target = vestim_node_member_string (selections, "target");

  if (vestim_node_member (metrics, "error_unit") != NULL || target == NULL
      || g_str_equal (target, "Voltage"))
    return vestim_error_unit_read (metrics);
  return (VestimErrorUnit){ intern (target, MAX_TARGET), "", "", 0.001 };
}

char *
vestim_error_unit_format (const VestimErrorUnit *unit, double thousandths)
{
  double error = thousandths * unit->factor;

  if (unit->factor == 1 || !isfinite (error))
    return vestim_number_text_millivolts (error);
  return unit->factor < 0.1 ? vestim_number_text_value (error) : g_strdup_printf ("%.2f", error);
}

char *
vestim_error_unit_text (const VestimErrorUnit *unit, double thousandths)
{
  g_autofree char *number = vestim_error_unit_format (unit, thousandths);

  if (unit->name[0] == '\0' || !isfinite (thousandths))
    return g_steal_pointer (&number);
  return g_strdup_printf ("%s %s", number, unit->name);
}

char *
vestim_error_unit_title (const char *name, const char *unit)
{
  return unit[0] != '\0' ? g_strdup_printf ("%s (%s)", name, unit) : g_strdup (name);
}
