/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <uv.h>

/* Gives freed memory back to the system. The C library keeps it for the next allocation, so the
 * daemon would always use as much as in its busiest moment. */
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

/* Call it when something may have been freed: another thread looks some seconds later. Cheap. */
void free_memory_look_later (FreeMemory *self);

void free_memory_close (FreeMemory *self, void (*closed) (void *user), void *user);
