/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/resources.h"

#include <glib.h>
#include <sys/statvfs.h>

#include "daemon/vestimd/api/refresh.h"

struct Resources
{
  char *jobs_dir;
  Refresh refresh;
  ResourceSample sample;
  ResourceSample result; /* of the thread */
  void (*closed) (void *user);
  void *closed_user;
};

static void
measure (void *user)
{
  Resources *resources = user;
  struct statvfs disk;

  process_usage_read (&resources->result.process);
  resources->result.disk_free_bytes =
      statvfs (resources->jobs_dir, &disk) == 0 ? (int64_t) (disk.f_bavail * disk.f_frsize) : -1;
}

static void
take (void *user)
{
  Resources *resources = user;

  resources->sample = resources->result;
}

Resources *
resources_new (uv_loop_t *loop, const char *jobs_dir)
{
  Resources *resources = g_new0 (Resources, 1);

  resources->jobs_dir = g_strdup (jobs_dir);
  resources->sample = (ResourceSample){ { -1, -1, -1, -1, -1 }, -1 };
  refresh_init (&resources->refresh, loop, measure, take, resources);
  refresh_request (&resources->refresh);
  return resources;
}

const ResourceSample *
resources_get (Resources *resources)
{
  refresh_request (&resources->refresh);
  return &resources->sample;
}

static void
on_refresh_closed (void *user)
{
  Resources *resources = user;

  resources->closed (resources->closed_user);
  g_free (resources->jobs_dir);
  g_free (resources);
}

void
resources_close (Resources *resources, void (*closed) (void *user), void *user)
{
  resources->closed = closed;
  resources->closed_user = user;
  refresh_close (&resources->refresh, on_refresh_closed, resources);
}
