/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/attempt/lock-record.h"
#include "daemon/posix/fd.h"
#include "tests/support/job-folder.h"

typedef struct
{
  JobFolder folder;
  int fd;
  int lock;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  LockRecord record;

  job_folder_init (&f->folder);
  f->fd = fd_open_folder (f->folder.path);
  f->lock = lock_record_open (f->fd, &record);
  g_assert_cmpint (f->lock, >=, 0);
  g_assert_cmpint (record.attempt, ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  fd_clear (&f->lock);
  fd_clear (&f->fd);
  job_folder_clear (&f->folder);
}

static const LockRecord full = {
  .attempt = G_MAXINT,
  .pid = G_MAXINT,
  .start = G_MAXUINT64,
  .boot_id = "01234567-89ab-cdef-0123-456789abcdef",
  .started_at = G_MAXINT64,
  .job_pid = 1,
  .job_start = 2,
  .log_pipe = G_MAXUINT64,
  .progress_pipe = 3,
  .pid_namespace = 4,
  .log_bytes = G_MAXUINT64,
};

static void
assert_equal (const LockRecord *a, const LockRecord *b)
{
  g_assert_cmpint (a->attempt, ==, b->attempt);
  g_assert_cmpint (a->pid, ==, b->pid);
  g_assert_cmpuint (a->start, ==, b->start);
  g_assert_cmpstr (a->boot_id, ==, b->boot_id);
  g_assert_cmpint (a->started_at, ==, b->started_at);
  g_assert_cmpint (a->job_pid, ==, b->job_pid);
  g_assert_cmpuint (a->job_start, ==, b->job_start);
  g_assert_cmpuint (a->log_pipe, ==, b->log_pipe);
  g_assert_cmpuint (a->progress_pipe, ==, b->progress_pipe);
  g_assert_cmpuint (a->pid_namespace, ==, b->pid_namespace);
  g_assert_cmpuint (a->log_bytes, ==, b->log_bytes);
}

static void
test_what_is_written_is_read_back (Fixture *f, gconstpointer data)
{
  LockRecord record;

  g_assert_cmpint (lock_record_write (f->lock, &full), ==, 0);
  g_assert_true (lock_record_read (f->fd, &record));
  assert_equal (&record, &full);
}

static void
test_a_shim_describes_itself (Fixture *f, gconstpointer data)
{
  LockRecord written, record;

  lock_record_init (&written, 7);
  g_assert_cmpint (written.pid, ==, getpid ());
  g_assert_cmpuint (written.start, >, 0);
  g_assert_cmpint (lock_record_write (f->lock, &written), ==, 0);
  g_assert_true (lock_record_read (f->fd, &record));
  assert_equal (&record, &written);
}

/* One write replaces it, however large the numbers are; an older daemon may still read it. */
static void
test_the_text_has_a_fixed_width (Fixture *f, gconstpointer data)
{
  const LockRecord empty = { .attempt = 1, .boot_id = "unknown" };
  g_autofree char *one = NULL, *two = NULL;

  lock_record_write (f->lock, &full);
  one = job_folder_read (&f->folder, "run.lock");
  lock_record_write (f->lock, &empty);
  two = job_folder_read (&f->folder, "run.lock");
  g_assert_cmpuint (strlen (one), ==, strlen (two));
  g_assert_true (g_str_has_prefix (two, "{\"version\":1,\"attempt\":          1,\"pid\":"));
  g_assert_true (g_str_has_suffix (two, ",\"log_bytes\":                   0}\n"));
}

static void
test_the_count_of_log_bytes_is_rewritten_alone (Fixture *f, gconstpointer data)
{
  LockRecord expected = full, record;

  lock_record_write (f->lock, &full);
  lock_record_write_log_bytes (f->lock, 12345);
  expected.log_bytes = 12345;
  g_assert_true (lock_record_read (f->fd, &record));
  assert_equal (&record, &expected);
}

/* The text of a copied or restored folder describes the processes of the original. */
static void
test_a_copied_text_is_known_as_one (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *lock = g_build_filename (f->folder.path, "run.lock", NULL);
  g_autofree char *moved = g_build_filename (f->folder.path, "moved", NULL);
  LockRecord record;

  lock_record_write (f->lock, &full);
  g_assert_true (lock_record_read (f->fd, &record) && !record.is_copy);
  g_assert_cmpint (rename (lock, moved), ==, 0);
  text = job_folder_read (&f->folder, "moved");
  job_folder_write (&f->folder, "run.lock", text);
  g_assert_true (lock_record_read (f->fd, &record) && record.is_copy);
  assert_equal (&record, &full);
  g_assert_cmpint (rename (moved, lock), ==, 0);
  g_assert_true (lock_record_read (f->fd, &record) && !record.is_copy);
}

/* Version 0.1 wrote it without device and inode. */
static void
test_an_older_text_is_no_copy (Fixture *f, gconstpointer data)
{
  LockRecord record;

  job_folder_write (
      &f->folder, "run.lock",
      "{\"version\":1,\"attempt\":          3,\"pid\":          7,\"start_time\":                  "
      " 8,"
      "\"boot_id\":\"01234567-89ab-cdef-0123-456789abcdef\",\"started_at\":                   9,"
      "\"job_pid\":         10,\"job_start_time\":                  11,"
      "\"log_pipe\":                  12,\"progress_pipe\":                  13,"
      "\"log_bytes\":                  14}\n");
  g_assert_true (lock_record_read (f->fd, &record));
  g_assert_cmpint (record.attempt, ==, 3);
  g_assert_cmpuint (record.log_bytes, ==, 14);
  g_assert_false (record.is_copy);
}

/* A job may write anything there: in doubt no attempt was recorded. */
static void
test_a_text_of_others_is_no_record (Fixture *f, gconstpointer data)
{
  static const char *const texts[] = { "", "{}", "garbage\n", "{\"version\":1,\"attempt\":1}\n" };
  g_autofree char *whole = NULL;
  LockRecord record;

  lock_record_write (f->lock, &full);
  whole = job_folder_read (&f->folder, "run.lock");
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      job_folder_write (&f->folder, "run.lock", texts[i]);
      g_assert_false (lock_record_read (f->fd, &record));
      g_assert_cmpint (record.attempt, ==, 0);
    }
  whole[strlen (whole) / 2] = '\0';
  job_folder_write (&f->folder, "run.lock", whole);
  g_assert_false (lock_record_read (f->fd, &record));
  g_assert_cmpint (record.pid, ==, 0);
}

