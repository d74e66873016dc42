/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-run/log-stamps.h"

static void
on_write (void *user, const char *data, size_t size)
{
  g_string_append_len (user, data, (gssize) size);
}

static void
expect (const GString *out, const char *wanted)
{
  g_assert_cmpmem (out->str, out->len, wanted, strlen (wanted));
}

static void
test_a_line_has_the_time_of_its_first_byte (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  LogStamps stamps = { .write = on_write, .user = out };

  log_stamps_add (&stamps, 1796071009940, "one\ntw", 6);
  log_stamps_add (&stamps, 1796071010001, "o\n\n", 3);
  expect (out, "2026-11-30T20:36:49.940Z one\n2026-11-30T20:36:49.940Z two\n"
               "2026-11-30T20:36:50.001Z \n");
}

/* The room for lines that wait is smaller than this. */
static void
test_long_lines_and_other_bytes_pass_as_they_are (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *data = g_malloc (100000);
  LogStamps stamps = { .write = on_write, .user = out };

  memset (data, 0, 100000);
  log_stamps_add (&stamps, 0, data, 100000);
  log_stamps_add (&stamps, 0, "\r\xff", 2);
  g_assert_cmpuint (out->len, ==, LOG_STAMP_SIZE + 100002);
  g_assert_cmpmem (out->str, LOG_STAMP_SIZE, "1970-01-01T00:00:00.000Z ", LOG_STAMP_SIZE);
  g_assert_cmpmem (out->str + LOG_STAMP_SIZE, 100000, data, 100000);
}

static void
test_many_short_lines_are_complete (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *data = g_strnfill (5000, '\n');
  LogStamps stamps = { .write = on_write, .user = out };

  log_stamps_add (&stamps, 999, data, 5000);
  g_assert_cmpuint (out->len, ==, 5000 * (LOG_STAMP_SIZE + 1));
  g_assert_true (g_str_has_suffix (out->str, "1970-01-01T00:00:00.999Z \n"));
}

static void
test_a_clock_out_of_range_is_shown_as_its_end (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  LogStamps stamps = { .write = on_write, .user = out };

  log_stamps_add (&stamps, INT64_MIN, "a\n", 2);
  log_stamps_add (&stamps, INT64_MAX, "b\n", 2);
  expect (out, "1970-01-01T00:00:00.000Z a\n9999-12-31T23:59:59.999Z b\n");
}

#define ADD(name) g_test_add_func ("/log-stamps/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_line_has_the_time_of_its_first_byte);
  ADD (long_lines_and_other_bytes_pass_as_they_are);
  ADD (many_short_lines_are_complete);
  ADD (a_clock_out_of_range_is_shown_as_its_end);
  return g_test_run ();
}
