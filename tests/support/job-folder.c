/* SPDX-License-Identifier: MIT */
#include "tests/support/job-folder.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAUSE_US 2000

void
job_folder_init (JobFolder *folder)
{
  g_autofree char *template = g_build_filename (g_get_tmp_dir (), "vestim-XXXXXX", NULL);

  folder->path = g_strdup (g_mkdtemp (template));
  g_assert_nonnull (folder->path);
}

static int
remove_entry (const char *path, const struct stat *status, int type, struct FTW *walk)
{
  return remove (path);
}

void
job_folder_clear (JobFolder *folder)
{
  nftw (folder->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  g_clear_pointer (&folder->path, g_free);
}

char *
job_folder_file (const JobFolder *folder, const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

char *
job_folder_read (const JobFolder *folder, const char *name)
{
  g_autofree char *path = job_folder_file (folder, name);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

void
job_folder_write (const JobFolder *folder, const char *name, const char *text)
{
  g_autofree char *path = job_folder_file (folder, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

bool
job_folder_has (const JobFolder *folder, const char *name)
{
  g_autofree char *path = job_folder_file (folder, name);

  return g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK);
}

static GPid
start (GPtrArray *argv)
{
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_ptr_array_add (argv, NULL);
  g_spawn_async (NULL, (char **) argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                 &error);
  g_assert_no_error (error);
  return pid;
}

static GPtrArray *
new_argv (const JobFolder *folder, int attempt)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  g_assert_nonnull (g_getenv ("VESTIM_RUN"));
  g_ptr_array_add (argv, g_strdup (g_getenv ("VESTIM_RUN")));
  g_ptr_array_add (argv, g_strdup_printf ("--folder=%s", folder->path));
  g_ptr_array_add (argv, g_strdup ("--job-id=" JOB_FOLDER_ID));
  g_ptr_array_add (argv, g_strdup_printf ("--attempt=%d", attempt));
  return argv;
}

GPid
job_folder_start_program (const JobFolder *folder, int attempt, const char *options,
                          const char *const *program)
{
  g_autoptr (GPtrArray) argv = new_argv (folder, attempt);
  g_auto (GStrv) words = options == NULL ? NULL : g_strsplit (options, " ", -1);

  for (unsigned i = 0; words != NULL && words[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (words[i]));
  g_ptr_array_add (argv, g_strdup ("--"));
  for (unsigned i = 0; program[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (program[i]));
  return start (argv);
}

GPid
job_folder_start (const JobFolder *folder, int attempt, const char *options, const char *script)
{
  return job_folder_start_program (folder, attempt, options,
                                   (const char *[]){ "/bin/sh", "-c", script, NULL });
}

GPid
job_folder_start_end (const JobFolder *folder, int attempt)
{
  g_autoptr (GPtrArray) argv = new_argv (folder, attempt);

  g_ptr_array_add (argv, g_strdup ("--end"));
  return start (argv);
}

int
job_folder_wait (GPid pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 1000 + WTERMSIG (status);
}

int
job_folder_run (const JobFolder *folder, int attempt, const char *options, const char *script)
{
  return job_folder_wait (job_folder_start (folder, attempt, options, script));
}

void
job_folder_await (const JobFolder *folder, const char *name, const char *text)
{
  gint64 until = g_get_monotonic_time () + JOB_FOLDER_DEADLINE_S * G_USEC_PER_SEC;

  for (;;)
    {
      g_autofree char *have = job_folder_read (folder, name);

      if (strstr (have, text) != NULL)
        return;
      if (g_get_monotonic_time () > until)
        g_error ("no '%s' in %s: %s", text, name, have);
      g_usleep (PAUSE_US);
    }
}

gint64
job_folder_number (const JobFolder *folder, const char *name, const char *key)
{
  g_autofree char *text = job_folder_read (folder, name);
  g_autofree char *mark = g_strdup_printf ("\"%s\":", key);
  const char *at = strstr (text, mark);

  g_assert_nonnull (at);
  return g_ascii_strtoll (at + strlen (mark), NULL, 10);
}

/* The letter of its state; 0 when it is gone. */
static char
state_of (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", pid);
  g_autofree char *text = NULL;
  const char *end;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  end = strrchr (text, ')');
  return end != NULL && end[1] != '\0' ? end[2] : 0;
}

static bool
is_in (const JobFolder *folder, const char *pid)
{
  g_autofree char *link = g_strdup_printf ("/proc/%s/cwd", pid);
  g_autofree char *cwd = g_file_read_link (link, NULL);

  return g_strcmp0 (cwd, folder->path) == 0;
}

/* `states`: those that are left out. */
static unsigned
count_processes (const JobFolder *folder, const char *states)
{
  GDir *proc = g_dir_open ("/proc", 0, NULL);
  const char *name;
  unsigned n = 0;

  while ((name = g_dir_read_name (proc)) != NULL)
    n += is_in (folder, name) && strchr (states, state_of (name)) == NULL;
  g_dir_close (proc);
  return n;
}

unsigned
job_folder_count_processes (const JobFolder *folder)
{
  return count_processes (folder, "");
}

/* "D" is a shell whose halted child has not become a program yet. */
unsigned
job_folder_count_running (const JobFolder *folder)
{
  return count_processes (folder, "TtD");
}
