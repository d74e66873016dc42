/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestimd/jobs/queue/queue.h"

/* Random changes of the queue, each compared with a model that looks at every item. */

#define N_STEPS 100000
#define N_ITEMS 60
#define N_GROUPS 4
#define N_GPUS 3

typedef enum
{
  AWAY,
  IN_LINE, /* and may not start yet */
  WAITING,
  HANDED_OVER, /* to an executor that takes long: still in line */
  RUNNING,
} ItemState;

typedef struct
{
  QueueItem item;
  ItemState state;
  int group;
  QueueSlots needs;
  bool is_passed_over;
  int64_t passed_over_at;
  bool is_frozen;
} ModelItem;

typedef struct
{
  Queue *queue;
  GRand *random;
  ModelItem items[N_ITEMS];
  struct
  {
    int max_running;
    bool is_paused;
  } groups[N_GROUPS];
  QueueSlots capacity;
  int max_running;
  bool is_paused;
  int64_t starvation_ms;
  int64_t now;
  int64_t last_sequence;
  int n_started;
} Model;

static const char *const names[N_GROUPS] = { "default", "a", "b", "c" };
static const int gpu_indices[N_GPUS] = { 2, 0, 5 };

static int
below (Model *model, int end)
{
  return g_rand_int_range (model->random, 0, end);
}

/* ---- The naive answers ---- */

static bool
goes_before (const ModelItem *a, const ModelItem *b)
{
  if (b == NULL)
    return true;
  if (a->item.priority != b->item.priority)
    return a->item.priority > b->item.priority;
  if (a->item.rank != b->item.rank)
    return a->item.rank < b->item.rank;
  return a->item.sequence < b->item.sequence;
}

static bool
holds_slots (const ModelItem *item)
{
  return item->state == HANDED_OVER || item->state == RUNNING;
}

static bool
needs_nothing (const ModelItem *item)
{
  return item->needs.cpus == 0 && item->needs.memory_mb == 0 && item->needs.gpus == 0;
}

static int
count_of_group (const Model *model, int group)
{
  int n = 0;

  for (int i = 0; i < N_ITEMS; i++)
    n += holds_slots (&model->items[i]) && model->items[i].group == group;
  return n;
}

static int
count_here (const Model *model)
{
  int n = 0;

  for (int i = 0; i < N_ITEMS; i++)
    n += holds_slots (&model->items[i]) && !needs_nothing (&model->items[i]);
  return n;
}

/* What is left if only the running items count that are frozen, or all of them. */
static QueueSlots
room_of (const Model *model, bool only_frozen)
{
  QueueSlots room = model->capacity;

  for (int i = 0; i < N_ITEMS; i++)
    {
      const ModelItem *item = &model->items[i];

      if (!holds_slots (item) || (only_frozen && !item->is_frozen))
        continue;
      room.cpus -= item->needs.cpus;
      room.memory_mb -= item->needs.memory_mb;
      room.gpus -= item->needs.gpus;
    }
  return room;
}

/* Of those that the capacity has now. */
static int
count_free_gpus (const Model *model)
{
  bool is_used[6] = { false };
  int n = 0;

  for (int i = 0; i < N_ITEMS; i++)
    for (unsigned k = 0; holds_slots (&model->items[i]) && k < model->items[i].item.gpus->len; k++)
      is_used[g_array_index (model->items[i].item.gpus, int, k)] = true;
  for (int i = 0; i < model->capacity.gpus; i++)
    n += !is_used[gpu_indices[i]];
  return n;
}

static ModelItem *
first_within (Model *model, QueueSlots room)
{
  ModelItem *best = NULL;

  for (int i = 0; i < N_ITEMS; i++)
    {
      ModelItem *item = &model->items[i];
      int limit = model->groups[item->group].max_running;

      if (item->state == WAITING && item->needs.cpus <= MAX (room.cpus, 0)
          && item->needs.memory_mb <= MAX (room.memory_mb, 0)
          && item->needs.gpus <= MAX (room.gpus, 0) && !model->groups[item->group].is_paused
          && (limit == QUEUE_NO_LIMIT || count_of_group (model, item->group) < limit)
          && goes_before (item, best))
        best = item;
    }
  return best;
}

static ModelItem *
expected_next (Model *model)
{
  const QueueSlots nothing = { 0 };
  QueueSlots room = room_of (model, false);
  ModelItem *next, *first;

  room.gpus = MIN (room.gpus, count_free_gpus (model));
  if (model->is_paused)
    return NULL;
  if (count_here (model) >= model->max_running)
    return first_within (model, nothing);
  next = first_within (model, room);
  first = first_within (model, room_of (model, true));
  if (first == NULL || (next != NULL && !goes_before (first, next)))
    return next;
  if (!first->is_passed_over)
    {
      first->is_passed_over = true;
      first->passed_over_at = model->now;
    }
  return model->now - first->passed_over_at >= model->starvation_ms ? first_within (model, nothing)
                                                                    : next;
}

