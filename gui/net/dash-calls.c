/* SPDX-License-Identifier: MIT */
#include "gui/net/dash-calls.h"

#include <json-glib/json-glib.h>

#include "common/client/vestim-file-check.h"
#include "common/client/vestim-node.h"
#include "gui/base/dash-file-info.h"
#include "gui/base/dash-series.h"
#include "gui/base/dash-server-info.h"

#define MAX_FILE_BYTES (64 * 1024 * 1024)
#define MAX_PREDICTIONS_BYTES (128 * 1024 * 1024) /* about three million rows */

void
dash_job_listing_free (DashJobListing *list)
{
  if (list == NULL)
    return;
  g_ptr_array_unref (list->jobs);
  g_free (list->event_id);
  g_free (list);
}

static gpointer
parse_job_list (const VestimReply *reply, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (reply->body, &size);
  GPtrArray *jobs = dash_snapshot_parse_list (text, size, error);
  DashJobListing *list;

  if (jobs == NULL)
    return NULL;
  list = g_new0 (DashJobListing, 1);
  list->jobs = jobs;
  list->event_id = g_strdup (reply->event_id);
  return list;
}

#define DEFINE_PARSER(name, function) \
  static gpointer name (const VestimReply *reply, GError **error) \
  { \
    gsize size; \
    const char *text = g_bytes_get_data (reply->body, &size); \
\
    return function (text != NULL ? text : "", size, error); \
  }

DEFINE_PARSER (parse_job, dash_snapshot_parse)
DEFINE_PARSER (parse_metrics, dash_series_parse_metrics)
DEFINE_PARSER (parse_files, dash_file_info_parse_list)
DEFINE_PARSER (parse_predictions, dash_series_parse_predictions)
DEFINE_PARSER (parse_check, vestim_file_check_parse_list)
DEFINE_PARSER (parse_status, dash_server_info_parse)

/* A status of 200 means that the answer is that of an earlier, equal request. */
static gpointer
parse_created (const VestimReply *reply, GError **error)
{
  DashSnapshot *snapshot = parse_job (reply, error);

  if (snapshot != NULL)
    snapshot->is_new = reply->status == SOUP_STATUS_CREATED;
  return snapshot;
}

static VestimRequest *
with_parser (VestimRequest *request, gpointer (*parse) (const VestimReply *, GError **),
             gpointer free_result)
{
  request->parse = parse;
  request->free_result = (GDestroyNotify) free_result;
  return request;
}

/* (transfer full) an object with one member, whose `value` is taken over. */
static char *
dup_body (const char *name, JsonNode *value)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, name);
  json_builder_add_value (builder, value);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return vestim_node_dup_text (root);
}

static VestimRequest *
with_body (VestimRequest *request, const char *body)
{
  request->body = g_strdup (body);
  return request;
}

/* `rest` follows "/jobs/ID". The server chooses the IDs, which may contain a blank or "?". */
static VestimRequest *
job_request (const char *method, const char *job_id, const char *rest)
{
  g_autofree char *escaped = NULL;

  g_return_val_if_fail (job_id != NULL, NULL);
  escaped = g_uri_escape_string (job_id, NULL, FALSE);
  return vestim_request_new (method, "/jobs/%s%s", escaped, rest);
}

static VestimRequest *
list_request (const char *path)
{
  VestimRequest *request = vestim_request_new ("GET", "%s", path);

  request->max_bytes = VESTIM_MAX_LIST_BYTES;
  request->once = TRUE;
  return with_parser (request, parse_job_list, dash_job_listing_free);
}

VestimRequest *
dash_call_list (void)
{
  return list_request ("/jobs");
}

VestimRequest *
dash_call_list_queued (void)
{
  return list_request ("/jobs?status=queued");
}

VestimRequest *
dash_call_create (const char *body)
{
  VestimRequest *request;

  g_return_val_if_fail (body != NULL, NULL);
  request = with_body (vestim_request_new ("POST", "/jobs"), body);
  return with_parser (request, parse_created, dash_snapshot_free);
}

VestimRequest *
dash_call_patch (const char *job_id, const char *body)
{
  VestimRequest *request;

  g_return_val_if_fail (job_id != NULL && body != NULL, NULL);
  request = with_body (job_request ("PATCH", job_id, ""), body);
  return with_parser (request, parse_job, dash_snapshot_free);
}

VestimRequest *
dash_call_rename (const char *job_id, const char *name)
{
  g_autofree char *body = NULL;

  g_return_val_if_fail (job_id != NULL && name != NULL, NULL);
  body = dup_body ("name", json_node_init_string (json_node_alloc (), name));
  return dash_call_patch (job_id, body);
}

VestimRequest *
dash_call_set_priority (const char *job_id, int priority)
{
  g_autofree char *body = NULL;

  g_return_val_if_fail (job_id != NULL, NULL);
  body = dup_body ("priority", json_node_init_int (json_node_alloc (), priority));
  return dash_call_patch (job_id, body);
}

VestimRequest *
dash_call_set_notes (const char *job_id, const char *const *tags, const char *note, gboolean pinned)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *body = NULL;

  g_return_val_if_fail (tags != NULL && note != NULL, NULL);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "tags");
  json_builder_begin_array (builder);
  for (guint i = 0; tags[i] != NULL; i++)
    json_builder_add_string_value (builder, tags[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "note");
  json_builder_add_string_value (builder, note);
  json_builder_set_member_name (builder, "pinned");
  json_builder_add_boolean_value (builder, pinned);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  body = vestim_node_dup_text (root);
  return dash_call_patch (job_id, body);
}

