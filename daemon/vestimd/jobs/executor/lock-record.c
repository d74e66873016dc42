/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/lock-record.h"

#include <glib.h>
#include <limits.h>

#include "common/json/vestim-json.h"
#include "daemon/posix/fd.h"

#define MAX_SIZE 4096

bool
lock_record_parse (const char *text, size_t length, LockRecord *record)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, NULL);
  const VestimJsonNode *root = doc == NULL ? NULL : vestim_json_root (doc);
  int64_t attempt = 0, log_bytes = 0;

  *record = (LockRecord){ 0 };
  if (!vestim_json_get_int64 (vestim_json_member (root, "attempt"), &attempt) || attempt < 0
      || attempt > INT_MAX)
    return false;
  record->attempt = (int) attempt;
  vestim_json_get_int64 (vestim_json_member (root, "started_at"), &record->started_at);
  vestim_json_get_int64 (vestim_json_member (root, "log_bytes"), &log_bytes);
  record->log_bytes = log_bytes > 0 ? (uint64_t) log_bytes : 0;
  return true;
}

bool
lock_record_read (int folder_fd, LockRecord *record)
{
  g_autofree char *text = NULL;
  size_t length;

  *record = (LockRecord){ 0 };
  return fd_read_file_at (folder_fd, "run.lock", MAX_SIZE, &text, &length) == 0
         && lock_record_parse (text, length, record);
}
