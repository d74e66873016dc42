/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/http-harness.h"

#define HELLO "GET /hello HTTP/1.1\r\n%HOST\r\n\r\n"
#define JSON "Content-Type: application/json\r\n"

static void
expect_hello (Harness *harness, int fd)
{
  g_autofree char *answer = NULL;

  client_send (harness, fd, HELLO);
  answer = client_read_answer (fd, false);
  assert_status (answer, 200);
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nhello"));
}

static void
expect_status (int fd, int status)
{
  g_autofree char *answer = client_read_answer (fd, false);

  assert_status (answer, status);
}

/* With a connection for each request, connecting would be most of the work. */
static void
test_a_connection_serves_many_requests (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);

  for (int i = 0; i < 20; i++)
    expect_hello (harness, fd);
  close (fd);
}

/* Only their order says which request the answers belong to. */
static void
test_pipelined_requests_are_answered_in_order (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *later = NULL, *hello = NULL, *echo = NULL;
  int fd = client_connect (harness);

  client_send (harness, fd,
               "GET /later HTTP/1.1\r\n%HOST\r\n\r\n" HELLO "POST /echo HTTP/1.1\r\n%HOST\r\n" JSON
               "Content-Length: 2\r\n\r\n{}");
  harness_await_later (harness);
  harness_call (harness, harness_answer_later);
  later = client_read_answer (fd, false);
  hello = client_read_answer (fd, false);
  echo = client_read_answer (fd, false);
  assert_has (later, "\r\n\r\nlater");
  assert_has (hello, "\r\n\r\nhello");
  assert_has (echo, "\r\n\r\n{}");
  close (fd);
}

/* More than fits into the buffer while the first one waits: reading stops and continues. */
static void
test_a_long_pipeline_is_answered_whole (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autoptr (GString) requests = g_string_new ("GET /later HTTP/1.1\r\n%HOST\r\n\r\n");
  int fd = client_connect (harness);

  for (int i = 0; i < 2000; i++)
    g_string_append (requests, HELLO);
  client_send (harness, fd, requests->str);
  harness_await_later (harness);
  harness_call (harness, harness_answer_later);
  for (int i = 0; i < 2001; i++)
    expect_status (fd, 200);
  close (fd);
}

static void
test_a_request_may_come_byte_by_byte (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *request = g_strdup_printf ("POST /echo HTTP/1.1\r\nHost: localhost:%d\r\n" JSON
                                              "Content-Length: 4\r\n\r\n[12]",
                                              harness->port);
  g_autofree char *answer = NULL;
  int fd = client_connect (harness);

  for (const char *c = request; *c != '\0'; c++)
    g_assert_true (client_send_bytes (fd, c, 1));
  answer = client_read_answer (fd, false);
  assert_has (answer, "\r\n\r\n[12]");
  close (fd);
}

static void
test_a_chunked_body_is_joined (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *answer = NULL;
  int fd = client_connect (harness);

  client_send (harness, fd,
               "POST /echo HTTP/1.1\r\n%HOST\r\n" JSON "Transfer-Encoding: chunked\r\n\r\n"
               "2;x=y\r\n[1\r\n1\r\n]\r\n0\r\nX-Sum: 1\r\n\r\n");
  answer = client_read_answer (fd, false);
  assert_has (answer, "\r\n\r\n[1]");
  expect_hello (harness, fd);
  close (fd);
}

static void
test_http_1_0_is_answered_and_closed (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *answer = NULL;

  client_send (harness, fd, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  answer = client_read_answer (fd, false);
  assert_status (answer, 200);
  assert_has (answer, "Connection: close\r\n");
  client_expect_end (fd);
}

static void
test_connection_close_is_obeyed (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *answer = NULL;

  client_send (harness, fd, "GET /hello HTTP/1.1\r\n%HOST\r\nConnection: close\r\n\r\n" HELLO);
  answer = client_read_answer (fd, false);
  assert_has (answer, "Connection: close\r\n");
  client_expect_end (fd);
}

/* `printf … | nc` does that. */
static void
test_a_client_that_sends_no_more_is_still_answered (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);

  client_send (harness, fd, HELLO "GET /later HTTP/1.1\r\n%HOST\r\n\r\n");
  shutdown (fd, SHUT_WR);
  expect_status (fd, 200);
  harness_await_later (harness);
  harness_call (harness, harness_answer_later);
  expect_status (fd, 200);
  client_expect_end (fd);
}

static void
test_a_malformed_request_is_400_and_the_end (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *answer = NULL;

  client_send (harness, fd, "GET /hello HTTP/1.1\r\nX : y\r\n\r\n" HELLO);
  answer = client_read_answer (fd, false);
  assert_status (answer, 400);
  assert_has (answer, "Connection: close\r\n");
  assert_has (answer, "Content-Type: application/problem+json\r\n");
  assert_has (answer, "\"status\":400");
  client_expect_end (fd);
}

