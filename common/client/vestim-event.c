/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-event.h"

#include <string.h>

#include "common/client/vestim-job-reader.h"
#include "common/client/vestim-node.h"
#include "common/json/vestim-json.h"

static bool
read_job (JsonNode *root, VestimEvent *event, GError **error)
{
  event->kind = VESTIM_EVENT_JOB;
  event->job = vestim_job_read (root, &event->folder, error);
  return event->job != NULL;
}

static bool
read_deleted (JsonNode *root, VestimEvent *event, GError **error)
{
  const char *id = vestim_node_member_string (root, "job_id");
  const char *const ids[] = { id, NULL };

  event->kind = VESTIM_EVENT_REMOVED;
  event->job_ids = g_strdupv ((char **) ids);
  if (id == NULL)
    g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT, "job_id is missing");
  return id != NULL;
}

static bool
read_cleared (JsonNode *root, VestimEvent *event, GError **error)
{
  JsonNode *ids = vestim_node_member (root, "job_ids");
  bool all = false;

  event->kind = VESTIM_EVENT_REMOVED;
  vestim_node_get_bool (vestim_node_member (root, "all"), &all);
  if (all)
    return true;
  event->job_ids = vestim_node_dup_strings (ids);
  if (vestim_node_is_array (ids))
    return true;
  g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT, "job_ids are missing");
  return false;
}

VestimEvent *
vestim_event_parse (const char *type, const char *data, GError **error)
{
  static const struct
  {
    const char *type;
    bool (*read) (JsonNode *root, VestimEvent *event, GError **error);
  } readers[] = {
    { "job", read_job },
    { "deleted", read_deleted },
    { "cleared", read_cleared },
  };
  g_autoptr (VestimEvent) event = g_new0 (VestimEvent, 1);

  event->kind = strcmp (type, "reset") == 0   ? VESTIM_EVENT_RESET
                : strcmp (type, "queue") == 0 ? VESTIM_EVENT_QUEUE
                                              : VESTIM_EVENT_OTHER;
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    if (strcmp (type, readers[i].type) == 0)
      {
        g_autoptr (JsonNode) root = vestim_node_parse (data, strlen (data), error);

        if (root == NULL || !readers[i].read (root, event, error))
          return NULL;
      }
  return g_steal_pointer (&event);
}

void
vestim_event_free (VestimEvent *event)
{
  if (event == NULL)
    return;
  vestim_job_free (event->job);
  g_free (event->folder);
  g_strfreev (event->job_ids);
  g_free (event);
}
