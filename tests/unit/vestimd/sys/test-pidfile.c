/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/vestimd/sys/pidfile.h"
#include "tests/support/scratch.h"

typedef struct
{
  char *folder;
  char *path;
  char *companion;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = scratch_new ();
  f->path = scratch_path (f->folder, "server.pid");
  f->companion = scratch_path (f->folder, "server.json");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  scratch_free (f->folder);
  g_free (f->path);
  g_free (f->companion);
}

static _Noreturn void
hold (const char *path, const char *name, int ready_fd)
{
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;

  prctl (PR_SET_NAME, name);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (pidfile_take (&file, path, &report) == 0 && write (ready_fd, "1", 1) == 1)
    pause ();
  _exit (1);
}

/* A process of that short name holds the file when this returns. */
static pid_t
start_holder (const char *path, const char *name)
{
  int ready[2];
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe2 (ready, O_CLOEXEC), ==, 0);
  pid = fork ();
  if (pid == 0)
    hold (path, name, ready[1]);
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return pid;
}

static void
end_holder (pid_t pid)
{
  int status;

  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
}

static void
test_taken_it_holds_the_pid_until_released (Fixture *f, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf ("%d\n", (int) getpid ());
  g_autofree char *text = NULL;
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;

  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, 0);
  text = scratch_read (f->path);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (scratch_mode (f->path), ==, 0600);
  pidfile_release (&file);
  g_assert_false (scratch_exists (f->path));
  pidfile_release (&file);
}

static void
test_a_vestimd_that_holds_it_runs (Fixture *f, gconstpointer data)
{
  pid_t pid = start_holder (f->path, "vestimd");
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;

  g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_RUNNING);
  g_assert_cmpint (report.pid, ==, pid);
  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, -EBUSY);
  g_assert_cmpint (report.state, ==, PIDFILE_RUNNING);
  g_assert_false (pidfile_clean (f->path, f->companion));
  end_holder (pid);
  g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_STALE);
}

/* Another program may hold the lock, but is never mistaken for the daemon. */
static void
test_another_program_that_holds_it_is_foreign (Fixture *f, gconstpointer data)
{
  pid_t pid = start_holder (f->path, "editor");
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;
  int pidfd = -1;

  g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_FOREIGN);
  g_assert_cmpint (report.pid, ==, pid);
  g_assert_nonnull (strstr (report.text, "editor"));
  g_assert_cmpint (pidfile_signal (f->path, &report, SIGKILL, &pidfd), ==, -ESRCH);
  g_assert_cmpint (kill (pid, 0), ==, 0);
  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, -EBUSY);
  end_holder (pid);
}

/* A child that a killed daemon was just starting shares the folder's lock until it executes its
 * program; the next start must wait for that. */
static void
test_a_lock_that_a_dying_child_shares_is_waited_for (Fixture *f, gconstpointer data)
{
  int folder_fd = open (f->folder, O_RDONLY | O_DIRECTORY);
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;
  pid_t child;

  g_assert_cmpint (flock (folder_fd, LOCK_EX), ==, 0);
  child = fork ();
  if (child == 0)
    {
      g_usleep (200 * 1000);
      _exit (0);
    }
  close (folder_fd);
  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, 0);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  pidfile_release (&file);
}

/* The number in the file proves nothing: PIDs are reused, and anyone can write one. */
static void
test_a_living_pid_without_the_lock_is_stale (Fixture *f, gconstpointer data)
{
  g_autofree char *own = g_strdup_printf ("%d\n", (int) getpid ());
  const char *const contents[] = { own,
                                   "1\n",
                                   "",
                                   "\n",
                                   "junk\n",
                                   "-1\n",
                                   "0\n",
                                   "1",
                                   "1 \n",
                                   "1\n2\n",
                                   "+1\n",
                                   "0x1\n",
                                   "99999999999999999999999999999999\n",
                                   "2147483648\n" };
  PidfileReport report;
  int pidfd = -1;

  for (size_t i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      scratch_write (f->path, contents[i]);
      g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_STALE);
      report.pid = getpid ();
      g_assert_cmpint (pidfile_signal (f->path, &report, SIGKILL, &pidfd), ==, -ESRCH);
    }
}

static void
test_a_stale_file_is_taken_over (Fixture *f, gconstpointer data)
{
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;

  scratch_write (f->path, "99999999 and a long old text\n");
  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, 0);
  g_autofree char *text = scratch_read (f->path);

  g_assert_cmpint (atoi (text), ==, getpid ());
  g_assert_cmpint (strlen (text), <, 10);
  pidfile_release (&file);
}

/* Links are not followed, a FIFO does not block, and only regular files are used. */
static void
test_what_is_no_plain_file_is_refused (Fixture *f, gconstpointer data)
{
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;

  for (int kind = 0; kind < 3; kind++)
    {
      if (kind == 0)
        g_assert_cmpint (symlink (f->companion, f->path), ==, 0);
      else
        g_assert_cmpint (kind == 1 ? mkfifo (f->path, 0600) : mkdir (f->path, 0700), ==, 0);
      g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_REFUSED);
      g_assert_nonnull (strstr (report.text, f->path));
      g_assert_cmpint (pidfile_take (&file, f->path, &report), <, 0);
      g_assert_cmpint (report.state, ==, PIDFILE_REFUSED);
      g_assert_false (scratch_exists (f->companion));
      g_assert_cmpint (remove (f->path), ==, 0);
    }
}

