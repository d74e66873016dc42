/* SPDX-License-Identifier: MIT */
#include "model/dash-job-store.h"

struct _DashJobStore
{
  GObject parent;
  GPtrArray *items;   /* DashJob, newest first, without the hidden ones */
  GHashTable *by_id;  /* id (owned by the job) → DashJob, hidden ones too */
  GHashTable *hidden; /* set of DashJob */
  guint counts[VESTIM_N_JOB_STATES];
  guint counts_id;
};

enum
{
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

static gboolean
counts_cb (gpointer data)
{
  DashJobStore *self = data;

  self->counts_id = 0;
  memset (self->counts, 0, sizeof self->counts);
  for (guint i = 0; i < self->items->len; i++)
    self->counts[dash_job_get_state (self->items->pdata[i])]++;
  g_signal_emit (self, signals[COUNTS_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* Many changes in a row are counted once. */
static void
queue_counts (DashJobStore *self)
{
  if (self->counts_id == 0)
    self->counts_id = g_idle_add_full (G_PRIORITY_DEFAULT, counts_cb, self, NULL);
}

static void
emit_change (DashJobStore *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  queue_counts (self);
}

/* Replaces the list by `items` (taken over), telling of the part in between that differs. */
static void
replace_items (DashJobStore *self, GPtrArray *items)
{
  g_autoptr (GPtrArray) old = self->items;
  guint shorter = MIN (old->len, items->len);
  guint head = 0;
  guint tail = 0;

  while (head < shorter && old->pdata[head] == items->pdata[head])
    head++;
  while (tail < shorter - head
         && old->pdata[old->len - 1 - tail] == items->pdata[items->len - 1 - tail])
    tail++;
  self->items = items;
  if (head + tail < MAX (old->len, items->len))
    emit_change (self, head, old->len - head - tail, items->len - head - tail);
}

static void
tell_change (DashJobStore *self, DashJob *job, DashJobChange change)
{
  guint position;

  /* The same object out and in again: filters and sorters look at it anew, and lists know it. */
  if ((change & DASH_JOB_CHANGE_ORDER) && g_ptr_array_find (self->items, job, &position))
    emit_change (self, position, 1, 1);
  /* Who deletes a job does not wait for its end. */
  if ((change & DASH_JOB_CHANGE_ENDED) && !g_hash_table_contains (self->hidden, job))
    g_signal_emit (self, signals[JOB_ENDED], 0, job);
}

static void
dash_job_store_finalize (GObject *object)
{
  DashJobStore *self = DASH_JOB_STORE (object);

  g_clear_handle_id (&self->counts_id, g_source_remove);
  g_hash_table_unref (self->hidden);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->items);
  G_OBJECT_CLASS (dash_job_store_parent_class)->finalize (object);
}

static void
dash_job_store_class_init (DashJobStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dash_job_store_finalize;
  signals[COUNTS_CHANGED] = g_signal_new ("counts-changed", DASH_TYPE_JOB_STORE, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[JOB_ENDED] = g_signal_new ("job-ended", DASH_TYPE_JOB_STORE, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, DASH_TYPE_JOB);
}

static void
dash_job_store_init (DashJobStore *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->hidden = g_hash_table_new (g_direct_hash, g_direct_equal);
}

DashJobStore *
dash_job_store_new (void)
{
  return g_object_new (DASH_TYPE_JOB_STORE, NULL);
}

/* Whether the job of `a` was created after that of `b`. */
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
  GPtrArray *items = g_ptr_array_new_full (snapshots->len, g_object_unref);
  g_autoptr (GHashTable) present = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (DashJobChange));

  g_return_if_fail (DASH_IS_JOB_STORE (self));
  for (guint i = 0; i < snapshots->len; i++)
    {
      DashSnapshot *snapshot = g_steal_pointer (&snapshots->pdata[i]);
      DashJob *job = g_hash_table_lookup (self->by_id, snapshot->job->id);

      if (job != NULL)
        {
          DashJobChange change = dash_job_update (job, snapshot);

          g_ptr_array_add (changed, job);
          g_array_append_val (changes, change);
        }
      else
        job = add_known (self, snapshot);
      g_hash_table_add (present, job);
      if (!g_hash_table_contains (self->hidden, job))
        g_ptr_array_add (items, g_object_ref (job));
    }
  g_ptr_array_set_size (snapshots, 0);
  replace_items (self, items);
  forget_absent (self, present);
  for (guint i = 0; i < changed->len; i++)
    tell_change (self, changed->pdata[i], g_array_index (changes, DashJobChange, i));
}

static void
insert_item (DashJobStore *self, DashJob *job)
{
  guint position = 0;

  while (position < self->items->len && is_newer (self->items->pdata[position], job))
    position++;
  g_ptr_array_insert (self->items, (int) position, g_object_ref (job));
  emit_change (self, position, 0, 1);
}

DashJob *
dash_job_store_put (DashJobStore *self, DashSnapshot *snapshot)
{
  DashJob *job;

  g_return_val_if_fail (DASH_IS_JOB_STORE (self), NULL);
  job = g_hash_table_lookup (self->by_id, snapshot->job->id);
  if (job != NULL)
    {
      tell_change (self, job, dash_job_update (job, snapshot));
      return job;
    }
  job = add_known (self, snapshot);
  insert_item (self, job);
  return job;
}

DashJob *
dash_job_store_put_answer (DashJobStore *self, DashSnapshot *snapshot)
{
  DashJob *job;

  g_return_val_if_fail (DASH_IS_JOB_STORE (self), NULL);
  job = g_hash_table_lookup (self->by_id, snapshot->job->id);
  if (job == NULL)
    return dash_job_store_put (self, snapshot);
  dash_snapshot_free (snapshot);
  return job;
}

/* Takes the jobs of the set out of the list, in one change. */
static void
take_out (DashJobStore *self, GHashTable *jobs)
{
  GPtrArray *items = g_ptr_array_new_full (self->items->len, g_object_unref);

  for (guint i = 0; i < self->items->len; i++)
    if (!g_hash_table_contains (jobs, self->items->pdata[i]))
      g_ptr_array_add (items, g_object_ref (self->items->pdata[i]));
  replace_items (self, items);
}

void
dash_job_store_remove (DashJobStore *self, const char *const *job_ids)
{
  g_autoptr (GHashTable) gone = g_hash_table_new (g_direct_hash, g_direct_equal);

  g_return_if_fail (DASH_IS_JOB_STORE (self));
  for (gsize i = 0; job_ids[i] != NULL; i++)
    {
      DashJob *job = g_hash_table_lookup (self->by_id, job_ids[i]);

      if (job != NULL)
        g_hash_table_add (gone, job);
    }
  take_out (self, gone);
  for (gsize i = 0; job_ids[i] != NULL; i++)
    {
      g_hash_table_remove (self->hidden, g_hash_table_lookup (self->by_id, job_ids[i]));
      g_hash_table_remove (self->by_id, job_ids[i]);
    }
}

void
dash_job_store_clear (DashJobStore *self)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self));
  replace_items (self, g_ptr_array_new_with_free_func (g_object_unref));
  g_hash_table_remove_all (self->hidden);
  g_hash_table_remove_all (self->by_id);
}

