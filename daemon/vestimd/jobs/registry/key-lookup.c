/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/key-lookup.h"

#include <glib.h>

#include "daemon/vestimd/jobs/registry/idempotency-keys.h"

typedef struct
{
  ReaderQuery query; /* first */
  const KeyClock *clock;
  char *key;
  RegistryKeyFn fn;
  void *user;
  uint8_t digest[32];
  char *body;
  size_t length;
} KeyQuery;

static void
deliver_key (Completion *completion)
{
  KeyQuery *self = (KeyQuery *) completion;

  self->fn (self->user, self->query.status, self->digest, self->body, self->length);
  g_free (self->key);
  g_free (self->body);
  g_free (self);
}

static int
run_key_query (ReaderQuery *query, sqlite3 *db)
{
  KeyQuery *self = (KeyQuery *) query;

  return idempotency_keys_find (db, self->key, key_clock_now (self->clock), self->digest,
                                &self->body, &self->length);
}

void
key_lookup_find (Reader *reader, const KeyClock *clock, const char *key, RegistryKeyFn fn,
                 void *user)
{
  KeyQuery *self = g_new0 (KeyQuery, 1);

  self->query.completion.deliver = deliver_key;
  self->query.run = run_key_query;
  self->clock = clock;
  self->key = g_strdup (key);
  self->fn = fn;
  self->user = user;
  reader_submit (reader, &self->query);
}
