/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/folders/folders.h"

#define STAMP_OFFSET 4  /* in a job ID: after "job_" */
#define CENSUS_STAMP 15 /* "20261122-195012" */

/* A job ID in 24 bytes: its sequence and its time. */
typedef struct
{
  int64_t sequence;
  char stamp[CENSUS_STAMP];
  bool seen; /* has its folder */
} CensusEntry;

/* An open folder, made with mode 0700 if it is missing: the descriptor or -errno. */
int folders_open_dir (const char *path);
