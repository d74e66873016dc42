/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-log.h"

#include <string.h>

#include "common/client/vestim-error.h"
#include "gui/base/dash-log-text.h"
#include "gui/net/dash-calls.h"

/* A window on a job's log. Chunks are kept by place and requests are made by served offset
 * (vestim-log-gap.h), with the gap of the latest answer.
 *
 * One load at a time is under way. A live view loads what comes after its end twice a second. */

#define CHUNK_BYTES (64 * 1024)
#define MAX_SHOWN_BYTES (512 * 1024)
#define LIVE_MS 500

/* So much a full log may grow between two loads without losing the connection to the view. */
#define OVERLAP_BYTES (16 * 1024)

/* A part of the log as it is in the view's buffer, by places. */
typedef struct
{
  goffset first;
  goffset end;
  gsize bytes;
  guint chars;
} Chunk;

typedef enum
{
  LOAD_END,
  LOAD_LATER,
  LOAD_EARLIER,
} LoadKind;

struct _DashLog
{
  GObject parent;
  DashConnection *connection;
  char *job_id;
  GQueue chunks; /* Chunk, in order, without a gap between them */
  gsize shown;   /* bytes of all chunks */
  goffset total; /* all that the job wrote, as far as known */
  VestimLogGap gap;
  int attempt;           /* of the job, whose log this is */
  LoadKind kind;         /* of the load under way */
  GCancellable *loading; /* (nullable) */
  char *error;
  guint live_id;
  gboolean tail_cut; /* the end of the log was trimmed from the view: don't follow it */
};

enum
{
  APPENDED,
  PREPENDED,
  CUT_HEAD,
  CUT_TAIL,
  RESTARTED,
  SETTLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashLog, dash_log, G_TYPE_OBJECT)

static goffset
shown_first (DashLog *self)
{
  Chunk *chunk = g_queue_peek_head (&self->chunks);

  return chunk != NULL ? chunk->first : self->total;
}

static goffset
shown_end (DashLog *self)
{
  Chunk *chunk = g_queue_peek_tail (&self->chunks);

  return chunk != NULL ? chunk->end : 0;
}

static void
restart (DashLog *self)
{
  g_queue_clear_full (&self->chunks, g_free);
  self->shown = 0;
  self->tail_cut = FALSE;
  g_signal_emit (self, signals[RESTARTED], 0);
}

/* Drops chunks at the end opposite to the one that grew. */
static void
trim (DashLog *self, gboolean at_head)
{
  while (self->chunks.length > 1 && self->shown > MAX_SHOWN_BYTES)
    {
      g_autofree Chunk *chunk =
          at_head ? g_queue_pop_head (&self->chunks) : g_queue_pop_tail (&self->chunks);

      self->shown -= chunk->bytes;
      self->tail_cut |= !at_head;
      g_signal_emit (self, signals[at_head ? CUT_HEAD : CUT_TAIL], 0, chunk->chars);
    }
}

/* `served`: the offset of the bytes. */
static void
add_chunk (DashLog *self, const char *bytes, gsize length, goffset served, gboolean at_tail)
{
  g_autofree char *text = dash_log_text_clean (bytes, length);
  Chunk *chunk = g_new0 (Chunk, 1);

  chunk->first = vestim_log_gap_to_place (&self->gap, served);
  chunk->end = vestim_log_gap_to_place (&self->gap, served + (goffset) length);
  chunk->bytes = length;
  chunk->chars = (guint) g_utf8_strlen (text, -1);
  self->shown += length;
  if (at_tail)
    g_queue_push_tail (&self->chunks, chunk);
  else
    g_queue_push_head (&self->chunks, chunk);
  g_signal_emit (self, signals[at_tail ? APPENDED : PREPENDED], 0, text);
  trim (self, at_tail);
}

/* How many of the bytes from `first` on are already in the view; -1 when bytes between the view and
 * `first` are missing. */
static goffset
count_known (DashLog *self, goffset first)
{
  goffset next = vestim_log_gap_to_served (&self->gap, shown_end (self));

  if (self->chunks.length == 0)
    return 0;
  return vestim_log_gap_to_place (&self->gap, next) == shown_end (self) && next >= first
             ? next - first
             : -1;
}

