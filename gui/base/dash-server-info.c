/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-server-info.h"

#include <string.h>

#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/json/vestim-json.h"

#define MAX_VERSION 40
#define MAX_RUNNING 100000
#define MAX_GROUP_NAME 64
#define MAX_GROUPS 200

static void
read_counts (JsonNode *jobs, DashServerInfo *info)
{
  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    {
      const char *name = vestim_job_state_name ((VestimJobState) state);

      vestim_node_get_int64 (vestim_node_member (jobs, name), &info->jobs[state]);
    }
}

/* 0 when it is missing. */
static int
read_number (JsonNode *node, const char *name)
{
  int64_t value = 0;

  vestim_node_get_int64 (vestim_node_member (node, name), &value);
  return (int) CLAMP (value, 0, G_MAXINT);
}

static void
read_slots (JsonNode *node, DashSlots *slots)
{
  slots->cpus = read_number (node, "cpus");
  vestim_node_get_int64 (vestim_node_member (node, "memory_mb"), &slots->memory_mb);
  slots->gpus = read_number (node, "gpus");
}

static void
group_free (gpointer data)
{
  DashGroup *group = data;

  g_free (group->name);
  g_free (group);
}

static void
add_group (JsonNode *node, GPtrArray *groups)
{
  const char *name = vestim_node_member_string (node, "name");
  DashGroup *group;
  int64_t limit = -1;
  bool paused = false;

  if (name == NULL || strlen (name) > MAX_GROUP_NAME)
    return;
  group = g_new0 (DashGroup, 1);
  group->name = vestim_text_line (name, MAX_GROUP_NAME);
  vestim_node_get_int64 (vestim_node_member (node, "max_running"), &limit);
  group->max_running = (int) CLAMP (limit, -1, MAX_RUNNING);
  vestim_node_get_bool (vestim_node_member (node, "paused"), &paused);
  group->paused = paused;
  group->queued = read_number (node, "queued");
  group->running = read_number (node, "running");
  g_ptr_array_add (groups, group);
}

static void
read_queue (JsonNode *root, DashServerInfo *info)
{
  JsonNode *groups = vestim_node_member (root, "groups");
  guint n = MIN (vestim_node_n_elements (groups), MAX_GROUPS);
  bool paused = false;

  vestim_node_get_bool (vestim_node_member (root, "paused"), &paused);
  info->paused = paused;
  read_slots (vestim_node_member (root, "capacity"), &info->capacity);
  read_slots (vestim_node_member (root, "in_use"), &info->in_use);
  info->groups = g_ptr_array_new_with_free_func (group_free);
  for (guint i = 0; i < n; i++)
    add_group (vestim_node_element (groups, i), info->groups);
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
  read_queue (root, info);
  return info;
}

void
dash_server_info_free (DashServerInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->version);
  g_ptr_array_unref (info->groups);
  g_free (info);
}
