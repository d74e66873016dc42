/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/progress-file.h"
#include "daemon/posix/fd.h"
#include "tests/support/job-folder.h"

typedef struct
{
  JobFolder folder;
  int fd;
  ProgressWriter writer;
  ProgressReader reader;
  GString *lines; /* those that were read, with newlines; "?" for one that is too long */
} Fixture;

static void
on_line (void *user, const char *line, size_t length)
{
  GString *lines = user;

  if (line == NULL)
    g_string_append_c (lines, '?');
  else
    g_string_append_len (lines, line, (gssize) length);
  g_string_append_c (lines, '\n');
}

static void
set_up (Fixture *f, gconstpointer data)
{
  job_folder_init (&f->folder);
  f->fd = fd_open_folder (f->folder.path);
  f->lines = g_string_new (NULL);
  g_assert_cmpint (progress_writer_open (&f->writer, f->fd), ==, 0);
  progress_reader_init (&f->reader, on_line, f->lines);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_string_free (f->lines, true);
  fd_clear (&f->writer.fd);
  fd_clear (&f->fd);
  job_folder_clear (&f->folder);
}

static void
feed (Fixture *f, const char *text)
{
  progress_writer_feed (&f->writer, text, strlen (text));
}

/* What came since the last time. */
static void
assert_read (Fixture *f, const char *expected)
{
  g_assert_cmpint (progress_reader_read (&f->reader, f->folder.path), ==, 0);
  g_assert_cmpstr (f->lines->str, ==, expected);
  g_string_truncate (f->lines, 0);
}

static void
test_what_is_written_is_read_line_by_line (Fixture *f, gconstpointer data)
{
  assert_read (f, "");
  feed (f, "one\ntw");
  assert_read (f, "one\n");
  feed (f, "o\n\nthree\n");
  assert_read (f, "two\n\nthree\n");
  feed (f, "last");
  assert_read (f, "");
  progress_writer_close (&f->writer);
  assert_read (f, "last\n");
}

/* Both sides have the same limit: what the shim stores, the daemon takes. */
static void
test_the_longest_line_is_stored_and_read (Fixture *f, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (PROGRESS_MAX_LINE - 1, 'x');
  g_autofree char *expected = g_strconcat (longest, "\n", NULL);

  feed (f, expected);
  assert_read (f, expected);
}

static void
test_a_longer_line_becomes_a_remark (Fixture *f, gconstpointer data)
{
  g_autofree char *longer = g_strnfill (PROGRESS_MAX_LINE, 'x');
  g_autofree char *start = g_strnfill (64, 'x');
  g_autofree char *expected = g_strdup_printf ("too long (over 4096 bytes): %s\nnext\n", start);

  feed (f, longer);
  feed (f, "\nnext\n");
  assert_read (f, expected);
}

/* A job may write into the file by itself. */
static void
test_a_line_that_is_too_long_is_reported_as_that (Fixture *f, gconstpointer data)
{
  g_autofree char *longer = g_strnfill (PROGRESS_MAX_LINE, 'x');
  g_autofree char *text = g_strconcat ("a\n", longer, "\nb\n", NULL);

  job_folder_write (&f->folder, "progress.jsonl", text);
  assert_read (f, "a\n?\nb\n");
}

/* When the file is full its last line goes on changing, so that a job's progress stays true. */
static void
test_a_full_progress_file_keeps_its_last_line_up_to_date (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  f->writer.cap = 40;
  for (int i = 1; i <= 9; i++)
    {
      g_autofree char *line = g_strdup_printf ("{\"step\":%d}\n", i);

      feed (f, line);
    }
  progress_writer_close (&f->writer);
  text = job_folder_read (&f->folder, "progress.jsonl");
  g_assert_cmpstr (text, ==, "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n      \n{\"step\":9}\n");
}

/* After the cap it is the same offset and another text. */
static void
test_the_last_line_of_a_full_file_is_read_again (Fixture *f, gconstpointer data)
{
  f->writer.size = PROGRESS_FILE_CAP - 4;
  g_assert_cmpint (ftruncate (f->writer.fd, (off_t) f->writer.size), ==, 0);
  f->reader.offset = f->writer.size;
  feed (f, "abc\n");
  assert_read (f, "abc\n");
  feed (f, "first\n");
  assert_read (f, "first\n");
  feed (f, "second\n");
  assert_read (f, "second\n");
}

static void
test_a_missing_file_is_empty_and_a_fifo_is_an_error (Fixture *f, gconstpointer data)
{
  g_autofree char *path = job_folder_file (&f->folder, "progress.jsonl");

  g_assert_cmpint (remove (path), ==, 0);
  assert_read (f, "");
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_cmpint (progress_reader_read (&f->reader, f->folder.path), <, 0);
}

#define ADD(name) \
  g_test_add ("/progress-file/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (what_is_written_is_read_line_by_line);
  ADD (the_longest_line_is_stored_and_read);
  ADD (a_longer_line_becomes_a_remark);
  ADD (a_line_that_is_too_long_is_reported_as_that);
  ADD (a_full_progress_file_keeps_its_last_line_up_to_date);
  ADD (the_last_line_of_a_full_file_is_read_again);
  ADD (a_missing_file_is_empty_and_a_fifo_is_an_error);
  return g_test_run ();
}
