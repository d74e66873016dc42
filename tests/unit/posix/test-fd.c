/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "tests/support/scratch.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = scratch_new ();
  f->path = scratch_path (f->folder, "file");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  scratch_free (f->folder);
  g_free (f->path);
}

/* A file of others must not take all the memory. */
static void
test_a_file_over_the_limit_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  scratch_write (f->path, "1234");
  g_assert_cmpint (fd_read_file (f->path, 3, &text, NULL), ==, -EFBIG);
  g_assert_null (text);
}

/* None may be followed, and none may hang the start. */
static void
test_links_fifos_and_folders_are_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_assert_cmpint (symlink ("/etc/passwd", f->path), ==, 0);
  g_assert_cmpint (fd_read_file (f->path, 100, &text, NULL), ==, -ELOOP);
  unlink (f->path);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  g_assert_cmpint (fd_read_file (f->path, 100, &text, NULL), ==, -EINVAL);
  g_assert_cmpint (fd_read_file (f->folder, 100, &text, NULL), ==, -EINVAL);
  g_assert_cmpint (fd_read_file ("/nonexistent/file", 100, &text, NULL), ==, -ENOENT);
}

static int
close_and_count_wrong (void)
{
  int keep[2], fds[6];
  int n_wrong = 0;

  for (int i = 0; i < 6; i++)
    fds[i] = open ("/dev/null", O_RDONLY);
  keep[0] = fds[4];
  keep[1] = fds[1];
  fd_close_others (keep, 2);
  for (int i = 0; i < 6; i++)
    n_wrong += (fcntl (fds[i], F_GETFD) >= 0) != (i == 4 || i == 1);
  return n_wrong;
}

/* A daemon that keeps a descriptor of its parent holds up pipes and mounts for good. */
static void
test_others_are_closed_and_some_kept (Fixture *f, gconstpointer data)
{
  int status = 0;
  pid_t pid = fork ();

  if (pid == 0)
    _exit (close_and_count_wrong ());
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

/* Else the registry could be opened as descriptor 2, and be written over by the next message. */
static void
test_closed_standard_descriptors_are_filled (Fixture *f, gconstpointer data)
{
  int status = 0;
  pid_t pid = fork ();

  if (pid == 0)
    {
      close (0);
      close (2);
      _exit (fd_ensure_standard () == 0 && fcntl (0, F_GETFD) >= 0 && fcntl (2, F_GETFD) >= 0 ? 0
                                                                                              : 1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

#define ADD(name, test) g_test_add ("/fd/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a-file-over-the-limit-is-refused", test_a_file_over_the_limit_is_refused);
  ADD ("links-fifos-and-folders-are-refused", test_links_fifos_and_folders_are_refused);
  ADD ("others-are-closed-and-some-kept", test_others_are_closed_and_some_kept);
  ADD ("closed-standard-descriptors-are-filled", test_closed_standard_descriptors_are_filled);
  return g_test_run ();
}
