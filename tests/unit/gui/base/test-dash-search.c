/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-search.h"

static gboolean
finds (const char *typed, const char *text)
{
  g_autofree char *folded = dash_search_fold (text);
  g_auto (GStrv) words = dash_search_words (typed);

  return dash_search_matches (folded, (const char *const *) words);
}

/* Users don't remember how a name was capitalised. */
static void
test_case (void)
{
  g_assert_true (finds ("us06", "US06, two layers"));
  g_assert_true (finds ("STRASSE", "Straße 3"));
  g_assert_false (finds ("us07", "US06, two layers"));
}

/* A keyboard may lack an accent, or write it as a mark of its own. */
static void
test_accents (void)
{
  g_assert_true (finds ("uber", "Über Nacht"));
  g_assert_true (finds ("über", "uber nacht"));
  g_assert_true (finds ("e\xcc\x81t\xc3\xa9", "Été"));
}

/* More words narrow the search, in any order. */
static void
test_words (void)
{
  g_assert_true (finds ("layers us06", "US06, two layers"));
  g_assert_true (finds ("  two\t", "US06, two layers"));
  g_assert_true (finds ("", "anything"));
  g_assert_false (finds ("two three", "US06, two layers"));
}

/* Names are plain text: characters of markup or patterns have no meaning. */
static void
test_plain (void)
{
  g_assert_true (finds ("<b>&", "a <b>&amp; b"));
  g_assert_false (finds ("*", "plain"));
  g_assert_false (finds (".", "plain"));
}

/* A job can be found by its ID, but "run 1" must not match every date with a 1. */
static void
test_ids (void)
{
  g_auto (GStrv) by_number = dash_search_words ("run 1");
  g_auto (GStrv) by_id = dash_search_words ("run 7F3A");
  const char *key = "run 2\njob_20261122-195012-7f3a9c";

  g_assert_false (dash_search_matches (key, (const char *const *) by_number));
  g_assert_true (dash_search_matches (key, (const char *const *) by_id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/case is ignored", test_case);
  g_test_add_func ("/search/accents are ignored", test_accents);
  g_test_add_func ("/search/every word must match, in any order", test_words);
  g_test_add_func ("/search/there are no patterns", test_plain);
  g_test_add_func ("/search/IDs match longer words only", test_ids);
  return g_test_run ();
}
