/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/vestimd/sys/notify.h"
#include "tests/support/scratch.h"

/* A receiver like that of a service manager; a `name` that begins with "@" is abstract. */
static int
open_receiver (const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  socklen_t length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + strlen (name));

  memcpy (address.sun_path, name, strlen (name));
  if (name[0] == '@')
    address.sun_path[0] = '\0';
  g_assert_cmpint (bind (fd, (const struct sockaddr *) &address, length), ==, 0);
  return fd;
}

static void
assert_delivered (const char *name)
{
  char text[64] = "";
  Notify notify;
  int fd = open_receiver (name);

  g_setenv ("NOTIFY_SOCKET", name, TRUE);
  notify_open (&notify);
  g_assert_null (g_getenv ("NOTIFY_SOCKET"));
  g_assert_cmpint (notify_send (&notify, "READY=1\nSTATUS=ok"), ==, 0);
  g_assert_cmpint (recv (fd, text, sizeof text - 1, 0), ==, 17);
  g_assert_cmpstr (text, ==, "READY=1\nSTATUS=ok");
  notify_close (&notify);
  close (fd);
}

static void
test_a_socket_with_a_path_is_notified (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = scratch_path (folder, "notify");

  assert_delivered (path);
}

static void
test_an_abstract_socket_is_notified (void)
{
  g_autofree char *name = g_strdup_printf ("@vestim-test-%d", (int) getpid ());

  assert_delivered (name);
}

/* The daemon also starts without a service manager, and with a wrong address. */
static void
test_no_socket_or_a_wrong_one_is_no_failure (void)
{
  g_autofree char *too_long = g_strnfill (200, '/');
  const char *const names[] = { "", "relative", "/", too_long };
  Notify notify;

  g_unsetenv ("NOTIFY_SOCKET");
  notify_open (&notify);
  g_assert_cmpint (notify_send (&notify, "READY=1"), ==, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_setenv ("NOTIFY_SOCKET", names[i], TRUE);
      notify_open (&notify);
      g_assert_cmpint (notify.fd, ==, -1);
      g_assert_cmpint (notify_send (&notify, "READY=1"), ==, 0);
      notify_close (&notify);
    }
}

static void
test_a_receiver_that_is_gone_is_an_error_only (void)
{
  Notify notify;

  g_setenv ("NOTIFY_SOCKET", "/nonexistent/notify", TRUE);
  notify_open (&notify);
  g_assert_cmpint (notify_send (&notify, "READY=1"), <, 0);
  notify_close (&notify);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notify/a-socket-with-a-path-is-notified",
                   test_a_socket_with_a_path_is_notified);
  g_test_add_func ("/notify/an-abstract-socket-is-notified", test_an_abstract_socket_is_notified);
  g_test_add_func ("/notify/no-socket-or-a-wrong-one-is-no-failure",
                   test_no_socket_or_a_wrong_one_is_no_failure);
  g_test_add_func ("/notify/a-receiver-that-is-gone-is-an-error-only",
                   test_a_receiver_that_is_gone_is_an_error_only);
  return g_test_run ();
}
