/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/writer-private.h"

#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/retention-table.h"
#include "daemon/vestimd/sys/log.h"

/* The thread and its queue. The thread takes the whole queue at once, stores it as a batch
 * (writer-batch.c) and posts all of it to the loop; meanwhile the next batch gathers. The loop
 * wakes the thread once in each turn, after all clients and attempts that are ready have submitted
 * their changes, so these share a flush, too. When no batch has come for a millisecond, the thread
 * makes the remaining folders of new jobs, one at a time. Between batches it tidies up: a second
 * after a deletion, every ten minutes, and before it ends. The lock guards the queue only, so the
 * loop never waits for the disk. */

#define MANY_OPS 100
#define SECOND UINT64_C (1000000000)
#define FOLDER_PAUSE (SECOND / 1000)
#define TIDY_SOON SECOND /* after a deletion, or while keys are left to purge */
#define TIDY_LATER (600 * SECOND)
#define CHECKPOINT_PAUSE (5 * SECOND) /* without a change; then the database alone has all */

static void
count_transaction (const RegistryTransaction *transaction)
{
  RegistryStats *stats = transaction->stats;

  stats->n_transactions[transaction->status]++;
  if (transaction->status == 0)
    stats->n_hooks += transaction->n_hooks;
  if (transaction->commit.flush_ns == 0)
    return;
  histogram_add (&stats->flushes, transaction->commit.flush_ns);
  histogram_add (&stats->commit_changes, transaction->commit.n_changes);
}

static void
deliver_transaction (Completion *completion)
{
  RegistryTransaction *transaction = (RegistryTransaction *) completion;

  count_transaction (transaction);
  transaction->done (transaction->user, transaction->status);
  registry_transaction_free (transaction);
}

/* The thread's next piece of work. */
typedef struct
{
  RegistryTransaction *batch; /* (nullable) */
  GArray *moved;              /* (nullable) set when it is time to tidy up */
  bool makes_folder;          /* it is time to make a folder */
  bool makes_checkpoint;      /* nothing was stored for a while */
  bool is_last;               /* nothing is left, and the thread shall end */
} Turn;

/* When there is something to do without a batch. */
static uint64_t
next_time (const Writer *writer)
{
  uint64_t at = MIN (writer->tidy_at, writer->checkpoint_at);

  return new_folders_is_empty (&writer->new_folders) ? at : MIN (writer->folders_at, at);
}

static Turn
wait_for_turn (Writer *writer)
{
  Turn turn = { 0 };
  uint64_t now = uv_hrtime ();

  uv_mutex_lock (&writer->worker.lock);
  while (writer->first == NULL && !writer->worker.stopping && now < next_time (writer))
    {
      uv_cond_timedwait (&writer->worker.wake, &writer->worker.lock, next_time (writer) - now);
      now = uv_hrtime ();
    }
  turn.batch = (RegistryTransaction *) writer->first;
  turn.makes_folder = turn.batch == NULL && !new_folders_is_empty (&writer->new_folders)
                      && (now >= writer->folders_at || writer->worker.stopping);
  turn.is_last = turn.batch == NULL && !turn.makes_folder && writer->worker.stopping;
  turn.makes_checkpoint = turn.batch == NULL && now >= writer->checkpoint_at;
  writer->first = NULL;
  writer->end = &writer->first;
  if (now >= writer->tidy_at || turn.is_last)
    {
      turn.moved = writer->moved;
      writer->moved = g_array_new (false, false, sizeof (int64_t));
      writer->tidy_at = now + TIDY_LATER;
    }
  uv_mutex_unlock (&writer->worker.lock);
  return turn;
}

static void
tidy_later (Writer *writer)
{
  uv_mutex_lock (&writer->worker.lock);
  writer->tidy_at = MIN (writer->tidy_at, uv_hrtime () + TIDY_SOON);
  uv_mutex_unlock (&writer->worker.lock);
}

/* Also frees the changes of large transactions, which would keep the loop busy. */
static void
post_batch (Writer *writer, RegistryTransaction *first)
{
  RegistryTransaction *last = first;

  for (RegistryTransaction *each = first; each != NULL; each = transaction_next (each))
    {
      if (each->n_ops > MANY_OPS)
        transaction_drop_ops (each);
      last = each;
    }
  completion_queue_post (writer->worker.completions, &first->completion, &last->completion);
}

static void
tidy_up (Writer *writer, GArray *moved)
{
  bool more;

  writer_tidy (writer, moved, &more);
  if (more)
    tidy_later (writer);
  g_array_unref (moved);
}

static void
writer_main (void *user)
{
  Writer *writer = user;
  Turn turn;

  do
    {
      turn = wait_for_turn (writer);
      if (turn.batch != NULL)
        {
          writer_store_batch (writer, turn.batch);
          new_folders_make_few (&writer->new_folders);
          post_batch (writer, turn.batch);
          writer->folders_at = uv_hrtime () + FOLDER_PAUSE;
          writer->checkpoint_at = uv_hrtime () + CHECKPOINT_PAUSE;
        }
      if (turn.makes_folder)
        new_folders_make_next (&writer->new_folders);
      if (turn.makes_checkpoint)
        {
          writer_checkpoint (writer);
          writer->checkpoint_at = UINT64_MAX;
        }
      if (turn.moved != NULL)
        tidy_up (writer, turn.moved);
    }
  while (!turn.is_last);
  if (writer->db != NULL || writer_reopen (writer))
    open_files_save (&writer->files, writer->db);
  writer_deinit (writer);
  writer->is_over = true;
}

