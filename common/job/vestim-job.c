/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-job.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "common/job/vestim-attempts.h"
#include "common/job/vestim-job-fields.h"
#include "common/vestim-api.h"

#define ID_PREFIX "job_"
#define ID_TIME "00000000-000000-" /* a pattern: 0 stands for any digit */
#define ID_MIN_HEX 6

/* The last millisecond of the year 9999: a later time has more digits than an ID has room for. */
#define LAST_TIME INT64_C (253402300799999)

const char *const vestim_job_kind_words[VESTIM_N_JOB_KINDS] = {
  [VESTIM_JOB_KIND_NONE] = NULL,
  [VESTIM_JOB_KIND_COMMAND] = "command",
  [VESTIM_JOB_KIND_ESTIMATION] = "estimation",
  [VESTIM_JOB_KIND_EVALUATION] = "evaluation",
};

const char *const vestim_job_intent_words[VESTIM_N_JOB_INTENTS] = {
  [VESTIM_JOB_INTENT_NONE] = NULL,
  [VESTIM_JOB_INTENT_STOP] = "stop",
  [VESTIM_JOB_INTENT_DELETE] = "delete",
  [VESTIM_JOB_INTENT_FINISH] = "finish",
};

const char *const vestim_executor_words[VESTIM_N_EXECUTORS] = {
  [VESTIM_EXECUTOR_LOCAL] = "local",
  [VESTIM_EXECUTOR_SLURM] = "slurm",
};

VestimJob *
vestim_job_new (void)
{
  VestimJob *job = g_new0 (VestimJob, 1);

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    vestim_job_field_reset (&vestim_job_fields[i], job);
  return job;
}

VestimJob *
vestim_job_copy (const VestimJob *job)
{
  VestimJob *copy = g_memdup2 (job, sizeof *job);

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if (vestim_job_field_is_text (&vestim_job_fields[i]))
      VESTIM_JOB_MEMBER (char *, &vestim_job_fields[i], copy) =
          g_strdup (VESTIM_JOB_MEMBER (char *, &vestim_job_fields[i], copy));
  return copy;
}

void
vestim_job_free (VestimJob *job)
{
  if (job == NULL)
    return;
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if (vestim_job_field_is_text (&vestim_job_fields[i]))
      g_free (VESTIM_JOB_MEMBER (char *, &vestim_job_fields[i], job));
  g_free (job);
}

void
vestim_job_reset_attempt (VestimJob *job)
{
  job->fresh = job->fresh && isnan (job->progress);
  vestim_attempts_add (job);
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if ((vestim_job_fields[i].flags & VESTIM_JOB_FIELD_OF_ATTEMPT) != 0)
      vestim_job_field_reset (&vestim_job_fields[i], job);
}

const char *
vestim_job_group (const VestimJob *job)
{
  return job->group != NULL ? job->group : VESTIM_DEFAULT_GROUP;
}

const char *
vestim_job_kind_name (VestimJobKind kind)
{
  assert ((unsigned) kind < VESTIM_N_JOB_KINDS);
  return vestim_job_kind_words[kind];
}

bool
vestim_job_kind_parse (const char *name, VestimJobKind *kind)
{
  for (unsigned i = 0; i < VESTIM_N_JOB_KINDS; i++)
    if (g_strcmp0 (name, vestim_job_kind_words[i]) == 0)
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

/* `text` as a number; 0 if it is not one in its shortest form with at least ID_MIN_HEX digits. */
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

uint64_t
vestim_job_id_stamp (const char *id)
{
  const char *start = id + strlen (ID_PREFIX);
  uint64_t stamp = 0;

  for (size_t i = 0; i < strlen (ID_TIME); i++)
    if (start[i] != '-')
      stamp = stamp * 10 + (uint64_t) (start[i] - '0');
  return stamp;
}

char *
vestim_job_id_of_stamp (uint64_t stamp, int64_t sequence)
{
  return g_strdup_printf (ID_PREFIX "%08" PRIu64 "-%06" PRIu64 "-%0*" PRIx64, stamp / 1000000,
                          stamp % 1000000, ID_MIN_HEX, (uint64_t) sequence);
}
