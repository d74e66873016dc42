/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/disk-usage.h"

#include <glib.h>

#include "daemon/vestimd/api/refresh.h"
#include "daemon/vestimd/sys/folder-size.h"

struct DiskUsage
{
  char *path;
  Refresh refresh;
  int64_t bytes;
  int64_t result;
  int cancelled; /* atomic */
};

static void
measure (void *user)
{
  DiskUsage *usage = user;

  usage->result = folder_size (usage->path, &usage->cancelled);
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
