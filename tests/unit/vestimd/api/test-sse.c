/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestimd/api/sse.h"

static void
assert_bytes (GBytes *bytes, const char *expected)
{
  size_t length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_assert_cmpmem (data, length, expected, strlen (expected));
}

static void
assert_frame (const char *data, const char *expected)
{
  GBytes *frame = sse_frame_new ("r", 7, "job", data, strlen (data));

  assert_bytes (frame, expected);
  g_bytes_unref (frame);
}

/* Selections are sent as received: a line end in them must not end the event. */
static void
test_line_ends_in_data_begin_new_data_lines (void)
{
  assert_frame ("{}", "id: r:7\nevent: job\ndata: {}\n\n");
  assert_frame ("{\n}", "id: r:7\nevent: job\ndata: {\ndata: }\n\n");
  assert_frame ("{\r\n\r}", "id: r:7\nevent: job\ndata: {\ndata: \ndata: }\n\n");
  assert_frame ("a\n", "id: r:7\nevent: job\ndata: a\ndata: \n\n");
  assert_frame ("\r", "id: r:7\nevent: job\ndata: \ndata: \n\n");
}

static void
test_ids_of_another_run_are_not_taken (void)
{
  uint64_t number = 0;

  g_assert_true (sse_parse_id ("r1:18446744073709551615", "r1", &number));
  g_assert_cmpuint (number, ==, G_MAXUINT64);
  g_assert_false (sse_parse_id ("r2:1", "r1", &number));
  g_assert_false (sse_parse_id ("r1", "r1", &number));
  g_assert_false (sse_parse_id ("r1:", "r1", &number));
  g_assert_false (sse_parse_id ("r1:-1", "r1", &number));
  g_assert_false (sse_parse_id ("r1:1x", "r1", &number));
  g_assert_false (sse_parse_id ("", "r1", &number));
}

static void
push (SseHistory *history, const char *data)
{
  GBytes *frame = g_bytes_new (data, strlen (data));

  sse_history_push (history, frame);
  g_bytes_unref (frame);
}

/* A client that resumes gets all that it missed, or learns that it cannot. */
static void
test_a_history_is_complete_or_says_no (void)
{
  SseHistory history;
  GList *link = NULL;

  sse_history_init (&history, 3, 100);
  g_assert_true (sse_history_find (&history, 0, &link));
  g_assert_null (link);
  g_assert_false (sse_history_find (&history, 1, &link));
  for (int i = 1; i <= 5; i++)
    push (&history, ((char[]){ (char) ('0' + i), '\0' }));
  g_assert_false (sse_history_find (&history, 1, &link));
  g_assert_true (sse_history_find (&history, 2, &link));
  assert_bytes (link->data, "3");
  g_assert_true (sse_history_find (&history, 4, &link));
  assert_bytes (link->data, "5");
  g_assert_true (sse_history_find (&history, 5, &link));
  g_assert_null (link);
  g_assert_false (sse_history_find (&history, 6, &link));
  sse_history_clear (&history);
}

/* Large jobs must not make the daemon large. */
static void
test_a_history_is_bounded_in_bytes (void)
{
  SseHistory history;
  GList *link = NULL;

  sse_history_init (&history, 100, 10);
  push (&history, "12345");
  push (&history, "12345");
  push (&history, "1");
  g_assert_cmpuint (history.frames.length, ==, 2);
  push (&history, "12345678901");
  g_assert_cmpuint (history.frames.length, ==, 0);
  g_assert_cmpuint (history.bytes, ==, 0);
  g_assert_false (sse_history_find (&history, 3, &link));
  g_assert_true (sse_history_find (&history, 4, &link));
  sse_history_clear (&history);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-sse/line-ends-begin-new-data-lines",
                   test_line_ends_in_data_begin_new_data_lines);
  g_test_add_func ("/api-sse/ids-of-another-run-are-not-taken",
                   test_ids_of_another_run_are_not_taken);
  g_test_add_func ("/api-sse/a-history-is-complete-or-says-no",
                   test_a_history_is_complete_or_says_no);
  g_test_add_func ("/api-sse/a-history-is-bounded-in-bytes", test_a_history_is_bounded_in_bytes);
  return g_test_run ();
}
