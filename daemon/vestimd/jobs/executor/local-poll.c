/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/local-poll.h"

#include <glib.h>
#include <unistd.h>

#include "daemon/vestimd/sys/log.h"

#define MODULE "process"

static void
on_closed (uv_handle_t *handle)
{
  Poll *poll = handle->data;

  close (poll->fd);
  poll->closed (poll->user);
  g_free (poll);
}

static void
on_event (uv_poll_t *handle, int status, int events)
{
  Poll *poll = handle->data;

  poll->fn (poll->user);
}

Poll *
poll_open (uv_loop_t *loop, int fd, void (*fn) (void *user), void (*closed) (void *user),
           void *user)
{
  Poll *poll = g_new0 (Poll, 1);
  int r = uv_poll_init (loop, &poll->handle, fd);

  if (r < 0)
    {
      log_warning (MODULE, "cannot poll a descriptor error=%s", uv_strerror (r));
      close (fd);
      g_free (poll);
      return NULL;
    }
  poll->handle.data = poll;
  poll->fd = fd;
  poll->user = user;
  poll->fn = fn;
  poll->closed = closed;
  uv_poll_start (&poll->handle, UV_READABLE, on_event);
  return poll;
}

void
poll_close (Poll **poll)
{
  Poll *closing = g_steal_pointer (poll);

  if (closing != NULL)
    uv_close ((uv_handle_t *) &closing->handle, on_closed);
}
