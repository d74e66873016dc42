/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/vestim/file-output.h"

/* Begins a file and gets `number` before its end. Returns only if the signal did not end it. */
static void
write_interrupted (const char *path, int number)
{
  FileOutput output = FILE_OUTPUT_INIT;

  if (!file_output_open (&output, g_strdup (path), false, NULL)
      || !file_output_write (&output, "half", 4, NULL))
    _exit (2);
  raise (number);
  /* The signal comes to the main loop by a thread of GLib. */
  for (int i = 0; i < 500; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
}

static int
interrupt (const char *path, int number)
{
  pid_t pid = fork ();
  int status = -1;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      write_interrupted (path, number);
      _exit (1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status;
}

static void
test_signal_leaves_nothing (void)
{
  static const int numbers[] = { SIGINT, SIGTERM };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("vestim-output-XXXXXX", NULL);
      g_autofree char *path = g_build_filename (folder, "file", NULL);
      int status = interrupt (path, numbers[i]);

      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (WTERMSIG (status), ==, numbers[i]);
      g_assert_cmpint (g_rmdir (folder), ==, 0); /* it is empty */
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-output/a signal ends the program and leaves no file",
                   test_signal_leaves_nothing);
  return g_test_run ();
}
