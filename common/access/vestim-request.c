/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-request.h"

#include <stdarg.h>

#define DEFAULT_MAX_BYTES (8 * 1024 * 1024)

VestimRequest *
vestim_request_new (const char *method, const char *format, ...)
{
  VestimRequest *request;
  va_list args;

  g_return_val_if_fail (method != NULL && format != NULL, NULL);
  request = g_new0 (VestimRequest, 1);
  va_start (args, format);
  request->path = g_strdup_vprintf (format, args);
  va_end (args);
  request->method = g_strdup (method);
  request->max_bytes = DEFAULT_MAX_BYTES;
  if (!g_str_equal (method, "GET") && !g_str_equal (method, "HEAD"))
    request->key = g_uuid_string_random ();
  return request;
}

VestimRequest *
vestim_request_copy (const VestimRequest *request)
{
  VestimRequest *copy = g_memdup2 (request, sizeof *request);

  copy->method = g_strdup (request->method);
  copy->path = g_strdup (request->path);
  copy->body = g_strdup (request->body);
  copy->range = g_strdup (request->range);
  copy->content_range = g_strdup (request->content_range);
  copy->if_none_match = g_strdup (request->if_none_match);
  copy->bytes = request->bytes != NULL ? g_bytes_ref (request->bytes) : NULL;
  copy->key = g_strdup (request->key);
  return copy;
}

void
vestim_request_free (VestimRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->method);
  g_free (request->path);
  g_free (request->body);
  g_free (request->range);
  g_free (request->content_range);
  g_free (request->if_none_match);
  g_clear_pointer (&request->bytes, g_bytes_unref);
  g_free (request->key);
  g_free (request);
}
