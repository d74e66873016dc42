/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <uv.h>

/* Gives memory back to the system that was freed: the C library keeps it for the next allocation,
 * so that a daemon would for ever take as much as in its busiest moment. */
typedef struct
{
  uv_timer_t timer;
  uv_work_t work;
  bool is_working;
  bool is_closed; /* the timer */
  void (*closed) (void *user);
  void *user;
} FreeMemory;

void free_memory_open (FreeMemory *self, uv_loop_t *loop);

/* Something may have been freed: some seconds later, another thread looks. Cheap. */
void free_memory_look_later (FreeMemory *self);

void free_memory_close (FreeMemory *self, void (*closed) (void *user), void *user);
