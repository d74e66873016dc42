/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/lock-record.h"
#include "daemon/attempt/log-ring.h"
#include "daemon/posix/fd.h"
#include "tests/support/job-folder.h"

/* The logs are vestim-run's own, so that both sides agree on where the ring starts. */

#define MARK "\n[… 31891147 bytes left out …]\n"
#define HEAD (32 << 20)

/* As the shim does, in pieces of any size. */
static void
write_log (const JobFolder *folder, const char *bytes, uint64_t total)
{
  const LockRecord record = { .attempt = 1, .boot_id = "unknown" };
  LockRecord before;
  LogWriter log;
  int fd = fd_open_folder (folder->path), lock = lock_record_open (fd, &before);

  g_assert_cmpint (lock_record_write (lock, &record), ==, 0);
  g_assert_cmpint (log_writer_open (&log, fd, lock), ==, 0);
  for (uint64_t done = 0, n = 1; done < total; done += n)
    {
      n = MIN ((done * 31 + 1) % 100000, total - done);
      log_writer_append (&log, bytes + done, n);
    }
  g_assert_cmpuint (log.total, ==, total);
  log_writer_close (&log);
  fd_clear (&lock);
  fd_clear (&fd);
}

static char *
read_all (LogReader *log, size_t *length)
{
  char *text = g_malloc (log_reader_size (log) + 1);
  int64_t n = log_reader_read (log, 0, text, log_reader_size (log) + 1);

  g_assert_cmpint (n, ==, (int64_t) log_reader_size (log));
  text[n] = '\0';
  *length = (size_t) n;
  return text;
}

static void
assert_tail (LogReader *log, uint64_t n_lines, const char *expected)
{
  char text[256] = "";
  uint64_t offset;

  g_assert_cmpint (log_reader_find_tail (log, n_lines, &offset), ==, 0);
  g_assert_cmpint (log_reader_read (log, offset, text, sizeof text - 1), >=, 0);
  g_assert_cmpstr (text, ==, expected);
}

/* "Empty before the start". */
static void
test_a_missing_log_is_empty (void)
{
  JobFolder folder;
  LogReader *log;
  uint64_t offset;
  char byte;

  job_folder_init (&folder);
  g_assert_cmpint (log_reader_open (&log, folder.path), ==, 0);
  g_assert_cmpuint (log_reader_size (log), ==, 0);
  g_assert_cmpint (log_reader_read (log, 0, &byte, 1), ==, 0);
  g_assert_cmpint (log_reader_find_tail (log, 5, &offset), ==, 0);
  g_assert_cmpuint (offset, ==, 0);
  log_reader_close (log);
  job_folder_clear (&folder);
}

static void
test_a_short_log_is_read_as_it_is (void)
{
  JobFolder folder;
  g_autofree char *text = NULL;
  LogReader *log;
  size_t length;

  job_folder_init (&folder);
  job_folder_write (&folder, "log.txt", "one\ntwo\nthree\n");
  g_assert_cmpint (log_reader_open (&log, folder.path), ==, 0);
  text = read_all (log, &length);
  g_assert_cmpstr (text, ==, "one\ntwo\nthree\n");
  log_reader_close (log);
  job_folder_clear (&folder);
}

static void
test_the_tail_is_counted_in_lines (void)
{
  JobFolder folder;
  LogReader *log;

  job_folder_init (&folder);
  job_folder_write (&folder, "log.txt", "one\ntwo\n\nfour");
  g_assert_cmpint (log_reader_open (&log, folder.path), ==, 0);
  assert_tail (log, 0, "");
  assert_tail (log, 1, "four");
  assert_tail (log, 2, "\nfour");
  assert_tail (log, 3, "two\n\nfour");
  assert_tail (log, 4, "one\ntwo\n\nfour");
  assert_tail (log, 1000, "one\ntwo\n\nfour");
  log_reader_close (log);
  job_folder_clear (&folder);
}

/* The newline at the end closes the last line, it does not open one more. */
static void
test_a_newline_at_the_end_is_no_line (void)
{
  JobFolder folder;
  LogReader *log;

  job_folder_init (&folder);
  job_folder_write (&folder, "log.txt", "one\ntwo\n");
  g_assert_cmpint (log_reader_open (&log, folder.path), ==, 0);
  g_assert_false (log_reader_get_gap (log, &(LogGap){ 0 }));
  assert_tail (log, 1, "two\n");
  assert_tail (log, 2, "one\ntwo\n");
  log_reader_close (log);
  job_folder_clear (&folder);
}

