/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/job-folder.h"

static guint64
file_size (const JobFolder *folder, const char *name)
{
  g_autofree char *path = job_folder_file (folder, name);
  struct stat status;

  return stat (path, &status) == 0 ? (guint64) status.st_size : G_MAXUINT64;
}

/* Both streams are one log, in the order of writing, private to the user. */
static void
test_output_and_errors_are_logged_in_order (void)
{
  JobFolder folder;
  g_autofree char *log = NULL, *path = NULL;
  struct stat status;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "echo one; echo two >&2; printf three");
  log = job_folder_read (&folder, "log.txt");
  g_assert_cmpstr (log, ==, "one\ntwo\nthree");
  path = job_folder_file (&folder, "log.txt");
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (job_folder_number (&folder, "exit.json", "log_bytes"), ==, 13);
  job_folder_clear (&folder);
}

/* A chatty job must not fill the disk. */
static void
test_the_log_takes_64_mib_at_most (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "seq 1000000000 1009000000");
  g_assert_cmpuint (file_size (&folder, "log.txt"), ==, 64 << 20);
  g_assert_cmpint (job_folder_number (&folder, "exit.json", "log_bytes"), ==, 11 * 9000001);
  g_assert_cmpint (job_folder_number (&folder, "run.lock", "log_bytes"), ==, 11 * 9000001);
  job_folder_clear (&folder);
}

/* The start of the ring must be known even if the shim had no time to write it. */
static void
test_the_count_of_log_bytes_outlives_a_killed_shim (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "seq 1000000000 1009000000; touch done; sleep 600");
  while (!job_folder_has (&folder, "done")
         || job_folder_number (&folder, "run.lock", "log_bytes") != 11 * 9000001)
    g_usleep (2000);
  kill (shim, SIGKILL);
  job_folder_wait (shim);
  g_assert_cmpint (job_folder_wait (job_folder_start_end (&folder, 1)), ==, 0);
  g_assert_cmpint (job_folder_number (&folder, "exit.json", "log_bytes"), ==, 11 * 9000001);
  job_folder_clear (&folder);
}

/* A retry starts with empty files, and keeps the last log. */
static void
test_the_next_attempt_rotates_log_and_series (void)
{
  JobFolder folder;
  g_autofree char *last = NULL, *log = NULL, *progress = NULL;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "echo first; echo '{\"progress\":1}' >&3");
  job_folder_run (&folder, 2, NULL, "echo second");
  last = job_folder_read (&folder, "log.1.txt");
  log = job_folder_read (&folder, "log.txt");
  progress = job_folder_read (&folder, "progress.jsonl");
  g_assert_cmpstr (last, ==, "first\n");
  g_assert_cmpstr (log, ==, "second\n");
  g_assert_cmpstr (progress, ==, "");
  job_folder_assert_exit (&folder, "\"attempt\":2");
  job_folder_clear (&folder);
}

/* The ring is unrolled and the gap is marked, since readers take log.1.txt as a plain file. */
static void
test_a_wrapped_log_is_kept_in_the_right_order (void)
{
  JobFolder folder;
  g_autofree char *last = NULL;
  const char *mark;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "seq 1000000000 1009000000");
  job_folder_run (&folder, 2, NULL, "true");
  last = job_folder_read (&folder, "log.1.txt");
  g_assert_true (g_str_has_prefix (last, "1000000000\n1000000001\n"));
  g_assert_true (g_str_has_suffix (last, "\n1008999999\n1009000000\n"));
  mark = last + (32 << 20);
  g_assert_true (g_str_has_prefix (mark, "\n[… 31891147 bytes left out …]\n"));
  g_assert_cmpuint (strlen (strchr (mark + 1, '\n') + 1), ==, 32 << 20);
  job_folder_clear (&folder);
}