static void
test_100_continue_comes_before_the_body (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *first = NULL, *second = NULL;

  client_send (harness, fd,
               "POST /echo HTTP/1.1\r\n%HOST\r\n" JSON
               "Content-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
  first = client_read_answer (fd, true);
  g_assert_cmpstr (first, ==, "HTTP/1.1 100 Continue\r\n\r\n");
  g_assert_true (client_send_bytes (fd, "{}", 2));
  second = client_read_answer (fd, false);
  assert_has (second, "\r\n\r\n{}");
  expect_hello (harness, fd);
  close (fd);
}

/* A client that waits for 100 must not send a body in vain. */
static void
test_a_refusal_comes_instead_of_100_continue (void)
{
  static const struct
  {
    int status;
    const char *request;
  } cases[] = {
    { 404, "POST /nowhere HTTP/1.1\r\n%HOST\r\n" JSON "Content-Length: 2\r\n" },
    { 405, "POST /hello HTTP/1.1\r\n%HOST\r\n" JSON "Content-Length: 2\r\n" },
    { 415, "POST /echo HTTP/1.1\r\n%HOST\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n" },
    { 415, "POST /echo HTTP/1.1\r\n%HOST\r\nTransfer-Encoding: chunked\r\n" },
    { 413, "POST /echo HTTP/1.1\r\n%HOST\r\n" JSON "Content-Length: 1048577\r\n" },
  };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *request =
          g_strconcat (cases[i].request, "Expect: 100-continue\r\n\r\n", NULL);
      g_autofree char *answer = client_ask (harness, request);

      assert_status (answer, cases[i].status);
    }
}

static void
test_other_expectations_are_417 (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *answer = client_ask (harness, "POST /echo HTTP/1.1\r\n%HOST\r\n" JSON
                                                 "Content-Length: 2\r\nExpect: tea\r\n\r\n");
  g_autofree char *of_1_0 = client_ask (harness, "POST /echo HTTP/1.0\r\n%HOST\r\n" JSON
                                                 "Content-Length: 2\r\nExpect: tea\r\n\r\n{}");

  assert_status (answer, 417);
  assert_status (of_1_0, 200);
}

/* Closing with unread input resets the connection, and the reset destroys the answer: a client that
 * sends everything before it reads would never see it. */
static void
test_a_client_that_still_sends_sees_the_refusal_and_no_reset (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *body = g_strnfill (5 * 1024 * 1024, 'x');
  g_autofree char *answer = NULL;
  int fd = client_connect (harness);
  bool is_reset;

  client_send (harness, fd,
               "POST /echo HTTP/1.1\r\n%HOST\r\n" JSON "Content-Length: 5242880\r\n\r\n");
  g_assert_true (client_send_bytes (fd, body, strlen (body)));
  shutdown (fd, SHUT_WR);
  answer = client_read_all (fd, &is_reset);
  g_assert_false (is_reset);
  assert_status (answer, 413);
  assert_has (answer, "Connection: close\r\n");
  close (fd);
}

/* Gentle, but not for ever. */
static void
test_a_client_that_never_stops_sending_is_cut_off (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *piece = g_strnfill (1024 * 1024, 'x');
  int fd = client_connect (harness);
  int sent = 0;

  client_send (harness, fd, "POST /nowhere HTTP/1.1\r\n%HOST\r\nContent-Length: 99999999\r\n\r\n");
  while (sent < 64 && client_send_bytes (fd, piece, 1024 * 1024))
    sent++;
  g_assert_cmpint (sent, <, 64);
  close (fd);
}

static void
test_a_slow_header_is_408 (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .header_timeout_ms = 100 });
  int fd = client_connect (harness);
  g_autofree char *answer = NULL;

  client_send (harness, fd, "GET /hello HTTP/1.1\r\nX: ");
  answer = client_read_answer (fd, false);
  assert_status (answer, 408);
  assert_has (answer, "Connection: close\r\n");
  client_expect_end (fd);
}

/* Each byte is progress, but a header without end would hold its connection for ever. */
static void
test_a_trickling_header_is_408_too (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .header_timeout_ms = 200 });
  int fd = client_connect (harness);
  g_autofree char *answer = NULL;
  char byte;

  client_send (harness, fd, "GET /hello HTTP/1.1\r\nX: ");
  while (recv (fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0)
    {
      g_assert_true (client_send_bytes (fd, "y", 1));
      g_usleep (2000);
    }
  answer = client_read_answer (fd, false);
  assert_status (answer, 408);
  close (fd);
}

static void
test_a_slow_body_is_408 (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .body_timeout_ms = 100 });
  g_autofree char *plain =
      client_ask (harness, "POST /echo HTTP/1.1\r\n%HOST\r\n" JSON "Content-Length: 2\r\n\r\n{");
  g_autofree char *chunked = client_ask (harness, "POST /echo HTTP/1.1\r\n%HOST\r\n" JSON
                                                  "Transfer-Encoding: chunked\r\n\r\n2\r\n");

  assert_status (plain, 408);
  assert_status (chunked, 408);
}

