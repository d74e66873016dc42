/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/writer.h"

/* Commits the transactions from `first` on together, or each alone if some cannot be stored. Sets
 * the status of each. */
void writer_store_batch (Writer *writer, RegistryTransaction *first);

/* Replaces the connection after a failure. False, logged: there is none for now, or another program
 * changed the files. */
bool writer_reopen (Writer *writer);

/* Whether the transactions from `first` on, of one commit that failed, are stored all the same:
 * the failure may have come after their last write. False, too, for changes that can be repeated.
 */
bool writer_has_stored (Writer *writer, const RegistryTransaction *first);

/* Prepares the statements on `db`, which it takes. A code of SQLite. */
int writer_prepare (Writer *writer, sqlite3 *db);

/* Closes the connection with its statements. */
void writer_close_connection (Writer *writer);

/* Brings what is in the log into the database itself. A log that is written again starts at its
 * beginning. */
void writer_checkpoint (Writer *writer);

/* Called by SQLite after a commit, with the number of pages in the log. */
int writer_on_log (void *user, sqlite3 *db, const char *name, int n_pages);

/* Forgets finished deletions and purges expired keys. `*more`: some are left. */
void writer_tidy (Writer *writer, const GArray *moved, bool *more);