VestimRequest *
dash_call_delete (const char *job_id)
{
  g_return_val_if_fail (job_id != NULL, NULL);
  return job_request ("DELETE", job_id, "");
}

VestimRequest *
dash_call_move (const char *job_id, const char *verb)
{
  g_autofree char *rest = NULL;

  g_return_val_if_fail (job_id != NULL && verb != NULL, NULL);
  rest = g_strconcat ("/", verb, NULL);
  return job_request ("POST", job_id, rest);
}

VestimRequest *
dash_call_place (const char *job_id, const char *where, const char *what)
{
  g_autofree char *body = NULL;

  g_return_val_if_fail (job_id != NULL && where != NULL && what != NULL, NULL);
  body = dup_body (where, json_node_init_string (json_node_alloc (), what));
  return with_body (job_request ("POST", job_id, "/move"), body);
}

VestimRequest *
dash_call_clear (const char *states)
{
  if (states == NULL)
    return vestim_request_new ("POST", "/jobs/clear");
  return vestim_request_new ("POST", "/jobs/clear?status=%s", states);
}

VestimRequest *
dash_call_stop_all (void)
{
  return vestim_request_new ("POST", "/jobs/stop");
}

VestimRequest *
dash_call_log (const char *job_id, goffset first, goffset n)
{
  VestimRequest *request;

  g_return_val_if_fail (job_id != NULL && n > 0, NULL);
  request = job_request ("GET", job_id, "/log");
  /* A server may send the whole log instead of the part, when it is short. */
  request->max_bytes = (gsize) n * 4;
  if (first < 0)
    request->range = g_strdup_printf ("bytes=-%" G_GOFFSET_FORMAT, n);
  else
    request->range =
        g_strdup_printf ("bytes=%" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT, first, first + n - 1);
  return request;
}

VestimRequest *
dash_call_metrics (const char *job_id)
{
  VestimRequest *request;

  g_return_val_if_fail (job_id != NULL, NULL);
  request = job_request ("GET", job_id, "/metrics");
  request->max_bytes = MAX_FILE_BYTES;
  return with_parser (request, parse_metrics, g_ptr_array_unref);
}

VestimRequest *
dash_call_files (const char *job_id)
{
  VestimRequest *request;

  g_return_val_if_fail (job_id != NULL, NULL);
  request = job_request ("GET", job_id, "/files");
  return with_parser (request, parse_files, g_ptr_array_unref);
}

VestimRequest *
dash_call_file (const char *job_id, const char *name)
{
  g_autofree char *escaped = NULL;
  g_autofree char *rest = NULL;
  VestimRequest *request;

  g_return_val_if_fail (job_id != NULL && name != NULL, NULL);
  escaped = g_uri_escape_string (name, "/", FALSE);
  rest = g_strconcat ("/files/", escaped, NULL);
  request = job_request ("GET", job_id, rest);
  request->max_bytes = MAX_FILE_BYTES;
  return request;
}

VestimRequest *
dash_call_predictions (const char *job_id, const char *name)
{
  VestimRequest *request;

  g_return_val_if_fail (job_id != NULL && name != NULL, NULL);
  request = dash_call_file (job_id, name);
  request->max_bytes = MAX_PREDICTIONS_BYTES;
  return with_parser (request, parse_predictions, g_ptr_array_unref);
}

VestimRequest *
dash_call_check (const char *const *files)
{
  VestimRequest *request;

  g_return_val_if_fail (files != NULL, NULL);
  request = vestim_request_new ("POST", "/estimation/check");
  request->body = vestim_file_check_dup_request (files);
  /* A check changes nothing: it can be repeated without a key. */
  g_clear_pointer (&request->key, g_free);
  return with_parser (request, parse_check, g_ptr_array_unref);
}

VestimRequest *
dash_call_status (void)
{
  VestimRequest *request = vestim_request_new ("GET", "/server/status");

  request->once = TRUE;
  return with_parser (request, parse_status, dash_server_info_free);
}

VestimRequest *
dash_call_settings (int max_running)
{
  g_autofree char *body =
      dup_body ("max_running", json_node_init_int (json_node_alloc (), max_running));

  return with_body (vestim_request_new ("PATCH", "/server/settings"), body);
}

VestimRequest *
dash_call_pause_queue (gboolean pause)
{
  return vestim_request_new ("POST", pause ? "/server/pause" : "/server/resume");
}

VestimRequest *
dash_call_group (const char *name, int max_running, gboolean paused)
{
  g_autofree char *limit = g_strdup_printf ("%d", max_running);
  g_autofree char *body =
      g_strdup_printf ("{\"max_running\":%s,\"paused\":%s}", max_running >= 0 ? limit : "null",
                       paused ? "true" : "false");
  g_autofree char *escaped = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  escaped = g_uri_escape_string (name, NULL, FALSE);
  return with_body (vestim_request_new ("PATCH", "/groups/%s", escaped), body);
}

VestimRequest *
dash_call_shutdown (gboolean keep_jobs)
{
  return vestim_request_new ("POST", "/server/shutdown%s", keep_jobs ? "?keep_jobs=true" : "");
}
