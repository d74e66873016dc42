/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-waits.h"

#include <assert.h>

#include "common/job/vestim-retry-policy.h"
#include "daemon/posix/clock.h"
#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/jobs/service-unique.h"
#include "daemon/vestimd/sys/log.h"

/* job_enqueue() asks waits_admit() before it puts a job into the queue. A job that may not start
 * yet is in one of two trees, by the time until which it waits, or has dependencies that are not
 * met (dependencies.c). One timer serves both trees. It fires at least every few seconds, because
 * the wall clock may be set and the machine may be suspended.
 *
 * When a dependency changes, the jobs that depend on it are only listed. An idle handle then checks
 * some of them in each turn of the loop: one that may start goes into the queue, one with a broken
 * dependency is stopped ("blocked"), and a blocked one whose dependencies are sound again is
 * queued. What is about to be stored counts at once for the next job (job_coming_state()). So a
 * chain of ten thousand jobs ends in a few commits. */

#define MODULE "jobs"

enum
{
  CHECK_MS = 5000, /* a step of the wall clock is seen after this time at the latest */
  BACK_OFF_MS = 1000,
  PER_TURN = 200,
  MAX_STORING = 400, /* the results of one commit arrive in one turn of the loop */
};

#define CLOCK_SETTING "delay_clock"

/* ---- Reasons ---- */

int64_t
waits_now (const Service *service)
{
  return key_clock_now (&service->waits.clock);
}

/* `*until`: of the clock that the reason implies. */
static JobWait
find_time (const Service *service, const VestimJob *data, int64_t *until)
{
  *until = data->start_after;
  if (data->start_after != 0 && data->start_after > service->config.now_ms ())
    return JOB_WAIT_TIME;
  *until = data->not_before;
  if (data->not_before != 0 && data->not_before > waits_now (service))
    return JOB_WAIT_RETRY;
  return JOB_WAIT_NOTHING;
}

static JobWait
find_wait (const Job *job, int64_t *until)
{
  if (job->data->state != VESTIM_JOB_QUEUED || job_is_handed_over (job))
    return JOB_WAIT_NOTHING;
  if (dependencies_status (job) != DEPENDENCY_MET)
    return JOB_WAIT_DEPENDENCY;
  return find_time (job->service, job->data, until);
}

unsigned
waits_mark (const Job *job)
{
  int64_t until;
  JobWait wait = find_wait (job, &until);

  return wait == JOB_WAIT_DEPENDENCY ? 4 + dependencies_first (job) : (unsigned) wait;
}

static char *
describe_retry (const VestimJob *data)
{
  VestimRetryPolicy policy;

  vestim_retry_policy_parse (data->retry, &policy);
  return g_strdup_printf ("Retry %d starts after a delay of %g seconds.", data->retries,
                          (double) vestim_retry_policy_delay_ms (&policy, data->retries) / 1000);
}

static char *
describe_time (const VestimJob *data)
{
  GString *out = g_string_new ("The job does not start before ");
  g_autoptr (GString) time = g_string_new (NULL);

  vestim_json_append_time (time, data->start_after);
  g_string_append_len (out, time->str + 1, (gssize) time->len - 2);
  g_string_append_c (out, '.');
  return g_string_free (out, false);
}

char *
waits_dup_detail (Service *service, const VestimJob *data, const char **word)
{
  static const char *const words[] = {
    [JOB_WAIT_DEPENDENCY] = "dependency",
    [JOB_WAIT_TIME] = "time",
    [JOB_WAIT_RETRY] = "retry",
  };
  g_autofree char *id = NULL;
  int64_t until;
  JobWait wait = JOB_WAIT_DEPENDENCY;

  if (dependencies_judge (service, data, &id) == DEPENDENCY_MET)
    wait = find_time (service, data, &until);
  if (wait == JOB_WAIT_NOTHING)
    return NULL;
  *word = words[wait];
  if (wait == JOB_WAIT_DEPENDENCY)
    return g_strdup_printf ("The job waits for %s.", id);
  return wait == JOB_WAIT_TIME ? describe_time (data) : describe_retry (data);
}

/* ---- Times ---- */

