/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

/* The sd_notify protocol, without libsystemd. */

typedef struct
{
  int fd; /* -1: no notifications */
  struct sockaddr_un address;
  socklen_t length;
} Notify;

/* Removes NOTIFY_SOCKET from the environment. A socket that cannot be used is logged and ignored.
 */
void notify_open (Notify *self);

/* "READY=1", "STOPPING=1", "STATUS=…", lines separated by newlines. Does not block. 0 or -errno. */
int notify_send (Notify *self, const char *state);

void notify_close (Notify *self);
