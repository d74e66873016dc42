/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/json/vestim-json.h"

/* What is reserved for a job while it runs. In the registry it is a JSON object. */

typedef enum
{
  VESTIM_ENFORCE_NO = 0, /* reserved only: the job may use more */
  VESTIM_ENFORCE_CGROUP, /* true: CPUs and memory are hard limits */
  VESTIM_ENFORCE_RLIMIT, /* "rlimit": the memory is a limit of the address space of each process */
} VestimEnforce;

typedef struct
{
  int cpus;
  int64_t memory_mb; /* MiB; 0: nothing is reserved */
  int gpus;
  VestimEnforce enforce;
} VestimResources;

#define VESTIM_RESOURCES_INITIAL "{\"cpus\":1,\"memory_mb\":0,\"gpus\":0}"

/* The values of an object, initial ones for those that it leaves out. False when something is
 * wrong: faults were added to `errors`, with fields under `name`. */
bool vestim_resources_read (const VestimJsonNode *node, const char *name, GPtrArray *errors,
                            VestimResources *resources);

/* `(transfer full)` the JSON text of what vestim_resources_read() reads, or NULL. */
char *vestim_resources_normalise (const VestimJsonNode *node, const char *name, GPtrArray *errors);

/* The values of a stored text (nullable: the initial ones). */
VestimResources vestim_resources_parse (const char *text);
