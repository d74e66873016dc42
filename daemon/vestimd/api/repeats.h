/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Requests with an Idempotency-Key. The first one with a key is carried out, its answer being
 * stored in the commit of its change; a repeat gets that answer. While a request is under way,
 * others with its key wait for its end. One that fails stores nothing, and the next of those that
 * waited is then carried out. */

typedef struct Repeats Repeats;
typedef struct Repeat Repeat;

typedef enum
{
  REPEAT_FIRST,  /* to be carried out; `repeat` must be given back to repeats_leave() */
  REPEAT_STORED, /* `body` is the first answer */
  REPEAT_OTHER,  /* the key belongs to another request */
  REPEAT_FAILED, /* the registry could not be asked */
} RepeatVerdict;

typedef void (*RepeatFn) (void *user, RepeatVerdict verdict, Repeat *repeat, const char *body,
                          size_t length);

/* Looks a stored answer up, as registry_find_key() does; `registry` is handed through. */
typedef void (*RepeatFoundFn) (void *user, int status, const uint8_t digest[32], const char *body,
                               size_t length);
typedef void (*RepeatFindFn) (void *registry, const char *key, RepeatFoundFn found, void *user);

Repeats *repeats_new (RepeatFindFn find, void *registry);

/* When no request is under way. */
void repeats_free (Repeats *repeats);

/* `fn` is called exactly once, possibly from within. */
void repeats_enter (Repeats *repeats, const char *key, const uint8_t digest[32], RepeatFn fn,
                    void *user);

/* The request of `repeat` was answered. */
void repeats_leave (Repeats *repeats, Repeat *repeat);
