/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* Measures something on a worker thread again when the last result is too old. At most one
 * measurement is in progress, and together they take at most a twentieth of one core. */

typedef struct
{
  void (*measure) (void *user); /* on the thread; must not touch what the loop reads */
  void (*take) (void *user);    /* on the loop, after it: makes the result visible */
  void (*free) (void *user);    /* on the loop, the last call: frees the owner with the Refresh */
  void *user;
  uv_loop_t *loop;
  uv_work_t work;
  uv_async_t keep; /* its close callback runs on the loop, also when nothing is measured */
  bool is_measuring;
  uint64_t measured_at; /* uv_hrtime(), 0: never */
  uint64_t duration;
  void (*closed) (void *user);
  void *closed_user;
} Refresh;

/* `refresh` has its functions, `user` and `loop`; the rest is 0. */
void refresh_init (Refresh *refresh);

/* Starts a measurement if the last one is too old. */
void refresh_request (Refresh *refresh);

/* When no measurement is in progress, calls `closed` with `closed_user`, and then `free`. */
void refresh_close (Refresh *refresh, void (*closed) (void *user), void *closed_user);
