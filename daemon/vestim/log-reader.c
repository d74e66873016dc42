/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/log-reader.h"

#include <string.h>

#include "common/client/vestim-error.h"
#include "daemon/vestim/output/output.h"

#define PIECE (1024 * 1024)

/* The first request for the last lines. */
#define TAIL_PIECE (64 * 1024)

/* So much a full log may grow between two requests without a loss. */
#define OVERLAP (16 * 1024)

void
log_reader_init (LogReader *self, Session *session, char *path)
{
  *self = (LogReader){ .session = session, .patience = PATIENCE_INIT, .path = path };
}

void
log_reader_clear (LogReader *self)
{
  g_clear_pointer (&self->path, g_free);
}

void
log_reader_restart (LogReader *self)
{
  self->place = 0;
  self->gap = (VestimLogGap){ 0 };
}

/* (nullable) (transfer full) the bytes of the range, of `n` bytes. NULL without `error` when there
 * are none. `range` is taken over. */
static VestimReply *
fetch (LogReader *self, char *range, goffset n, GError **error)
{
  VestimRequest *request = vestim_request_new ("GET", "%s", self->path);
  g_autoptr (GError) failure = NULL;
  VestimReply *reply;

  request->range = range;
  request->max_bytes = (gsize) n + 4096;
  reply = patience_send (&self->patience, self->session, request, &failure);
  if (reply == NULL && !g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_RANGE))
    g_propagate_error (error, g_steal_pointer (&failure));
  if (reply != NULL)
    self->gap = reply->gap;
  return reply;
}

/* Where the n-th line from the end begins in the text; -1 if it has fewer lines. */
static gssize
find_line (const char *text, gsize length, int64_t n)
{
  gsize at = length;

  if (n == 0)
    return (gssize) length;
  /* The end of the last line begins no line. */
  if (at > 0 && text[at - 1] == '\n')
    at--;
  while (at > 0)
    {
      if (text[at - 1] == '\n' && --n == 0)
        return (gssize) at;
      at--;
    }
  return -1;
}

/* The place where the last lines begin, from ever longer ends of the log. */
static bool
find_lines (LogReader *self, int64_t n_lines, goffset *place, GError **error)
{
  for (goffset n = TAIL_PIECE;; n *= 4)
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (VestimReply) reply =
          fetch (self, g_strdup_printf ("bytes=-%" G_GOFFSET_FORMAT, n), n, &failure);
      gsize length;
      const char *text;
      gssize at;

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return false;
        }
      *place = 0;
      if (reply == NULL)
        return true;
      text = g_bytes_get_data (reply->body, &length);
      at = find_line (text, length, n_lines);
      if (at >= 0)
        *place = vestim_log_gap_to_place (&self->gap, reply->start + at);
      if (at >= 0 || reply->start == 0)
        return true;
    }
}

/* The place `n_bytes` before the end of what is served. */
static bool
find_bytes (LogReader *self, int64_t n_bytes, goffset *place, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (VestimReply) reply = fetch (self, g_strdup ("bytes=-1"), 1, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return false;
    }
  *place =
      reply == NULL ? 0 : vestim_log_gap_to_place (&self->gap, MAX (reply->total - n_bytes, 0));
  return true;
}

bool
log_reader_seek_end (LogReader *self, int64_t n_lines, int64_t n_bytes, GError **error)
{
  goffset by_lines = 0, by_bytes = 0;

  if (n_lines >= 0 && !find_lines (self, n_lines, &by_lines, error))
    return false;
  if (n_bytes >= 0 && !find_bytes (self, n_bytes, &by_bytes, error))
    return false;
  self->place = MAX (by_lines, by_bytes);
  return true;
}

/* How many bytes of the answer were printed before. When bytes between them were lost in the gap,
 * the place moves to the answer. */
static gsize
count_known (LogReader *self, const VestimReply *reply, gsize length)
{
  goffset next = vestim_log_gap_to_served (&self->gap, self->place);

  if (vestim_log_gap_to_place (&self->gap, next) == self->place && next >= reply->start)
    return MIN ((gsize) (next - reply->start), length);
  self->place = vestim_log_gap_to_place (&self->gap, reply->start);
  return 0;
}

/* The line that replaces the gap is printed in one piece, or its beginning would come again. */
static gsize
leave_mark (const LogReader *self, goffset first, gsize length)
{
  goffset end = first + (goffset) length;
  const VestimLogGap *gap = &self->gap;

  if (first < gap->offset && end > gap->offset && end < gap->offset + gap->length)
    return (gsize) (gap->offset - first);
  return length;
}

static bool
print_piece (LogReader *self, const VestimReply *reply, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (reply->body, &length);
  gsize known = count_known (self, reply, length);
  goffset first = reply->start + (goffset) known;

  length = leave_mark (self, first, length - known);
  if (length == 0)
    return true;
  self->place = vestim_log_gap_to_place (&self->gap, first + (goffset) length);
  return output_write (text + known, length, error);
}

bool
log_reader_print (LogReader *self, bool *was_restarted, GError **error)
{
  if (was_restarted != NULL)
    *was_restarted = false;
  for (;;)
    {
      goffset next = vestim_log_gap_to_served (&self->gap, self->place);
      goffset overlap = self->gap.left_out > 0 ? MIN (next, OVERLAP) : 0;
      goffset before = self->place, n = PIECE + overlap;
      g_autoptr (GError) failure = NULL;
      g_autoptr (VestimReply) reply =
          fetch (self,
                 g_strdup_printf ("bytes=%" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT, next - overlap,
                                  next - overlap + n - 1),
                 n, &failure);

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return false;
        }
      if (reply == NULL)
        return true;
      if (vestim_log_gap_to_place (&self->gap, reply->total) < self->place)
        {
          if (was_restarted != NULL)
            *was_restarted = true;
          return true;
        }
      if (!print_piece (self, reply, error))
        return false;
      if (self->place == before)
        return true;
    }
}
