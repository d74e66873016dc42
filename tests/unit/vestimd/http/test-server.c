/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/http-harness.h"

#define HELLO "GET /hello HTTP/1.1\r\n%HOST\r\n\r\n"

static void
expect_status (int fd, int status)
{
  g_autofree char *answer = client_read_answer (fd, false);

  assert_status (answer, status);
}

/* A client gets an answer instead of waiting. */
static void
test_too_many_connections_are_answered_503 (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .max_connections = 2 });
  int first = client_connect (harness);
  int second = client_connect (harness);
  int third = client_connect (harness);
  g_autofree char *refused = NULL;

  client_send (harness, third, HELLO);
  refused = client_read_answer (third, false);
  assert_status (refused, 503);
  assert_has (refused, "\r\nRetry-After: ");
  assert_has (refused, "\r\nConnection: close\r\n");
  shutdown (third, SHUT_WR);
  client_expect_end (third);
  client_send (harness, first, HELLO);
  expect_status (first, 200);
  close (first);
  close (second);
}

static bool
is_taken (Harness *harness)
{
  int fd = client_connect (harness);
  g_autofree char *answer = NULL;

  client_send (harness, fd, HELLO);
  answer = client_read_answer (fd, false);
  close (fd);
  return g_str_has_prefix (answer, "HTTP/1.1 200");
}

static void
test_a_closed_connection_makes_room (void)
{
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .max_connections = 1 });
  gint64 deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  int first = client_connect (harness);

  client_send (harness, first, HELLO);
  expect_status (first, 200);
  g_assert_false (is_taken (harness));
  close (first);
  while (!is_taken (harness))
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
}

#define N_CLIENTS 100

/* The clients' sockets get numbers beyond the limit that is set later, so that it affects the
 * server only. */
static void
open_client_sockets (int *fds)
{
  for (int i = 0; i < N_CLIENTS; i++)
    {
      int fd = client_socket ();

      fds[i] = fcntl (fd, F_DUPFD_CLOEXEC, 500);
      close (fd);
    }
}

static void
run_out_of_descriptors (void)
{
  struct rlimit few = { .rlim_cur = 80, .rlim_max = 80 };
  Harness *harness = harness_new (NULL);
  int fds[N_CLIENTS];
  int last = N_CLIENTS - 1;

  open_client_sockets (fds);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  for (int i = 0; i < N_CLIENTS; i++)
    client_connect_socket (fds[i], "127.0.0.1", harness->port);
  client_send (harness, fds[last], HELLO);
  /* The client waits in the kernel's queue: it is neither answered nor refused. */
  g_assert_cmpint (poll (&(struct pollfd){ .fd = fds[last], .events = POLLIN }, 1, 300), ==, 0);
  for (int i = 0; i < last; i++)
    close (fds[i]);
  expect_status (fds[last], 200);
  close (fds[last]);
  harness_free (harness);
}

/* There is neither a busy loop nor an end: waiting clients are served when descriptors are free
 * again. */
static void
test_without_descriptors_accepting_pauses_and_recovers (void)
{
  if (g_test_subprocess ())
    {
      run_out_of_descriptors ();
      return;
    }
  g_test_trap_subprocess (NULL, 30 * G_TIME_SPAN_SECOND, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*accepting paused*accepting resumed*");
}

/* A graceful stop finishes the answers in progress and accepts no more requests. */
static void
test_draining_finishes_answers_and_takes_no_more (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int idle = client_connect (harness);
  int busy = client_connect (harness);
  int late = client_connect (harness);
  g_autofree char *answer = NULL, *refused = NULL;

  client_send (harness, late, "GET /hello HTTP/1.1\r\n");
  client_send (harness, idle, HELLO);
  expect_status (idle, 200);
  client_send (harness, busy, "GET /later HTTP/1.1\r\n%HOST\r\n\r\n");
  harness_await_later (harness);
  harness_call (harness, harness_drain);
  client_expect_end (idle);
  client_send (harness, late, "%HOST\r\n\r\n");
  refused = client_read_answer (late, false);
  assert_status (refused, 503);
  assert_has (refused, "\r\nRetry-After: ");
  harness_call (harness, harness_answer_later);
  answer = client_read_answer (busy, false);
  assert_has (answer, "\r\nConnection: close\r\n");
  client_expect_end (busy);
  close (late);
}

static void
note_idle (gpointer user)
{
  Harness *harness = user;

  harness->n_closed = http_server_is_idle (harness->server) ? 1 : 0;
}

static void
test_a_server_is_idle_when_no_answer_is_under_way (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);

  client_send (harness, fd, "GET /later HTTP/1.1\r\n%HOST\r\n\r\n");
  harness_await_later (harness);
  harness_call (harness, note_idle);
  g_assert_cmpint (harness->n_closed, ==, 0);
  harness_call (harness, harness_answer_later);
  expect_status (fd, 200);
  harness_call (harness, note_idle);
  g_assert_cmpint (harness->n_closed, ==, 1);
  close (fd);
}

/* A handler may answer after the server has closed: the answer is dropped, and nothing leaks. */
static void
test_an_answer_after_the_close_is_safe (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);

  client_send (harness, fd, "GET /later HTTP/1.1\r\n%HOST\r\n\r\n");
  harness_await_later (harness);
  harness_call (harness, harness_close);
  client_expect_end (fd);
  harness_call (harness, harness_answer_later);
}

static void
test_closing_ends_streams_and_writes_under_way (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int stream = client_connect (harness);
  int big = client_connect (harness);
  char byte;

  client_send (harness, stream, "GET /stream HTTP/1.1\r\n%HOST\r\n\r\n");
  harness_await_stream (harness);
  client_send (harness, big, "GET /big HTTP/1.1\r\n%HOST\r\n\r\n");
  g_assert_cmpint (recv (big, &byte, 1, 0), ==, 1);
  harness_call (harness, harness_close);
  harness_poll (harness, &harness->n_closed, 1);
  harness_poll (harness, &harness->n_released, 1);
  close (stream);
  close (big);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/server/" path, test_##name)
  ADD ("503", too_many_connections_are_answered_503);
  ADD ("room", a_closed_connection_makes_room);
  ADD ("descriptors", without_descriptors_accepting_pauses_and_recovers);
  ADD ("drain", draining_finishes_answers_and_takes_no_more);
  ADD ("idle", a_server_is_idle_when_no_answer_is_under_way);
  ADD ("late-answer", an_answer_after_the_close_is_safe);
  ADD ("close", closing_ends_streams_and_writes_under_way);
  return g_test_run ();
}
