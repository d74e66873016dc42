/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/queue/queue-types.h"

/* Decides which job starts next: the first in order for which the machine and its group have room.
 * The order is by priority, then by rank. The queue knows no jobs, only the items that their owner
 * keeps for them, and it has no clock and no loop.
 *
 * An item is in line while its job is queued. It waits while its job may start at once, and it
 * holds slots while an attempt of its job is under way. */

Queue *queue_new (void);
void queue_free (Queue *queue); /* without items */

/* ---- Settings ---- */

/* `gpus`: the indices of `capacity->gpus` GPUs, copied. */
void queue_set_capacity (Queue *queue, const QueueSlots *capacity, const int *gpus);
/* Of the items that need something. */
void queue_set_max_running (Queue *queue, int max_running);
void queue_set_paused (Queue *queue, bool is_paused);
/* After this time without room for the first item, no other one is started before it. */
void queue_set_starvation (Queue *queue, int64_t ms);

const QueueSlots *queue_get_capacity (const Queue *queue);
const QueueSlots *queue_get_used (const Queue *queue);
int queue_get_max_running (const Queue *queue);
bool queue_is_paused (const Queue *queue);
int64_t queue_get_starvation (const Queue *queue);
int queue_count_running (const Queue *queue);
int queue_count_frozen (const Queue *queue); /* of these, paused jobs */

/* ---- Groups ---- */

/* A group exists while someone has a reference, or its settings are not the default ones. The group
 * "default" always exists. */
QueueGroup *queue_ref_group (Queue *queue, const char *name);
void queue_unref_group (Queue *queue, QueueGroup *group);
void queue_set_group (Queue *queue, QueueGroup *group, int max_running, bool is_paused);
bool queue_group_is_full (const QueueGroup *group);
GPtrArray *queue_list_groups (const Queue *queue); /* (transfer container) by name */
QueueGroup *queue_find_group (const Queue *queue, const char *name); /* (nullable) */

/* ---- Items ---- */

/* The line holds all queued items, also those that may not start yet. No effect twice. */
void queue_line_add (Queue *queue, QueueItem *item, int priority, int64_t rank);
void queue_line_remove (Queue *queue, QueueItem *item);
QueueItem *queue_line_first (const Queue *queue, int priority);             /* (nullable) */
QueueItem *queue_line_last (const Queue *queue, int priority);              /* (nullable) */
QueueItem *queue_line_next (const Queue *queue, const QueueItem *item);     /* (nullable) */
QueueItem *queue_line_previous (const Queue *queue, const QueueItem *item); /* (nullable) */

/* The item of the line may start as soon as there is room. */
void queue_push (Queue *queue, QueueItem *item, QueueGroup *group, const QueueSlots *needs);
void queue_remove (Queue *queue, QueueItem *item); /* no effect when it does not wait */

/* (nullable) the item that starts now. `now_ms`: of a clock that is never set. */
QueueItem *queue_next (Queue *queue, int64_t now_ms);

/* Gives slots to an item that holds none, whether there is room or not. `gpus` (nullable): those
 * that it has already; else free ones are chosen. */
void queue_occupy (Queue *queue, QueueItem *item, QueueGroup *group, const QueueSlots *needs,
                   const GArray *gpus);
void queue_release (Queue *queue, QueueItem *item); /* no effect when it holds none */
/* The job of the item is paused: it keeps its slots, and nobody knows for how long. */
void queue_freeze (Queue *queue, QueueItem *item, bool is_frozen);

/* ---- Reasons ---- */

typedef enum
{
  QUEUE_WAIT_SLOT,
  QUEUE_WAIT_TOO_LARGE, /* the machine never has that much */
  QUEUE_WAIT_DRAINED,   /* max_running is 0 */
  QUEUE_WAIT_GROUP_FULL,
  QUEUE_WAIT_GROUP_PAUSED,
  QUEUE_WAIT_PAUSED,
  QUEUE_N_WAITS,
} QueueWait;

/* Why an item of that group with these needs does not start. O(1). */
QueueWait queue_explain (const Queue *queue, const QueueGroup *group, const QueueSlots *needs);

/* Adds the numbers of the items that wait. Those that are too large count as QUEUE_WAIT_SLOT. O(n)
 * in the number of groups. */
void queue_count_waiting (const Queue *queue, size_t counts[QUEUE_N_WAITS]);

/* Whether a group has become full, or is full no longer, since the last call. */
bool queue_take_changes (Queue *queue);

/* The steps of all calls so far, for tests. */
uint64_t queue_count_steps (const Queue *queue);
