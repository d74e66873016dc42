/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/jobs-table.h"

#include <malloc.h>
#include <math.h>
#include <string.h>
#include <uv.h>

#include "common/job/vestim-job-fields.h"
#include "daemon/vestimd/jobs/registry/database.h"

/* The statements follow the table of job fields: column n of a statement, and its parameter n + 1,
 * is the n-th field that has a column. The first one is the sequence. */

#define IS_COLUMN(field) ((field)->column != NULL)

/* Loading spends most of its time on memory that is touched for the first time, which a second
 * thread can do at the same time. For fewer sequences, a thread and a connection cost more than
 * they save. */
#define MANY 5000
#define HEAP_STEP (32 * 1024 * 1024)   /* reserved, and not used before it is needed */
#define DEFAULT_HEAP_STEP (128 * 1024) /* of the C library */

/* `(transfer full)` "name, kind, …", or "?1, ?2, …". */
static char *
list_columns (bool as_parameters)
{
  GString *list = g_string_new (NULL);
  int n = 0;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const char *column = vestim_job_fields[i].column;

      if (column == NULL)
        continue;
      g_string_append (list, n++ > 0 ? ", " : "");
      if (as_parameters)
        g_string_append_printf (list, "?%d", n);
      else
        g_string_append (list, column);
    }
  return g_string_free (list, FALSE);
}

static void
bind_field (sqlite3_stmt *stmt, int index, const VestimJobField *field, const VestimJob *job)
{
  if ((field->flags & (VESTIM_JOB_FIELD_NULLABLE | VESTIM_JOB_FIELD_SPARSE)) != 0
      && vestim_job_field_is_initial (field, job))
    {
      sqlite3_bind_null (stmt, index);
      return;
    }
  switch (field->type)
    {
    case VESTIM_JOB_FIELD_TEXT:
    case VESTIM_JOB_FIELD_OBJECT:
    case VESTIM_JOB_FIELD_ARRAY:
      database_bind_text (stmt, index, VESTIM_JOB_MEMBER (char *, field, job));
      return;
    case VESTIM_JOB_FIELD_WORD:
      database_bind_text (stmt, index, field->words[VESTIM_JOB_MEMBER (unsigned, field, job)]);
      return;
    case VESTIM_JOB_FIELD_BOOL:
    case VESTIM_JOB_FIELD_INT:
    case VESTIM_JOB_FIELD_INT64:
    case VESTIM_JOB_FIELD_TIME:
      sqlite3_bind_int64 (stmt, index, vestim_job_field_int (field, job));
      return;
    case VESTIM_JOB_FIELD_DOUBLE: /* SQLite stores a NAN as null. */
      sqlite3_bind_double (stmt, index, VESTIM_JOB_MEMBER (double, field, job));
      return;
    case VESTIM_JOB_FIELD_FOLDER:
      break;
    }
  g_assert_not_reached ();
}

static void
bind_job (sqlite3_stmt *stmt, const VestimJob *job)
{
  int index = 1;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if (IS_COLUMN (&vestim_job_fields[i]))
      bind_field (stmt, index++, &vestim_job_fields[i], job);
}

/* The functions of a value are faster than those of a column, which look it up and check for errors
 * in each call. A start reads some millions of values. */

