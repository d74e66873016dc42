/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-private.h"

/* A job in the queue: its place in line, its group, and the slots that its attempt holds. For the
 * service's own files. */

/* What an attempt of the job holds of this machine: nothing if another machine runs it. */
QueueSlots job_needs (const VestimJob *data);

/* The line and the counts of the groups follow `data`: leave before it changes, enter after. */
void job_leave_queue (Job *job);
void job_enter_queue (Job *job);

/* Lets the job be started if nothing but slots is lacking. It must not be locked. */
void job_enqueue (Job *job);
/* No effect when it does not wait for its start. */
void job_dequeue (Job *job);

/* The job of an item of the service's queue. */
Job *job_of_item (QueueItem *item);

/* The rank of a new job, which comes after all others. */
int64_t service_take_rank (Service *service);
/* Changes the rank, which is stored, and puts the job into its new place. */
void job_set_rank (Job *job, int64_t rank);

/* Only job_move() and job_free() call these, so each attempt takes slots once and gives them back
 * once. An attempt of an earlier daemon has its GPUs already. */
void job_take_slots (Job *job);
void job_release_slots (Job *job);

/* `(transfer full)` variables that tell the program which slots its attempt holds: "NAME=value".
 * None if it did not ask for any. */
char **job_dup_environment (const Job *job);

/* Makes `next` the job while its attempt runs, with the GPUs that the attempt holds. */
void job_set_running (const Job *job, VestimJob *next);
