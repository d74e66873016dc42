/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* What has followed the ends of jobs since the start. It belongs to the thread of the loop. */

typedef enum
{
  HOOK_DONE,
  HOOK_FAILED, /* also when it could not be started */
  HOOK_LATE,   /* ended at its time limit */
  N_HOOK_OUTCOMES,
} HookOutcome;

typedef struct
{
  uint64_t n_hooks[N_HOOK_OUTCOMES];
  uint64_t n_deleted; /* jobs, by retention */
} UpkeepStats;
