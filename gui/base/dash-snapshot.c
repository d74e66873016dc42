/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-snapshot.h"

#include <math.h>
#include <string.h>

#include "common/client/vestim-job-reader.h"
#include "common/client/vestim-node.h"

/* Lists are sorted by it. It is read here, in the thread that parses a long list. */
static void
read_test_rmse (DashSnapshot *snapshot, const char *metrics)
{
  g_autoptr (JsonNode) root = NULL;

  snapshot->test_rmse_mv = NAN;
  snapshot->error_unit = vestim_error_unit_read (NULL);
  if (metrics == NULL || strstr (metrics, "test_rmse_mv") == NULL)
    return;
  root = vestim_node_parse (metrics, strlen (metrics), NULL);
  snapshot->test_rmse_mv = vestim_node_member_double (root, "test_rmse_mv");
  snapshot->error_unit = vestim_error_unit_read (root);
}

DashSnapshot *
dash_snapshot_new (VestimJob *job, char *folder)
{
  DashSnapshot *snapshot;

  g_return_val_if_fail (job != NULL, NULL);
  snapshot = g_new0 (DashSnapshot, 1);
  snapshot->job = job;
  snapshot->folder = folder;
  read_test_rmse (snapshot, job->details.metrics);
  return snapshot;
}

DashSnapshot *
dash_snapshot_steal (DashSnapshot *snapshot)
{
  DashSnapshot *content;

  g_return_val_if_fail (snapshot != NULL, NULL);
  content = g_memdup2 (snapshot, sizeof *snapshot);
  snapshot->job = NULL;
  snapshot->folder = NULL;
  return content;
}

void
dash_snapshot_free (DashSnapshot *snapshot)
{
  if (snapshot == NULL)
    return;
  vestim_job_free (snapshot->job);
  g_free (snapshot->folder);
  g_free (snapshot);
}

/* (nullable) (transfer full) */
static DashSnapshot *
read_snapshot (JsonNode *node, GError **error)
{
  g_autofree char *folder = NULL;
  VestimJob *job = vestim_job_read (node, &folder, error);

  return job != NULL ? dash_snapshot_new (job, g_steal_pointer (&folder)) : NULL;
}

DashSnapshot *
dash_snapshot_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = vestim_node_parse (text, length, error);

  return root != NULL ? read_snapshot (root, error) : NULL;
}

typedef struct
{
  GPtrArray *list;
  GHashTable *seen; /* IDs, of the list's snapshots */
} Listing;

static bool
add_snapshot (const char *name, JsonNode *node, gpointer data, GError **error)
{
  Listing *listing = data;
  g_autoptr (DashSnapshot) snapshot = read_snapshot (node, error);

  if (snapshot == NULL)
    return false;
  if (g_hash_table_add (listing->seen, snapshot->job->id))
    g_ptr_array_add (listing->list, g_steal_pointer (&snapshot));
  return true;
}

GPtrArray *
dash_snapshot_parse_list (const char *text, gsize length, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_snapshot_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Listing listing = { list, seen };

  if (!vestim_node_parse_each (text, length, NULL, add_snapshot, &listing, error))
    return NULL;
  return g_steal_pointer (&list);
}
