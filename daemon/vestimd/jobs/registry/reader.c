/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/reader.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>

#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/registry-status.h"
#include "daemon/vestimd/sys/log.h"

/* With the connection's lock held. The next query opens the connection again after a failure. */
static void
run_query (Reader *reader, ReaderQuery *query)
{
  int rc = SQLITE_OK;

  errno = 0;
  if (reader->db == NULL)
    rc = database_open (&reader->db, reader->path, DATABASE_READ);
  if (rc == SQLITE_OK)
    rc = query->run (query, reader->db);
  if (rc == SQLITE_DONE)
    query->status = REGISTRY_E_NOT_FOUND;
  else if (rc != SQLITE_OK && rc != SQLITE_ROW)
    {
      query->status = database_status (rc);
      log_error ("registry", "not read error=\"%s\"", sqlite3_errstr (rc));
      sqlite3_close (reader->db);
      reader->db = NULL;
    }
}

/* (nullable) waits for the next query. NULL: the queue is empty and the thread shall end. */
static ReaderQuery *
take_query (Reader *reader)
{
  Completion *completion;

  uv_mutex_lock (&reader->worker.lock);
  while (reader->first == NULL && !reader->worker.stopping)
    uv_cond_wait (&reader->worker.wake, &reader->worker.lock);
  completion = reader->first;
  if (completion != NULL)
    reader->first = completion->next;
  if (reader->first == NULL)
    reader->end = &reader->first;
  uv_mutex_unlock (&reader->worker.lock);
  return (ReaderQuery *) completion;
}

static void
reader_main (void *user)
{
  Reader *reader = user;
  ReaderQuery *query;

  while ((query = take_query (reader)) != NULL)
    {
      uv_mutex_lock (&reader->connection_lock);
      run_query (reader, query);
      uv_mutex_unlock (&reader->connection_lock);
      completion_queue_post (reader->worker.completions, &query->completion, &query->completion);
    }
  reader_release (reader);
}

void
reader_release (Reader *reader)
{
  uv_mutex_lock (&reader->connection_lock);
  sqlite3_close (reader->db);
  reader->db = NULL;
  uv_mutex_unlock (&reader->connection_lock);
}

static void
on_gone (void *user)
{
  Reader *reader = user;

  g_free (reader->path);
  reader->closed (reader->user);
}

void
reader_open (Reader *reader, CompletionQueue *completions, const char *path)
{
  worker_init (&reader->worker, completions, reader_main, reader);
  if (uv_mutex_init (&reader->connection_lock) < 0)
    abort ();
  reader->path = g_strdup (path);
  reader->first = NULL;
  reader->end = &reader->first;
}

/* If that fails, the first query tries again. */
void
reader_start (Reader *reader)
{
  (void) worker_start (&reader->worker);
}

void
reader_submit (Reader *reader, ReaderQuery *query)
{
  query->completion.next = NULL;
  if (!reader->worker.started && worker_start (&reader->worker) < 0)
    {
      log_error ("registry", "reading thread not started");
      query->status = REGISTRY_E_BUSY;
      completion_queue_post (reader->worker.completions, &query->completion, &query->completion);
      return;
    }
  uv_mutex_lock (&reader->worker.lock);
  *reader->end = &query->completion;
  reader->end = &query->completion.next;
  worker_wake (&reader->worker);
  uv_mutex_unlock (&reader->worker.lock);
}

void
reader_close (Reader *reader, void (*closed) (void *user), void *user)
{
  reader->closed = closed;
  reader->user = user;
  worker_stop (&reader->worker, on_gone);
}

void
reader_deinit (Reader *reader)
{
  uv_mutex_destroy (&reader->connection_lock);
}
