/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/reader.h"

#include <glib.h>

#include "daemon/vestimd/jobs/registry/answers-table.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/sys/log.h"

typedef struct
{
  Letter letter; /* first */
  char *key;
  RegistryAnswerFn fn;
  void *user;
  int status;
  uint8_t digest[32];
  char *body;
  size_t length;
} Lookup;

static void
deliver_lookup (Letter *letter)
{
  Lookup *lookup = (Lookup *) letter;

  lookup->fn (lookup->user, lookup->status, lookup->digest, lookup->body, lookup->length);
  g_free (lookup->key);
  g_free (lookup->body);
  g_free (lookup);
}

/* (nullable) NULL when the queue is empty and the reader is to end. */
static Lookup *
take_lookup (Reader *reader)
{
  Letter *letter;

  uv_mutex_lock (&reader->worker.lock);
  while (reader->first == NULL && !reader->worker.stopping)
    uv_cond_wait (&reader->worker.wake, &reader->worker.lock);
  letter = reader->first;
  if (letter != NULL)
    reader->first = letter->next;
  if (reader->first == NULL)
    reader->end = &reader->first;
  uv_mutex_unlock (&reader->worker.lock);
  return (Lookup *) letter;
}

typedef struct
{
  sqlite3 *db; /* (nullable) */
  sqlite3_stmt *find;
  int n_restored; /* as of the opening */
} Source;

static void
source_close (Source *source)
{
  sqlite3_finalize (source->find);
  sqlite3_close (source->db);
  *source = (Source){ 0 };
}

/* Of a registry that was written anew since the last look-up, the new file is asked. */
static void
source_open (Source *source, const Reader *reader)
{
  int n_restored = g_atomic_int_get (reader->n_restored);

  if (source->find != NULL && source->n_restored == n_restored)
    return;
  source_close (source);
  source->n_restored = n_restored;
  if (database_open (&source->db, reader->path, DATABASE_READ) == SQLITE_OK)
    (void) answers_table_prepare_find (source->db, &source->find);
}

static void
look_up (Reader *reader, const Source *source, Lookup *lookup)
{
  int rc = SQLITE_CANTOPEN;

  if (source->find != NULL)
    rc = answers_table_find (source->find, lookup->key, reader->now_ms (), lookup->digest,
                             &lookup->body, &lookup->length);
  if (rc == SQLITE_ROW)
    lookup->status = 0;
  else if (rc == SQLITE_DONE)
    lookup->status = REGISTRY_E_NOT_FOUND;
  else
    {
      lookup->status = REGISTRY_E_FAILED;
      log_error ("registry", "answer not looked up error=\"%s\"",
                 source->db != NULL ? sqlite3_errmsg (source->db) : sqlite3_errstr (rc));
    }
}

static void
reader_main (void *user)
{
  Reader *reader = user;
  Source source = { 0 };
  Lookup *lookup;

  source_open (&source, reader);
  while ((lookup = take_lookup (reader)) != NULL)
    {
      source_open (&source, reader);
      look_up (reader, &source, lookup);
      mailbox_post (reader->worker.mailbox, &lookup->letter, &lookup->letter);
    }
  source_close (&source);
}

static void
on_gone (void *user)
{
  Reader *reader = user;

  g_free (reader->path);
  reader->closed (reader->user);
}

void
reader_open (Reader *reader, Mailbox *mailbox, const char *path, int64_t (*now_ms) (void),
             int *n_restored)
{
  worker_init (&reader->worker, mailbox, reader_main, reader);
  reader->path = g_strdup (path);
  reader->now_ms = now_ms;
  reader->n_restored = n_restored;
  reader->first = NULL;
  reader->end = &reader->first;
}

void
reader_find_answer (Reader *reader, const char *key, RegistryAnswerFn fn, void *user)
{
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->letter.deliver = deliver_lookup;
  lookup->key = g_strdup (key);
  lookup->fn = fn;
  lookup->user = user;
  if (!reader->worker.started && worker_start (&reader->worker) < 0)
    {
      log_error ("registry", "reader not started");
      lookup->status = REGISTRY_E_FAILED;
      mailbox_post (reader->worker.mailbox, &lookup->letter, &lookup->letter);
      return;
    }
  uv_mutex_lock (&reader->worker.lock);
  *reader->end = &lookup->letter;
  reader->end = &lookup->letter.next;
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
