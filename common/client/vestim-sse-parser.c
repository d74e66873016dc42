/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-sse-parser.h"

#include <string.h>

#define MAX_EVENT_BYTES (16 * 1024 * 1024)

struct VestimSseParser
{
  VestimSseFunc func;
  gpointer user;
  GString *line; /* that has no end yet */
  GString *data;
  char *type;
  char *id;
  gboolean started; /* a byte order mark is skipped before the first line only */
  gboolean has_data;
  gboolean after_cr; /* a LF belongs to the same line end */
};

VestimSseParser *
vestim_sse_parser_new (VestimSseFunc func, gpointer user)
{
  VestimSseParser *self;

  g_return_val_if_fail (func != NULL, NULL);
  self = g_new0 (VestimSseParser, 1);
  self->func = func;
  self->user = user;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  return self;
}

void
vestim_sse_parser_free (VestimSseParser *self)
{
  if (self == NULL)
    return;
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self->type);
  g_free (self->id);
  g_free (self);
}

static void
dispatch (VestimSseParser *self)
{
  if (self->has_data)
    self->func (self->type != NULL ? self->type : "message", self->data->str, self->id, self->user);
  g_string_truncate (self->data, 0);
  g_clear_pointer (&self->type, g_free);
  self->has_data = FALSE;
}

static void
take_field (VestimSseParser *self, const char *name, gsize name_length, const char *value)
{
  if (name_length == 4 && strncmp (name, "data", 4) == 0)
    {
      if (self->has_data)
        g_string_append_c (self->data, '\n');
      g_string_append (self->data, value);
      self->has_data = TRUE;
    }
  else if (name_length == 5 && strncmp (name, "event", 5) == 0)
    {
      g_free (self->type);
      self->type = g_strdup (value);
    }
  else if (name_length == 2 && strncmp (name, "id", 2) == 0)
    {
      g_free (self->id);
      self->id = g_strdup (value);
    }
}

static void
take_line (VestimSseParser *self)
{
  const char *line, *colon;

  if (!self->started && g_str_has_prefix (self->line->str, "\xef\xbb\xbf"))
    g_string_erase (self->line, 0, 3);
  self->started = TRUE;
  line = self->line->str;
  colon = strchr (line, ':');
  if (self->line->len == 0)
    dispatch (self);
  else if (colon == NULL)
    take_field (self, line, self->line->len, "");
  else if (colon != line)
    take_field (self, line, (gsize) (colon - line), colon[1] == ' ' ? colon + 2 : colon + 1);
  g_string_truncate (self->line, 0);
}

gboolean
vestim_sse_parser_feed (VestimSseParser *self, const char *bytes, gsize length)
{
  const char *end = bytes + length;

  g_return_val_if_fail (self != NULL && (bytes != NULL || length == 0), FALSE);
  while (bytes < end)
    {
      const char *stop = bytes;

      if (self->after_cr && *bytes == '\n')
        bytes++, stop++;
      self->after_cr = FALSE;
      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      g_string_append_len (self->line, bytes, stop - bytes);
      if (self->line->len + self->data->len > MAX_EVENT_BYTES)
        return FALSE;
      if (stop == end)
        break;
      self->after_cr = *stop == '\r';
      take_line (self);
      bytes = stop + 1;
    }
  return TRUE;
}
