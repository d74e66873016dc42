/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-file-columns.h"

#include <string.h>

#include "common/client/vestim-node.h"
#include "common/estimation/vestim-preprocessing.h"
#include "common/estimation/vestim-soc.h"

/* Beginnings of names, in any case, that mean the same column. */
static const struct
{
  const char *name;
  const char *role;
  const char *const begins[5];
} alike[] = {
  { "SOC", "soc", { "soc", "state of charge", "state_of_charge", "stateofcharge", NULL } },
  { "Current", "current", { "curr", NULL } },
  { "Temp", "temperature", { "temp", NULL } },
  { "Voltage", "voltage", { "volt", NULL } },
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

const char *
dash_file_columns_role (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);
  /* A number means one of several columns. */
  for (gsize i = 0; strpbrk (name, "0123456789") == NULL && i < G_N_ELEMENTS (alike); i++)
    if (begins_like (name, alike[i].begins))
      return alike[i].role;
  return NULL;
}

char **
dash_file_columns_computed (const char *settings)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  JsonNode *soc, *derived, *power;

  g_return_val_if_fail (settings != NULL, NULL);
  node = vestim_node_parse (settings, strlen (settings), NULL);
  soc = vestim_node_member (node, "soc");
  derived = vestim_node_member (node, "derived");
  power = vestim_node_member (vestim_node_member (node, "preprocessing"), "power");
  if (soc != NULL && JSON_NODE_HOLDS_OBJECT (soc))
    g_strv_builder_add (builder, VESTIM_SOC_COLUMN);
  if (power != NULL && JSON_NODE_HOLDS_VALUE (power) && json_node_get_boolean (power))
    g_strv_builder_add (builder, VESTIM_POWER_COLUMN);
  for (guint i = 0; i < vestim_node_n_elements (derived); i++)
    {
      const char *name = vestim_node_member_string (vestim_node_element (derived, i), "name");

      if (name != NULL && name[0] != '\0')
        g_strv_builder_add (builder, name);
    }
  return g_strv_builder_end (builder);
}
