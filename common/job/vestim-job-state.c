/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-job-state.h"

#include <assert.h>
#include <string.h>

typedef struct
{
  const char *name;
  unsigned next; /* a bit for each state that may follow */
  bool is_final;
} StateRow;

#define TO(state) (1u << VESTIM_JOB_##state)

static const StateRow states[VESTIM_N_JOB_STATES] = {
  [VESTIM_JOB_CREATED] = { "created", TO (QUEUED), false },
  [VESTIM_JOB_QUEUED] = { "queued", TO (RUNNING) | TO (STOPPED), false },
  [VESTIM_JOB_RUNNING] = { "running",
                           TO (COMPLETED) | TO (FAILED) | TO (STOPPED) | TO (INTERRUPTED), false },
  [VESTIM_JOB_COMPLETED] = { "completed", TO (QUEUED), true },
  [VESTIM_JOB_FAILED] = { "failed", TO (QUEUED), true },
  [VESTIM_JOB_STOPPED] = { "stopped", TO (QUEUED), true },
  [VESTIM_JOB_INTERRUPTED] = { "interrupted", TO (QUEUED), true },
};

const char *
vestim_job_state_name (VestimJobState state)
{
  assert ((unsigned) state < VESTIM_N_JOB_STATES);
  return states[state].name;
}

bool
vestim_job_state_parse (const char *name, VestimJobState *state)
{
  for (unsigned i = 0; i < VESTIM_N_JOB_STATES; i++)
    if (strcmp (name, states[i].name) == 0)
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
