/* SPDX-License-Identifier: MIT */
#include "tests/support/http-harness.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/vestimd/http/exchange.h"
#include "daemon/vestimd/http/listener.h"

static Harness *
harness_of (const HttpExchange *exchange)
{
  return http_exchange_user (exchange);
}

static void
respond_text (HttpExchange *exchange, const char *text)
{
  http_exchange_respond (exchange, 200, "text/plain", text, strlen (text));
}

static void
note (Harness *harness, int *value)
{
  g_mutex_lock (&harness->mutex);
  ++*value;
  g_cond_broadcast (&harness->cond);
  g_mutex_unlock (&harness->mutex);
}

static void
on_released (void *owner)
{
  Harness *harness = owner;

  note (harness, &harness->n_released);
}

static void
on_hello (HttpExchange *exchange)
{
  respond_text (exchange, "hello");
}

static void
on_echo (HttpExchange *exchange)
{
  const HttpRequest *request = http_exchange_request (exchange);

  g_assert_cmpuint (strlen (request->body), ==, request->body_length);
  http_exchange_respond (exchange, 200, "application/json", request->body, request->body_length);
}

static void
on_thing (HttpExchange *exchange)
{
  respond_text (exchange, http_exchange_param (exchange, "id"));
}

static void
on_thing_file (HttpExchange *exchange)
{
  respond_text (exchange, http_exchange_param (exchange, "path"));
}

static void
on_etag (HttpExchange *exchange)
{
  http_exchange_add_header (exchange, "ETag", "\"v1\"");
  respond_text (exchange, "tagged");
}

static void
on_later (HttpExchange *exchange)
{
  Harness *harness = harness_of (exchange);

  g_mutex_lock (&harness->mutex);
  harness->later = exchange;
  g_cond_broadcast (&harness->cond);
  g_mutex_unlock (&harness->mutex);
}

static void
on_gone (void *user)
{
  Harness *harness = user;

  harness->later = NULL;
  note (harness, &harness->n_gone);
}

static void
on_wait (HttpExchange *exchange)
{
  http_exchange_wait (exchange, on_gone, harness_of (exchange));
  on_later (exchange);
}

static void
on_big (HttpExchange *exchange)
{
  Harness *harness = harness_of (exchange);
  HttpBytes part = { .length = BIG_SIZE, .release = on_released, .owner = harness };

  if (harness->big == NULL)
    harness->big = g_strnfill (BIG_SIZE, 'b');
  part.data = harness->big;
  http_exchange_respond_bytes (exchange, 200, "text/plain", &part, 1);
}

static void
on_parts (HttpExchange *exchange)
{
  static char texts[N_PARTS][8];
  g_autofree HttpBytes *parts = g_new0 (HttpBytes, N_PARTS);

  for (int i = 0; i < N_PARTS; i++)
    {
      g_snprintf (texts[i], sizeof texts[i], "%d,", i);
      parts[i] = (HttpBytes){ texts[i], strlen (texts[i]), on_released, harness_of (exchange) };
    }
  http_exchange_respond_bytes (exchange, 200, "text/plain", parts, N_PARTS);
}

static int64_t
read_source (void *source, uint64_t offset, char *buffer, size_t length)
{
  for (size_t i = 0; i < length; i++)
    buffer[i] = (char) ('a' + (offset + i) % 26);
  return (int64_t) length;
}

static void
on_source (HttpExchange *exchange)
{
  HttpSource source = { .size = SOURCE_SIZE,
                        .read = read_source,
                        .release = on_released,
                        .source = harness_of (exchange),
                        .ranges = true };

  http_exchange_add_header (exchange, "ETag", "\"s1\"");
  http_exchange_respond_source (exchange, 200, "text/plain", &source);
}

static int64_t
read_first_piece_only (void *source, uint64_t offset, char *buffer, size_t length)
{
  return offset == 0 ? read_source (source, offset, buffer, length) : -EIO;
}

static int64_t
read_nothing (void *source, uint64_t offset, char *buffer, size_t length)
{
  return -EIO;
}

static void
on_bad_source (HttpExchange *exchange)
{
  bool is_late = http_exchange_request (exchange)->query != NULL;
  HttpSource source = { .size = SOURCE_SIZE,
                        .read = is_late ? read_first_piece_only : read_nothing,
                        .release = on_released,
                        .source = harness_of (exchange) };

  http_exchange_respond_source (exchange, 200, "text/plain", &source);
}

