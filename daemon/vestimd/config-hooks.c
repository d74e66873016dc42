/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/config-hooks.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A program that others can replace would run in the user's name. */
static char *
check_program (const char *path)
{
  struct stat info;

  if (path[0] != '/')
    return g_strdup_printf ("'%s' is not an absolute path; write the full path of the program",
                            path);
  if (stat (path, &info) < 0)
    return g_strdup_printf ("%s cannot be run: %s", path, g_strerror (errno));
  if (!S_ISREG (info.st_mode))
    return g_strdup_printf ("%s is not a program; name a file", path);
  if (access (path, X_OK) < 0)
    return g_strdup_printf ("%s cannot be run: %s; make it executable with chmod +x", path,
                            g_strerror (errno));
  if (info.st_uid != 0 && info.st_uid != geteuid ())
    return g_strdup_printf ("%s belongs to another user; use a copy of your own", path);
  if ((info.st_mode & S_IWOTH) != 0)
    return g_strdup_printf ("%s can be changed by every user; protect it with chmod o-w", path);
  return NULL;
}

char *
config_hooks_apply (DaemonConfig *config, const char *key, const char *value)
{
  char *fault;

  if (strcmp (key, "on_end") != 0 && strcmp (key, "on-end") != 0)
    return g_strdup ("this is not a hook; the only one is on_end");
  fault = check_program (value);
  if (fault != NULL)
    return fault;
  g_free (config->hook_on_end);
  config->hook_on_end = g_strdup (value);
  return NULL;
}
