/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "daemon/vestimd/http/server.h"

/* An HTTP server on a thread of its own, and a blocking client for it. Its routes:
 *
 *   GET /hello          "hello"                 GET /etag     "tagged" with ETag "v1"
 *   POST /echo          the body                GET /query?a=&b=
 *   GET, PUT /things/{id}   the ID; "gone" is missing
 *   GET /things/{id}/files/{path*}              the path
 *   POST /things/clear
 *   GET /later          "later", when harness_answer_later() is called
 *   GET /wait           the same, and it notices that the client is gone
 *   GET /big            BIG_SIZE bytes in one part
 *   GET /parts          N_PARTS parts, "0,", "1,", …
 *   GET /source         SOURCE_SIZE bytes from a source, with ETag "s1"
 *   GET /bad-source?at= a source that cannot be read from that byte on
 *   GET /stream         a stream, written to by harness_write_stream(); a half-closed one also gets
 *                     "still here\n"
 *   GET /inject         a header whose value has line ends */

#define BIG_SIZE (24 * 1024 * 1024)
#define N_PARTS 5000
#define SOURCE_SIZE (600 * 1024)
#define TOKEN "0123456789abcdef"

typedef struct
{
  uv_loop_t loop;
  uv_async_t async;
  HttpServer *server;
  int port;
  GThread *thread;
  GMutex mutex;
  GCond cond;
  void (*call) (gpointer harness); /* to be done on the server's thread */
  bool is_stopping;
  /* Tests read these through harness_poll(). */
  int n_released;    /* parts, sources */
  int n_closed;      /* streams */
  int n_taken;       /* writes to streams */
  int n_gone;        /* clients of GET /wait */
  int n_half_closed; /* streams whose client has shut down its side */
  bool is_closed;    /* http_server_close() is complete */
  /* Of the server's thread. */
  HttpExchange *later;
  HttpExchange *stream;
  bool was_stream_taken;
  char *big;
} Harness;

/* `config`: limits, token, host and allowed_hosts; the harness sets the rest. NULL: defaults, no
 * token. */
Harness *harness_new (const HttpServerConfig *config);
/* Also with listening address. */
Harness *harness_new_at (const HttpServerConfig *config, const char *host);
/* Closes the server, and asserts that the loop is empty. */
void harness_free (Harness *harness);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Harness, harness_free)

/* Runs on the server's thread; returns when done. */
void harness_call (Harness *harness, void (*call) (gpointer harness));
void harness_answer_later (gpointer harness);
void harness_write_stream (gpointer harness); /* 64 KiB */
void harness_probe_stream (gpointer harness);
void harness_abort_stream (gpointer harness);
void harness_close_stream (gpointer harness);
void harness_drain (gpointer harness);
void harness_close (gpointer harness);

/* Waits until `*value` is at least `wanted`; fails after 10 s. */
void harness_poll (Harness *harness, const int *value, int wanted);
/* Waits until a handler has got GET /later. */
void harness_await_later (Harness *harness);
void harness_await_stream (Harness *harness);

/* The client: blocking, 10 s at most for each step. */
int client_connect (Harness *harness);
int client_connect_to (const char *address, int port);
int client_socket (void);
void client_connect_socket (int fd, const char *address, int port);
/* `%HOST` in the text stands for "Host: 127.0.0.1:<port>" and the token. */
void client_send (Harness *harness, int fd, const char *text);
/* False when the server does not accept it. */
bool client_send_bytes (int fd, const char *data, size_t length);
/* One answer: head and, unless `is_head`, body by its Content-Length. (transfer full) */
char *client_read_answer (int fd, bool is_head);
/* Everything up to the end of the connection; `*is_reset` (nullable) says whether it was reset.
 * (transfer full) */
char *client_read_all (int fd, bool *is_reset);
void client_expect_end (int fd);

/* A request and its answer over a new connection. (transfer full) */
char *client_ask (Harness *harness, const char *text);
void assert_status (const char *answer, int status);
void assert_has (const char *text, const char *part);
void assert_has_not (const char *text, const char *part);
