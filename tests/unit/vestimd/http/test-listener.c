/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
get_option (int fd, int option)
{
  int value = -1;
  socklen_t size = sizeof value;

  g_assert_cmpint (getsockopt (fd, SOL_SOCKET, option, &value, &size), ==, 0);
  return value;
}

static void
open_ok (Listener *listener, const char *host, int port)
{
  ListenerStatus status = listener_open (listener, host, port);
  char text[512];

  listener_describe (listener, status, host, port, text, sizeof text);
  g_test_message ("%s", text);
  g_assert_cmpint (status, ==, LISTENER_OK);
}

static int
connect_to (int port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

static bool
has_ipv6 (void)
{
  struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
  int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool works = fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) == 0;

  if (fd >= 0)
    close (fd);
  return works;
}

/* Without the first option a restart would have to wait for a minute; without the second one, jobs
 * would hold the port. */
static void
test_the_socket_reuses_addresses_and_closes_on_exec (void)
{
  Listener listener;

  open_ok (&listener, "127.0.0.1", 0);
  g_assert_cmpint (get_option (listener.socket, SO_REUSEADDR), ==, 1);
  g_assert_cmpint (get_option (listener.socket, SO_ACCEPTCONN), ==, 1);
  g_assert_true (fcntl (listener.socket, F_GETFD) & FD_CLOEXEC);
  listener_close (&listener);
}

/* Clients must learn the port that was really taken. */
static void
test_port_0_takes_a_free_port_and_tells_it (void)
{
  Listener listener;

  open_ok (&listener, "127.0.0.1", 0);
  g_assert_cmpint (listener.port, >, 0);
  g_assert_cmpstr (listener.address, ==, "127.0.0.1");
  g_assert_true (listener.is_loopback);
  g_assert_false (listener.is_ipv6);
  close (connect_to (listener.port));
  listener_close (&listener);
}

/* The side that closes first keeps the port in TIME_WAIT: that is the daemon when it restarts. */
static void
test_a_restart_binds_at_once_over_time_wait (void)
{
  Listener first, second;
  int client, served;
  char byte;

  open_ok (&first, "127.0.0.1", 0);
  client = connect_to (first.port);
  served = accept (first.socket, NULL, NULL);
  g_assert_cmpint (served, >=, 0);
  g_assert_cmpint (shutdown (served, SHUT_WR), ==, 0);
  g_assert_cmpint (read (client, &byte, 1), ==, 0);
  close (client);
  g_assert_cmpint (read (served, &byte, 1), ==, 0);
  close (served);
  listener_close (&first);
  open_ok (&second, "127.0.0.1", first.port);
  g_assert_cmpint (second.port, ==, first.port);
  listener_close (&second);
}

static void
assert_says (const Listener *listener, ListenerStatus status, const char *host, int port,
             const char *const *words)
{
  char text[512];

  listener_describe (listener, status, host, port, text, sizeof text);
  for (; *words != NULL; words++)
    if (strstr (text, *words) == NULL)
      g_error ("\"%s\" does not say \"%s\"", text, *words);
}

/* The second daemon must be refused, and its user must learn why. */
static void
test_a_port_in_use_is_refused (void)
{
  Listener first, second;
  g_autofree char *authority = NULL;

  open_ok (&first, "127.0.0.1", 0);
  g_assert_cmpint (listener_open (&second, "127.0.0.1", first.port), ==, LISTENER_E_IN_USE);
  g_assert_cmpint (second.system_error, ==, EADDRINUSE);
  authority = g_strdup_printf ("127.0.0.1:%d", first.port);
  assert_says (&second, LISTENER_E_IN_USE, "127.0.0.1", first.port,
               (const char *const[]){ authority, "in use", "--port", NULL });
  listener_close (&second);
  listener_close (&first);
}

/* All addresses include the one that is taken. */
static void
test_a_port_in_use_on_one_address_is_refused_for_all (void)
{
  Listener first, second;

  open_ok (&first, "127.0.0.1", 0);
  g_assert_cmpint (listener_open (&second, "0.0.0.0", first.port), ==, LISTENER_E_IN_USE);
  listener_close (&first);
}

/* 192.0.2.0/24 is for documentation: no machine has it. */
static void
test_an_address_of_another_machine_is_refused (void)
{
  Listener listener;

  g_assert_cmpint (listener_open (&listener, "192.0.2.1", 0), ==, LISTENER_E_ADDRESS);
  g_assert_cmpint (listener.system_error, ==, EADDRNOTAVAIL);
  assert_says (&listener, LISTENER_E_ADDRESS, "192.0.2.1", 8001,
               (const char *const[]){ "192.0.2.1:8001", "machine", "--host", NULL });
}

static void
test_a_name_without_an_address_is_refused (void)
{
  static const char *const names[] = {
    "no-such-host.invalid", "", "[]", "[localhost]", "[127.0.0.1]", "127.0.0.1:80", "::1]"
  };
  Listener listener;

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpint (listener_open (&listener, names[i], 0), ==, LISTENER_E_NAME);
      g_assert_cmpint (listener.system_error, !=, 0);
      assert_says (&listener, LISTENER_E_NAME, names[i], 8001,
                   (const char *const[]){ names[i], "no address", "127.0.0.1", NULL });
    }
}

static void
test_a_number_that_is_no_port_is_refused (void)
{
  Listener listener;

  g_assert_cmpint (listener_open (&listener, "127.0.0.1", 65536), ==, LISTENER_E_SYSTEM);
  assert_says (&listener, LISTENER_E_SYSTEM, "127.0.0.1", 65536,
               (const char *const[]){ "65536", "65535", NULL });
  g_assert_cmpint (listener_open (&listener, "127.0.0.1", -1), ==, LISTENER_E_SYSTEM);
}

