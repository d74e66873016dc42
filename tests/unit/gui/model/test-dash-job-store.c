/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-job-store.h"

#include <gtk/gtk.h>
#include <math.h>

#include "tests/support/gui/jobs.h"
#include "tests/support/gui/loop.h"

/* What the store emits for each change: "position-removed+added ". */
static void
changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  g_string_append_printf (data, "%u-%u+%u ", position, removed, added);
}

static DashJobStore *
store_of (guint n, GString *changes)
{
  DashJobStore *store = dash_job_store_new ();
  g_autoptr (GPtrArray) list = jobs_list (n);

  dash_job_store_refresh (store, list);
  g_signal_connect (store, "items-changed", G_CALLBACK (changed_cb), changes);
  return store;
}

static DashJob *
job_of (DashJobStore *store, guint number)
{
  g_autofree char *id = vestim_job_id_new (1763841012123, number);

  return dash_job_store_lookup (store, id);
}

/* An event brings the job. */
static void
put (DashJobStore *store, guint number, VestimJobState state)
{
  g_autofree char *name = g_strdup_printf ("job %u", number);

  dash_job_store_put (store, jobs_snapshot (number, name, state, -1));
}

static void
put_now (DashJobStore *store, guint number, VestimJobState state)
{
  put (store, number, state);
  dash_job_store_publish (store);
}

/* The list is fetched again after each reconnect: known jobs must not move. */
static void
test_same_list (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (100, changes);
  g_autoptr (GPtrArray) again = jobs_list (100);
  DashJob *job = job_of (store, 50);

  dash_job_store_refresh (store, again);
  g_assert_cmpstr (changes->str, ==, "");
  g_assert_true (job_of (store, 50) == job);
}

static void
put_queued (DashJobStore *store, guint number, VestimJobState state, int64_t rank)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_snapshot_free);
  DashSnapshot *snapshot = jobs_snapshot (number, "job", state, -1);

  snapshot->job->rank = rank;
  g_ptr_array_add (list, snapshot);
  dash_job_store_put_queued (store, list);
  g_assert_cmpuint (list->len, ==, 0);
}

/* Queued jobs get their new places. The answer may be older than the events: a job that runs by now
 * stays as it is, and one that is gone does not come back. */
static void
test_queued (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (2, changes);

  put_now (store, 2, VESTIM_JOB_RUNNING);
  put_queued (store, 1, VESTIM_JOB_QUEUED, 77);
  put_queued (store, 2, VESTIM_JOB_QUEUED, 77);
  put_queued (store, 3, VESTIM_JOB_QUEUED, 77);
  dash_job_store_publish (store);
  g_assert_cmpint (dash_job_get (job_of (store, 1))->rank, ==, 77);
  g_assert_cmpint (dash_job_get_state (job_of (store, 2)), ==, VESTIM_JOB_RUNNING);
  g_assert_cmpuint (dash_job_store_count_all (store), ==, 2);
}

/* Only differences are emitted: other rows keep focus, place and selection. */
static void
test_differences (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (10, changes);
  g_autoptr (GPtrArray) list = jobs_list (12);

  g_ptr_array_remove_index (list, 6); /* job 6 */
  dash_job_store_refresh (store, list);
  g_assert_cmpstr (changes->str, ==, "4-1+0 0-0+2 ");
  g_assert_null (job_of (store, 6));
  g_assert_cmpuint (dash_job_store_count_all (store), ==, 11);
}

/* Progress comes ten times a second: it changes a property and moves no row. */
static void
test_progress_moves_nothing (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (3, changes);
  DashJob *job = job_of (store, 2);

  put_now (store, 2, VESTIM_JOB_RUNNING);
  g_string_truncate (changes, 0);
  for (int i = 1; i <= 10; i++)
    dash_job_store_put (store, jobs_snapshot (2, "job 2", VESTIM_JOB_RUNNING, i / 10.0));
  dash_job_store_publish (store);
  g_assert_cmpstr (changes->str, ==, "");
  g_assert_cmpfloat (dash_job_get (job)->progress, ==, 1);
}

static void
altered_cb (DashJobStore *store, GString *changes)
{
  g_string_append (changes, "altered ");
}

/* Rows stay where they are, because a click may be under way; lists sort again later. */
static void
test_new_state (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (3, changes);

  g_signal_connect (store, "altered", G_CALLBACK (altered_cb), changes);
  put_now (store, 2, VESTIM_JOB_RUNNING);
  g_assert_cmpstr (changes->str, ==, "altered ");
  dash_job_store_put (store, jobs_snapshot (2, "job 2", VESTIM_JOB_RUNNING, 0.5));
  dash_job_store_publish (store);
  g_assert_cmpstr (changes->str, ==, "altered ");
}

/* A job's properties change at once; the list follows by itself. */
static void
test_told_by_itself (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (3, changes);

  put (store, 2, VESTIM_JOB_RUNNING);
  put (store, 4, VESTIM_JOB_QUEUED);
  g_assert_cmpint (dash_job_get_state (job_of (store, 2)), ==, VESTIM_JOB_RUNNING);
  g_assert_cmpuint (dash_job_store_count_all (store), ==, 3);
  loop_until (dash_job_store_count_all (store) == 4);
  g_assert_cmpstr (changes->str, ==, "0-0+1 ");
}

