/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/sse.h"

#include <inttypes.h>
#include <string.h>

/* Appends `data` with "\ndata: " for each line end. */
static void
append_lines (GString *out, const char *data, size_t length)
{
  const char *end = data + length;

  while (data < end)
    {
      const char *p = data;

      while (p < end && *p != '\n' && *p != '\r')
        p++;
      g_string_append_len (out, data, p - data);
      if (p < end)
        {
          g_string_append (out, "\ndata: ");
          p += p + 1 < end && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
        }
      data = p;
    }
}

GBytes *
sse_frame_new (const char *epoch, uint64_t number, const char *event, const char *data,
               size_t length)
{
  g_autoptr (GString) out = g_string_sized_new (length + 96);

  g_string_append_printf (out, "id: %s:%" PRIu64 "\nevent: %s\ndata: ", epoch, number, event);
  if (memchr (data, '\n', length) == NULL && memchr (data, '\r', length) == NULL)
    g_string_append_len (out, data, (gssize) length);
  else
    append_lines (out, data, length);
  g_string_append (out, "\n\n");
  return g_bytes_new (out->str, out->len);
}

bool
sse_parse_id (const char *id, const char *epoch, uint64_t *number)
{
  size_t length = strlen (epoch);
  guint64 value = 0;

  if (strncmp (id, epoch, length) != 0 || id[length] != ':'
      || !g_ascii_string_to_unsigned (id + length + 1, 10, 0, G_MAXUINT64, &value, NULL))
    return false;
  *number = value;
  return true;
}

void
sse_history_init (SseHistory *history, size_t max_frames, size_t max_bytes)
{
  *history = (SseHistory){ .next = 1, .max_frames = max_frames, .max_bytes = max_bytes };
  g_queue_init (&history->frames);
}

static void
drop_oldest (SseHistory *history)
{
  GBytes *frame = g_queue_pop_head (&history->frames);

  history->bytes -= g_bytes_get_size (frame);
  g_bytes_unref (frame);
}

void
sse_history_clear (SseHistory *history)
{
  while (history->frames.length > 0)
    drop_oldest (history);
}

bool
sse_history_push (SseHistory *history, GBytes *frame)
{
  size_t length = g_bytes_get_size (frame);

  history->next++;
  if (length > history->max_bytes)
    {
      sse_history_clear (history);
      return false;
    }
  g_queue_push_tail (&history->frames, g_bytes_ref (frame));
  history->bytes += length;
  while (history->frames.length > history->max_frames || history->bytes > history->max_bytes)
    drop_oldest (history);
  return true;
}

bool
sse_history_find (const SseHistory *history, uint64_t number, GList **link)
{
  uint64_t oldest = history->next - history->frames.length;

  if (number >= history->next || number + 1 < oldest)
    return false;
  *link = history->frames.tail;
  for (uint64_t n = history->next - 1; *link != NULL && n > number + 1; n--)
    *link = (*link)->prev;
  if (number + 1 == history->next)
    *link = NULL;
  return true;
}
