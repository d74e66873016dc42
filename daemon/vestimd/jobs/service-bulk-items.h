/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/job.h"

/* The jobs of a bulk, all locked. For service-bulk.c. */

typedef enum
{
  BULK_DELETE, /* one job */
  BULK_CLEAR,
  BULK_STOP,
} BulkKind;

typedef struct
{
  Job *job;
  VestimJob *next; /* (nullable) of BULK_STOP, while it is being stored */
} BulkItem;

/* Before the commit. */
void bulk_items_add_changes (BulkKind kind, BulkItem *items, unsigned n,
                             RegistryTransaction *transaction);

/* After the commit; each unlocks or removes the jobs. The first is for BULK_STOP. */
void bulk_items_show_stopped (BulkItem *items, unsigned n);
void bulk_items_remove (Service *service, BulkKind kind, const BulkItem *items, unsigned n);

/* Nothing was stored: unlocks the jobs unchanged. */
void bulk_items_roll_back (BulkItem *items, unsigned n);
