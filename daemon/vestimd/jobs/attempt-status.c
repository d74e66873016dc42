/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/attempt-status.h"

#include <glib.h>
#include <string.h>

#include "common/json/vestim-json.h"

/* Limits of a sweep's table of tasks in the job object, which every list and event contains. */
#define MAX_TASKS 100
#define MAX_TASKS_BYTES (64 * 1024)

/* The main figures of a task; its folder has the rest. */
static void
append_task (GString *out, const VestimJsonNode *task)
{
  static const char *const names[] = {
    "task",        "status",  "choice",           "val_rmse_mv",      "test_rmse_mv", "test_mae_mv",
    "test_max_mv", "test_r2", "windowed_rmse_mv", "stateful_rmse_mv", "reason"
  };
  const char *comma = "{";

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const VestimJsonNode *member = vestim_json_member (task, names[i]);
      size_t length = 0;
      const char *raw = member != NULL ? vestim_json_raw (member, &length) : NULL;

      if (raw == NULL)
        continue;
      g_string_append_printf (out, "%s\"%s\":", comma, names[i]);
      g_string_append_len (out, raw, (gssize) length);
      comma = ",";
    }
  g_string_append (out, comma[0] == '{' ? "{}" : "}");
}

/* `(transfer full)` the best tasks, as many as the limits allow. */
static char *
read_tasks (const VestimJsonNode *tasks)
{
  GString *out = g_string_new ("[");
  int n = 0;

  for (const VestimJsonNode *task = vestim_json_first (tasks); task != NULL && n < MAX_TASKS;
       task = vestim_json_next (task), n++)
    {
      size_t before = out->len;

      g_string_append (out, n > 0 ? "," : "");
      append_task (out, task);
      if (out->len < MAX_TASKS_BYTES)
        continue;
      g_string_truncate (out, before);
      break;
    }
  g_string_append_c (out, ']');
  return g_string_free (out, false);
}

/* What vestim-estimate wrote into its summary. */
static void
read_summary (const char *summary, bool is_out_of_memory, AttemptStatus *status)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (summary, strlen (summary), NULL);
  const VestimJsonNode *root = doc != NULL ? vestim_json_root (doc) : NULL;
  const VestimJsonNode *metrics = vestim_json_member (root, "metrics");
  const VestimJsonNode *tasks = vestim_json_member (root, "tasks");
  char *reason = vestim_json_dup_string (vestim_json_member (root, "reason"));
  int64_t n_tasks = 0;

  if (metrics != NULL && vestim_json_type (metrics) == VESTIM_JSON_OBJECT)
    {
      size_t length;
      const char *raw = vestim_json_raw (metrics, &length);

      status->details.metrics = g_strndup (raw, length);
    }
  if (vestim_json_type (tasks) == VESTIM_JSON_ARRAY
      && vestim_json_get_int64 (vestim_json_member (root, "n_tasks"), &n_tasks) && n_tasks > 1)
    status->details.tasks = read_tasks (tasks);
  if (reason != NULL && status->state == VESTIM_JOB_FAILED && !is_out_of_memory)
    {
      g_free (status->details.reason);
      status->details.reason = g_steal_pointer (&reason);
    }
  g_free (reason);
}

static void
decide_state (AttemptStatus *status, const AttemptResult *result, bool was_asked, bool is_stopping)
{
  const char *reason = NULL;
  char *owned = NULL;

  status->state = VESTIM_JOB_FAILED;
  if (was_asked && (result->stopped || result->lost || result->lack != NULL))
    status->state = VESTIM_JOB_STOPPED;
  else if (result->lost || result->stopped)
    {
      status->state = VESTIM_JOB_INTERRUPTED;
      reason = result->lost          ? "lost"
               : is_stopping         ? "the daemon was stopped"
               : result->was_adopted ? "the daemon or another program stopped it"
                                     : "stopped by another program";
    }
  else if (result->timed_out)
    reason = "timed out";
  else if (result->error != NULL)
    reason = result->error;
  else if (result->out_of_memory)
    reason = "out of memory";
  else if (result->signal != NULL)
    reason = owned = g_strdup_printf ("ended by %s", result->signal);
  else if (result->exit_code != 0)
    reason = owned = g_strdup_printf ("exit code %d", result->exit_code);
  else
    status->state = VESTIM_JOB_COMPLETED;

  status->details.reason = g_strdup (reason);
  g_free (owned);
}

/* An attempt that was stopped, by whomever, is no case for a retry. */
static unsigned
retry_causes_of (const AttemptStatus *status, const AttemptResult *result)
{
  if (status->state == VESTIM_JOB_FAILED)
    return 1u << (result->timed_out ? VESTIM_RETRY_TIMEOUT : VESTIM_RETRY_FAILED);
  return status->state == VESTIM_JOB_INTERRUPTED && result->lost ? 1u << VESTIM_RETRY_LOST : 0;
}

AttemptStatus *
attempt_status_new (const AttemptResult *result, VestimJobKind kind, bool was_asked,
                    bool is_stopping)
{
  AttemptStatus *status = g_new0 (AttemptStatus, 1);

  status->details.exit_code = result->exit_code;
  status->details.signal = g_strdup (result->signal);
  status->details.cpu_s = result->cpu_s;
  status->details.max_rss_kb = result->max_rss_kb;
  status->details.wall_s = result->wall_s;
  status->finished_at = result->finished_at;
  decide_state (status, result, was_asked, is_stopping);
  status->retry_causes = retry_causes_of (status, result);
  if (kind != VESTIM_JOB_KIND_COMMAND && result->result != NULL)
    read_summary (result->result, result->out_of_memory, status);
  return status;
}

void
attempt_status_apply (const AttemptStatus *status, VestimJob *job)
{
  VestimJobDetails *details = &job->details;
  VestimJobDetails before = *details;

  job->state = status->state;
  /* An interrupted job that was asked to finish does so when it goes on. */
  if (job->state != VESTIM_JOB_INTERRUPTED || job->intent != VESTIM_JOB_INTENT_FINISH)
    job->intent = VESTIM_JOB_INTENT_NONE;
  /* When an interrupted job goes on by itself, it is on hold. */
  job->paused = job->paused && job->state == VESTIM_JOB_INTERRUPTED;
  job->finished_at = status->finished_at;
  *details = status->details;
  details->signal = g_strdup (status->details.signal);
  details->reason = g_strdup (status->details.reason);
  details->tasks = g_strdup (status->details.tasks);
  details->metrics = status->details.metrics != NULL ? g_strdup (status->details.metrics)
                                                     : g_steal_pointer (&before.metrics);
  details->gpu_indices = before.gpu_indices;
  details->attempts = before.attempts;
  g_free (before.signal);
  g_free (before.reason);
  g_free (before.metrics);
  g_free (before.tasks);
}

void
attempt_status_free (AttemptStatus *status)
{
  if (status == NULL)
    return;
  g_free (status->details.signal);
  g_free (status->details.reason);
  g_free (status->details.metrics);
  g_free (status->details.tasks);
  g_free (status);
}
