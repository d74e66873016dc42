/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/posix/process-list.h"

/* Ends a set of processes: a signal to each, SIGKILL after the grace, repeated until none is left.
 * `find` returns the processes of the set each time again. */

#define ENDING_STUCK_MS 5000 /* from the first SIGKILL on: a process that is left does not end */

typedef struct
{
  /* Replaces `found` by the living processes of the set. */
  void (*find) (void *user, ProcessList *found);
  void *user;
  const char *group; /* (nullable) the control group of the set, which gets SIGKILL as a whole */
  int signal;        /* the first one: SIGTERM */
  int64_t grace_ms;  /* from the first signal to SIGKILL */
  bool begun;
  int64_t kill_at;   /* of clock_monotonic_ms() */
  int64_t next_at;   /* when ending_step() is due, once it has `begun` */
  int64_t pause;     /* before the next round of SIGKILL */
  ProcessList asked; /* got the first signal */
} Ending;

/* Sends the first signal to those that did not get it yet. The first call starts the time to
 * SIGKILL. */
void ending_ask (Ending *ending);

/* The grace is at most this long from now on, also when it has begun. */
void ending_limit_grace (Ending *ending, int64_t grace_ms);

/* Call it at `next_at`, until no process is left. */
void ending_step (Ending *ending);

/* Whether what is left does not end. */
bool ending_is_stuck (const Ending *ending);

void ending_clear (Ending *ending);

/* A `find` for a subreaper: all processes that descend from this one. `user` is NULL. */
void ending_find_descendants (void *user, ProcessList *found);
