/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/jobs/service-changes.h"

/* A moved job gets a rank between those of its new neighbours. There is room for twenty moves into
 * one place. After them, the jobs near that place get new ranks in the same transaction, as many of
 * them as are needed for room to ten more moves: a few of ten thousand. Ranks that were given at
 * the back only grow, so that new jobs come after all moved ones. */

#define STEP VESTIM_JOB_RANK_OF (1)
#define MIN_GAP 1024

typedef struct
{
  int64_t sequence;
  int64_t rank;
} NewRank;

typedef struct
{
  QueueChange base;
  char *job_id;
  char *other_id; /* (nullable) */
  ServiceMove where;
  VestimJob *shown; /* as it will be */
  GArray *ranks;    /* of NewRank, to be stored; empty: the job is there already */
} MoveChange;

int64_t
service_take_rank (Service *service)
{
  service->last_rank = MAX (service->last_rank + STEP, VESTIM_JOB_RANK_OF (service->last_sequence));
  return service->last_rank;
}

static bool
refuse (MoveChange *change, int code, const char *field, const char *detail)
{
  call_defer (change->base.call, code, field, detail);
  return false;
}

/* ---- The new place ---- */

/* What comes before and after the new place (each nullable), without the job itself. */
typedef struct
{
  QueueItem *previous;
  QueueItem *next;
} Place;

/* (nullable) `item` if it has the job's priority, and is not the job itself, whose neighbour in
 * that direction then counts. */
static QueueItem *
skip_self (const Queue *queue, const Job *job, QueueItem *item, bool is_forward)
{
  if (item == job->item)
    item = is_forward ? queue_line_next (queue, item) : queue_line_previous (queue, item);
  return item != NULL && item->priority == job->data->priority ? item : NULL;
}

static Place
find_place (const Queue *queue, const Job *job, const Job *other, ServiceMove where)
{
  int priority = job->data->priority;
  Place place = { NULL, NULL };

  switch (where)
    {
    case SERVICE_MOVE_FRONT:
      place.next = skip_self (queue, job, queue_line_first (queue, priority), true);
      break;
    case SERVICE_MOVE_BACK:
      place.previous = skip_self (queue, job, queue_line_last (queue, priority), false);
      break;
    case SERVICE_MOVE_BEFORE:
      place.next = other->item;
      place.previous = skip_self (queue, job, queue_line_previous (queue, other->item), false);
      break;
    case SERVICE_MOVE_AFTER:
      place.previous = other->item;
      place.next = skip_self (queue, job, queue_line_next (queue, other->item), true);
      break;
    }
  return place;
}

static bool
is_there_already (const Queue *queue, const Job *job, const Place *place)
{
  const QueueItem *next = queue_line_next (queue, job->item);
  const QueueItem *previous = queue_line_previous (queue, job->item);

  return (place->next == NULL || place->next == next)
         && (place->previous == NULL || place->previous == previous);
}

static void
add_rank (MoveChange *change, int64_t sequence, int64_t rank)
{
  const NewRank entry = { sequence, rank };

  g_array_append_val (change->ranks, entry);
}

static QueueItem *
previous_of (const Queue *queue, const Job *job, const QueueItem *item)
{
  return skip_self (queue, job, queue_line_previous (queue, item), false);
}

/* Takes one more item in at each end: those that `place` names are not in it, and stay as they are.
 * The last item of all stays, too; before the first one there is room without end. Returns the
 * number of items. */
static int64_t
widen (const Queue *queue, const Job *job, Place *place)
{
  QueueItem *next = skip_self (queue, job, queue_line_next (queue, place->next), true);
  int64_t n = place->previous != NULL;

  if (place->previous != NULL)
    place->previous = previous_of (queue, job, place->previous);
  if (next != NULL)
    place->next = next;
  return n + (next != NULL);
}

/* Gives the items around the new place ranks at even distances. Returns that of the job itself. */
static int64_t
renumber (MoveChange *change, const Queue *queue, const Job *job, const Place *place)
{
  Place around = *place;
  int64_t n = 1, gap, rank, own = 0;

  do
    n += widen (queue, job, &around);
  while (around.previous != NULL
         && (around.next->rank - around.previous->rank) / (n + 1) < MIN_GAP);
  gap = around.previous != NULL ? (around.next->rank - around.previous->rank) / (n + 1) : STEP;

  rank = around.next->rank;
  for (const QueueItem *item = around.next; item != around.previous;
       item = previous_of (queue, job, item))
    {
      if (item != around.next)
        add_rank (change, item->sequence, rank -= gap);
      if (item == place->next)
        own = rank -= gap;
    }
  return own;
}

