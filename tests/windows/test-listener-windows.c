/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/listener.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <ws2tcpip.h>

/* The Windows half of the listener, run by Windows itself or by Wine. Without GLib: plain TAP. */

static int n_tests;
static int n_failed;

static void
check (bool is_good, const char *what)
{
  n_tests++;
  if (!is_good)
    n_failed++;
  printf ("%s %d %s\n", is_good ? "ok" : "not ok", n_tests, what);
  fflush (stdout);
}

static bool
get_flag (SOCKET socket, int option)
{
  BOOL value = FALSE;
  int size = sizeof value;

  return getsockopt (socket, SOL_SOCKET, option, (char *) &value, &size) == 0 && value;
}

/* Binds another socket to the port. Returns 0 or the error. */
static int
bind_with (int port, bool reuses, bool is_exclusive)
{
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons ((u_short) port) };
  SOCKET other = socket (AF_INET, SOCK_STREAM, 0);
  BOOL on = TRUE;
  int error = 0;

  name.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (is_exclusive
      && setsockopt (other, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (char *) &on, sizeof on) != 0)
    error = WSAGetLastError ();
  if (error == 0 && reuses
      && setsockopt (other, SOL_SOCKET, SO_REUSEADDR, (char *) &on, sizeof on) != 0)
    error = WSAGetLastError ();
  if (error == 0 && bind (other, (struct sockaddr *) &name, sizeof name) != 0)
    error = WSAGetLastError ();
  closesocket (other);
  return error;
}

static SOCKET
connect_to (int port)
{
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons ((u_short) port) };
  SOCKET client = socket (AF_INET, SOCK_STREAM, 0);

  name.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (connect (client, (struct sockaddr *) &name, sizeof name) == 0)
    return client;
  closesocket (client);
  return INVALID_SOCKET;
}

/* A port has one owner: no other process may take our clients. */
static void
test_exclusive_bind (void)
{
  Listener first, second;
  DWORD flags = 0;
  char text[512];

  check (listener_open (&first, "127.0.0.1", 0) == LISTENER_OK, "an exclusive bind works");
  check (first.port > 0 && strcmp (first.address, "127.0.0.1") == 0 && first.is_loopback,
         "port and address are known");
  check (get_flag (first.socket, SO_EXCLUSIVEADDRUSE), "SO_EXCLUSIVEADDRUSE is set");
  check (!get_flag (first.socket, SO_REUSEADDR), "SO_REUSEADDR is not set");
  check (GetHandleInformation ((HANDLE) first.socket, &flags) && (flags & HANDLE_FLAG_INHERIT) == 0,
         "children do not inherit the socket");
  check (listener_open (&second, "127.0.0.1", first.port) == LISTENER_E_IN_USE
             && second.system_error == WSAEADDRINUSE,
         "a second bind gets WSAEADDRINUSE 10048");
  listener_describe (&second, LISTENER_E_IN_USE, "127.0.0.1", first.port, text, sizeof text);
  check (strstr (text, "127.0.0.1:") != NULL && strstr (text, "in use") != NULL,
         "the refusal names the address");
  check (bind_with (first.port, true, false) == WSAEACCES,
         "a thief with SO_REUSEADDR gets WSAEACCES 10013");
  check (bind_with (0, true, true) == WSAEINVAL, "both options on one socket get WSAEINVAL 10022");
  listener_close (&first);
  listener_close (&first);
  check (bind_with (first.port, false, true) == 0, "the port is free again after the close");
}

/* The side that closes first keeps the port in TIME_WAIT: that is the daemon when it restarts. */
static void
test_restart (void)
{
  Listener first, second;
  SOCKET client, served;
  char byte;

  check (listener_open (&first, "127.0.0.1", 0) == LISTENER_OK, "a first start");
  client = connect_to (first.port);
  served = accept (first.socket, NULL, NULL);
  check (client != INVALID_SOCKET && served != INVALID_SOCKET, "a client is connected");
  shutdown (served, SD_SEND);
  recv (client, &byte, 1, 0);
  closesocket (client);
  recv (served, &byte, 1, 0);
  closesocket (served);
  listener_close (&first);
  check (listener_open (&second, "127.0.0.1", first.port) == LISTENER_OK,
         "a restart binds at once over TIME_WAIT");
  client = connect_to (first.port);
  check (client != INVALID_SOCKET, "and is connected to");
  closesocket (client);
  listener_close (&second);
}

static void
test_failures (void)
{
  Listener listener;

  check (listener_open (&listener, "no-such-host.invalid", 0) == LISTENER_E_NAME
             && listener.system_error != 0,
         "a name without an address is refused");
  check (listener_open (&listener, "192.0.2.1", 0) == LISTENER_E_ADDRESS
             && listener.system_error == WSAEADDRNOTAVAIL,
         "an address of another machine is refused");
  check (listener_open (&listener, "127.0.0.1", 65536) == LISTENER_E_SYSTEM,
         "a number that is no port is refused");
}

static void
test_adopting (void)
{
  Listener made, adopted;
  SOCKET idle;

  check (listener_open (&made, "127.0.0.1", 0) == LISTENER_OK, "a socket to pass on");
  check (listener_adopt (&adopted, made.socket) == LISTENER_OK && adopted.port == made.port,
         "a listening socket is adopted");
  idle = socket (AF_INET, SOCK_STREAM, 0);
  check (listener_adopt (&adopted, idle) == LISTENER_E_SYSTEM,
         "a socket that does not listen is not adopted");
  closesocket (idle);
  listener_close (&made);
}

int
main (void)
{
  WSADATA data;

  if (WSAStartup (MAKEWORD (2, 2), &data) != 0)
    return 1;
  test_exclusive_bind ();
  test_restart ();
  test_failures ();
  test_adopting ();
  printf ("1..%d\n", n_tests);
  WSACleanup ();
  return n_failed > 0;
}
