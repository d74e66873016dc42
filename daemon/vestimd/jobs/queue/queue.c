/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/queue/queue-private.h"

#include <assert.h>
#include <stddef.h>

#define ITEM_OF_LINE(node) ((QueueItem *) ((char *) (node) -offsetof (QueueItem, in_line)))

static int
compare_in_line (const OrderNode *a, const OrderNode *b)
{
  return queue_item_compare (ITEM_OF_LINE (a), ITEM_OF_LINE (b));
}

static void
group_free (void *data)
{
  QueueGroup *group = data;

  g_free (group->name);
  g_ptr_array_unref (group->classes);
  g_free (group);
}

Queue *
queue_new (void)
{
  Queue *queue = g_new0 (Queue, 1);

  queue->gpus = g_array_new (false, false, sizeof (int));
  queue->max_running = 1;
  queue->capacity.cpus = 1;
  queue->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, group_free);
  queue->shapes = g_ptr_array_new ();
  queue->changed_groups = g_ptr_array_new ();
  order_tree_init (&queue->line, compare_in_line, &queue->n_steps);
  queue_unref_group (queue, queue_ref_group (queue, QUEUE_DEFAULT_GROUP));
  return queue;
}

void
queue_free (Queue *queue)
{
  assert (queue->line.root == NULL && queue->shapes->len == 0 && queue->n_running == 0);
  g_ptr_array_unref (queue->shapes);
  g_ptr_array_unref (queue->changed_groups);
  g_hash_table_unref (queue->groups);
  g_array_unref (queue->gpus);
  g_free (queue);
}

/* ---- Settings ---- */

void
queue_set_capacity (Queue *queue, const QueueSlots *capacity, const int *gpus)
{
  queue->capacity = *capacity;
  g_array_set_size (queue->gpus, 0);
  g_array_append_vals (queue->gpus, gpus, (unsigned) capacity->gpus);
}

void
queue_set_max_running (Queue *queue, int max_running)
{
  queue->max_running = max_running;
}

void
queue_set_paused (Queue *queue, bool is_paused)
{
  queue->is_paused = is_paused;
}

void
queue_set_starvation (Queue *queue, int64_t ms)
{
  queue->starvation_ms = ms;
}

const QueueSlots *
queue_get_capacity (const Queue *queue)
{
  return &queue->capacity;
}

const QueueSlots *
queue_get_used (const Queue *queue)
{
  return &queue->used;
}

int
queue_get_max_running (const Queue *queue)
{
  return queue->max_running;
}

bool
queue_is_paused (const Queue *queue)
{
  return queue->is_paused;
}

int64_t
queue_get_starvation (const Queue *queue)
{
  return queue->starvation_ms;
}

int
queue_count_running (const Queue *queue)
{
  return queue->n_running;
}

int
queue_count_frozen (const Queue *queue)
{
  return queue->n_frozen;
}

uint64_t
queue_count_steps (const Queue *queue)
{
  return queue->n_steps;
}

/* ---- The line ---- */

void
queue_line_add (Queue *queue, QueueItem *item, int priority, int64_t rank)
{
  if (order_node_is_in_tree (&item->in_line))
    return;
  item->priority = priority;
  item->rank = rank;
  order_tree_insert (&queue->line, &item->in_line, 0);
}

void
queue_line_remove (Queue *queue, QueueItem *item)
{
  assert (item->class == NULL);
  if (order_node_is_in_tree (&item->in_line))
    order_tree_remove (&queue->line, &item->in_line);
}

static QueueItem *
with_priority (OrderNode *node, int priority)
{
  return node != NULL && ITEM_OF_LINE (node)->priority == priority ? ITEM_OF_LINE (node) : NULL;
}

/* (nullable) the first node of this or a lower priority. */
static OrderNode *
first_from (const Queue *queue, int priority)
{
  const QueueItem probe = { .priority = priority, .rank = INT64_MIN, .sequence = INT64_MIN };

  return order_tree_first_from (&queue->line, &probe.in_line);
}

QueueItem *
queue_line_first (const Queue *queue, int priority)
{
  return with_priority (first_from (queue, priority), priority);
}

QueueItem *
queue_line_last (const Queue *queue, int priority)
{
  OrderNode *after = first_from (queue, priority - 1);

  return with_priority (after != NULL ? order_tree_previous (&queue->line, after)
                                      : order_tree_last (&queue->line),
                        priority);
}

QueueItem *
queue_line_next (const Queue *queue, const QueueItem *item)
{
  OrderNode *node = order_tree_next (&queue->line, &item->in_line);

  return node != NULL ? ITEM_OF_LINE (node) : NULL;
}

QueueItem *
queue_line_previous (const Queue *queue, const QueueItem *item)
{
  OrderNode *node = order_tree_previous (&queue->line, &item->in_line);

  return node != NULL ? ITEM_OF_LINE (node) : NULL;
}

/* ---- Slots ---- */

bool
queue_needs_nothing (const QueueSlots *needs)
{
  return needs->cpus == 0 && needs->memory_mb == 0 && needs->gpus == 0;
}

/* Of the capacity. Fewer of them may be given away: after a change of the capacity, attempts may
 * hold others. */
static int
count_free_gpus (const Queue *queue)
{
  int n = 0;

  for (unsigned i = 0; i < queue->gpus->len; i++)
    n += queue->gpu_uses[g_array_index (queue->gpus, int, i)] == 0;
  return n;
}

