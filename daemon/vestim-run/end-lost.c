/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/end-lost.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/attempt/claim.h"
#include "daemon/attempt/exit-record.h"
#include "daemon/attempt/job-marks.h"
#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"
#include "daemon/vestim-run/ending.h"
#include "daemon/vestim-run/job-group.h"
#include "daemon/vestim-run/locked-folder.h"
#include "daemon/vestim-run/supervisor.h"

#define LOOK_MS 20
#define RARE_LOOK_MS 1000 /* for a process that does not end: perhaps we may not signal it */
#define EMPTY_LOOKS 2
#define MAX_CGROUP 65536

/* The processes of an attempt whose shim was killed: those that carry the job's marks in their
 * environment, are in its control group or session, or hold one of its pipes, and all that descend
 * from these. Some are never chosen: a process of another boot, or of the original of a copied
 * folder, one older than the shim, one with the marks of another job, and the caller with its
 * ancestors, because the job may have started the daemon. */
typedef struct
{
  bool is_unsure;    /* the last look lacked descriptors or memory, and may have missed some */
  bool is_elsewhere; /* another PID namespace: its session number means nothing here */
  bool is_none;      /* another boot, or a copy of the folder: no process of it is ours */
  LockRecord record; /* zeros when run.lock has none of this attempt: only the marks count then */
  JobMarks marks;
  char log_pipe[32]; /* "pipe:[123]", as links in /proc/PID/fd read */
  char progress_pipe[32];
  char *group; /* (nullable, owned) the name of its control group, if it had one */
} LostProcesses;

static void
lost_processes_init (LostProcesses *lost, const LockRecord *record, const Options *options)
{
  char boot_id[PROCESS_BOOT_ID + 1];

  process_read_boot_id (boot_id);
  *lost = (LostProcesses){ .is_none = record->is_copy };
  if (record->attempt == options->attempt)
    {
      lost->record = *record;
      lost->is_elsewhere =
          record->pid_namespace != 0 && record->pid_namespace != process_pid_namespace ();
      lost->is_none |= strcmp (boot_id, record->boot_id) != 0;
      lost->group = job_group_dup_name (options->job_id, options->attempt, record->pid);
    }
  job_marks_init (&lost->marks, options->job_id, options->folder);
  snprintf (lost->log_pipe, sizeof lost->log_pipe, "pipe:[%" PRIu64 "]", record->log_pipe);
  snprintf (lost->progress_pipe, sizeof lost->progress_pipe, "pipe:[%" PRIu64 "]",
            record->progress_pipe);
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
    {
      lack_note (errno);
      return false;
    }
  while (!holds && (entry = readdir (folder)) != NULL)
    {
      ssize_t n = readlinkat (dirfd (folder), entry->d_name, link, sizeof link - 1);

      link[n < 0 ? 0 : n] = '\0';
      holds = strcmp (link, lost->log_pipe) == 0 || strcmp (link, lost->progress_pipe) == 0;
    }
  closedir (folder);
  return holds;
}

/* Whether the process is in the group of the attempt, or in one below it. */
static bool
is_in_group (const LostProcesses *lost, pid_t pid)
{
  char path[64], *text = NULL;
  bool is_in = false;
  size_t length;
  int r;

  if (lost->group == NULL || lost->is_elsewhere)
    return false;
  snprintf (path, sizeof path, "/proc/%d/cgroup", (int) pid);
  r = fd_read_file (path, MAX_CGROUP, &text, NULL);
  if (r < 0)
    {
      lack_note (-r);
      return false;
    }
  length = strlen (lost->group);
  for (const char *at = text; !is_in && (at = strstr (at, lost->group)) != NULL; at += length)
    is_in = at > text && at[-1] == '/' && (at[length] == '/' || at[length] == '\n');
  free (text);
  return is_in;
}

/* A session's number is free again when its last process has ended. A session with our number whose
 * leader is not our job's process is a later one. */
static bool
is_in_session (const LostProcesses *lost, const ProcessList *all, const Process *process)
{
  const Process *leader;

  if (lost->is_elsewhere || lost->record.job_pid == 0 || process->session != lost->record.job_pid)
    return false;
  leader = process_list_find (all, lost->record.job_pid);
  return leader == NULL || leader->start == lost->record.job_start;
}

