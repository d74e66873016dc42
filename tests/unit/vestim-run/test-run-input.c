/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/job-folder.h"

/* The argument names a file of the folder; it gets a program that prints a variable and its
 * argument. */
static void
write_input (const JobFolder *folder, const char *name)
{
  static const char block[] = "4 2\0sh\0-c\0echo $SECRET $0\0argument\0SECRET=hush\0"
                              "PATH=/usr/bin:/bin\0";
  g_autofree char *path = job_folder_file (folder, name);

  g_assert_true (g_file_set_contents (path, block, sizeof block - 1, NULL));
}

static int
run (const JobFolder *folder, int attempt, const char *options)
{
  return job_folder_wait (
      job_folder_start_program (folder, attempt, options, (const char *[]){ NULL }));
}

static void
assert_log (const JobFolder *folder)
{
  g_autofree char *log = job_folder_read (folder, "log.txt");

  g_assert_cmpstr (log, ==, "hush argument\n");
}

static void
test_a_file_has_program_and_environment (void)
{
  JobFolder folder;
  g_autofree char *absolute = NULL;

  job_folder_init (&folder);
  write_input (&folder, "attempt.1.input");
  g_assert_cmpint (run (&folder, 1, "--input attempt.1.input"), ==, 0);
  assert_log (&folder);
  absolute = g_strdup_printf ("--input %s/attempt.1.input", folder.path);
  g_assert_cmpint (run (&folder, 2, absolute), ==, 0);
  assert_log (&folder);
  write_input (&folder, "7");
  g_assert_cmpint (run (&folder, 3, "--input ./7"), ==, 0);
  assert_log (&folder);
  g_assert_true (job_folder_has (&folder, "attempt.1.input"));
  job_folder_clear (&folder);
}

/* Nobody can use it again, and it may have secrets. */
static void
test_the_input_of_a_claimed_attempt_is_removed (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  write_input (&folder, "attempt.1.input");
  g_assert_cmpint (run (&folder, 1, "--claim 7 --input attempt.1.input"), ==, 0);
  assert_log (&folder);
  g_assert_false (job_folder_has (&folder, "attempt.1.input"));
  job_folder_clear (&folder);
}

/* The attempt is claimed by another host, which may not have read it yet. */
static void
test_who_is_refused_removes_no_input (void)
{
  JobFolder folder;
  g_autofree char *claim = NULL;

  job_folder_init (&folder);
  claim = job_folder_file (&folder, "attempt.1");
  g_assert_cmpint (g_mkdir (claim, 0700), ==, 0);
  write_input (&folder, "attempt.1.input");
  g_assert_cmpint (run (&folder, 1, "--claim 7 --input attempt.1.input"), ==, 75);
  g_assert_true (job_folder_has (&folder, "attempt.1.input"));
  job_folder_clear (&folder);
}

static void
test_what_is_no_input_fails_with_a_sentence_and_stays (void)
{
  static const struct
  {
    const char *name;
    const char *reason;
  } cases[] = {
    { "missing", "cannot read the input 'missing': there is no such file" },
    { "damaged", "cannot read the input 'damaged': it has another form" },
    { "empty", "cannot read the input 'empty': it has another form" },
    { "huge", "cannot read the input 'huge': it is too large" },
    { "link", "cannot read the input 'link': it is reached by a symbolic link" },
    { ".", "cannot read the input '.': it is a folder" },
    { "/dev/null", "cannot read the input '/dev/null': it has another form" },
  };
  JobFolder folder;
  g_autofree char *link = NULL, *huge = NULL;

  job_folder_init (&folder);
  link = job_folder_file (&folder, "link");
  huge = job_folder_file (&folder, "huge");
  job_folder_write (&folder, "damaged", "9 9");
  job_folder_write (&folder, "empty", "");
  job_folder_write (&folder, "huge", "");
  g_assert_cmpint (truncate (huge, ((off_t) 64 << 20) + 1), ==, 0);
  g_assert_cmpint (symlink ("damaged", link), ==, 0);
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *options = g_strdup_printf ("--claim 7 --input %s", cases[i].name);
      g_autofree char *record = g_strdup_printf ("attempt.%u/exit.json", i + 1);

      g_assert_cmpint (run (&folder, (int) i + 1, options), ==, 0);
      job_folder_await (&folder, record, cases[i].reason);
    }
  g_assert_true (job_folder_has (&folder, "damaged"));
  g_assert_true (job_folder_has (&folder, "huge"));
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/run-input/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_file_has_program_and_environment);
  ADD (the_input_of_a_claimed_attempt_is_removed);
  ADD (who_is_refused_removes_no_input);
  ADD (what_is_no_input_fails_with_a_sentence_and_stays);
  return g_test_run ();
}
