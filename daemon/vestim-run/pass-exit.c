/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/pass-exit.h"

#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

#define NOT_STARTED 127
#define TIMED_OUT 124
#define SIGNALLED 128

int
pass_exit_code (const ExitRecord *record, int wait_status)
{
  if (record->error != NULL)
    return NOT_STARTED;
  if (WIFSIGNALED (wait_status))
    return SIGNALLED + WTERMSIG (wait_status);
  if (WEXITSTATUS (wait_status) != 0)
    return WEXITSTATUS (wait_status);
  if (record->timed_out)
    return TIMED_OUT;
  return record->stopped || record->fenced ? SIGNALLED + SIGTERM : 0;
}
