/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/job-group.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/cgroup.h"
#include "daemon/posix/clock.h"

#define PERIOD_US 100000 /* of cpu.max: the kernel's default */
#define END_PAUSE_MS 5
#define END_ROUNDS 200

char *
job_group_dup_name (const char *job_id, int attempt, pid_t shim)
{
  char *name;

  if (asprintf (&name, CGROUP_ATTEMPT_PREFIX "%s-%d-%d", job_id, attempt, (int) shim) < 0)
    abort ();
  return name;
}

/* False, with no group, when the path is too long. */
static bool
set_path (JobGroup *group, const char *parent, const char *name)
{
  int n = snprintf (group->path, sizeof group->path, "%s/%s", parent, name);

  if (n > 0 && (size_t) n < sizeof group->path)
    return true;
  group->path[0] = '\0';
  return false;
}

static int
limit_memory (const JobGroup *group, int64_t memory_max)
{
  char text[32];
  int r;

  snprintf (text, sizeof text, "%" PRId64, memory_max);
  r = cgroup_write (group->path, "memory.max", text);
  /* Without it the job would not end: it would swap. A kernel without swap has no such file. */
  if (r == 0 && cgroup_has (group->path, "memory.swap.max"))
    r = cgroup_write (group->path, "memory.swap.max", "0");
  /* All of the job or nothing of it: a job that lost one of its processes may wait for ever. */
  if (r == 0)
    r = cgroup_write (group->path, "memory.oom.group", "1");
  return r;
}

static int
limit_cpus (const JobGroup *group, int cpus)
{
  char text[64];

  snprintf (text, sizeof text, "%" PRId64 " %d", (int64_t) cpus * PERIOD_US, PERIOD_US);
  return cgroup_write (group->path, "cpu.max", text);
}

/* A folder of the name that no process uses is ours as well. */
static int
make (JobGroup *group, const JobGroupSpec *spec)
{
  char *name = job_group_dup_name (spec->job_id, spec->attempt, getpid ());
  int r = set_path (group, spec->parent, name) ? 0 : -ENAMETOOLONG;

  free (name);
  if (r == 0 && mkdir (group->path, 0755) != 0
      && (errno != EEXIST || cgroup_is_populated (group->path)))
    {
      r = -errno;
      group->path[0] = '\0';
    }
  return r;
}

int
job_group_open (JobGroup *group, const JobGroupSpec *spec)
{
  int r;

  group->path[0] = '\0';
  if (spec->parent == NULL)
    return spec->memory_max > 0 || spec->cpus > 0 ? -ENOTSUP : 0;
  r = make (group, spec);
  if (r == 0 && spec->memory_max > 0)
    r = limit_memory (group, spec->memory_max);
  if (r == 0 && spec->cpus > 0)
    r = limit_cpus (group, spec->cpus);
  if (r < 0)
    job_group_close (group);
  return r == -ENOENT ? -ENOTSUP : r; /* the controller is not enabled here */
}

void
job_group_find (JobGroup *group, const char *parent, const char *name)
{
  group->path[0] = '\0';
  if (parent != NULL && name != NULL && set_path (group, parent, name)
      && !cgroup_has (group->path, "cgroup.procs"))
    group->path[0] = '\0';
}

bool
job_group_exists (const JobGroup *group)
{
  return group->path[0] != '\0';
}

int
job_group_open_folder (const JobGroup *group)
{
  return job_group_exists (group) ? open (group->path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
}

void
job_group_drop_if_empty (JobGroup *group)
{
  if (job_group_exists (group) && !cgroup_is_populated (group->path))
    job_group_close (group);
}

void
job_group_thaw (const JobGroup *group)
{
  if (job_group_exists (group))
    cgroup_freeze (group->path, false);
}

void
job_group_end (JobGroup *group)
{
  if (!job_group_exists (group))
    return;
  if (cgroup_is_populated (group->path))
    cgroup_kill (group->path);
  for (int i = 0; i < END_ROUNDS && cgroup_is_populated (group->path); i++)
    clock_pause_ms (END_PAUSE_MS);
  job_group_close (group);
}

void
job_group_close (JobGroup *group)
{
  if (job_group_exists (group))
    cgroup_remove (group->path);
  group->path[0] = '\0';
}
