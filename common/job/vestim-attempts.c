/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-attempts.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/json/vestim-json.h"

static void
append_int (GString *out, const char *name, int64_t value)
{
  if (value >= 0)
    g_string_append_printf (out, ",\"%s\":%" PRId64, name, value);
  else
    g_string_append_printf (out, ",\"%s\":null", name);
}

static void
append_string (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  vestim_json_append_string (out, value);
}

static void
append_double (GString *out, const char *name, double value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  vestim_json_append_double (out, value);
}

static void
append_time (GString *out, const char *name, int64_t value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  vestim_json_append_time (out, value);
}

/* `(transfer full)` the object of the current attempt. */
static char *
dup_current (const VestimJob *job)
{
  const VestimJobDetails *details = &job->details;
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "{\"attempt\":%d", job->attempt);
  append_string (out, "status", vestim_job_state_name (job->state));
  append_int (out, "exit_code", details->exit_code);
  append_string (out, "signal", details->signal);
  append_string (out, "reason", details->reason);
  append_time (out, "started_at", job->started_at);
  append_time (out, "finished_at", job->finished_at);
  append_double (out, "cpu_s", details->cpu_s);
  append_int (out, "max_rss_kb", details->max_rss_kb);
  append_double (out, "wall_s", details->wall_s);
  g_string_append_c (out, '}');
  return g_string_free (out, false);
}

/* The attempts in `list`, without the oldest ones that leave no room for `bytes` more. */
static void
append_newest (GString *out, const VestimJsonNode *list, size_t bytes)
{
  size_t n = vestim_json_size (list), length = 0;

  vestim_json_raw (list, &length);
  for (const VestimJsonNode *node = vestim_json_first (list); node != NULL;
       node = vestim_json_next (node), n--)
    {
      size_t own = 0;
      const char *raw = vestim_json_raw (node, &own);

      if (n < VESTIM_MAX_ATTEMPTS && length + bytes + 1 <= VESTIM_MAX_ATTEMPTS_BYTES)
        {
          g_string_append_len (out, raw, (gssize) own);
          g_string_append_c (out, ',');
        }
      else
        length -= own + 1;
    }
}

void
vestim_attempts_add (VestimJob *job)
{
  char **attempts = &job->details.attempts;
  g_autofree char *current = dup_current (job);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (*attempts);
  GString *out = g_string_new ("[");

  if (doc != NULL)
    append_newest (out, vestim_json_root (doc), strlen (current));
  g_string_append (out, current);
  g_string_append_c (out, ']');
  g_free (*attempts);
  *attempts = g_string_free (out, false);
}
