/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "daemon/vestimd/jobs/folders/folders.h"
#include "daemon/vestimd/jobs/folders/new-folders.h"
#include "daemon/vestimd/jobs/folders/trash.h"
#include "daemon/vestimd/jobs/registry/base-stamp.h"
#include "daemon/vestimd/jobs/registry/hooks-table.h"
#include "daemon/vestimd/jobs/registry/idempotency-keys.h"
#include "daemon/vestimd/jobs/registry/jobs-table.h"
#include "daemon/vestimd/jobs/registry/key-clock.h"
#include "daemon/vestimd/jobs/registry/open-files.h"
#include "daemon/vestimd/jobs/registry/reader.h"
#include "daemon/vestimd/jobs/registry/transaction.h"
#include "daemon/vestimd/sys/worker.h"

/* The one thread that changes the registry. Transactions that are queued during a commit are
 * committed together by the next one: a batch. */

typedef struct
{
  Worker worker;
  sqlite3 *db; /* (nullable) the thread's own while it runs; NULL: it could not be opened
                  again */
  int error;   /* of SQLite, of the last transaction: its extended code */
  bool has_reached_commit; /* of the last transaction */
  bool is_over;            /* the thread has closed the database */
  Reader *readers[2];      /* their connections close when this one is opened again */
  OpenFiles files;
  BaseStamp stamp;
  JobsTable jobs;
  IdempotencyKeys keys;
  HooksTable hooks;
  sqlite3_stmt *note_end;
  sqlite3_stmt *set;
  sqlite3_stmt *unset;
  sqlite3_stmt *begin;
  sqlite3_stmt *commit;
  Folders *folders;
  NewFolders new_folders; /* the thread's own */
  uint64_t folders_at;    /* in uv_hrtime(): when it makes them, if no batch comes before */
  uint64_t checkpoint_at; /* the same for a checkpoint; UINT64_MAX: the log has nothing */
  Trash *trash;
  KeyClock *clock;

  uv_prepare_t wake; /* active while the queue has items that the thread does not know of */
  Completion *first; /* the queue of transactions, guarded by the worker's lock */
  Completion **end;
  GArray *moved;    /* int64_t, guarded by it: sequences of deletions to forget once the renames are
                       flushed */
  uint64_t tidy_at; /* in uv_hrtime(), guarded by it */
  bool is_full;     /* logged already */
  uint64_t n_commits; /* for tests and benchmarks */

  void (*closed) (void *user);
  void *user;
} Writer;

/* Prepares the statements on `db`, the settled registry at `path`. 0, or a code of SQLite. Takes
 * `db` in either case. */
int writer_init (Writer *writer, sqlite3 *db, const char *path);

/* Closes a writer that was not started. */
void writer_deinit (Writer *writer);

/* 0 or a UV_* code; to be closed in either case. */
int writer_start (Writer *writer, CompletionQueue *completions);

/* On the loop's thread. Takes `transaction`. */
void writer_submit (Writer *writer, RegistryTransaction *transaction);

/* From any thread: the folder of a deleted job is in the trash. */
void writer_add_moved (Writer *writer, int64_t sequence);

/* Finishes the queue, then closes the database. */
void writer_close (Writer *writer, void (*closed) (void *user), void *user);
