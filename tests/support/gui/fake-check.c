/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/json/vestim-json.h"
#include "tests/support/gui/fake-server-private.h"

static void
append_file (GString *json, const char *folder, const char *name)
{
  g_autofree char *path = name != NULL ? g_build_filename (folder, name, NULL) : g_strdup (folder);
  gboolean bad = g_str_has_suffix (path, "bad.csv");
  gboolean is_long = g_str_has_suffix (path, "long.csv");
  gboolean other = g_str_has_suffix (path, "other.csv");

  g_string_append (json, json->len > 1 ? ",{\"file\":" : "{\"file\":");
  vestim_json_append_string (json, path);
  g_string_append_printf (json, ",\"columns\":[%s],\"rows\":%d,\"period_s\":1,\"error\":%s}",
                          bad       ? ""
                          : other   ? "\"SOC\",\"Current\",\"Voltage\""
                          : is_long ? "\"Time\",\"Voltage\",\"Current\",\"Temperature\",\"SOC\""
                                    : "\"SOC\",\"Current\",\"Temp\",\"Voltage\"",
                          bad ? 0 : 100, bad ? "\"This is not a CSV file.\"" : "null");
}

static void
append_path (GString *json, const char *path)
{
  static const char *const folders[] = { "train/a.csv", "val/a.csv", "test/a.csv" };

  if (g_str_has_suffix (path, "data"))
    for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
      append_file (json, path, folders[i]);
  else if (g_str_has_suffix (path, "folder"))
    {
      append_file (json, path, "a.csv");
      append_file (json, path, "b.csv");
    }
  else
    append_file (json, path, NULL);
}

char *
fake_server_check (const char *body)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (body, strlen (body), NULL);
  const VestimJsonNode *files =
      doc != NULL ? vestim_json_member (vestim_json_root (doc), "files") : NULL;
  g_autoptr (GString) json = g_string_new ("[");

  for (const VestimJsonNode *node = vestim_json_first (files); node; node = vestim_json_next (node))
    {
      g_autofree char *path = vestim_json_dup_string (node);

      if (path == NULL || g_str_has_suffix (path, "huge.csv"))
        return NULL;
      append_path (json, path);
    }
  g_string_append_c (json, ']');
  return g_string_free (g_steal_pointer (&json), FALSE);
}
