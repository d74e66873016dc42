/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/exit-record.h"
#include "daemon/posix/fd.h"
#include "tests/support/job-folder.h"

typedef struct
{
  JobFolder folder;
  int fd;
  ExitRecord record;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  job_folder_init (&f->folder);
  f->fd = fd_open_folder (f->folder.path);
  exit_record_init (&f->record, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  exit_record_clear (&f->record);
  fd_clear (&f->fd);
  job_folder_clear (&f->folder);
}

static void
commit (Fixture *f, const ExitRecord *record)
{
  int fd = exit_record_prepare (f->fd);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (exit_record_commit (f->fd, fd, record), ==, 0);
}

static void
test_what_is_written_is_read_back (Fixture *f, gconstpointer data)
{
  const ExitRecord written = {
    .attempt = G_MAXINT,
    .exit_code = 255,
    .error = (char *) "cannot start 'a\"b\\c\n': ü",
    .stopped = true,
    .timed_out = true,
    .started_at = G_MAXINT64,
    .finished_at = 1,
    .wall_s = 12.5,
    .cpu_s = 1e15,
    .max_rss_kb = G_MAXINT64,
    .log_bytes = G_MAXUINT64,
    .progress_bytes = G_MAXUINT64,
    .fenced = true,
  };

  commit (f, &written);
  g_assert_true (exit_record_read (f->fd, &f->record));
  g_assert_cmpint (f->record.attempt, ==, G_MAXINT);
  g_assert_cmpint (f->record.exit_code, ==, 255);
  g_assert_null (f->record.signal);
  g_assert_cmpstr (f->record.error, ==, written.error);
  g_assert_true (f->record.stopped && f->record.timed_out && !f->record.lost);
  g_assert_cmpint (f->record.started_at, ==, G_MAXINT64);
  g_assert_cmpint (f->record.finished_at, ==, 1);
  g_assert_cmpfloat (f->record.wall_s, ==, 12.5);
  g_assert_cmpfloat (f->record.cpu_s, ==, 1e15);
  g_assert_cmpint (f->record.max_rss_kb, ==, G_MAXINT64);
  g_assert_cmpuint (f->record.log_bytes, ==, G_MAXUINT64);
  g_assert_cmpuint (f->record.progress_bytes, ==, G_MAXUINT64);
  g_assert_true (f->record.fenced);
}

static void
test_what_is_unknown_stays_unknown (Fixture *f, gconstpointer data)
{
  ExitRecord written;

  exit_record_init (&written, 3);
  written.lost = true;
  commit (f, &written);
  g_assert_true (exit_record_read (f->fd, &f->record));
  g_assert_cmpint (f->record.attempt, ==, 3);
  g_assert_true (f->record.lost);
  g_assert_cmpint (f->record.exit_code, ==, -1);
  g_assert_null (f->record.error);
  g_assert_true (isnan (f->record.wall_s) && isnan (f->record.cpu_s));
  g_assert_cmpint (f->record.max_rss_kb, ==, -1);
}

/* Those who read the file by themselves rely on its form; see vestim-run(1). */
static void
test_the_text_is_one_line_of_json (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;
  ExitRecord written;

  exit_record_init (&written, 1);
  exit_record_set_status (&written, 7 << 8);
  commit (f, &written);
  text = job_folder_read (&f->folder, "exit.json");
  g_assert_cmpstr (text, ==,
                   "{\"version\":1,\"attempt\":1,\"exit_code\":7,\"signal\":null,\"error\":null,"
                   "\"stopped\":false,\"timed_out\":false,\"lost\":false,\"started_at\":0,"
                   "\"finished_at\":0,\"wall_s\":null,\"cpu_s\":null,\"max_rss_kb\":null,"
                   "\"log_bytes\":0,\"out_of_memory\":false,\"leftovers\":false,"
                   "\"progress_bytes\":0,\"fenced\":false}\n");
  g_assert_false (job_folder_has (&f->folder, "exit.json.tmp"));
}

static void
test_a_signal_is_recorded_by_its_name (Fixture *f, gconstpointer data)
{
  const struct
  {
    int signal;
    const char *name;
  } rows[] = { { SIGSEGV, "SIGSEGV" },
               { SIGRTMIN, "SIGRTMIN" },
               { SIGRTMIN + 3, "SIGRTMIN+3" },
               { 32, "SIG32" } }; /* kept by the C library */

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ExitRecord written;

      exit_record_init (&written, 1);
      exit_record_set_status (&written, rows[i].signal);
      commit (f, &written);
      exit_record_clear (&written);
      exit_record_clear (&f->record);
      g_assert_true (exit_record_read (f->fd, &f->record));
      g_assert_cmpint (f->record.exit_code, ==, -1);
      g_assert_cmpstr (f->record.signal, ==, rows[i].name);
    }
}

