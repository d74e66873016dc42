/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/process-usage.h"

#include <dirent.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

static double
seconds (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

static void
read_memory (ProcessUsage *usage)
{
  g_autofree char *text = NULL;
  int64_t page = sysconf (_SC_PAGESIZE);
  int64_t size, resident;

  if (fd_read_file ("/proc/self/statm", 256, &text, NULL) < 0
      || sscanf (text, "%" SCNd64 " %" SCNd64, &size, &resident) != 2)
    return;
  usage->virtual_bytes = size * page;
  usage->resident_bytes = resident * page;
}

static int64_t
count_descriptors (void)
{
  DIR *dir = opendir ("/proc/self/fd");
  int64_t n = -3; /* ".", "..", and the folder itself */

  if (dir == NULL)
    return -1;
  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n;
}

void
process_usage_read (ProcessUsage *usage)
{
  struct rusage used;
  struct rlimit limit;

  *usage = (ProcessUsage){ -1, -1, -1, -1, -1 };
  if (getrusage (RUSAGE_SELF, &used) == 0)
    usage->cpu_s = seconds (used.ru_utime) + seconds (used.ru_stime);
  read_memory (usage);
  usage->open_fds = count_descriptors ();
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    usage->max_fds = (int64_t) limit.rlim_cur;
}
