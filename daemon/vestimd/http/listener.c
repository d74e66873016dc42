/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/listener.h"

#include <stdio.h>
#include <string.h>

#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#ifdef _WIN32
#define NO_SOCKET INVALID_SOCKET
#define E_IN_USE WSAEADDRINUSE
#define E_NOT_OURS WSAEADDRNOTAVAIL
#define E_INVALID WSAEINVAL
#define E_NO_SOCKET WSAENOTSOCK
#else
#define NO_SOCKET (-1)
#define E_IN_USE EADDRINUSE
#define E_NOT_OURS EADDRNOTAVAIL
#define E_INVALID EINVAL
#define E_NO_SOCKET ENOTSOCK
#endif

/* The kernel lowers it to its own limit. */
#define BACKLOG 4096

#ifdef _WIN32

static int
last_error (void)
{
  return WSAGetLastError ();
}

static void
close_socket (ListenerSocket socket)
{
  closesocket (socket);
}

static bool
start_sockets (int *error)
{
  WSADATA data;

  *error = WSAStartup (MAKEWORD (2, 2), &data);
  return *error == 0;
}

static void
stop_sockets (void)
{
  WSACleanup ();
}

/* Children must not inherit the socket: they would keep the port when the daemon has ended. */
static ListenerSocket
new_socket (int family)
{
  return WSASocketW (family, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
                     WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

/* Not SO_REUSEADDR: it would let another process bind the same port and take our clients. */
static bool
set_sharing (ListenerSocket socket)
{
  BOOL on = TRUE;

  return setsockopt (socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *) &on, sizeof on) == 0;
}

static bool
is_stream_listener (ListenerSocket socket, int *error)
{
  BOOL listens = FALSE;
  int type = 0;
  int size = sizeof listens;

  if (getsockopt (socket, SOL_SOCKET, SO_ACCEPTCONN, (char *) &listens, &size) != 0)
    {
      *error = last_error ();
      return false;
    }
  size = sizeof type;
  *error = E_INVALID;
  return getsockopt (socket, SOL_SOCKET, SO_TYPE, (char *) &type, &size) == 0 && listens
         && type == SOCK_STREAM;
}

static void
set_close_on_exec (ListenerSocket socket)
{
  SetHandleInformation ((HANDLE) socket, HANDLE_FLAG_INHERIT, 0);
}

static ListenerStatus
status_of_error (int error)
{
  if (error == WSAEADDRINUSE || error == WSAEACCES)
    return LISTENER_E_IN_USE;
  return error == WSAEADDRNOTAVAIL ? LISTENER_E_ADDRESS : LISTENER_E_SYSTEM;
}

static void
error_text (int error, char *text, size_t size)
{
  snprintf (text, size, "system error %d", error);
}

static void
name_error_text (int error, char *text, size_t size)
{
  error_text (error, text, size);
}

#else

static int
last_error (void)
{
  return errno;
}

static void
close_socket (ListenerSocket socket)
{
  close (socket);
}

static bool
start_sockets (int *error)
{
  *error = 0;
  return true;
}

static void
stop_sockets (void)
{
}

static ListenerSocket
new_socket (int family)
{
  return socket (family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* Connections of an earlier daemon may be in TIME_WAIT; with this option they do not hold the port.
 * Two listening sockets still exclude each other. */
static bool
set_sharing (ListenerSocket socket)
{
  int on = 1;

  return setsockopt (socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
}

static bool
is_stream_listener (ListenerSocket socket, int *error)
{
  int listens = 0;
  int type = 0;
  socklen_t size = sizeof listens;

  if (getsockopt (socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0)
    {
      *error = last_error ();
      return false;
    }
  size = sizeof type;
  *error = E_INVALID;
  return getsockopt (socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && listens
         && type == SOCK_STREAM;
}

static void
set_close_on_exec (ListenerSocket socket)
{
  int flags = fcntl (socket, F_GETFD);

  if (flags >= 0)
    fcntl (socket, F_SETFD, flags | FD_CLOEXEC);
}

static ListenerStatus
status_of_error (int error)
{
  if (error == EADDRINUSE)
    return LISTENER_E_IN_USE;
  if (error == EADDRNOTAVAIL)
    return LISTENER_E_ADDRESS;
  return error == EACCES || error == EPERM ? LISTENER_E_DENIED : LISTENER_E_SYSTEM;
}

static void
error_text (int error, char *text, size_t size)
{
  snprintf (text, size, "%s", strerror (error));
}

static void
name_error_text (int error, char *text, size_t size)
{
  snprintf (text, size, "%s", gai_strerror (error));
}

#endif

static ListenerStatus
fail (Listener *listener, int error)
{
  listener->system_error = error;
  return status_of_error (error);
}

static bool
is_loopback_v6 (const struct in6_addr *address)
{
  return IN6_IS_ADDR_LOOPBACK (address)
         || (IN6_IS_ADDR_V4MAPPED (address) && address->s6_addr[12] == 127);
}

/* Reads the address of the bound socket. False for a socket that is not TCP over IP. */
static bool
read_address (Listener *listener, int *error)
{
  union
  {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage storage;
  } name;
  socklen_t size = sizeof name;

  memset (&name, 0, sizeof name);
  if (getsockname (listener->socket, &name.any, &size) != 0)
    {
      *error = last_error ();
      return false;
    }
  *error = E_INVALID;
  listener->is_ipv6 = name.any.sa_family == AF_INET6;
  if (!listener->is_ipv6 && name.any.sa_family != AF_INET)
    return false;
  if (getnameinfo (&name.any, size, listener->address, sizeof listener->address, NULL, 0,
                   NI_NUMERICHOST)
      != 0)
    return false;
  listener->port = ntohs (listener->is_ipv6 ? name.v6.sin6_port : name.v4.sin_port);
  listener->is_loopback = listener->is_ipv6 ? is_loopback_v6 (&name.v6.sin6_addr)
                                            : ntohl (name.v4.sin_addr.s_addr) >> 24 == 127;
  return true;
}

/* `::` means every address of the machine, also IPv4, whatever the system's default is. */
static void
accept_ipv4_too (ListenerSocket socket, const struct addrinfo *address)
{
  const struct sockaddr_in6 *v6 = (const void *) address->ai_addr;
  int off = 0;

  if (address->ai_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED (&v6->sin6_addr))
    setsockopt (socket, IPPROTO_IPV6, IPV6_V6ONLY, (const char *) &off, sizeof off);
}

/* Linux reports a port in use at listen() if both sockets have SO_REUSEADDR and the other one began
 * to listen between our bind() and listen(). So only the error counts, not the call that failed. */
static ListenerStatus
open_address (Listener *listener, const struct addrinfo *address)
{
  ListenerStatus status;
  int error;

  listener->socket = new_socket (address->ai_family);
  if (listener->socket == NO_SOCKET)
    return fail (listener, last_error ());
  accept_ipv4_too (listener->socket, address);
  if (set_sharing (listener->socket)
      && bind (listener->socket, address->ai_addr, (socklen_t) address->ai_addrlen) == 0
      && listen (listener->socket, BACKLOG) == 0)
    {
      if (read_address (listener, &error))
        return LISTENER_OK;
    }
  else
    error = last_error ();
  status = fail (listener, error);
  close_socket (listener->socket);
  listener->socket = NO_SOCKET;
  return status;
}

/* Binds the first address that can be bound. If none can, a port in use is the more useful error
 * than an address family that the machine does not have. */
static ListenerStatus
open_first (Listener *listener, const struct addrinfo *addresses)
{
  ListenerStatus worst = LISTENER_E_SYSTEM;
  int worst_error = E_NOT_OURS;
  bool is_first = true;

  for (const struct addrinfo *address = addresses; address != NULL; address = address->ai_next)
    {
      ListenerStatus status = open_address (listener, address);

      if (status == LISTENER_OK)
        return LISTENER_OK;
      if (is_first || status == LISTENER_E_IN_USE)
        {
          worst = status;
          worst_error = listener->system_error;
        }
      is_first = false;
    }
  listener->system_error = worst_error;
  return worst;
}

/* Removes brackets, in which only an IPv6 literal is valid. False: not a host. */
static bool
copy_host (const char *host, char *copy, size_t size, struct addrinfo *hints)
{
  size_t length = strlen (host);

  if (length >= 2 && host[0] == '[' && host[length - 1] == ']')
    {
      host++;
      length -= 2;
      hints->ai_family = AF_INET6;
      hints->ai_flags |= AI_NUMERICHOST;
    }
  if (length == 0 || length >= size)
    return false;
  memcpy (copy, host, length);
  copy[length] = '\0';
  return true;
}

static ListenerStatus
resolve (Listener *listener, const char *host, int port, struct addrinfo **addresses)
{
  struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                            .ai_family = AF_UNSPEC,
                            .ai_socktype = SOCK_STREAM,
                            .ai_protocol = IPPROTO_TCP };
  char name[256];
  char service[16];

  if (port < 0 || port > 65535)
    {
      listener->system_error = E_INVALID;
      return LISTENER_E_SYSTEM;
    }
  snprintf (service, sizeof service, "%d", port);
  listener->system_error = EAI_NONAME;
  if (!copy_host (host, name, sizeof name, &hints))
    return LISTENER_E_NAME;
  listener->system_error = getaddrinfo (name, service, &hints, addresses);
  return listener->system_error == 0 ? LISTENER_OK : LISTENER_E_NAME;
}

ListenerStatus
listener_open (Listener *listener, const char *host, int port)
{
  struct addrinfo *addresses = NULL;
  ListenerStatus status;

  memset (listener, 0, sizeof *listener);
  listener->socket = NO_SOCKET;
  if (!start_sockets (&listener->system_error))
    return LISTENER_E_SYSTEM;
  status = resolve (listener, host, port, &addresses);
  if (status == LISTENER_OK)
    {
      status = open_first (listener, addresses);
      freeaddrinfo (addresses);
    }
  if (status != LISTENER_OK)
    stop_sockets ();
  return status;
}

ListenerStatus
listener_adopt (Listener *listener, ListenerSocket socket)
{
  int error;

  memset (listener, 0, sizeof *listener);
  listener->socket = socket;
  if (!start_sockets (&listener->system_error))
    return LISTENER_E_SYSTEM;
  if (socket == NO_SOCKET)
    error = E_NO_SOCKET;
  else if (is_stream_listener (socket, &error) && read_address (listener, &error))
    {
      set_close_on_exec (socket);
      return LISTENER_OK;
    }
  listener->socket = NO_SOCKET;
  listener->system_error = error;
  stop_sockets ();
  return LISTENER_E_SYSTEM;
}

/* "127.0.0.1:8001", "[::1]:8001". */
static void
authority_text (const char *host, int port, char *text, size_t size)
{
  bool needs_brackets = strchr (host, ':') != NULL && host[0] != '[';

  snprintf (text, size, needs_brackets ? "[%s]:%d" : "%s:%d", host, port);
}

static void
describe_system (const Listener *listener, const char *authority, int port, char *text, size_t size)
{
  char reason[128];

  error_text (listener->system_error, reason, sizeof reason);
  if (authority == NULL)
    snprintf (text, size,
              "the socket passed by the service manager cannot be used (%s): it must be a "
              "listening TCP socket; check ListenStream= of its socket unit",
              reason);
  else if (port < 0 || port > 65535)
    snprintf (text, size, "%d is not a port: choose one from 1 to 65535, or 0 for any free one",
              port);
  else
    snprintf (text, size, "cannot listen on %s: %s; choose another address with --host or --port",
              authority, reason);
}

void
listener_describe (const Listener *listener, ListenerStatus status, const char *host, int port,
                   char *text, size_t size)
{
  char authority[300] = "";
  char reason[128];

  if (host != NULL)
    authority_text (host, port, authority, sizeof authority);
  switch (status)
    {
    case LISTENER_OK:
      authority_text (listener->address, listener->port, authority, sizeof authority);
      snprintf (text, size, "listens on %s", authority);
      break;
    case LISTENER_E_NAME:
      name_error_text (listener->system_error, reason, sizeof reason);
      snprintf (text, size,
                "cannot listen on %s: the host \"%s\" has no address (%s); check its spelling, or "
                "use an address such as 127.0.0.1 (give a port with --port)",
                authority, host != NULL ? host : "", reason);
      break;
    case LISTENER_E_IN_USE:
      snprintf (text, size,
                "%s is in use: choose another port with --port (0 takes any free one), or stop the "
                "program that uses it",
                authority);
      break;
    case LISTENER_E_ADDRESS:
      snprintf (text, size,
                "cannot listen on %s: this machine does not have the address; use 127.0.0.1, or an "
                "address that `ip address` lists, with --host",
                authority);
      break;
    case LISTENER_E_DENIED:
      snprintf (text, size,
                "cannot listen on %s: this user may not open that port; choose port 1024 or higher "
                "with --port",
                authority);
      break;
    case LISTENER_E_SYSTEM:
      describe_system (listener, host != NULL ? authority : NULL, port, text, size);
      break;
    }
}

void
listener_close (Listener *listener)
{
  if (listener->socket == NO_SOCKET)
    return;
  close_socket (listener->socket);
  listener->socket = NO_SOCKET;
  stop_sockets ();
}
