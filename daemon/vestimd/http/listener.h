/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The raw listening socket, for POSIX and Windows: socket(), options, bind(), listen(). It uses
 * neither libuv nor GLib, so that it also builds alone for Windows.
 *
 * libuv's uv_tcp_bind() would choose the socket's options itself, and report a port that is taken
 * only at uv_listen(). Here each kind of failure has a status, and a sentence that says what to do.
 *
 * POSIX: SO_REUSEADDR, so that a restart can bind although old connections are in TIME_WAIT; and
 * close-on-exec. Windows: SO_EXCLUSIVEADDRUSE and not SO_REUSEADDR, which there lets another
 * process take over the port; both together fail with WSAEINVAL (10022). */

#ifdef _WIN32
#include <winsock2.h>
typedef SOCKET ListenerSocket;
#else
typedef int ListenerSocket;
#endif

typedef enum
{
  LISTENER_OK,
  LISTENER_E_NAME,   /* the host has no address; `system_error` is that of getaddrinfo() */
  LISTENER_E_IN_USE, /* another socket has the port (EADDRINUSE, 10048; 10013 if it is exclusive) */
  LISTENER_E_ADDRESS, /* the address is not of this machine */
  LISTENER_E_DENIED,  /* a port below 1024 without the right to it */
  LISTENER_E_SYSTEM,
} ListenerStatus;

typedef struct
{
  ListenerSocket socket; /* owned by the caller after LISTENER_OK */
  int port;              /* the real one, also if 0 was requested */
  char address[64];      /* the bound address as text: "127.0.0.1", "::1" */
  bool is_ipv6;
  bool is_loopback;
  int system_error; /* errno, WSAGetLastError() or EAI_* of the failure */
} Listener;

/* `host` is an IPv4 or IPv6 literal (with or without brackets) or a name. Resolving it blocks: call
 * this at the start only. */
ListenerStatus listener_open (Listener *listener, const char *host, int port);

/* Takes a socket that a service manager passed; checks that it is a listening TCP socket. */
ListenerStatus listener_adopt (Listener *listener, ListenerSocket socket);

/* Writes a sentence about the last failure to `text`: what failed, for which address, what to do.
 */
void listener_describe (const Listener *listener, ListenerStatus status, const char *host, int port,
                        char *text, size_t size);

void listener_close (Listener *listener);
