/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-error-breakdown.h"

#include <glib/gi18n.h>
#include <math.h>

#include "common/client/vestim-error.h"
#include "common/results/vestim-number-text.h"
#include "common/results/vestim-short-names.h"

static char *
dup_error (JsonNode *object, const VestimErrorUnit *unit)
{
  return vestim_error_unit_format (unit, vestim_node_member_double (object, "rmse_mv"));
}

static char *
describe_range (JsonNode *band)
{
  double from = vestim_node_member_double (band, "from"),
         to = vestim_node_member_double (band, "to");
  g_autofree char *low = vestim_number_text_value (from);
  g_autofree char *high = vestim_number_text_value (to);

  if (isnan (from) && isnan (to))
    return g_strdup (_ ("all"));
  if (isnan (from))
    return g_strdup_printf (_ ("below %s"), high);
  if (isnan (to))
    return g_strdup_printf (_ ("%s and above"), low);
  return g_strdup_printf (_ ("%s to %s"), low, high);
}

static GPtrArray *
read_bands (JsonNode *bands, const char *name, const VestimErrorUnit *unit)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  JsonNode *list = vestim_node_member (bands, name);

  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    {
      JsonNode *node = vestim_node_element (list, i);
      char **row = g_new0 (char *, 4);

      row[0] = describe_range (node);
      row[1] = vestim_number_text_count (vestim_node_member_double (node, "rows"));
      row[2] = dup_error (node, unit);
      g_ptr_array_add (rows, row);
    }
  return rows;
}

static GPtrArray *
read_worst (JsonNode *files, const VestimErrorUnit *unit)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char **names = NULL;

  for (guint i = 0; i < vestim_node_n_elements (files); i++)
    {
      JsonNode *node = vestim_node_element (files, i);
      JsonNode *worst = vestim_node_member (node, "worst");
      g_autofree char *range = describe_range (worst);
      char **row = g_new0 (char *, 4);

      g_ptr_array_add (paths, g_strdup (vestim_node_member_string (node, "file")));
      row[1] = g_strdup_printf (_ ("%s s"), range);
      row[2] = dup_error (worst, unit);
      g_ptr_array_add (rows, row);
    }
  names = vestim_short_names ((const char *const *) paths->pdata, paths->len);
  for (guint i = 0; i < rows->len; i++)
    ((char **) rows->pdata[i])[0] = names[i];
  return rows;
}

DashErrorBreakdown *
dash_error_breakdown_parse (const char *text, gsize length, const VestimErrorUnit *unit,
                            GError **error)
{
  g_autoptr (JsonNode) root = vestim_node_parse (text, length, NULL);
  JsonNode *conditions = vestim_node_member (root, "conditions");
  JsonNode *bands = vestim_node_member (conditions, "bands");
  DashErrorBreakdown *breakdown;

  if (root == NULL)
    {
      g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED, "%s",
                   _ ("The summary of the best task can’t be read."));
      return NULL;
    }
  breakdown = g_new (DashErrorBreakdown, 1);
  breakdown->temperature = read_bands (bands, "temperature", unit);
  breakdown->soc = read_bands (bands, "soc", unit);
  breakdown->current = read_bands (bands, "current", unit);
  breakdown->worst = read_worst (vestim_node_member (conditions, "files"), unit);
  return breakdown;
}

void
dash_error_breakdown_free (DashErrorBreakdown *breakdown)
{
  if (breakdown == NULL)
    return;
  g_ptr_array_unref (breakdown->temperature);
  g_ptr_array_unref (breakdown->soc);
  g_ptr_array_unref (breakdown->current);
  g_ptr_array_unref (breakdown->worst);
  g_free (breakdown);
}