static int64_t
choose_rank (MoveChange *change, Service *service, const Job *job, const Place *place)
{
  if (place->next == NULL)
    return service_take_rank (service);
  if (place->previous == NULL)
    return place->next->rank - STEP;
  if (place->next->rank - place->previous->rank >= 2)
    return place->previous->rank + (place->next->rank - place->previous->rank) / 2;
  return renumber (change, service->queue, job, place);
}

/* ---- The change ---- */

/* False: refused. `*other` (nullable) stays NULL for a move to the front or the back. */
static bool
check_other (MoveChange *change, const Job *job, Job **other)
{
  const char *field = change->where == SERVICE_MOVE_BEFORE ? "before" : "after";
  Service *service = change->base.call->service;

  if (change->other_id == NULL)
    return true;
  *other = service_find (service, change->other_id);
  if (service_find_entry (service, change->other_id) == NULL)
    return refuse (change, SERVICE_E_INVALID, field, "There is no job with this ID.");
  if (*other == job)
    return refuse (change, SERVICE_E_INVALID, field, "Name another job than the one that moves.");
  if (*other == NULL || (*other)->data->state != VESTIM_JOB_QUEUED)
    return refuse (change, SERVICE_E_INVALID, field,
                   "That job is not queued, so it has no place in the queue.");
  if ((*other)->data->priority != job->data->priority)
    return refuse (change, SERVICE_E_INVALID, field,
                   "That job has another priority. Give both the same priority first.");
  return true;
}

static bool
prepare_move (QueueChange *base, RegistryTransaction *transaction, ServiceResult *result)
{
  MoveChange *change = (MoveChange *) base;
  Service *service = base->call->service;
  Job *job = service_find (service, change->job_id);
  Job *other = NULL;
  Place place;

  if (service_find_entry (service, change->job_id) == NULL)
    return refuse (change, SERVICE_E_NOT_FOUND, NULL, NULL);
  if (job == NULL || job->data->state != VESTIM_JOB_QUEUED)
    return refuse (change, SERVICE_E_STATE, NULL,
                   "Only a job that waits in the queue can be moved.");
  if (!check_other (change, job, &other))
    return false;
  place = find_place (service->queue, job, other, change->where);
  change->shown = vestim_job_copy (job->data);
  result->job = change->shown;
  if (is_there_already (service->queue, job, &place))
    return true;
  change->shown->rank = choose_rank (change, service, job, &place);
  add_rank (change, job->data->sequence, change->shown->rank);
  for (unsigned i = 0; i < change->ranks->len; i++)
    {
      const NewRank *entry = &g_array_index (change->ranks, NewRank, i);

      registry_transaction_set_rank (transaction, entry->sequence, entry->rank);
    }
  return true;
}

/* The order of the others among themselves stays, so they are not announced one by one. */
static void
apply_move (QueueChange *base, ServiceResult *result)
{
  const MoveChange *change = (MoveChange *) base;
  Service *service = base->call->service;
  Job *job = service_find (service, change->job_id);

  for (unsigned i = 0; i < change->ranks->len; i++)
    {
      const NewRank *entry = &g_array_index (change->ranks, NewRank, i);
      const JobEntry *moved = job_index_find (&service->index, entry->sequence);

      if (moved != NULL && moved->job != NULL)
        job_set_rank (moved->job, entry->rank);
    }
  if (change->ranks->len > 1)
    service_announce_queue (service);
  if (change->ranks->len > 0 && job != NULL)
    service_announce_job (job);
  result->job = job != NULL ? job->data : change->shown;
}

static void
clear_move (QueueChange *base)
{
  MoveChange *change = (MoveChange *) base;

  g_free (change->job_id);
  g_free (change->other_id);
  g_array_unref (change->ranks);
  vestim_job_free (change->shown);
}

void
service_move (Service *service, const char *job_id, ServiceMove where, const char *other_id,
              const ServiceCall *call)
{
  MoveChange *change = queue_change_new (sizeof *change, service, call);

  change->base.prepare = prepare_move;
  change->base.apply = apply_move;
  change->base.clear = clear_move;
  change->job_id = g_strdup (job_id);
  change->other_id = g_strdup (other_id);
  change->where = where;
  change->ranks = g_array_new (false, false, sizeof (NewRank));
  service_change_queue (&change->base);
}
