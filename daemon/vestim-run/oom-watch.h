/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestim-run/job-group.h"

/* Whether the kernel killed a process of the job because memory ran out. The counter "oom_kill" in
 * memory.events of the job's own group says so exactly. Where that group has no memory controller,
 * the counter is that of the group that the job shares with others, and only a rise at the moment
 * in which SIGKILL ended the job tells that the job was meant. */

typedef struct
{
  bool is_own;      /* it counts processes of this job alone */
  int fd;           /* memory.events, to poll for POLLPRI; -1: none, and nothing is ever told */
  int64_t count;    /* at the last look */
  int64_t risen_at; /* of clock_monotonic_ms() */
} OomWatch;

/* `shared` is the (nullable) group around the job that counts instead. */
void oom_watch_open (OomWatch *watch, const JobGroup *group, const char *shared);

/* After POLLPRI. False when the group is gone: poll() then returns at once for ever. */
bool oom_watch_look (OomWatch *watch);

/* Right after the end of the job, which nobody had asked to end: whether it failed for that. */
bool oom_watch_explains (OomWatch *watch, int wait_status);

void oom_watch_close (OomWatch *watch);
