/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/support/registry-fixture.h"

#define HOUR INT64_C (3600000)
#define NOW INT64_C (1795377012123)

static const uint8_t digest[32] = { 1, 2, 3, [31] = 255 };

typedef struct
{
  int status; /* -1 until it is there */
  uint8_t digest[32];
  char *body;
} Answer;

static void
on_answer (void *user, int status, const uint8_t found[32], const char *body, size_t length)
{
  Answer *answer = user;

  answer->status = status;
  if (status != 0)
    return;
  memcpy (answer->digest, found, 32);
  answer->body = g_strndup (body, length);
}

/* The status; `*body` (nullable, transfer full) for 0. */
static int
find (RegistryFixture *fixture, const char *key, char **body)
{
  Answer answer = { .status = -1 };

  registry_find_key (fixture->registry, key, on_answer, &answer);
  g_assert_cmpint (answer.status, ==, -1);
  while (answer.status == -1)
    uv_run (&fixture->loop, UV_RUN_ONCE);
  if (answer.status == 0)
    g_assert_cmpmem (answer.digest, 32, digest, 32);
  if (body != NULL)
    *body = answer.body;
  else
    g_free (answer.body);
  return answer.status;
}

static RegistryTransaction *
new_answer (const char *key, const char *body)
{
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_transaction_set_key (transaction, key, digest, body, strlen (body));
  return transaction;
}

static int
store (RegistryFixture *fixture, const char *key, const char *body)
{
  return registry_fixture_store (fixture, new_answer (key, body));
}

static void
test_an_answer_is_found_by_its_key (RegistryFixture *fixture, const void *data)
{
  g_autofree char *body = NULL;

  registry_fixture_open (fixture);
  g_assert_cmpint (find (fixture, "key", NULL), ==, REGISTRY_E_NOT_FOUND);
  g_assert_cmpint (store (fixture, "key", "{\"job_id\":\"x\"}\n"), ==, 0);
  g_assert_cmpint (find (fixture, "KEY", NULL), ==, REGISTRY_E_NOT_FOUND);
  registry_fixture_reopen (fixture);
  g_assert_cmpint (find (fixture, "key", &body), ==, 0);
  g_assert_cmpstr (body, ==, "{\"job_id\":\"x\"}\n");
}

static void
test_an_empty_body_is_an_answer (RegistryFixture *fixture, const void *data)
{
  g_autofree char *body = NULL;

  registry_fixture_open (fixture);
  g_assert_cmpint (store (fixture, "key", ""), ==, 0);
  g_assert_cmpint (find (fixture, "key", &body), ==, 0);
  g_assert_cmpstr (body, ==, "");
}

/* Of two equal requests at the same time, exactly one makes the job. */
static void
test_a_repeated_key_stores_nothing (RegistryFixture *fixture, const void *data)
{
  g_autofree char *body = NULL;
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 2);
  unsigned n = 0;

  registry_fixture_open (fixture);
  for (int64_t i = 1; i <= 2; i++)
    {
      g_autoptr (VestimJob) job = registry_fixture_new_job (i);
      RegistryTransaction *transaction = new_answer ("key", i == 1 ? "first" : "second");

      registry_transaction_insert (transaction, job);
      registry_fixture_submit (fixture, transaction);
      n++;
    }
  registry_fixture_wait (fixture, n);
  g_assert_cmpint (fixture->last_status, ==, REGISTRY_E_KEY_EXISTS);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT sum(sequence) FROM jobs"), ==, 1);
  g_assert_false (registry_fixture_exists (folder));
  g_assert_cmpint (find (fixture, "key", &body), ==, 0);
  g_assert_cmpstr (body, ==, "first");
}

static void
test_a_key_is_kept_for_a_day (RegistryFixture *fixture, const void *data)
{
  registry_fixture_set_uptime (NOW);
  registry_fixture_open (fixture);
  g_assert_cmpint (store (fixture, "key", "first"), ==, 0);
  registry_fixture_set_uptime (NOW + 24 * HOUR - 1);
  g_assert_cmpint (find (fixture, "key", NULL), ==, 0);
  g_assert_cmpint (store (fixture, "key", "second"), ==, REGISTRY_E_KEY_EXISTS);
  registry_fixture_set_uptime (NOW + 24 * HOUR);
  g_assert_cmpint (find (fixture, "key", NULL), ==, REGISTRY_E_NOT_FOUND);
  g_assert_cmpint (store (fixture, "key", "second"), ==, 0);
}

/* The table must stay small, without delaying the start. */
static void
test_expired_keys_are_purged_at_the_start (RegistryFixture *fixture, const void *data)
{
  registry_fixture_set_uptime (NOW);
  registry_fixture_open (fixture);
  for (int i = 0; i < 3000; i++)
    {
      g_autofree char *key = g_strdup_printf ("old %d", i);

      registry_fixture_submit (fixture, new_answer (key, "{}"));
    }
  registry_fixture_wait (fixture, 3000);
  registry_fixture_set_uptime (NOW + 12 * HOUR);
  g_assert_cmpint (store (fixture, "new", "{}"), ==, 0);
  registry_fixture_set_uptime (NOW + 25 * HOUR);
  registry_fixture_reopen (fixture);
  registry_fixture_close (fixture);
  registry_fixture_open (fixture);
  registry_fixture_close (fixture);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM answers"), ==, 1);
}

/* What is looked up while the registry closes is still answered. */
static void
test_closing_finishes_the_look_ups (RegistryFixture *fixture, const void *data)
{
  Answer answers[20];

  registry_fixture_open (fixture);
  for (int i = 0; i < 20; i++)
    {
      answers[i].status = -1;
      registry_find_key (fixture->registry, "key", on_answer, &answers[i]);
    }
  registry_fixture_close (fixture);
  for (int i = 0; i < 20; i++)
    g_assert_cmpint (answers[i].status, ==, REGISTRY_E_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  REGISTRY_TEST ("/keys/an-answer-is-found-by-its-key", test_an_answer_is_found_by_its_key);
  REGISTRY_TEST ("/keys/an-empty-body-is-an-answer", test_an_empty_body_is_an_answer);
  REGISTRY_TEST ("/keys/a-repeated-key-stores-nothing", test_a_repeated_key_stores_nothing);
  REGISTRY_TEST ("/keys/a-key-is-kept-for-a-day", test_a_key_is_kept_for_a_day);
  REGISTRY_TEST ("/keys/expired-keys-are-purged-at-the-start",
                 test_expired_keys_are_purged_at_the_start);
  REGISTRY_TEST ("/keys/closing-finishes-the-look-ups", test_closing_finishes_the_look_ups);
  return g_test_run ();
}
