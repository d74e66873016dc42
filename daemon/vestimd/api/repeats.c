/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/repeats.h"

#include <assert.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/vestimd/jobs/registry/registry.h"

struct Repeats
{
  RepeatFindFn find;
  void *registry;
  GHashTable *in_flight; /* key → Repeat */
};

typedef struct
{
  RepeatFn fn;
  void *user;
} Waiter;

/* A key in flight. The first of `waiting` is the one looked up or carried out now, and taken out
 * when it is told what to do. */
struct Repeat
{
  Repeats *repeats;
  char *key;
  uint8_t digest[32];
  GQueue waiting; /* of Waiter */
};

static void
repeat_free (void *data)
{
  Repeat *repeat = data;

  assert (g_queue_is_empty (&repeat->waiting));
  g_free (repeat->key);
  g_free (repeat);
}

Repeats *
repeats_new (RepeatFindFn find, void *registry)
{
  Repeats *repeats = g_new (Repeats, 1);

  repeats->find = find;
  repeats->registry = registry;
  repeats->in_flight = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, repeat_free);
  return repeats;
}

void
repeats_free (Repeats *repeats)
{
  assert (g_hash_table_size (repeats->in_flight) == 0);
  g_hash_table_unref (repeats->in_flight);
  g_free (repeats);
}

static void
tell_next (Repeat *repeat, RepeatVerdict verdict, const char *body, size_t length)
{
  g_autofree Waiter *waiter = g_queue_pop_head (&repeat->waiting);

  waiter->fn (waiter->user, verdict, verdict == REPEAT_FIRST ? repeat : NULL, body, length);
}

static void look_up (Repeat *repeat);

/* The next in turn, or the key is no longer in flight. */
static void
go_on (Repeat *repeat)
{
  if (g_queue_is_empty (&repeat->waiting))
    g_hash_table_remove (repeat->repeats->in_flight, repeat->key);
  else
    look_up (repeat);
}

static void
on_found (void *user, int status, const uint8_t digest[32], const char *body, size_t length)
{
  Repeat *repeat = user;
  bool is_same = status == 0 && memcmp (digest, repeat->digest, sizeof repeat->digest) == 0;

  if (status == REGISTRY_E_NOT_FOUND)
    {
      tell_next (repeat, REPEAT_FIRST, NULL, 0);
      return;
    }
  if (status != 0)
    tell_next (repeat, REPEAT_FAILED, NULL, 0);
  else
    while (!g_queue_is_empty (&repeat->waiting))
      tell_next (repeat, is_same ? REPEAT_STORED : REPEAT_OTHER, body, length);
  go_on (repeat);
}

static void
look_up (Repeat *repeat)
{
  repeat->repeats->find (repeat->repeats->registry, repeat->key, on_found, repeat);
}

static Repeat *
repeat_new (Repeats *repeats, const char *key, const uint8_t digest[32])
{
  Repeat *repeat = g_new0 (Repeat, 1);

  repeat->repeats = repeats;
  repeat->key = g_strdup (key);
  memcpy (repeat->digest, digest, sizeof repeat->digest);
  g_queue_init (&repeat->waiting);
  g_hash_table_insert (repeats->in_flight, repeat->key, repeat);
  return repeat;
}

void
repeats_enter (Repeats *repeats, const char *key, const uint8_t digest[32], RepeatFn fn, void *user)
{
  Repeat *repeat = g_hash_table_lookup (repeats->in_flight, key);
  bool is_new = repeat == NULL;

  if (is_new)
    repeat = repeat_new (repeats, key, digest);
  else if (memcmp (repeat->digest, digest, sizeof repeat->digest) != 0)
    {
      fn (user, REPEAT_OTHER, NULL, NULL, 0);
      return;
    }

  Waiter *waiter = g_new (Waiter, 1);
  *waiter = (Waiter){ fn, user };
  g_queue_push_tail (&repeat->waiting, waiter);
  if (is_new)
    look_up (repeat);
}

void
repeats_leave (Repeats *repeats, Repeat *repeat)
{
  assert (repeat->repeats == repeats);
  go_on (repeat);
}
