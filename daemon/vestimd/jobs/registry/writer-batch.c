/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/writer-private.h"

#include <errno.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/retention-table.h"
#include "daemon/vestimd/sys/log.h"

/* One commit stores the whole batch, without a savepoint for each transaction. If it fails because
 * of one transaction, or for lack of room, it is rolled back and each transaction is committed
 * alone: only those that cannot be stored fail. The folders of new jobs are made after the commit
 * (folders/new-folders.h). */

#define MODULE "registry"
#define PURGE_LIMIT 2000
#define CHECKPOINT_PAGES 1000 /* 4 MiB: a longer log is brought into the database */

/* Beside the REGISTRY_E_*: the transaction itself cannot be stored; the storage is sound. */
#define WRITER_E_CONFLICT 100

/* The status of a statement that failed with `rc`. */
static int
status_of (int rc)
{
  if (rc == SQLITE_OK)
    return 0;
  if (database_is_conflict (rc))
    return WRITER_E_CONFLICT;
  if (rc == SQLITE_NOTFOUND)
    return REGISTRY_E_NOT_FOUND;
  return database_status (rc);
}

static bool
is_failure (int status)
{
  return status == REGISTRY_E_FAILED || status == REGISTRY_E_BUSY;
}

/* `value` NULL removes it. */
static int
store_setting (Writer *writer, const char *key, const char *value)
{
  sqlite3_stmt *stmt = value != NULL ? writer->set : writer->unset;

  database_bind_text (stmt, 1, key);
  if (value != NULL)
    database_bind_text (stmt, 2, value);
  return status_of (database_run (stmt));
}

static int
apply_op (Writer *writer, TransactionOp *op)
{
  switch (op->kind)
    {
    case OP_INSERT:
      return status_of (jobs_table_insert (&writer->jobs, op->job));
    case OP_UPDATE:
      return status_of (jobs_table_update (&writer->jobs, op->job));
    case OP_DELETE:
      return status_of (jobs_table_delete (&writer->jobs, op->sequence, op->key));
    case OP_RANK:
      return status_of (jobs_table_set_rank (&writer->jobs, op->sequence, op->rank));
    case OP_SET:
      return store_setting (writer, op->key, op->value);
    case OP_ADD_HOOK:
      return status_of (hooks_table_add (&writer->hooks, op->hook));
    case OP_REMOVE_HOOK:
      return status_of (hooks_table_remove (&writer->hooks, op->sequence));
    case OP_READ:
      return status_of (op->read (writer->db, op->user));
    case OP_NOTE_END:
      return status_of (retention_table_note (writer->note_end, &op->note));
    }
  g_assert_not_reached ();
}

/* The key comes first: if it exists, nothing of the transaction was stored yet. */
static int
apply_transaction (Writer *writer, RegistryTransaction *transaction)
{
  bool exists = false;
  int r = 0;

  if (transaction->key != NULL)
    r = status_of (idempotency_keys_insert (&writer->keys, transaction->key,
                                            key_clock_now (writer->clock), &exists));
  if (exists)
    return REGISTRY_E_KEY_EXISTS;
  for (TransactionOp *op = transaction->ops; r == 0 && op != NULL; op = op->next)
    r = apply_op (writer, op);
  return r;
}

static void
roll_back (Writer *writer)
{
  if (!sqlite3_get_autocommit (writer->db))
    (void) database_exec (writer->db, "ROLLBACK");
}

/* Commits, and reports it in `first`. */
static int
commit (Writer *writer, RegistryTransaction *first, const RegistryTransaction *end)
{
  uint64_t start = uv_hrtime ();
  uint64_t n_changes = 0;
  int r;

  writer->has_reached_commit = true;
  r = status_of (database_run (writer->commit));
  if (r != 0)
    return r;
  for (RegistryTransaction *transaction = first; transaction != end;
       transaction = transaction_next (transaction))
    n_changes += transaction->n_ops;
  first->commit = (CommitReport){ .n_changes = n_changes, .flush_ns = uv_hrtime () - start };
  return 0;
}

