/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/writer-private.h"

#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/sys/log.h"

/* After a failed system call, SQLite may have a wrong view of its locks and files for ever: after a
 * failed unlock, for example, it cannot take the lock again. So the writer opens a new connection
 * after each failed call or lock, but not for a full disk or a failed flush. All connections of the
 * process share that view, so the connections of the readers are closed as well. */

#define MODULE "registry"
#define MAX_TRIES 5 /* while unlocks fail */

/* The log stays as it is: what was committed is in it. */
static void
close_connection (Writer *writer)
{
  if (writer->db == NULL)
    return;
  sqlite3_db_config (writer->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  writer_close_connection (writer);
}

static int
open_connection (Writer *writer)
{
  const char *path = writer->files.files[OPEN_FILE_DATABASE].path;
  sqlite3 *db = NULL;
  int rc = database_open (&db, path, DATABASE_WRITE);

  if (rc != SQLITE_OK)
    return rc;
  rc = database_settle (db);
  if (rc == SQLITE_OK)
    return writer_prepare (writer, db);
  sqlite3_close (db);
  return rc;
}

bool
writer_reopen (Writer *writer)
{
  int rc = SQLITE_OK;

  if (writer->db != NULL && open_files_check (&writer->files, writer->db) != OPEN_FILES_ATTACHED)
    return false;
  for (int i = 0; i < MAX_TRIES; i++)
    {
      close_connection (writer);
      for (size_t j = 0; j < G_N_ELEMENTS (writer->readers); j++)
        reader_release (writer->readers[j]);
      (void) database_take_failed_unlock ();
      rc = open_connection (writer);
      if (!database_take_failed_unlock ())
        break;
    }
  if (rc == SQLITE_OK && !open_files_renew (&writer->files))
    rc = SQLITE_CANTOPEN;
  if (rc != SQLITE_OK)
    {
      close_connection (writer);
      log_warning (MODULE,
                   "registry cannot be opened again, the next change tries again error=\"%s\"",
                   sqlite3_errstr (rc));
      return false;
    }
  log_info (MODULE, "registry opened again");
  return true;
}

static bool
has_row (Writer *writer, const char *format, ...)
{
  sqlite3_int64 n = 0;
  va_list args;
  char *sql;

  va_start (args, format);
  sql = sqlite3_vmprintf (format, args);
  va_end (args);
  if (sql != NULL)
    (void) database_get_int (writer->db, sql, &n);
  sqlite3_free (sql);
  return n > 0;
}

bool
writer_has_stored (Writer *writer, const RegistryTransaction *first)
{
  for (const RegistryTransaction *transaction = first; transaction != NULL;
       transaction = transaction_next (transaction))
    {
      if (transaction->status != 0)
        continue; /* its key existed before */
      if (transaction->key != NULL)
        return has_row (writer, "SELECT count(*) FROM answers WHERE key = %Q",
                        transaction->key->text);
      for (const TransactionOp *op = transaction->ops; op != NULL; op = op->next)
        if (op->kind == OP_INSERT || op->kind == OP_DELETE)
          return has_row (writer, "SELECT count(*) FROM jobs WHERE sequence = %lld",
                          op->kind == OP_INSERT ? (long long) op->job->sequence
                                                : (long long) op->sequence)
                 == (op->kind == OP_INSERT);
    }
  return false;
}
