/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The idempotency keys of requests in progress, and the look-up of stored ones. The first request
 * with a key is carried out, and its answer is stored in the same commit; the same request again
 * gets that answer. While a request is in progress, others with its key wait. A request that fails
 * stores nothing, and the next one that waits is then carried out. */

typedef struct IdempotencyLookup IdempotencyLookup;
typedef struct IdempotencyKey IdempotencyKey;

typedef enum
{
  IDEMPOTENCY_NEW,      /* carry it out, then give `key` to idempotency_lookup_end() */
  IDEMPOTENCY_STORED,   /* `body` is the first answer */
  IDEMPOTENCY_MISMATCH, /* the key belongs to another request */
  IDEMPOTENCY_BUSY,     /* the registry cannot look it up for the moment */
  IDEMPOTENCY_FAILED,   /* the registry could not look it up */
} IdempotencyResult;

typedef void (*IdempotencyFn) (void *user, IdempotencyResult result, IdempotencyKey *key,
                               const char *body, size_t length);

/* Looks a stored answer up, as registry_find_key() does; `registry` is passed on. */
typedef void (*IdempotencyFoundFn) (void *user, int status, const uint8_t digest[32],
                                    const char *body, size_t length);
typedef void (*IdempotencyFindFn) (void *registry, const char *text, IdempotencyFoundFn found,
                                   void *user);

IdempotencyLookup *idempotency_lookup_new (IdempotencyFindFn find, void *registry);

/* Call it when no request is in progress. */
void idempotency_lookup_free (IdempotencyLookup *lookup);

/* `fn` is called exactly once, maybe before this returns. */
void idempotency_lookup_begin (IdempotencyLookup *lookup, const char *text,
                               const uint8_t digest[32], IdempotencyFn fn, void *user);

/* The request that holds `key` was answered. */
void idempotency_lookup_end (IdempotencyLookup *lookup, IdempotencyKey *key);
