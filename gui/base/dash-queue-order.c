/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-queue-order.h"

/* ---- The order ---- */

static int
compare_numbers (int64_t a, int64_t b)
{
  return (a > b) - (a < b);
}

static int
group_of (VestimJobState state)
{
  if (state == VESTIM_JOB_RUNNING)
    return 0;
  if (state == VESTIM_JOB_QUEUED)
    return 1;
  return state == VESTIM_JOB_CREATED ? 2 : 3;
}

int
dash_queue_order_compare (const VestimJob *a, const VestimJob *b)
{
  int order;

  g_return_val_if_fail (a != NULL && b != NULL, 0);
  order = compare_numbers (group_of (a->state), group_of (b->state));
  if (order != 0)
    return order;
  if (a->state == VESTIM_JOB_RUNNING)
    return compare_numbers (a->started_at, b->started_at);
  if (a->state != VESTIM_JOB_QUEUED)
    return 0;
  order = compare_numbers (b->priority, a->priority);
  return order != 0 ? order : compare_numbers (a->rank, b->rank);
}

static int
compare_cb (gconstpointer a, gconstpointer b)
{
  return dash_queue_order_compare (*(const VestimJob *const *) a, *(const VestimJob *const *) b);
}

/* (transfer container) the queued ones of `jobs`, in the order in which they start. */
static GPtrArray *
dup_queue (const GPtrArray *jobs)
{
  GPtrArray *queue = g_ptr_array_new ();

  for (guint i = 0; i < jobs->len; i++)
    {
      const VestimJob *job = jobs->pdata[i];

      if (job->state == VESTIM_JOB_QUEUED)
        g_ptr_array_add (queue, jobs->pdata[i]);
    }
  g_ptr_array_sort (queue, compare_cb);
  return queue;
}

/* ---- Moves ---- */

static void
move_free (gpointer data)
{
  DashQueueMove *move = data;

  g_free (move->job_id);
  g_free (move->what);
  g_free (move);
}

static void
add_move (GPtrArray *moves, const VestimJob *job, const char *where, const char *what)
{
  DashQueueMove *move = g_new (DashQueueMove, 1);

  move->job_id = g_strdup (job->id);
  move->where = where;
  move->what = g_strdup (what);
  g_ptr_array_add (moves, move);
}

/* The first one of each priority goes to the end, and each other one beside the one before it. */
static void
move_to_end (GPtrArray *queue, gboolean front, GPtrArray *moves)
{
  const VestimJob *before = NULL;

  for (guint i = 0; i < queue->len; i++)
    {
      const VestimJob *job = queue->pdata[front ? i : queue->len - 1 - i];

      if (before == NULL || before->priority != job->priority)
        add_move (moves, job, "to", front ? "front" : "back");
      else
        add_move (moves, job, front ? "after" : "before", before->id);
      before = job;
    }
}

/* (transfer full) */
static GHashTable *
make_set (const GPtrArray *jobs)
{
  GHashTable *set = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint i = 0; i < jobs->len; i++)
    g_hash_table_add (set, jobs->pdata[i]);
  return set;
}

/* Each selected job passes its neighbour, unless that one is selected, too, or has another
 * priority. `queue` is sorted again. */
static void
move_by_one (GPtrArray *queue, const GPtrArray *selected, gboolean up, GPtrArray *moves)
{
  g_autoptr (GHashTable) set = make_set (selected);

  for (guint i = 1; i < queue->len; i++)
    {
      guint at = up ? i : queue->len - 1 - i;
      guint to = up ? at - 1 : at + 1;
      VestimJob *job = queue->pdata[at], *other = queue->pdata[to];

      if (!g_hash_table_contains (set, job) || g_hash_table_contains (set, other)
          || job->priority != other->priority)
        continue;
      add_move (moves, job, up ? "before" : "after", other->id);
      queue->pdata[at] = other;
      queue->pdata[to] = job;
    }
}

GPtrArray *
dash_queue_order_step (const GPtrArray *shown, const GPtrArray *selected, DashQueueStep step)
{
  GPtrArray *moves = g_ptr_array_new_with_free_func (move_free);
  g_autoptr (GPtrArray) queue = NULL;

  g_return_val_if_fail (shown != NULL && selected != NULL, moves);
  if (step == DASH_QUEUE_UP || step == DASH_QUEUE_DOWN)
    {
      queue = dup_queue (shown);
      move_by_one (queue, selected, step == DASH_QUEUE_UP, moves);
      return moves;
    }
  queue = dup_queue (selected);
  move_to_end (queue, step == DASH_QUEUE_FRONT, moves);
  return moves;
}

GPtrArray *
dash_queue_order_drop (const GPtrArray *selected, const VestimJob *target, gboolean after)
{
  GPtrArray *moves = g_ptr_array_new_with_free_func (move_free);
  g_autoptr (GPtrArray) queue = NULL;
  const VestimJob *before = NULL;

  g_return_val_if_fail (selected != NULL && target != NULL, moves);
  if (target->state != VESTIM_JOB_QUEUED || g_ptr_array_find ((GPtrArray *) selected, target, NULL))
    return moves;
  queue = dup_queue (selected);
  for (guint i = 0; i < queue->len; i++)
    {
      const VestimJob *job = queue->pdata[i];

      if (job->priority != target->priority)
        continue;
      if (before == NULL)
        add_move (moves, job, after ? "after" : "before", target->id);
      else
        add_move (moves, job, "after", before->id);
      before = job;
    }
  return moves;
}
