/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job-words.h"
#include "daemon/vestimd/jobs/executor/executor.h"

/* The executors of one daemon, by the name that jobs have for them. The set owns them; the rest is
 * its own. */
typedef struct
{
  Executor *by_name[VESTIM_N_EXECUTORS]; /* (nullable) NULL: this daemon has none of that name */
  unsigned n_open;
  void (*closed) (void *user);
  void *closed_user;
} ExecutorSet;

/* Closes all of them, after the last attempt is gone. There is at least one. */
void executor_set_close (ExecutorSet *set, void (*closed) (void *user), void *user);
