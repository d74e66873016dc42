/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-queue-order.h"

typedef struct
{
  GPtrArray *jobs;
} Queue;

static void
add (Queue *queue, const char *id, VestimJobState state, int priority, int64_t rank)
{
  VestimJob *job = vestim_job_new ();

  job->id = g_strdup (id);
  job->state = state;
  job->priority = priority;
  job->rank = rank;
  g_ptr_array_add (queue->jobs, job);
}

/* In order of starting: "first" with a higher priority, "a" to "d", "last" with a lower one. */
static void
set_up (Queue *queue, gconstpointer data)
{
  queue->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_job_free);
  add (queue, "over", VESTIM_JOB_COMPLETED, 0, 0);
  add (queue, "d", VESTIM_JOB_QUEUED, 0, 40);
  add (queue, "last", VESTIM_JOB_QUEUED, -1, 1);
  add (queue, "a", VESTIM_JOB_QUEUED, 0, -10);
  add (queue, "held", VESTIM_JOB_CREATED, 0, 5);
  add (queue, "first", VESTIM_JOB_QUEUED, 7, 50);
  add (queue, "c", VESTIM_JOB_QUEUED, 0, 30);
  add (queue, "b", VESTIM_JOB_QUEUED, 0, 20);
  add (queue, "runs", VESTIM_JOB_RUNNING, 0, 60);
}

static void
tear_down (Queue *queue, gconstpointer data)
{
  g_ptr_array_unref (queue->jobs);
}

static VestimJob *
find (Queue *queue, const char *id)
{
  for (guint i = 0; i < queue->jobs->len; i++)
    {
      VestimJob *job = queue->jobs->pdata[i];

      if (g_str_equal (job->id, id))
        return job;
    }
  g_assert_not_reached ();
}

/* (transfer full) the jobs with the IDs in `ids`. */
static GPtrArray *
select_jobs (Queue *queue, const char *ids)
{
  g_auto (GStrv) words = g_strsplit (ids, " ", -1);
  GPtrArray *selected = g_ptr_array_new ();

  for (gsize i = 0; words[i] != NULL; i++)
    g_ptr_array_add (selected, find (queue, words[i]));
  return selected;
}

static void
expect_moves (GPtrArray *moves, const char *expected)
{
  g_autoptr (GPtrArray) owned = moves;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < owned->len; i++)
    {
      const DashQueueMove *move = owned->pdata[i];

      g_string_append_printf (text, "%s%s %s %s", i > 0 ? ", " : "", move->job_id, move->where,
                              move->what);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
expect_step (Queue *queue, const char *ids, DashQueueStep step, const char *expected)
{
  g_autoptr (GPtrArray) selected = select_jobs (queue, ids);

  expect_moves (dash_queue_order_step (queue->jobs, selected, step), expected);
}

static void
expect_drop (Queue *queue, const char *ids, const char *target, gboolean after,
             const char *expected)
{
  g_autoptr (GPtrArray) selected = select_jobs (queue, ids);

  expect_moves (dash_queue_order_drop (selected, find (queue, target), after), expected);
}

static int
compare_cb (gconstpointer a, gconstpointer b)
{
  return dash_queue_order_compare (*(VestimJob *const *) a, *(VestimJob *const *) b);
}

static void
test_order (Queue *queue, gconstpointer data)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  g_ptr_array_sort (queue->jobs, compare_cb);
  for (guint i = 0; i < queue->jobs->len; i++)
    g_string_append_printf (ids, "%s ", ((VestimJob *) queue->jobs->pdata[i])->id);
  g_assert_cmpstr (ids->str, ==, "runs first a b c d last held over ");
}

static void
test_running (void)
{
  g_autoptr (VestimJob) early = vestim_job_new ();
  g_autoptr (VestimJob) late = vestim_job_new ();

  early->state = late->state = VESTIM_JOB_RUNNING;
  early->started_at = 1;
  late->started_at = 2;
  g_assert_cmpint (dash_queue_order_compare (early, late), <, 0);
  early->state = late->state = VESTIM_JOB_FAILED;
  g_assert_cmpint (dash_queue_order_compare (early, late), ==, 0);
}

/* A step never leaves the priority. */
static void
test_one_step (Queue *queue, gconstpointer data)
{
  expect_step (queue, "c", DASH_QUEUE_UP, "c before b");
  expect_step (queue, "c", DASH_QUEUE_DOWN, "c after d");
  expect_step (queue, "a", DASH_QUEUE_UP, "");
  expect_step (queue, "d", DASH_QUEUE_DOWN, "");
  expect_step (queue, "c", DASH_QUEUE_FRONT, "c to front");
  expect_step (queue, "a", DASH_QUEUE_BACK, "a to back");
}

/* Several jobs keep their order. Those at an end do not let the others pass. */
static void
test_many_steps (Queue *queue, gconstpointer data)
{
  expect_step (queue, "d c", DASH_QUEUE_UP, "c before b, d before b");
  expect_step (queue, "b a", DASH_QUEUE_DOWN, "b after c, a after c");
  expect_step (queue, "a b d", DASH_QUEUE_UP, "d before c");
  expect_step (queue, "d c first", DASH_QUEUE_FRONT, "first to front, c to front, d after c");
  expect_step (queue, "a b last", DASH_QUEUE_BACK, "last to back, b to back, a before b");
}

static void
test_others (Queue *queue, gconstpointer data)
{
  for (DashQueueStep step = 0; step < DASH_N_QUEUE_STEPS; step++)
    expect_step (queue, "runs held over", step, "");
}

/* A step passes the next job that the user sees. */
static void
test_hidden (Queue *queue, gconstpointer data)
{
  g_autoptr (GPtrArray) shown = select_jobs (queue, "d a");
  g_autoptr (GPtrArray) selected = select_jobs (queue, "d");

  expect_moves (dash_queue_order_step (shown, selected, DASH_QUEUE_UP), "d before a");
}

static void
test_drop (Queue *queue, gconstpointer data)
{
  expect_drop (queue, "d", "b", FALSE, "d before b");
  expect_drop (queue, "a", "c", TRUE, "a after c");
  expect_drop (queue, "d c", "a", FALSE, "c before a, d after c");
  expect_drop (queue, "first d runs", "a", TRUE, "d after a");
  expect_drop (queue, "first", "a", TRUE, "");
  expect_drop (queue, "a b", "b", TRUE, "");
  expect_drop (queue, "a", "held", TRUE, "");
}

#define ADD(name, function) \
  g_test_add ("/queue-order/" name, Queue, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("queued jobs are in the order in which they start", test_order);
  g_test_add_func ("/queue-order/the longest running job comes first", test_running);
  ADD ("one job moves by a place or to an end", test_one_step);
  ADD ("several jobs move together", test_many_steps);
  ADD ("jobs that are not queued do not move", test_others);
  ADD ("a step passes jobs that are not shown", test_hidden);
  ADD ("jobs are dropped beside another one", test_drop);
  return g_test_run ();
}
