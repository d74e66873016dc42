/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/log-follow.h"

#include <errno.h>
#include <glib.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "daemon/attempt/lock-record.h"
#include "daemon/attempt/log-ring.h"
#include "daemon/posix/fd.h"
#include "tests/support/job-folder.h"

#define MIB (1024 * 1024)
#define CHUNK ((uint64_t) 64 * 1024) /* what the shim writes at once */

/* A shim's side of a job folder: the same calls in the same order. */
typedef struct
{
  JobFolder folder;
  int fd;
  int lock;
  LogWriter log;
  uint64_t written;
} Shim;

/* Byte n of what the job wrote, so that a test knows each byte by its place. */
static char
byte_at (uint64_t n)
{
  return n % 64 == 63 ? '\n' : (char) ('a' + (n / 64 * 7 + n) % 26);
}

static void
begin_attempt (Shim *shim, int attempt)
{
  LockRecord last, record = { .attempt = attempt, .boot_id = "unknown" };

  lock_record_read (shim->fd, &last);
  if (attempt > 1)
    {
      log_writer_close (&shim->log);
      g_assert_cmpint (log_ring_rotate (shim->fd, last.log_bytes), ==, 0);
    }
  g_assert_cmpint (log_writer_open (&shim->log, shim->fd, shim->lock), ==, 0);
  g_assert_cmpint (lock_record_write (shim->lock, &record), ==, 0);
  shim->written = 0;
}

static void
shim_init (Shim *shim)
{
  LockRecord before;

  job_folder_init (&shim->folder);
  shim->fd = fd_open_folder (shim->folder.path);
  shim->lock = lock_record_open (shim->fd, &before);
}

static void
shim_clear (Shim *shim)
{
  log_writer_close (&shim->log);
  fd_clear (&shim->lock);
  fd_clear (&shim->fd);
  job_folder_clear (&shim->folder);
}

static void
write_bytes (Shim *shim, uint64_t n)
{
  g_autofree char *chunk = g_malloc (CHUNK);

  while (n > 0)
    {
      size_t size = MIN (n, CHUNK);

      for (size_t i = 0; i < size; i++)
        chunk[i] = byte_at (shim->written + i);
      log_writer_append (&shim->log, chunk, size);
      shim->written += size;
      n -= size;
    }
}

static void
write_text (Shim *shim, const char *text)
{
  log_writer_append (&shim->log, text, strlen (text));
}

/* Everything up to the present end, in pieces. */
static GString *
read_on (const Shim *shim, LogPlace *place, size_t piece)
{
  g_autofree char *buffer = g_malloc (piece);
  GString *text = g_string_new (NULL);
  int64_t n;

  while ((n = log_follow_read (shim->folder.path, place, buffer, piece)) > 0)
    g_string_append_len (text, buffer, n);
  g_assert_cmpint (n, ==, 0);
  return text;
}

