/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/process-identity.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/posix/process.h"

/* A program that was replaced by an upgrade reads "/usr/bin/vestimd (deleted)". */
static bool
is_vestimd_executable (pid_t pid)
{
  char path[64], target[4096];
  const char *name;
  ssize_t n;

  snprintf (path, sizeof path, "/proc/%d/exe", (int) pid);
  n = readlink (path, target, sizeof target - 1);
  if (n < 0)
    return false;
  target[n] = '\0';
  name = strrchr (target, '/');
  name = name != NULL ? name + 1 : target;
  return strcmp (name, "vestimd") == 0 || strcmp (name, "vestimd (deleted)") == 0;
}

bool
process_is_vestimd (pid_t pid)
{
  char name[64];

  if (pid <= 0 || !process_is_ours (pid))
    return false;
  if (is_vestimd_executable (pid))
    return true;
  process_name (pid, name, sizeof name);
  return strcmp (name, "vestimd") == 0;
}
