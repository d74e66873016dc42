/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/job-rows.h"

#include <malloc.h>
#include <math.h>
#include <string.h>
#include <uv.h>

#include "common/job/vestim-job-fields.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/jobs-table.h"

/* Loading spends most of its time on memory that is touched for the first time, which a second
 * thread can do at the same time. For fewer jobs, a thread and a connection cost more than they
 * save. */
#define MANY 5000
#define HEAP_STEP (32 * 1024 * 1024)   /* reserved, and not used before it is needed */
#define DEFAULT_HEAP_STEP (128 * 1024) /* of the C library */

/* ---- One row ---- */

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
    if (vestim_job_fields[i].column != NULL)
      is_sound &= read_field (sqlite3_column_value (stmt, column++), &vestim_job_fields[i], job);
  if (is_sound && job->sequence > 0 && vestim_job_id_sequence (job->id) == job->sequence)
    return job;
  vestim_job_free (job);
  return NULL;
}

/* ---- Rows ---- */

static int
read_one (sqlite3_stmt *stmt, int64_t sequence, GPtrArray *jobs)
{
  VestimJob *job = NULL;
  int rc;

  sqlite3_bind_int64 (stmt, 1, sequence);
  rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    job = read_job (stmt);
  sqlite3_reset (stmt);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    return rc;
  g_ptr_array_add (jobs, job);
  return SQLITE_OK;
}

int
job_rows_read (sqlite3 *db, const int64_t *sequences, size_t n, GPtrArray *jobs)
{
  g_autofree char *columns = jobs_table_list_columns (false);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM jobs WHERE sequence = ?1", columns);
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL);

  for (size_t i = 0; rc == SQLITE_OK && i < n; i++)
    rc = read_one (stmt, sequences[i], jobs);
  sqlite3_finalize (stmt);
  return rc;
}

typedef struct
{
  const char *path;
  const int64_t *sequences;
  size_t n;
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
    half->rc = job_rows_read (db, half->sequences, half->n, half->jobs);
  sqlite3_close (db);
}

/* Two threads read many. */
static int
load_by_two (sqlite3 *db, const char *path, const GArray *sequences, GPtrArray *jobs)
{
  const int64_t *all = (const int64_t *) (const void *) sequences->data;
  size_t middle = sequences->len < MANY ? sequences->len : sequences->len / 2;
  Half half = { path, all + middle, sequences->len - middle, NULL, SQLITE_OK };
  uv_thread_t thread;
  int rc;

  if (half.n == 0)
    return job_rows_read (db, all, middle, jobs);
  half.jobs = g_ptr_array_new ();
  /* Else the C library enlarges the heap of a thread page by page, with a system call for each. */
  mallopt (M_TOP_PAD, HEAP_STEP);
  if (uv_thread_create (&thread, read_upper_half, &half) < 0)
    {
      g_ptr_array_unref (half.jobs);
      return job_rows_read (db, all, sequences->len, jobs);
    }
  rc = job_rows_read (db, all, middle, jobs);
  uv_thread_join (&thread);
  mallopt (M_TOP_PAD, DEFAULT_HEAP_STEP);
  g_ptr_array_extend_and_steal (jobs, half.jobs);
  return rc != SQLITE_OK ? rc : half.rc;
}

int
job_rows_load (sqlite3 *db, const char *path, const GArray *sequences, GPtrArray *jobs)
{
  int rc = load_by_two (db, path, sequences, jobs);

  return rc == SQLITE_OK && g_ptr_array_find (jobs, NULL, NULL) ? SQLITE_CORRUPT : rc;
}

/* ---- The index ---- */

enum
{
  BRIEF_SEQUENCE,
  BRIEF_ID,
  BRIEF_STATE,
  BRIEF_KIND,
  BRIEF_GROUP,
  BRIEF_NAME,
  BRIEF_TAGS,
  BRIEF_EXECUTOR,
};

#define BRIEF_COLUMNS "sequence, job_id, state, kind, group_name"
#define SEARCH_COLUMNS BRIEF_COLUMNS ", name, tags, executor"
#define FROM_INDEX " FROM jobs INDEXED BY jobs_brief ORDER BY sequence"

static bool
read_words (sqlite3_stmt *stmt, VestimJobState *state, VestimJobKind *kind)
{
  const char *word = (const char *) sqlite3_column_text (stmt, BRIEF_STATE);

  return word != NULL && vestim_job_state_parse (word, state)
         && vestim_job_kind_parse ((const char *) sqlite3_column_text (stmt, BRIEF_KIND), kind);
}

