/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/folder-size.h"

#include <dirent.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 64

static int64_t count_folder (int fd, const int *cancelled, unsigned depth);

static int64_t
count_entry (int folder, const char *name, const int *cancelled, unsigned depth)
{
  struct stat st;

  if (fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return 0;
  if (S_ISREG (st.st_mode))
    return st.st_size;
  if (!S_ISDIR (st.st_mode) || depth == MAX_DEPTH)
    return 0;
  return count_folder (openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                       cancelled, depth + 1);
}

/* Takes `fd`. */
static int64_t
count_folder (int fd, const int *cancelled, unsigned depth)
{
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  int64_t bytes = 0;
  struct dirent *entry = NULL;

  if (dir == NULL)
    {
      if (fd >= 0)
        close (fd);
      return 0;
    }
  while ((cancelled == NULL || !g_atomic_int_get (cancelled)) && (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      bytes += count_entry (dirfd (dir), entry->d_name, cancelled, depth);
  closedir (dir);
  return bytes;
}

int64_t
folder_size (const char *path, const int *cancelled)
{
  return count_folder (open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), cancelled, 0);
}
