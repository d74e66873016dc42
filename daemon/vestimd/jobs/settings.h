/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/queue/queue.h"

/* The settings of the service, which clients can change and the registry stores. */

#define SERVICE_AS_FOUND (-1)    /* a capacity that nobody has set */
#define SERVICE_STARVATION_S 300 /* unless it is set */
#define SERVICE_MAX_STARVATION_S (7 * 24 * 3600)

/* What is kept of jobs that are over and not pinned; 0: no limit. */
typedef struct
{
  int64_t max_jobs;
  int64_t max_days;
  int64_t max_bytes;
} ServiceRetention;

typedef struct ServiceSettings
{
  int max_running;
  QueueSlots named;    /* the capacity that a user has set; each may be SERVICE_AS_FOUND */
  QueueSlots capacity; /* what jobs can get: follows from the rest and from the machine */
  int starvation_s;
  bool is_paused;
  ServiceRetention retention;
} ServiceSettings;

/* Which members of a ServiceSettings count. */
typedef enum
{
  SERVICE_MAX_RUNNING = 1 << 0,
  SERVICE_CPUS = 1 << 1, /* of `named`, as the next two */
  SERVICE_MEMORY = 1 << 2,
  SERVICE_GPUS = 1 << 3,
  SERVICE_STARVATION = 1 << 4,
  SERVICE_PAUSED = 1 << 5,
  SERVICE_KEEP_JOBS = 1 << 6, /* of `retention`, as the next two */
  SERVICE_KEEP_DAYS = 1 << 7,
  SERVICE_KEEP_BYTES = 1 << 8,
} ServiceSetting;
