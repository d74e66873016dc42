/* SPDX-License-Identifier: MIT */
#pragma once

/* Going into the background. The first process waits until the daemon serves or has failed, and
 * forwards its stderr. Call this before any thread or loop exists. */

typedef struct
{
  int status_fd; /* in the daemon: the first process waits at the other end; -1: no process waits */
} Daemonize;

/* Returns 0 in the daemon: a session of its own, folder /, standard input and output on /dev/null,
 * no other inherited descriptor. In the first process it returns only on failure, with -errno;
 * otherwise that process exits with the daemon's code. */
int daemonize_start (Daemonize *self);

/* Makes the first process print `text` (nullable) to its stdout and exit with `code`: 0 when the
 * daemon serves. Does nothing the second time. */
void daemonize_finish (Daemonize *self, int code, const char *text);