static void
test_an_idle_connection_is_closed_without_a_word (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .idle_timeout_ms = 1000 });
  int fresh = client_connect (harness);
  int used = client_connect (harness);

  expect_hello (harness, used);
  client_expect_end (used);
  client_expect_end (fresh);
}

/* The reverse of a slow request: an answer that the client does not take. */
static void
test_a_reader_that_does_not_read_is_dropped (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .write_timeout_ms = 100 });
  int fd = client_connect (harness);
  bool is_reset;
  g_autofree char *answer = NULL;

  client_send (harness, fd, "GET /big HTTP/1.1\r\n%HOST\r\n\r\n");
  harness_poll (harness, &harness->n_released, 1);
  answer = client_read_all (fd, &is_reset);
  g_assert_cmpuint (strlen (answer), <, BIG_SIZE);
  close (fd);
}

/* Slow is no crime. */
static void
test_a_slow_reader_gets_all (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .write_timeout_ms = 20000 });
  g_autofree char *buffer = g_malloc (1024 * 1024);
  size_t total = 0;
  ssize_t n;
  int fd = client_connect (harness);

  client_send (harness, fd, "GET /big HTTP/1.1\r\n%HOST\r\nConnection: close\r\n\r\n");
  while ((n = recv (fd, buffer, 1024 * 1024, MSG_WAITALL)) > 0)
    {
      total += (size_t) n;
      g_usleep (60 * 1000);
    }
  g_assert_cmpint (n, ==, 0);
  g_assert_cmpuint (total, >, BIG_SIZE);
  g_assert_cmpuint (total, <, BIG_SIZE + 1000);
  close (fd);
}

/* A client that waits for something may give up. */
static void
test_a_waiting_handler_learns_that_its_client_is_gone (void)
{
  static const struct linger reset = { .l_onoff = 1 };
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);

  client_send (harness, fd, "GET /wait HTTP/1.1\r\n%HOST\r\n\r\n");
  harness_await_later (harness);
  setsockopt (fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close (fd);
  harness_poll (harness, &harness->n_gone, 1);

  /* The client ends its side in the usual way, so only a write shows that it is gone. */
  fd = client_connect (harness);
  client_send (harness, fd, "GET /wait HTTP/1.1\r\n%HOST\r\n\r\n");
  close (fd);
  harness_poll (harness, &harness->n_gone, 2);
}

static void
test_a_waiting_client_that_sends_no_more_is_still_answered (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .idle_timeout_ms = 500 });
  g_autofree char *all = NULL;
  int fd = client_connect (harness);

  client_send (harness, fd, "GET /wait HTTP/1.1\r\n%HOST\r\n\r\n" HELLO);
  shutdown (fd, SHUT_WR);
  harness_await_later (harness);
  g_usleep (700 * 1000); /* the limits of an idle connection do not count here */
  harness_call (harness, harness_answer_later);
  all = client_read_all (fd, NULL);
  g_assert_true (g_str_has_prefix (all, "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n"));
  assert_has (all, "\r\n\r\nlaterHTTP/1.1 200 OK\r\n");
  g_assert_true (g_str_has_suffix (all, "\r\n\r\nhello"));
  g_assert_cmpint (harness->n_gone, ==, 0);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/conn/" path, test_##name)
  ADD ("keep-alive", a_connection_serves_many_requests);
  ADD ("pipelining", pipelined_requests_are_answered_in_order);
  ADD ("long-pipeline", a_long_pipeline_is_answered_whole);
  ADD ("bytewise", a_request_may_come_byte_by_byte);
  ADD ("chunked", a_chunked_body_is_joined);
  ADD ("http-1.0", http_1_0_is_answered_and_closed);
  ADD ("close", connection_close_is_obeyed);
  ADD ("half-closed", a_client_that_sends_no_more_is_still_answered);
  ADD ("wait-gone", a_waiting_handler_learns_that_its_client_is_gone);
  ADD ("wait-half-closed", a_waiting_client_that_sends_no_more_is_still_answered);
  ADD ("malformed", a_malformed_request_is_400_and_the_end);
  ADD ("continue", 100_continue_comes_before_the_body);
  ADD ("no-continue", a_refusal_comes_instead_of_100_continue);
  ADD ("417", other_expectations_are_417);
  ADD ("gentle", a_client_that_still_sends_sees_the_refusal_and_no_reset);
  ADD ("not-for-ever", a_client_that_never_stops_sending_is_cut_off);
  ADD ("slow-header", a_slow_header_is_408);
  ADD ("trickling-header", a_trickling_header_is_408_too);
  ADD ("slow-body", a_slow_body_is_408);
  ADD ("idle", an_idle_connection_is_closed_without_a_word);
  ADD ("no-reader", a_reader_that_does_not_read_is_dropped);
  ADD ("slow-reader", a_slow_reader_gets_all);
  return g_test_run ();
}
