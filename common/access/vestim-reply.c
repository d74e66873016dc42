/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-reply.h"

#include <glib/gi18n.h>

#include "common/client/vestim-problem.h"
#include "common/client/vestim-error.h"
#include "common/client/vestim-text-line.h"

/* Characters of a sentence from the server that are shown. */
#define MAX_DETAIL 600

/* "bytes 0-99/1234"; without numbers before the slash when the part does not exist. A range that
 * contradicts itself or the body is ignored. */
static void
read_range (VestimReply *reply, const char *range)
{
  const char *slash = strchr (range, '/');
  gint64 size = reply->total, start = 0, total = 0;

  if (!g_str_has_prefix (range, "bytes ") || slash == NULL)
    return;
  start = g_ascii_strtoll (range + strlen ("bytes "), NULL, 10);
  total = g_ascii_strtoll (slash + 1, NULL, 10);
  if (start < 0 || total < 0 || (reply->status == 206 && start > total - size))
    return;
  reply->start = start;
  reply->total = total;
}

/* "offset=33554432, length=37, left-out=1048576" */
static goffset
read_gap_field (char **fields, const char *name)
{
  for (; *fields != NULL; fields++)
    if (g_str_has_prefix (g_strchug (*fields), name))
      return CLAMP (g_ascii_strtoll (*fields + strlen (name), NULL, 10), 0, G_MAXINT64 / 4);
  return 0;
}

static void
read_gap (VestimReply *reply, const char *text)
{
  g_auto (GStrv) fields = g_strsplit (text, ",", 8);
  VestimLogGap gap = { .offset = read_gap_field (fields, "offset="),
                       .length = read_gap_field (fields, "length="),
                       .left_out = read_gap_field (fields, "left-out=") };

  if (gap.left_out > 0 && gap.offset + gap.length <= reply->total)
    reply->gap = gap;
}

VestimReply *
vestim_reply_new (SoupMessage *message, GBytes *body)
{
  SoupMessageHeaders *headers;
  const char *range, *retry, *gap, *count;
  VestimReply *reply;

  g_return_val_if_fail (SOUP_IS_MESSAGE (message) && body != NULL, NULL);
  headers = soup_message_get_response_headers (message);
  range = soup_message_headers_get_one (headers, "Content-Range");
  retry = soup_message_headers_get_one (headers, "Retry-After");
  gap = soup_message_headers_get_one (headers, "Vestim-Log-Gap");
  count = soup_message_headers_get_one (headers, "X-Total-Count");
  reply = g_new0 (VestimReply, 1);
  reply->status = soup_message_get_status (message);
  reply->body = body;
  reply->total = (goffset) g_bytes_get_size (body);
  if (reply->status >= 300 && reply->status < 400)
    reply->location = g_strdup (soup_message_headers_get_one (headers, "Location"));
  reply->event_id = g_strdup (soup_message_headers_get_one (headers, "Vestim-Event-Id"));
  reply->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  if (range != NULL)
    read_range (reply, range);
  if (gap != NULL)
    read_gap (reply, gap);
  if (retry != NULL)
    reply->retry_after = (guint) MIN (g_ascii_strtoull (retry, NULL, 10), 60);
  reply->total_count = -1;
  if (count != NULL
      && !g_ascii_string_to_signed (count, 10, 0, G_MAXINT64, &reply->total_count, NULL))
    reply->total_count = -1;
  return reply;
}

void
vestim_reply_free (VestimReply *reply)
{
  if (reply == NULL)
    return;
  g_bytes_unref (reply->body);
  g_free (reply->event_id);
  g_free (reply->etag);
  g_free (reply->location);
  g_free (reply);
}

static VestimError
code_of_status (guint status)
{
  static const struct
  {
    guint status;
    VestimError code;
  } codes[] = {
    { 401, VESTIM_ERROR_TOKEN }, { 404, VESTIM_ERROR_NOT_FOUND }, { 409, VESTIM_ERROR_CONFLICT },
    { 416, VESTIM_ERROR_RANGE }, { 422, VESTIM_ERROR_INVALID },   { 502, VESTIM_ERROR_BUSY },
    { 503, VESTIM_ERROR_BUSY },  { 504, VESTIM_ERROR_BUSY },      { 507, VESTIM_ERROR_NO_SPACE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].status == status)
      return codes[i].code;
  return VESTIM_ERROR_REFUSED;
}

/* (transfer full) a sentence for an answer without one. */
static char *
describe_status (guint status)
{
  if (status == 401)
    return g_strdup (_ ("The server does not accept the token."));
  if (status == 404)
    return g_strdup (_ ("The server does not know this request."));
  if (status == 429 || status == 503)
    return g_strdup (_ ("The server is busy, or about to stop."));
  if (status >= 500)
    return g_strdup_printf (_ ("The server could not do this (status %u)."), status);
  return g_strdup_printf (_ ("The server refused this without a reason (status %u)."), status);
}

/* (transfer full) the server's sentence, or one of our own. */
static char *
dup_detail (const VestimProblem *problem, guint status)
{
  const char *said = problem->detail != NULL ? problem->detail : problem->title;

  if (said == NULL || said[0] == '\0')
    return describe_status (status);
  return vestim_text_line (said, MAX_DETAIL);
}

/* A redirection is shown and not followed: the token is for one server. */
static GError *
redirect_error (const VestimReply *reply)
{
  g_autofree char *location = vestim_text_line (reply->location, MAX_DETAIL);
  g_autofree char *text = NULL;

  text = g_strdup_printf (
      _ ("The server redirects to another address: %s. VEstim does not follow redirects."),
      location);
  return vestim_error_new (VESTIM_ERROR_REFUSED, NULL, text);
}

GError *
vestim_reply_dup_error (const VestimReply *reply)
{
  g_autoptr (VestimProblem) problem = NULL;
  g_autofree char *detail = NULL;
  gsize size;
  const char *text;

  g_return_val_if_fail (reply != NULL, NULL);
  text = g_bytes_get_data (reply->body, &size);
  if (reply->status < 300 || reply->status == SOUP_STATUS_NOT_MODIFIED)
    return NULL;
  if (reply->location != NULL)
    return redirect_error (reply);
  problem = vestim_problem_parse (text != NULL ? text : "", size);
  detail = dup_detail (problem, reply->status);
  return vestim_error_new (code_of_status (reply->status), problem->errors, detail);
}