/* Half of all jobs are deleted one by one: five thousand signals would block the window for long.
 */
static void
test_storm (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (10000, changes);

  for (guint number = 1; number <= 10000; number += 2)
    {
      g_autofree char *id = vestim_job_id_new (1763841012123, number);
      const char *const ids[] = { id, NULL };

      dash_job_store_remove (store, ids);
    }
  dash_job_store_publish (store);
  g_assert_cmpstr (changes->str, ==, "1-9999+4999 ");
}

/* The jobs according to the signals alone. */
static void
mirror_cb (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  GPtrArray *mirror = data;

  if (removed > 0)
    g_ptr_array_remove_range (mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror, (int) (position + i), g_list_model_get_item (model, position + i));
}

static void
do_something (DashJobStore *store, GRand *random, guint *newest)
{
  guint number = (guint) g_rand_int_range (random, 1, (gint32) *newest + 1);
  g_autofree char *id = vestim_job_id_new (1763841012123, number);
  const char *ids[] = { id, NULL };
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  DashJob *job = dash_job_store_lookup (store, id);

  if (job != NULL)
    g_ptr_array_add (jobs, job);
  switch (g_rand_int_range (random, 0, 6))
    {
    case 0:
      put (store, ++*newest, VESTIM_JOB_QUEUED);
      break;
    case 1:
      dash_job_store_remove (store, ids);
      break;
    case 2:
      dash_job_store_hide (store, jobs);
      break;
    case 3:
      dash_job_store_show (store, jobs);
      break;
    default:
      put (store, number, (VestimJobState) g_rand_int_range (random, 0, VESTIM_N_JOB_STATES));
    }
}

/* A list built from the signals equals the store's list, newest first. */
static void
test_any_order (void)
{
  g_autoptr (DashJobStore) store = dash_job_store_new ();
  g_autoptr (GPtrArray) mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint newest = 5;

  g_signal_connect (store, "items-changed", G_CALLBACK (mirror_cb), mirror);
  for (guint round = 0; round < 400; round++)
    {
      for (guint i = 0; i < round % 30; i++)
        do_something (store, random, &newest);
      dash_job_store_publish (store);
      g_assert_cmpuint (mirror->len, ==, g_list_model_get_n_items (G_LIST_MODEL (store)));
      for (guint i = 0; i < mirror->len; i++)
        {
          g_autoptr (DashJob) job = g_list_model_get_item (G_LIST_MODEL (store), i);
          const char *id = dash_job_get_id (job);

          g_assert_true (job == mirror->pdata[i] && job == dash_job_store_lookup (store, id));
          g_assert_true (i == 0
                         || dash_job_get (job)->sequence
                                < dash_job_get (mirror->pdata[i - 1])->sequence);
        }
    }
}

/* The clock of a server may be set back; its events still come in their order. */
static void
test_clock_set_back (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (1, changes);
  DashSnapshot *late = jobs_snapshot (1, "job 1", VESTIM_JOB_RUNNING, -1);
  DashSnapshot *next = jobs_snapshot (2, "job 2", VESTIM_JOB_QUEUED, -1);
  g_autoptr (DashJob) first = NULL;

  late->job->updated_at -= 3600 * 1000;
  next->job->created_at -= 3600 * 1000;
  dash_job_store_put (store, late);
  dash_job_store_put (store, next);
  dash_job_store_publish (store);
  g_assert_cmpint (dash_job_get_state (job_of (store, 1)), ==, VESTIM_JOB_RUNNING);
  first = g_list_model_get_item (G_LIST_MODEL (store), 0);
  g_assert_true (first == job_of (store, 2));
}

/* An answer may be older than the events that came meanwhile. */
static void
test_late_answer (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (1, changes);

  put (store, 1, VESTIM_JOB_RUNNING);
  dash_job_store_put_answer (store, jobs_snapshot (1, "job 1", VESTIM_JOB_QUEUED, -1));
  g_assert_cmpint (dash_job_get_state (job_of (store, 1)), ==, VESTIM_JOB_RUNNING);
  dash_job_store_put_answer (store, jobs_snapshot (2, "job 2", VESTIM_JOB_QUEUED, -1));
  g_assert_nonnull (job_of (store, 2));
  g_assert_cmpuint (dash_job_store_count_all (store), ==, 2);
}

/* Undoing a deletion shows each job at its old place. */
static void
test_hide_and_show (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (5, changes);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_ptr_array_add (jobs, job_of (store, 2));
  g_ptr_array_add (jobs, job_of (store, 4));
  dash_job_store_hide (store, jobs);
  g_assert_cmpuint (dash_job_store_count_all (store), ==, 3);
  put_now (store, 4, VESTIM_JOB_RUNNING);
  g_assert_cmpuint (dash_job_store_count_all (store), ==, 3);
  dash_job_store_show (store, jobs);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (DashJob) job = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_assert_true (job == job_of (store, 5 - i));
    }
}

