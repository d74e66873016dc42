/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/vestimd/jobs/registry/key-clock.h"
#include "daemon/vestimd/jobs/service.h"

/* Queued jobs that may not start yet, whatever room there is: they wait for other jobs, for their
 * start time, or for the delay of a retry. For the service's own files. */

typedef enum
{
  JOB_WAIT_NOTHING,
  JOB_WAIT_DEPENDENCY,
  JOB_WAIT_TIME,
  JOB_WAIT_RETRY,
  N_JOB_WAITS,
} JobWait;

typedef struct
{
  GTree *by_time;  /* Job → the same: those that wait for a time of the wall clock */
  GTree *by_delay; /* Job → the same: those that wait for a time of `clock` */
  uv_timer_t timer;
  uv_idle_t idle;
  GQueue rechecks;               /* of Job */
  KeyClock clock;                /* for delays: nobody can set it */
  size_t n_waiting[N_JOB_WAITS]; /* jobs that are not on hold, by Job.counted_wait */
  int n_storing;                 /* jobs that are being stopped or queued again */
  bool backs_off;                /* a change could not be stored: until the timer fires */
} Waits;

void waits_init (Service *service);
void waits_load (Service *service); /* before the first job waits */
void waits_clear (Service *service);

/* The jobs on which others depend (dependencies.c). */
typedef struct
{
  GHashTable *targets;   /* sequence → Target: the jobs that are named */
  GHashTable *completed; /* IDs of those that were completed and are deleted */
  bool has_forward;      /* a job may depend on a younger one */
} Dependencies;

/* Whether nothing holds the job back but the queue. Otherwise the service calls job_enqueue() again
 * when that has changed. The job is queued, idle and unlocked. */
bool waits_admit (Job *job);

/* The job is locked, or about to be freed: it waits for nothing of this module. */
void waits_leave (Job *job);
void waits_forget (Job *job);

/* Looks soon whether the job may start, must be stopped because of a dependency, or goes on. */
void service_recheck (Job *job);

/* Goes on with the rechecks, which wait while the service is not settled. */
void waits_continue (Service *service);

/* `(transfer full, nullable)` what the queued job waits for, of the reasons above: a sentence, with
 * `*word` the word of the protocol. NULL, and `*word` untouched: nothing of these. */
char *waits_dup_detail (Service *service, const VestimJob *data, const char **word);

/* A number that changes with both. */
unsigned waits_mark (const Job *job);

/* Now, by the clock of delays; and its setting, to be stored together with a time of it. */
int64_t waits_now (const Service *service);
void waits_store_clock (Service *service, RegistryTransaction *transaction);