/* Only a file that something else has written has it. */
static void
test_an_exit_code_that_cannot_be_is_unknown (Fixture *f, gconstpointer data)
{
  job_folder_write (&f->folder, "exit.json",
                    "{\"version\":1, \"attempt\": 2, \"exit_code\": 256}\n");
  g_assert_true (exit_record_read (f->fd, &f->record));
  g_assert_cmpint (f->record.exit_code, ==, -1);
}

/* Paths in a sentence may be any bytes, and readers want UTF-8. */
static void
test_bytes_that_are_no_text_are_replaced (Fixture *f, gconstpointer data)
{
  ExitRecord written;

  exit_record_init (&written, 1);
  written.error = strdup ("a\xff\xc0\xaf"
                          "b");
  commit (f, &written);
  exit_record_clear (&written);
  g_assert_true (exit_record_read (f->fd, &f->record));
  g_assert_cmpstr (f->record.error, ==,
                   "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                   "b");
}

/* A job may write anything there. */
static void
test_a_damaged_text_is_no_record (Fixture *f, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "{}",
    "garbage",
    "{\"version\":1,\"attempt\":1",
    "{\"version\":1,\"attempt\":1,}",
    "{\"version\":1,\"attempt\":0}",
    "{\"version\":2,\"attempt\":1}",
    "{\"attempt\":1}",
    " {\"version\":1,\"attempt\":1}",
    "{\"version\":1,\"attempt\":-1}",
    "{\"version\":1,\"attempt\":\"1\"}",
    "{\"version\":1,\"attempt\":99999999999}",
    "{\"version\":1,\"attempt\":1,\"error\":\"\xff\"}",
    "{\"version\":1,\"attempt\":1,\"error\":\"\\u0000\"}",
    "{\"version\":1,\"attempt\":1,\"error\":\"a\nb\"}",
    "[{\"attempt\":1}]",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      job_folder_write (&f->folder, "exit.json", texts[i]);
      g_assert_false (exit_record_read (f->fd, &f->record));
      g_assert_cmpint (f->record.attempt, ==, 0);
    }
}

static void
test_order_space_and_other_members_do_not_matter (Fixture *f, gconstpointer data)
{
  job_folder_write (
      &f->folder, "exit.json",
      "{\"version\":1, \"exit_code\" : 4 , \"new\": \"x\", \"attempt\": 2, \"stopped\": 1 }\n");
  g_assert_true (exit_record_read (f->fd, &f->record));
  g_assert_cmpint (f->record.attempt, ==, 2);
  g_assert_cmpint (f->record.exit_code, ==, 4);
  g_assert_false (f->record.stopped);
}

/* A job that empties its folder takes the reserved file away; one of its folders makes way. */
static void
test_the_record_finds_its_place (Fixture *f, gconstpointer data)
{
  g_autofree char *path = job_folder_file (&f->folder, "exit.json");
  g_autofree char *reserve = job_folder_file (&f->folder, "exit.json.tmp");
  int fd = exit_record_prepare (f->fd);
  ExitRecord written;

  g_assert_cmpint (unlink (reserve), ==, 0);
  g_assert_cmpint (mkdir (path, 0700), ==, 0);
  exit_record_init (&written, 1);
  g_assert_cmpint (exit_record_commit (f->fd, fd, &written), ==, 0);
  g_assert_true (exit_record_read (f->fd, &f->record));
  g_assert_true (job_folder_has (&f->folder, "exit.json.moved.1"));
}

static void
test_a_missing_file_or_folder_is_no_record (Fixture *f, gconstpointer data)
{
  g_assert_false (exit_record_read (f->fd, &f->record));
  g_assert_false (exit_record_read (-1, &f->record));
}

#define ADD(name) g_test_add ("/exit-record/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (what_is_written_is_read_back);
  ADD (what_is_unknown_stays_unknown);
  ADD (the_text_is_one_line_of_json);
  ADD (a_signal_is_recorded_by_its_name);
  ADD (an_exit_code_that_cannot_be_is_unknown);
  ADD (bytes_that_are_no_text_are_replaced);
  ADD (a_damaged_text_is_no_record);
  ADD (order_space_and_other_members_do_not_matter);
  ADD (the_record_finds_its_place);
  ADD (a_missing_file_or_folder_is_no_record);
  return g_test_run ();
}
