/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/vestimd/control-http.h"

typedef struct
{
  pid_t server;
  char *url;
  int status;
  char *body;
} Fixture;

/* Answers one request, a piece each 100 ms; with the request as body when `pieces` is NULL. */
static _Noreturn void
serve (int fd, const char *const *pieces)
{
  static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";
  char request[1024] = "";
  int client = accept (fd, NULL, NULL);

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (read (client, request, sizeof request - 1) < 0)
    _exit (1);
  if (pieces == NULL
      && (write (client, head, strlen (head)) < 0 || write (client, request, strlen (request)) < 0))
    _exit (1);
  for (; pieces != NULL && *pieces != NULL; pieces++)
    {
      if (write (client, *pieces, strlen (*pieces)) < 0)
        _exit (1);
      g_usleep (100000);
    }
  _exit (0);
}

static void
start_server (Fixture *f, const char *const *pieces)
{
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof at;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (const struct sockaddr *) &at, sizeof at), ==, 0);
  g_assert_cmpint (listen (fd, 5), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &at, &length), ==, 0);
  f->url = g_strdup_printf ("http://127.0.0.1:%d", ntohs (at.sin_port));
  f->server = fork ();
  if (f->server == 0)
    serve (fd, pieces);
  close (fd);
}

static int
get (Fixture *f, const char *token, int timeout_ms)
{
  gint64 deadline = g_get_monotonic_time () + timeout_ms * 1000;

  return control_http_get (f->url, "/server/status", token, deadline, &f->status, &f->body);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->server > 0)
    {
      kill (f->server, SIGKILL);
      waitpid (f->server, NULL, 0);
    }
  g_free (f->url);
  g_free (f->body);
}

static void
test_the_request_carries_host_and_token (Fixture *f, gconstpointer data)
{
  start_server (f, NULL);
  g_assert_cmpint (get (f, "secret", 60000), ==, 0);
  g_assert_cmpint (f->status, ==, 200);
  g_assert_true (g_str_has_prefix (f->body, "GET /server/status HTTP/1.0\r\nHost: 127.0.0.1:"));
  g_assert_nonnull (strstr (f->body, "\r\nAuthorization: Bearer secret\r\n\r\n"));
}

static void
test_an_answer_in_pieces_is_put_together (Fixture *f, gconstpointer data)
{
  static const char *const pieces[] = { "HTTP/1.1 4", "04 Not Found\r\nA: b\r", "\n\r\n{", "}",
                                        NULL };

  start_server (f, pieces);
  g_assert_cmpint (get (f, NULL, 60000), ==, 0);
  g_assert_cmpint (f->status, ==, 404);
  g_assert_cmpstr (f->body, ==, "{}");
}

/* There is one deadline: single bytes do not extend it. */
static void
test_a_trickle_ends_at_the_deadline (Fixture *f, gconstpointer data)
{
  static const char *const pieces[] = { "H", "T", "T", "P", "/", "1", ".", "1", " ", "2", NULL };

  start_server (f, pieces);
  g_assert_cmpint (get (f, NULL, 300), ==, -ETIMEDOUT);
}

static void
test_what_is_no_http_is_an_error (Fixture *f, gconstpointer data)
{
  static const char *const pieces[] = { "SSH-2.0-OpenSSH_9.2\r\n\r\n", NULL };

  start_server (f, pieces);
  g_assert_cmpint (get (f, NULL, 60000), ==, -EBADMSG);
  g_assert_null (f->body);
}

static void
test_nobody_there_is_refused (Fixture *f, gconstpointer data)
{
  start_server (f, NULL);
  kill (f->server, SIGKILL);
  waitpid (f->server, NULL, 0);
  f->server = 0;
  g_assert_cmpint (get (f, NULL, 60000), ==, -ECONNREFUSED);
}

/* A name could take longer to look up than the deadline allows. */
static void
test_only_literal_addresses_are_asked (Fixture *f, gconstpointer data)
{
  static const char *const urls[] = {
    "http://some.name:80", "https://127.0.0.1:1", "http://",
    "http://127.0.0.1",    "http://[::1:80",      "127.0.0.1:80"
  };

  for (size_t i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_free (f->url);
      f->url = g_strdup (urls[i]);
      g_assert_cmpint (get (f, NULL, 60000), ==, -EINVAL);
    }
}

#define ADD(name, test) g_test_add ("/control-http/" name, Fixture, NULL, NULL, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the-request-carries-host-and-token", test_the_request_carries_host_and_token);
  ADD ("an-answer-in-pieces-is-put-together", test_an_answer_in_pieces_is_put_together);
  ADD ("a-trickle-ends-at-the-deadline", test_a_trickle_ends_at_the_deadline);
  ADD ("what-is-no-http-is-an-error", test_what_is_no_http_is_an_error);
  ADD ("nobody-there-is-refused", test_nobody_there_is_refused);
  ADD ("only-literal-addresses-are-asked", test_only_literal_addresses_are_asked);
  return g_test_run ();
}
