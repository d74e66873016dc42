/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/jobs/queue/queue.h"

#define N_ITEMS 12
#define STARVATION_MS 1000

/* A queue of a machine with 4 CPUs, 1000 MB and 2 GPUs, and items 1 to 12. */
typedef struct
{
  Queue *queue;
  QueueItem items[N_ITEMS + 1];
  int64_t now;
} World;

static void
world_init (World *world)
{
  static const QueueSlots capacity = { .cpus = 4, .memory_mb = 1000, .gpus = 2 };
  static const int gpus[] = { 0, 1 };

  *world = (World){ .queue = queue_new () };
  queue_set_capacity (world->queue, &capacity, gpus);
  queue_set_max_running (world->queue, 100);
  queue_set_starvation (world->queue, STARVATION_MS);
}

static void
world_clear (World *world)
{
  for (int i = 1; i <= N_ITEMS; i++)
    {
      queue_remove (world->queue, &world->items[i]);
      queue_release (world->queue, &world->items[i]);
      queue_line_remove (world->queue, &world->items[i]);
    }
  queue_free (world->queue);
}

static QueueItem *
enqueue (World *world, int number, int priority, const char *name, QueueSlots needs)
{
  QueueItem *item = &world->items[number];
  QueueGroup *group = queue_ref_group (world->queue, name);

  item->sequence = number;
  queue_line_add (world->queue, item, priority, number * 1000);
  queue_push (world->queue, item, group, &needs);
  queue_unref_group (world->queue, group);
  return item;
}

static QueueItem *
enqueue_cpus (World *world, int number, int cpus)
{
  return enqueue (world, number, 0, "default", (QueueSlots){ .cpus = cpus });
}

static void
start (World *world, QueueItem *item, const char *name, QueueSlots needs)
{
  QueueGroup *group = queue_ref_group (world->queue, name);

  queue_remove (world->queue, item);
  queue_line_remove (world->queue, item);
  queue_occupy (world->queue, item, group, &needs, NULL);
  queue_unref_group (world->queue, group);
}

static void
start_cpus (World *world, QueueItem *item, int cpus)
{
  start (world, item, "default", (QueueSlots){ .cpus = cpus });
}

static int64_t
next_of (World *world)
{
  const QueueItem *item = queue_next (world->queue, world->now);

  return item != NULL ? item->sequence : 0;
}

static void
set_group (World *world, const char *name, int max_running, bool is_paused)
{
  QueueGroup *group = queue_ref_group (world->queue, name);

  queue_set_group (world->queue, group, max_running, is_paused);
  queue_unref_group (world->queue, group);
}

/* ---- Order ---- */

static void
test_higher_priority_goes_first_then_the_lower_rank (void)
{
  World world;
  static const int expected[] = { 3, 1, 2 };

  world_init (&world);
  enqueue_cpus (&world, 2, 1);
  enqueue (&world, 3, 5, "default", (QueueSlots){ .cpus = 1 });
  enqueue_cpus (&world, 1, 1);
  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_cmpint (next_of (&world), ==, expected[i]);
      queue_remove (world.queue, &world.items[expected[i]]);
    }
  g_assert_cmpint (next_of (&world), ==, 0);
  world_clear (&world);
}

/* The service removes a job that it locks, whether or not that job waits for its start. */
static void
test_an_item_that_does_not_wait_can_be_removed (void)
{
  World world;

  world_init (&world);
  enqueue_cpus (&world, 1, 1);
  queue_remove (world.queue, &world.items[2]);
  g_assert_cmpint (next_of (&world), ==, 1);
  world_clear (&world);
}

/* Moves are made within the line, so it also has the items that may not start yet. */
static void
test_the_line_knows_neighbours_of_all_groups (void)
{
  World world;
  QueueItem *first, *second, *third;

  world_init (&world);
  third = enqueue (&world, 3, 0, "other", (QueueSlots){ .gpus = 1 });
  first = enqueue_cpus (&world, 1, 4);
  second = &world.items[2];
  second->sequence = 2;
  queue_line_add (world.queue, second, 0, 2000);
  g_assert_true (queue_line_next (world.queue, first) == second);
  g_assert_true (queue_line_next (world.queue, second) == third);
  g_assert_null (queue_line_next (world.queue, third));
  g_assert_true (queue_line_previous (world.queue, third) == second);
  g_assert_null (queue_line_previous (world.queue, first));
  world_clear (&world);
}

