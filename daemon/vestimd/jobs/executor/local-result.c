/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdarg.h>

#include "common/json/vestim-json.h"
#include "daemon/vestimd/jobs/executor/local-private.h"
#include "daemon/posix/fd.h"

#define MAX_EXIT_RECORD (64 * 1024)
#define MAX_RESULT (8 * 1024 * 1024) /* with the figures of 10,000 test files */

static void
init (Outcome *outcome)
{
  outcome_clear (outcome);
  outcome->base.exit_code = -1;
  outcome->base.wall_s = outcome->base.cpu_s = NAN;
  outcome->base.max_rss_kb = -1;
}

void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->signal);
  g_free (outcome->error);
  g_free (outcome->result);
  *outcome = (Outcome){ 0 };
}

void
outcome_fail (Outcome *outcome, const char *format, ...)
{
  va_list arguments;

  init (outcome);
  va_start (arguments, format);
  outcome->error = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  outcome->base.error = outcome->error;
}

void
outcome_note_errno (Outcome *outcome, int code)
{
  outcome->base.had_no_room = code == ENOSPC || code == EDQUOT;
}

void
outcome_lose (Outcome *outcome, const LockRecord *record)
{
  init (outcome);
  outcome->base.lost = true;
  outcome->base.started_at = record->started_at;
}

static bool
is_attempt (const VestimJsonNode *root, int attempt)
{
  int64_t number;

  return vestim_json_get_int64 (vestim_json_member (root, "attempt"), &number) && number == attempt;
}

static void
read_members (Outcome *outcome, const VestimJsonNode *root)
{
  AttemptResult *base = &outcome->base;
  int64_t exit_code;

  vestim_json_get_bool (vestim_json_member (root, "lost"), &base->lost);
  vestim_json_get_bool (vestim_json_member (root, "stopped"), &base->stopped);
  vestim_json_get_bool (vestim_json_member (root, "timed_out"), &base->timed_out);
  if (vestim_json_get_int64 (vestim_json_member (root, "exit_code"), &exit_code) && exit_code >= 0
      && exit_code <= 255)
    base->exit_code = (int) exit_code;
  outcome->signal = vestim_json_dup_string (vestim_json_member (root, "signal"));
  outcome->error = vestim_json_dup_string (vestim_json_member (root, "error"));
  base->signal = outcome->signal;
  base->error = outcome->error;
  vestim_json_get_int64 (vestim_json_member (root, "started_at"), &base->started_at);
  vestim_json_get_int64 (vestim_json_member (root, "finished_at"), &base->finished_at);
  vestim_json_get_double (vestim_json_member (root, "wall_s"), &base->wall_s);
  vestim_json_get_double (vestim_json_member (root, "cpu_s"), &base->cpu_s);
  vestim_json_get_int64 (vestim_json_member (root, "max_rss_kb"), &base->max_rss_kb);
}

/* Of this attempt: one of an earlier attempt may still lie there. */
static char *
read_result (int folder_fd, int attempt)
{
  g_autofree char *text = NULL;
  g_autoptr (VestimJsonDoc) doc = NULL;
  size_t length;

  if (fd_read_file_at (folder_fd, "summary.json", MAX_RESULT, &text, &length) < 0)
    return NULL;
  doc = vestim_json_parse (text, length, NULL);
  if (doc == NULL || !is_attempt (vestim_json_root (doc), attempt))
    return NULL;
  g_clear_pointer (&doc, vestim_json_doc_free);
  return g_steal_pointer (&text);
}

bool
outcome_read (Outcome *outcome, int folder_fd, int attempt)
{
  g_autofree char *text = NULL;
  g_autoptr (VestimJsonDoc) doc = NULL;
  size_t length;

  if (fd_read_file_at (folder_fd, "exit.json", MAX_EXIT_RECORD, &text, &length) < 0)
    return false;
  doc = vestim_json_parse (text, length, NULL);
  if (doc == NULL || !is_attempt (vestim_json_root (doc), attempt))
    return false;
  init (outcome);
  read_members (outcome, vestim_json_root (doc));
  outcome->result = read_result (folder_fd, attempt);
  outcome->base.result = outcome->result;
  return true;
}
