/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-waits.h"

#include <assert.h>

#include "common/vestim-api.h"

/* Waits of the same length end in the order in which they began, so a queue for each length has
 * the next one at its head. Those that are to be answered go to `due`, and are answered from the
 * loop: an answer may let the connection's next request begin, which must not happen in the middle
 * of a change. */

typedef struct Waiter Waiter;

struct Waiter
{
  JobWaits *waits;
  HttpExchange *exchange;
  GQueue *queue; /* that holds `link` */
  GList link;
  Waiter *previous; /* of the same job */
  Waiter *next;
  int64_t sequence;
  int attempt;
  VestimJobState state;
  uint64_t deadline; /* uv_now() */
};

struct JobWaits
{
  uv_loop_t *loop;
  void (*answer) (HttpExchange *exchange);
  GHashTable *by_job; /* sequence → the first Waiter */
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
join_job (Waiter *waiter)
{
  GHashTable *by_job = waiter->waits->by_job;

  waiter->next = g_hash_table_lookup (by_job, &waiter->sequence);
  if (waiter->next != NULL)
    waiter->next->previous = waiter;
  g_hash_table_replace (by_job, &waiter->sequence, waiter);
}

static void
leave_job (Waiter *waiter)
{
  GHashTable *by_job = waiter->waits->by_job;

  if (waiter->next != NULL)
    waiter->next->previous = waiter->previous;
  if (waiter->previous != NULL)
    waiter->previous->next = waiter->next;
  else if (waiter->next != NULL)
    g_hash_table_replace (by_job, &waiter->next->sequence, waiter->next);
  else
    g_hash_table_remove (by_job, &waiter->sequence);
}

static void
waiter_free (Waiter *waiter)
{
  leave_job (waiter);
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
job_waits_new (uv_loop_t *loop, void (*answer) (HttpExchange *exchange))
{
  JobWaits *waits = g_new0 (JobWaits, 1);

  waits->loop = loop;
  waits->answer = answer;
  waits->by_job = g_hash_table_new (g_int64_hash, g_int64_equal);
  uv_timer_init (loop, &waits->timer);
  waits->timer.data = waits;
  return waits;
}

void
job_waits_add (JobWaits *waits, HttpExchange *exchange, const VestimJob *job, unsigned seconds)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  assert (seconds <= VESTIM_MAX_WAIT_S);
  waiter->waits = waits;
  waiter->exchange = exchange;
  waiter->link.data = waiter;
  waiter->sequence = job->sequence;
  waiter->attempt = job->attempt;
  waiter->state = job->state;
  waiter->deadline = uv_now (waits->loop) + seconds * UINT64_C (1000);
  join_job (waiter);
  move_to (waiter, &waits->by_length[seconds]);
  arm (waits);
  http_exchange_wait (exchange, on_gone, waiter);
}

void
job_waits_job_changed (JobWaits *waits, const VestimJob *job)
{
  for (Waiter *waiter = g_hash_table_lookup (waits->by_job, &job->sequence); waiter != NULL;
       waiter = waiter->next)
    if (waiter->state != job->state || waiter->attempt != job->attempt)
      move_to (waiter, &waits->due);
  if (waits->due.head != NULL)
    arm (waits);
}

void
job_waits_job_deleted (JobWaits *waits, const char *job_id)
{
  int64_t sequence = vestim_job_id_sequence (job_id);

  for (Waiter *waiter = g_hash_table_lookup (waits->by_job, &sequence); waiter != NULL;
       waiter = waiter->next)
    move_to (waiter, &waits->due);
  if (waits->due.head != NULL)
    arm (waits);
}

void
job_waits_end_all (JobWaits *waits)
{
  for (size_t i = 0; i < G_N_ELEMENTS (waits->by_length); i++)
    while (waits->by_length[i].head != NULL)
      move_to (waits->by_length[i].head->data, &waits->due);
  arm (waits);
}

static void
on_timer_closed (uv_handle_t *handle)
{
  JobWaits *waits = handle->data;

  g_hash_table_unref (waits->by_job);
  waits->closed (waits->closed_user);
  g_free (waits);
}

void
job_waits_close (JobWaits *waits, void (*closed) (void *user), void *user)
{
  waits->closed = closed;
  waits->closed_user = user;
  job_waits_end_all (waits);
  answer_due (waits);
  uv_close ((uv_handle_t *) &waits->timer, on_timer_closed);
}