/* ---- Slots ---- */

static void
test_an_item_waits_for_each_kind_of_slot (void)
{
  static const QueueSlots needs[] = { { .cpus = 2 }, { .memory_mb = 600 }, { .gpus = 2 } };
  static const QueueSlots taken[] = { { .cpus = 3 }, { .memory_mb = 401 }, { .gpus = 1 } };

  for (size_t i = 0; i < G_N_ELEMENTS (needs); i++)
    {
      World world;

      world_init (&world);
      start (&world, &world.items[1], "default", taken[i]);
      enqueue (&world, 2, 0, "default", needs[i]);
      g_assert_cmpint (next_of (&world), ==, 0);
      queue_release (world.queue, &world.items[1]);
      g_assert_cmpint (next_of (&world), ==, 2);
      world_clear (&world);
    }
}

static void
test_smaller_jobs_pass_one_that_has_no_room (void)
{
  World world;

  world_init (&world);
  start_cpus (&world, &world.items[1], 3);
  enqueue_cpus (&world, 2, 2);
  enqueue_cpus (&world, 3, 1);
  g_assert_cmpint (next_of (&world), ==, 3);
  world_clear (&world);
}

/* In one class, the memory decides. */
static void
test_a_job_with_less_memory_passes_one_of_its_class (void)
{
  World world;

  world_init (&world);
  start (&world, &world.items[1], "default", (QueueSlots){ .memory_mb = 500 });
  enqueue (&world, 2, 0, "default", (QueueSlots){ .cpus = 1, .memory_mb = 600 });
  enqueue (&world, 3, 0, "a", (QueueSlots){ .cpus = 1, .memory_mb = 501 });
  enqueue (&world, 4, 0, "a", (QueueSlots){ .cpus = 1, .memory_mb = 500 });
  enqueue (&world, 5, 0, "default", (QueueSlots){ .cpus = 1 });
  g_assert_cmpint (next_of (&world), ==, 4);
  queue_remove (world.queue, &world.items[4]);
  g_assert_cmpint (next_of (&world), ==, 5);
  world_clear (&world);
}

static void
test_gpus_are_handed_out_one_by_one (void)
{
  World world;

  world_init (&world);
  start (&world, &world.items[1], "default", (QueueSlots){ .gpus = 1 });
  start (&world, &world.items[2], "default", (QueueSlots){ .gpus = 1 });
  g_assert_cmpint (g_array_index (world.items[1].gpus, int, 0), ==, 0);
  g_assert_cmpint (g_array_index (world.items[2].gpus, int, 0), ==, 1);
  queue_release (world.queue, &world.items[1]);
  start (&world, &world.items[3], "default", (QueueSlots){ .gpus = 1 });
  g_assert_cmpint (g_array_index (world.items[3].gpus, int, 0), ==, 0);
  world_clear (&world);
}

/* An attempt of an earlier daemon keeps the GPUs that it was given. */
static void
test_adopted_gpus_are_not_handed_out (void)
{
  World world;
  g_autoptr (GArray) gpus = g_array_new (false, false, sizeof (int));
  QueueGroup *group;
  const QueueSlots needs = { .gpus = 1 };
  const int index = 0;

  world_init (&world);
  group = queue_ref_group (world.queue, "default");
  g_array_append_val (gpus, index);
  queue_occupy (world.queue, &world.items[1], group, &needs, gpus);
  queue_unref_group (world.queue, group);
  start (&world, &world.items[2], "default", needs);
  g_assert_cmpint (g_array_index (world.items[2].gpus, int, 0), ==, 1);
  enqueue (&world, 3, 0, "default", needs);
  g_assert_cmpint (next_of (&world), ==, 0);
  world_clear (&world);
}