/* The first and the last 32 MiB in the right order, with the gap marked between. */
static void
test_a_wrapped_log_is_unrolled (void)
{
  JobFolder folder;
  g_autofree char *text = NULL;
  LogReader *log;
  LogGap gap;
  size_t length;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "seq 1000000000 1009000000");
  g_assert_cmpint (log_reader_open (&log, folder.path), ==, 0);
  text = read_all (log, &length);
  g_assert_true (log_reader_get_gap (log, &gap));
  g_assert_cmpuint (gap.offset, ==, HEAD);
  g_assert_cmpuint (gap.length, ==, strlen (MARK));
  g_assert_cmpuint (gap.left_out, ==, 31891147);
  g_assert_cmpuint (length, ==, 2 * HEAD + strlen (MARK));
  g_assert_true (g_str_has_prefix (text, "1000000000\n1000000001\n"));
  g_assert_true (g_str_has_prefix (text + HEAD, MARK));
  g_assert_true (g_str_has_suffix (text, "\n1008999999\n1009000000\n"));
  assert_tail (log, 2, "1008999999\n1009000000\n");
  /* Every whole line of the last part follows the one before. */
  for (gint64 line = 1009000000 - HEAD / 11 + 2; line < 1009000000; line += 997)
    g_assert_cmpint (g_ascii_strtoll (text + length - 11 * (1009000001 - line), NULL, 10), ==,
                     line);
  log_reader_close (log);
  job_folder_clear (&folder);
}

/* What a range request reads piece by piece must be what one read gives. */
static void
test_pieces_across_the_seams_fit (void)
{
  JobFolder folder;
  g_autofree char *text = NULL;
  char piece[64];
  LogReader *log;
  size_t length;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "seq 1000000000 1009000000");
  g_assert_cmpint (log_reader_open (&log, folder.path), ==, 0);
  text = read_all (log, &length);
  for (size_t offset = HEAD - 70; offset < HEAD + 70; offset++)
    {
      g_assert_cmpint (log_reader_read (log, offset, piece, sizeof piece), ==, sizeof piece);
      g_assert_cmpmem (piece, sizeof piece, text + offset, sizeof piece);
    }
  g_assert_cmpint (log_reader_read (log, length - 10, piece, sizeof piece), ==, 10);
  g_assert_cmpint (log_reader_read (log, length + 10, piece, sizeof piece), ==, 0);
  log_reader_close (log);
  job_folder_clear (&folder);
}

/* Byte for byte, where the ring is just full, one byte over, and round more than once. */
static void
test_a_reader_gets_what_the_writer_stored (void)
{
  const uint64_t totals[] = { 2 * HEAD, 2 * HEAD + 1, 3 * HEAD, 3 * HEAD + 12345 };
  g_autofree char *bytes = g_malloc (4 * HEAD);

  for (size_t i = 0; i < 4 * HEAD; i++)
    bytes[i] = (char) ('a' + i * 7 / 5 % 26);
  for (size_t i = 0; i < G_N_ELEMENTS (totals); i++)
    {
      g_autofree char *text = NULL;
      JobFolder folder;
      LogReader *log;
      size_t length;
      uint64_t left_out = totals[i] - 2 * HEAD;

      job_folder_init (&folder);
      write_log (&folder, bytes, totals[i]);
      g_assert_cmpint (log_reader_open (&log, folder.path), ==, 0);
      text = read_all (log, &length);
      g_assert_cmpmem (text, HEAD, bytes, HEAD);
      g_assert_cmpmem (text + length - HEAD, HEAD, bytes + HEAD + left_out, HEAD);
      g_assert_cmpint (log_reader_get_gap (log, &(LogGap){ 0 }), ==, left_out > 0);
      log_reader_close (log);
      job_folder_clear (&folder);
    }
}

/* A job can replace its log by anything. */
static void
test_a_link_or_a_folder_is_no_log (void)
{
  JobFolder folder;
  g_autofree char *path = NULL;
  LogReader *log;

  job_folder_init (&folder);
  path = job_folder_file (&folder, "log.txt");
  g_assert_cmpint (symlink ("/etc/passwd", path), ==, 0);
  g_assert_cmpint (log_reader_open (&log, folder.path), <, 0);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (mkdir (path, 0700), ==, 0);
  g_assert_cmpint (log_reader_open (&log, folder.path), <, 0);
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/log-ring/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_missing_log_is_empty);
  ADD (a_short_log_is_read_as_it_is);
  ADD (the_tail_is_counted_in_lines);
  ADD (a_newline_at_the_end_is_no_line);
  ADD (a_wrapped_log_is_unrolled);
  ADD (pieces_across_the_seams_fit);
  ADD (a_reader_gets_what_the_writer_stored);
  ADD (a_link_or_a_folder_is_no_log);
  return g_test_run ();
}
