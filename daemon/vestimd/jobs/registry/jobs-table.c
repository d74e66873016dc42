/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/jobs-table.h"

#include "common/job/vestim-job-fields.h"
#include "daemon/vestimd/jobs/registry/database.h"

/* The statements follow the table of job fields: column n of a statement, and its parameter n + 1,
 * is the n-th field that has a column. The first one is the sequence. */

#define IS_COLUMN(field) ((field)->column != NULL)

char *
jobs_table_list_columns (bool as_parameters)
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

/* `(transfer full)` the assignments of an update. The key is not among them, though it stays the
 * same: SQLite would take the row out and insert it again, and write twice as many pages. */
static char *
list_updates (void)
{
  GString *list = g_string_new (NULL);
  int n = 0;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      if (field->column != NULL && n++ > 0 && (field->flags & VESTIM_JOB_FIELD_APART) == 0)
        g_string_append_printf (list, "%s%s = ?%d", list->len > 0 ? ", " : "", field->column, n);
    }
  return g_string_free (list, FALSE);
}

int
jobs_table_open (JobsTable *table, sqlite3 *db)
{
  g_autofree char *columns = jobs_table_list_columns (false),
                  *parameters = jobs_table_list_columns (true);
  g_autofree char *updates = list_updates ();
  g_autofree char *insert =
      g_strdup_printf ("INSERT INTO jobs (%s) VALUES (%s)", columns, parameters);
  g_autofree char *update = g_strdup_printf ("UPDATE jobs SET %s WHERE sequence = ?1", updates);
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

int
jobs_table_load_removed (sqlite3 *db, GPtrArray *ids)
{
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db, "SELECT job_id FROM removed", -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      char *id = g_strdup ((const char *) sqlite3_column_text (stmt, 0));

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
