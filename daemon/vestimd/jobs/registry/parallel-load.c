/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/parallel-load.h"

#include <stdint.h>
#include <uv.h>

#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/jobs-table.h"

/* Most of the time goes into touching fresh memory, which a second thread does at the same time.
 * Below this many sequences a thread and a connection would cost more than they save. */
#define MANY 5000

typedef struct
{
  const char *path;
  int64_t from;
  GPtrArray *jobs;
  int rc;
} Half;

static void
read_upper_half (void *user)
{
  Half *half = user;
  sqlite3 *db;

  half->rc = database_open (&db, half->path, DATABASE_READ);
  if (half->rc == SQLITE_OK)
    half->rc = jobs_table_load (db, half->from, INT64_MAX, half->jobs);
  sqlite3_close (db);
}

static int
read_by_two (sqlite3 *db, const char *path, int64_t middle, GPtrArray *jobs)
{
  Half half = { path, middle, g_ptr_array_new (), SQLITE_OK };
  uv_thread_t thread;
  int rc;

  if (uv_thread_create (&thread, read_upper_half, &half) < 0)
    {
      g_ptr_array_unref (half.jobs);
      return jobs_table_load (db, INT64_MIN, INT64_MAX, jobs);
    }
  rc = jobs_table_load (db, INT64_MIN, middle - 1, jobs);
  uv_thread_join (&thread);
  g_ptr_array_extend_and_steal (jobs, half.jobs);
  return rc != SQLITE_OK ? rc : half.rc;
}

int
parallel_load (sqlite3 *db, const char *path, GPtrArray *jobs)
{
  sqlite3_int64 first = 0, last = 0;
  int rc = database_get_int (db, "SELECT min (sequence) FROM jobs", &first);

  if (rc == SQLITE_OK)
    rc = database_get_int (db, "SELECT max (sequence) FROM jobs", &last);
  if (rc != SQLITE_OK)
    return rc;
  if (last - first < MANY)
    return jobs_table_load (db, INT64_MIN, INT64_MAX, jobs);
  return read_by_two (db, path, first + (last - first) / 2, jobs);
}
