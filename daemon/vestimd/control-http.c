/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/control-http.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The request is HTTP/1.0: the server answers and closes, so the answer ends with the stream. */

#define ANSWER_LIMIT (1024 * 1024)
#define SCHEME "http://"

/* Waits until `fd` is ready: 0, or -ETIMEDOUT at the deadline. */
static int
wait_for (int fd, short events, gint64 deadline)
{
  for (;;)
    {
      struct pollfd watched = { .fd = fd, .events = events };
      gint64 left_ms = (deadline - g_get_monotonic_time () + 999) / 1000;
      int n;

      if (left_ms <= 0)
        return -ETIMEDOUT;
      n = poll (&watched, 1, (int) MIN (left_ms, G_MAXINT));
      if (n > 0)
        return 0;
      if (n < 0 && errno != EINTR)
        return -errno;
    }
}

static int
connect_to (const struct addrinfo *target, gint64 deadline)
{
  int fd = socket (target->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  socklen_t size = sizeof (int);
  int error = 0;
  int r = 0;

  if (fd < 0)
    return -errno;
  if (connect (fd, target->ai_addr, target->ai_addrlen) != 0)
    r = errno == EINPROGRESS ? wait_for (fd, POLLOUT, deadline) : -errno;
  if (r == 0 && getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0)
    r = -error;
  if (r == 0)
    return fd;
  close (fd);
  return r;
}

/* Names are not looked up: that could take longer than the deadline allows. */
static int
open_connection (const char *authority, gint64 deadline)
{
  g_autofree char *host = g_strdup (authority);
  char *colon = strrchr (host, ':');
  char *bare = host;
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                            .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
  struct addrinfo *found = NULL;
  int fd;

  if (colon == NULL)
    return -EINVAL;
  *colon = '\0';
  if (host[0] == '[' && colon[-1] == ']')
    {
      colon[-1] = '\0';
      bare = host + 1;
    }
  if (getaddrinfo (bare, colon + 1, &hints, &found) != 0)
    return -EINVAL;
  fd = connect_to (found, deadline);
  freeaddrinfo (found);
  return fd;
}

static int
send_all (int fd, const GString *request, gint64 deadline)
{
  size_t sent = 0;

  while (sent < request->len)
    {
      ssize_t n = send (fd, request->str + sent, request->len - sent, MSG_NOSIGNAL);
      int r = 0;

      if (n >= 0)
        sent += (size_t) n;
      else if (errno == EAGAIN)
        r = wait_for (fd, POLLOUT, deadline);
      else if (errno != EINTR)
        r = -errno;
      if (r < 0)
        return r;
    }
  return 0;
}

static int
receive_all (int fd, GString *answer, gint64 deadline)
{
  char text[4096];

  while (answer->len <= ANSWER_LIMIT)
    {
      ssize_t n = recv (fd, text, sizeof text, 0);
      int r = 0;

      if (n == 0)
        return 0;
      if (n > 0)
        g_string_append_len (answer, text, n);
      else if (errno == EAGAIN)
        r = wait_for (fd, POLLIN, deadline);
      else if (errno != EINTR)
        r = -errno;
      if (r < 0)
        return r;
    }
  return -EMSGSIZE;
}

static int
parse_answer (const GString *answer, int *status, char **body)
{
  const char *end = strstr (answer->str, "\r\n\r\n");
  guint64 code;
  g_autofree char *digits = NULL;

  if (end == NULL || strncmp (answer->str, "HTTP/1.", 7) != 0 || answer->str[8] != ' ')
    return -EBADMSG;
  digits = g_strndup (answer->str + 9, 3);
  if (!g_ascii_string_to_unsigned (digits, 10, 100, 599, &code, NULL))
    return -EBADMSG;
  *status = (int) code;
  *body = g_strdup (end + 4);
  return 0;
}

int
control_http_get (const char *url, const char *path, const char *token, gint64 deadline,
                  int *status, char **body)
{
  g_autoptr (GString) request = g_string_new (NULL);
  g_autoptr (GString) answer = g_string_new (NULL);
  const char *authority;
  int fd, r;

  if (!g_str_has_prefix (url, SCHEME))
    return -EINVAL;
  authority = url + strlen (SCHEME);
  g_string_printf (request, "GET %s HTTP/1.0\r\nHost: %s\r\n", path, authority);
  if (token != NULL)
    g_string_append_printf (request, "Authorization: Bearer %s\r\n", token);
  g_string_append (request, "\r\n");
  fd = open_connection (authority, deadline);
  if (fd < 0)
    return fd;
  r = send_all (fd, request, deadline);
  if (r == 0)
    r = receive_all (fd, answer, deadline);
  close (fd);
  return r < 0 ? r : parse_answer (answer, status, body);
}
