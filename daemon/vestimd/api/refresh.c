/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/refresh.h"

#include <glib.h>

#define MIN_AGE_NS (UINT64_C (1000) * 1000 * 1000)
#define MAX_AGE_NS (60 * MIN_AGE_NS)
#define AGE_PER_DURATION 20

static void
on_work (uv_work_t *work)
{
  Refresh *refresh = work->data;
  uint64_t start = uv_hrtime ();

  refresh->measure (refresh->user);
  refresh->duration = uv_hrtime () - start;
}

static void
on_handle_closed (uv_handle_t *handle)
{
  Refresh *refresh = handle->data;

  refresh->closed (refresh->closed_user);
  refresh->free (refresh->user);
}

static void
on_worked (uv_work_t *work, int status)
{
  Refresh *refresh = work->data;

  refresh->is_measuring = false;
  refresh->measured_at = uv_hrtime ();
  if (status == 0)
    refresh->take (refresh->user);
  if (refresh->closed != NULL)
    uv_close ((uv_handle_t *) &refresh->keep, on_handle_closed);
}

void
refresh_init (Refresh *refresh)
{
  refresh->work.data = refresh;
  uv_async_init (refresh->loop, &refresh->keep, NULL);
  uv_unref ((uv_handle_t *) &refresh->keep);
  refresh->keep.data = refresh;
}

void
refresh_request (Refresh *refresh)
{
  uint64_t age = uv_hrtime () - refresh->measured_at;
  uint64_t allowed = CLAMP (refresh->duration * AGE_PER_DURATION, MIN_AGE_NS, MAX_AGE_NS);

  if (refresh->is_measuring || refresh->closed != NULL
      || (refresh->measured_at != 0 && age <= allowed))
    return;
  refresh->is_measuring = uv_queue_work (refresh->loop, &refresh->work, on_work, on_worked) == 0;
}

void
refresh_close (Refresh *refresh, void (*closed) (void *user), void *closed_user)
{
  refresh->closed = closed;
  refresh->closed_user = closed_user;
  if (!refresh->is_measuring)
    uv_close ((uv_handle_t *) &refresh->keep, on_handle_closed);
}