static void
expect_next (const Shim *shim, LogPlace *place, const char *expected)
{
  g_autoptr (GString) text = read_on (shim, place, LOG_FOLLOW_MIN);

  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_what_is_added_is_read_once (void)
{
  LogPlace place = { .attempt = 1, .last_attempt = INT_MAX };
  Shim shim;

  shim_init (&shim);
  expect_next (&shim, &place, ""); /* before the start */
  begin_attempt (&shim, 1);
  write_text (&shim, "one\n");
  expect_next (&shim, &place, "one\n");
  expect_next (&shim, &place, "");
  write_text (&shim, "two");
  write_text (&shim, "\n");
  expect_next (&shim, &place, "two\n");
  shim_clear (&shim);
}

/* A reader that keeps up gets every byte, also when the file is full and its ring goes round. */
static void
test_the_ring_is_followed_without_a_gap (void)
{
  LogPlace place = { .attempt = 1, .last_attempt = INT_MAX };
  uint64_t n_read = 0;
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  for (int i = 0; i < 14; i++)
    {
      g_autoptr (GString) text = NULL;

      write_bytes (&shim, 10 * MIB + 12345);
      text = read_on (&shim, &place, MIB + 1);
      for (size_t k = 0; k < text->len; k++)
        if (text->str[k] != byte_at (n_read + k))
          g_error ("byte %" G_GUINT64_FORMAT " is wrong", n_read + k);
      n_read += text->len;
    }
  g_assert_cmpuint (n_read, ==, shim.written);
  shim_clear (&shim);
}

/* The line says exactly how many bytes are missing, so the count of the rest is known. */
static void
assert_gap (const GString *text, uint64_t total)
{
  const char *line = text->str + LOG_RING_HEAD, *rest;
  uint64_t left_out;

  g_assert_true (g_str_has_prefix (line, "\n[… "));
  left_out = g_ascii_strtoull (line + strlen ("\n[… "), NULL, 10);
  rest = strchr (line + 1, '\n') + 1;
  g_assert_cmpuint (text->len - (size_t) (rest - text->str) + left_out + LOG_RING_HEAD, ==, total);
  for (size_t i = 0; rest + i < text->str + text->len; i++)
    if (rest[i] != byte_at (LOG_RING_HEAD + left_out + i))
      g_error ("byte %zu after the gap is wrong", i);
}

static void
test_a_gap_is_marked_where_bytes_are_missing (void)
{
  LogPlace live = { .attempt = 1, .last_attempt = INT_MAX }, over = { 1, 1, 0 };
  g_autoptr (GString) text = NULL, whole = NULL;
  LogReader *log = NULL;
  g_autofree char *expected = NULL;
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  write_bytes (&shim, 100 * MIB);
  text = read_on (&shim, &live, 3 * MIB);
  assert_gap (text, 100 * MIB);

  /* Of a job that is over, it is exactly the log as it is read in one go. */
  whole = read_on (&shim, &over, 5 * MIB);
  assert_gap (whole, 100 * MIB);
  g_assert_cmpint (log_reader_open (&log, shim.folder.path), ==, 0);
  g_assert_cmpuint (log_reader_size (log), ==, whole->len);
  expected = g_malloc (whole->len);
  g_assert_cmpint (log_reader_read (log, 0, expected, whole->len), ==, (int64_t) whole->len);
  g_assert_true (memcmp (expected, whole->str, whole->len) == 0);
  log_reader_close (log);

  /* One that falls behind later gets a line with the number of what it missed. */
  write_bytes (&shim, 50 * MIB);
  g_string_free (g_steal_pointer (&text), TRUE);
  text = read_on (&shim, &live, MIB);
  g_assert_true (g_str_has_prefix (text->str, "\n[… "));
  g_assert_cmpuint (g_ascii_strtoull (text->str + strlen ("\n[… "), NULL, 10), >=, 18 * MIB);
  shim_clear (&shim);
}

static gpointer
write_much (gpointer user)
{
  write_bytes (user, 400 * (uint64_t) MIB);
  return NULL;
}

/* The job may overwrite what is being read: such bytes must not pass for those at their place. */
static void
test_a_reader_that_is_overtaken_gets_no_wrong_byte (void)
{
  g_autofree char *buffer = g_malloc (MIB);
  LogPlace place = { .attempt = 1, .last_attempt = INT_MAX };
  GThread *writer;
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  writer = g_thread_new ("shim", write_much, &shim);
  while (place.offset < 400 * (uint64_t) MIB)
    {
      uint64_t before = place.offset;
      int64_t n = log_follow_read (shim.folder.path, &place, buffer, MIB);

      if (n == -EAGAIN)
        continue;
      g_assert_cmpint (n, >=, 0);
      if (n > 0 && buffer[0] == '\n' && place.offset - before != (uint64_t) n)
        continue; /* the line of a gap */
      g_assert_cmpuint (place.offset - before, ==, (uint64_t) n);
      for (int64_t i = 0; i < n; i++)
        if (buffer[i] != byte_at (before + (uint64_t) i))
          g_error ("byte %" G_GUINT64_FORMAT " is wrong", before + (uint64_t) i);
    }
  g_thread_join (writer);
  shim_clear (&shim);
}

static void
test_it_begins_at_the_last_lines_or_bytes (void)
{
  static const struct
  {
    int64_t n_lines;
    int64_t n_bytes;
    const char *expected;
  } cases[] = { { -1, -1, "one\ntwo\nthree\n" },
                { 2, -1, "two\nthree\n" },
                { 2, 8, "o\nthree\n" },
                { 1, 100, "three\n" },
                { -1, 3, "ee\n" },
                { 0, -1, "" },
                { -1, 0, "" } };
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  write_text (&shim, "one\ntwo\nthree\n");
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LogPlace place = { .attempt = 1, .last_attempt = INT_MAX };

      g_assert_cmpint (
          log_follow_begin (shim.folder.path, &place, cases[i].n_lines, cases[i].n_bytes), ==, 0);
      expect_next (&shim, &place, cases[i].expected);
    }
  shim_clear (&shim);
}

static void
test_it_begins_at_the_end_of_a_ring (void)
{
  LogPlace place = { .attempt = 1, .last_attempt = INT_MAX }, all = place;
  g_autoptr (GString) text = NULL;
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  write_bytes (&shim, 80 * MIB);
  g_assert_cmpint (log_follow_begin (shim.folder.path, &place, 2, -1), ==, 0);
  g_assert_cmpuint (place.offset, ==, 80 * MIB - 128);
  g_assert_cmpint (log_follow_begin (shim.folder.path, &all, -1, 65 * MIB), ==, 0);
  text = read_on (&shim, &all, MIB);
  assert_gap (text, 80 * MIB);
  shim_clear (&shim);
}

