/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/views/job-words.h"

#include <math.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "common/job/vestim-job-state.h"
#include "common/results/vestim-error-unit.h"
#include "common/vestim-argv-text.h"

#define WAITS_FOR_RELEASE "waits for its release"

const char *
job_words_status (JsonNode *job)
{
  const char *status = vestim_node_member_string (job, "status");

  return status != NULL ? status : "";
}

static bool
is_paused (JsonNode *job)
{
  bool paused = false;

  vestim_node_get_bool (vestim_node_member (job, "paused"), &paused);
  return paused;
}

const char *
job_words_shown_status (JsonNode *job)
{
  const char *status = job_words_status (job);

  if (strcmp (status, "queued") == 0 && is_paused (job))
    return JOB_WORDS_HELD;
  if (strcmp (status, "created") == 0 && vestim_node_member_string (job, "kind") != NULL)
    return JOB_WORDS_HELD;
  if (strcmp (status, "running") == 0 && is_paused (job))
    return JOB_WORDS_PAUSED;
  return status;
}

Style
job_words_style (JsonNode *job)
{
  const char *status = job_words_status (job);

  return job_words_shown_status (job) != status ? STYLE_WARNING : style_of_status (status);
}

const char *
job_words_status_phrase (JsonNode *job)
{
  const char *shown = job_words_shown_status (job);
  VestimJobState state;

  if (strcmp (shown, JOB_WORDS_HELD) == 0)
    return "is held";
  if (strcmp (shown, JOB_WORDS_PAUSED) == 0)
    return "is paused";
  if (vestim_job_state_parse (job_words_status (job), &state))
    return vestim_job_state_phrase (state);
  return "has an unknown status";
}

const char *
job_words_id (JsonNode *job)
{
  const char *id = vestim_node_member_string (job, "job_id");

  return id != NULL ? id : "";
}

bool
job_words_is_over (JsonNode *job)
{
  VestimJobState state;

  return vestim_job_state_parse (job_words_status (job), &state)
         && vestim_job_state_is_final (state);
}

int64_t
job_words_time (JsonNode *object, const char *name)
{
  int64_t time = 0;

  vestim_node_get_time (vestim_node_member (object, name), &time);
  return time;
}

char *
job_words_dup_end (JsonNode *end)
{
  const char *signal = vestim_node_member_string (end, "signal");
  const char *reason = vestim_node_member_string (end, "reason");
  int64_t code = 0;

  if (reason != NULL)
    return g_strdup (reason);
  if (signal != NULL)
    return g_strdup (signal);
  vestim_node_get_int64 (vestim_node_member (end, "exit_code"), &code);
  return code != 0 ? g_strdup_printf ("exit code %d", (int) code) : g_strdup ("");
}

static char *
dup_running (JsonNode *job)
{
  const char *message = vestim_node_member_string (job, "message");
  double progress = vestim_node_member_double (job, "progress");

  /* Rounded down: 100 % means that all is done. */
  if (!isfinite (progress))
    return g_strdup (message != NULL ? message : "");
  return g_strdup_printf ("%d %%%s%s", (int) floor (CLAMP (progress, 0, 1) * 100 + 1e-9),
                          message != NULL ? ", " : "", message != NULL ? message : "");
}

static char *
dup_queued (JsonNode *job)
{
  const char *detail = vestim_node_member_string (vestim_node_member (job, "waiting"), "detail");
  const char *message = vestim_node_member_string (job, "message");

  if (is_paused (job))
    return g_strdup (WAITS_FOR_RELEASE);
  return g_strdup (detail != NULL ? detail : message != NULL ? message : "");
}

static char *
dup_completed (JsonNode *job)
{
  JsonNode *metrics = vestim_node_member (vestim_node_member (job, "details"), "metrics");
  const VestimErrorUnit unit = vestim_error_unit_read (metrics);
  double rmse = vestim_node_member_double (metrics, "test_rmse_mv");
  g_autofree char *text = vestim_error_unit_text (&unit, rmse);
  const char *message = vestim_node_member_string (job, "message");

  if (isfinite (rmse))
    return g_strdup_printf ("RMSE %s", text);
  return g_strdup (message != NULL ? message : "");
}

char *
job_words_dup_state (JsonNode *job)
{
  VestimJobState state;

  if (!vestim_job_state_parse (job_words_status (job), &state))
    return g_strdup ("");
  switch (state)
    {
    case VESTIM_JOB_CREATED:
      return g_strdup (vestim_node_member_string (job, "kind") == NULL ? "draft"
                                                                       : WAITS_FOR_RELEASE);
    case VESTIM_JOB_QUEUED:
      return dup_queued (job);
    case VESTIM_JOB_RUNNING:
      return dup_running (job);
    case VESTIM_JOB_COMPLETED:
      return dup_completed (job);
    case VESTIM_JOB_FAILED:
    case VESTIM_JOB_STOPPED:
    case VESTIM_JOB_INTERRUPTED:
      return job_words_dup_end (vestim_node_member (job, "details"));
    }
  return g_strdup ("");
}

char *
job_words_dup_short_state (JsonNode *job)
{
  static const char start[] = "The job ";
  g_autofree char *state = job_words_dup_state (job);
  gsize length = strlen (state);

  if (!g_str_has_prefix (state, start))
    return g_steal_pointer (&state);
  if (g_str_has_suffix (state, "."))
    state[length - 1] = '\0';
  return g_strdup (state + strlen (start));
}

double
job_words_duration (JsonNode *job, int64_t now_ms)
{
  int64_t start = job_words_time (job, "started_at");
  int64_t end = job_words_time (job, "finished_at");
  double wall = vestim_node_member_double (vestim_node_member (job, "details"), "wall_s");

  if (isfinite (wall))
    return wall;
  if (start == 0)
    return NAN;
  return fmax ((double) ((end != 0 ? end : now_ms) - start) / 1000, 0);
}

char *
job_words_dup_command (JsonNode *job)
{
  JsonNode *selections = vestim_node_member (job, "selections");
  g_auto (GStrv) argv = vestim_node_dup_strings (vestim_node_member (selections, "argv"));

  return vestim_argv_text ((const char *const *) argv);
}

char *
job_words_dup_value (JsonNode *value)
{
  const char *word = vestim_node_string (value);
  g_auto (GStrv) parts = NULL;
  g_autofree char *list = NULL;

  if (word != NULL)
    return g_strdup (word);
  if (vestim_node_is_null (value))
    return g_strdup ("");
  if (!vestim_node_is_array (value))
    return vestim_node_dup_text (value);
  parts = g_new0 (char *, vestim_node_n_elements (value) + 1);
  for (guint i = 0; i < vestim_node_n_elements (value); i++)
    parts[i] = job_words_dup_value (vestim_node_element (value, i));
  list = g_strjoinv (", ", parts);
  return g_strdup_printf ("[%s]", list);
}

char *
job_words_dup_list (JsonNode *strings)
{
  g_auto (GStrv) list = vestim_node_dup_strings (strings);

  return g_strjoinv (", ", list);
}
