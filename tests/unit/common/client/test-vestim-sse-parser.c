/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-sse-parser.h"

#include <string.h>

/* The events, one on each line: "type|id|data". */
static void
event_cb (const char *type, const char *data, const char *id, gpointer user)
{
  g_string_append_printf (user, "%s|%s|%s;", type, id != NULL ? id : "", data);
}

/* Feeds `text` in pieces of `size` bytes. */
static char *
parse_in_pieces (const char *text, gsize length, gsize size)
{
  GString *heard = g_string_new (NULL);
  g_autoptr (VestimSseParser) parser = vestim_sse_parser_new (event_cb, heard);

  for (gsize at = 0; at < length; at += size)
    g_assert_true (vestim_sse_parser_feed (parser, text + at, MIN (size, length - at)));
  return g_string_free (heard, FALSE);
}

static void
expect_events (const char *text, const char *expected)
{
  for (gsize size = 1; size <= strlen (text); size++)
    {
      g_autofree char *heard = parse_in_pieces (text, strlen (text), size);

      g_assert_cmpstr (heard, ==, expected);
    }
}

/* A network may cut a stream anywhere. */
static void
test_any_cut (void)
{
  expect_events ("event: job\nid: r:1\ndata: {\"a\":1}\n\nevent: deleted\nid: r:2\ndata: x\n\n",
                 "job|r:1|{\"a\":1};deleted|r:2|x;");
}

/* All three line ends are allowed, and a CR LF that is cut in two is one of them. */
static void
test_line_ends (void)
{
  expect_events ("event: a\r\nid: 1\r\ndata: x\r\n\r\nevent: b\rdata: y\r\rdata: z\n\n",
                 "a|1|x;b|1|y;message|1|z;");
}

/* The keep-alive comments between events are not events. */
static void
test_comments (void)
{
  expect_events (": alive\n\n:\n\ndata: x\n: in between\ndata: y\n\n", "message||x\ny;");
}

/* One space after the colon is not part of the value; a second one is. */
static void
test_fields (void)
{
  expect_events ("data\n\ndata:x\n\ndata:  y\n\nunknown: 1\nretry: 10\ndata: a: b\n\n",
                 "message||;message||x;message|| y;message||a: b;");
}

/* An event that the end of the connection cut is ignored: it comes again in full. */
static void
test_unfinished (void)
{
  expect_events ("data: x\n\nevent: job\ndata: half", "message||x;");
  expect_events ("event: job\nid: 7\n\n", "");
}

static void
test_byte_order_mark (void)
{
  expect_events ("\xef\xbb\xbf"
                 "data: x\n\n",
                 "message||x;");
}

/* A job with a name of a megabyte is an event like any other. */
static void
test_huge_line (void)
{
  const gsize length = 1024 * 1024;
  GString *text = g_string_new ("data: ");
  g_autofree char *heard = NULL;

  for (gsize i = 0; i < length; i++)
    g_string_append_c (text, (char) ('a' + i % 26));
  g_string_append (text, "\n\n");
  heard = parse_in_pieces (text->str, text->len, 4093);
  g_assert_cmpuint (strlen (heard), ==, length + strlen ("message||;"));
  g_string_free (text, TRUE);
}

/* An endless event must not take all memory. */
static void
test_endless_event (void)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (VestimSseParser) parser = vestim_sse_parser_new (event_cb, heard);
  g_autofree char *block = g_strnfill (1024 * 1024, 'x');
  int fed = 0;

  while (fed < 64 && vestim_sse_parser_feed (parser, block, 1024 * 1024))
    fed++;
  g_assert_cmpint (fed, >, 0);
  g_assert_cmpint (fed, <, 64);
  g_assert_cmpstr (heard->str, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sse/events survive any cut", test_any_cut);
  g_test_add_func ("/sse/lines end with LF, CR or both", test_line_ends);
  g_test_add_func ("/sse/comments are not events", test_comments);
  g_test_add_func ("/sse/fields are split as the standard says", test_fields);
  g_test_add_func ("/sse/an unfinished event is ignored", test_unfinished);
  g_test_add_func ("/sse/a byte order mark is skipped", test_byte_order_mark);
  g_test_add_func ("/sse/a line of a megabyte is an event", test_huge_line);
  g_test_add_func ("/sse/an endless event is refused", test_endless_event);
  return g_test_run ();
}
