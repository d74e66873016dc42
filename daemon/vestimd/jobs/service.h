/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "common/job/vestim-job.h"
#include "daemon/vestimd/jobs/executor/executor-set.h"
#include "daemon/vestimd/jobs/job-index.h"
#include "daemon/vestimd/jobs/queue/queue.h"
#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/jobs/service-stats.h"
#include "daemon/vestimd/jobs/settings.h"
#include "daemon/vestimd/sys/hardware.h"

/* The owner of all jobs. Those that wait or run are in memory; of the others, which are over or not
 * started, as many as were used last. A change is stored in the registry before memory changes and
 * before it is announced, so that what is read here is always what is stored. */

typedef struct Service Service;

typedef enum
{
  SERVICE_EVENT_JOB,     /* `job` changed or is new */
  SERVICE_EVENT_DELETED, /* `job_id`, which is also the only one of `job_ids` */
  SERVICE_EVENT_CLEARED, /* `job_ids` (n_ids); all jobs there were when `all` */
  SERVICE_EVENT_QUEUE,   /* what all queued jobs may wait for, and their ranks */
} ServiceEventKind;

typedef struct
{
  ServiceEventKind kind;
  Job *job;
  const char *job_id;
  const char *const *job_ids;
  size_t n_ids;
  bool all;
} ServiceEvent;

typedef struct
{
  uv_loop_t *loop;
  Registry *registry;
  const ExecutorSet *executors;
  const char *jobs_dir;
  const char *estimator;    /* path of vestim-estimate */
  const Hardware *hardware; /* copied */
  /* A stored setting is stronger, unless it is one of `settled`. `capacity` does not count. */
  ServiceSettings settings;
  unsigned settled;         /* of ServiceSetting */
  bool has_hooks;           /* each final status is stored for its hook, too */
  size_t jobs_in_memory;    /* of those that neither wait nor run */
  int64_t (*now_ms) (void); /* wall clock; a seam for tests */
  /* Called after each stored change, in order. */
  void (*announce) (void *user, const ServiceEvent *event);
  void *announce_user;
} ServiceConfig;

/* To be called in this order. service_load() takes what the registry has loaded. service_start()
 * adopts the attempts that an earlier daemon left, and starts the queue. `settled` is called once:
 * when each of those attempts has reported whether it still runs, or after two seconds. */
Service *service_new (const ServiceConfig *config);
void service_load (Service *service);
void service_start (Service *service, void (*settled) (void *user), void *user);

/* Refuses changes from now on, ends the running jobs (with `keep_jobs`: leaves them to the next
 * daemon), and calls `stopped` once, when everything is stored. A second call with `keep_jobs`
 * leaves at once what still runs. */
void service_stop (Service *service, bool keep_jobs, void (*stopped) (void *user), void *user);

/* Closes the handles, then frees the service and calls `closed`. */
void service_close (Service *service, void (*closed) (void *user), void *user);

/* Reading. A Job and a JobEntry are valid until control returns to the loop. */
const JobEntry *service_find_entry (const Service *service, const char *job_id); /* (nullable) */
Job *service_find (Service *service, const char *job_id); /* (nullable) if it is in memory */

/* Walks from the newest job with a sequence below `before` (0: of all) to the oldest. Do not show
 * those with a mark of JOB_ENTRY_LOST. */
JobIndexWalk service_walk (const Service *service, int64_t before);
const JobEntry *service_next_older (const Service *service, JobIndexWalk *walk); /* (nullable) */

const VestimJob *job_get (const Job *job);
/* Whether a job that a stop of the daemon interrupts may go on by itself at the next start. */
bool job_may_resume (const VestimJob *data);
/* The job object in JSON: borrowed, take a reference to keep it. */
GBytes *job_get_json (Service *service, Job *job);
/* Whether the job with that ID exists or `job` (nullable) depends on it already. */
bool service_is_dependency (Service *service, const Job *job, const char *job_id);
/* Appends the job object of any state of a job, such as one that is being stored. */
void service_append_job (Service *service, GString *out, const VestimJob *data);
size_t service_count (const Service *service, VestimJobState state);
size_t service_total (const Service *service);
const ServiceStats *service_get_stats (const Service *service);
/* The queued jobs by what they wait for. O(n) in the number of groups. */
void service_count_waiting (const Service *service, size_t counts[N_WAITING]);
/* Counts the changes: as long as the number is the same, so is the list. */
uint64_t service_get_version (const Service *service);
