/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-private.h"

/* Stores jobs in the registry, then shows and announces them. For the service's own files. */

typedef void (*JobFn) (Job *job);

/* Stores `next` (taken) and the answer to `call` (nullable) in one transaction. After the commit it
 * shows and announces `next` and calls `stored` (nullable). When the transaction fails, memory
 * stays as it was and `failed` (nullable) is called. In both cases it then finishes `call` and
 * unlocks the job, which must be locked. */
void job_store (Job *job, VestimJob *next, Call *call, JobFn stored, JobFn failed);

/* The same for a call that changes nothing: only its answer is stored, and only if it has a key. */
void job_store_answer (Job *job, Call *call);

/* Stores the job as it is shown, because its attempt has started; shows and announces nothing. When
 * that fails, the next daemon finds the attempt by its traces. The job must be locked; it is
 * unlocked afterwards. */
void job_store_start (Job *job);

/* Replaces `job->data` by `next` (taken) and announces the job. */
void job_show (Job *job, VestimJob *next);

/* For other transactions: stores `next` as job_store() does. */
void job_add_update (const Job *job, RegistryTransaction *transaction, const VestimJob *next);
/* The same as job_show(), after that transaction: the attempt may have shown its process while it
 * was under way. */
void job_show_stored (Job *job, VestimJob *next);

/* As registry_submit(), and the service does not stop before `done` (nullable) was called. */
void service_submit (Service *service, RegistryTransaction *transaction, RegistryDoneFn done,
                     void *user);

void service_announce (Service *service, const ServiceEvent *event);
void service_announce_job (Job *job);
