/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/posix/process-list.h"

/* Halts a set of processes and lets them go on: as a control group that is frozen, which they do
 * not notice, else with SIGSTOP and SIGCONT. `find` returns the processes of the set each time
 * again. A process that was halted before, by the job itself, stays so in both cases. */

#define PAUSING_NEVER INT64_MAX

typedef struct
{
  /* Replaces `found` by the living processes of the set. */
  void (*find) (void *user, ProcessList *found);
  void *user;
  const char *group; /* (nullable) the control group of the set */
  bool is_paused;
  bool is_frozen;     /* the group is */
  bool is_stuck;      /* what still runs belongs to other users, and does not halt */
  int64_t since;      /* of clock_monotonic_ms(), while paused */
  int64_t next_at;    /* when pausing_step() is due; PAUSING_NEVER: there is nothing more to do */
  int64_t pause;      /* before the next look */
  ProcessList halted; /* got SIGSTOP */
} Pausing;

/* Halts all processes, also those that appear meanwhile. No effect when paused. */
void pausing_begin (Pausing *pausing);

/* Call it at `next_at`, to look whether all have halted. */
void pausing_step (Pausing *pausing);

/* Lets those go on that pausing_begin() has halted. No effect when not paused. */
void pausing_end (Pausing *pausing);

/* Replaces `running` by the processes that do not halt. */
void pausing_find_running (const Pausing *pausing, ProcessList *running);
