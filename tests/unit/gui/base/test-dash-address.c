/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-address.h"
#include "gui/base/dash-backoff.h"

static void
test_valid (void)
{
  static const char *const good[] = { "http://127.0.0.1:8001", "http://localhost/",
                                      "https://lab.example:8443", "http://[::1]:8001" };
  static const char *const bad[] = { "",
                                     "localhost:8001",
                                     "ftp://host",
                                     "http://",
                                     "http://host/jobs",
                                     "http://host?x=1",
                                     "http://u:p@host",
                                     "http://host:99999",
                                     "http://host#x",
                                     "http://a b",
                                     "http://a%20b",
                                     "http://<host>",
                                     "javascript:x" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *address = dash_address_parse (good[i]);

      g_assert_nonnull (address);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (dash_address_parse (bad[i]));
}

/* The keyring finds a token by its address: one server has one. */
static void
test_one_writing (void)
{
  static const char *const same[] = { "http://lab.example:8001", " http://lab.example:8001/ ",
                                      "http://lab.example:8001/\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *address = dash_address_parse (same[i]);

      g_assert_cmpstr (address, ==, same[0]);
    }
}

/* Who is warned too seldom gives the token away; who is warned always does not look any more. */
static void
test_clear_text (void)
{
  static const char *const open[] = { "http://lab.example:8001", "http://10.0.0.7",
                                      "http://127.example", "http://[fe80::1]:8001" };
  static const char *const safe[] = { "https://lab.example", "http://127.0.0.1:8001",
                                      "http://localhost:1",  "http://[::1]:8001",
                                      "http://127.1.2.3",    "no address" };

  for (gsize i = 0; i < G_N_ELEMENTS (open); i++)
    g_assert_true (dash_address_is_clear_text (open[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (safe); i++)
    g_assert_false (dash_address_is_clear_text (safe[i]));
}

/* Each wait is longer than the last could be short, and none is longer than the limit. */
static void
test_backoff (void)
{
  DashBackoff backoff = { .first_ms = 100, .max_ms = 10000 };
  guint step = 100;

  for (int i = 0; i < 100; i++)
    {
      guint delay = dash_backoff_next (&backoff);

      g_assert_cmpuint (delay, >=, step / 2);
      g_assert_cmpuint (delay, <=, step);
      step = MIN (step * 2, 10000);
    }
  dash_backoff_reset (&backoff);
  g_assert_cmpuint (dash_backoff_next (&backoff), <=, 100);
}

/* Dashboards that lost the same server must not come back in step. */
static void
test_jitter (void)
{
  g_autoptr (GHashTable) delays = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (int i = 0; i < 200; i++)
    {
      DashBackoff backoff = { .first_ms = 10000, .max_ms = 10000 };

      g_hash_table_add (delays, GUINT_TO_POINTER (dash_backoff_next (&backoff)));
    }
  g_assert_cmpuint (g_hash_table_size (delays), >, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/a server is a host and a port", test_valid);
  g_test_add_func ("/address/a server's address is written in one way", test_one_writing);
  g_test_add_func ("/address/clear text over a network is told", test_clear_text);
  g_test_add_func ("/backoff/waits double up to a limit", test_backoff);
  g_test_add_func ("/backoff/waits differ", test_jitter);
  return g_test_run ();
}