/* After the capacity was lowered, more is taken than there is. */
static void
test_a_job_that_needs_nothing_starts_despite_overuse (void)
{
  World world;
  const QueueSlots less = { .cpus = 1 };

  world_init (&world);
  start (&world, &world.items[1], "default", (QueueSlots){ .cpus = 3, .memory_mb = 900 });
  queue_set_capacity (world.queue, &less, NULL);
  enqueue (&world, 2, 0, "default", (QueueSlots){ .cpus = 1 });
  enqueue (&world, 3, 0, "default", (QueueSlots){ .cpus = 0 });
  g_assert_cmpint (next_of (&world), ==, 3);
  world_clear (&world);
}

static void
test_nothing_starts_above_max_running (void)
{
  World world;

  world_init (&world);
  enqueue_cpus (&world, 1, 1);
  queue_set_max_running (world.queue, 0);
  g_assert_cmpint (next_of (&world), ==, 0);
  queue_set_max_running (world.queue, 1);
  g_assert_cmpint (next_of (&world), ==, 1);
  start_cpus (&world, &world.items[1], 1);
  enqueue_cpus (&world, 2, 1);
  g_assert_cmpint (next_of (&world), ==, 0);
  world_clear (&world);
}

/* ---- Groups ---- */

static void
test_a_full_group_lets_others_pass (void)
{
  World world;

  world_init (&world);
  set_group (&world, "one", 1, false);
  start (&world, &world.items[1], "one", (QueueSlots){ .cpus = 1 });
  enqueue (&world, 2, 0, "one", (QueueSlots){ .cpus = 1 });
  enqueue (&world, 3, 0, "default", (QueueSlots){ .cpus = 1 });
  g_assert_cmpint (next_of (&world), ==, 3);
  queue_release (world.queue, &world.items[1]);
  g_assert_cmpint (next_of (&world), ==, 2);
  world_clear (&world);
}

static void
test_a_paused_group_and_a_paused_queue_start_nothing (void)
{
  World world;

  world_init (&world);
  enqueue (&world, 1, 0, "a", (QueueSlots){ .cpus = 1 });
  enqueue (&world, 2, 0, "b", (QueueSlots){ .cpus = 1 });
  set_group (&world, "a", QUEUE_NO_LIMIT, true);
  g_assert_cmpint (next_of (&world), ==, 2);
  queue_set_paused (world.queue, true);
  g_assert_cmpint (next_of (&world), ==, 0);
  queue_set_paused (world.queue, false);
  set_group (&world, "a", QUEUE_NO_LIMIT, false);
  g_assert_cmpint (next_of (&world), ==, 1);
  world_clear (&world);
}

static void
test_a_group_goes_with_its_last_job_unless_it_has_settings (void)
{
  World world;

  world_init (&world);
  queue_unref_group (world.queue, queue_ref_group (world.queue, "gone"));
  set_group (&world, "kept", 3, false);
  g_assert_null (queue_find_group (world.queue, "gone"));
  g_assert_nonnull (queue_find_group (world.queue, "kept"));
  g_assert_nonnull (queue_find_group (world.queue, "default"));
  set_group (&world, "kept", QUEUE_NO_LIMIT, false);
  g_assert_null (queue_find_group (world.queue, "kept"));
  world_clear (&world);
}

/* Clients fetch the queue again when the reason changes for which the jobs of a group wait. */
static void
test_a_group_that_becomes_full_is_a_change_if_others_wait (void)
{
  World world;
  QueueGroup *group;

  world_init (&world);
  group = queue_ref_group (world.queue, "g");
  queue_set_group (world.queue, group, 1, false);
  g_assert_false (queue_take_changes (world.queue));
  start (&world, &world.items[1], "g", (QueueSlots){ .cpus = 1 });
  g_assert_false (queue_take_changes (world.queue));
  queue_release (world.queue, &world.items[1]);
  group->n_queued = 1;
  start (&world, &world.items[2], "g", (QueueSlots){ .cpus = 1 });
  g_assert_false (queue_take_changes (world.queue)); /* it was full before */
  queue_release (world.queue, &world.items[2]);
  g_assert_true (queue_take_changes (world.queue));
  g_assert_false (queue_take_changes (world.queue));
  queue_unref_group (world.queue, group);
  world_clear (&world);
}

