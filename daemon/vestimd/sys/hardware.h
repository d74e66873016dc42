/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* What this machine has for jobs. */

#define HARDWARE_MAX_GPUS 64

typedef struct
{
  int cpus; /* that this process may use by its affinity and by the quotas of its cgroups */
  int64_t memory_mb; /* the memory of the machine, or the limit of our cgroups; MiB */
  int gpus;
  int gpu_indices[HARDWARE_MAX_GPUS]; /* as CUDA and ROCm count them */
} Hardware;

/* Reads files of /proc, /sys and /dev below `root` ("" except in tests). `visible_gpus` (nullable):
 * the value of CUDA_VISIBLE_DEVICES or ROCR_VISIBLE_DEVICES in our own environment; GPUs that it
 * does not name are not ours. What cannot be read counts as no limit. */
void hardware_read (Hardware *hardware, const char *root, const char *visible_gpus);

/* The same for this process. */
void hardware_find (Hardware *hardware);
