/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-job-state.h"

#include <assert.h>
#include <string.h>

const char *const vestim_job_state_words[VESTIM_N_JOB_STATES] = {
  [VESTIM_JOB_CREATED] = "created",         [VESTIM_JOB_QUEUED] = "queued",
  [VESTIM_JOB_RUNNING] = "running",         [VESTIM_JOB_COMPLETED] = "completed",
  [VESTIM_JOB_FAILED] = "failed",           [VESTIM_JOB_STOPPED] = "stopped",
  [VESTIM_JOB_INTERRUPTED] = "interrupted",
};

typedef struct
{
  unsigned next; /* a bit for each state that may follow */
  bool is_final;
} StateRow;

#define TO(state) (1u << VESTIM_JOB_##state)

static const StateRow states[VESTIM_N_JOB_STATES] = {
  [VESTIM_JOB_CREATED] = { TO (QUEUED), false },
  [VESTIM_JOB_QUEUED] = { TO (RUNNING) | TO (STOPPED), false },
  [VESTIM_JOB_RUNNING] = { TO (COMPLETED) | TO (FAILED) | TO (STOPPED) | TO (INTERRUPTED), false },
  [VESTIM_JOB_COMPLETED] = { TO (QUEUED), true },
  [VESTIM_JOB_FAILED] = { TO (QUEUED), true },
  [VESTIM_JOB_STOPPED] = { TO (QUEUED), true },
  [VESTIM_JOB_INTERRUPTED] = { TO (QUEUED), true },
};

const char *
vestim_job_state_name (VestimJobState state)
{
  assert ((unsigned) state < VESTIM_N_JOB_STATES);
  return vestim_job_state_words[state];
}

const char *
vestim_job_state_phrase (VestimJobState state)
{
  static const char *const phrases[VESTIM_N_JOB_STATES] = {
    [VESTIM_JOB_CREATED] = "is not queued yet",   [VESTIM_JOB_QUEUED] = "is queued",
    [VESTIM_JOB_RUNNING] = "is running",          [VESTIM_JOB_COMPLETED] = "has completed",
    [VESTIM_JOB_FAILED] = "has failed",           [VESTIM_JOB_STOPPED] = "was stopped",
    [VESTIM_JOB_INTERRUPTED] = "was interrupted",
  };

  assert ((unsigned) state < VESTIM_N_JOB_STATES);
  return phrases[state];
}

bool
vestim_job_state_parse (const char *name, VestimJobState *state)
{
  for (unsigned i = 0; i < VESTIM_N_JOB_STATES; i++)
    if (strcmp (name, vestim_job_state_words[i]) == 0)
      {
        *state = (VestimJobState) i;
        return true;
      }
  return false;
}

bool
vestim_job_state_can_move (VestimJobState from, VestimJobState to)
{
  assert ((unsigned) from < VESTIM_N_JOB_STATES);
  return (states[from].next & (1u << to)) != 0;
}

bool
vestim_job_state_is_final (VestimJobState state)
{
  assert ((unsigned) state < VESTIM_N_JOB_STATES);
  return states[state].is_final;
}
