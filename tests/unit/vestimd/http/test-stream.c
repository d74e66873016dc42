/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/http-harness.h"

#define SUBSCRIBE "GET /stream HTTP/1.1\r\n%HOST\r\n\r\n"

/* A connection with an open stream. */
static int
subscribe (Harness *harness)
{
  int fd = client_connect (harness);

  client_send (harness, fd, SUBSCRIBE);
  harness_await_stream (harness);
  return fd;
}

static void
test_a_stream_is_written_to_until_the_client_leaves (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *head = NULL;
  char event[7 + 64 * 1024 + 2]; /* with its chunk */

  client_send (harness, fd, SUBSCRIBE);
  head = client_read_answer (fd, true);
  assert_has (head, "\r\nContent-Type: text/event-stream\r\n");
  assert_has (head, "\r\nTransfer-Encoding: chunked\r\n");
  assert_has_not (head, "Content-Length");
  for (int i = 0; i < 3; i++)
    {
      harness_call (harness, harness_write_stream);
      g_assert_cmpint (recv (fd, event, sizeof event, MSG_WAITALL), ==, sizeof event);
      g_assert_cmpmem (event, 8, "10000\r\ne", 8);
      g_assert_cmpmem (event + sizeof event - 3, 3, "e\r\n", 3);
    }
  harness_poll (harness, &harness->n_released, 3);
  close (fd);
  harness_poll (harness, &harness->n_closed, 1);
}

/* (transfer full) everything that the client receives from a stream of one event. */
static char *
read_one_event (Harness *harness, int fd)
{
  harness_await_stream (harness);
  harness_call (harness, harness_write_stream);
  harness_call (harness, harness_close_stream);
  return client_read_all (fd, NULL);
}

/* HTTP/1.0 has no chunks. nginx uses it by default. */
static void
test_a_stream_of_http_1_0_has_no_chunks (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *all = NULL;

  client_send (harness, fd, "GET /stream HTTP/1.0\r\n%HOST\r\n\r\n");
  all = read_one_event (harness, fd);
  assert_has_not (all, "Transfer-Encoding");
  assert_has (all, "\r\n\r\neee");
  g_assert_true (g_str_has_suffix (all, "eee"));
  close (fd);
}

/* Some programs shut down their side after the request, and then read. */
static void
test_a_stream_whose_client_sends_no_more_goes_on (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *all = NULL;

  client_send (harness, fd, SUBSCRIBE);
  shutdown (fd, SHUT_WR);
  harness_poll (harness, &harness->n_half_closed, 1);
  all = read_one_event (harness, fd);
  assert_has (all, "\r\n\r\nb\r\nstill here\n\r\n10000\r\neee");
  g_assert_true (g_str_has_suffix (all, "eee\r\n0\r\n\r\n"));
  close (fd);
  harness_poll (harness, &harness->n_closed, 1);
}

/* Such a client may also be slow: what was written for it is sent before the end. */
static void
test_a_stream_that_we_close_is_sent_to_its_end (void)
{
  g_autoptr (Harness) harness =
      harness_new (&(HttpServerConfig){ .max_stream_backlog = 64 * 1024 * 1024 });
  int fd = client_socket (), size = 64 * 1024;
  g_autofree char *all = NULL;

  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  client_connect_socket (fd, "127.0.0.1", harness->port);
  client_send (harness, fd, SUBSCRIBE);
  harness_await_stream (harness);
  for (int i = 0; i < 100; i++)
    harness_call (harness, harness_write_stream);
  shutdown (fd, SHUT_WR);
  harness_poll (harness, &harness->n_half_closed, 1);
  harness_call (harness, harness_close_stream);
  all = client_read_all (fd, NULL);
  g_assert_cmpuint (strlen (all), >, 100 * 64 * 1024);
  g_assert_true (g_str_has_suffix (all, "\r\n0\r\n\r\n"));
  close (fd);
}

