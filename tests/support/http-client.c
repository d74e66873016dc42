/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/http-harness.h"

int
client_socket (void)
{
  struct timeval limit = { .tv_sec = 10 };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return fd;
}

void
client_connect_socket (int fd, const char *address, int port)
{
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) port) };

  g_assert_cmpint (inet_pton (AF_INET, address, &name.sin_addr), ==, 1);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &name, sizeof name), ==, 0);
}

int
client_connect_to (const char *address, int port)
{
  int fd = client_socket ();

  client_connect_socket (fd, address, port);
  return fd;
}

int
client_connect (Harness *harness)
{
  return client_connect_to ("127.0.0.1", harness->port);
}

bool
client_send_bytes (int fd, const char *data, size_t length)
{
  while (length > 0)
    {
      ssize_t n = send (fd, data, length, MSG_NOSIGNAL);

      if (n <= 0)
        return false;
      data += n;
      length -= (size_t) n;
    }
  return true;
}

void
client_send (Harness *harness, int fd, const char *text)
{
  g_autoptr (GString) request = g_string_new (text);
  g_autofree char *host =
      g_strdup_printf ("Host: 127.0.0.1:%d\r\nAuthorization: Bearer " TOKEN, harness->port);

  g_string_replace (request, "%HOST", host, 0);
  g_assert_true (client_send_bytes (fd, request->str, request->len));
}

static size_t
body_length (const char *head)
{
  const char *field = strstr (head, "\r\nContent-Length: ");

  return field != NULL ? strtoul (field + 18, NULL, 10) : 0;
}

static void
read_exactly (int fd, GString *text, size_t length)
{
  size_t had = text->len;
  size_t got = 0;

  g_string_set_size (text, had + length);
  while (got < length)
    {
      ssize_t n = recv (fd, text->str + had + got, length - got, 0);

      if (n <= 0)
        {
          g_string_set_size (text, had + got);
          g_error ("the answer ends early (%s) behind %zu bytes: %.200s",
                   n < 0 ? g_strerror (errno) : "end", text->len, text->str);
        }
      got += (size_t) n;
    }
}

char *
client_read_answer (int fd, bool is_head)
{
  GString *text = g_string_new (NULL);

  while (!g_str_has_suffix (text->str, "\r\n\r\n"))
    read_exactly (fd, text, 1);
  if (!is_head)
    read_exactly (fd, text, body_length (text->str));
  return g_string_free (text, FALSE);
}

char *
client_read_all (int fd, bool *is_reset)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  ssize_t n;

  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0)
    g_string_append_len (text, buffer, n);
  if (is_reset != NULL)
    *is_reset = n < 0;
  else
    g_assert_cmpint (n, ==, 0);
  return g_string_free (text, FALSE);
}

void
client_expect_end (int fd)
{
  g_autofree char *rest = client_read_all (fd, NULL);

  g_assert_cmpstr (rest, ==, "");
  close (fd);
}

char *
client_ask (Harness *harness, const char *text)
{
  int fd = client_connect (harness);
  char *answer;

  client_send (harness, fd, text);
  answer = client_read_answer (fd, g_str_has_prefix (text, "HEAD"));
  close (fd);
  return answer;
}

void
assert_status (const char *answer, int status)
{
  g_autofree char *line = g_strdup_printf ("HTTP/1.1 %d ", status);

  if (!g_str_has_prefix (answer, line))
    g_error ("expected %d: %.600s", status, answer);
}

void
assert_has (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("\"%s\" is missing in: %.600s", part, text);
}

void
assert_has_not (const char *text, const char *part)
{
  if (strstr (text, part) != NULL)
    g_error ("\"%s\" should not be in: %.600s", part, text);
}
