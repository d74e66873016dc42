/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "common/job/vestim-job.h"

/* What is known of every stored job without reading its row, in 16 bytes. */
typedef struct
{
  int64_t sequence;
  uint64_t stamp : VESTIM_JOB_STAMP_BITS; /* with the sequence, the job's ID */
  uint64_t state : 3;                     /* a VestimJobState */
  uint64_t kind : 2;                      /* a VestimJobKind */
  uint64_t has_links : 1;                 /* it has dependencies, and is created or blocked */
  uint64_t mark : 2;                      /* for the one who has it; 0 when it is read */
} JobBrief;

/* What the start reads of each job. */
typedef struct
{
  JobBrief brief;
  const char *group; /* its name */
} StoredBrief;