/* ---- Steps ---- */

static void
add_item (Model *model, ModelItem *item)
{
  *item = (ModelItem){
    .state = IN_LINE,
    .group = below (model, N_GROUPS),
    .needs = { .cpus = below (model, 4), .memory_mb = below (model, 5), .gpus = below (model, 3) },
  };
  if (below (model, 8) == 0)
    item->needs = (QueueSlots){ 0 };
  item->item.sequence = ++model->last_sequence;
  queue_line_add (model->queue, &item->item, below (model, 3), below (model, 50));
}

static void
push_item (Model *model, ModelItem *item)
{
  QueueGroup *group = queue_ref_group (model->queue, names[item->group]);

  queue_push (model->queue, &item->item, group, &item->needs);
  queue_unref_group (model->queue, group);
  item->state = WAITING;
}

static void
hand_over_item (Model *model, ModelItem *item)
{
  QueueGroup *group = queue_ref_group (model->queue, names[item->group]);

  queue_remove (model->queue, &item->item);
  queue_occupy (model->queue, &item->item, group, &item->needs, NULL);
  queue_unref_group (model->queue, group);
  item->state = HANDED_OVER;
  item->is_passed_over = item->is_frozen = false;
}

static void
end_item (Model *model, ModelItem *item)
{
  queue_remove (model->queue, &item->item);
  queue_line_remove (model->queue, &item->item);
  queue_release (model->queue, &item->item);
  item->state = AWAY;
}

/* The executor has started it, or could not, or it is moved or taken back meanwhile. */
static void
step_handed_over (Model *model, ModelItem *item)
{
  switch (below (model, 4))
    {
    case 0:
      queue_release (model->queue, &item->item);
      push_item (model, item);
      return;
    case 1:
      queue_line_remove (model->queue, &item->item);
      queue_line_add (model->queue, &item->item, below (model, 3), below (model, 50));
      return;
    case 2:
      end_item (model, item);
      return;
    default:
      queue_line_remove (model->queue, &item->item);
      item->state = RUNNING;
    }
}

static void
step_item (Model *model, ModelItem *item)
{
  switch (item->state)
    {
    case AWAY:
      add_item (model, item);
      return;
    case IN_LINE:
      push_item (model, item);
      return;
    case WAITING:
      queue_remove (model->queue, &item->item);
      item->state = IN_LINE;
      return;
    case HANDED_OVER:
      step_handed_over (model, item);
      return;
    case RUNNING:
      if (below (model, 6) > 0)
        {
          end_item (model, item);
          return;
        }
      item->is_frozen = !item->is_frozen;
      queue_freeze (model->queue, &item->item, item->is_frozen);
      return;
    }
  g_assert_not_reached ();
}

/* Half of the time one that holds slots, so that there is often room for another. */
static ModelItem *
choose_item (Model *model)
{
  ModelItem *item = &model->items[below (model, N_ITEMS)];

  if (below (model, 2) > 0)
    for (int i = 0; i < N_ITEMS && !holds_slots (item); i++)
      item = &model->items[below (model, N_ITEMS)];
  return item;
}

static void
step_settings (Model *model)
{
  int i = below (model, N_GROUPS);
  QueueGroup *group = queue_ref_group (model->queue, names[i]);

  model->groups[i].max_running = below (model, 2) ? QUEUE_NO_LIMIT : below (model, 4);
  model->groups[i].is_paused = below (model, 4) == 0;
  queue_set_group (model->queue, group, model->groups[i].max_running, model->groups[i].is_paused);
  queue_unref_group (model->queue, group);
  model->is_paused = below (model, 12) == 0;
  queue_set_paused (model->queue, model->is_paused);
  model->max_running = below (model, 20);
  queue_set_max_running (model->queue, model->max_running);
  model->starvation_ms = below (model, 300);
  queue_set_starvation (model->queue, model->starvation_ms);
}

static void
step_capacity (Model *model)
{
  model->capacity = (QueueSlots){
    .cpus = 1 + below (model, 12),
    .memory_mb = below (model, 20),
    .gpus = below (model, N_GPUS + 1),
  };
  queue_set_capacity (model->queue, &model->capacity, gpu_indices);
}

/* ---- Checks ---- */

static void
check_gpus (const Model *model)
{
  int uses[6] = { 0 };

  for (int i = 0; i < N_ITEMS; i++)
    if (holds_slots (&model->items[i]))
      {
        const GArray *gpus = model->items[i].item.gpus;

        g_assert_cmpuint (gpus->len, ==, (unsigned) model->items[i].needs.gpus);
        for (unsigned k = 0; k < gpus->len; k++)
          g_assert_cmpint (++uses[g_array_index (gpus, int, k)], ==, 1);
      }
}

/* Starts whatever may start, and compares each decision. */
static void
pump (Model *model)
{
  for (;;)
    {
      ModelItem *expected = expected_next (model);
      QueueItem *next = queue_next (model->queue, model->now);

      g_assert_true (next == (expected != NULL ? &expected->item : NULL));
      if (expected == NULL)
        return;
      hand_over_item (model, expected);
      model->n_started++;
      check_gpus (model);
    }
}

