/* SPDX-License-Identifier: MIT */
#pragma once

/* Going into the background. The first process waits until the daemon serves, or has failed, and
 * passes on what it said on stderr. To be called before any thread or loop exists. */

typedef struct
{
  int status_fd; /* in the daemon: the first process waits at the other end; -1: nobody waits */
} Daemonize;

/* Returns 0 in the daemon: a session of its own, folder /, standard input and output on /dev/null,
 * no other inherited descriptor. In the first process it returns only on failure, with -errno; else
 * it exits with the daemon's code. */
int daemonize_start (Daemonize *self);

/* Lets the first process go with `code`: 0 when the daemon serves. Does nothing the second time. */
void daemonize_finish (Daemonize *self, int code);
