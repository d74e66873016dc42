/* SPDX-License-Identifier: MIT */
#include "gui/net/dash-request.h"

#include <stdarg.h>

#define DEFAULT_MAX_BYTES (8 * 1024 * 1024)

DashRequest *
dash_request_new (const char *method, const char *format, ...)
{
  DashRequest *request;
  va_list args;

  g_return_val_if_fail (method != NULL && format != NULL, NULL);
  request = g_new0 (DashRequest, 1);
  va_start (args, format);
  request->path = g_strdup_vprintf (format, args);
  va_end (args);
  request->method = g_strdup (method);
  request->max_bytes = DEFAULT_MAX_BYTES;
  if (!g_str_equal (method, "GET") && !g_str_equal (method, "HEAD"))
    request->key = g_uuid_string_random ();
  return request;
}

void
dash_request_free (DashRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->method);
  g_free (request->path);
  g_free (request->body);
  g_free (request->range);
  g_free (request->key);
  g_free (request);
}
