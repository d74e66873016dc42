/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/response.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"
#include "daemon/vestimd/http/syntax.h"

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
#define DATE_LENGTH 29

const char *
response_reason (int status)
{
  static const struct
  {
    int status;
    const char *reason;
  } reasons[] = {
    { 200, "OK" },
    { 201, "Created" },
    { 202, "Accepted" },
    { 204, "No Content" },
    { 206, "Partial Content" },
    { 304, "Not Modified" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 409, "Conflict" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 415, "Unsupported Media Type" },
    { 416, "Range Not Satisfiable" },
    { 417, "Expectation Failed" },
    { 421, "Misdirected Request" },
    { 422, "Unprocessable Content" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 503, "Service Unavailable" },
    { 507, "Insufficient Storage" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].status == status)
      return reasons[i].reason;
  return "Unknown";
}

/* Not with strftime(), whose names follow the locale. */
static void
format_date (char *text, size_t size, time_t second)
{
  static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  struct tm tm;

  gmtime_r (&second, &tm);
  snprintf (text, size, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
            months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
response_common_init (ResponseCommon *common, const char *server_name)
{
  common->fields = g_string_new (NULL);
  if (server_name != NULL)
    response_append_field (common->fields, "Server", server_name);
  g_string_append (common->fields, "X-Content-Type-Options: nosniff\r\nDate: ");
  common->date_offset = common->fields->len;
  g_string_append_printf (common->fields, "%*s\r\n", DATE_LENGTH, "");
  common->second = (time_t) -1;
}

void
response_common_deinit (ResponseCommon *common)
{
  g_string_free (common->fields, TRUE);
}

static void
append_common (GString *out, ResponseCommon *common)
{
  time_t now = time (NULL);

  if (now != common->second)
    {
      char date[64];

      format_date (date, sizeof date, now);
      memcpy (common->fields->str + common->date_offset, date, DATE_LENGTH);
      common->second = now;
    }
  g_string_append_len (out, common->fields->str, (gssize) common->fields->len);
}

static void
append_number (GString *out, uint64_t number)
{
  char digits[20];
  size_t i = sizeof digits;

  do
    digits[--i] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  g_string_append_len (out, digits + i, (gssize) (sizeof digits - i));
}

static void
append_status_line (GString *out, int status)
{
  if (status == 200)
    {
      g_string_append (out, "HTTP/1.1 200 OK\r\n");
      return;
    }
  g_string_append (out, "HTTP/1.1 ");
  append_number (out, (uint64_t) status);
  g_string_append_c (out, ' ');
  g_string_append (out, response_reason (status));
  g_string_append (out, "\r\n");
}

/* Answers are for the owner of the token only, so no shared cache may keep them. With an ETag a
 * private cache may, but has to revalidate each time. */
static void
append_cache_control (GString *out, const ResponseHead *head)
{
  if (head->has_cache_control)
    return;
  g_string_append (out, head->has_etag ? "Cache-Control: private, no-cache\r\n"
                                       : "Cache-Control: no-store\r\n");
}

void
response_append_head (GString *out, ResponseCommon *common, const ResponseHead *head)
{
  append_status_line (out, head->status);
  append_common (out, common);
  append_cache_control (out, head);
  if (head->content_type != NULL)
    response_append_field (out, "Content-Type", head->content_type);
  if (head->has_length)
    {
      g_string_append (out, "Content-Length: ");
      append_number (out, head->length);
      g_string_append (out, "\r\n");
    }
  if (head->is_chunked)
    g_string_append (out, "Transfer-Encoding: chunked\r\n");
  if (head->fields != NULL)
    g_string_append (out, head->fields);
  if (head->is_closing)
    g_string_append (out, "Connection: close\r\n");
  g_string_append (out, "\r\n");
}

void
response_append_field (GString *out, const char *name, const char *value)
{
  size_t start;

  for (const char *c = name; *c != '\0'; c++)
    assert (syntax_is (*c, SYNTAX_TOKEN));
  g_string_append (out, name);
  g_string_append (out, ": ");
  start = out->len;
  g_string_append (out, value);
  for (size_t i = start; i < out->len; i++)
    if (!syntax_is (out->str[i], SYNTAX_VALUE))
      out->str[i] = ' ';
  g_string_append (out, "\r\n");
}

static void
append_errors (GString *out, const GPtrArray *errors)
{
  g_string_append (out, ",\"errors\":[");
  for (guint i = 0; i < errors->len; i++)
    {
      const VestimFieldError *error = errors->pdata[i];

      g_string_append (out, i > 0 ? ",{\"field\":" : "{\"field\":");
      vestim_json_append_string (out, error->field);
      g_string_append (out, ",\"message\":");
      vestim_json_append_string (out, error->message);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
}

void
response_append_problem (GString *out, int status, const char *detail, const GPtrArray *errors,
                         const char *more)
{
  g_string_append (out, "{\"type\":\"about:blank\",\"title\":");
  vestim_json_append_string (out, response_reason (status));
  g_string_append_printf (out, ",\"status\":%d,\"detail\":", status);
  vestim_json_append_string (out, detail);
  if (errors != NULL)
    append_errors (out, errors);
  if (more != NULL)
    g_string_append (out, more);
  g_string_append (out, "}\n");
}
