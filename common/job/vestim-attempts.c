/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-attempts.h"

#include <string.h>

#include "common/job/vestim-job-json.h"
#include "common/json/vestim-json.h"

/* `(transfer full)` the object of the current attempt. */
static char *
dup_current (const VestimJob *job)
{
  static const char *const names[] = { "attempt",    "status",     "exit_code",   "signal",
                                       "reason",     "started_at", "finished_at", "cpu_s",
                                       "max_rss_kb", "wall_s",     NULL };
  GString *out = g_string_new (NULL);

  vestim_job_json_append_members (out, job, names);
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
