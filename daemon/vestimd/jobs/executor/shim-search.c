/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/shim-search.h"

#include <dirent.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/posix/process.h"

#define MAX_COMMAND_LINE (1 << 20)
#define MAX_ENVIRONMENT (8 << 20)
#define PROGRAM "vestim-run"

/* The first arguments, each with its NUL. */
static GString *
make_arguments (const ShimName *name)
{
  g_autofree char *attempt = g_strdup_printf ("%d", name->attempt);
  const char *const arguments[] = {
    "--folder", name->folder, "--job-id", name->job_id, "--attempt", attempt,
  };
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (arguments); i++)
    g_string_append_len (text, arguments[i], (gssize) strlen (arguments[i]) + 1);
  return text;
}

static bool
has_arguments (pid_t pid, const GString *arguments)
{
  g_autofree char *line = NULL;
  char path[64];
  size_t length, program;

  snprintf (path, sizeof path, "/proc/%d/cmdline", (int) pid);
  if (!process_is_ours (pid) || fd_read_file (path, MAX_COMMAND_LINE, &line, &length) < 0)
    return false;
  program = strlen (line) + 1;
  return g_str_has_suffix (line, PROGRAM) && length >= program + arguments->len
         && memcmp (line + program, arguments->str, arguments->len) == 0;
}

/* 0: there is none */
static pid_t
read_parent (pid_t pid)
{
  Process process;

  return process_read (pid, &process) ? process.parent : 0;
}

/* Until it becomes the job, a shim's child looks like the shim itself. */
static bool
matches (pid_t pid, const GString *arguments)
{
  return has_arguments (pid, arguments) && !has_arguments (read_parent (pid), arguments);
}

bool
shim_is (pid_t pid, const ShimName *name)
{
  GString *arguments = make_arguments (name);
  bool is_it = matches (pid, arguments);

  g_string_free (arguments, true);
  return is_it;
}

typedef bool (*MatchFn) (pid_t pid, const void *what);

static pid_t
find_process (MatchFn match, const void *what)
{
  DIR *processes = opendir ("/proc");
  struct dirent *entry;
  pid_t found = 0;

  while (found == 0 && processes != NULL && (entry = readdir (processes)) != NULL)
    if (g_ascii_isdigit (entry->d_name[0]))
      {
        pid_t pid = (pid_t) g_ascii_strtoll (entry->d_name, NULL, 10);

        found = match (pid, what) ? pid : 0;
      }
  if (processes != NULL)
    closedir (processes);
  return found;
}

static bool
is_shim (pid_t pid, const void *arguments)
{
  return matches (pid, arguments);
}

pid_t
shim_find (const ShimName *name)
{
  GString *arguments = make_arguments (name);
  pid_t found = find_process (is_shim, arguments);

  g_string_free (arguments, true);
  return found;
}

/* ---- The job's own processes ---- */

typedef struct
{
  char *id_mark;
  char *folder_mark;
} Marks;

static bool
is_our_ancestor (pid_t pid)
{
  for (pid_t own = getpid (); own > 0; own = read_parent (own))
    if (own == pid)
      return true;
  return false;
}

static bool
has_marks (pid_t pid, const void *what)
{
  const Marks *marks = what;
  g_autofree char *variables = NULL;
  bool has_id = false, has_folder = false;
  char path[64];
  size_t length;

  snprintf (path, sizeof path, "/proc/%d/environ", (int) pid);
  if (!process_is_ours (pid) || fd_read_file (path, MAX_ENVIRONMENT, &variables, &length) < 0)
    return false;
  for (const char *at = variables; at < variables + length; at += strlen (at) + 1)
    {
      has_id = has_id || strcmp (at, marks->id_mark) == 0;
      has_folder = has_folder || strcmp (at, marks->folder_mark) == 0;
    }
  return has_id && has_folder && !is_our_ancestor (pid);
}

bool
shim_find_job (const ShimName *name)
{
  g_autofree char *id_mark = g_strdup_printf ("VESTIM_JOB_ID=%s", name->job_id);
  g_autofree char *folder_mark = g_strdup_printf ("VESTIM_JOB_DIR=%s", name->folder);
  const Marks marks = { id_mark, folder_mark };

  return find_process (has_marks, &marks) != 0;
}