/* An undo does not bring back a job that the server deleted. */
static void
test_hidden_and_removed (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (2, changes);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  const char *ids[] = { NULL, NULL };

  g_ptr_array_add (jobs, g_object_ref (job_of (store, 1)));
  ids[0] = dash_job_get_id (jobs->pdata[0]);
  dash_job_store_hide (store, jobs);
  dash_job_store_remove (store, ids);
  dash_job_store_show (store, jobs);
  dash_job_store_publish (store);
  g_assert_cmpuint (dash_job_store_count_all (store), ==, 1);
  g_assert_null (job_of (store, 1));
}

/* The filter's menu shows the counts, which are updated once for many changes. */
static void
test_counts (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (100, changes);

  for (guint number = 1; number <= 30; number++)
    put (store, number, VESTIM_JOB_FAILED);
  loop_until (dash_job_store_count (store, VESTIM_JOB_FAILED) == 30);
  g_assert_cmpuint (dash_job_store_count (store, VESTIM_JOB_QUEUED), ==, 70);
  dash_job_store_clear (store);
  loop_until (dash_job_store_count (store, VESTIM_JOB_FAILED) == 0);
}

static void
ended_cb (DashJobStore *store, DashJob *job, gpointer data)
{
  ++*(guint *) data;
}

/* A job that ended by itself is notified once; one that the user stopped or deletes is not.
 */
static void
test_ended (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (3, changes);
  g_autoptr (GPtrArray) deleted = g_ptr_array_new ();
  guint ended = 0;

  g_signal_connect (store, "job-ended", G_CALLBACK (ended_cb), &ended);
  put (store, 1, VESTIM_JOB_RUNNING);
  put (store, 1, VESTIM_JOB_STOPPED);
  g_assert_cmpuint (ended, ==, 0);
  put (store, 2, VESTIM_JOB_RUNNING);
  put (store, 2, VESTIM_JOB_COMPLETED);
  put (store, 2, VESTIM_JOB_COMPLETED);
  g_ptr_array_add (deleted, job_of (store, 3));
  put (store, 3, VESTIM_JOB_RUNNING);
  dash_job_store_hide (store, deleted);
  put (store, 3, VESTIM_JOB_COMPLETED);
  g_assert_cmpuint (ended, ==, 1);
}

static gboolean
is_not_over (gpointer item, gpointer data)
{
  return !vestim_job_state_is_final (dash_job_get_state (item));
}

/* The selection follows its object through all changes, in a list of 10,000. */
static void
test_selection_follows_the_object (void)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (DashJobStore) store = store_of (10000, changes);
  GtkFilterListModel *filtered =
      gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (store)),
                                 GTK_FILTER (gtk_custom_filter_new (is_not_over, NULL, NULL)));
  g_autoptr (GtkMultiSelection) selection = gtk_multi_selection_new (G_LIST_MODEL (filtered));
  g_autoptr (GPtrArray) list = jobs_list (10100);
  g_autoptr (GtkBitset) chosen = NULL;
  g_autoptr (DashJob) job = NULL;

  gtk_selection_model_select_item (GTK_SELECTION_MODEL (selection), 5000, TRUE);
  job = g_list_model_get_item (G_LIST_MODEL (selection), 5000);
  dash_job_store_refresh (store, list);
  for (guint number = 9000; number < 9100; number++)
    put (store, number, VESTIM_JOB_COMPLETED);
  dash_job_store_put (store, jobs_snapshot ((guint) dash_job_get (job)->sequence, "other name",
                                            VESTIM_JOB_RUNNING, -1));
  dash_job_store_publish (store);
  chosen = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (selection));
  g_assert_cmpuint (gtk_bitset_get_size (chosen), ==, 1);
  {
    g_autoptr (DashJob) now =
        g_list_model_get_item (G_LIST_MODEL (selection), gtk_bitset_get_minimum (chosen));

    g_assert_true (now == job);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/the same list changes nothing", test_same_list);
  g_test_add_func ("/store/only differences are emitted", test_differences);
  g_test_add_func ("/store/progress moves no row", test_progress_moves_nothing);
  g_test_add_func ("/store/a new state moves no row", test_new_state);
  g_test_add_func ("/store/a change is published with those that follow", test_told_by_itself);
  g_test_add_func ("/store/thousands of changes are published as one", test_storm);
  g_test_add_func ("/store/in any order of events the signals are right", test_any_order);
  g_test_add_func ("/store/a clock that is set back does no harm", test_clock_set_back);
  g_test_add_func ("/store/a late answer does not undo an event", test_late_answer);
  g_test_add_func ("/store/a hidden job comes back to its place", test_hide_and_show);
  g_test_add_func ("/store/a removed job does not come back", test_hidden_and_removed);
  g_test_add_func ("/store/states are counted", test_counts);
  g_test_add_func ("/store/an end is notified once", test_ended);
  g_test_add_func ("/store/the selection follows the object", test_selection_follows_the_object);
  g_test_add_func ("/job-store/queued jobs get their new places", test_queued);
  return g_test_run ();
}
