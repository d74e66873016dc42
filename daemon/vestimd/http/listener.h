/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The raw listening socket, POSIX and Windows: socket(), options, bind(), listen(). Nothing but
 * sockets in here, no libuv and no GLib, so that it also builds alone for Windows.
 *
 * POSIX: SO_REUSEADDR, so that a restart binds at once over connections in TIME_WAIT;
 * close-on-exec. Windows: SO_EXCLUSIVEADDRUSE and not SO_REUSEADDR: there, the latter lets another
 * process take over the port, and both together fail with WSAEINVAL (10022). */

#ifdef _WIN32
#include <winsock2.h>
typedef SOCKET ListenerSocket;
#else
typedef int ListenerSocket;
#endif

typedef enum
{
  LISTENER_OK,
  LISTENER_E_NAME,    /* the host has no address; `system_error` is that of getaddrinfo() */
  LISTENER_E_IN_USE,  /* another socket has the port (EADDRINUSE, 10048; 10013 for a thief) */
  LISTENER_E_ADDRESS, /* the address is not of this machine */
  LISTENER_E_DENIED,  /* a port below 1024 without the right to it */
  LISTENER_E_SYSTEM,
} ListenerStatus;

typedef struct
{
  ListenerSocket socket; /* owned by the caller after LISTENER_OK */
  int port;              /* the real one, also when 0 was asked for */
  char address[64];      /* the bound address as text: "127.0.0.1", "::1" */
  bool is_ipv6;
  bool is_loopback;
  int system_error; /* errno, WSAGetLastError() or EAI_* of the failure */
} Listener;

/* `host`: an IPv4 or IPv6 literal (with or without brackets) or a name, resolved here: blocking,
 * for the start only. */
ListenerStatus listener_open (Listener *listener, const char *host, int port);

/* Takes a socket that a service manager passed: checks that it is a listening TCP socket and fills
 * in the rest. */
ListenerStatus listener_adopt (Listener *listener, ListenerSocket socket);

/* A sentence on the last failure, written to `text`: what failed, for which address, what to do. */
void listener_describe (const Listener *listener, ListenerStatus status, const char *host, int port,
                        char *text, size_t size);

void listener_close (Listener *listener);
