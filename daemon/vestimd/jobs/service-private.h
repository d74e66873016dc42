/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/jobs/job-index.h"
#include "daemon/vestimd/jobs/queue/queue.h"
#include "daemon/vestimd/jobs/service-attempts.h"
#include "daemon/vestimd/jobs/service-call.h"
#include "daemon/vestimd/jobs/service-memory.h"
#include "daemon/vestimd/jobs/service-starts.h"
#include "daemon/vestimd/jobs/service-steps.h"
#include "daemon/vestimd/jobs/service-waits.h"

/* Shared by the service's own files; service.c lists them. */

struct Service
{
  ServiceConfig config;
  JobIndex index; /* all jobs */
  Job *first;     /* of those in memory, in no order */
  ServiceMemory memory;
  size_t counts[VESTIM_N_JOB_STATES];
  size_t n_in_phase[N_JOB_PHASES];
  size_t n_held; /* queued jobs that are on hold */
  Hardware hardware;
  ServiceSettings settings;
  unsigned capacity_version; /* counts the changes of `settings` */
  GQueue queue_changes;      /* of QueueChange */
  int64_t last_rank;         /* the highest one so far */
  Queue *queue;              /* the jobs that are queued, unlocked and idle wait in it */
  int64_t last_sequence;
  uint64_t version;
  ServiceStats stats;
  int n_in_flight; /* calls and transactions whose callback has not come yet */

  bool is_settled; /* see service_check_settled() */
  void (*settled) (void *user);
  void *settled_user;
  bool is_stopping;
  bool keep_jobs;
  void (*stopped) (void *user);
  void *stopped_user;
  void (*closed) (void *user);
  void *closed_user;

  uv_idle_t deferred_idle; /* delivers `deferred` */
  GQueue deferred;         /* of Deferred */
  uv_timer_t retry_timer;  /* tries again what could not be stored or started */
  GPtrArray *retry_ended;  /* of Job: ended, but the final status could not be stored */
  bool launch_paused;      /* until the retry timer fires */
  const char *lack;        /* (nullable) static: why no attempt could be started since; logged */
  unsigned n_lacks;        /* starts that failed for this reason since */
  size_t n_resuming;       /* jobs on their way back into the queue: no other is launched before */
  uv_timer_t settle_timer;
  ServiceStarts starts;
  ServiceSteps steps;
  unsigned n_walks; /* of service-bulk.c: no job starts or leaves memory before they are over */
  Waits waits;
  Dependencies dependencies;
  GHashTable *unique_names; /* name → ID of the job that holds it (service-unique.c) */
  int open_handles;
};

/* Adds a new job, whose sequence is the highest. Takes `data`. */
Job *service_add (Service *service, VestimJob *data);

/* Removes a job, or one that is not in memory. */
void service_remove (Job *job);
void service_remove_entry (Service *service, JobEntry *entry);

/* Launches jobs from the queue while there are free slots. */
void service_pump (Service *service);

/* Attempts that are under way: they hold slots. */
size_t service_count_active (const Service *service);

/* Calls `stopped` when the service is stopping and nothing is left to wait for. */
void service_check_stopped (Service *service);

/* The service is settled when it knows of each attempt that an earlier daemon left whether it runs,
 * and has stored the end of those that are over. Until then it launches nothing. */
void service_check_settled (Service *service);
