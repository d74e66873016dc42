/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/job-queries.h"

#include "daemon/vestimd/jobs/registry/job-rows.h"

/* ---- Rows ---- */

typedef struct
{
  ReaderQuery query; /* first */
  int64_t *sequences;
  size_t n;
  GPtrArray *jobs; /* of VestimJob (nullable) */
  RegistryRowsFn fn;
  void *user;
} RowsQuery;

static void
deliver_rows (Completion *completion)
{
  RowsQuery *self = (RowsQuery *) completion;

  self->fn (self->user, self->query.status, self->jobs);
  g_ptr_array_unref (self->jobs);
  g_free (self->sequences);
  g_free (self);
}

static int
run_rows (ReaderQuery *query, sqlite3 *db)
{
  RowsQuery *self = (RowsQuery *) query;

  return job_rows_read (db, self->sequences, self->n, self->jobs);
}

void
job_queries_read (Reader *reader, const int64_t *sequences, size_t n, RegistryRowsFn fn, void *user)
{
  RowsQuery *self = g_new0 (RowsQuery, 1);

  self->query.completion.deliver = deliver_rows;
  self->query.run = run_rows;
  self->sequences = g_memdup2 (sequences, n * sizeof *sequences);
  self->n = n;
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_job_free);
  self->fn = fn;
  self->user = user;
  reader_submit (reader, &self->query);
}

/* ---- Search ---- */

typedef struct
{
  ReaderQuery query; /* first */
  RegistryMatchFn matches;
  const void *filter;
  GArray *found; /* of int64_t */
  RegistryFoundFn fn;
  void *user;
} SearchQuery;

static void
deliver_search (Completion *completion)
{
  SearchQuery *self = (SearchQuery *) completion;

  self->fn (self->user, self->query.status, self->found);
  g_array_unref (self->found);
  g_free (self);
}

static int
run_search (ReaderQuery *query, sqlite3 *db)
{
  SearchQuery *self = (SearchQuery *) query;

  return job_rows_search (db, self->matches, self->filter, self->found);
}

void
job_queries_search (Reader *reader, RegistryMatchFn matches, const void *filter, RegistryFoundFn fn,
                    void *user)
{
  SearchQuery *self = g_new0 (SearchQuery, 1);

  self->query.completion.deliver = deliver_search;
  self->query.run = run_search;
  self->matches = matches;
  self->filter = filter;
  self->found = g_array_new (false, false, sizeof (int64_t));
  self->fn = fn;
  self->user = user;
  reader_submit (reader, &self->query);
}
