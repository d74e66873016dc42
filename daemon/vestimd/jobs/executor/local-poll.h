/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

/* A descriptor on the loop. It is allocated, so that one can be opened while the last one closes.
 */
typedef struct
{
  uv_poll_t handle;
  int fd; /* owned */
  void *user;
  void (*fn) (void *user);     /* it can be read */
  void (*closed) (void *user); /* after poll_close(), when all is gone */
} Poll;

/* `(transfer full, nullable)`: NULL, logged, when the loop does not take it; `fd` is closed then.
 */
Poll *poll_open (uv_loop_t *loop, int fd, void (*fn) (void *user), void (*closed) (void *user),
                 void *user);

/* Does nothing with NULL; makes `*poll` NULL. */
void poll_close (Poll **poll);
