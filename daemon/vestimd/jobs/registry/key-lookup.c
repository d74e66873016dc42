/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/key-lookup.h"

#include <errno.h>
#include <glib.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/idempotency-keys.h"
#include "daemon/vestimd/sys/log.h"

typedef struct
{
  Completion completion; /* first */
  char *key;
  RegistryKeyFn fn;
  void *user;
  int status;
  uint8_t digest[32];
  char *body;
  size_t length;
} KeyQuery;

static void
deliver_query (Completion *completion)
{
  KeyQuery *query = (KeyQuery *) completion;

  query->fn (query->user, query->status, query->digest, query->body, query->length);
  g_free (query->key);
  g_free (query->body);
  g_free (query);
}

/* With the connection's lock held, as the next three. */
static void
close_connection (KeyLookup *lookup)
{
  sqlite3_finalize (lookup->find);
  sqlite3_close (lookup->db);
  lookup->find = NULL;
  lookup->db = NULL;
}

/* A code of SQLite. */
static int
open_connection (KeyLookup *lookup)
{
  int rc;

  if (lookup->db != NULL)
    return SQLITE_OK;
  rc = database_open (&lookup->db, lookup->path, DATABASE_READ);
  return rc == SQLITE_OK ? idempotency_keys_prepare_find (lookup->db, &lookup->find) : rc;
}

static int
find_key (KeyLookup *lookup, KeyQuery *query)
{
  int rc = open_connection (lookup);

  if (rc != SQLITE_OK)
    return rc;
  return idempotency_keys_find (lookup->find, query->key, key_clock_now (lookup->clock),
                                query->digest, &query->body, &query->length);
}

/* The next query opens the connection again after a failure. */
static void
look_up (KeyLookup *lookup, KeyQuery *query)
{
  int rc;

  errno = 0;
  rc = find_key (lookup, query);
  if (rc == SQLITE_ROW)
    query->status = 0;
  else if (rc == SQLITE_DONE)
    query->status = REGISTRY_E_NOT_FOUND;
  else
    {
      query->status = database_status (rc);
      log_error ("registry", "idempotency key not looked up error=\"%s\"", sqlite3_errstr (rc));
      close_connection (lookup);
    }
}

/* (nullable) waits for the next query. NULL: the queue is empty and the thread shall end. */
static KeyQuery *
take_query (KeyLookup *lookup)
{
  Completion *completion;

  uv_mutex_lock (&lookup->worker.lock);
  while (lookup->first == NULL && !lookup->worker.stopping)
    uv_cond_wait (&lookup->worker.wake, &lookup->worker.lock);
  completion = lookup->first;
  if (completion != NULL)
    lookup->first = completion->next;
  if (lookup->first == NULL)
    lookup->end = &lookup->first;
  uv_mutex_unlock (&lookup->worker.lock);
  return (KeyQuery *) completion;
}

static void
key_lookup_main (void *user)
{
  KeyLookup *lookup = user;
  KeyQuery *query;

  while ((query = take_query (lookup)) != NULL)
    {
      uv_mutex_lock (&lookup->connection_lock);
      look_up (lookup, query);
      uv_mutex_unlock (&lookup->connection_lock);
      completion_queue_post (lookup->worker.completions, &query->completion, &query->completion);
    }
  key_lookup_release (lookup);
}

void
key_lookup_release (KeyLookup *lookup)
{
  uv_mutex_lock (&lookup->connection_lock);
  close_connection (lookup);
  uv_mutex_unlock (&lookup->connection_lock);
}

static void
on_gone (void *user)
{
  KeyLookup *lookup = user;

  g_free (lookup->path);
  lookup->closed (lookup->user);
}

void
key_lookup_open (KeyLookup *lookup, CompletionQueue *completions, const char *path,
                 const KeyClock *clock)
{
  worker_init (&lookup->worker, completions, key_lookup_main, lookup);
  if (uv_mutex_init (&lookup->connection_lock) < 0)
    abort ();
  lookup->path = g_strdup (path);
  lookup->clock = clock;
  lookup->first = NULL;
  lookup->end = &lookup->first;
}

void
key_lookup_find (KeyLookup *lookup, const char *key, RegistryKeyFn fn, void *user)
{
  KeyQuery *query = g_new0 (KeyQuery, 1);

  query->completion.deliver = deliver_query;
  query->key = g_strdup (key);
  query->fn = fn;
  query->user = user;
  if (!lookup->worker.started && worker_start (&lookup->worker) < 0)
    {
      log_error ("registry", "lookup thread not started");
      query->status = REGISTRY_E_BUSY;
      completion_queue_post (lookup->worker.completions, &query->completion, &query->completion);
      return;
    }
  uv_mutex_lock (&lookup->worker.lock);
  *lookup->end = &query->completion;
  lookup->end = &query->completion.next;
  worker_wake (&lookup->worker);
  uv_mutex_unlock (&lookup->worker.lock);
}

void
key_lookup_close (KeyLookup *lookup, void (*closed) (void *user), void *user)
{
  lookup->closed = closed;
  lookup->user = user;
  worker_stop (&lookup->worker, on_gone);
}

void
key_lookup_deinit (KeyLookup *lookup)
{
  uv_mutex_destroy (&lookup->connection_lock);
}
