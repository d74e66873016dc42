/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-tags.h"

/* `expected`: the tags, with "|" between them. */
static void
expect_split (const char *text, const char *expected)
{
  g_auto (GStrv) tags = dash_tags_split (text);
  g_autofree char *joined = g_strjoinv ("|", tags);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_typed (void)
{
  expect_split ("", "");
  expect_split ("nightly,  my cell , ,", "nightly|my cell");
  expect_split ("[ lab", "[ lab");
}

/* What is shown and not changed is saved as it was. */
static void
expect_kept (const char *stored, const char *shown, const char *tags)
{
  g_autofree char *text = dash_tags_text (stored);

  g_assert_cmpstr (text, ==, shown);
  expect_split (text, tags);
}

static void
test_stored (void)
{
  expect_kept (NULL, "", "");
  expect_kept ("[\"a\",\"b c\"]", "a, b c", "a|b c");
  expect_kept ("[\"a, b\",\"c\"]", "[\"a, b\",\"c\"]", "a, b|c");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tags/typed tags have commas between them", test_typed);
  g_test_add_func ("/tags/shown tags are kept", test_stored);
  return g_test_run ();
}
