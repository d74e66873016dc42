/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/hooks-table.h"
#include "daemon/vestimd/jobs/registry/registry-private.h"
#include "daemon/vestimd/jobs/registry/retention-table.h"

/* A failed commit undoes what a read has seen, and the read may be repeated. */
static void
empty (GPtrArray *rows, GDestroyNotify free_row)
{
  for (unsigned i = 0; i < rows->len; i++)
    free_row (rows->pdata[i]);
  g_ptr_array_set_size (rows, 0);
}

/* ---- Hooks ---- */

typedef struct
{
  int64_t after;
  unsigned limit;
  GPtrArray *entries;
  RegistryHooksFn fn;
  void *user;
} HooksQuery;

static int
read_hooks (sqlite3 *db, void *user)
{
  const HooksQuery *query = user;

  empty (query->entries, registry_hook_free);
  return hooks_table_read (db, query->after, query->limit, query->entries);
}

static void
on_hooks_read (void *user, int status)
{
  g_autofree HooksQuery *query = user;

  if (status != 0)
    empty (query->entries, registry_hook_free);
  query->fn (query->user, status, query->entries);
}

void
registry_read_hooks (Registry *registry, int64_t after, unsigned limit, RegistryHooksFn fn,
                     void *user)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  HooksQuery *query = g_new0 (HooksQuery, 1);

  *query = (HooksQuery){ after, limit, g_ptr_array_new (), fn, user };
  transaction_read (transaction, read_hooks, query);
  registry_submit (registry, transaction, on_hooks_read, query);
}

/* ---- Retention ---- */

typedef struct
{
  bool is_of_seen;
  RetentionPlace after;
  unsigned limit;
  GPtrArray *rows;
  RetentionTotal total;
  RegistryRetentionFn fn;
  void *user;
} RetentionQuery;

void
retention_row_free (void *data)
{
  RetentionRow *row = data;

  g_free (row->job_id);
  g_free (row);
}

static int
read_retention (sqlite3 *db, void *user)
{
  RetentionQuery *query = user;
  int rc;

  empty (query->rows, retention_row_free);
  if (!query->is_of_seen)
    return retention_table_read_unseen (db, query->limit, query->rows);
  rc = retention_table_read_total (db, &query->total);
  return rc == SQLITE_OK ? retention_table_read_seen (db, &query->after, query->limit, query->rows)
                         : rc;
}

static void
on_retention_read (void *user, int status)
{
  g_autofree RetentionQuery *query = user;

  query->fn (query->user, status, query->rows, &query->total);
}

static void
submit_retention (Registry *registry, const RetentionQuery *plan)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  RetentionQuery *query = g_memdup2 (plan, sizeof *plan);

  query->rows = g_ptr_array_new ();
  transaction_read (transaction, read_retention, query);
  registry_submit (registry, transaction, on_retention_read, query);
}

void
registry_read_unseen (Registry *registry, unsigned limit, RegistryRetentionFn fn, void *user)
{
  submit_retention (registry, &(RetentionQuery){ .limit = limit, .fn = fn, .user = user });
}

void
registry_read_seen (Registry *registry, const RetentionPlace *after, unsigned limit,
                    RegistryRetentionFn fn, void *user)
{
  submit_retention (
      registry, &(RetentionQuery){
                    .is_of_seen = true, .after = *after, .limit = limit, .fn = fn, .user = user });
}
