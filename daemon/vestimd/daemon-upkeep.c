/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/daemon-upkeep.h"

#include "daemon/posix/clock.h"

/* Without a hook, only to drop what a daemon with one has left. */
static void
open_hooks (DaemonParts *parts)
{
  const HooksConfig config = {
    .loop = parts->loop,
    .registry = parts->registry,
    .program = parts->config->hook_on_end,
    .folder = parts->config->paths->home,
    .jobs_dir = parts->config->paths->jobs,
    .stats = &parts->upkeep_stats,
  };

  if (config.program == NULL && registry_get_stats (parts->registry)->n_hooks == 0)
    return;
  parts->hooks = hooks_new (&config);
  hooks_wake (parts->hooks);
}

void
daemon_upkeep_open (DaemonParts *parts)
{
  const RetentionConfig config = {
    .loop = parts->loop,
    .registry = parts->registry,
    .service = parts->service,
    .jobs_dir = parts->config->paths->jobs,
    .wall_ms = clock_wall_ms,
    .uptime_ms = clock_uptime_ms,
    .stats = &parts->upkeep_stats,
  };

  open_hooks (parts);
  parts->retention = retention_new (&config);
}

void
daemon_upkeep_look (DaemonParts *parts, const ServiceEvent *event)
{
  bool is_end =
      event->kind == SERVICE_EVENT_JOB && vestim_job_state_is_final (job_get (event->job)->state);

  if (is_end && parts->hooks != NULL)
    hooks_wake (parts->hooks);
  if (is_end && parts->retention != NULL)
    retention_wake (parts->retention);
  if (event->kind == SERVICE_EVENT_QUEUE && parts->retention != NULL)
    retention_note_settings (parts->retention);
}

static void
on_closed (void *user)
{
  *(bool *) user = true;
}

void
daemon_upkeep_close (DaemonParts *parts)
{
  bool is_hooks_closed = parts->hooks == NULL, is_retention_closed = parts->retention == NULL;

  if (parts->hooks != NULL)
    hooks_close (g_steal_pointer (&parts->hooks), on_closed, &is_hooks_closed);
  if (parts->retention != NULL)
    retention_close (g_steal_pointer (&parts->retention), on_closed, &is_retention_closed);
  while ((!is_hooks_closed || !is_retention_closed) && uv_run (parts->loop, UV_RUN_ONCE) != 0)
    ;
}
