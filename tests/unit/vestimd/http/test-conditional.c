/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/conditional.h"

#include <glib.h>

static void
test_a_list_of_tags_is_compared_weakly (void)
{
  g_assert_true (conditional_lists_etag ("\"a\"", "\"a\""));
  g_assert_true (conditional_lists_etag ("W/\"a\"", "\"a\""));
  g_assert_true (conditional_lists_etag ("\"a\"", "W/\"a\""));
  g_assert_true (conditional_lists_etag (" \"b\" ,\t\"a,b\",W/\"a\"", "\"a\""));
  g_assert_true (conditional_lists_etag ("*", "\"a\""));
  g_assert_true (conditional_lists_etag (",,\"a\"", "\"a\""));
}

/* A wrong 304 shows a user old data. */
static void
test_what_is_no_equal_tag_is_not_listed (void)
{
  g_assert_false (conditional_lists_etag ("", "\"a\""));
  g_assert_false (conditional_lists_etag ("a", "\"a\""));
  g_assert_false (conditional_lists_etag ("\"A\"", "\"a\""));
  g_assert_false (conditional_lists_etag ("\"a", "\"a\""));
  g_assert_false (conditional_lists_etag ("\"aa\"", "\"a\""));
  g_assert_false (conditional_lists_etag ("\"\"", "\"a\""));
  g_assert_false (conditional_lists_etag ("\"*\"", "\"a\""));
  g_assert_false (conditional_lists_etag ("\"b\" x \"a\"", "\"a\""));
  g_assert_false (conditional_lists_etag ("w/\"a\"", "\"a\""));
}

/* Parts of different versions make a broken file, so only a strong tag is accepted. */
static void
test_if_range_is_compared_strongly (void)
{
  g_assert_true (conditional_is_same ("\"a\"", "\"a\""));
  g_assert_false (conditional_is_same ("W/\"a\"", "W/\"a\""));
  g_assert_false (conditional_is_same ("\"b\"", "\"a\""));
  g_assert_false (conditional_is_same ("Sun, 06 Nov 1994 08:49:37 GMT", "\"a\""));
  g_assert_false (conditional_is_same ("", "\"a\""));
}

static void
assert_range (const char *value, uint64_t size, uint64_t first, uint64_t length)
{
  uint64_t got_first = 99, got_length = 99;

  g_assert_cmpint (range_parse (value, size, &got_first, &got_length), ==, RANGE_PART);
  g_assert_cmpuint (got_first, ==, first);
  g_assert_cmpuint (got_length, ==, length);
}

static void
test_a_single_range_gives_its_part (void)
{
  assert_range ("bytes=0-0", 10, 0, 1);
  assert_range ("bytes=2-5", 10, 2, 4);
  assert_range ("bytes=2-", 10, 2, 8);
  assert_range ("bytes=2-9", 10, 2, 8);
  assert_range ("bytes=2-10", 10, 2, 8);
  assert_range ("bytes=9-99999999999999999999999999", 10, 9, 1);
  assert_range ("bytes=-1", 10, 9, 1);
  assert_range ("bytes=-10", 10, 0, 10);
  assert_range ("bytes=-99999999999999999999999999", 10, 0, 10);
  assert_range ("Bytes= 2-5 ", 10, 2, 4);
  assert_range ("bytes=0-18446744073709551615", UINT64_MAX, 0, UINT64_MAX);
}

static void
assert_kind (const char *value, uint64_t size, RangeKind kind)
{
  uint64_t first = 99, length = 99;

  g_assert_cmpint (range_parse (value, size, &first, &length), ==, kind);
  g_assert_cmpuint (first, ==, 99);
  g_assert_cmpuint (length, ==, 99);
}

static void
test_a_range_outside_cannot_be_satisfied (void)
{
  assert_kind ("bytes=10-", 10, RANGE_UNSATISFIABLE);
  assert_kind ("bytes=10-20", 10, RANGE_UNSATISFIABLE);
  assert_kind ("bytes=99999999999999999999999-", 10, RANGE_UNSATISFIABLE);
  assert_kind ("bytes=-0", 10, RANGE_UNSATISFIABLE);
  assert_kind ("bytes=0-", 0, RANGE_UNSATISFIABLE);
  assert_kind ("bytes=-5", 0, RANGE_UNSATISFIABLE);
}

static void
test_what_is_no_single_range_means_the_whole (void)
{
  static const char *const values[] = {
    "",           "bytes",      "bytes=",    "bytes=-",       "bytes=1",
    "bytes=a-",   "bytes=1-a",  "bytes=5-4", "bytes=1-2,4-5", "bytes=-1,-2",
    "bytes=+1-2", "bytes=1--2", "lines=1-2", "bytes =1-2"
  };

  for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
    assert_kind (values[i], 10, RANGE_WHOLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/conditional/" path, test_##name)
  ADD ("listed", a_list_of_tags_is_compared_weakly);
  ADD ("not-listed", what_is_no_equal_tag_is_not_listed);
  ADD ("if-range", if_range_is_compared_strongly);
  ADD ("part", a_single_range_gives_its_part);
  ADD ("unsatisfiable", a_range_outside_cannot_be_satisfied);
  ADD ("whole", what_is_no_single_range_means_the_whole);
  return g_test_run ();
}
