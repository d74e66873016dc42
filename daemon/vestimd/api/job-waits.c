/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-waits.h"

#include <assert.h>

#include "common/vestim-api.h"
#include "daemon/vestimd/jobs/service.h"

/* Waits of the same length end in the order in which they began, so a queue for each length has
 * the next one at its head. Those that are to be answered go to `due`, and are answered from the
 * loop: an answer may let the connection's next request begin, which must not happen in the middle
 * of a change. */

typedef struct
{
  JobWatcher watcher; /* the first member */
  JobWaits *waits;
  HttpExchange *exchange;
  GQueue *queue; /* that holds `link` */
  GList link;
  uint64_t deadline;     /* uv_now() */
  bool is_ended_by_stop; /* a stop of the daemon ends the job, and no start goes on with it */
} Waiter;

struct JobWaits
{
  uv_loop_t *loop;
  void (*answer) (HttpExchange *exchange);
  JobWatchers *watchers;
  GQueue by_length[VESTIM_MAX_WAIT_S + 1];
  GQueue due;
  uv_timer_t timer;
  void (*closed) (void *user);
  void *closed_user;
};

static void
move_to (Waiter *waiter, GQueue *queue)
{
  if (waiter->queue != NULL)
    g_queue_unlink (waiter->queue, &waiter->link);
  waiter->queue = queue;
  g_queue_push_tail_link (queue, &waiter->link);
}

static void
waiter_free (Waiter *waiter)
{
  job_watcher_remove (&waiter->watcher);
  g_queue_unlink (waiter->queue, &waiter->link);
  g_free (waiter);
}

static void
on_gone (void *user)
{
  waiter_free (user);
}

static void
answer_due (JobWaits *waits)
{
  while (waits->due.head != NULL)
    {
      Waiter *waiter = waits->due.head->data;
      HttpExchange *exchange = waiter->exchange;

      waiter_free (waiter);
      waits->answer (exchange);
    }
}

static void on_timer (uv_timer_t *timer);

/* For the earliest deadline. */
static void
arm (JobWaits *waits)
{
  uint64_t now = uv_now (waits->loop), earliest = waits->due.head != NULL ? now : UINT64_MAX;

  for (size_t i = 0; i < G_N_ELEMENTS (waits->by_length) && earliest > now; i++)
    if (waits->by_length[i].head != NULL)
      earliest = MIN (earliest, ((Waiter *) waits->by_length[i].head->data)->deadline);
  if (earliest == UINT64_MAX)
    uv_timer_stop (&waits->timer);
  else
    uv_timer_start (&waits->timer, on_timer, earliest > now ? earliest - now : 0, 0);
}

static void
on_timer (uv_timer_t *timer)
{
  JobWaits *waits = timer->data;
  uint64_t now = uv_now (waits->loop);

  for (size_t i = 0; i < G_N_ELEMENTS (waits->by_length); i++)
    while (waits->by_length[i].head != NULL
           && ((Waiter *) waits->by_length[i].head->data)->deadline <= now)
      move_to (waits->by_length[i].head->data, &waits->due);
  answer_due (waits);
  arm (waits);
}

JobWaits *
job_waits_new (uv_loop_t *loop, JobWatchers *watchers, void (*answer) (HttpExchange *exchange))
{
  JobWaits *waits = g_new0 (JobWaits, 1);

  waits->loop = loop;
  waits->answer = answer;
  waits->watchers = watchers;
  uv_timer_init (loop, &waits->timer);
  waits->timer.data = waits;
  return waits;
}

static void
on_changed (JobWatcher *watcher, const VestimJob *job)
{
  Waiter *waiter = (Waiter *) watcher;

  move_to (waiter, &waiter->waits->due);
  arm (waiter->waits);
}

void
job_waits_add (JobWaits *waits, HttpExchange *exchange, const VestimJob *job, unsigned seconds)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  assert (seconds <= VESTIM_MAX_WAIT_S);
  waiter->waits = waits;
  waiter->exchange = exchange;
  waiter->link.data = waiter;
  waiter->deadline = uv_now (waits->loop) + seconds * UINT64_C (1000);
  waiter->is_ended_by_stop = job->state == VESTIM_JOB_RUNNING && !job_may_resume (job);
  job_watchers_add (waits->watchers, &waiter->watcher, job, on_changed);
  move_to (waiter, &waits->by_length[seconds]);
  arm (waits);
  http_exchange_wait (exchange, on_gone, waiter);
}

static void
end_queue (JobWaits *waits, GQueue *queue, bool with_ends)
{
  for (GList *link = queue->head, *next; link != NULL; link = next)
    {
      Waiter *waiter = link->data;

      next = link->next;
      if (!with_ends || !waiter->is_ended_by_stop)
        move_to (waiter, &waits->due);
    }
}

void
job_waits_end (JobWaits *waits, bool with_ends)
{
  for (size_t i = 0; i < G_N_ELEMENTS (waits->by_length); i++)
    end_queue (waits, &waits->by_length[i], with_ends);
  arm (waits);
}

static void
on_timer_closed (uv_handle_t *handle)
{
  JobWaits *waits = handle->data;

  waits->closed (waits->closed_user);
  g_free (waits);
}

void
job_waits_close (JobWaits *waits, void (*closed) (void *user), void *user)
{
  waits->closed = closed;
  waits->closed_user = user;
  job_waits_end (waits, false);
  answer_due (waits);
  uv_close ((uv_handle_t *) &waits->timer, on_timer_closed);
}
