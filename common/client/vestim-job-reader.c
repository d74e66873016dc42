/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-job-reader.h"

#include "common/client/vestim-node.h"
#include "common/json/vestim-json.h"

static int64_t
int_member (JsonNode *object, const char *name, int64_t otherwise)
{
  int64_t value = otherwise;

  vestim_node_get_int64 (vestim_node_member (object, name), &value);
  return value;
}

static int64_t
time_member (JsonNode *object, const char *name)
{
  int64_t value = 0;

  vestim_node_get_time (vestim_node_member (object, name), &value);
  return value;
}

/* (nullable) (transfer full) */
static char *
dup_member_string (JsonNode *object, const char *name)
{
  return g_strdup (vestim_node_member_string (object, name));
}

/* (nullable) (transfer full) */
static char *
dup_member_text (JsonNode *object, const char *name, JsonNodeType type)
{
  JsonNode *node = vestim_node_member (object, name);

  return node != NULL && JSON_NODE_HOLDS (node, type) ? vestim_node_dup_text (node) : NULL;
}

static VestimJobDetails
read_details (JsonNode *node)
{
  return (VestimJobDetails){
    .exit_code = (int) CLAMP (int_member (node, "exit_code", -1), -1, G_MAXINT),
    .signal = dup_member_string (node, "signal"),
    .reason = dup_member_string (node, "reason"),
    .cpu_s = vestim_node_member_double (node, "cpu_s"),
    .max_rss_kb = int_member (node, "max_rss_kb", -1),
    .wall_s = vestim_node_member_double (node, "wall_s"),
    .metrics = dup_member_text (node, "metrics", JSON_NODE_OBJECT),
    .tasks = dup_member_text (node, "tasks", JSON_NODE_ARRAY),
  };
}

/* Takes over `value` (nullable). */
static void
replace (char **field, char *value)
{
  if (value == NULL)
    return;
  g_free (*field);
  *field = value;
}

static void
read_rest (JsonNode *node, VestimJob *job)
{
  const char *kind = vestim_node_member_string (node, "kind");

  job->sequence = vestim_job_id_sequence (job->id);
  if (kind != NULL)
    vestim_job_kind_parse (kind, &job->kind);
  replace (&job->name, dup_member_string (node, "name"));
  replace (&job->selections, dup_member_text (node, "selections", JSON_NODE_OBJECT));
  replace (&job->message, dup_member_string (node, "message"));
  job->priority = (int) CLAMP (int_member (node, "priority", 0), G_MININT, G_MAXINT);
  job->attempt = (int) CLAMP (int_member (node, "attempt", 1), 1, G_MAXINT);
  job->created_at = time_member (node, "created_at");
  job->updated_at = time_member (node, "updated_at");
  job->started_at = time_member (node, "started_at");
  job->finished_at = time_member (node, "finished_at");
  job->progress = vestim_node_member_double (node, "progress");
  job->details = read_details (vestim_node_member (node, "details"));
}

VestimJob *
vestim_job_read (JsonNode *node, char **folder, GError **error)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  const char *status = vestim_node_member_string (node, "status");

  job->id = dup_member_string (node, "job_id");
  if (job->id == NULL || status == NULL || !vestim_job_state_parse (status, &job->state))
    {
      g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT,
                   "not a job: job_id or status is missing or unknown");
      return NULL;
    }
  read_rest (node, job);
  if (folder != NULL)
    *folder = dup_member_string (node, "job_folder");
  return g_steal_pointer (&job);
}
