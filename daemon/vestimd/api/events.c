/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/events.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/vestimd/http/bytes.h"
#include "daemon/vestimd/api/sse.h"

#define COMMENT_MS 15000

/* The frames that a client missed, and one more that comes while they are sent, must fit into what
 * http allows a stream to leave unread (4 MiB). Otherwise that client could never resume. */
#define HISTORY_FRAMES 4096
#define HISTORY_BYTES (2 * 1024 * 1024)

typedef struct
{
  Events *events;
  HttpExchange *exchange;
  GList link;      /* in `subscribers` */
  bool is_lost;    /* it did not read: nothing more is written, `closed` follows */
  bool is_opening; /* `closed` must not free it */
  bool is_closed;
} Subscriber;

struct Events
{
  char *epoch;
  char id[64];
  SseHistory history;
  GQueue subscribers;
  uv_timer_t timer;
  void (*closed) (void *user);
  void *closed_user;
};

static void
send_parts (Subscriber *subscriber, const HttpBytes *parts, size_t n_parts)
{
  if (!subscriber->is_lost && !http_exchange_stream_write (subscriber->exchange, parts, n_parts))
    subscriber->is_lost = true;
}

static void
send_to_all (Events *events, GBytes *frame)
{
  for (GList *l = events->subscribers.head, *next; l != NULL; l = next)
    {
      Subscriber *subscriber = l->data;

      next = l->next;
      if (!subscriber->is_lost)
        {
          HttpBytes part = http_bytes_share (frame);

          send_parts (subscriber, &part, 1);
        }
    }
}

static const char comment[] = ": nothing happened\n\n";

static void
on_timer (uv_timer_t *timer)
{
  GBytes *frame = g_bytes_new_static (comment, sizeof comment - 1);

  send_to_all (timer->data, frame);
  g_bytes_unref (frame);
}

static void
update_id (Events *events)
{
  snprintf (events->id, sizeof events->id, "%s:%" PRIu64, events->epoch, events->history.next - 1);
}

Events *
events_new (uv_loop_t *loop, const char *epoch)
{
  Events *events = g_new0 (Events, 1);

  events->epoch = g_strdup (epoch);
  sse_history_init (&events->history, HISTORY_FRAMES, HISTORY_BYTES);
  update_id (events);
  g_queue_init (&events->subscribers);
  uv_timer_init (loop, &events->timer);
  events->timer.data = events;
  return events;
}

const char *
events_current_id (const Events *events)
{
  return events->id;
}

size_t
events_count_subscribers (const Events *events)
{
  return events->subscribers.length;
}

/* `hello` or `reset`, which are not in the history; the stream continues after `number`. */
static GBytes *
make_greeting (const Events *events, const char *event, uint64_t number)
{
  g_autofree char *data = g_strdup_printf ("{\"id\":\"%s\"}", events->id);

  return sse_frame_new (events->epoch, number, event, data, strlen (data));
}

void
events_publish (Events *events, const char *event, const char *data, size_t length)
{
  GBytes *frame = sse_frame_new (events->epoch, events->history.next, event, data, length);
  bool is_kept = sse_history_push (&events->history, frame);

  update_id (events);
  if (!is_kept)
    {
      /* Too large to be sent again to a client that misses it: all start over. */
      g_bytes_unref (frame);
      frame = make_greeting (events, "reset", events->history.next - 1);
    }
  send_to_all (events, frame);
  g_bytes_unref (frame);
}

static void
on_timer_closed (uv_handle_t *handle)
{
  Events *events = handle->data;

  assert (events->subscribers.length == 0);
  sse_history_clear (&events->history);
  events->closed (events->closed_user);
  g_free (events->epoch);
  g_free (events);
}

static void
close_if_done (Events *events)
{
  if (events->closed != NULL && events->subscribers.length == 0
      && !uv_is_closing ((uv_handle_t *) &events->timer))
    uv_close ((uv_handle_t *) &events->timer, on_timer_closed);
}

static void
on_stream_closed (void *user)
{
  Subscriber *subscriber = user;
  Events *events = subscriber->events;

  g_queue_unlink (&events->subscribers, &subscriber->link);
  subscriber->is_closed = true;
  if (!subscriber->is_opening)
    g_free (subscriber);
  if (events->subscribers.length == 0)
    uv_timer_stop (&events->timer);
  close_if_done (events);
}

static void
on_half_closed (void *user)
{
  send_parts (user, &(HttpBytes){ .data = comment, .length = sizeof comment - 1 }, 1);
}

/* All in one write, so that what is published meanwhile comes after it. */
static void
send_start (Events *events, Subscriber *subscriber, const char *last_id)
{
  uint64_t current = events->history.next - 1, number = current;
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (HttpBytes));
  GList *link = NULL;
  bool is_known = last_id == NULL || *last_id == '\0'
                  || (sse_parse_id (last_id, events->epoch, &number)
                      && sse_history_find (&events->history, number, &link));

  /* The ID of `hello` is that after which the stream continues: a client that loses the connection
   * right after it must not skip events. */
  GBytes *hello = make_greeting (events, "hello", is_known ? number : current);
  HttpBytes part = http_bytes_share (hello);
  g_array_append_val (parts, part);
  g_bytes_unref (hello);

  if (!is_known)
    {
      GBytes *reset = make_greeting (events, "reset", current);

      part = http_bytes_share (reset);
      g_array_append_val (parts, part);
      g_bytes_unref (reset);
    }
  for (; is_known && link != NULL; link = link->next)
    {
      part = http_bytes_share (link->data);
      g_array_append_val (parts, part);
    }
  send_parts (subscriber, (const HttpBytes *) (const void *) parts->data, parts->len);
}

void
events_subscribe (Events *events, HttpExchange *exchange, const char *last_id)
{
  g_autofree char *from = g_strdup (last_id);
  Subscriber *subscriber = g_new0 (Subscriber, 1);
  HttpStream stream = { .closed = on_stream_closed,
                        .half_closed = on_half_closed,
                        .user = subscriber };

  subscriber->events = events;
  subscriber->exchange = exchange;
  subscriber->link.data = subscriber;
  subscriber->is_opening = true;
  g_queue_push_tail_link (&events->subscribers, &subscriber->link);
  http_exchange_add_header (exchange, "Cache-Control", "no-cache");
  /* nginx would otherwise keep events back until its buffer is full. */
  http_exchange_add_header (exchange, "X-Accel-Buffering", "no");
  http_exchange_stream_open (exchange, "text/event-stream", &stream);
  subscriber->is_opening = false;
  if (subscriber->is_closed)
    {
      g_free (subscriber);
      return;
    }
  send_start (events, subscriber, from);
  if (!uv_is_active ((uv_handle_t *) &events->timer))
    uv_timer_start (&events->timer, on_timer, COMMENT_MS, COMMENT_MS);
}

void
events_close (Events *events, void (*closed) (void *user), void *user)
{
  events->closed = closed;
  events->closed_user = user;
  for (GList *l = events->subscribers.head, *next; l != NULL; l = next)
    {
      next = l->next;
      http_exchange_stream_close (((Subscriber *) l->data)->exchange);
    }
  close_if_done (events);
}
