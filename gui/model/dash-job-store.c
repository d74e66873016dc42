/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-job-store.h"

/* All jobs of a server as a list model. `jobs` is what is known, `items` what the list model has
 * published; dash_job_store_publish() finds the differences and emits them as few splices. Changes
 * from events are collected for a moment first, because each emission costs the views about as much
 * as a hundred jobs, and a server may send thousands of events at once.
 *
 * Invariants: `by_id` has every job, also the hidden ones; `jobs` has those that are not hidden,
 * newest first, and until drop_unlisted() also some that are gone (`dropped`). */

/* How long changes are collected. */
#define COLLECT_MS 40

/* More splices are merged into one that spans them all. */
#define MAX_SPLICES 8

struct _DashJobStore
{
  GObject parent;
  GPtrArray *jobs;    /* DashJob, newest first, without the hidden ones */
  GPtrArray *items;   /* the list model: `jobs` when they were last published */
  GHashTable *by_id;  /* id → DashJob, hidden ones too */
  GHashTable *hidden; /* set of DashJob */
  gboolean dropped;   /* some of `jobs` have been removed or hidden */
  gboolean altered;   /* some of `items` have changed in what lists filter and sort by */
  guint counts[VESTIM_N_JOB_STATES];
  guint publish_id;
};

/* `added` jobs from `first` on replace `removed` items from `position` on. */
typedef struct
{
  guint position, removed;
  guint first, added;
} Splice;

