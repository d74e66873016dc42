/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-server-info.h"

#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/json/vestim-json.h"

#define MAX_VERSION 40
#define MAX_RUNNING 100000

static void
read_counts (JsonNode *jobs, DashServerInfo *info)
{
  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    {
      const char *name = vestim_job_state_name ((VestimJobState) state);

      vestim_node_get_int64 (vestim_node_member (jobs, name), &info->jobs[state]);
    }
}

DashServerInfo *
dash_server_info_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = vestim_node_parse (text, length, error);
  const char *version = vestim_node_member_string (root, "version");
  DashServerInfo *info;

  if (root == NULL)
    return NULL;
  if (g_strcmp0 (vestim_node_member_string (root, "status"), "online") != 0)
    {
      g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT,
                   "not the status of a vestimd");
      return NULL;
    }
  info = g_new0 (DashServerInfo, 1);
  info->jobs_bytes = -1;
  info->version = vestim_text_line (version != NULL ? version : "?", MAX_VERSION);
  vestim_node_get_int64 (vestim_node_member (root, "pid"), &info->pid);
  vestim_node_get_time (vestim_node_member (root, "started_at"), &info->started_at);
  vestim_node_get_double (vestim_node_member (root, "uptime_s"), &info->uptime_s);
  vestim_node_get_int64 (vestim_node_member (root, "max_running"), &info->max_running);
  info->max_running = CLAMP (info->max_running, 0, MAX_RUNNING);
  vestim_node_get_int64 (vestim_node_member (root, "jobs_bytes"), &info->jobs_bytes);
  read_counts (vestim_node_member (root, "jobs"), info);
  return info;
}

void
dash_server_info_free (DashServerInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->version);
  g_free (info);
}