static GArray *
choose_gpus (const Queue *queue, int n)
{
  GArray *chosen = g_array_new (false, false, sizeof (int));

  for (unsigned i = 0; i < queue->gpus->len && chosen->len < (unsigned) n; i++)
    {
      int index = g_array_index (queue->gpus, int, i);

      if (queue->gpu_uses[index] == 0)
        g_array_append_val (chosen, index);
    }
  return chosen;
}

/* `sign`: 1 or -1. */
static void
add_slots (QueueSlots *sum, const QueueSlots *slots, int sign)
{
  sum->cpus += sign * slots->cpus;
  sum->memory_mb += sign * slots->memory_mb;
  sum->gpus += sign * slots->gpus;
}

static void
count_uses (Queue *queue, const GArray *gpus, int sign)
{
  for (unsigned i = 0; i < gpus->len; i++)
    queue->gpu_uses[g_array_index (gpus, int, i)] += (unsigned) sign;
}

void
queue_occupy (Queue *queue, QueueItem *item, QueueGroup *group, const QueueSlots *needs,
              const GArray *gpus)
{
  assert (!item->holds_slots && item->class == NULL);
  item->holds_slots = true;
  item->is_passed_over = false;
  item->held = *needs;
  item->held_group = queue_ref_group (queue, group->name);
  item->gpus = gpus != NULL ? g_array_copy ((GArray *) gpus) : choose_gpus (queue, needs->gpus);
  add_slots (&queue->used, needs, 1);
  count_uses (queue, item->gpus, 1);
  queue->n_running++;
  queue->n_here += !queue_needs_nothing (needs);
  queue_group_count (queue, group, 1);
}

void
queue_release (Queue *queue, QueueItem *item)
{
  QueueGroup *group = item->held_group;

  if (!item->holds_slots)
    return;
  queue_freeze (queue, item, false);
  item->holds_slots = false;
  add_slots (&queue->used, &item->held, -1);
  count_uses (queue, item->gpus, -1);
  g_clear_pointer (&item->gpus, g_array_unref);
  queue->n_running--;
  queue->n_here -= !queue_needs_nothing (&item->held);
  queue_group_count (queue, group, -1);
  item->held_group = NULL;
  queue_unref_group (queue, group);
}

void
queue_freeze (Queue *queue, QueueItem *item, bool is_frozen)
{
  if (!item->holds_slots || item->is_frozen == is_frozen)
    return;
  item->is_frozen = is_frozen;
  add_slots (&queue->frozen, &item->held, is_frozen ? 1 : -1);
  queue->n_frozen += is_frozen ? 1 : -1;
}

/* ---- The decision ---- */

/* Not below 0: more may be taken than there is, after the capacity was lowered. A job that needs
 * none of it can start all the same. */
static QueueSlots
room_besides (const Queue *queue, const QueueSlots *taken)
{
  return (QueueSlots){
    .cpus = MAX (queue->capacity.cpus - taken->cpus, 0),
    .memory_mb = MAX (queue->capacity.memory_mb - taken->memory_mb, 0),
    .gpus = MAX (queue->capacity.gpus - taken->gpus, 0),
  };
}

/* Without the reserve, small jobs could take each slot that becomes free, and a large job would
 * never find enough of them. The first item counts as passed over from the moment at which it was
 * first and there was no room. Slots of paused jobs may stay taken for any time, so an item that
 * needs them reserves nothing. An item that needs nothing takes no room from it. */
QueueItem *
queue_next (Queue *queue, int64_t now_ms)
{
  static const QueueSlots nothing = { 0 };
  QueueSlots room = room_besides (queue, &queue->used);
  QueueSlots later = room_besides (queue, &queue->frozen);
  QueueItem *next, *first;

  if (queue->is_paused)
    return NULL;
  if (queue->n_here >= queue->max_running)
    return queue_first_within (queue, &nothing);
  room.gpus = MIN (room.gpus, count_free_gpus (queue));
  next = queue_first_within (queue, &room);
  first = queue_first_within (queue, &later);
  if (first == NULL || (next != NULL && queue_item_compare (next, first) <= 0))
    return next;
  if (!first->is_passed_over)
    {
      first->is_passed_over = true;
      first->passed_over_at = now_ms;
    }
  return now_ms - first->passed_over_at >= queue->starvation_ms
             ? queue_first_within (queue, &nothing)
             : next;
}

QueueWait
queue_explain (const Queue *queue, const QueueGroup *group, const QueueSlots *needs)
{
  const QueueSlots *capacity = &queue->capacity;

  if (queue->is_paused)
    return QUEUE_WAIT_PAUSED;
  if (group->is_paused)
    return QUEUE_WAIT_GROUP_PAUSED;
  if (needs->cpus > capacity->cpus || needs->memory_mb > capacity->memory_mb
      || needs->gpus > capacity->gpus)
    return QUEUE_WAIT_TOO_LARGE;
  if (queue->max_running == 0 && !queue_needs_nothing (needs))
    return QUEUE_WAIT_DRAINED;
  return queue_group_is_full (group) ? QUEUE_WAIT_GROUP_FULL : QUEUE_WAIT_SLOT;
}

void
queue_count_waiting (const Queue *queue, size_t counts[QUEUE_N_WAITS])
{
  const QueueSlots nothing = { 0 };
  GHashTableIter iter;
  void *value;

  g_hash_table_iter_init (&iter, queue->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const QueueGroup *group = value;

      counts[queue_explain (queue, group, &nothing)] += group->n_waiting;
    }
}
