/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/lost-processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef enum
{
  MARKS_NONE,
  MARKS_OURS,
  MARKS_OTHER, /* of another job */
} Marks;

void
lost_processes_init (LostProcesses *lost, const RunRecord *record, const RunOptions *options)
{
  char boot_id[PROCESS_BOOT_ID + 1];

  process_read_boot_id (boot_id);
  *lost = (LostProcesses){ 0 };
  /* Without a record of its own, as when the job moved run.lock away, the marks alone have to do.
   */
  if (record->attempt == options->attempt)
    {
      lost->record = *record;
      lost->is_none = strcmp (boot_id, record->boot_id) != 0;
    }
  if (asprintf (&lost->id_mark, "VESTIM_JOB_ID=%s", options->job_id) < 0
      || asprintf (&lost->folder_mark, "VESTIM_JOB_DIR=%s", options->folder) < 0)
    abort ();
  snprintf (lost->log_pipe, sizeof lost->log_pipe, "pipe:[%" PRIu64 "]", record->log_pipe);
  snprintf (lost->progress_pipe, sizeof lost->progress_pipe, "pipe:[%" PRIu64 "]",
            record->progress_pipe);
}

void
lost_processes_clear (LostProcesses *lost)
{
  free (lost->id_mark);
  free (lost->folder_mark);
}

/* `(transfer full)` a file of /proc as a whole with a NUL behind it; NULL when it can't be read. */
static char *
read_whole (const char *path, size_t *length)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  size_t size = 1 << 13;
  char *data = fd < 0 ? NULL : malloc (size);
  ssize_t n;

  *length = 0;
  while (data != NULL && (n = read (fd, data + *length, size - *length - 1)) > 0)
    {
      *length += (size_t) n;
      if (*length + 1 < size)
        continue;
      size *= 2;
      data = reallocarray (data, size, 1);
    }
  if (data != NULL)
    data[*length] = '\0';
  if (fd >= 0)
    close (fd);
  return data;
}

static Marks
read_marks (const LostProcesses *lost, pid_t pid)
{
  char path[64];
  size_t length;
  bool has_id = false, has_folder = false, is_job = false;
  char *data;

  snprintf (path, sizeof path, "/proc/%d/environ", (int) pid);
  data = read_whole (path, &length);
  if (data == NULL)
    return MARKS_NONE;
  for (const char *at = data; at < data + length; at += strlen (at) + 1)
    {
      has_id = has_id || strcmp (at, lost->id_mark) == 0;
      has_folder = has_folder || strcmp (at, lost->folder_mark) == 0;
      is_job = is_job || strncmp (at, "VESTIM_JOB_ID=", 14) == 0;
    }
  free (data);
  return has_id && has_folder ? MARKS_OURS : is_job ? MARKS_OTHER : MARKS_NONE;
}

static bool
holds_pipe (const LostProcesses *lost, pid_t pid)
{
  char path[64], link[64];
  struct dirent *entry;
  bool holds = false;
  DIR *folder;

  if (lost->record.log_pipe == 0)
    return false;
  snprintf (path, sizeof path, "/proc/%d/fd", (int) pid);
  folder = opendir (path);
  if (folder == NULL)
    return false;
  while (!holds && (entry = readdir (folder)) != NULL)
    {
      ssize_t n = readlinkat (dirfd (folder), entry->d_name, link, sizeof link - 1);

      link[n < 0 ? 0 : n] = '\0';
      holds = strcmp (link, lost->log_pipe) == 0 || strcmp (link, lost->progress_pipe) == 0;
    }
  closedir (folder);
  return holds;
}

/* A session's number is free again when its last process is gone. One with our number whose leader
 * is not our job's process is a later one. */
static bool
is_in_session (const LostProcesses *lost, const ProcessList *all, const Process *process)
{
  const Process *leader;

  if (lost->record.job_pid == 0 || process->session != lost->record.job_pid)
    return false;
  leader = process_list_find (all, lost->record.job_pid);
  return leader == NULL || leader->start == lost->record.job_start;
}

static bool
is_of_job (const LostProcesses *lost, const ProcessList *all, const Process *process)
{
  Marks marks;

  if (process->start < lost->record.start)
    return false;
  marks = read_marks (lost, process->pid);
  return marks == MARKS_OURS
         || (marks == MARKS_NONE
             && (is_in_session (lost, all, process) || holds_pipe (lost, process->pid)));
}

/* We and whoever started us. */
static void
spare_ancestors (const ProcessList *all, bool *spared)
{
  const Process *process = process_list_find (all, getpid ());

  for (size_t i = 0; process != NULL && i < all->n; i++)
    {
      spared[process - all->items] = true;
      process = process_list_find (all, process->parent);
    }
}

static void
choose (const LostProcesses *lost, const ProcessList *all, bool *chosen)
{
  bool *spared = calloc (all->n + 1, sizeof *spared);

  if (spared == NULL)
    abort ();
  spare_ancestors (all, spared);
  for (size_t i = 0; i < all->n; i++)
    chosen[i] = !spared[i] && is_of_job (lost, all, &all->items[i]);
  process_list_choose_descendants (all, 0, spared, chosen);
  free (spared);
}

void
lost_processes_find (const LostProcesses *lost, ProcessList *found)
{
  ProcessList all = { 0 };
  bool *chosen;

  found->n = 0;
  if (lost->is_none || process_list_read (&all) < 0)
    return;
  chosen = calloc (all.n + 1, sizeof *chosen);
  if (chosen == NULL)
    abort ();
  choose (lost, &all, chosen);
  for (size_t i = 0; i < all.n; i++)
    if (chosen[i] && all.items[i].state != 'Z' && all.items[i].state != 'X')
      process_list_add (found, &all.items[i]);
  free (chosen);
  process_list_clear (&all);
}
