/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/prediction-name.h"

#include <string.h>

#define MAX_BASE_NAME 230 /* bytes, so that "-123.csv" can follow */

/* The name of the file without folders and without ".csv". */
static char *
dup_base_name (const char *path)
{
  char *name = g_path_get_basename (path);
  size_t length = strlen (name);

  if (length > 4 && g_ascii_strcasecmp (name + length - 4, ".csv") == 0)
    name[length - 4] = '\0';
  return name;
}

GHashTable *
prediction_names_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

char *
prediction_name_new (GHashTable *taken, const char *path)
{
  g_autofree char *full = dup_base_name (path);
  g_autofree char *base = g_strndup (full, MAX_BASE_NAME);
  char *name = g_strconcat (base, ".csv", NULL);

  for (int n = 2; g_hash_table_contains (taken, name); n++)
    {
      g_free (name);
      name = g_strdup_printf ("%s-%d.csv", base, n);
    }
  g_hash_table_add (taken, g_strdup (name));
  return name;
}
