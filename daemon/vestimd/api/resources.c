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

static void
free_all (void *user)
{
  Resources *resources = user;

  g_free (resources->jobs_dir);
  g_free (resources);
}

Resources *
resources_new (uv_loop_t *loop, const char *jobs_dir)
{
  Resources *resources = g_new0 (Resources, 1);

  resources->jobs_dir = g_strdup (jobs_dir);
  resources->sample = (ResourceSample){ { -1, -1, -1, -1, -1 }, -1 };
  resources->refresh = (Refresh){
    .measure = measure, .take = take, .free = free_all, .user = resources, .loop = loop
  };
  refresh_init (&resources->refresh);
  refresh_request (&resources->refresh);
  return resources;
}

const ResourceSample *
resources_get (Resources *resources)
{
  refresh_request (&resources->refresh);
  return &resources->sample;
}

void
resources_close (Resources *resources, void (*closed) (void *user), void *user)
{
  refresh_close (&resources->refresh, closed, user);
}
