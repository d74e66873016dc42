/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/process.h"
#include "daemon/vestimd/jobs/executor/local-attempt.h"
#include "daemon/vestimd/sys/log.h"

/* The wish to pause is a file, and a signal tells the shim to look for it. Signals alone may merge
 * and change their order. A daemon that adopts an attempt does both again, because the one before
 * may have died between them. */

int
local_mark_pause (ExecutorAttempt *attempt, int folder)
{
  bool is_paused = attempt->worker.must_pause;
  int r = 0;

  if (is_paused)
    r = atomic_file_write (folder, ATTEMPT_PAUSE_FILE, "", 0, ATOMIC_FILE_MAKE_WAY);
  else if (unlinkat (folder, ATTEMPT_PAUSE_FILE, 0) != 0 && errno != ENOENT)
    r = fd_make_way (folder, ATTEMPT_PAUSE_FILE);
  attempt->worker.pause_mark = r < 0       ? PAUSE_MARK_UNKNOWN
                               : is_paused ? PAUSE_MARK_SET
                                           : PAUSE_MARK_UNSET;
  return r;
}

void
local_ask_to_pause (ExecutorAttempt *attempt)
{
  PauseMark wanted = attempt->worker.must_pause ? PAUSE_MARK_SET : PAUSE_MARK_UNSET;
  int folder, r;

  if (attempt->worker.pause_mark == wanted)
    return;
  folder = fd_open_folder (attempt->spec.folder);
  r = folder < 0 ? folder : local_mark_pause (attempt, folder);
  fd_clear (&folder);
  if (r < 0)
    log_warning (EXECUTOR_MODULE, "cannot %s the job id=%s error=%s",
                 attempt->worker.must_pause ? "pause" : "resume", attempt->spec.job_id,
                 fd_describe_error (r));
  attempt->worker.must_tell = r == 0;
  attempt->worker.is_unpausable =
      attempt->worker.must_pause && process_ignores (attempt->worker.shim.pid, SIGUSR1);
}