static bool
is_of_job (const LostProcesses *lost, const ProcessList *all, const Process *process)
{
  JobMarksFound marks;

  if (process->start < lost->record.start)
    return false;
  marks = job_marks_find (&lost->marks, process->pid);
  return marks == JOB_MARKS_OURS
         || (marks == JOB_MARKS_NONE
             && (is_in_session (lost, all, process) || holds_pipe (lost, process->pid)
                 || is_in_group (lost, process->pid)));
}

static void
choose (const LostProcesses *lost, const ProcessList *all, bool *chosen)
{
  bool *spared = calloc (all->n + 1, sizeof *spared);

  if (spared == NULL)
    abort ();
  process_list_choose_ancestors (all, getpid (), spared);
  for (size_t i = 0; i < all->n; i++)
    chosen[i] = !spared[i] && is_of_job (lost, all, &all->items[i]);
  process_list_choose_descendants (all, 0, spared, chosen);
  free (spared);
}

/* Replaces `found` by those that live now. */
static void
find_lost (void *user, ProcessList *found)
{
  LostProcesses *lost = user;
  ProcessList all = { 0 };
  bool *chosen;

  found->n = 0;
  lack_forget ();
  if (!lost->is_none)
    process_list_read (&all);
  chosen = calloc (all.n + 1, sizeof *chosen);
  if (chosen == NULL)
    abort ();
  choose (lost, &all, chosen);
  process_list_add_living (found, &all, chosen);
  lost->is_unsure = lack_was_noted ();
  free (chosen);
  process_list_clear (&all);
}

/* They are not our children: only another look shows that they are gone. A process that is being
 * forked or that changes its program during a look can be missing in it, so several empty looks
 * must follow each other. */
static void
end_all (LostProcesses *lost, const Options *options)
{
  Ending ending = { .find = find_lost,
                    .user = lost,
                    .signal = options->stop_signal,
                    .grace_ms = options_grace_ms (options) };
  ProcessList left = { 0 };

  for (int n_empty = 0; n_empty < EMPTY_LOOKS;)
    {
      find_lost (lost, &left);
      n_empty = left.n == 0 && !lost->is_unsure ? n_empty + 1 : 0;
      if (left.n > 0 && !ending.begun)
        ending_ask (&ending);
      else if (left.n > 0 && clock_monotonic_ms () >= ending.next_at)
        ending_step (&ending);
      if (n_empty < EMPTY_LOOKS)
        poll (NULL, 0, left.n > 0 && ending_is_stuck (&ending) ? RARE_LOOK_MS : LOOK_MS);
    }
  process_list_clear (&left);
  ending_clear (&ending);
}

static int
record_loss (const LockedFolder *folder, int attempt)
{
  ExitRecord record;
  int fd = exit_record_prepare (folder->fd);

  exit_record_init (&record, attempt);
  record.lost = true;
  record.started_at = folder->last.attempt == attempt ? folder->last.started_at : 0;
  record.finished_at = clock_wall_ms ();
  record.log_bytes = folder->last.log_bytes;
  return fd < 0 ? fd : exit_record_commit (folder->fd, fd, &record);
}

static bool
has_exit_record (const LockedFolder *folder, int attempt)
{
  ExitRecord record;
  bool has_it = exit_record_read (folder->fd, &record) && record.attempt >= attempt;

  exit_record_clear (&record);
  return has_it;
}

/* Then it runs on another host, or the scheduler of the cluster ends it here. */
static bool
is_claimed (const LockedFolder *folder, int attempt)
{
  int claim = claim_open (folder->fd, attempt);
  bool is_claim = claim >= 0;

  fd_clear (&claim);
  return is_claim;
}

int
end_lost (const Options *options)
{
  LockedFolder folder;
  LostProcesses lost;
  JobGroup group;
  int signal_fd = supervisor_block_signals ();
  int r = signal_fd < 0 ? signal_fd : locked_folder_open (&folder, options->folder);

  if (signal_fd < 0 || r == -EBUSY)
    return r;
  if (r == 0 && is_claimed (&folder, options->attempt))
    return -EREMOTE;
  /* A job may have removed its folder; the marks of its processes are still there. */
  lost_processes_init (&lost, &folder.last, options);
  job_group_find (&group, options->cgroup, lost.group);
  job_group_thaw (&group);
  end_all (&lost, options);
  job_group_close (&group);
  job_marks_clear (&lost.marks);
  free (lost.group);
  if (r == 0 && !has_exit_record (&folder, options->attempt))
    r = record_loss (&folder, options->attempt);
  return r;
}
