/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/prediction-name.h"

#include <string.h>

static void
test_a_repeated_base_name_gets_a_number (void)
{
  g_autoptr (GHashTable) taken = prediction_names_new ();
  g_autofree char *first = prediction_name_new (taken, "/a/us06.csv");
  g_autofree char *second = prediction_name_new (taken, "/b/us06.csv");

  g_assert_cmpstr (first, ==, "us06.csv");
  g_assert_cmpstr (second, ==, "us06-2.csv");
}

/* Summaries and reports are UTF-8 and name the file. */
static void
test_a_name_is_utf_8_also_if_that_of_the_data_is_not (void)
{
  g_autoptr (GHashTable) taken = prediction_names_new ();
  g_autofree char *first = prediction_name_new (taken, "/a/caf\xe9.csv");
  g_autofree char *second = prediction_name_new (taken, "/a/caf\xe8.csv");

  g_assert_cmpstr (first, ==, "caf\xef\xbf\xbd.csv");
  g_assert_cmpstr (second, ==, "caf\xef\xbf\xbd-2.csv");
}

static void
test_a_long_name_is_cut_between_characters (void)
{
  g_autoptr (GHashTable) taken = prediction_names_new ();
  g_autoptr (GString) path = g_string_new ("/a/x");

  for (int i = 0; i < 120; i++)
    g_string_append (path, "\xc3\xa9");
  g_string_append (path, ".csv");

  g_autofree char *name = prediction_name_new (taken, path->str);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpuint (strlen (name), ==, 229 + strlen (".csv"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/prediction-name/" path, test_##name)
  ADD ("repeated", a_repeated_base_name_gets_a_number);
  ADD ("utf-8", a_name_is_utf_8_also_if_that_of_the_data_is_not);
  ADD ("long", a_long_name_is_cut_between_characters);
  return g_test_run ();
}
