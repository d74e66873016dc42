/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/jobs-table.h"

#include <math.h>
#include <string.h>

#include "daemon/vestimd/jobs/registry/database.h"

/* The order of the columns in the statements; parameter n + 1 is column n. */
enum
{
  SEQUENCE,
  JOB_ID,
  NAME,
  KIND,
  STATE,
  PRIORITY,
  SELECTIONS,
  ATTEMPT,
  CREATED_AT,
  UPDATED_AT,
  STARTED_AT,
  FINISHED_AT,
  PROGRESS,
  MESSAGE,
  EXIT_CODE,
  SIGNAL,
  REASON,
  CPU_S,
  MAX_RSS_KB,
  WALL_S,
  METRICS,
  INTENT,
  IDLE_RESUMES,
  RESUME_PROGRESS,
  FRESH,
  TASKS,
};

#define COLUMNS \
  "sequence, job_id, name, kind, state, priority, selections, attempt, created_at, updated_at, " \
  "started_at, finished_at, progress, message, exit_code, signal, reason, cpu_s, max_rss_kb, " \
  "wall_s, metrics, intent, idle_resumes, resume_progress, fresh, tasks"

#define INSERT \
  "INSERT INTO jobs (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, " \
  "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)"

#define UPDATE \
  "UPDATE jobs SET (" COLUMNS ") = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, " \
  "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26) WHERE sequence = ?1"

static const char *const intent_names[] = {
  [VESTIM_JOB_INTENT_NONE] = NULL,
  [VESTIM_JOB_INTENT_STOP] = "stop",
};

static void
bind_text (sqlite3_stmt *stmt, int column, const char *text)
{
  database_bind_text (stmt, column + 1, text);
}

static void
bind_int (sqlite3_stmt *stmt, int column, int64_t value)
{
  sqlite3_bind_int64 (stmt, column + 1, value);
}

/* `null` is the value that stands for null. */
static void
bind_int_or_null (sqlite3_stmt *stmt, int column, int64_t value, int64_t null)
{
  if (value == null)
    sqlite3_bind_null (stmt, column + 1);
  else
    sqlite3_bind_int64 (stmt, column + 1, value);
}

/* SQLite stores a NAN as null. */
static void
bind_double (sqlite3_stmt *stmt, int column, double value)
{
  sqlite3_bind_double (stmt, column + 1, value);
}

static void
bind_details (sqlite3_stmt *stmt, const VestimJobDetails *details)
{
  bind_int_or_null (stmt, EXIT_CODE, details->exit_code, -1);
  bind_text (stmt, SIGNAL, details->signal);
  bind_text (stmt, REASON, details->reason);
  bind_double (stmt, CPU_S, details->cpu_s);
  bind_int_or_null (stmt, MAX_RSS_KB, details->max_rss_kb, -1);
  bind_double (stmt, WALL_S, details->wall_s);
  bind_text (stmt, METRICS, details->metrics);
  bind_text (stmt, TASKS, details->tasks);
}

static void
bind_job (sqlite3_stmt *stmt, const VestimJob *job)
{
  bind_int (stmt, SEQUENCE, job->sequence);
  bind_text (stmt, JOB_ID, job->id);
  bind_text (stmt, NAME, job->name);
  bind_text (stmt, KIND, vestim_job_kind_name (job->kind));
  bind_text (stmt, STATE, vestim_job_state_name (job->state));
  bind_int (stmt, PRIORITY, job->priority);
  bind_text (stmt, SELECTIONS, job->selections);
  bind_int (stmt, ATTEMPT, job->attempt);
  bind_int (stmt, CREATED_AT, job->created_at);
  bind_int (stmt, UPDATED_AT, job->updated_at);
  bind_int_or_null (stmt, STARTED_AT, job->started_at, 0);
  bind_int_or_null (stmt, FINISHED_AT, job->finished_at, 0);
  bind_double (stmt, PROGRESS, job->progress);
  bind_text (stmt, MESSAGE, job->message);
  bind_details (stmt, &job->details);
  bind_text (stmt, INTENT, intent_names[job->intent]);
  bind_int (stmt, IDLE_RESUMES, job->idle_resumes);
  bind_double (stmt, RESUME_PROGRESS, job->resume_progress);
  bind_int (stmt, FRESH, job->fresh);
}

/* `(transfer full, nullable)` */
static char *
read_text (sqlite3_stmt *stmt, int column)
{
  const void *text = sqlite3_column_text (stmt, column);

  if (text == NULL)
    return NULL;
  return g_memdup2 (text, (size_t) sqlite3_column_bytes (stmt, column) + 1);
}

