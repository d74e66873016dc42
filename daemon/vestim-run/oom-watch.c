/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/oom-watch.h"

#include <signal.h>
#include <sys/wait.h>

#include "daemon/posix/cgroup.h"
#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"

#define MEMORY_EVENTS "memory.events"
/* From the choice of a victim to its end: it frees its memory first. */
#define RECENT_MS 3000
#define SHELL_SIGKILL (128 + SIGKILL) /* how a shell passes on that its program was killed */

static int64_t
read_count (const OomWatch *watch)
{
  return cgroup_read_value_of (watch->fd, "oom_kill");
}

void
oom_watch_open (OomWatch *watch, const JobGroup *group, const char *shared)
{
  *watch = (OomWatch){ .fd = -1, .risen_at = INT64_MIN / 2 };
  if (job_group_exists (group))
    watch->fd = cgroup_open (group->path, MEMORY_EVENTS);
  watch->is_own = watch->fd >= 0;
  if (!watch->is_own && shared != NULL)
    watch->fd = cgroup_open (shared, MEMORY_EVENTS);
  if (watch->fd < 0)
    watch->fd = -1;
  watch->count = read_count (watch);
}

bool
oom_watch_look (OomWatch *watch)
{
  int64_t count = read_count (watch);

  if (count > watch->count)
    watch->risen_at = clock_monotonic_ms ();
  watch->count = count;
  return count >= 0;
}

bool
oom_watch_explains (OomWatch *watch, int wait_status)
{
  bool is_killed = (WIFSIGNALED (wait_status) && WTERMSIG (wait_status) == SIGKILL)
                   || (WIFEXITED (wait_status) && WEXITSTATUS (wait_status) == SHELL_SIGKILL);

  if (watch->count < 0 || (WIFEXITED (wait_status) && WEXITSTATUS (wait_status) == 0))
    return false;
  if (watch->is_own)
    return read_count (watch) > 0;
  oom_watch_look (watch);
  return is_killed && clock_monotonic_ms () - watch->risen_at <= RECENT_MS;
}

void
oom_watch_close (OomWatch *watch)
{
  fd_clear (&watch->fd);
}