static int
compare_jobs (gconstpointer a, gconstpointer b)
{
  const Job *left = a, *right = b;

  if (left->wait_until != right->wait_until)
    return left->wait_until < right->wait_until ? -1 : 1;
  return left->data->sequence < right->data->sequence
             ? -1
             : left->data->sequence > right->data->sequence;
}

/* (nullable) */
static Job *
first_of (GTree *tree)
{
  GTreeNode *first = g_tree_node_first (tree);

  return first != NULL ? g_tree_node_value (first) : NULL;
}

/* (nullable) the first job of either tree, with the milliseconds until it is due. */
static Job *
find_first (Service *service, int64_t *rest)
{
  Job *timed = first_of (service->waits.by_time);
  Job *delayed = first_of (service->waits.by_delay);
  int64_t time_rest = timed != NULL ? timed->wait_until - service->config.now_ms () : INT64_MAX;
  int64_t delay_rest = delayed != NULL ? delayed->wait_until - waits_now (service) : INT64_MAX;

  *rest = MIN (time_rest, delay_rest);
  return time_rest < delay_rest ? timed : delayed;
}

static void on_timer (uv_timer_t *timer);

static void
set_timer (Service *service)
{
  int64_t rest;

  if (service->waits.backs_off)
    return;
  if (service->is_stopping || find_first (service, &rest) == NULL)
    uv_timer_stop (&service->waits.timer);
  else
    uv_timer_start (&service->waits.timer, on_timer, (uint64_t) CLAMP (rest, 0, CHECK_MS), 0);
}

static void
count_wait (Job *job, JobWait wait)
{
  size_t *n_waiting = job->service->waits.n_waiting;

  if (job->counted_wait != JOB_WAIT_NOTHING)
    n_waiting[job->counted_wait]--;
  job->counted_wait = wait;
  if (wait != JOB_WAIT_NOTHING)
    n_waiting[wait]++;
}

void
waits_leave (Job *job)
{
  if (job->wait_tree != NULL)
    g_tree_remove (g_steal_pointer (&job->wait_tree), job);
  count_wait (job, JOB_WAIT_NOTHING);
}

bool
waits_admit (Job *job)
{
  Waits *waits = &job->service->waits;
  int64_t until;
  JobWait wait = find_wait (job, &until);

  waits_leave (job);
  if (wait == JOB_WAIT_DEPENDENCY && dependencies_status (job) == DEPENDENCY_BROKEN)
    service_recheck (job);
  if (wait == JOB_WAIT_TIME || wait == JOB_WAIT_RETRY)
    {
      job->wait_until = until;
      job->wait_tree = wait == JOB_WAIT_TIME ? waits->by_time : waits->by_delay;
      g_tree_insert (job->wait_tree, job, job);
      set_timer (job->service);
    }
  if (!job->data->paused)
    count_wait (job, wait);
  return wait == JOB_WAIT_NOTHING;
}

/* Puts the job where it belongs now, and tells clients if it waits for something else. */
static void
place (Job *job)
{
  waits_leave (job);
  job_dequeue (job);
  job_enqueue (job);
  if (waits_mark (job) != job->shown_mark)
    service_announce_job (job);
}

static void
on_timer (uv_timer_t *timer)
{
  Service *service = timer->data;
  int64_t rest;
  Job *job;

  service->waits.backs_off = false;
  for (int n = 0; n < PER_TURN && !service->is_stopping
                  && (job = find_first (service, &rest)) != NULL && rest <= 0;
       n++)
    place (job);
  set_timer (service);
  service_pump (service);
}

/* ---- Dependencies ---- */

/* The dependants see at once what is about to be stored. */
static void
set_coming_state (Job *job, VestimJobState state)
{
  job->coming_state = state;
  job->has_coming_state = true;
  dependencies_note_status (job);
}

static void
clear_coming_state (Job *job)
{
  job->service->waits.n_storing--;
  job->has_coming_state = false;
  dependencies_note_status (job);
}

static void
on_change_failed (Job *job)
{
  Service *service = job->service;

  clear_coming_state (job);
  service_recheck (job);
  service->waits.backs_off = true;
  uv_timer_start (&service->waits.timer, on_timer, BACK_OFF_MS, 0);
}