/* `(transfer full)` */
static char *
read_text (sqlite3_value *value)
{
  const void *text = sqlite3_value_blob (value);
  size_t length = (size_t) sqlite3_value_bytes (value);
  char *copy = g_malloc (length + 1);

  if (length > 0)
    memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

/* False if the field needs a value. */
static bool
read_null (const VestimJobField *field, VestimJob *job)
{
  bool is_sparse = (field->flags & VESTIM_JOB_FIELD_SPARSE) != 0;

  if (vestim_job_field_is_text (field))
    return is_sparse || (field->flags & VESTIM_JOB_FIELD_NULLABLE) != 0;
  if (field->type == VESTIM_JOB_FIELD_WORD && !is_sparse)
    return vestim_job_field_set_word (field, job, NULL);
  if (field->type == VESTIM_JOB_FIELD_DOUBLE)
    VESTIM_JOB_MEMBER (double, field, job) = NAN;
  else
    vestim_job_field_set_int (field, job, field->initial);
  return true;
}

/* False for a value that no job can have. */
static bool
read_field (sqlite3_value *value, const VestimJobField *field, VestimJob *job)
{
  if (sqlite3_value_type (value) == SQLITE_NULL)
    return read_null (field, job);
  switch (field->type)
    {
    case VESTIM_JOB_FIELD_TEXT:
    case VESTIM_JOB_FIELD_OBJECT:
    case VESTIM_JOB_FIELD_ARRAY:
      VESTIM_JOB_MEMBER (char *, field, job) = read_text (value);
      return true;
    case VESTIM_JOB_FIELD_WORD:
      return vestim_job_field_set_word (field, job, (const char *) sqlite3_value_text (value));
    case VESTIM_JOB_FIELD_BOOL:
      VESTIM_JOB_MEMBER (bool, field, job) = sqlite3_value_int (value) != 0;
      return true;
    case VESTIM_JOB_FIELD_INT:
      VESTIM_JOB_MEMBER (int, field, job) = sqlite3_value_int (value);
      return true;
    case VESTIM_JOB_FIELD_INT64:
    case VESTIM_JOB_FIELD_TIME:
      VESTIM_JOB_MEMBER (int64_t, field, job) = sqlite3_value_int64 (value);
      return true;
    case VESTIM_JOB_FIELD_DOUBLE:
      VESTIM_JOB_MEMBER (double, field, job) = sqlite3_value_double (value);
      return true;
    case VESTIM_JOB_FIELD_FOLDER:
      break;
    }
  g_assert_not_reached ();
}

/* `(transfer full)`; NULL for a row that cannot be a job. */
static VestimJob *
read_job (sqlite3_stmt *stmt)
{
  VestimJob *job = g_new0 (VestimJob, 1);
  bool is_sound = true;
  int column = 0;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if (IS_COLUMN (&vestim_job_fields[i]))
      is_sound &= read_field (sqlite3_column_value (stmt, column++), &vestim_job_fields[i], job);
  if (is_sound && job->sequence > 0 && vestim_job_id_sequence (job->id) == job->sequence)
    return job;
  vestim_job_free (job);
  return NULL;
}

/* `(transfer full)` the parameters of an update, which sets each apart field to what it is. */
static char *
list_updates (void)
{
  GString *list = g_string_new (NULL);
  int n = 0;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      if (field->column == NULL)
        continue;
      g_string_append (list, n++ > 0 ? ", " : "");
      if ((field->flags & VESTIM_JOB_FIELD_APART) != 0)
        g_string_append (list, field->column);
      else
        g_string_append_printf (list, "?%d", n);
    }
  return g_string_free (list, FALSE);
}

int
jobs_table_open (JobsTable *table, sqlite3 *db)
{
  g_autofree char *columns = list_columns (false), *parameters = list_columns (true);
  g_autofree char *updates = list_updates ();
  g_autofree char *insert =
      g_strdup_printf ("INSERT INTO jobs (%s) VALUES (%s)", columns, parameters);
  g_autofree char *update =
      g_strdup_printf ("UPDATE jobs SET (%s) = (%s) WHERE sequence = ?1", columns, updates);
  const struct
  {
    sqlite3_stmt **stmt;
    const char *sql;
  } statements[] = {
    { &table->insert, insert },
    { &table->update, update },
    { &table->rank, "UPDATE jobs SET rank = ?2 WHERE sequence = ?1" },
    { &table->delete, "DELETE FROM jobs WHERE sequence = ?1" },
    { &table->remember, "INSERT OR REPLACE INTO removed (sequence, job_id) VALUES (?1, ?2)" },
    { &table->forget, "DELETE FROM removed WHERE sequence = ?1" },
  };
  int rc = SQLITE_OK;

  for (size_t i = 0; rc == SQLITE_OK && i < G_N_ELEMENTS (statements); i++)
    rc = database_prepare (db, statements[i].sql, statements[i].stmt);
  return rc;
}

void
jobs_table_close (JobsTable *table)
{
  sqlite3_finalize (table->insert);
  sqlite3_finalize (table->update);
  sqlite3_finalize (table->rank);
  sqlite3_finalize (table->delete);
  sqlite3_finalize (table->remember);
  sqlite3_finalize (table->forget);
  *table = (JobsTable){ 0 };
}

int
jobs_table_insert (JobsTable *table, const VestimJob *job)
{
  bind_job (table->insert, job);
  return database_run (table->insert);
}