static void
test_each_decision_is_that_of_a_search_of_all_items (void)
{
  Model model = { .queue = queue_new (), .random = g_rand_new_with_seed (13) };

  for (int i = 0; i < N_GROUPS; i++)
    model.groups[i].max_running = QUEUE_NO_LIMIT;
  step_capacity (&model);
  step_settings (&model);
  for (int step = 0; step < N_STEPS; step++)
    {
      int kind = below (&model, 100);

      model.now++;
      if (kind == 0)
        step_capacity (&model);
      else if (kind < 3)
        step_settings (&model);
      else
        step_item (&model, choose_item (&model));
      pump (&model);
    }
  for (int i = 0; i < N_ITEMS; i++)
    end_item (&model, &model.items[i]);
  g_assert_cmpint (queue_get_used (model.queue)->cpus, ==, 0);
  g_assert_cmpint (model.n_started, >, N_STEPS / 10);
  queue_free (model.queue);
  g_rand_free (model.random);
}

/* ---- The cost ---- */

enum
{
  MANY = 10000,
  N_PLACES = 50,
};

static uint64_t
count_steps (Queue *queue, QueueItem *items, int n_items, int n_groups)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  uint64_t before, n = 0;

  for (int i = 0; i < n_items; i++)
    {
      g_autofree char *name = g_strdup_printf ("g%d", i % n_groups);
      QueueGroup *group = queue_ref_group (queue, name);
      const QueueSlots needs = { .cpus = 1 + i % 4,
                                 .memory_mb = g_rand_int_range (random, 0, 9000) };

      items[i] = (QueueItem){ .sequence = i + 1 };
      queue_line_add (queue, &items[i], 0, i);
      queue_push (queue, &items[i], group, &needs);
      queue_unref_group (queue, group);
    }
  before = queue_count_steps (queue);
  for (QueueItem *next; (next = queue_next (queue, 0)) != NULL; n++)
    {
      QueueGroup *group = queue_ref_group (queue, "default");
      const QueueSlots needs = { .cpus = 1 };

      queue_remove (queue, next);
      queue_line_remove (queue, next);
      queue_occupy (queue, next, group, &needs, NULL);
      queue_release (queue, next);
      queue_unref_group (queue, group);
    }
  g_assert_cmpuint (n, ==, (unsigned) n_items);
  return (queue_count_steps (queue) - before) / n;
}

/* Ten thousand jobs wait, all with different memory: one start visits some dozens of them. */
static void
test_a_decision_visits_few_of_ten_thousand_items (void)
{
  static const int n_groups[] = { 1, 100, 10000 };
  g_autofree QueueItem *items = g_new0 (QueueItem, MANY);

  for (size_t i = 0; i < G_N_ELEMENTS (n_groups); i++)
    {
      Queue *queue = queue_new ();
      const QueueSlots capacity = { .cpus = 4, .memory_mb = 10000 };
      uint64_t n_steps;

      queue_set_capacity (queue, &capacity, NULL);
      queue_set_max_running (queue, 4);
      n_steps = count_steps (queue, items, MANY, n_groups[i]);
      g_test_message ("%d groups: %d steps for each start", n_groups[i], (int) n_steps);
      g_assert_cmpuint (n_steps, <, 400);
      queue_free (queue);
    }
}

/* A group that is full or not: its thousands of jobs cost nothing. */
static void
test_a_group_with_many_jobs_opens_and_closes_at_once (void)
{
  Queue *queue = queue_new ();
  QueueGroup *group = queue_ref_group (queue, "default");
  g_autofree QueueItem *items = g_new0 (QueueItem, MANY);
  uint64_t before;

  for (int i = 0; i < MANY; i++)
    {
      const QueueSlots needs = { .cpus = 1, .memory_mb = i };

      items[i].sequence = i + 1;
      queue_line_add (queue, &items[i], 0, i);
      queue_push (queue, &items[i], group, &needs);
    }
  before = queue_count_steps (queue);
  queue_set_group (queue, group, 0, false);
  queue_set_group (queue, group, 1, false);
  g_assert_cmpuint (queue_count_steps (queue) - before, <, 100);
  for (int i = 0; i < MANY; i++)
    {
      queue_remove (queue, &items[i]);
      queue_line_remove (queue, &items[i]);
    }
  queue_unref_group (queue, group);
  queue_free (queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue_model/each_decision_is_that_of_a_search_of_all_items",
                   test_each_decision_is_that_of_a_search_of_all_items);
  g_test_add_func ("/queue_model/a_decision_visits_few_of_ten_thousand_items",
                   test_a_decision_visits_few_of_ten_thousand_items);
  g_test_add_func ("/queue_model/a_group_with_many_jobs_opens_and_closes_at_once",
                   test_a_group_with_many_jobs_opens_and_closes_at_once);
  return g_test_run ();
}
