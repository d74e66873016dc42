/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/input.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/fd.h"

static void *
allocate (size_t n, size_t size)
{
  void *memory = calloc (n, size);

  if (memory == NULL)
    abort ();
  return memory;
}

/* Points `n` entries at the strings from `*at` on; false when the block is too short. */
static bool
take_strings (char **entries, size_t n, char **at, const char *end)
{
  for (size_t i = 0; i < n; i++)
    {
      char *stop = memchr (*at, '\0', (size_t) (end - *at));

      if (stop == NULL)
        return false;
      entries[i] = *at;
      *at = stop + 1;
    }
  return true;
}

int
job_input_parse (JobInput *input, char *block, size_t size)
{
  unsigned n_arguments, n_variables;
  char *at = block, *end = block + size;
  char *counts;

  *input = (JobInput){ .block = block };
  if (!take_strings (&counts, 1, &at, end)
      || sscanf (counts, "%u %u", &n_arguments, &n_variables) != 2 || n_arguments == 0
      || n_arguments > size || n_variables > size)
    return -EBADMSG;
  input->argv = allocate (n_arguments + 1, sizeof (char *));
  input->env = allocate (n_variables + JOB_INPUT_ADDED + 1, sizeof (char *));
  return take_strings (input->argv, n_arguments, &at, end)
                 && take_strings (input->env, n_variables, &at, end)
             ? 0
             : -EBADMSG;
}

static int
read_block (JobInput *input, int fd)
{
  struct stat status;
  char *block;
  ssize_t n;

  if (fstat (fd, &status) != 0)
    return -errno;
  if (!S_ISREG (status.st_mode) || status.st_size <= 0)
    return -EBADMSG;
  if (status.st_size > JOB_INPUT_MAX)
    return -E2BIG;
  block = allocate (1, (size_t) status.st_size);
  n = fd_read_at (fd, block, (size_t) status.st_size, 0);
  if (n >= 0)
    return job_input_parse (input, block, (size_t) n);
  free (block);
  return (int) n;
}

static void
copy_own (JobInput *input, char **argv)
{
  size_t n_arguments = 0, n_variables = 0;

  while (argv[n_arguments] != NULL)
    n_arguments++;
  while (environ[n_variables] != NULL)
    n_variables++;
  input->argv = allocate (n_arguments + 1, sizeof (char *));
  input->env = allocate (n_variables + JOB_INPUT_ADDED + 1, sizeof (char *));
  memcpy (input->argv, argv, n_arguments * sizeof (char *));
  memcpy (input->env, environ, n_variables * sizeof (char *));
}

/* Removes the variables of that name, then adds `variable` ("NAME=value"). */
static void
set_variable (char **env, char *variable)
{
  size_t kept = 0, name = strcspn (variable, "=") + 1;

  for (size_t i = 0; env[i] != NULL; i++)
    if (strncmp (env[i], variable, name) != 0)
      env[kept++] = env[i];
  env[kept++] = variable;
  env[kept] = NULL;
}

static void
add_mark (JobInput *input, unsigned index, const char *name, const char *value)
{
  if (asprintf (&input->marks[index], "%s=%s", name, value) < 0)
    abort ();
  set_variable (input->env, input->marks[index]);
}

int
job_input_read (JobInput *input, int fd, char **argv, const char *job_id, const char *folder)
{
  char progress_fd[16];
  int r = 0;

  *input = (JobInput){ 0 };
  if (fd < 0)
    copy_own (input, argv);
  else
    {
      r = read_block (input, fd);
      close (fd);
    }
  if (r < 0)
    return r;
  snprintf (progress_fd, sizeof progress_fd, "%d", ATTEMPT_PROGRESS_FD);
  add_mark (input, 0, ATTEMPT_ENV_JOB_ID, job_id);
  add_mark (input, 1, ATTEMPT_ENV_JOB_FOLDER, folder);
  add_mark (input, 2, ATTEMPT_ENV_PROGRESS, progress_fd);
  return 0;
}

/* A daemon's own TERM may be "dumb", for example inside an editor. */
void
job_input_set_terminal (JobInput *input)
{
  static char name[] = "TERM=xterm-256color";

  for (size_t i = 0; input->env[i] != NULL; i++)
    if (strncmp (input->env[i], "TERM=", 5) == 0 && input->env[i][5] != '\0'
        && strcmp (input->env[i] + 5, "dumb") != 0)
      return;
  set_variable (input->env, name);
}

void
job_input_clear (JobInput *input)
{
  for (unsigned i = 0; i < JOB_INPUT_MARKS; i++)
    free (input->marks[i]);
  free (input->env);
  free (input->argv);
  free (input->block);
  *input = (JobInput){ 0 };
}
