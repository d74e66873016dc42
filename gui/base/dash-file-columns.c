/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-file-columns.h"

#include <string.h>

/* Beginnings of names, in any case, that mean the same column. */
static const struct
{
  const char *name;
  const char *const begins[5];
} alike[] = {
  { "SOC", { "soc", "state of charge", "state_of_charge", "stateofcharge", NULL } },
  { "Current", { "curr", NULL } },
  { "Temp", { "temp", NULL } },
  { "Voltage", { "volt", NULL } },
};

static gboolean
begins_like (const char *column, const char *const *begins)
{
  for (gsize i = 0; begins[i] != NULL; i++)
    if (g_ascii_strncasecmp (column, begins[i], strlen (begins[i])) == 0)
      return TRUE;
  return FALSE;
}

/* (nullable) NULL also for several: only the user knows which one is meant. */
static const char *
find_only (const char *const *columns, const char *const *begins)
{
  const char *found = NULL;

  for (gsize i = 0; columns[i] != NULL; i++)
    {
      if (!begins_like (columns[i], begins))
        continue;
      if (found != NULL)
        return NULL;
      found = columns[i];
    }
  return found;
}

const char *
dash_file_columns_find (const char *const *columns, const char *name)
{
  g_return_val_if_fail (columns != NULL && name != NULL, NULL);
  for (gsize i = 0; columns[i] != NULL; i++)
    if (g_str_equal (columns[i], name))
      return columns[i];
  for (gsize i = 0; i < G_N_ELEMENTS (alike); i++)
    if (g_str_equal (alike[i].name, name))
      return find_only (columns, alike[i].begins);
  return NULL;
}
