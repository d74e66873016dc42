/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/prediction-name.h"

#include <string.h>

#include "daemon/vestim-estimate/data/data-files.h"

#define MAX_BASE_NAME 230 /* bytes, so that "-123.csv" can follow */

GHashTable *
prediction_names_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* UTF-8, because summaries and reports name the file, and cut between two characters. */
static char *
dup_base (const char *path)
{
  g_autofree char *full = data_files_dup_base_name (path);
  char *base = g_utf8_make_valid (full, -1);
  size_t end = MAX_BASE_NAME;

  if (strlen (base) <= end)
    return base;
  while (end > 0 && ((unsigned char) base[end] & 0xC0) == 0x80)
    end--;
  base[end] = '\0';
  return base;
}

char *
prediction_name_new (GHashTable *taken, const char *path)
{
  g_autofree char *base = dup_base (path);
  char *name = g_strconcat (base, ".csv", NULL);

  for (int n = 2; g_hash_table_contains (taken, name); n++)
    {
      g_free (name);
      name = g_strdup_printf ("%s-%d.csv", base, n);
    }
  g_hash_table_add (taken, g_strdup (name));
  return name;
}
