/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/job.h"

/* Deletions that wait for the end of attempts. For the service's own files. */

/* The attempt of a job in JOB_PENDING_DELETE has ended. */
void bulk_arrive (Bulk *bulk);

/* It cannot be ended: the job stays, the bulk is about the others, and its client gets `reason`. */
void bulk_give_up (Bulk *bulk, Job *job, const char *reason);

/* The daemon stops and does not wait for that end: the bulk deletes nothing. */
void bulk_abandon (Bulk *bulk);
