/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/vestimd/sys/port-owner.h"

/* A listening socket on a free port. */
static int
listen_at (const char *address, int *port)
{
  struct sockaddr_in at = { .sin_family = AF_INET };
  socklen_t length = sizeof at;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  inet_pton (AF_INET, address, &at.sin_addr);
  g_assert_cmpint (bind (fd, (const struct sockaddr *) &at, sizeof at), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &at, &length), ==, 0);
  *port = ntohs (at.sin_port);
  return fd;
}

/* "The port is taken" does not help; "by PID 123 (vestimd)" does. */
static void
test_the_process_that_listens_is_named (void)
{
  PortOwner owner;
  int port;
  int fd = listen_at ("127.0.0.1", &port);

  g_assert_true (port_owner_find ("127.0.0.1", port, &owner));
  g_assert_cmpint (owner.pid, ==, getpid ());
  g_assert_true (g_str_has_prefix (program_invocation_short_name, owner.name));
  g_assert_false (owner.is_vestimd);
  close (fd);
  g_assert_false (port_owner_find ("127.0.0.1", port, &owner));
}

static void
test_a_wildcard_address_holds_every_address (void)
{
  PortOwner owner;
  int port, other;
  int any = listen_at ("0.0.0.0", &port);
  int one = listen_at ("127.0.0.1", &other);

  g_assert_true (port_owner_find ("127.0.0.1", port, &owner));
  g_assert_true (port_owner_find ("0.0.0.0", other, &owner));
  g_assert_true (port_owner_find ("::", other, &owner));
  g_assert_false (port_owner_find ("127.0.0.2", other, &owner));
  g_assert_false (port_owner_find ("not an address", other, &owner));
  close (any);
  close (one);
}

static void
test_a_vestimd_is_known (void)
{
  PortOwner owner;
  int port;
  int fd = listen_at ("127.0.0.1", &port);

  prctl (PR_SET_NAME, "vestimd");
  g_assert_true (port_owner_find ("127.0.0.1", port, &owner));
  prctl (PR_SET_NAME, "test-port-owner");
  g_assert_true (owner.is_vestimd);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/port-owner/the-process-that-listens-is-named",
                   test_the_process_that_listens_is_named);
  g_test_add_func ("/port-owner/a-wildcard-address-holds-every-address",
                   test_a_wildcard_address_holds_every_address);
  g_test_add_func ("/port-owner/a-vestimd-is-known", test_a_vestimd_is_known);
  return g_test_run ();
}
