/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/disk-usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/api/refresh.h"

#define MAX_DEPTH 64

struct DiskUsage
{
  char *path;
  Refresh refresh;
  int64_t bytes;
  int64_t result;
  int cancelled; /* atomic */
};

static int64_t count_folder (DiskUsage *usage, int fd, unsigned depth);

static int64_t
count_entry (DiskUsage *usage, int folder, const char *name, unsigned depth)
{
  struct stat st;

  if (fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return 0;
  if (S_ISREG (st.st_mode))
    return st.st_size;
  if (!S_ISDIR (st.st_mode) || depth == MAX_DEPTH)
    return 0;
  return count_folder (
      usage, openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), depth + 1);
}

/* Takes `fd`. */
static int64_t
count_folder (DiskUsage *usage, int fd, unsigned depth)
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
  while (!g_atomic_int_get (&usage->cancelled) && (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      bytes += count_entry (usage, dirfd (dir), entry->d_name, depth);
  closedir (dir);
  return bytes;
}

static void
measure (void *user)
{
  DiskUsage *usage = user;

  usage->result = count_folder (usage, open (usage->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
}

static void
take (void *user)
{
  DiskUsage *usage = user;

  usage->bytes = usage->result;
}

static void
free_all (void *user)
{
  DiskUsage *usage = user;

  g_free (usage->path);
  g_free (usage);
}

DiskUsage *
disk_usage_new (uv_loop_t *loop, const char *path)
{
  DiskUsage *usage = g_new0 (DiskUsage, 1);

  usage->path = g_strdup (path);
  usage->refresh =
      (Refresh){ .measure = measure, .take = take, .free = free_all, .user = usage, .loop = loop };
  refresh_init (&usage->refresh);
  return usage;
}

int64_t
disk_usage_get (DiskUsage *usage)
{
  refresh_request (&usage->refresh);
  return usage->bytes;
}

void
disk_usage_close (DiskUsage *usage, void (*closed) (void *user), void *user)
{
  g_atomic_int_set (&usage->cancelled, 1);
  refresh_close (&usage->refresh, closed, user);
}
