/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "daemon/vestimd/sys/log-writer.h"

#define PATIENCE_MS 30000
#define NOTICE " warning log: "

/* An output that can hang or fail. */
static struct
{
  GMutex mutex;
  GCond changed;
  bool hangs;
  bool has_caller; /* that hangs */
  int error;
  GString *text;
} output;

static int
write_output (const char *text, size_t length)
{
  int r;

  g_mutex_lock (&output.mutex);
  output.has_caller = output.hangs;
  g_cond_broadcast (&output.changed);
  while (output.hangs)
    g_cond_wait (&output.changed, &output.mutex);
  output.has_caller = false;
  r = -output.error;
  if (r == 0)
    g_string_append_len (output.text, text, (gssize) length);
  g_mutex_unlock (&output.mutex);
  return r;
}

static void
set_output (bool hangs, int error)
{
  g_mutex_lock (&output.mutex);
  output.hangs = hangs;
  output.error = error;
  g_cond_broadcast (&output.changed);
  g_mutex_unlock (&output.mutex);
}

static void
await_caller (void)
{
  g_mutex_lock (&output.mutex);
  while (!output.has_caller)
    g_cond_wait (&output.changed, &output.mutex);
  g_mutex_unlock (&output.mutex);
}

static void
add (LogWriter *writer, const char *text)
{
  LogLine line;

  log_line_set (&line, text);
  log_writer_add (writer, &line);
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)) != NULL; at++)
    n++;
  return n;
}

/* A daemon that waits for whoever reads its log can be frozen by a key on its terminal. */
static void
test_nobody_waits_for_an_output_that_hangs (void)
{
  LogWriter writer = LOG_WRITER_INIT (write_output);
  guint n = 0;

  g_string_truncate (output.text, 0);
  set_output (true, 0);
  g_assert_cmpint (log_writer_start (&writer), ==, 0);
  for (int i = 0; i < 100000; i++)
    add (&writer, "a line of the flood");
  set_output (false, 0);
  g_assert_true (log_writer_flush (&writer, PATIENCE_MS));
  add (&writer, "a line after it");
  g_assert_true (log_writer_stop (&writer, PATIENCE_MS));

  /* The thread may come after the first loss: then there are two. */
  for (const char *at = output.text->str; (at = strstr (at, NOTICE)) != NULL;)
    {
      at += strlen (NOTICE);
      n += (guint) g_ascii_strtoull (at, NULL, 10);
      g_assert_nonnull (strstr (at, " messages were dropped: nobody read this output\n"));
    }
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, ==, log_writer_count_lost (&writer));
  g_assert_cmpuint (n + count (output.text->str, "a line of the flood\n"), ==, 100000);
  g_assert_true (g_str_has_suffix (output.text->str, "a line after it\n"));
}

/* A full disk must not hide that something is missing in the log. */
static void
test_lines_that_cannot_be_written_are_counted (void)
{
  LogWriter writer = LOG_WRITER_INIT (write_output);
  g_autofree char *notice = NULL;

  g_string_truncate (output.text, 0);
  set_output (false, ENOSPC);
  g_assert_cmpint (log_writer_start (&writer), ==, 0);
  for (int i = 0; i < 3; i++)
    {
      add (&writer, "lost");
      g_assert_true (log_writer_flush (&writer, PATIENCE_MS));
    }
  set_output (false, 0);
  add (&writer, "kept");
  g_assert_true (log_writer_stop (&writer, PATIENCE_MS));

  notice =
      g_strdup_printf ("3 messages were dropped: they could not be written error=\"%s\"\nkept\n",
                       g_strerror (ENOSPC));
  g_assert_true (g_str_has_suffix (output.text->str, notice));
}

static void
test_lines_that_follow_discarded_ones_are_written (void)
{
  LogWriter writer = LOG_WRITER_INIT (write_output);

  g_string_truncate (output.text, 0);
  set_output (true, 0);
  g_assert_cmpint (log_writer_start (&writer), ==, 0);
  add (&writer, "a line that hangs");
  await_caller ();
  while (log_writer_count_lost (&writer) == 0)
    add (&writer, "a line of the flood");
  log_writer_discard (&writer);
  add (&writer, "a line after it");
  set_output (false, 0);
  g_assert_true (log_writer_stop (&writer, PATIENCE_MS));
  g_assert_cmpstr (output.text->str, ==, "a line that hangs\na line after it\n");
}

static void
test_the_end_does_not_wait_for_an_output_that_hangs (void)
{
  static LogWriter writer = LOG_WRITER_INIT (write_output); /* its thread outlives the test */

  set_output (true, 0);
  g_assert_cmpint (log_writer_start (&writer), ==, 0);
  add (&writer, "the last words");
  g_assert_false (log_writer_stop (&writer, 20));
  add (&writer, "dropped");
}

static void
test_without_a_thread_the_caller_writes (void)
{
  LogWriter writer = LOG_WRITER_INIT (write_output);

  g_string_truncate (output.text, 0);
  set_output (false, 0);
  add (&writer, "at once");
  g_assert_cmpstr (output.text->str, ==, "at once\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  output.text = g_string_new (NULL);
  g_test_add_func ("/log-writer/nobody-waits-for-an-output-that-hangs",
                   test_nobody_waits_for_an_output_that_hangs);
  g_test_add_func ("/log-writer/lines-that-cannot-be-written-are-counted",
                   test_lines_that_cannot_be_written_are_counted);
  g_test_add_func ("/log-writer/lines-that-follow-discarded-ones-are-written",
                   test_lines_that_follow_discarded_ones_are_written);
  g_test_add_func ("/log-writer/without-a-thread-the-caller-writes",
                   test_without_a_thread_the_caller_writes);
  g_test_add_func ("/log-writer/the-end-does-not-wait-for-an-output-that-hangs",
                   test_the_end_does_not_wait_for_an_output_that_hangs);
  return g_test_run ();
}