/* Commits the transactions from `first` up to `end` (not included) together. */
static int
run_transaction (Writer *writer, RegistryTransaction *first, const RegistryTransaction *end)
{
  int r = status_of (database_run (writer->begin));

  writer->has_reached_commit = false;
  for (RegistryTransaction *transaction = first; r == 0 && transaction != end;
       transaction = transaction_next (transaction))
    {
      transaction->status = apply_transaction (writer, transaction);
      if (transaction->status != REGISTRY_E_KEY_EXISTS)
        r = transaction->status;
    }
  if (r == 0)
    r = commit (writer, first, end);
  if (is_failure (r) || (r == WRITER_E_CONFLICT && transaction_next (first) == end))
    log_error (MODULE, "changes not stored error=\"%s\" code=%d", sqlite3_errmsg (writer->db),
               sqlite3_extended_errcode (writer->db));
  writer->error = r == 0 ? SQLITE_OK : sqlite3_extended_errcode (writer->db);
  if (r != 0)
    roll_back (writer);
  return r;
}

/* ---- The log ---- */

static void
run_checkpoint (Writer *writer)
{
  base_stamp_clear (&writer->stamp);
  (void) sqlite3_wal_checkpoint_v2 (writer->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* In place of SQLite's own checkpoint, of which the stamp would not know. */
int
writer_on_log (void *user, sqlite3 *db, const char *name, int n_pages)
{
  if (n_pages >= CHECKPOINT_PAGES)
    run_checkpoint (user);
  return SQLITE_OK;
}

/* Right after a check of the files. */
static void
set_stamp (Writer *writer)
{
  const OpenFile *database = &writer->files.files[OPEN_FILE_DATABASE];

  if (writer->files.machine.state == OPEN_FILES_ATTACHED)
    base_stamp_set (&writer->stamp, database->size, database->changed_at);
}

void
writer_checkpoint (Writer *writer)
{
  if (writer->db == NULL || open_files_check (&writer->files, writer->db) != OPEN_FILES_ATTACHED)
    return;
  run_checkpoint (writer);
  open_files_check (&writer->files, writer->db);
  set_stamp (writer);
}

/* ---- Batches ---- */

/* After a checkpoint the write-ahead log starts again at its beginning. So changes that need no
 * more room, such as deletions, can be stored on a full disk. */
static void
note_full (Writer *writer)
{
  if (!writer->is_full)
    log_warning (MODULE, "the disk is full, changes are refused until there is space");
  writer->is_full = true;
  run_checkpoint (writer);
}

static void
note_success (Writer *writer)
{
  writer->n_commits++;
  if (writer->is_full)
    log_info (MODULE, "changes are stored again");
  writer->is_full = false;
}

static void
store_one_by_one (Writer *writer, RegistryTransaction *first)
{
  for (RegistryTransaction *transaction = first; transaction != NULL;
       transaction = transaction_next (transaction))
    {
      int r = run_transaction (writer, transaction, transaction_next (transaction));

      if (r == 0)
        note_success (writer);
      else
        transaction->status = r == WRITER_E_CONFLICT ? REGISTRY_E_FAILED : r;
    }
}

/* The folders of jobs that were stored or deleted. Whether one was moved to the trash. */
static bool
finish_folders (Writer *writer, RegistryTransaction *transaction)
{
  bool is_discarded = false;

  for (TransactionOp *op = transaction->ops; op != NULL; op = op->next)
    if (op->kind == OP_INSERT)
      new_folders_add (&writer->new_folders, op->job->id);
    else if (op->kind == OP_UPDATE && op->job->state == VESTIM_JOB_RUNNING)
      new_folders_forget (&writer->new_folders, op->job->id); /* its launch makes the folder */
    else if (op->kind == OP_DELETE)
      {
        new_folders_forget (&writer->new_folders, op->key);
        if (!folders_discard (writer->folders, op->key))
          continue;
        writer_add_moved (writer, op->sequence);
        is_discarded = true;
      }
  return is_discarded;
}

/* Whether a failure is one of a call or a lock. Any other one is in the files, and a new connection
 * does not help. `extended`: the code of SQLite. */
static bool
is_of_system (int status, int extended)
{
  int error = extended & 0xff;

  return status == REGISTRY_E_BUSY || error == SQLITE_IOERR || error == SQLITE_CANTOPEN;
}

/* How long the second try waits for a lock of another program, in ms: the first one has waited. */
#define SECOND_BUSY_TIMEOUT 0

/* After such a failure: once more, with a new connection. `status` is that of the first try. If a
 * flush has failed, a new connection would take the changes from the log, although the disk may not
 * have them. The old one writes them to the log again, and flushes that. */
static int
store_again (Writer *writer, RegistryTransaction *first, int status)
{
  int r;

  if (writer->error != SQLITE_IOERR_FSYNC)
    {
      if (!writer_reopen (writer))
        return status;
      if (writer->has_reached_commit && writer_has_stored (writer, first))
        return 0;
    }
  sqlite3_busy_timeout (writer->db, SECOND_BUSY_TIMEOUT);
  r = run_transaction (writer, first, NULL);
  sqlite3_busy_timeout (writer->db, DATABASE_BUSY_TIMEOUT);
  return r;
}

static int
store_together (Writer *writer, RegistryTransaction *first)
{
  int r;

  if (writer->db == NULL && !writer_reopen (writer))
    return REGISTRY_E_BUSY;
  if (open_files_check (&writer->files, writer->db) != OPEN_FILES_ATTACHED)
    return REGISTRY_E_DAMAGED;
  r = run_transaction (writer, first, NULL);
  if (is_failure (r) && is_of_system (r, writer->error))
    r = store_again (writer, first, r);
  else if (database_take_failed_unlock () && !writer_reopen (writer) && r != 0)
    r = REGISTRY_E_BUSY; /* without a connection, nothing else can be tried */
  if (r == 0 && open_files_check (&writer->files, writer->db) == OPEN_FILES_TRUNCATED)
    r = REGISTRY_E_DAMAGED;
  return r;
}

static void
set_status (RegistryTransaction *first, int status)
{
  for (RegistryTransaction *transaction = first; transaction != NULL;
       transaction = transaction_next (transaction))
    transaction->status = status;
}

void
writer_store_batch (Writer *writer, RegistryTransaction *first)
{
  bool is_discarded = false;
  int r = store_together (writer, first);

  if (r == 0)
    {
      set_stamp (writer);
      note_success (writer);
    }
  if (r == REGISTRY_E_FULL)
    note_full (writer);
  if (is_failure (r) || r == REGISTRY_E_DAMAGED)
    set_status (first, r);
  else if (r != 0)
    store_one_by_one (writer, first);
  for (RegistryTransaction *transaction = first; transaction != NULL;
       transaction = transaction_next (transaction))
    if (transaction->status == 0)
      is_discarded |= finish_folders (writer, transaction);
  if (is_discarded)
    trash_wake (writer->trash);
}

/* The renames are flushed first: after a crash of the machine, a forgotten folder could be back. */
static int
forget_moved (Writer *writer, const GArray *moved)
{
  int r = 0;

  if (moved->len > 0 && fsync (writer->folders->jobs_fd) < 0)
    {
      log_error (MODULE, "jobs/ not flushed error=\"%s\"", g_strerror (errno));
      return 0;
    }
  for (unsigned i = 0; r == 0 && i < moved->len; i++)
    r = status_of (jobs_table_forget (&writer->jobs, g_array_index (moved, int64_t, i)));
  return r;
}

static int
store_key_clock (Writer *writer)
{
  g_autofree char *value = key_clock_format (writer->clock);

  return store_setting (writer, KEY_CLOCK_SETTING, value);
}

void
writer_tidy (Writer *writer, const GArray *moved, bool *more)
{
  int64_t now = key_clock_now (writer->clock);
  bool is_attached =
      writer->db != NULL && open_files_check (&writer->files, writer->db) == OPEN_FILES_ATTACHED;
  bool expired = false;
  bool is_due = is_attached && idempotency_keys_exist (&writer->keys, now, &expired)
                && key_clock_is_due (writer->clock);
  int n = 0;
  int r;

  *more = false;
  if (!is_attached || (moved->len == 0 && !expired && !is_due))
    return;
  r = status_of (database_run (writer->begin));
  if (r == 0)
    r = forget_moved (writer, moved);
  if (r == 0 && expired)
    r = status_of (idempotency_keys_purge (&writer->keys, now, PURGE_LIMIT, &n));
  if (r == 0 && is_due)
    r = store_key_clock (writer);
  if (r == 0)
    r = status_of (database_run (writer->commit));
  *more = r == 0 && n > 0;
  if (r == 0)
    return;
  log_warning (MODULE, "registry not tidied error=\"%s\"", sqlite3_errmsg (writer->db));
  roll_back (writer);
}
