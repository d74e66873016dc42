/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/job.h"

/* Attempts: service-attempts.c, service-handover.c and service-resume.c. For the service's own
 * files. */

/* What becomes of an attempt; the user is its Job. */
extern const AttemptEvents attempt_events;

/* Asks the executor for the attempt that an earlier daemon handed over. */
void job_adopt (Job *job);

/* Shows the job as queued, because its attempt was handed over and not seen to start. The registry
 * keeps that it runs. */
void job_show_handed_over (Job *job);

/* Hands the stored attempt over to the executor. */
void job_launch_attempt (Job *job);

/* The attempt of a queued job never started: the job returns to the queue, and the registry stores
 * that. The second one is for a job that is locked, and keeps the lock until then. */
void job_requeue (Job *job);
void job_store_requeue (Job *job);

/* Tries again later what could not be stored or started. */
void service_retry_later (Service *service);

/* Stops the attempt of a job whose stored intent is to stop. If there is none any more, because it
 * had no room to start, the job leaves the queue. The job must be locked. */
void job_stop_attempt (Job *job);

/* Goes on with an attempt that ended or was found absent while something else had the lock. The job
 * must be locked; the result is that of a JobLockFn. */
bool job_continue_attempt (Job *job);

/* Queues an interrupted job as its next attempt if it can be resumed. */
void job_resume_if_possible (Job *job);