enum
{
  ALTERED,
  COUNTS_CHANGED,
  JOB_ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
get_item_type (GListModel *model)
{
  return DASH_TYPE_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return DASH_JOB_STORE (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  DashJobStore *self = DASH_JOB_STORE (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DashJobStore, dash_job_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* Whether `job` still belongs to the list. */
static gboolean
is_listed (DashJobStore *self, DashJob *job)
{
  return g_hash_table_lookup (self->by_id, dash_job_get_id (job)) == job
         && !g_hash_table_contains (self->hidden, job);
}

/* Removes many jobs in one pass. */
static void
drop_unlisted (DashJobStore *self)
{
  guint kept = 0;

  for (guint i = 0; i < self->jobs->len; i++)
    if (is_listed (self, self->jobs->pdata[i]))
      {
        gpointer job = self->jobs->pdata[kept];

        self->jobs->pdata[kept++] = self->jobs->pdata[i];
        self->jobs->pdata[i] = job;
      }
  g_ptr_array_set_size (self->jobs, (int) kept);
  self->dropped = FALSE;
}

/* (transfer full) (element-type Splice) what makes `items` equal to `jobs`. */
static GArray *
find_splices (DashJobStore *self)
{
  GArray *splices = g_array_new (FALSE, FALSE, sizeof (Splice));
  const GPtrArray *old = self->items, *new = self->jobs;
  Splice *open = NULL;
  guint i = 0, j = 0;

  while (i < old->len || j < new->len)
    {
      gboolean same = i < old->len && j < new->len && old->pdata[i] == new->pdata[j];
      gboolean gone = !same && i < old->len && (j == new->len || !is_listed (self, old->pdata[i]));

      if (same)
        open = NULL;
      else if (open == NULL)
        {
          Splice splice = { i, 0, j, 0 };

          g_array_append_val (splices, splice);
          open = &g_array_index (splices, Splice, splices->len - 1);
        }
      if (open != NULL)
        {
          open->removed += gone ? 1 : 0;
          open->added += gone ? 0 : 1;
        }
      i += same || gone ? 1 : 0;
      j += gone ? 0 : 1;
    }
  return splices;
}

static void
merge_splices (GArray *splices)
{
  Splice *first = &g_array_index (splices, Splice, 0);
  const Splice *last = &g_array_index (splices, Splice, splices->len - 1);

  first->removed = last->position + last->removed - first->position;
  first->added = last->first + last->added - first->first;
  g_array_set_size (splices, 1);
}

static void
apply_splice (DashJobStore *self, const Splice *splice)
{
  guint tail = self->items->len - splice->position - splice->removed;
  gpointer *at;

  for (guint i = 0; i < splice->added; i++)
    g_object_ref (self->jobs->pdata[splice->first + i]);
  if (splice->removed > 0)
    g_ptr_array_remove_range (self->items, splice->position, splice->removed);
  g_ptr_array_set_size (self->items, (int) (self->items->len + splice->added));
  at = self->items->pdata + splice->position;
  memmove (at + splice->added, at, tail * sizeof *at);
  for (guint i = 0; i < splice->added; i++)
    at[i] = self->jobs->pdata[splice->first + i];
  g_list_model_items_changed (G_LIST_MODEL (self), splice->position, splice->removed,
                              splice->added);
}

static void
count (DashJobStore *self)
{
  memset (self->counts, 0, sizeof self->counts);
  for (guint i = 0; i < self->items->len; i++)
    self->counts[dash_job_get_state (self->items->pdata[i])]++;
  g_signal_emit (self, signals[COUNTS_CHANGED], 0);
}

void
dash_job_store_publish (DashJobStore *self)
{
  g_autoptr (GArray) splices = NULL;
  gboolean altered = self->altered;

  g_return_if_fail (DASH_IS_JOB_STORE (self));
  self->altered = FALSE;
  g_clear_handle_id (&self->publish_id, g_source_remove);
  if (self->dropped)
    drop_unlisted (self);
  splices = find_splices (self);
  if (splices->len > MAX_SPLICES)
    merge_splices (splices);
  /* From the end on, so that the positions before it stay valid. */
  for (guint i = splices->len; i > 0; i--)
    apply_splice (self, &g_array_index (splices, Splice, i - 1));
  if (altered)
    g_signal_emit (self, signals[ALTERED], 0);
  if (altered || splices->len > 0)
    count (self);
}

static gboolean
publish_cb (gpointer data)
{
  DashJobStore *self = data;

  g_assert (DASH_IS_JOB_STORE (self));
  self->publish_id = 0;
  dash_job_store_publish (self);
  return G_SOURCE_REMOVE;
}

static void
publish_soon (DashJobStore *self)
{
  if (self->publish_id == 0)
    self->publish_id = g_timeout_add (COLLECT_MS, publish_cb, self);
}

static void
note_change (DashJobStore *self, DashJob *job, DashJobChange change)
{
  self->altered |= (change & DASH_JOB_CHANGE_ORDER) != 0;
  /* The end of a job that the user deletes does not matter. */
  if ((change & DASH_JOB_CHANGE_ENDED) && !g_hash_table_contains (self->hidden, job))
    g_signal_emit (self, signals[JOB_ENDED], 0, job);
}

static void
dash_job_store_finalize (GObject *object)
{
  DashJobStore *self = DASH_JOB_STORE (object);

  g_clear_handle_id (&self->publish_id, g_source_remove);
  g_hash_table_unref (self->hidden);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->jobs);
  G_OBJECT_CLASS (dash_job_store_parent_class)->finalize (object);
}

static void
dash_job_store_class_init (DashJobStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dash_job_store_finalize;
  signals[ALTERED] = g_signal_new ("altered", DASH_TYPE_JOB_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[COUNTS_CHANGED] = g_signal_new ("counts-changed", DASH_TYPE_JOB_STORE, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[JOB_ENDED] = g_signal_new ("job-ended", DASH_TYPE_JOB_STORE, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, DASH_TYPE_JOB);
}

static void
dash_job_store_init (DashJobStore *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->hidden = g_hash_table_new (g_direct_hash, g_direct_equal);
}

DashJobStore *
dash_job_store_new (void)
{
  return g_object_new (DASH_TYPE_JOB_STORE, NULL);
}

/* Whether `a` was created after `b`. */
static gboolean
is_newer (DashJob *a, DashJob *b)
{
  const VestimJob *left = dash_job_get (a), *right = dash_job_get (b);

  if (left->sequence != 0 && right->sequence != 0)
    return left->sequence > right->sequence;
  return left->created_at > right->created_at;
}

static DashJob *
add_known (DashJobStore *self, DashSnapshot *snapshot)
{
  DashJob *job = dash_job_new (snapshot);

  g_hash_table_insert (self->by_id, g_strdup (dash_job_get_id (job)), job);
  return job;
}

static void
forget_absent (DashJobStore *self, GHashTable *present)
{
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (!g_hash_table_contains (present, job))
      {
        g_hash_table_remove (self->hidden, job);
        g_hash_table_iter_remove (&iter);
      }
}

void
dash_job_store_refresh (DashJobStore *self, GPtrArray *snapshots)
{
  g_autoptr (GHashTable) present = g_hash_table_new (g_direct_hash, g_direct_equal);

  g_return_if_fail (DASH_IS_JOB_STORE (self) && snapshots != NULL);
  g_ptr_array_set_size (self->jobs, 0);
  for (guint i = 0; i < snapshots->len; i++)
    {
      DashSnapshot *snapshot = g_steal_pointer (&snapshots->pdata[i]);
      DashJob *job = g_hash_table_lookup (self->by_id, snapshot->job->id);

      if (job != NULL)
        note_change (self, job, dash_job_update (job, snapshot));
      else
        job = add_known (self, snapshot);
      g_hash_table_add (present, job);
      if (!g_hash_table_contains (self->hidden, job))
        g_ptr_array_add (self->jobs, g_object_ref (job));
    }
  g_ptr_array_set_size (snapshots, 0);
  forget_absent (self, present);
  dash_job_store_publish (self);
}

static void
insert_job (DashJobStore *self, DashJob *job)
{
  guint first = 0, end = self->jobs->len;

  while (first < end)
    {
      guint middle = first + (end - first) / 2;

      if (is_newer (self->jobs->pdata[middle], job))
        first = middle + 1;
      else
        end = middle;
    }
  g_ptr_array_insert (self->jobs, (int) first, g_object_ref (job));
}

void
dash_job_store_put (DashJobStore *self, DashSnapshot *snapshot)
{
  DashJob *job;

  g_return_if_fail (DASH_IS_JOB_STORE (self) && snapshot != NULL);
  job = g_hash_table_lookup (self->by_id, snapshot->job->id);
  if (job != NULL)
    note_change (self, job, dash_job_update (job, snapshot));
  else
    insert_job (self, add_known (self, snapshot));
  publish_soon (self);
}

void
dash_job_store_put_answer (DashJobStore *self, DashSnapshot *snapshot)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self) && snapshot != NULL);
  if (g_hash_table_contains (self->by_id, snapshot->job->id))
    dash_snapshot_free (snapshot);
  else
    insert_job (self, add_known (self, snapshot));
  dash_job_store_publish (self);
}

static gboolean
is_news (DashJob *job, const VestimJob *news)
{
  return job != NULL && dash_job_get_state (job) == VESTIM_JOB_QUEUED
         && news->state == VESTIM_JOB_QUEUED && news->updated_at >= dash_job_get (job)->updated_at;
}

void
dash_job_store_put_queued (DashJobStore *self, GPtrArray *snapshots)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self) && snapshots != NULL);
  for (guint i = 0; i < snapshots->len; i++)
    {
      const DashSnapshot *snapshot = snapshots->pdata[i];
      DashJob *job = g_hash_table_lookup (self->by_id, snapshot->job->id);

      if (is_news (job, snapshot->job))
        note_change (self, job, dash_job_update (job, g_steal_pointer (&snapshots->pdata[i])));
    }
  g_ptr_array_set_size (snapshots, 0);
  publish_soon (self);
}