/* What a job appends must not hide that the attempt was started. */
static void
test_a_text_after_the_record_is_ignored (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL, *longer = NULL;
  LockRecord record;

  lock_record_write (f->lock, &full);
  text = job_folder_read (&f->folder, "run.lock");
  longer = g_strconcat (text, "garbage\n", NULL);
  job_folder_write (&f->folder, "run.lock", longer);
  g_assert_true (lock_record_read (f->fd, &record));
  assert_equal (&record, &full);
}

/* A process does not see its own lock: another one has to ask. */
static void
test_the_holder_is_named_and_keeps_others_out (Fixture *f, gconstpointer data)
{
  pid_t holder = getpid (), pid = fork ();
  int status = 0;
  LockRecord record;

  if (pid == 0)
    _exit (lock_record_open (f->fd, &record) == -EBUSY && lock_record_find_holder (f->fd) == holder
               ? 0
               : 1);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

static void
test_nobody_holds_what_is_missing (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (lock_record_find_holder (-1), ==, 0);
}

#define ADD(name) g_test_add ("/lock-record/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (what_is_written_is_read_back);
  ADD (a_shim_describes_itself);
  ADD (the_text_has_a_fixed_width);
  ADD (the_count_of_log_bytes_is_rewritten_alone);
  ADD (a_copied_text_is_known_as_one);
  ADD (an_older_text_is_no_copy);
  ADD (a_text_of_others_is_no_record);
  ADD (a_text_after_the_record_is_ignored);
  ADD (the_holder_is_named_and_keeps_others_out);
  ADD (nobody_holds_what_is_missing);
  return g_test_run ();
}
