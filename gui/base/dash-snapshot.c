/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-snapshot.h"

#include "common/job/vestim-job-json.h"

void
dash_snapshot_free (DashSnapshot *snapshot)
{
  if (snapshot == NULL)
    return;
  vestim_job_free (snapshot->job);
  g_free (snapshot->folder);
  g_free (snapshot);
}

DashSnapshot *
dash_snapshot_read (const VestimJsonNode *node, GError **error)
{
  g_autofree char *folder = NULL;
  VestimJob *job = NULL;
  DashSnapshot *snapshot;

  job = vestim_job_json_read (node, &folder, error);
  if (job == NULL)
    return NULL;
  snapshot = g_new0 (DashSnapshot, 1);
  snapshot->job = job;
  snapshot->folder = g_steal_pointer (&folder);
  return snapshot;
}

DashSnapshot *
dash_snapshot_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);

  return doc != NULL ? dash_snapshot_read (vestim_json_root (doc), error) : NULL;
}

GPtrArray *
dash_snapshot_parse_list (const char *text, gsize length, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GHashTable) seen = NULL;
  const VestimJsonNode *root;

  if (doc == NULL)
    return NULL;
  root = vestim_json_root (doc);
  if (vestim_json_type (root) != VESTIM_JSON_ARRAY)
    {
      g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT, "this is no list of jobs");
      return NULL;
    }
  list =
      g_ptr_array_new_full ((guint) vestim_json_size (root), (GDestroyNotify) dash_snapshot_free);
  seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (const VestimJsonNode *node = vestim_json_first (root); node; node = vestim_json_next (node))
    {
      DashSnapshot *snapshot = dash_snapshot_read (node, error);

      if (snapshot == NULL)
        return NULL;
      if (g_hash_table_contains (seen, snapshot->job->id))
        {
          dash_snapshot_free (snapshot);
          continue;
        }
      g_hash_table_add (seen, snapshot->job->id);
      g_ptr_array_add (list, snapshot);
    }
  return g_steal_pointer (&list);
}
