/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/posix/process-list.h"

/* How a set of processes is brought to its end: SIGTERM to each, SIGKILL after 5 s, again and again
 * until none is left. Which processes those are, `find` says each time anew. */

#define ENDING_GRACE_MS 5000

typedef struct
{
  /* Replaces `found` by the living processes of the set. */
  void (*find) (void *user, ProcessList *found);
  void *user;
  bool begun;
  int64_t kill_at;   /* of clock_monotonic_ms() */
  int64_t next_at;   /* when ending_step() is due, with `begun` */
  int64_t pause;     /* before the next round of SIGKILL */
  ProcessList asked; /* got SIGTERM */
} Ending;

/* SIGTERM to all that did not get it yet. The first call starts the time to SIGKILL. */
void ending_ask (Ending *ending);

/* To be called at `next_at`, until none is left. */
void ending_step (Ending *ending);
void ending_clear (Ending *ending);
