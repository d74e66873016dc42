/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-job.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#define ID_PREFIX "job_"
#define ID_TIME "00000000-000000-" /* a pattern: 0 stands for any digit */
#define ID_MIN_HEX 6

/* The last millisecond of the year 9999: beyond it the time in an ID would outgrow its place. */
#define LAST_TIME INT64_C (253402300799999)

static const char *const kind_names[] = {
  [VESTIM_JOB_KIND_NONE] = NULL,
  [VESTIM_JOB_KIND_COMMAND] = "command",
  [VESTIM_JOB_KIND_ESTIMATION] = "estimation",
};

static void
details_init (VestimJobDetails *details)
{
  *details = (VestimJobDetails){
    .exit_code = -1,
    .cpu_s = NAN,
    .max_rss_kb = -1,
    .wall_s = NAN,
  };
}

static void
details_deinit (VestimJobDetails *details)
{
  g_free (details->signal);
  g_free (details->reason);
  g_free (details->metrics);
  g_free (details->tasks);
}

VestimJob *
vestim_job_new (void)
{
  VestimJob *job = g_new0 (VestimJob, 1);

  job->name = g_strdup ("");
  job->selections = g_strdup ("{}");
  job->attempt = 1;
  job->progress = NAN;
  job->resume_progress = NAN;
  details_init (&job->details);
  return job;
}

VestimJob *
vestim_job_copy (const VestimJob *job)
{
  VestimJob *copy = g_new (VestimJob, 1);

  *copy = *job;
  copy->id = g_strdup (job->id);
  copy->name = g_strdup (job->name);
  copy->selections = g_strdup (job->selections);
  copy->message = g_strdup (job->message);
  copy->details.signal = g_strdup (job->details.signal);
  copy->details.reason = g_strdup (job->details.reason);
  copy->details.metrics = g_strdup (job->details.metrics);
  copy->details.tasks = g_strdup (job->details.tasks);
  return copy;
}

void
vestim_job_free (VestimJob *job)
{
  if (job == NULL)
    return;
  g_free (job->id);
  g_free (job->name);
  g_free (job->selections);
  g_free (job->message);
  details_deinit (&job->details);
  g_free (job);
}

void
vestim_job_reset_attempt (VestimJob *job)
{
  job->started_at = 0;
  job->finished_at = 0;
  job->fresh = job->fresh && isnan (job->progress);
  job->progress = NAN;
  g_clear_pointer (&job->message, g_free);
  details_deinit (&job->details);
  details_init (&job->details);
  job->intent = VESTIM_JOB_INTENT_NONE;
}

const char *
vestim_job_kind_name (VestimJobKind kind)
{
  assert ((unsigned) kind < G_N_ELEMENTS (kind_names));
  return kind_names[kind];
}

bool
vestim_job_kind_parse (const char *name, VestimJobKind *kind)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (kind_names[i] != NULL && strcmp (name, kind_names[i]) == 0)
      {
        *kind = (VestimJobKind) i;
        return true;
      }
  return false;
}

char *
vestim_job_id_new (int64_t created_at, int64_t sequence)
{
  time_t seconds = (time_t) (CLAMP (created_at, 0, LAST_TIME) / 1000);
  struct tm tm;
  char stamp[sizeof ID_TIME];

  assert (sequence > 0);
  gmtime_r (&seconds, &tm);
  strftime (stamp, sizeof stamp, "%Y%m%d-%H%M%S-", &tm);
  return g_strdup_printf (ID_PREFIX "%s%0*" PRIx64, stamp, ID_MIN_HEX, (uint64_t) sequence);
}

/* The whole of `text` as a number without a leading zero beyond the shortest form; 0 when it is
 * none. */
static int64_t
parse_hex (const char *text)
{
  uint64_t value = 0;
  size_t length = strspn (text, "0123456789abcdef");

  if (text[length] != '\0' || length < ID_MIN_HEX || length > 16
      || (length > ID_MIN_HEX && text[0] == '0'))
    return 0;
  for (size_t i = 0; i < length; i++)
    value = value << 4 | (uint64_t) g_ascii_xdigit_value (text[i]);
  return value <= INT64_MAX ? (int64_t) value : 0;
}

int64_t
vestim_job_id_sequence (const char *id)
{
  if (strncmp (id, ID_PREFIX, strlen (ID_PREFIX)) != 0)
    return 0;
  id += strlen (ID_PREFIX);
  for (const char *want = ID_TIME; *want != '\0'; want++, id++)
    if (*want == '0' ? !g_ascii_isdigit (*id) : *id != *want)
      return 0;
  return parse_hex (id);
}