static void
test_another_users_file_is_refused (Fixture *f, gconstpointer data)
{
  PidfileReport report;

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  scratch_write (f->path, "1\n");
  g_assert_cmpint (chown (f->path, 65534, 65534), ==, 0);
  g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_REFUSED);
  g_assert_nonnull (strstr (report.text, "another user"));
}

/* If someone removes the file while the daemon runs, a second daemon must not use the same
 * registry. */
static void
test_a_removed_or_replaced_file_lets_no_second_in (Fixture *f, gconstpointer data)
{
  pid_t pid = start_holder (f->path, "vestimd");
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;

  unlink (f->path);
  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, -EBUSY);
  g_assert_false (scratch_exists (f->path));
  scratch_write (f->path, "1\n");
  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, -EBUSY);
  g_assert_cmpint (report.state, !=, PIDFILE_STALE);
  end_holder (pid);
  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, 0);
  pidfile_release (&file);
}

/* The file that is there now may belong to the next daemon. */
static void
test_release_leaves_a_file_that_is_not_its_own (Fixture *f, gconstpointer data)
{
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;

  g_assert_cmpint (pidfile_take (&file, f->path, &report), ==, 0);
  unlink (f->path);
  scratch_write (f->path, "another\n");
  pidfile_release (&file);
  g_assert_true (scratch_exists (f->path));
}

static void
test_cleaning_removes_both_files (Fixture *f, gconstpointer data)
{
  PidfileReport report;

  g_assert_false (pidfile_clean (f->path, f->companion));
  scratch_write (f->path, "1\n");
  scratch_write (f->companion, "{}");
  g_assert_true (pidfile_clean (f->path, f->companion));
  g_assert_false (scratch_exists (f->path));
  g_assert_false (scratch_exists (f->companion));
  scratch_write (f->companion, "{}");
  g_assert_true (pidfile_clean (f->path, f->companion));
  g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_ABSENT);
}

static void
test_a_signal_reaches_the_holder_and_its_end_is_seen (Fixture *f, gconstpointer data)
{
  pid_t pid = start_holder (f->path, "vestimd");
  PidfileReport report;
  int pidfd = -1;
  int status = 0;

  pidfile_probe (f->path, &report);
  g_assert_cmpint (pidfile_signal (f->path, &report, SIGTERM, &pidfd), ==, 0);
  if (pidfd >= 0)
    {
      struct pollfd watched = { .fd = pidfd, .events = POLLIN };

      g_assert_cmpint (poll (&watched, 1, 10000), ==, 1);
      close (pidfd);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
}

/* An empty file that a vestimd locks belongs to a daemon that is about to write its PID. */
static void
test_a_held_empty_file_is_starting (Fixture *f, gconstpointer data)
{
  pid_t pid = start_holder (f->path, "vestimd");
  PidfileReport report;

  g_assert_cmpint (truncate (f->path, 0), ==, 0);
  g_assert_cmpint (pidfile_probe_wait (f->path, 50, &report), ==, PIDFILE_STARTING);
  g_assert_cmpint (report.pid, ==, pid);
  end_holder (pid);
}

/* The holder of the lock counts, not the number in the file. */
static void
test_a_held_file_with_another_pid_names_the_holder (Fixture *f, gconstpointer data)
{
  pid_t pid = start_holder (f->path, "vestimd");
  PidfileReport report;
  int fd = open (f->path, O_WRONLY | O_TRUNC | O_CLOEXEC);

  g_assert_cmpint (write (fd, "1\n", 2), ==, 2);
  g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_RUNNING);
  g_assert_cmpint (report.pid, ==, pid);
  g_assert_nonnull (strstr (report.text, "names another"));
  g_assert_cmpint (pwrite (fd, "x\n", 2, 0), ==, 2);
  g_assert_cmpint (pidfile_probe (f->path, &report), ==, PIDFILE_RUNNING);
  g_assert_nonnull (strstr (report.text, "was overwritten"));
  close (fd);
  end_holder (pid);
}

#define ADD(name, test) g_test_add ("/pidfile/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("taken-it-holds-the-pid-until-released", test_taken_it_holds_the_pid_until_released);
  ADD ("a-vestimd-that-holds-it-runs", test_a_vestimd_that_holds_it_runs);
  ADD ("another-program-that-holds-it-is-foreign", test_another_program_that_holds_it_is_foreign);
  ADD ("a-lock-that-a-dying-child-shares-is-waited-for",
       test_a_lock_that_a_dying_child_shares_is_waited_for);
  ADD ("a-living-pid-without-the-lock-is-stale", test_a_living_pid_without_the_lock_is_stale);
  ADD ("a-stale-file-is-taken-over", test_a_stale_file_is_taken_over);
  ADD ("what-is-no-plain-file-is-refused", test_what_is_no_plain_file_is_refused);
  ADD ("another-users-file-is-refused", test_another_users_file_is_refused);
  ADD ("a-removed-or-replaced-file-lets-no-second-in",
       test_a_removed_or_replaced_file_lets_no_second_in);
  ADD ("release-leaves-a-file-that-is-not-its-own", test_release_leaves_a_file_that_is_not_its_own);
  ADD ("cleaning-removes-both-files", test_cleaning_removes_both_files);
  ADD ("a-signal-reaches-the-holder-and-its-end-is-seen",
       test_a_signal_reaches_the_holder_and_its_end_is_seen);
  ADD ("a-held-empty-file-is-starting", test_a_held_empty_file_is_starting);
  ADD ("a-held-file-with-another-pid-names-the-holder",
       test_a_held_file_with_another_pid_names_the_holder);
  return g_test_run ();
}
