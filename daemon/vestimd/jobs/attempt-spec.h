/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "common/job/vestim-command.h"
#include "common/job/vestim-job.h"
#include "daemon/vestimd/jobs/executor/executor.h"

/* What the executor is to start for a job: the spec and the memory that it points into. */
typedef struct
{
  AttemptSpec spec;
  VestimCommand *command; /* (nullable) */
  const char *argv[3];
  char *folder;
  char *json;
} OwnedSpec;

/* `estimator` is the path of vestim-estimate. `job` and `estimator` are borrowed until the deinit.
 * False when the stored selections are not a valid command, which happens only after another
 * program has changed the registry; the deinit is due in either case. */
bool owned_spec_init (OwnedSpec *owned, const VestimJob *job, const char *jobs_dir,
                      const char *estimator);
void owned_spec_deinit (OwnedSpec *owned);

/* `(transfer full, nullable)` the command of a job of that kind; NULL when it is not valid. */
VestimCommand *attempt_read_command (const VestimJob *job);