int
jobs_table_update (JobsTable *table, const VestimJob *job)
{
  int rc;

  bind_job (table->update, job);
  rc = database_run (table->update);
  if (rc == SQLITE_OK && sqlite3_changes (sqlite3_db_handle (table->update)) == 0)
    return SQLITE_NOTFOUND;
  return rc;
}

int
jobs_table_set_rank (JobsTable *table, int64_t sequence, int64_t rank)
{
  sqlite3_bind_int64 (table->rank, 1, sequence);
  sqlite3_bind_int64 (table->rank, 2, rank);
  return database_run (table->rank);
}

int
jobs_table_delete (JobsTable *table, int64_t sequence, const char *job_id)
{
  int rc;

  sqlite3_bind_int64 (table->delete, 1, sequence);
  rc = database_run (table->delete);
  if (rc != SQLITE_OK)
    return rc;
  sqlite3_bind_int64 (table->remember, 1, sequence);
  database_bind_text (table->remember, 2, job_id);
  return database_run (table->remember);
}

int
jobs_table_forget (JobsTable *table, int64_t sequence)
{
  sqlite3_bind_int64 (table->forget, 1, sequence);
  return database_run (table->forget);
}

/* ---- Loading ---- */

/* Appends the jobs with a sequence from `from` to `to`. SQLITE_CORRUPT for a row that cannot be a
 * job. */
static int
load_range (sqlite3 *db, int64_t from, int64_t to, GPtrArray *jobs)
{
  g_autofree char *columns = list_columns (false);
  g_autofree char *sql =
      g_strdup_printf ("SELECT %s FROM jobs WHERE sequence >= ?1 AND sequence <= ?2"
                       " ORDER BY sequence",
                       columns);
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  sqlite3_bind_int64 (stmt, 1, from);
  sqlite3_bind_int64 (stmt, 2, to);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      VestimJob *job = read_job (stmt);

      if (job == NULL)
        {
          sqlite3_finalize (stmt);
          return SQLITE_CORRUPT;
        }
      g_ptr_array_add (jobs, job);
    }
  return sqlite3_finalize (stmt);
}

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
    half->rc = load_range (db, half->from, INT64_MAX, half->jobs);
  sqlite3_close (db);
}

static int
read_by_two (sqlite3 *db, const char *path, int64_t middle, GPtrArray *jobs)
{
  Half half = { path, middle, g_ptr_array_new (), SQLITE_OK };
  uv_thread_t thread;
  int rc;

  /* Else the C library enlarges the heap of a thread page by page, with a system call for each. */
  mallopt (M_TOP_PAD, HEAP_STEP);
  if (uv_thread_create (&thread, read_upper_half, &half) < 0)
    {
      g_ptr_array_unref (half.jobs);
      return load_range (db, INT64_MIN, INT64_MAX, jobs);
    }
  rc = load_range (db, INT64_MIN, middle - 1, jobs);
  uv_thread_join (&thread);
  mallopt (M_TOP_PAD, DEFAULT_HEAP_STEP);
  g_ptr_array_extend_and_steal (jobs, half.jobs);
  return rc != SQLITE_OK ? rc : half.rc;
}

int
jobs_table_load (sqlite3 *db, const char *path, GPtrArray *jobs)
{
  sqlite3_int64 first = 0, last = 0;
  int rc = database_get_int (db, "SELECT min (sequence) FROM jobs", &first);

  if (rc == SQLITE_OK)
    rc = database_get_int (db, "SELECT max (sequence) FROM jobs", &last);
  if (rc != SQLITE_OK)
    return rc;
  if (last - first < MANY)
    return load_range (db, INT64_MIN, INT64_MAX, jobs);
  return read_by_two (db, path, first + (last - first) / 2, jobs);
}

int
jobs_table_load_removed (sqlite3 *db, GPtrArray *ids)
{
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db, "SELECT job_id FROM removed", -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      char *id = read_text (sqlite3_column_value (stmt, 0));

      if (vestim_job_id_sequence (id) > 0)
        g_ptr_array_add (ids, id);
      else
        g_free (id);
    }
  return sqlite3_finalize (stmt);
}

int
jobs_table_last_sequence (sqlite3 *db, int64_t *sequence)
{
  sqlite3_int64 value = 0;
  int rc = database_get_int (db, "SELECT seq FROM sqlite_sequence WHERE name = 'jobs'", &value);

  *sequence = value;
  return rc;
}
