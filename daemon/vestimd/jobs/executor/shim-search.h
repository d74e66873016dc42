/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Living shims by their command lines. The lock of run.lock tells who lives; this is for a folder
 * whose lock was moved, removed or made unreadable by the job itself. Blocking. */

typedef struct
{
  const char *folder;
  const char *job_id;
  int attempt;
} ShimName;

/* Whether that process of our user is the shim of this attempt. */
bool shim_is (pid_t pid, const ShimName *name);

/* The PID of such a process, 0 when there is none. */
pid_t shim_find (const ShimName *name);

/* Whether a process of our user lives that has the job's marks in its environment: of any attempt,
 * but not this process nor one that it descends from, since a job may have started a daemon. */
bool shim_find_job (const ShimName *name);