static void
store_change (Job *job, VestimJob *next)
{
  job->service->waits.n_storing++;
  job_lock (job);
  set_coming_state (job, next->state);
  job_store (job, next, NULL, clear_coming_state, on_change_failed);
}

static void
block (Job *job)
{
  VestimJob *next = vestim_job_copy (job->data);

  next->state = VESTIM_JOB_STOPPED;
  next->is_blocked = true;
  next->finished_at = job->service->config.now_ms ();
  g_free (next->details.reason);
  next->details.reason = dependencies_dup_reason (job->service, job->data);
  log_info (MODULE, "job stopped id=%s reason=\"%s\"", next->id, next->details.reason);
  store_change (job, next);
}

static void
unblock (Job *job)
{
  VestimJob *next = vestim_job_copy (job->data);

  next->state = VESTIM_JOB_QUEUED;
  next->is_blocked = false;
  next->finished_at = 0;
  g_clear_pointer (&next->details.reason, g_free);
  store_change (job, next);
}

static bool
may_change (const Service *service)
{
  return service->is_settled && service->n_resuming == 0 && !service->is_stopping
         && !service->waits.backs_off && service->waits.n_storing < MAX_STORING;
}

/* A locked job is checked when it is unlocked. */
static void
check (Job *job)
{
  DependencyStatus status = dependencies_status (job);

  if (job->is_locked || !job_is (job, JOB_IDLE))
    return;
  if (job->data->is_blocked && status != DEPENDENCY_BROKEN
      && unique_find_other (job->service, job->data) == NULL)
    unblock (job);
  else if (job->data->state == VESTIM_JOB_QUEUED && status == DEPENDENCY_BROKEN)
    block (job);
  else if (job->data->state == VESTIM_JOB_QUEUED)
    place (job);
}

static void
on_idle (uv_idle_t *idle)
{
  Service *service = idle->data;
  Job *job;

  for (int n = 0; n < PER_TURN && may_change (service)
                  && (job = g_queue_peek_head (&service->waits.rechecks)) != NULL;
       n++)
    {
      waits_forget (job);
      check (job);
    }
  if (!may_change (service) || g_queue_is_empty (&service->waits.rechecks))
    uv_idle_stop (idle);
  service_pump (service);
}

void
waits_continue (Service *service)
{
  if (may_change (service) && !g_queue_is_empty (&service->waits.rechecks))
    uv_idle_start (&service->waits.idle, on_idle);
}

void
service_recheck (Job *job)
{
  if (!job->is_listed_for_check)
    {
      job->is_listed_for_check = true;
      job->check_link = (GList){ .data = job };
      g_queue_push_tail_link (&job->service->waits.rechecks, &job->check_link);
    }
  waits_continue (job->service);
}

void
waits_forget (Job *job)
{
  if (job->is_listed_for_check)
    g_queue_unlink (&job->service->waits.rechecks, &job->check_link);
  job->is_listed_for_check = false;
}

/* ---- Life ---- */

void
waits_store_clock (Service *service, RegistryTransaction *transaction)
{
  g_autofree char *value = key_clock_format (&service->waits.clock);

  registry_transaction_set_setting (transaction, CLOCK_SETTING, value);
}

void
waits_init (Service *service)
{
  Waits *waits = &service->waits;

  waits->by_time = g_tree_new (compare_jobs);
  waits->by_delay = g_tree_new (compare_jobs);
  g_queue_init (&waits->rechecks);
  uv_timer_init (service->config.loop, &waits->timer);
  uv_idle_init (service->config.loop, &waits->idle);
  waits->timer.data = waits->idle.data = service;
  service->open_handles += 2;
}

void
waits_load (Service *service)
{
  g_autofree char *stored = registry_get_setting (service->config.registry, CLOCK_SETTING);

  key_clock_init (&service->waits.clock, stored, 0, clock_uptime_ms);
}

void
waits_clear (Service *service)
{
  g_tree_unref (service->waits.by_time);
  g_tree_unref (service->waits.by_delay);
}
