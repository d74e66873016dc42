/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "common/job/vestim-retry-policy.h"

static VestimRetryPolicy
parse (const char *text)
{
  VestimRetryPolicy policy;

  vestim_retry_policy_parse (text, &policy);
  return policy;
}

/* The first delay is `delay_s`; `backoff` counts from the second on. */
static void
test_each_delay_is_longer (void)
{
  const VestimRetryPolicy policy = parse ("{\"max\":9,\"delay_s\":10,\"backoff\":2}");
  const VestimRetryPolicy even = parse ("{\"max\":9,\"delay_s\":0.25}");

  g_assert_cmpint (vestim_retry_policy_delay_ms (&policy, 1), ==, 10000);
  g_assert_cmpint (vestim_retry_policy_delay_ms (&policy, 2), ==, 20000);
  g_assert_cmpint (vestim_retry_policy_delay_ms (&policy, 4), ==, 80000);
  g_assert_cmpint (vestim_retry_policy_delay_ms (&even, 9), ==, 250);
}

/* A power that is infinite must neither overflow nor make a delay of nothing endless. */
static void
test_delays_have_a_limit (void)
{
  const VestimRetryPolicy policy = parse ("{\"max\":1000,\"delay_s\":1,\"backoff\":100}");
  const VestimRetryPolicy none = parse ("{\"max\":1000,\"delay_s\":0,\"backoff\":100}");

  g_assert_cmpint (vestim_retry_policy_delay_ms (&policy, 1000), ==,
                   INT64_C (1000) * VESTIM_MAX_RETRY_DELAY_S);
  g_assert_cmpint (vestim_retry_policy_delay_ms (&none, 1000), ==, 0);
}

/* A job without a policy, or with one that another program damaged, is not retried. */
static void
test_no_policy_never_retries (void)
{
  g_assert_cmpint (parse (NULL).max, ==, 0);
  g_assert_cmpint (parse ("{\"max\":1,\"x\":2}").max, ==, 0);
  g_assert_cmpint (parse ("[").max, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retry-policy/each-delay-is-longer", test_each_delay_is_longer);
  g_test_add_func ("/retry-policy/delays-have-a-limit", test_delays_have_a_limit);
  g_test_add_func ("/retry-policy/no-policy-never-retries", test_no_policy_never_retries);
  return g_test_run ();
}
