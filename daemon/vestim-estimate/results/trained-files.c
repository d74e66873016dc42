/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/trained-files.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/regular-file.h"

#define MAX_SUMMARY (256 * 1024 * 1024)

static void
add_file (GHashTable *digests, const VestimJsonNode *file)
{
  g_autofree char *set = vestim_json_dup_string (vestim_json_member (file, "set"));
  char *digest = vestim_json_dup_string (vestim_json_member (file, "sha256"));

  if (digest && g_strcmp0 (set, "train") == 0)
    g_hash_table_add (digests, digest);
  else
    g_free (digest);
}

GHashTable *
trained_files_read (const char *model_path)
{
  GHashTable *digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *folder = g_path_get_dirname (model_path);
  g_autofree char *path = g_build_filename (folder, "summary.json", NULL);
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_SUMMARY, &length, NULL);
  g_autoptr (VestimJsonDoc) doc = text ? vestim_json_parse (text, length, NULL) : NULL;
  const VestimJsonNode *sealed = doc ? vestim_json_member (vestim_json_root (doc), "sealed") : NULL;
  const VestimJsonNode *data = vestim_json_member (sealed, "data");

  for (const VestimJsonNode *file = vestim_json_first (data); file; file = vestim_json_next (file))
    add_file (digests, file);
  return digests;
}
