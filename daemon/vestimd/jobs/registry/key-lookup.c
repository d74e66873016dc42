/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/key-lookup.h"

#include <glib.h>
#include <sqlite3.h>

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

typedef struct
{
  sqlite3 *db; /* (nullable) */
  sqlite3_stmt *find;
} Source;

static void
source_close (Source *source)
{
  sqlite3_finalize (source->find);
  sqlite3_close (source->db);
  *source = (Source){ 0 };
}

/* Tries again after a failure. */
static void
source_open (Source *source, const KeyLookup *lookup)
{
  if (source->find != NULL)
    return;
  source_close (source);
  if (database_open (&source->db, lookup->path, DATABASE_READ) == SQLITE_OK)
    (void) idempotency_keys_prepare_find (source->db, &source->find);
}

static void
look_up (KeyLookup *lookup, const Source *source, KeyQuery *query)
{
  int rc = SQLITE_CANTOPEN;

  if (source->find != NULL)
    rc = idempotency_keys_find (source->find, query->key, key_clock_now (lookup->clock),
                                query->digest, &query->body, &query->length);
  if (rc == SQLITE_ROW)
    query->status = 0;
  else if (rc == SQLITE_DONE)
    query->status = REGISTRY_E_NOT_FOUND;
  else
    {
      query->status = REGISTRY_E_FAILED;
      log_error ("registry", "idempotency key not looked up error=\"%s\"",
                 source->db != NULL ? sqlite3_errmsg (source->db) : sqlite3_errstr (rc));
    }
}

static void
key_lookup_main (void *user)
{
  KeyLookup *lookup = user;
  Source source = { 0 };
  KeyQuery *query;

  source_open (&source, lookup);
  while ((query = take_query (lookup)) != NULL)
    {
      source_open (&source, lookup);
      look_up (lookup, &source, query);
      completion_queue_post (lookup->worker.completions, &query->completion, &query->completion);
    }
  source_close (&source);
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
      query->status = REGISTRY_E_FAILED;
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
