/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/verdict.h"

#include <glib.h>
#include <string.h>

#include "common/json/vestim-json.h"

/* Of a sweep, in the job object: it is sent with every change and every list. */
#define MAX_TASKS 100
#define MAX_TASKS_BYTES (64 * 1024)

/* Its main figures: what it was done with in full is in its folder. */
static void
append_task (GString *out, const VestimJsonNode *task)
{
  static const char *const names[] = { "task",        "status",       "choice",
                                       "val_rmse_mv", "test_rmse_mv", "test_mae_mv",
                                       "test_max_mv", "test_r2",      "reason" };
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

/* `(transfer full)` the best of several tasks, as far as they fit; NULL when there is only one. */
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

/* What vestim-estimate says of itself in its summary. */
static void
read_result (const char *result, Verdict *verdict)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (result, strlen (result), NULL);
  const VestimJsonNode *root = doc != NULL ? vestim_json_root (doc) : NULL;
  const VestimJsonNode *metrics = vestim_json_member (root, "metrics");
  const VestimJsonNode *tasks = vestim_json_member (root, "tasks");
  char *reason = vestim_json_dup_string (vestim_json_member (root, "reason"));
  int64_t n_tasks = 0;

  if (metrics != NULL && vestim_json_type (metrics) == VESTIM_JSON_OBJECT)
    {
      size_t length;
      const char *raw = vestim_json_raw (metrics, &length);

      verdict->details.metrics = g_strndup (raw, length);
    }
  if (vestim_json_type (tasks) == VESTIM_JSON_ARRAY
      && vestim_json_get_int64 (vestim_json_member (root, "n_tasks"), &n_tasks) && n_tasks > 1)
    verdict->details.tasks = read_tasks (tasks);
  if (reason != NULL && verdict->state == VESTIM_JOB_FAILED)
    {
      g_free (verdict->details.reason);
      verdict->details.reason = g_steal_pointer (&reason);
    }
  g_free (reason);
}

static void
judge (Verdict *verdict, const AttemptResult *outcome, bool was_asked, bool is_stopping)
{
  const char *reason = NULL;
  char *owned = NULL;

  verdict->state = VESTIM_JOB_FAILED;
  if (was_asked && (outcome->stopped || outcome->lost))
    verdict->state = VESTIM_JOB_STOPPED;
  else if (outcome->lost || outcome->stopped)
    {
      verdict->state = VESTIM_JOB_INTERRUPTED;
      reason = outcome->lost ? "lost"
               : is_stopping ? "the daemon was stopped"
                             : "terminated from outside";
    }
  else if (outcome->timed_out)
    reason = "timed out";
  else if (outcome->error != NULL)
    reason = outcome->error;
  else if (outcome->signal != NULL)
    reason = owned = g_strdup_printf ("ended by %s", outcome->signal);
  else if (outcome->exit_code != 0)
    reason = owned = g_strdup_printf ("exit code %d", outcome->exit_code);
  else
    verdict->state = VESTIM_JOB_COMPLETED;

  verdict->details.reason = g_strdup (reason);
  g_free (owned);
}

Verdict *
verdict_new (const AttemptResult *outcome, VestimJobKind kind, bool was_asked, bool is_stopping)
{
  Verdict *verdict = g_new0 (Verdict, 1);

  verdict->details.exit_code = outcome->exit_code;
  verdict->details.signal = g_strdup (outcome->signal);
  verdict->details.cpu_s = outcome->cpu_s;
  verdict->details.max_rss_kb = outcome->max_rss_kb;
  verdict->details.wall_s = outcome->wall_s;
  verdict->finished_at = outcome->finished_at;
  judge (verdict, outcome, was_asked, is_stopping);
  if (kind == VESTIM_JOB_KIND_ESTIMATION && outcome->result != NULL)
    read_result (outcome->result, verdict);
  return verdict;
}

void
verdict_free (Verdict *verdict)
{
  if (verdict == NULL)
    return;
  g_free (verdict->details.signal);
  g_free (verdict->details.reason);
  g_free (verdict->details.metrics);
  g_free (verdict->details.tasks);
  g_free (verdict);
}
