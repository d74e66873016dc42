/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/executor-set.h"

static void
on_closed (void *user)
{
  ExecutorSet *set = user;

  if (--set->n_open == 0)
    set->closed (set->closed_user);
}

void
executor_set_close (ExecutorSet *set, void (*closed) (void *user), void *user)
{
  set->closed = closed;
  set->closed_user = user;
  for (int i = 0; i < VESTIM_N_EXECUTORS; i++)
    set->n_open += set->by_name[i] != NULL;
  for (int i = 0; i < VESTIM_N_EXECUTORS; i++)
    if (set->by_name[i] != NULL)
      set->by_name[i]->close (set->by_name[i], on_closed, set);
}