/* False for a row that cannot be a job. */
static bool
read_brief (sqlite3_stmt *stmt, JobBrief *brief)
{
  int64_t sequence = sqlite3_column_int64 (stmt, BRIEF_SEQUENCE);
  const char *id = (const char *) sqlite3_column_text (stmt, BRIEF_ID);
  VestimJobState state;
  VestimJobKind kind;

  if (id == NULL || sequence <= 0 || vestim_job_id_sequence (id) != sequence
      || !read_words (stmt, &state, &kind))
    return false;
  *brief = (JobBrief){
    .sequence = sequence,
    .stamp = vestim_job_id_stamp (id),
    .state = state,
    .kind = kind,
  };
  return true;
}

/* Most jobs are in the same group as the one before. */
static const char *
read_group (sqlite3_stmt *stmt, const char *previous, GStringChunk *groups)
{
  const VestimJob job = { .group = (char *) sqlite3_column_text (stmt, BRIEF_GROUP) };
  const char *name = vestim_job_group (&job);

  return g_strcmp0 (name, previous) == 0 ? previous : g_string_chunk_insert_const (groups, name);
}

static int
load_briefs (sqlite3 *db, GArray *briefs, GStringChunk *groups)
{
  sqlite3_stmt *stmt;
  StoredBrief stored = { .group = NULL };
  int rc = sqlite3_prepare_v2 (db, "SELECT " BRIEF_COLUMNS FROM_INDEX, -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      if (!read_brief (stmt, &stored.brief))
        {
          sqlite3_finalize (stmt);
          return SQLITE_CORRUPT;
        }
      stored.group = read_group (stmt, stored.group, groups);
      g_array_append_val (briefs, stored);
    }
  return sqlite3_finalize (stmt);
}

static int
compare_sequences (const void *a, const void *b)
{
  int64_t left = ((const StoredBrief *) a)->brief.sequence;
  int64_t right = ((const StoredBrief *) b)->brief.sequence;

  return left < right ? -1 : left > right;
}

static int
mark_links (sqlite3 *db, GArray *briefs)
{
  sqlite3_stmt *stmt;
  unsigned place;
  int rc =
      sqlite3_prepare_v2 (db,
                          "SELECT sequence FROM jobs INDEXED BY jobs_dependent"
                          " WHERE depends_on IS NOT NULL AND (state = 'created' OR is_blocked = 1)",
                          -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      const StoredBrief wanted = { .brief.sequence = sqlite3_column_int64 (stmt, 0) };

      if (g_array_binary_search (briefs, &wanted, compare_sequences, &place))
        g_array_index (briefs, StoredBrief, place).brief.has_links = 1;
    }
  return sqlite3_finalize (stmt);
}

int
job_rows_load_briefs (sqlite3 *db, GArray *briefs, GStringChunk *groups)
{
  int rc = load_briefs (db, briefs, groups);

  return rc == SQLITE_OK ? mark_links (db, briefs) : rc;
}

/* The texts are SQLite's, until the next step. False for a row that cannot be a job. */
static bool
read_for_search (sqlite3_stmt *stmt, VestimJob *job)
{
  const char *executor = (const char *) sqlite3_column_text (stmt, BRIEF_EXECUTOR);

  *job = (VestimJob){
    .sequence = sqlite3_column_int64 (stmt, BRIEF_SEQUENCE),
    .id = (char *) sqlite3_column_text (stmt, BRIEF_ID),
    .name = (char *) sqlite3_column_text (stmt, BRIEF_NAME),
    .group = (char *) sqlite3_column_text (stmt, BRIEF_GROUP),
    .tags = (char *) sqlite3_column_text (stmt, BRIEF_TAGS),
  };
  for (int i = 0; executor != NULL && i < VESTIM_N_EXECUTORS; i++)
    if (strcmp (vestim_executor_words[i], executor) == 0)
      job->executor = (VestimExecutor) i;
  return job->id != NULL && job->name != NULL && read_words (stmt, &job->state, &job->kind);
}

int
job_rows_search (sqlite3 *db, RegistryMatchFn matches, const void *filter, GArray *sequences)
{
  sqlite3_stmt *stmt;
  VestimJob job;
  int rc = sqlite3_prepare_v2 (db, "SELECT " SEARCH_COLUMNS FROM_INDEX " DESC", -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  while (sqlite3_step (stmt) == SQLITE_ROW)
    if (read_for_search (stmt, &job) && matches (filter, &job))
      g_array_append_val (sequences, job.sequence);
  return sqlite3_finalize (stmt);
}
