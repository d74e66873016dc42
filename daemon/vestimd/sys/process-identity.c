/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/process-identity.h"

#include <glib.h>
#include <string.h>

#include "daemon/posix/process.h"

#define DELETED " (deleted)" /* after the path of a program that was removed or replaced */

/* `(transfer full, nullable)` the path of its program. */
static char *
dup_executable (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/exe", (int) pid);

  return g_file_read_link (path, NULL);
}

bool
process_is_replaced (pid_t pid)
{
  g_autofree char *target = dup_executable (pid);

  return target != NULL && g_str_has_suffix (target, DELETED);
}

static bool
is_vestimd_executable (pid_t pid)
{
  g_autofree char *target = dup_executable (pid);

  return target != NULL
         && (g_str_has_suffix (target, "/vestimd")
             || g_str_has_suffix (target, "/vestimd" DELETED));
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
