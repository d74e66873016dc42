/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Looks at a registry without changing it, for `vestimd --doctor`. */

typedef enum
{
  REGISTRY_LOOK_ABSENT,
  REGISTRY_LOOK_SOUND,
  REGISTRY_LOOK_UNFINISHED, /* a crash left a write-ahead log, which the next start takes in */
  REGISTRY_LOOK_BUSY,       /* another program has locked it */
  REGISTRY_LOOK_BAD,        /* `message` says what is wrong and what to do */
} RegistryLook;

typedef struct
{
  RegistryLook look;
  int64_t n_jobs;
  int64_t newest_ms; /* the newest time of a job, ms since the epoch; 0 without jobs */
  char *message;     /* (nullable, transfer full) */
} RegistryExamination;

/* Blocks. `is_running`: a daemon uses it. */
void registry_examine (const char *path, bool is_running, RegistryExamination *result);
