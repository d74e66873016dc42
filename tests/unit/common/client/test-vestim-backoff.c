/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-backoff.h"

/* The delays grow, and none is longer than the limit. */
static void
test_backoff (void)
{
  VestimBackoff backoff = { .first_ms = 100, .max_ms = 10000 };
  guint step = 100;

  for (int i = 0; i < 100; i++)
    {
      guint delay = vestim_backoff_next (&backoff);

      g_assert_cmpuint (delay, >=, step / 2);
      g_assert_cmpuint (delay, <=, step);
      step = MIN (step * 2, 10000);
    }
  vestim_backoff_reset (&backoff);
  g_assert_cmpuint (vestim_backoff_next (&backoff), <=, 100);
}

/* Dashboards that lost the same server must not come back at the same time. */
static void
test_jitter (void)
{
  g_autoptr (GHashTable) delays = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (int i = 0; i < 200; i++)
    {
      VestimBackoff backoff = { .first_ms = 10000, .max_ms = 10000 };

      g_hash_table_add (delays, GUINT_TO_POINTER (vestim_backoff_next (&backoff)));
    }
  g_assert_cmpuint (g_hash_table_size (delays), >, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/delays double up to a limit", test_backoff);
  g_test_add_func ("/backoff/delays differ", test_jitter);
  return g_test_run ();
}
