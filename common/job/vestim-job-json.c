/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-job-json.h"

#include <string.h>

/* Most of a job's text is the same for every job: names are appended with their punctuation. */
#define APPEND(out, literal) g_string_append_len ((out), literal, sizeof (literal) - 1)

static void
append_int (GString *out, int64_t value, int64_t null_value)
{
  if (value == null_value)
    APPEND (out, "null");
  else
    g_string_append_printf (out, "%" G_GINT64_FORMAT, (gint64) value);
}

void
vestim_job_details_append (GString *out, const VestimJobDetails *details)
{
  APPEND (out, "{\"exit_code\":");
  append_int (out, details->exit_code, -1);
  APPEND (out, ",\"signal\":");
  vestim_json_append_string (out, details->signal);
  APPEND (out, ",\"reason\":");
  vestim_json_append_string (out, details->reason);
  APPEND (out, ",\"cpu_s\":");
  vestim_json_append_double (out, details->cpu_s);
  APPEND (out, ",\"max_rss_kb\":");
  append_int (out, details->max_rss_kb, -1);
  APPEND (out, ",\"wall_s\":");
  vestim_json_append_double (out, details->wall_s);
  APPEND (out, ",\"metrics\":");
  g_string_append (out, details->metrics != NULL ? details->metrics : "{}");
  if (details->tasks != NULL)
    {
      APPEND (out, ",\"tasks\":");
      g_string_append (out, details->tasks);
    }
  g_string_append_c (out, '}');
}

static void
append_times (GString *out, const VestimJob *job)
{
  APPEND (out, ",\"created_at\":");
  vestim_json_append_time (out, job->created_at);
  APPEND (out, ",\"updated_at\":");
  vestim_json_append_time (out, job->updated_at);
  APPEND (out, ",\"started_at\":");
  vestim_json_append_time (out, job->started_at);
  APPEND (out, ",\"finished_at\":");
  vestim_json_append_time (out, job->finished_at);
}

void
vestim_job_json_append (GString *out, const VestimJob *job, const char *jobs_dir)
{
  g_autofree char *folder = g_strconcat (jobs_dir, "/", job->id, NULL);

  APPEND (out, "{\"job_id\":");
  vestim_json_append_string (out, job->id);
  APPEND (out, ",\"name\":");
  vestim_json_append_string (out, job->name);
  APPEND (out, ",\"kind\":");
  vestim_json_append_string (out, vestim_job_kind_name (job->kind));
  APPEND (out, ",\"status\":");
  vestim_json_append_string (out, vestim_job_state_name (job->state));
  g_string_append_printf (out, ",\"priority\":%d,\"selections\":", job->priority);
  g_string_append (out, job->selections);
  APPEND (out, ",\"job_folder\":");
  vestim_json_append_string (out, folder);
  g_string_append_printf (out, ",\"attempt\":%d", job->attempt);
  append_times (out, job);
  APPEND (out, ",\"progress\":");
  vestim_json_append_double (out, job->progress);
  APPEND (out, ",\"message\":");
  vestim_json_append_string (out, job->message);
  APPEND (out, ",\"details\":");
  vestim_job_details_append (out, &job->details);
  g_string_append_c (out, '}');
}

static int64_t
int_member (const VestimJsonNode *object, const char *name, int64_t otherwise)
{
  int64_t value = otherwise;

  vestim_json_get_int64 (vestim_json_member (object, name), &value);
  return value;
}

static char *
string_member (const VestimJsonNode *object, const char *name)
{
  return vestim_json_dup_string (vestim_json_member (object, name));
}

/* `(transfer full)` the text of an object or array, NULL when there is none. */
static char *
raw_text (const VestimJsonNode *object, const char *name, VestimJsonType type)
{
  const VestimJsonNode *node = vestim_json_member (object, name);
  size_t length = 0;

  if (vestim_json_type (node) != type)
    return NULL;
  const char *raw = vestim_json_raw (node, &length);
  return g_strndup (raw, length);
}

void
vestim_job_details_read (const VestimJsonNode *node, VestimJobDetails *details)
{
  g_free (details->signal);
  g_free (details->reason);
  g_free (details->metrics);
  g_free (details->tasks);
  *details = (VestimJobDetails){
    .exit_code = (int) CLAMP (int_member (node, "exit_code", -1), -1, G_MAXINT),
    .signal = string_member (node, "signal"),
    .reason = string_member (node, "reason"),
    .cpu_s = vestim_json_member_double (node, "cpu_s"),
    .max_rss_kb = int_member (node, "max_rss_kb", -1),
    .wall_s = vestim_json_member_double (node, "wall_s"),
    .metrics = raw_text (node, "metrics", VESTIM_JSON_OBJECT),
    .tasks = raw_text (node, "tasks", VESTIM_JSON_ARRAY),
  };
}
