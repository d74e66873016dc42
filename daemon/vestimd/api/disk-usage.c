/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/disk-usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIN_AGE_NS (UINT64_C (1000) * 1000 * 1000)
#define MAX_AGE_NS (60 * MIN_AGE_NS)
#define AGE_PER_DURATION 20 /* so that counting takes at most a twentieth of one core */
#define MAX_DEPTH 64

struct DiskUsage
{
  char *path;
  uv_work_t work;
  uv_loop_t *loop;
  uv_async_t keep; /* its close callback runs on the loop, also when no count is in progress */
  bool is_counting;
  int64_t bytes;
  uint64_t counted_at; /* uv_hrtime(), 0: never */
  uint64_t duration;
  int cancelled; /* atomic */
  int64_t result;
  void (*closed) (void *user);
  void *closed_user;
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
work_count (uv_work_t *work)
{
  DiskUsage *usage = work->data;
  uint64_t start = uv_hrtime ();

  usage->result = count_folder (usage, open (usage->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
  usage->duration = uv_hrtime () - start;
}

static void
on_handle_closed (uv_handle_t *handle)
{
  DiskUsage *usage = handle->data;

  usage->closed (usage->closed_user);
  g_free (usage->path);
  g_free (usage);
}

static void
on_counted (uv_work_t *work, int status)
{
  DiskUsage *usage = work->data;

  usage->is_counting = false;
  usage->counted_at = uv_hrtime ();
  if (status == 0)
    usage->bytes = usage->result;
  if (usage->closed != NULL)
    uv_close ((uv_handle_t *) &usage->keep, on_handle_closed);
}

DiskUsage *
disk_usage_new (uv_loop_t *loop, const char *path)
{
  DiskUsage *usage = g_new0 (DiskUsage, 1);

  usage->path = g_strdup (path);
  usage->loop = loop;
  usage->work.data = usage;
  uv_async_init (loop, &usage->keep, NULL);
  uv_unref ((uv_handle_t *) &usage->keep);
  usage->keep.data = usage;
  return usage;
}

int64_t
disk_usage_get (DiskUsage *usage)
{
  uint64_t age = uv_hrtime () - usage->counted_at;
  uint64_t allowed = CLAMP (usage->duration * AGE_PER_DURATION, MIN_AGE_NS, MAX_AGE_NS);

  if (!usage->is_counting && usage->closed == NULL && (usage->counted_at == 0 || age > allowed))
    usage->is_counting = uv_queue_work (usage->loop, &usage->work, work_count, on_counted) == 0;
  return usage->bytes;
}

void
disk_usage_close (DiskUsage *usage, void (*closed) (void *user), void *user)
{
  usage->closed = closed;
  usage->closed_user = user;
  g_atomic_int_set (&usage->cancelled, 1);
  if (!usage->is_counting)
    uv_close ((uv_handle_t *) &usage->keep, on_handle_closed);
}