/* A subscriber that does not read must not fill the memory. */
static void
test_a_stream_that_is_not_read_is_dropped (void)
{
  g_autoptr (Harness) harness =
      harness_new (&(HttpServerConfig){ .max_stream_backlog = 256 * 1024 });
  int fd = subscribe (harness);
  int n = 0;

  for (; harness->was_stream_taken; n++)
    {
      g_assert_cmpint (n, <, 1000);
      harness_call (harness, harness_write_stream);
    }
  harness_poll (harness, &harness->n_closed, 1);
  harness_poll (harness, &harness->n_released, n);
  close (fd);
}

static void
test_a_stream_that_stalls_is_dropped_in_time (void)
{
  g_autoptr (Harness) harness = harness_new (
      &(HttpServerConfig){ .write_timeout_ms = 100, .max_stream_backlog = 64 * 1024 * 1024 });
  int fd = subscribe (harness);

  for (int i = 0; i < 400; i++)
    harness_call (harness, harness_write_stream);
  harness_poll (harness, &harness->n_closed, 1);
  close (fd);
}

static void
test_a_stream_ends_when_we_close_it (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *all = NULL;

  client_send (harness, fd, SUBSCRIBE);
  all = read_one_event (harness, fd);
  g_assert_true (g_str_has_suffix (all, "eee\r\n0\r\n\r\n"));
  close (fd);
  harness_poll (harness, &harness->n_closed, 1);
}

static void
test_head_of_a_stream_ends_at_once (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  g_autofree char *head = NULL;

  client_send (harness, fd, "HEAD /stream HTTP/1.1\r\n%HOST\r\n\r\n");
  head = client_read_answer (fd, true);
  assert_status (head, 200);
  client_expect_end (fd);
  harness_poll (harness, &harness->n_closed, 1);
}

/* Who writes only after the client has taken the last piece needs no buffer. */
static void
test_each_write_is_reported_when_it_is_taken (void)
{
  g_autoptr (Harness) harness =
      harness_new (&(HttpServerConfig){ .max_stream_backlog = 64 * 1024 * 1024 });
  int fd = subscribe (harness), n_taken = 0;
  g_autofree char *all = NULL;

  for (int i = 0; i < 400; i++) /* more than the kernel's buffers take */
    harness_call (harness, harness_write_stream);
  n_taken = harness->n_taken;
  g_assert_cmpint (n_taken, >, 0);
  g_assert_cmpint (n_taken, <, 400);
  harness_call (harness, harness_close_stream);
  all = client_read_all (fd, NULL);
  g_assert_cmpint (harness->n_taken, ==, 400);
  close (fd);
}

/* What looks whether the client is there is no part of the body. */
static void
test_a_probe_is_no_data (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = subscribe (harness);
  g_autofree char *all = NULL;

  harness_call (harness, harness_probe_stream);
  harness_call (harness, harness_write_stream);
  harness_call (harness, harness_probe_stream);
  harness_call (harness, harness_close_stream);
  all = client_read_all (fd, NULL);
  assert_has (all, "\r\n\r\n010000\r\neee");
  g_assert_true (g_str_has_suffix (all, "eee\r\n00\r\n\r\n"));
  close (fd);
}

/* A client must not take the part for the whole. */
static void
test_an_aborted_stream_has_no_end (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = subscribe (harness);
  g_autofree char *all = NULL;

  harness_call (harness, harness_write_stream);
  harness_call (harness, harness_abort_stream);
  all = client_read_all (fd, NULL);
  g_assert_true (g_str_has_suffix (all, "eee\r\n"));
  harness_poll (harness, &harness->n_closed, 1);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/stream/" path, test_##name)
  ADD ("written", a_stream_is_written_to_until_the_client_leaves);
  ADD ("http-1-0", a_stream_of_http_1_0_has_no_chunks);
  ADD ("half-closed", a_stream_whose_client_sends_no_more_goes_on);
  ADD ("half-closed-slow", a_stream_that_we_close_is_sent_to_its_end);
  ADD ("backlog", a_stream_that_is_not_read_is_dropped);
  ADD ("stalls", a_stream_that_stalls_is_dropped_in_time);
  ADD ("close", a_stream_ends_when_we_close_it);
  ADD ("taken", each_write_is_reported_when_it_is_taken);
  ADD ("probe", a_probe_is_no_data);
  ADD ("abort", an_aborted_stream_has_no_end);
  ADD ("head", head_of_a_stream_ends_at_once);
  return g_test_run ();
}
