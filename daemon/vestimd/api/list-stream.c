/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/list-stream.h"

#include "daemon/vestimd/api/list-walk.h"
#include "daemon/vestimd/api/responses.h"

/* A step fetches the next jobs into memory, writes those that still match, and waits until the
 * client has taken them. The fetch takes a turn of the loop, so other clients come in between. */

#define JOBS_PER_STEP 200
#define PIECE_SIZE (256 * 1024)

typedef struct
{
  ListStreams *streams;
  HttpExchange *exchange;
  JobFilter filter;
  GArray *found;  /* (nullable) */
  int64_t before; /* the next job is below this sequence */
  int64_t last;
  GList link;     /* in `streams` */
  bool has_begun; /* a job was written */
  bool has_ended; /* all was written */
  bool is_busy;   /* fetching, or in one of our functions: `closed` must not free it */
  bool is_closed;
} ListStream;

struct ListStreams
{
  Service *service;
  GQueue open; /* of ListStream */
  void (*closed) (void *user);
  void *closed_user;
};

static void
free_if_done (ListStreams *streams)
{
  if (streams->closed == NULL || streams->open.length > 0)
    return;
  streams->closed (streams->closed_user);
  g_free (streams);
}

static void
stream_free (ListStream *stream)
{
  ListStreams *streams = stream->streams;

  g_queue_unlink (&streams->open, &stream->link);
  job_filter_clear (&stream->filter);
  g_clear_pointer (&stream->found, g_array_unref);
  g_free (stream);
  free_if_done (streams);
}

/* Appends the jobs that were fetched, until the piece is full. */
static void
append_jobs (ListStream *stream, GString *text)
{
  Service *service = stream->streams->service;
  ListWalk walk = list_walk_begin (service, &stream->filter, stream->found, stream->before);
  const JobEntry *entry;

  while (text->len < PIECE_SIZE && (entry = list_walk_next (&walk)) != NULL
         && entry->brief.sequence >= stream->last && entry->job != NULL)
    {
      size_t length;
      const char *json = g_bytes_get_data (job_get_json (service, entry->job), &length);

      g_string_append_c (text, stream->has_begun ? ',' : '[');
      g_string_append_len (text, json, (gssize) length);
      stream->has_begun = true;
      stream->before = entry->brief.sequence;
    }
}

/* (transfer full) the sequences of the next jobs. */
static GArray *
collect (const ListStream *stream)
{
  GArray *sequences = g_array_new (false, false, sizeof (int64_t));
  ListWalk walk =
      list_walk_begin (stream->streams->service, &stream->filter, stream->found, stream->before);
  const JobEntry *entry;

  while (sequences->len < JOBS_PER_STEP && (entry = list_walk_next (&walk)) != NULL
         && entry->brief.sequence >= stream->last)
    g_array_append_val (sequences, entry->brief.sequence);
  return sequences;
}

/* Takes `text`. `taken` and `closed` may follow at once. */
static void
write_text (ListStream *stream, GString *text)
{
  size_t length = text->len;
  char *data = g_string_free (text, false);
  const HttpBytes part = { data, length, g_free, data };

  http_exchange_stream_write (stream->exchange, &part, 1);
}

static void
end (ListStream *stream)
{
  stream->has_ended = true;
  stream->is_busy = true;
  write_text (stream, g_string_new (stream->has_begun ? "]\n" : "[]\n"));
  stream->is_busy = false;
  if (stream->is_closed)
    stream_free (stream);
  else
    http_exchange_stream_close (stream->exchange);
}

static void step (ListStream *stream);

static void
on_fetched (void *user, int code)
{
  ListStream *stream = user;
  g_autoptr (GString) text = g_string_new (NULL);

  stream->is_busy = false;
  if (stream->is_closed)
    {
      stream_free (stream);
      return;
    }
  if (code != 0)
    {
      http_exchange_stream_abort (stream->exchange);
      return;
    }
  append_jobs (stream, text);
  if (text->len > 0)
    write_text (stream, g_steal_pointer (&text));
  else
    step (stream); /* they were all deleted or changed */
}

static void
step (ListStream *stream)
{
  g_autoptr (GArray) sequences = collect (stream);

  if (sequences->len == 0)
    {
      end (stream);
      return;
    }
  stream->is_busy = true;
  service_fetch (stream->streams->service, (const int64_t *) (const void *) sequences->data,
                 sequences->len, on_fetched, stream);
}

static void
on_taken (void *user)
{
  ListStream *stream = user;

  if (!stream->has_ended)
    step (stream);
}

static void
on_closed (void *user)
{
  ListStream *stream = user;

  stream->is_closed = true;
  if (!stream->is_busy)
    stream_free (stream);
}

/* The client may have sent all that it wants to send: the next write shows whether it is gone. */
static void
on_half_closed (void *user)
{
}

void
list_streams_begin (ListStreams *streams, HttpExchange *exchange, const ListStreamPlan *plan)
{
  ListStream *stream = g_new0 (ListStream, 1);
  const HttpStream http = {
    .closed = on_closed, .half_closed = on_half_closed, .taken = on_taken, .user = stream
  };

  stream->streams = streams;
  stream->exchange = exchange;
  stream->filter = plan->filter;
  stream->found = plan->found != NULL ? g_array_ref ((GArray *) plan->found) : NULL;
  stream->before = plan->from + 1;
  stream->last = plan->last;
  stream->link.data = stream;
  g_queue_push_tail_link (&streams->open, &stream->link);
  stream->is_busy = true;
  http_exchange_stream_open (exchange, API_JSON, &http);
  stream->is_busy = false;
  if (stream->is_closed)
    stream_free (stream);
  else
    step (stream);
}

ListStreams *
list_streams_new (Service *service)
{
  ListStreams *streams = g_new0 (ListStreams, 1);

  streams->service = service;
  g_queue_init (&streams->open);
  return streams;
}

void
list_streams_close (ListStreams *streams, void (*closed) (void *user), void *user)
{
  streams->closed = closed;
  streams->closed_user = user;
  for (GList *l = streams->open.head, *next; l != NULL; l = next)
    {
      next = l->next;
      http_exchange_stream_abort (((ListStream *) l->data)->exchange);
    }
  free_if_done (streams);
}