static void
test_the_next_attempt_comes_after_the_rest_of_the_last_one (void)
{
  LogPlace place = { .attempt = 1, .last_attempt = INT_MAX }, new = { 2, INT_MAX, 0 };
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  write_text (&shim, "one\n");
  expect_next (&shim, &place, "one\n");
  g_assert_cmpint (log_follow_begin (shim.folder.path, &new, -1, -1), ==, 0);
  expect_next (&shim, &new, ""); /* the log of attempt 1 is not its own */
  write_text (&shim, "rest\n");
  begin_attempt (&shim, 2);
  write_text (&shim, "two\n");
  expect_next (&shim, &place, "rest\ntwo\n");
  expect_next (&shim, &new, "two\n");
  write_text (&shim, "three\n");
  expect_next (&shim, &place, "three\n");
  shim_clear (&shim);
}

static void
test_it_ends_with_the_last_attempt_that_it_wants (void)
{
  LogPlace place = { .attempt = 1, .last_attempt = 1 }, late = place;
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  write_text (&shim, "one\n");
  begin_attempt (&shim, 2);
  write_text (&shim, "two\n");
  expect_next (&shim, &place, "one\n");
  begin_attempt (&shim, 3);
  expect_next (&shim, &late, "\n[… the rest of attempt 1 may be missing …]\n");
  expect_next (&shim, &late, "");
  shim_clear (&shim);
}

/* Nobody can say what attempt 1 wrote: the folder keeps one earlier log. */
static void
test_attempts_that_were_missed_are_named (void)
{
  LogPlace place = { .attempt = 1, .last_attempt = INT_MAX };
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  write_text (&shim, "one\n");
  begin_attempt (&shim, 2);
  write_text (&shim, "two\n");
  begin_attempt (&shim, 3);
  write_text (&shim, "three\n");
  expect_next (&shim, &place, "\n[… the rest of attempt 1 may be missing …]\ntwo\nthree\n");
  shim_clear (&shim);
}

/* A long log is copied in the right order for log.1.txt, with a line at its gap. */
static void
test_the_rest_of_a_long_log_is_read_from_its_copy (void)
{
  LogPlace place = { .attempt = 1, .last_attempt = INT_MAX }, behind = place;
  g_autoptr (GString) text = NULL, all = NULL;
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  write_bytes (&shim, 80 * MIB);
  g_string_free (read_on (&shim, &place, MIB), TRUE);
  write_bytes (&shim, 5000);
  begin_attempt (&shim, 2);
  write_text (&shim, "two\n");
  text = read_on (&shim, &place, MIB);
  g_assert_cmpuint (text->len, ==, 5000 + 4);
  for (size_t i = 0; i < 5000; i++)
    g_assert_cmpint (text->str[i], ==, byte_at (80 * MIB + i));
  all = read_on (&shim, &behind, MIB);
  g_assert_true (g_str_has_suffix (all->str, "two\n"));
  g_string_truncate (all, all->len - 4);
  assert_gap (all, 80 * MIB + 5000);
  shim_clear (&shim);
}

/* What a job puts in the place of its log is nobody's log. */
static void
test_a_link_is_not_followed (void)
{
  LogPlace place = { .attempt = 1, .last_attempt = INT_MAX };
  char buffer[LOG_FOLLOW_MIN];
  Shim shim;

  shim_init (&shim);
  begin_attempt (&shim, 1);
  g_assert_cmpint (unlinkat (shim.fd, "log.txt", 0), ==, 0);
  expect_next (&shim, &place, "");
  g_assert_cmpint (symlinkat ("/etc/passwd", shim.fd, "log.txt"), ==, 0);
  g_assert_cmpint (log_follow_read (shim.folder.path, &place, buffer, sizeof buffer), <, 0);
  shim_clear (&shim);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/log-follow/" path, test_##name)
  ADD ("added", what_is_added_is_read_once);
  ADD ("ring", the_ring_is_followed_without_a_gap);
  ADD ("gap", a_gap_is_marked_where_bytes_are_missing);
  ADD ("overtaken", a_reader_that_is_overtaken_gets_no_wrong_byte);
  ADD ("begin", it_begins_at_the_last_lines_or_bytes);
  ADD ("begin-ring", it_begins_at_the_end_of_a_ring);
  ADD ("next", the_next_attempt_comes_after_the_rest_of_the_last_one);
  ADD ("last", it_ends_with_the_last_attempt_that_it_wants);
  ADD ("missed", attempts_that_were_missed_are_named);
  ADD ("copy", the_rest_of_a_long_log_is_read_from_its_copy);
  ADD ("link", a_link_is_not_followed);
  return g_test_run ();
}
