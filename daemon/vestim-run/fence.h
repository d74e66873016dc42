/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "daemon/vestim-run/job-group.h"

/* The fence of a claimed attempt: its job must not run on when the attempt may have been started
 * again elsewhere. The scheduler of a cluster may take a node for dead that was only cut off.
 *
 * One thread writes the heartbeat, and looks for a later attempt: a claim with a higher number, or
 * a higher number in run.lock. Another thread watches the first one, because a hung file server
 * blocks whoever writes. It raises the fence when a later attempt was seen, or when no heartbeat
 * could be written for the time of the fence. Then the supervisor, which polls the descriptor, ends
 * the job. The supervisor may hang as well, since it writes the log. So if it has not closed the
 * fence in time, the watching thread sends SIGKILL to all descendants of this process. */

typedef struct Fence Fence;

typedef struct
{
  const char *folder; /* the path of the job folder: it must still lead there */
  int attempt;
  int64_t heartbeat_ms;
  int64_t fence_ms;
  int64_t kill_ms;       /* from the fence to SIGKILL */
  const JobGroup *group; /* of the job; perhaps none */
} FenceSpec;

typedef enum
{
  FENCE_OPEN,    /* the job may run */
  FENCE_LATER,   /* a later attempt was started */
  FENCE_NO_DISK, /* no heartbeat could be written */
} FenceState;

/* Writes a heartbeat and starts the threads, which block all signals that the caller blocks. What
 * `spec` points to must stay. 0, -EALREADY when there is a later attempt, or -errno. */
int fence_open (Fence **out, const FenceSpec *spec);

/* Readable once the fence is raised. */
int fence_get_fd (const Fence *fence);

FenceState fence_get_state (Fence *fence);

/* The program was started at that time; see heartbeat.h. */
void fence_set_started (Fence *fence, int64_t started_at);

/* What has happened, as a sentence without anything that JSON escapes. Only when it is raised. */
void fence_describe (Fence *fence, char *sentence, size_t size);

/* The job is over. A thread that hangs in a write is left to the end of the process. */
void fence_close (Fence *fence);
