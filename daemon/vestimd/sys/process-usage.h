/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* What this process uses. A value below 0 is unknown: the kernel or a sandbox hides it. */
typedef struct
{
  double cpu_s; /* user and system */
  int64_t resident_bytes;
  int64_t virtual_bytes;
  int64_t open_fds;
  int64_t max_fds; /* also below 0 if there is no limit */
} ProcessUsage;

/* Reads /proc, for worker threads. */
void process_usage_read (ProcessUsage *usage);
