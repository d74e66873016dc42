/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/shim-search.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/attempt/job-marks.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/process-list.h"

#define MAX_COMMAND_LINE (1 << 20)
#define MAX_INTERPRETER_WORDS 3 /* an interpreter, its option, the script */

void
shim_name_append (const ShimName *name, GPtrArray *argv)
{
  g_ptr_array_add (argv, g_strdup ("--folder"));
  g_ptr_array_add (argv, g_strdup (name->folder));
  g_ptr_array_add (argv, g_strdup ("--job-id"));
  g_ptr_array_add (argv, g_strdup (name->job_id));
  g_ptr_array_add (argv, g_strdup ("--attempt"));
  g_ptr_array_add (argv, g_strdup_printf ("%d", name->attempt));
}

/* The first arguments, each with its NUL. */
static GString *
make_arguments (const ShimName *name)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  GString *text = g_string_new (NULL);

  shim_name_append (name, argv);
  for (unsigned i = 0; i < argv->len; i++)
    g_string_append_len (text, argv->pdata[i], (gssize) strlen (argv->pdata[i]) + 1);
  return text;
}

/* Whether the program, or the script that an interpreter runs, is followed by the arguments. */
static bool
has_arguments (pid_t pid, const GString *arguments)
{
  g_autofree char *line = NULL;
  char path[64];
  size_t length, at = 0;

  snprintf (path, sizeof path, "/proc/%d/cmdline", (int) pid);
  if (!process_is_ours (pid) || fd_read_file (path, MAX_COMMAND_LINE, &line, &length) < 0)
    return false;
  for (int i = 0; i < MAX_INTERPRETER_WORDS && at < length; i++)
    {
      const char *word = line + at;

      at += strlen (word) + 1;
      if (g_str_has_suffix (word, SHIM_PROGRAM) && length >= at + arguments->len
          && memcmp (line + at, arguments->str, arguments->len) == 0)
        return true;
    }
  return false;
}

/* Until it becomes the job, a shim's child looks like the shim itself. */
static bool
is_shim (const Process *process, const GString *arguments)
{
  return has_arguments (process->pid, arguments) && !has_arguments (process->parent, arguments);
}

bool
shim_is (pid_t pid, const ShimName *name)
{
  GString *arguments = make_arguments (name);
  Process process;
  bool is_it = process_read (pid, &process) && is_shim (&process, arguments);

  g_string_free (arguments, true);
  return is_it;
}

pid_t
shim_find (const ShimName *name)
{
  GString *arguments = make_arguments (name);
  ProcessList all = { 0 };
  pid_t found = 0;

  process_list_read (&all);
  for (size_t i = 0; i < all.n && found == 0; i++)
    found = is_shim (&all.items[i], arguments) ? all.items[i].pid : 0;
  process_list_clear (&all);
  g_string_free (arguments, true);
  return found;
}

bool
shim_find_job (const ShimName *name)
{
  ProcessList all = { 0 };
  g_autofree bool *spared = NULL;
  bool is_found = false;
  JobMarks marks;

  process_list_read (&all);
  spared = g_new0 (bool, all.n);
  process_list_choose_ancestors (&all, getpid (), spared);
  job_marks_init (&marks, name->job_id, name->folder);
  for (size_t i = 0; i < all.n && !is_found; i++)
    is_found = !spared[i] && process_is_ours (all.items[i].pid)
               && job_marks_find (&marks, all.items[i].pid) == JOB_MARKS_OURS;
  job_marks_clear (&marks);
  process_list_clear (&all);
  return is_found;
}
