/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestimd/api/idempotency-lookup.h"
#include "daemon/vestimd/jobs/registry/registry.h"

/* A registry whose look-ups are answered when the test says so. */
typedef struct
{
  IdempotencyFoundFn found;
  void *user;
  unsigned n_asked;
} Store;

typedef struct
{
  unsigned n_calls;
  IdempotencyResult result;
  IdempotencyKey *key;
  char body[16];
} Request;

static const uint8_t digest_a[32] = { 1 };
static const uint8_t digest_b[32] = { 2 };

static void
store_find (void *registry, const char *key, IdempotencyFoundFn found, void *user)
{
  Store *store = registry;

  g_assert_cmpstr (key, ==, "key");
  g_assert_null (store->found);
  store->found = found;
  store->user = user;
  store->n_asked++;
}

static void
store_answer (Store *store, int status, const uint8_t *digest, const char *body)
{
  IdempotencyFoundFn found = g_steal_pointer (&store->found);

  found (store->user, status, digest, body, body != NULL ? strlen (body) : 0);
}

static void
on_looked_up (void *user, IdempotencyResult result, IdempotencyKey *key, const char *body,
              size_t length)
{
  Request *request = user;

  request->n_calls++;
  request->result = result;
  request->key = key;
  if (body != NULL)
    memcpy (request->body, body, length);
}

/* The usual case: a key never seen. */
static void
test_a_new_key_is_carried_out (void)
{
  Store store = { 0 };
  Request request = { 0 };
  IdempotencyLookup *lookup = idempotency_lookup_new (store_find, &store);

  idempotency_lookup_begin (lookup, "key", digest_a, on_looked_up, &request);
  g_assert_cmpuint (request.n_calls, ==, 0);
  store_answer (&store, REGISTRY_E_NOT_FOUND, NULL, NULL);
  g_assert_cmpint (request.result, ==, IDEMPOTENCY_NEW);
  idempotency_lookup_end (lookup, request.key);
  idempotency_lookup_free (lookup);
}

static void
test_a_stored_answer_is_given_to_the_same_request_only (void)
{
  Store store = { 0 };
  Request same = { 0 }, other = { 0 };
  IdempotencyLookup *lookup = idempotency_lookup_new (store_find, &store);

  idempotency_lookup_begin (lookup, "key", digest_a, on_looked_up, &same);
  store_answer (&store, 0, digest_a, "first");
  g_assert_cmpint (same.result, ==, IDEMPOTENCY_STORED);
  g_assert_cmpstr (same.body, ==, "first");
  idempotency_lookup_begin (lookup, "key", digest_b, on_looked_up, &other);
  store_answer (&store, 0, digest_a, "first");
  g_assert_cmpint (other.result, ==, IDEMPOTENCY_MISMATCH);
  idempotency_lookup_free (lookup);
}

/* A client that timed out and sends again while the first is still being stored must not make a
 * second job. */
static void
test_a_repeat_waits_while_the_first_is_under_way (void)
{
  Store store = { 0 };
  Request first = { 0 }, second = { 0 }, third = { 0 };
  IdempotencyLookup *lookup = idempotency_lookup_new (store_find, &store);

  idempotency_lookup_begin (lookup, "key", digest_a, on_looked_up, &first);
  store_answer (&store, REGISTRY_E_NOT_FOUND, NULL, NULL);
  idempotency_lookup_begin (lookup, "key", digest_a, on_looked_up, &second);
  idempotency_lookup_begin (lookup, "key", digest_a, on_looked_up, &third);
  g_assert_cmpuint (second.n_calls + third.n_calls, ==, 0);
  idempotency_lookup_end (lookup, first.key);
  store_answer (&store, 0, digest_a, "first");
  g_assert_cmpint (second.result, ==, IDEMPOTENCY_STORED);
  g_assert_cmpstr (third.body, ==, "first");
  g_assert_cmpuint (store.n_asked, ==, 2);
  idempotency_lookup_free (lookup);
}

/* A failure is not stored as an answer: the next request that waits is carried out. */
static void
test_after_a_failure_the_next_is_carried_out (void)
{
  Store store = { 0 };
  Request first = { 0 }, second = { 0 };
  IdempotencyLookup *lookup = idempotency_lookup_new (store_find, &store);

  idempotency_lookup_begin (lookup, "key", digest_a, on_looked_up, &first);
  store_answer (&store, REGISTRY_E_NOT_FOUND, NULL, NULL);
  idempotency_lookup_begin (lookup, "key", digest_a, on_looked_up, &second);
  idempotency_lookup_end (lookup, first.key);
  store_answer (&store, REGISTRY_E_NOT_FOUND, NULL, NULL);
  g_assert_cmpint (second.result, ==, IDEMPOTENCY_NEW);
  idempotency_lookup_end (lookup, second.key);
  idempotency_lookup_free (lookup);
}

static void
test_another_request_with_a_key_in_flight_is_refused (void)
{
  Store store = { 0 };
  Request first = { 0 }, other = { 0 };
  IdempotencyLookup *lookup = idempotency_lookup_new (store_find, &store);

  idempotency_lookup_begin (lookup, "key", digest_a, on_looked_up, &first);
  idempotency_lookup_begin (lookup, "key", digest_b, on_looked_up, &other);
  g_assert_cmpint (other.result, ==, IDEMPOTENCY_MISMATCH);
  g_assert_cmpuint (first.n_calls, ==, 0);
  store_answer (&store, REGISTRY_E_FAILED, NULL, NULL);
  g_assert_cmpint (first.result, ==, IDEMPOTENCY_FAILED);
  idempotency_lookup_free (lookup);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-idempotency-lookup/a-new-key-is-carried-out",
                   test_a_new_key_is_carried_out);
  g_test_add_func ("/api-idempotency-lookup/a-stored-answer-is-given-to-the-same-request-only",
                   test_a_stored_answer_is_given_to_the_same_request_only);
  g_test_add_func ("/api-idempotency-lookup/a-repeat-waits",
                   test_a_repeat_waits_while_the_first_is_under_way);
  g_test_add_func ("/api-idempotency-lookup/after-a-failure-the-next-is-carried-out",
                   test_after_a_failure_the_next_is_carried_out);
  g_test_add_func ("/api-idempotency-lookup/another-request-with-a-key-in-flight-is-refused",
                   test_another_request_with_a_key_in_flight_is_refused);
  return g_test_run ();
}