/* Root is never refused, nor are ports that the machine allows to all users. */
static void
test_a_reserved_port_is_refused_to_an_ordinary_user (void)
{
  Listener listener = { .system_error = EACCES };

  assert_says (&listener, LISTENER_E_DENIED, "127.0.0.1", 80,
               (const char *const[]){ "127.0.0.1:80", "1024", "--port", NULL });
  if (geteuid () == 0 || access ("/proc/sys/net/ipv4/ip_unprivileged_port_start", R_OK) != 0)
    return;
  if (listener_open (&listener, "127.0.0.1", 1) == LISTENER_OK)
    listener_close (&listener);
  else
    g_assert_cmpint (listener.system_error, ==, EACCES);
}

static void
test_ipv6_is_served_with_and_without_brackets (void)
{
  static const char *const hosts[] = { "::1", "[::1]" };
  Listener listener;

  if (!has_ipv6 ())
    {
      g_test_skip ("this machine has no IPv6");
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      open_ok (&listener, hosts[i], 0);
      g_assert_cmpstr (listener.address, ==, "::1");
      g_assert_true (listener.is_ipv6);
      g_assert_true (listener.is_loopback);
      assert_says (&listener, LISTENER_OK, hosts[i], 0, (const char *const[]){ "[::1]:", NULL });
      listener_close (&listener);
    }
}

/* "every address" has to mean IPv4 too, on every machine. */
static void
test_all_ipv6_addresses_include_ipv4 (void)
{
  Listener listener;

  if (!has_ipv6 ())
    {
      g_test_skip ("this machine has no IPv6");
      return;
    }
  open_ok (&listener, "::", 0);
  g_assert_false (listener.is_loopback);
  close (connect_to (listener.port));
  listener_close (&listener);
}

static void
test_a_name_is_looked_up (void)
{
  Listener listener;

  open_ok (&listener, "localhost", 0);
  g_assert_true (listener.is_loopback);
  listener_close (&listener);
}

/* Only loopback addresses may be used without the token, so no other may count as one. */
static void
test_all_addresses_are_not_the_loopback (void)
{
  Listener listener;

  open_ok (&listener, "0.0.0.0", 0);
  g_assert_false (listener.is_loopback);
  listener_close (&listener);
  open_ok (&listener, "127.9.8.7", 0);
  g_assert_true (listener.is_loopback);
  listener_close (&listener);
}

/* A service manager keeps the socket while the daemon restarts. */
static void
test_a_passed_listening_socket_is_adopted (void)
{
  Listener made, adopted;

  open_ok (&made, "127.0.0.1", 0);
  fcntl (made.socket, F_SETFD, 0);
  g_assert_cmpint (listener_adopt (&adopted, made.socket), ==, LISTENER_OK);
  g_assert_cmpint (adopted.socket, ==, made.socket);
  g_assert_cmpint (adopted.port, ==, made.port);
  g_assert_cmpstr (adopted.address, ==, "127.0.0.1");
  g_assert_true (adopted.is_loopback);
  g_assert_true (fcntl (adopted.socket, F_GETFD) & FD_CLOEXEC);
  listener_close (&adopted);
}

static void
assert_not_adopted (int fd)
{
  Listener listener;

  g_assert_cmpint (listener_adopt (&listener, fd), ==, LISTENER_E_SYSTEM);
  g_assert_cmpint (listener.system_error, !=, 0);
  assert_says (&listener, LISTENER_E_SYSTEM, NULL, 0,
               (const char *const[]){ "service manager", "ListenStream=", NULL });
  listener_close (&listener);
  if (fd >= 0)
    g_assert_cmpint (close (fd), ==, 0);
}

static int
unix_listener (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  /* Only the family: the kernel picks an abstract name. */
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof (sa_family_t)), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  return fd;
}

/* A socket that cannot be served must stop the start, and stays open for its owner. */
static void
test_any_other_descriptor_is_not_adopted (void)
{
  int fds[2];

  assert_not_adopted (-1);
  assert_not_adopted (socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  assert_not_adopted (socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  assert_not_adopted (unix_listener ());
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  assert_not_adopted (fds[0]);
  close (fds[1]);
}

static void
test_closing_twice_is_harmless (void)
{
  Listener listener;

  open_ok (&listener, "127.0.0.1", 0);
  listener_close (&listener);
  listener_close (&listener);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/listener/" path, test_##name)
  ADD ("options", the_socket_reuses_addresses_and_closes_on_exec);
  ADD ("port-0", port_0_takes_a_free_port_and_tells_it);
  ADD ("time-wait", a_restart_binds_at_once_over_time_wait);
  ADD ("in-use", a_port_in_use_is_refused);
  ADD ("in-use-for-all", a_port_in_use_on_one_address_is_refused_for_all);
  ADD ("not-ours", an_address_of_another_machine_is_refused);
  ADD ("bad-name", a_name_without_an_address_is_refused);
  ADD ("bad-port", a_number_that_is_no_port_is_refused);
  ADD ("denied", a_reserved_port_is_refused_to_an_ordinary_user);
  ADD ("ipv6", ipv6_is_served_with_and_without_brackets);
  ADD ("ipv6-all", all_ipv6_addresses_include_ipv4);
  ADD ("name", a_name_is_looked_up);
  ADD ("not-loopback", all_addresses_are_not_the_loopback);
  ADD ("adopt", a_passed_listening_socket_is_adopted);
  ADD ("adopt-other", any_other_descriptor_is_not_adopted);
  ADD ("close-twice", closing_twice_is_harmless);
  return g_test_run ();
}
