/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "common/estimation/vestim-limits.h"

#define BASE "{\"layers\":[10,5],\"max_epochs\":5,\"schedule\":{\"kind\":\"step\",\"patience\":2}}"

static void
test_limits_may_differ (void)
{
  static const char *const texts[] = {
    BASE,
    "{\"layers\":[10,5],\"schedule\":{\"patience\":2,\"kind\":\"step\"}}",
    ("{ \"max_epochs\": 50, \"layers\": [1e1, 5.0], \"patience\": 7, \"max_minutes\": null,"
     "  \"schedule\": {\"kind\": \"st\\u0065p\", \"patience\": 2}, \"MAX_TRAIN_HOURS\": \"3\"}"),
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (vestim_limits_are_the_difference (BASE, texts[i]));
      g_assert_true (vestim_limits_are_the_difference (texts[i], BASE));
    }
}

/* A finished job must say what it was made with. */
static void
test_nothing_else_may_differ (void)
{
  static const char *const texts[] = {
    "{}",
    "{\"layers\":[10],\"schedule\":{\"kind\":\"step\",\"patience\":2}}",
    "{\"layers\":[10,6],\"schedule\":{\"kind\":\"step\",\"patience\":2}}",
    "{\"layers\":[10,5],\"schedule\":{\"kind\":\"step\",\"patience\":3}}",
    "{\"layers\":[10,5],\"schedule\":{\"kind\":\"cosine\",\"patience\":2}}",
    "{\"layers\":[10,5],\"schedule\":{\"kind\":\"step\",\"patience\":2},\"seed\":1}",
    "{\"layers\":\"x\",\"schedule\":null}",
    "no JSON",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_false (vestim_limits_are_the_difference (BASE, texts[i]));
      g_assert_false (vestim_limits_are_the_difference (texts[i], BASE));
    }
}

/* The tasks of a longer search continue those of a shorter one. */
static void
test_a_search_may_be_longer (void)
{
  static const char base[] = "{\"search\":{\"kind\":\"random\",\"tasks\":5}}";

  g_assert_true (vestim_limits_are_the_difference (
      base, "{\"search\":{\"minutes\":3,\"kind\":\"random\",\"tasks\":50}}"));
  g_assert_false (vestim_limits_are_the_difference (base, "{\"search\":{\"tasks\":5}}"));
  g_assert_false (vestim_limits_are_the_difference (base, "{\"search\":null}"));
  g_assert_false (vestim_limits_are_the_difference (base, "{}"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/limits may differ", test_limits_may_differ);
  g_test_add_func ("/limits/nothing else may differ", test_nothing_else_may_differ);
  g_test_add_func ("/limits/a search may be longer", test_a_search_may_be_longer);
  return g_test_run ();
}