static void
on_stream_closed (void *user)
{
  Harness *harness = user;

  harness->stream = NULL;
  note (harness, &harness->n_closed);
}

static void
on_stream_half_closed (void *user)
{
  Harness *harness = user;

  note (harness, &harness->n_half_closed);
  http_exchange_stream_write (harness->stream, &(HttpBytes){ .data = "still here\n", .length = 11 },
                              1);
}

static void
on_stream_taken (void *user)
{
  Harness *harness = user;

  note (harness, &harness->n_taken);
}

static void
on_stream (HttpExchange *exchange)
{
  Harness *harness = harness_of (exchange);

  http_exchange_stream_open (exchange, "text/event-stream",
                             &(HttpStream){ .closed = on_stream_closed,
                                            .half_closed = on_stream_half_closed,
                                            .taken = on_stream_taken,
                                            .user = harness });
  g_mutex_lock (&harness->mutex);
  harness->stream = exchange;
  harness->was_stream_taken = true;
  g_cond_broadcast (&harness->cond);
  g_mutex_unlock (&harness->mutex);
}

static void
on_inject (HttpExchange *exchange)
{
  http_exchange_add_header (exchange, "Location", "/a\r\nX-Evil: 1\r\n\r\nbody");
  respond_text (exchange, "ok");
}

static const HttpRoute routes[] = {
  { "GET", "/hello", on_hello, HTTP_BODY_DROPPED, NULL },
  { "POST", "/echo", on_echo, HTTP_BODY_JSON, "a" },
  { "GET", "/query", on_hello, HTTP_BODY_DROPPED, "a b" },
  { "GET", "/things/{id}", on_thing, HTTP_BODY_DROPPED, NULL },
  { "PUT", "/things/{id}", on_thing, HTTP_BODY_JSON, NULL },
  { "POST", "/things/clear", on_hello, HTTP_BODY_DROPPED, NULL },
  { "GET", "/things/{id}/files/{path*}", on_thing_file, HTTP_BODY_DROPPED, NULL },
  { "GET", "/etag", on_etag, HTTP_BODY_DROPPED, NULL },
  { "GET", "/later", on_later, HTTP_BODY_DROPPED, NULL },
  { "GET", "/wait", on_wait, HTTP_BODY_DROPPED, NULL },
  { "GET", "/big", on_big, HTTP_BODY_DROPPED, NULL },
  { "GET", "/parts", on_parts, HTTP_BODY_DROPPED, NULL },
  { "GET", "/source", on_source, HTTP_BODY_DROPPED, NULL },
  { "GET", "/bad-source", on_bad_source, HTTP_BODY_DROPPED, "at" },
  { "GET", "/stream", on_stream, HTTP_BODY_DROPPED, NULL },
  { "GET", "/inject", on_inject, HTTP_BODY_DROPPED, NULL },
};

static const char *
missing (const HttpExchange *exchange)
{
  const char *id = http_exchange_param (exchange, "id");

  return id != NULL && strcmp (id, "gone") == 0 ? "There is no such thing." : NULL;
}

/* The layer above knows JSON. Here it is any body in braces. */
static bool
check_body (HttpExchange *exchange)
{
  if (http_exchange_request (exchange)->body[0] == '{')
    return true;
  http_exchange_fail (exchange, 400, "no JSON", NULL);
  return false;
}

static void
on_server_closed (void *user)
{
  Harness *harness = user;

  harness->server = NULL;
  harness->is_closed = true;
  if (harness->is_stopping)
    uv_close ((uv_handle_t *) &harness->async, NULL);
}

static void
stop (Harness *harness)
{
  if (harness->is_closed)
    uv_close ((uv_handle_t *) &harness->async, NULL);
  else if (harness->server != NULL)
    http_server_close (g_steal_pointer (&harness->server), on_server_closed, harness);
}

static void
on_async (uv_async_t *async)
{
  Harness *harness = async->data;
  void (*call) (gpointer harness);

  g_mutex_lock (&harness->mutex);
  call = harness->call;
  g_mutex_unlock (&harness->mutex);
  if (call != NULL)
    call (harness);
  g_mutex_lock (&harness->mutex);
  harness->call = NULL;
  g_cond_broadcast (&harness->cond);
  g_mutex_unlock (&harness->mutex);
  if (harness->is_stopping)
    stop (harness);
}