void
dash_job_store_remove (DashJobStore *self, const char *const *job_ids)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self) && job_ids != NULL);
  for (gsize i = 0; job_ids[i] != NULL; i++)
    {
      g_hash_table_remove (self->hidden, g_hash_table_lookup (self->by_id, job_ids[i]));
      g_hash_table_remove (self->by_id, job_ids[i]);
    }
  self->dropped = TRUE;
  publish_soon (self);
}

void
dash_job_store_clear (DashJobStore *self)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self));
  g_hash_table_remove_all (self->hidden);
  g_hash_table_remove_all (self->by_id);
  self->dropped = TRUE;
  dash_job_store_publish (self);
}

void
dash_job_store_hide (DashJobStore *self, GPtrArray *jobs)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self));
  for (guint i = 0; i < jobs->len; i++)
    if (dash_job_store_lookup (self, dash_job_get_id (jobs->pdata[i])) == jobs->pdata[i])
      g_hash_table_add (self->hidden, jobs->pdata[i]);
  self->dropped = TRUE;
  dash_job_store_publish (self);
}

void
dash_job_store_show (DashJobStore *self, GPtrArray *jobs)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self));
  for (guint i = 0; i < jobs->len; i++)
    if (g_hash_table_remove (self->hidden, jobs->pdata[i]))
      insert_job (self, jobs->pdata[i]);
  dash_job_store_publish (self);
}

DashJob *
dash_job_store_lookup (DashJobStore *self, const char *job_id)
{
  g_return_val_if_fail (DASH_IS_JOB_STORE (self) && job_id != NULL, NULL);
  return g_hash_table_lookup (self->by_id, job_id);
}

const VestimJob *
dash_job_store_find (const char *job_id, gpointer store)
{
  DashJob *job = dash_job_store_lookup (store, job_id);

  return job != NULL ? dash_job_get (job) : NULL;
}

guint
dash_job_store_count (DashJobStore *self, VestimJobState state)
{
  g_return_val_if_fail (DASH_IS_JOB_STORE (self), 0);
  g_return_val_if_fail ((guint) state < VESTIM_N_JOB_STATES, 0);
  return self->counts[state];
}

guint
dash_job_store_count_all (DashJobStore *self)
{
  g_return_val_if_fail (DASH_IS_JOB_STORE (self), 0);
  return self->items->len;
}