/* Skips the bytes that are already in the view, and the first line of a new view, which is
 * incomplete. */
static void
skip_bytes (DashLog *self, const char **bytes, gsize *length, goffset *first)
{
  goffset skipped = self->kind == LOAD_LATER ? count_known (self, *first) : 0;
  const char *line_end = NULL;

  if (skipped < 0)
    {
      restart (self);
      skipped = 0;
    }
  if (self->kind == LOAD_EARLIER)
    *length =
        MIN (*length,
             (gsize) MAX (vestim_log_gap_to_served (&self->gap, shown_first (self)) - *first, 0));
  if (*length > 0 && *first > 0 && (self->kind == LOAD_EARLIER || self->chunks.length == 0))
    line_end = memchr (*bytes, '\n', *length);
  if (line_end != NULL && line_end + 1 < *bytes + *length)
    skipped = line_end + 1 - *bytes;
  skipped = MIN (skipped, (goffset) *length);
  *bytes += skipped;
  *first += skipped;
  *length -= (gsize) skipped;
}

static void
take_bytes (DashLog *self, const VestimReply *reply)
{
  gsize length;
  const char *bytes = g_bytes_get_data (reply->body, &length);
  goffset first = reply->start;

  if (self->kind == LOAD_END)
    restart (self);
  skip_bytes (self, &bytes, &length, &first);
  if (self->kind != LOAD_EARLIER)
    length -= dash_log_text_cut (bytes, length);
  if (length > 0)
    add_chunk (self, bytes, length, first, self->kind != LOAD_EARLIER);
}

/* A log that ends before the end of the view is that of another attempt. */
static void
take_end (DashLog *self, const VestimReply *reply)
{
  self->total = vestim_log_gap_to_place (&self->gap, reply->total);
  if (shown_end (self) > self->total)
    restart (self);
  if (dash_log_is_at_end (self))
    self->tail_cut = FALSE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashLog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimReply) reply =
      vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);

  g_assert (DASH_IS_LOG (self));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  g_clear_pointer (&self->error, g_free);
  if (reply != NULL)
    {
      self->gap = reply->gap;
      take_bytes (self, reply);
      take_end (self, reply);
    }
  else if (!g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_RANGE))
    self->error = g_strdup (error->message);
  else if (self->kind == LOAD_END)
    {
      /* The log is empty: it has no last byte. */
      self->total = 0;
      restart (self);
    }
  g_signal_emit (self, signals[SETTLED], 0);
}

/* Requests `n` bytes from the served offset `first` on. */
static void
load (DashLog *self, LoadKind kind, goffset first, goffset n)
{
  VestimClient *client = dash_connection_get_client (self->connection);

  if (client == NULL || self->loading != NULL)
    return;
  self->kind = kind;
  self->loading = g_cancellable_new ();
  vestim_client_send_async (client, dash_call_log (self->job_id, first, n), self->loading,
                            loaded_cb, g_object_ref (self));
}

/* Each attempt has its own log at the same address. */
static gboolean
is_new_attempt (DashLog *self)
{
  DashJobStore *store = dash_connection_get_store (self->connection);
  DashJob *job = dash_job_store_lookup (store, self->job_id);
  int before = self->attempt;

  if (job != NULL)
    self->attempt = dash_job_get (job)->attempt;
  return self->attempt != before;
}

static gboolean
live_cb (gpointer data)
{
  DashLog *self = data;

  g_assert (DASH_IS_LOG (self));
  /* Without a server, the connection decides when to try again. */
  if (dash_connection_get_state (self->connection) != DASH_CONNECTION_ONLINE)
    return G_SOURCE_CONTINUE;
  /* A log that grows faster than it is loaded is loaded from its end again. */
  if (is_new_attempt (self)
      || (!self->tail_cut && self->total - shown_end (self) > MAX_SHOWN_BYTES))
    dash_log_load_end (self);
  else if (!self->tail_cut)
    dash_log_load_later (self);
  return G_SOURCE_CONTINUE;
}

