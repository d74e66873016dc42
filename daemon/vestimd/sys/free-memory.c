/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/free-memory.h"

#include <malloc.h>
#include <stddef.h>

#include "daemon/vestimd/sys/log.h"

#define PAUSE_MS 3000
#define KEPT ((size_t) 8 << 20) /* free bytes that stay for what comes next */

/* On a thread of the pool. An allocation of the loop may wait for it meanwhile: some milliseconds
 * for 100 MiB. */
static void
on_work (uv_work_t *work)
{
#ifdef __GLIBC__
  size_t n_free = mallinfo2 ().fordblks;
  uint64_t start = uv_hrtime ();

  if (n_free <= KEPT)
    return;
  malloc_trim (KEPT);
  log_debug ("memory", "gave memory back free_kb=%zu us=%u", n_free / 1024,
             (unsigned) ((uv_hrtime () - start) / 1000));
#endif
}

static void
close_if_done (FreeMemory *self)
{
  if (self->is_closed && !self->is_working)
    self->closed (self->user);
}

static void
on_worked (uv_work_t *work, int status)
{
  FreeMemory *self = work->data;

  self->is_working = false;
  close_if_done (self);
}

static void
on_timer (uv_timer_t *timer)
{
  FreeMemory *self = timer->data;

  self->is_working = uv_queue_work (timer->loop, &self->work, on_work, on_worked) == 0;
}

void
free_memory_open (FreeMemory *self, uv_loop_t *loop)
{
  *self = (FreeMemory){ .is_working = false };
  uv_timer_init (loop, &self->timer);
  self->timer.data = self->work.data = self;
}

void
free_memory_look_later (FreeMemory *self)
{
  if (!self->is_working && !uv_is_active ((const uv_handle_t *) &self->timer)
      && !uv_is_closing ((const uv_handle_t *) &self->timer))
    uv_timer_start (&self->timer, on_timer, PAUSE_MS, 0);
}

static void
on_timer_closed (uv_handle_t *handle)
{
  FreeMemory *self = handle->data;

  self->is_closed = true;
  close_if_done (self);
}

void
free_memory_close (FreeMemory *self, void (*closed) (void *user), void *user)
{
  self->closed = closed;
  self->user = user;
  uv_close ((uv_handle_t *) &self->timer, on_timer_closed);
}
