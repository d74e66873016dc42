/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/local-result.h"

#include <stdarg.h>

#include "common/json/vestim-json.h"
#include "daemon/attempt/attempt.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"

#define MAX_SUMMARY (8 * 1024 * 1024) /* with the figures of 10,000 test files */

void
local_result_init (LocalResult *result)
{
  *result = (LocalResult){ 0 };
  exit_record_init (&result->exit_record, 0);
}

void
local_result_clear (LocalResult *result)
{
  exit_record_clear (&result->exit_record);
  g_free (result->summary);
  local_result_init (result);
}

void
local_result_set_error (LocalResult *result, const char *format, ...)
{
  va_list arguments;

  local_result_clear (result);
  va_start (arguments, format);
  result->exit_record.error = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

void
local_result_note_errno (LocalResult *result, int code)
{
  result->lack = lack_is (code) ? code : 0;
}

void
local_result_set_never_started (LocalResult *result)
{
  local_result_clear (result);
  result->exit_record.stopped = result->never_started = true;
}

void
local_result_set_lost (LocalResult *result, const LockRecord *record)
{
  local_result_clear (result);
  result->exit_record.lost = true;
  result->exit_record.started_at = record->started_at;
}

/* Not the summary of an earlier attempt, which may still be there. */
static char *
read_summary (int folder, int attempt)
{
  g_autofree char *text = NULL;
  g_autoptr (VestimJsonDoc) doc = NULL;
  int64_t number;
  size_t length;

  if (fd_read_file_at (folder, ATTEMPT_RESULT_FILE, MAX_SUMMARY, &text, &length) < 0)
    return NULL;
  doc = vestim_json_parse (text, length, NULL);
  if (doc == NULL
      || !vestim_json_get_int64 (vestim_json_member (vestim_json_root (doc), "attempt"), &number)
      || number != attempt)
    return NULL;
  g_clear_pointer (&doc, vestim_json_doc_free);
  return g_steal_pointer (&text);
}

bool
local_result_read (LocalResult *result, int folder, int attempt)
{
  local_result_clear (result);
  if (exit_record_read (folder, &result->exit_record) && result->exit_record.attempt == attempt)
    {
      result->summary = read_summary (folder, attempt);
      return true;
    }
  local_result_clear (result);
  return false;
}

AttemptResult
local_result_report (const LocalResult *result)
{
  const ExitRecord *exit_record = &result->exit_record;

  return (AttemptResult){
    .lost = exit_record->lost,
    .stopped = exit_record->stopped,
    .timed_out = exit_record->timed_out,
    .out_of_memory = exit_record->out_of_memory,
    .lack = lack_describe (result->lack),
    .never_started = result->never_started,
    .exit_code = exit_record->exit_code,
    .signal = exit_record->signal,
    .error = exit_record->error,
    .started_at = exit_record->started_at,
    .finished_at = exit_record->finished_at,
    .wall_s = exit_record->wall_s,
    .cpu_s = exit_record->cpu_s,
    .max_rss_kb = exit_record->max_rss_kb,
    .result = result->summary,
  };
}
