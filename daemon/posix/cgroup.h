/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Control groups of version 2. A group is the path of its folder. Calls return 0 or -errno unless
 * stated; none of them waits. */

/* The group of an attempt is "vestim-<job_id>-<attempt>-<PID of vestim-run>". */
#define CGROUP_ATTEMPT_PREFIX "vestim-"

/* The group of this process. -ENOENT: version 2 is not mounted, or the group is outside of what is
 * mounted. */
int cgroup_find_own (char *path, size_t size);

/* The same from the texts of /proc/self/cgroup and /proc/self/mountinfo. */
int cgroup_find (const char *cgroup, const char *mountinfo, char *path, size_t size);

/* Whether the group has this file: whether its controller is enabled, or the kernel knows it. */
bool cgroup_has (const char *group, const char *file);

/* Writes one value; the file must exist. */
int cgroup_write (const char *group, const char *file, const char *text);

/* Opens a file of the group for reading. The descriptor or -errno. poll() reports a change of
 * cgroup.events or memory.events by POLLPRI, from the last read of this very descriptor on. */
int cgroup_open (const char *group, const char *file);

/* The value of `name` in an open file of lines "name value"; -1 without one. */
int64_t cgroup_read_value_of (int fd, const char *name);
int64_t cgroup_read_value (const char *group, const char *file, const char *name);

/* Whether a text such as cgroup.controllers lists the word. */
bool cgroup_lists (const char *group, const char *file, const char *word);

/* Whether a process lives in it or below it. False also when this cannot be read. */
bool cgroup_is_populated (const char *group);

/* Freezes or thaws all processes in it. It takes a moment until they are: "frozen" of cgroup.events
 * changes then. A frozen process takes SIGKILL, but no other signal. */
int cgroup_freeze (const char *group, bool is_frozen);

/* SIGKILL to all processes in it and below it. -ENOENT on a kernel before 5.14. */
int cgroup_kill (const char *group);

/* Removes it with the groups below it, unless a process lives in them. */
int cgroup_remove (const char *group);