/* ---- The reserve ---- */

static void
test_a_large_job_does_not_starve (void)
{
  World world;

  world_init (&world);
  start_cpus (&world, &world.items[1], 1);
  enqueue_cpus (&world, 2, 4);
  enqueue_cpus (&world, 3, 1);
  g_assert_cmpint (next_of (&world), ==, 3);
  world.now = STARVATION_MS - 1;
  g_assert_cmpint (next_of (&world), ==, 3);
  world.now = STARVATION_MS;
  g_assert_cmpint (next_of (&world), ==, 0);
  queue_release (world.queue, &world.items[1]);
  g_assert_cmpint (next_of (&world), ==, 2);
  world_clear (&world);
}

/* It may wait for any time, so nothing waits for it. */
static void
test_what_cannot_get_room_reserves_nothing (void)
{
  World world;

  world_init (&world);
  enqueue_cpus (&world, 1, 5);
  start_cpus (&world, &world.items[2], 1);
  queue_freeze (world.queue, &world.items[2], true);
  enqueue_cpus (&world, 3, 4);
  enqueue_cpus (&world, 4, 1);
  next_of (&world);
  world.now = 2 * STARVATION_MS;
  g_assert_cmpint (next_of (&world), ==, 4);
  queue_freeze (world.queue, &world.items[2], false);
  next_of (&world);
  world.now = 4 * STARVATION_MS;
  g_assert_cmpint (next_of (&world), ==, 0);
  world_clear (&world);
}

/* ---- Reasons ---- */

static void
test_the_reason_is_what_a_user_can_change_first (void)
{
  World world;
  QueueGroup *group;
  const QueueSlots needs = { .cpus = 4 };
  const QueueSlots large = { .cpus = 5 };

  world_init (&world);
  group = queue_ref_group (world.queue, "g");
  g_assert_cmpint (queue_explain (world.queue, group, &needs), ==, QUEUE_WAIT_SLOT);
  queue_set_group (world.queue, group, 0, false);
  g_assert_cmpint (queue_explain (world.queue, group, &needs), ==, QUEUE_WAIT_GROUP_FULL);
  queue_set_max_running (world.queue, 0);
  g_assert_cmpint (queue_explain (world.queue, group, &needs), ==, QUEUE_WAIT_DRAINED);
  g_assert_cmpint (queue_explain (world.queue, group, &large), ==, QUEUE_WAIT_TOO_LARGE);
  queue_set_group (world.queue, group, 0, true);
  g_assert_cmpint (queue_explain (world.queue, group, &large), ==, QUEUE_WAIT_GROUP_PAUSED);
  queue_set_paused (world.queue, true);
  g_assert_cmpint (queue_explain (world.queue, group, &large), ==, QUEUE_WAIT_PAUSED);
  queue_set_group (world.queue, group, QUEUE_NO_LIMIT, false);
  queue_unref_group (world.queue, group);
  world_clear (&world);
}

#define TEST(name) g_test_add_func ("/queue/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (higher_priority_goes_first_then_the_lower_rank);
  TEST (an_item_that_does_not_wait_can_be_removed);
  TEST (the_line_knows_neighbours_of_all_groups);
  TEST (an_item_waits_for_each_kind_of_slot);
  TEST (smaller_jobs_pass_one_that_has_no_room);
  TEST (a_job_with_less_memory_passes_one_of_its_class);
  TEST (gpus_are_handed_out_one_by_one);
  TEST (adopted_gpus_are_not_handed_out);
  TEST (a_job_that_needs_nothing_starts_despite_overuse);
  TEST (nothing_starts_above_max_running);
  TEST (a_full_group_lets_others_pass);
  TEST (a_paused_group_and_a_paused_queue_start_nothing);
  TEST (a_group_goes_with_its_last_job_unless_it_has_settings);
  TEST (a_group_that_becomes_full_is_a_change_if_others_wait);
  TEST (a_large_job_does_not_starve);
  TEST (what_cannot_get_room_reserves_nothing);
  TEST (the_reason_is_what_a_user_can_change_first);
  return g_test_run ();
}
