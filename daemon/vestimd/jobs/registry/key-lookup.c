/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/key-lookup.h"

#include <errno.h>
#include <glib.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/idempotency-keys.h"
#include "daemon/vestimd/sys/log.h"

#define RELEASE_NS UINT64_C (1000000000)

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

typedef struct
{
  sqlite3 *db; /* (nullable) */
  sqlite3_stmt *find;
  int rc; /* of the last try to open it, and errno then */
  int error;
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
  errno = 0;
  source->rc = database_open (&source->db, lookup->path, DATABASE_READ);
  if (source->rc == SQLITE_OK)
    source->rc = idempotency_keys_prepare_find (source->db, &source->find);
  source->error = errno;
}

/* Called with the lock held. */
static void
release (KeyLookup *lookup, Source *source)
{
  source_close (source);
  lookup->must_release = false;
  uv_cond_signal (&lookup->released);
}

/* (nullable) waits for the next query. NULL: the queue is empty and the thread shall end. */
static KeyQuery *
take_query (KeyLookup *lookup, Source *source)
{
  Completion *completion;

  uv_mutex_lock (&lookup->worker.lock);
  for (;;)
    {
      if (lookup->must_release)
        release (lookup, source);
      if (lookup->first != NULL || lookup->worker.stopping)
        break;
      uv_cond_wait (&lookup->worker.wake, &lookup->worker.lock);
    }
  completion = lookup->first;
  if (completion != NULL)
    lookup->first = completion->next;
  if (lookup->first == NULL)
    lookup->end = &lookup->first;
  uv_mutex_unlock (&lookup->worker.lock);
  return (KeyQuery *) completion;
}

static void
look_up (KeyLookup *lookup, Source *source, KeyQuery *query)
{
  int rc = source->rc;

  errno = source->error;
  if (source->find != NULL)
    rc = idempotency_keys_find (source->find, query->key, key_clock_now (lookup->clock),
                                query->digest, &query->body, &query->length);
  if (rc == SQLITE_ROW)
    query->status = 0;
  else if (rc == SQLITE_DONE)
    query->status = REGISTRY_E_NOT_FOUND;
  else
    {
      query->status = database_status (rc);
      log_error ("registry", "idempotency key not looked up error=\"%s\"", sqlite3_errstr (rc));
      source_close (source);
    }
}

static void
key_lookup_main (void *user)
{
  KeyLookup *lookup = user;
  Source source = { 0 };
  KeyQuery *query;

  source_open (&source, lookup);
  while ((query = take_query (lookup, &source)) != NULL)
    {
      source_open (&source, lookup);
      look_up (lookup, &source, query);
      completion_queue_post (lookup->worker.completions, &query->completion, &query->completion);
    }
  uv_mutex_lock (&lookup->worker.lock);
  release (lookup, &source);
  lookup->is_running = false;
  uv_mutex_unlock (&lookup->worker.lock);
}

void
key_lookup_release (KeyLookup *lookup)
{
  uint64_t until = uv_hrtime () + RELEASE_NS;

  uv_mutex_lock (&lookup->worker.lock);
  lookup->must_release = lookup->is_running;
  worker_wake (&lookup->worker);
  while (lookup->must_release && uv_hrtime () < until)
    uv_cond_timedwait (&lookup->released, &lookup->worker.lock, RELEASE_NS);
  uv_mutex_unlock (&lookup->worker.lock);
}

static void
on_gone (void *user)
{
  KeyLookup *lookup = user;

  g_free (lookup->path);
  uv_cond_destroy (&lookup->released);
  lookup->closed (lookup->user);
}

void
key_lookup_open (KeyLookup *lookup, CompletionQueue *completions, const char *path,
                 const KeyClock *clock)
{
  worker_init (&lookup->worker, completions, key_lookup_main, lookup);
  if (uv_cond_init (&lookup->released) < 0)
    abort ();
  lookup->is_running = lookup->must_release = false;
  lookup->path = g_strdup (path);
  lookup->clock = clock;
  lookup->first = NULL;
  lookup->end = &lookup->first;
}

/* The thread starts with the first query. */
static bool
start (KeyLookup *lookup)
{
  bool is_started = lookup->worker.started;

  if (is_started)
    return true;
  uv_mutex_lock (&lookup->worker.lock);
  is_started = worker_start (&lookup->worker) == 0;
  lookup->is_running = is_started;
  uv_mutex_unlock (&lookup->worker.lock);
  return is_started;
}

void
key_lookup_find (KeyLookup *lookup, const char *key, RegistryKeyFn fn, void *user)
{
  KeyQuery *query = g_new0 (KeyQuery, 1);

  query->completion.deliver = deliver_query;
  query->key = g_strdup (key);
  query->fn = fn;
  query->user = user;
  if (!start (lookup))
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
