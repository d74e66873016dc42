/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/prediction-name.h"

#include "daemon/vestim-estimate/data/data-files.h"

#define MAX_BASE_NAME 230 /* bytes, so that "-123.csv" can follow */

GHashTable *
prediction_names_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

char *
prediction_name_new (GHashTable *taken, const char *path)
{
  g_autofree char *full = data_files_dup_base_name (path);
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
