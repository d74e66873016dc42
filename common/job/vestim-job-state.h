/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* The states of a job. One const table says which moves are allowed: the daemon checks its moves
 * with it, and the dashboard enables its buttons by it. */
typedef enum
{
  VESTIM_JOB_CREATED,
  VESTIM_JOB_QUEUED,
  VESTIM_JOB_RUNNING,
  VESTIM_JOB_COMPLETED,
  VESTIM_JOB_FAILED,
  VESTIM_JOB_STOPPED,
  VESTIM_JOB_INTERRUPTED,
} VestimJobState;

#define VESTIM_N_JOB_STATES 7

/* The words of the protocol: "created", … */
extern const char *const vestim_job_state_words[VESTIM_N_JOB_STATES];
const char *vestim_job_state_name (VestimJobState state);

/* The same in a sentence after "The job": "is queued", "has failed", … */
const char *vestim_job_state_phrase (VestimJobState state);

/* False, with `*state` untouched, if `name` is not a state's word. */
bool vestim_job_state_parse (const char *name, VestimJobState *state);

bool vestim_job_state_can_move (VestimJobState from, VestimJobState to);

/* Completed, failed, stopped or interrupted. Only a retry leaves such a state. */
bool vestim_job_state_is_final (VestimJobState state);