static void
dash_log_dispose (GObject *object)
{
  DashLog *self = DASH_LOG (object);

  g_clear_handle_id (&self->live_id, g_source_remove);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (dash_log_parent_class)->dispose (object);
}

static void
dash_log_finalize (GObject *object)
{
  DashLog *self = DASH_LOG (object);

  g_queue_clear_full (&self->chunks, g_free);
  g_free (self->job_id);
  g_free (self->error);
  G_OBJECT_CLASS (dash_log_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, GType type)
{
  if (type == G_TYPE_NONE)
    return g_signal_new (name, DASH_TYPE_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                         0);
  return g_signal_new (name, DASH_TYPE_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                       type);
}

static void
dash_log_class_init (DashLogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dash_log_dispose;
  object_class->finalize = dash_log_finalize;
  signals[APPENDED] = add_signal ("appended", G_TYPE_STRING);
  signals[PREPENDED] = add_signal ("prepended", G_TYPE_STRING);
  signals[CUT_HEAD] = add_signal ("cut-head", G_TYPE_UINT);
  signals[CUT_TAIL] = add_signal ("cut-tail", G_TYPE_UINT);
  signals[RESTARTED] = add_signal ("restarted", G_TYPE_NONE);
  signals[SETTLED] = add_signal ("settled", G_TYPE_NONE);
}

static void
dash_log_init (DashLog *self)
{
  g_queue_init (&self->chunks);
}

DashLog *
dash_log_new (DashConnection *connection, const char *job_id)
{
  DashLog *self;

  g_return_val_if_fail (DASH_IS_CONNECTION (connection) && job_id != NULL, NULL);
  self = g_object_new (DASH_TYPE_LOG, NULL);
  self->connection = g_object_ref (connection);
  self->job_id = g_strdup (job_id);
  return self;
}

void
dash_log_load_end (DashLog *self)
{
  g_return_if_fail (DASH_IS_LOG (self));
  is_new_attempt (self);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  load (self, LOAD_END, -1, CHUNK_BYTES);
}

void
dash_log_load_later (DashLog *self)
{
  goffset next = vestim_log_gap_to_served (&self->gap, shown_end (self));
  goffset overlap = self->gap.left_out > 0 ? MIN (next, OVERLAP_BYTES) : 0;

  g_return_if_fail (DASH_IS_LOG (self));
  if (is_new_attempt (self))
    dash_log_load_end (self);
  else
    load (self, LOAD_LATER, next - overlap, CHUNK_BYTES + overlap);
}

void
dash_log_load_earlier (DashLog *self)
{
  goffset end = vestim_log_gap_to_served (&self->gap, shown_first (self));
  goffset first = MAX (end - CHUNK_BYTES, 0);

  g_return_if_fail (DASH_IS_LOG (self));
  if (is_new_attempt (self))
    dash_log_load_end (self);
  else if (end > 0)
    load (self, LOAD_EARLIER, first, end - first);
}

void
dash_log_set_live (DashLog *self, gboolean live)
{
  g_return_if_fail (DASH_IS_LOG (self));
  if (live && self->live_id == 0)
    self->live_id = g_timeout_add (LIVE_MS, live_cb, self);
  else if (!live)
    g_clear_handle_id (&self->live_id, g_source_remove);
}

gboolean
dash_log_is_at_start (DashLog *self)
{
  g_return_val_if_fail (DASH_IS_LOG (self), TRUE);
  return self->chunks.length == 0 || shown_first (self) == 0;
}

/* Up to three bytes of an incomplete character at the end are not in the view yet. */
gboolean
dash_log_is_at_end (DashLog *self)
{
  g_return_val_if_fail (DASH_IS_LOG (self), TRUE);
  return shown_end (self) + 3 >= self->total;
}

goffset
dash_log_get_total (DashLog *self)
{
  g_return_val_if_fail (DASH_IS_LOG (self), 0);
  return self->total;
}

const char *
dash_log_get_error (DashLog *self)
{
  g_return_val_if_fail (DASH_IS_LOG (self), NULL);
  return self->error;
}