static void
test_whole_lines_of_progress_are_stored (void)
{
  JobFolder folder;
  g_autofree char *progress = NULL;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL,
                  "printf '{\"progress\"' >&3; printf ':0.5}\\nnonsense\\n{\"step\":2}' >&3");
  progress = job_folder_read (&folder, "progress.jsonl");
  g_assert_cmpstr (progress, ==, "{\"progress\":0.5}\nnonsense\n{\"step\":2}\n");
  g_assert_cmpint (job_folder_number (&folder, "exit.json", "progress_bytes"), ==,
                   (gint64) strlen (progress));
  job_folder_clear (&folder);
}

/* 4096 bytes with the newline are a line; with one more it becomes a remark, which is no JSON. */
static void
test_a_line_over_4_kib_is_replaced_by_a_remark (void)
{
  JobFolder folder;
  g_autofree char *progress = NULL;
  g_auto (GStrv) lines = NULL;

  job_folder_init (&folder);
  job_folder_run (
      &folder, 1, NULL,
      "printf '%4095d\\n' 1 >&3; printf '{}%4094d\\n' 1 >&3; printf '%100000d\\n' 1 >&3;"
      "echo '{}' >&3");
  progress = job_folder_read (&folder, "progress.jsonl");
  lines = g_strsplit (progress, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_cmpuint (strlen (lines[0]), ==, 4095);
  g_assert_true (g_str_has_prefix (lines[1], "too long (over 4096 bytes): {}"));
  g_assert_true (g_str_has_prefix (lines[2], "too long"));
  g_assert_cmpstr (lines[3], ==, "{}");
  job_folder_clear (&folder);
}

/* The shim follows the job to its end even without any pipe. */
static void
test_a_job_may_close_its_pipes_and_continue (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "exec >&- 2>&- 3>&-; sleep 0.2; exit 6"), ==,
                   0);
  job_folder_assert_exit (&folder, "\"exit_code\":6");
  job_folder_clear (&folder);
}

/* RLIMIT_FSIZE stands in for a disk without room: writes beyond it fail. */
static void
test_a_log_without_room_does_not_block_the_job (void)
{
  JobFolder folder;
  g_autofree char *command = NULL;

  job_folder_init (&folder);
  command = g_strdup_printf ("ulimit -f 64; exec %s --folder %s --job-id a --attempt 1 -- "
                             "sh -c 'head -c 3000000 /dev/zero; exit 8'",
                             g_getenv ("VESTIM_RUN"), folder.path);
  g_assert_cmpint (system (command), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":8");
  g_assert_cmpuint (file_size (&folder, "log.txt"), <=, 64 * 1024);
  job_folder_clear (&folder);
}

/* On a full disk, where the test may mount one: the room of the exit record is reserved early. */
static void
test_a_full_disk_does_not_lose_the_exit_record (void)
{
  JobFolder folder;
  g_autofree char *mount = NULL, *umount = NULL;

  job_folder_init (&folder);
  mount = g_strdup_printf ("mount -t tmpfs -o size=256k,mode=700 none %s 2>/dev/null", folder.path);
  umount = g_strdup_printf ("umount %s", folder.path);
  if (system (mount) != 0)
    g_test_skip ("needs the right to mount");
  else
    {
      job_folder_run (&folder, 1, NULL,
                      "head -c 3000000 /dev/zero; head -c 900000 /dev/zero > f; exit 9");
      job_folder_assert_exit (&folder, "\"exit_code\":9");
      g_assert_cmpint (system (umount), ==, 0);
    }
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/run-output/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (output_and_errors_are_logged_in_order);
  ADD (the_log_takes_64_mib_at_most);
  ADD (the_count_of_log_bytes_outlives_a_killed_shim);
  ADD (the_next_attempt_rotates_log_and_series);
  ADD (a_wrapped_log_is_kept_in_the_right_order);
  ADD (whole_lines_of_progress_are_stored);
  ADD (a_line_over_4_kib_is_replaced_by_a_remark);
  ADD (a_job_may_close_its_pipes_and_continue);
  ADD (a_log_without_room_does_not_block_the_job);
  ADD (a_full_disk_does_not_lose_the_exit_record);
  return g_test_run ();
}
