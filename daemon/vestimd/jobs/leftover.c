/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/leftover.h"

#include <dirent.h>
#include <fcntl.h>
#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/sys/fd.h"

static const char *const names[] = { "checkpoint.bin", "checkpoint.old.bin", "summary.json" };

static bool
is_in_task (int tasks_fd, const char *task)
{
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s", task, names[i]);
      struct stat status;

      if (fstatat (tasks_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (status.st_mode))
        return true;
    }
  return false;
}

bool
leftover_exists (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "tasks", NULL);
  int fd = fd_open_folder (path);
  DIR *tasks = fd < 0 ? NULL : fdopendir (fd);
  struct dirent *entry;
  bool found = false;

  while (!found && tasks != NULL && (entry = readdir (tasks)) != NULL)
    found = g_ascii_isdigit (entry->d_name[0]) && is_in_task (fd, entry->d_name);
  if (tasks != NULL)
    closedir (tasks);
  return found;
}
