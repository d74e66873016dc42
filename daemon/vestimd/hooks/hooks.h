/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/jobs/registry/registry-hooks.h"
#include "daemon/vestimd/metrics/upkeep-stats.h"

/* Runs the hook `on_end` of vestimd.conf for each final status of a job.
 *
 * The transaction that stores a final status also stores the job object for the hook. It stays in
 * the registry until the hook has ended. So each final status gets its hook, even if the daemon
 * dies in between. A hook runs again if the daemon was killed or stopped while it ran. */

typedef struct
{
  uv_loop_t *loop;
  Registry *registry;
  const char *program;  /* (nullable) NULL: no hook; what an earlier daemon left is dropped */
  const char *folder;   /* where it runs */
  const char *jobs_dir; /* for VESTIM_JOB_DIR */
  unsigned limit_ms;    /* 0: 30 s */
  UpkeepStats *stats;
} HooksConfig;

typedef struct Hooks Hooks;

/* The strings and `stats` are borrowed. */
Hooks *hooks_new (const HooksConfig *config);

/* There may be something to run in the registry. */
void hooks_wake (Hooks *hooks);

/* Gives the hooks that run a moment, then ends them; the next daemon runs those that did not end by
 * themselves. Calls `closed` when all is done. The registry is still open. */
void hooks_close (Hooks *hooks, void (*closed) (void *user), void *user);
