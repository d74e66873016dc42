/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/folders/folders.h"

/* A job ID in 16 bytes: its sequence and its time. */
typedef struct
{
  int64_t sequence;
  uint64_t stamp : VESTIM_JOB_STAMP_BITS;
  uint64_t seen : 1; /* has its folder */
} CensusEntry;

/* An open folder, made with mode 0700 if it is missing: the descriptor or -errno. */
int folders_open_dir (const char *path);