void
dash_job_store_hide (DashJobStore *self, GPtrArray *jobs)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self));
  for (guint i = 0; i < jobs->len; i++)
    if (dash_job_store_lookup (self, dash_job_get_id (jobs->pdata[i])) == jobs->pdata[i])
      g_hash_table_add (self->hidden, jobs->pdata[i]);
  take_out (self, self->hidden);
}

void
dash_job_store_show (DashJobStore *self, GPtrArray *jobs)
{
  g_return_if_fail (DASH_IS_JOB_STORE (self));
  for (guint i = 0; i < jobs->len; i++)
    if (g_hash_table_remove (self->hidden, jobs->pdata[i]))
      insert_item (self, jobs->pdata[i]);
}

DashJob *
dash_job_store_lookup (DashJobStore *self, const char *job_id)
{
  g_return_val_if_fail (DASH_IS_JOB_STORE (self), NULL);
  return g_hash_table_lookup (self->by_id, job_id);
}

guint
dash_job_store_count (DashJobStore *self, VestimJobState state)
{
  g_return_val_if_fail (DASH_IS_JOB_STORE (self), 0);
  return self->counts[state];
}

guint
dash_job_store_count_all (DashJobStore *self)
{
  g_return_val_if_fail (DASH_IS_JOB_STORE (self), 0);
  return self->items->len;
}
