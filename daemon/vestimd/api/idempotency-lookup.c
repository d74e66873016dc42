/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/idempotency-lookup.h"

#include <assert.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/vestimd/jobs/registry/registry.h"

struct IdempotencyLookup
{
  IdempotencyFindFn find;
  void *registry;
  GHashTable *in_flight; /* key → IdempotencyKey */
};

typedef struct
{
  IdempotencyFn fn;
  void *user;
} Waiter;

/* A key in flight. The first of `waiting` is the request that is being looked up; it leaves the
 * queue with its result. */
struct IdempotencyKey
{
  IdempotencyLookup *lookup;
  char *text;
  uint8_t digest[32];
  GQueue waiting; /* of Waiter */
};

static void
key_free (void *data)
{
  IdempotencyKey *key = data;

  assert (g_queue_is_empty (&key->waiting));
  g_free (key->text);
  g_free (key);
}

IdempotencyLookup *
idempotency_lookup_new (IdempotencyFindFn find, void *registry)
{
  IdempotencyLookup *lookup = g_new (IdempotencyLookup, 1);

  lookup->find = find;
  lookup->registry = registry;
  lookup->in_flight = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, key_free);
  return lookup;
}

void
idempotency_lookup_free (IdempotencyLookup *lookup)
{
  assert (g_hash_table_size (lookup->in_flight) == 0);
  g_hash_table_unref (lookup->in_flight);
  g_free (lookup);
}

static void
answer_next (IdempotencyKey *key, IdempotencyResult result, const char *body, size_t length)
{
  g_autofree Waiter *waiter = g_queue_pop_head (&key->waiting);

  waiter->fn (waiter->user, result, result == IDEMPOTENCY_NEW ? key : NULL, body, length);
}

static void look_up (IdempotencyKey *key);

/* Looks up the next request in turn; without one, the key is no longer in flight. */
static void
look_up_next (IdempotencyKey *key)
{
  if (g_queue_is_empty (&key->waiting))
    g_hash_table_remove (key->lookup->in_flight, key->text);
  else
    look_up (key);
}

static void
on_found (void *user, int status, const uint8_t digest[32], const char *body, size_t length)
{
  IdempotencyKey *key = user;
  bool is_same = status == 0 && memcmp (digest, key->digest, sizeof key->digest) == 0;

  if (status == REGISTRY_E_NOT_FOUND)
    {
      answer_next (key, IDEMPOTENCY_NEW, NULL, 0);
      return;
    }
  if (status != 0)
    answer_next (key, status == REGISTRY_E_BUSY ? IDEMPOTENCY_BUSY : IDEMPOTENCY_FAILED, NULL, 0);
  else
    while (!g_queue_is_empty (&key->waiting))
      answer_next (key, is_same ? IDEMPOTENCY_STORED : IDEMPOTENCY_MISMATCH, body, length);
  look_up_next (key);
}

static void
look_up (IdempotencyKey *key)
{
  key->lookup->find (key->lookup->registry, key->text, on_found, key);
}

static IdempotencyKey *
key_new (IdempotencyLookup *lookup, const char *text, const uint8_t digest[32])
{
  IdempotencyKey *key = g_new0 (IdempotencyKey, 1);

  key->lookup = lookup;
  key->text = g_strdup (text);
  memcpy (key->digest, digest, sizeof key->digest);
  g_queue_init (&key->waiting);
  g_hash_table_insert (lookup->in_flight, key->text, key);
  return key;
}

void
idempotency_lookup_begin (IdempotencyLookup *lookup, const char *text, const uint8_t digest[32],
                          IdempotencyFn fn, void *user)
{
  IdempotencyKey *key = g_hash_table_lookup (lookup->in_flight, text);
  bool is_new = key == NULL;

  if (is_new)
    key = key_new (lookup, text, digest);
  else if (memcmp (key->digest, digest, sizeof key->digest) != 0)
    {
      fn (user, IDEMPOTENCY_MISMATCH, NULL, NULL, 0);
      return;
    }

  Waiter *waiter = g_new (Waiter, 1);
  *waiter = (Waiter){ fn, user };
  g_queue_push_tail (&key->waiting, waiter);
  if (is_new)
    look_up (key);
}

void
idempotency_lookup_end (IdempotencyLookup *lookup, IdempotencyKey *key)
{
  assert (key->lookup == lookup);
  look_up_next (key);
}
