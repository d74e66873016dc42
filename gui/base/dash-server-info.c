/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-server-info.h"

#include "gui/base/dash-format.h"
#include "common/json/vestim-json.h"

#define MAX_VERSION 40
#define MAX_RUNNING 100000

static void
read_counts (const VestimJsonNode *jobs, DashServerInfo *info)
{
  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    {
      const char *name = vestim_job_state_name ((VestimJobState) state);

      vestim_json_get_int64 (vestim_json_member (jobs, name), &info->jobs[state]);
    }
}

DashServerInfo *
dash_server_info_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);
  g_autoptr (DashServerInfo) info = g_new0 (DashServerInfo, 1);
  g_autofree char *status = NULL;
  g_autofree char *version = NULL;
  const VestimJsonNode *root;

  if (doc == NULL)
    return NULL;
  root = vestim_json_root (doc);
  status = vestim_json_dup_string (vestim_json_member (root, "status"));
  if (g_strcmp0 (status, "online") != 0)
    {
      g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT,
                   "this is no answer of vestimd");
      return NULL;
    }
  info->jobs_bytes = -1;
  version = vestim_json_dup_string (vestim_json_member (root, "version"));
  info->version = dash_format_line (version != NULL ? version : "?", MAX_VERSION);
  vestim_json_get_int64 (vestim_json_member (root, "pid"), &info->pid);
  vestim_json_get_time (vestim_json_member (root, "started_at"), &info->started_at);
  vestim_json_get_double (vestim_json_member (root, "uptime_s"), &info->uptime_s);
  vestim_json_get_int64 (vestim_json_member (root, "max_running"), &info->max_running);
  info->max_running = CLAMP (info->max_running, 0, MAX_RUNNING);
  vestim_json_get_int64 (vestim_json_member (root, "jobs_bytes"), &info->jobs_bytes);
  read_counts (vestim_json_member (root, "jobs"), info);
  return g_steal_pointer (&info);
}

void
dash_server_info_free (DashServerInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->version);
  g_free (info);
}
