/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/posix/process-list.h"
#include "daemon/vestimd/doctor/checks.h"
#include "daemon/vestimd/doctor/judge.h"

#define LEAST_INSTANCES 4
#define LEAST_WATCHES 1024

/* The hard limit of the daemon, or of this process, which would pass it on. UINT64_MAX: none. */
static uint64_t
read_limit (const DoctorSubject *subject, const char *name)
{
  g_autofree char *path = subject->daemon > 0
                              ? g_strdup_printf ("/proc/%d/limits", (int) subject->daemon)
                              : g_strdup ("/proc/self/limits");
  g_autofree char *text = NULL;
  uint64_t limit = UINT64_MAX;

  if (fd_read_file (path, 65536, &text, NULL) == 0)
    judge_parse_limit (text, name, &limit);
  return limit;
}

void
check_open_files (const DoctorSubject *subject, Finding *finding)
{
  judge_open_files (finding, read_limit (subject, "Max open files"));
}

static uint64_t
count_threads (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", (int) pid);
  struct stat info;

  return stat (path, &info) == 0 && info.st_nlink > 2 ? info.st_nlink - 2 : 1;
}

static uint64_t
count_own_threads (void)
{
  ProcessList list = { 0 };
  uint64_t n = 0;

  if (process_list_read (&list) < 0)
    return 0;
  for (size_t i = 0; i < list.n; i++)
    if (process_is_ours (list.items[i].pid))
      n += count_threads (list.items[i].pid);
  process_list_clear (&list);
  return n;
}

/* The kernel does not hold root to this limit. */
void
check_processes (const DoctorSubject *subject, Finding *finding)
{
  uint64_t limit = geteuid () == 0 ? UINT64_MAX : read_limit (subject, "Max processes");

  judge_processes (finding, limit, limit != UINT64_MAX ? count_own_threads () : 0);
}

void
check_file_size (const DoctorSubject *subject, Finding *finding)
{
  uint64_t limit = read_limit (subject, "Max file size");

  if (limit != UINT64_MAX)
    finding_set (finding, FINDING_WARNING,
                 "files may have %" G_GUINT64_FORMAT
                 " bytes at most, so the registry and the logs of jobs end there: raise the limit "
                 "(ulimit -Hf, or LimitFSIZE= of the unit)",
                 limit);
  else
    finding_set (finding, FINDING_OK, "no limit");
}

static uint64_t
read_number (const char *path)
{
  g_autofree char *text = NULL;

  return fd_read_file (path, 64, &text, NULL) == 0 ? strtoull (text, NULL, 10) : 0;
}

/* The daemon has one instance, and a watch for each job that runs. */
void
check_inotify (const DoctorSubject *subject, Finding *finding)
{
  uint64_t instances = read_number ("/proc/sys/fs/inotify/max_user_instances");
  uint64_t watches = read_number ("/proc/sys/fs/inotify/max_user_watches");

  if (instances < LEAST_INSTANCES || watches < LEAST_WATCHES)
    finding_set (finding, FINDING_WARNING,
                 "a user may have %" G_GUINT64_FORMAT " instances and %" G_GUINT64_FORMAT
                 " watches, so the progress of jobs may come late: raise "
                 "fs.inotify.max_user_instances and fs.inotify.max_user_watches with sysctl",
                 instances, watches);
  else
    finding_set (finding, FINDING_OK,
                 "%" G_GUINT64_FORMAT " instances and %" G_GUINT64_FORMAT " watches a user",
                 instances, watches);
}
