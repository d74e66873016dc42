/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestimd/jobs/service.h"

/* The lock of a job: who wants to store a change of it locks it first. For the service's own files.
 */

/* Called with the job locked. Returns true when it keeps the lock: job_unlock() then follows later,
 * never from within this call. Returns false to give the lock back at once. `job` is NULL when the
 * job was deleted meanwhile. */
typedef bool (*JobLockFn) (Job *job, void *user);

typedef struct
{
  JobLockFn fn;
  void *user;
} LockRequest;

/* Locks the job and calls `fn`: at once when the job is unlocked, else when its turn comes. With
 * `first`, it comes before all other requests that wait. */
void job_lock_async (Job *job, JobLockFn fn, void *user, bool first);

/* Locks a job that is not locked. */
void job_lock (Job *job);

/* Passes the lock to the next request, if there is one. */
void job_unlock (Job *job);

/* Refuses the requests that wait for a deleted job: calls each with NULL. */
void lock_requests_cancel (GQueue *requests);