static void
on_wake (uv_prepare_t *wake)
{
  Writer *writer = wake->data;

  uv_prepare_stop (wake);
  worker_wake (&writer->worker);
}

static void
on_wake_closed (uv_handle_t *handle)
{
  Writer *writer = handle->data;

  if (!writer->is_over)
    writer_deinit (writer);
  new_folders_deinit (&writer->new_folders);
  g_array_unref (writer->moved);
  writer->closed (writer->user);
}

static void
on_gone (void *user)
{
  Writer *writer = user;

  uv_close ((uv_handle_t *) &writer->wake, on_wake_closed);
}

int
writer_prepare (Writer *writer, sqlite3 *db)
{
  int rc;

  writer->db = db;
  sqlite3_wal_hook (db, writer_on_log, writer);
  rc = jobs_table_open (&writer->jobs, db);
  if (rc == SQLITE_OK)
    rc = idempotency_keys_open (&writer->keys, db);
  if (rc == SQLITE_OK)
    rc = hooks_table_open (&writer->hooks, db);
  if (rc == SQLITE_OK)
    rc = retention_table_prepare_note (db, &writer->note_end);
  if (rc == SQLITE_OK)
    rc = database_prepare (db, "INSERT OR REPLACE INTO settings (key, value) VALUES (?1, ?2)",
                           &writer->set);
  if (rc == SQLITE_OK)
    rc = database_prepare (db, "DELETE FROM settings WHERE key = ?1", &writer->unset);
  if (rc == SQLITE_OK)
    rc = database_prepare (db, "BEGIN IMMEDIATE", &writer->begin);
  if (rc == SQLITE_OK)
    rc = database_prepare (db, "COMMIT", &writer->commit);
  return rc;
}

int
writer_init (Writer *writer, sqlite3 *db, const char *path)
{
  open_files_init (&writer->files, path);
  base_stamp_open (&writer->stamp, path);
  base_stamp_set (&writer->stamp, writer->files.files[OPEN_FILE_DATABASE].size,
                  writer->files.files[OPEN_FILE_DATABASE].changed_at);
  return writer_prepare (writer, db);
}

void
writer_close_connection (Writer *writer)
{
  jobs_table_close (&writer->jobs);
  idempotency_keys_close (&writer->keys);
  hooks_table_close (&writer->hooks);
  sqlite3_finalize (writer->note_end);
  sqlite3_finalize (writer->set);
  sqlite3_finalize (writer->unset);
  sqlite3_finalize (writer->begin);
  sqlite3_finalize (writer->commit);
  if (sqlite3_close (writer->db) != SQLITE_OK)
    log_error ("registry", "database not closed error=\"%s\"", sqlite3_errmsg (writer->db));
  /* An opening that fails sets only some. */
  writer->jobs = (JobsTable){ 0 };
  writer->keys = (IdempotencyKeys){ 0 };
  writer->set = writer->unset = writer->begin = writer->commit = writer->note_end = NULL;
  writer->db = NULL;
}

void
writer_deinit (Writer *writer)
{
  base_stamp_close (&writer->stamp); /* the close is a checkpoint */
  writer_close_connection (writer);
  open_files_deinit (&writer->files);
}

int
writer_start (Writer *writer, CompletionQueue *completions)
{
  worker_init (&writer->worker, completions, writer_main, writer);
  uv_prepare_init (completions->async.loop, &writer->wake);
  writer->wake.data = writer;
  writer->first = NULL;
  writer->end = &writer->first;
  writer->moved = g_array_new (false, false, sizeof (int64_t));
  new_folders_init (&writer->new_folders, writer->folders);
  writer->tidy_at = 0;
  writer->checkpoint_at = UINT64_MAX;
  return worker_start (&writer->worker);
}

void
writer_submit (Writer *writer, RegistryTransaction *transaction)
{
  transaction->completion.next = NULL;
  transaction->completion.deliver = deliver_transaction;
  uv_mutex_lock (&writer->worker.lock);
  *writer->end = &transaction->completion;
  writer->end = &transaction->completion.next;
  uv_mutex_unlock (&writer->worker.lock);
  uv_prepare_start (&writer->wake, on_wake);
}

void
writer_add_moved (Writer *writer, int64_t sequence)
{
  uv_mutex_lock (&writer->worker.lock);
  g_array_append_val (writer->moved, sequence);
  writer->tidy_at = MIN (writer->tidy_at, uv_hrtime () + TIDY_SOON);
  worker_wake (&writer->worker);
  uv_mutex_unlock (&writer->worker.lock);
}

void
writer_close (Writer *writer, void (*closed) (void *user), void *user)
{
  writer->closed = closed;
  writer->user = user;
  worker_stop (&writer->worker, on_gone);
}
