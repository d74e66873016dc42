/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "daemon/vestimd/jobs/registry/registry-status.h"
#include "daemon/vestimd/metrics/histogram.h"

/* What the registry has stored since the start, and how many hooks have not ended. */
typedef struct
{
  int64_t n_hooks;
  uint64_t n_transactions[REGISTRY_N_STATUSES]; /* by how they ended: 0 or a REGISTRY_E_* */
  Histogram commit_changes;                     /* jobs and settings that each commit changed */
  Histogram flushes;                            /* ns of each COMMIT, with its flush to the disk */
} RegistryStats;