static gpointer
run_loop (gpointer user)
{
  Harness *harness = user;

  uv_run (&harness->loop, UV_RUN_DEFAULT);
  g_assert_cmpint (uv_loop_close (&harness->loop), ==, 0);
  return NULL;
}

Harness *
harness_new_at (const HttpServerConfig *wanted, const char *host)
{
  Harness *harness = g_new0 (Harness, 1);
  HttpServerConfig config = wanted != NULL ? *wanted : (HttpServerConfig){ 0 };
  Listener listener;

  signal (SIGPIPE, SIG_IGN);
  g_assert_cmpint (listener_open (&listener, host, 0), ==, LISTENER_OK);
  g_assert_cmpint (uv_loop_init (&harness->loop), ==, 0);
  uv_async_init (&harness->loop, &harness->async, on_async);
  harness->async.data = harness;
  config.loop = &harness->loop;
  config.routes = routes;
  config.n_routes = G_N_ELEMENTS (routes);
  config.user = harness;
  config.server_name = "test";
  config.missing = missing;
  config.check_body = check_body;
  harness->server = http_server_new (&config);
  harness->port = listener.port;
  g_assert_cmpint (http_server_listen (harness->server, listener.socket, listener.port), ==, 0);
  harness->thread = g_thread_new ("server", run_loop, harness);
  return harness;
}

Harness *
harness_new (const HttpServerConfig *config)
{
  return harness_new_at (config, "127.0.0.1");
}

static void
begin_stop (gpointer user)
{
  Harness *harness = user;

  harness->is_stopping = true;
}

void
harness_free (Harness *harness)
{
  harness_call (harness, begin_stop);
  g_thread_join (harness->thread);
  g_free (harness->big);
  g_mutex_clear (&harness->mutex);
  g_cond_clear (&harness->cond);
  g_free (harness);
}

void
harness_call (Harness *harness, void (*call) (gpointer harness))
{
  g_mutex_lock (&harness->mutex);
  harness->call = call;
  uv_async_send (&harness->async);
  while (harness->call != NULL)
    g_cond_wait (&harness->cond, &harness->mutex);
  g_mutex_unlock (&harness->mutex);
}

void
harness_answer_later (gpointer user)
{
  Harness *harness = user;

  respond_text (g_steal_pointer (&harness->later), "later");
}

void
harness_probe_stream (gpointer user)
{
  Harness *harness = user;

  http_exchange_stream_probe (harness->stream);
}

void
harness_abort_stream (gpointer user)
{
  Harness *harness = user;

  http_exchange_stream_abort (harness->stream);
}

void
harness_write_stream (gpointer user)
{
  static char event[64 * 1024];
  Harness *harness = user;
  HttpBytes part = { event, sizeof event, on_released, harness };

  memset (event, 'e', sizeof event);
  if (harness->stream != NULL)
    harness->was_stream_taken = http_exchange_stream_write (harness->stream, &part, 1);
}

void
harness_close_stream (gpointer user)
{
  Harness *harness = user;

  http_exchange_stream_close (harness->stream);
}

void
harness_drain (gpointer user)
{
  Harness *harness = user;

  http_server_drain (harness->server);
}

void
harness_close (gpointer user)
{
  Harness *harness = user;

  http_server_close (g_steal_pointer (&harness->server), on_server_closed, harness);
}

static void
await (Harness *harness, const gpointer *pointer, const int *value, int wanted)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&harness->mutex);
  while (pointer != NULL ? *pointer == NULL : *value < wanted)
    g_assert_true (g_cond_wait_until (&harness->cond, &harness->mutex, deadline));
  g_mutex_unlock (&harness->mutex);
}

void
harness_poll (Harness *harness, const int *value, int wanted)
{
  await (harness, NULL, value, wanted);
}

void
harness_await_later (Harness *harness)
{
  await (harness, (const gpointer *) &harness->later, NULL, 0);
}

void
harness_await_stream (Harness *harness)
{
  await (harness, (const gpointer *) &harness->stream, NULL, 0);
}