static double
read_double (sqlite3_stmt *stmt, int column)
{
  if (sqlite3_column_type (stmt, column) == SQLITE_NULL)
    return NAN;
  return sqlite3_column_double (stmt, column);
}

static int64_t
read_int (sqlite3_stmt *stmt, int column, int64_t null)
{
  if (sqlite3_column_type (stmt, column) == SQLITE_NULL)
    return null;
  return sqlite3_column_int64 (stmt, column);
}

static void
read_details (sqlite3_stmt *stmt, VestimJobDetails *details)
{
  details->exit_code = (int) read_int (stmt, EXIT_CODE, -1);
  details->signal = read_text (stmt, SIGNAL);
  details->reason = read_text (stmt, REASON);
  details->cpu_s = read_double (stmt, CPU_S);
  details->max_rss_kb = read_int (stmt, MAX_RSS_KB, -1);
  details->wall_s = read_double (stmt, WALL_S);
  details->metrics = read_text (stmt, METRICS);
  details->tasks = read_text (stmt, TASKS);
}

/* Whether the three words were known ones. */
static bool
read_words (sqlite3_stmt *stmt, VestimJob *job)
{
  const char *state = (const char *) sqlite3_column_text (stmt, STATE);
  const char *kind = (const char *) sqlite3_column_text (stmt, KIND);
  const char *intent = (const char *) sqlite3_column_text (stmt, INTENT);

  if (state == NULL || !vestim_job_state_parse (state, &job->state))
    return false;
  if (kind != NULL && !vestim_job_kind_parse (kind, &job->kind))
    return false;
  for (unsigned i = 0; i < G_N_ELEMENTS (intent_names); i++)
    if (g_strcmp0 (intent, intent_names[i]) == 0)
      {
        job->intent = (VestimJobIntent) i;
        return true;
      }
  return false;
}

/* `(transfer full)`; NULL for a row that makes no sense. */
static VestimJob *
read_job (sqlite3_stmt *stmt)
{
  VestimJob *job = g_new0 (VestimJob, 1);

  job->sequence = sqlite3_column_int64 (stmt, SEQUENCE);
  job->id = read_text (stmt, JOB_ID);
  job->name = read_text (stmt, NAME);
  job->priority = sqlite3_column_int (stmt, PRIORITY);
  job->selections = read_text (stmt, SELECTIONS);
  job->attempt = sqlite3_column_int (stmt, ATTEMPT);
  job->created_at = sqlite3_column_int64 (stmt, CREATED_AT);
  job->updated_at = sqlite3_column_int64 (stmt, UPDATED_AT);
  job->started_at = sqlite3_column_int64 (stmt, STARTED_AT);
  job->finished_at = sqlite3_column_int64 (stmt, FINISHED_AT);
  job->progress = read_double (stmt, PROGRESS);
  job->message = read_text (stmt, MESSAGE);
  read_details (stmt, &job->details);
  job->idle_resumes = sqlite3_column_int (stmt, IDLE_RESUMES);
  job->resume_progress = read_double (stmt, RESUME_PROGRESS);
  job->fresh = sqlite3_column_int (stmt, FRESH) != 0;

  if (read_words (stmt, job) && job->id != NULL && job->name != NULL && job->selections != NULL
      && job->sequence > 0 && vestim_job_id_sequence (job->id) == job->sequence)
    return job;
  vestim_job_free (job);
  return NULL;
}

int
jobs_table_open (JobsTable *table, sqlite3 *db)
{
  const struct
  {
    sqlite3_stmt **stmt;
    const char *sql;
  } statements[] = {
    { &table->insert, INSERT },
    { &table->update, UPDATE },
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
  sqlite3_finalize (table->delete);
  sqlite3_finalize (table->remember);
  sqlite3_finalize (table->forget);
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
jobs_table_remove (JobsTable *table, int64_t sequence)
{
  sqlite3_bind_int64 (table->delete, 1, sequence);
  return database_run (table->delete);
}

int
jobs_table_delete (JobsTable *table, int64_t sequence, const char *job_id)
{
  int rc = jobs_table_remove (table, sequence);

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
jobs_table_load (sqlite3 *db, int64_t from, int64_t to, GPtrArray *jobs)
{
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db,
                               "SELECT " COLUMNS " FROM jobs"
                               " WHERE sequence >= ?1 AND sequence <= ?2 ORDER BY sequence",
                               -1, &stmt, NULL);

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

int
jobs_table_load_removed (sqlite3 *db, GPtrArray *ids)
{
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db, "SELECT job_id FROM removed", -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      char *id = read_text (stmt, 0);

      if (id != NULL && vestim_job_id_sequence (id) > 0)
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
