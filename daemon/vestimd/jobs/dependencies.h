/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-private.h"

/* Which jobs wait for which. For the service's own files. */

typedef enum
{
  DEPENDENCY_UNMET,
  DEPENDENCY_MET,
  DEPENDENCY_BROKEN, /* it can no longer be met, unless the other job is retried */
} DependencyStatus;

void dependencies_init (Service *service);
void dependencies_clear (Service *service);

/* A job was read from the registry. */
void dependencies_note_read (Service *service, const VestimJob *data);

/* At the start, when all jobs are known. */
void dependencies_load (Service *service);

/* Whether the job has dependencies that matter now: it is created, queued or blocked. Then it must
 * stay in memory. */
bool dependencies_matter (const VestimJob *data);

/* Takes the job's dependencies from `data`, if they matter. */
void dependencies_link (Job *job);

/* The job is deleted: it needs nothing any more. */
void dependencies_unlink (Job *job);

/* Only frees the links; nothing is forgotten. */
void dependencies_drop (Job *job);

/* All of the job's dependencies together: BROKEN if one is, else UNMET if one is. */
DependencyStatus dependencies_status (const Job *job);

/* The place of the first dependency that is broken or, if none is, unmet. 0 if all are met. */
unsigned dependencies_first (const Job *job);

/* The same as dependencies_status() for any `data`, with (nullable) `*which` (transfer full) the
 * ID of that dependency. */
DependencyStatus dependencies_judge (Service *service, const VestimJob *data, char **which);

/* `(transfer full)` why the job can never start: "job … failed". */
char *dependencies_dup_reason (Service *service, const VestimJob *data);

/* Has the jobs checked that depend on `job`, whose status has changed or is about to. */
void dependencies_note_status (Job *job);

/* A deletion of a completed job is remembered as long as a job needs to know. The first call adds
 * it to the transaction that deletes the job; the second one follows when the job is gone. */
void dependencies_remember (Service *service, RegistryTransaction *transaction,
                            const VestimJob *data);
void dependencies_note_deletion (Service *service, const VestimJob *data);

/* Whether all jobs exist that a text of `depends_on` (nullable) names. Those that `job` (nullable)
 * depends on already may be gone. */
bool dependencies_exist (Service *service, const Job *job, const char *depends_on);

/* Whether `job` would depend on itself. */
bool dependencies_make_cycle (Service *service, const Job *job, const char *depends_on);

/* The same for the dependencies that it has, if it is over and shall be queued again. */
bool dependencies_close_cycle (const Job *job);
