/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-steps.h"

#include "daemon/vestimd/jobs/service-private.h"

#define NS_PER_TURN UINT64_C (4000000)

static void
on_idle (uv_idle_t *idle)
{
  Service *service = idle->data;
  GQueue *works = &service->steps.works;
  uint64_t end = uv_hrtime () + NS_PER_TURN;

  do
    {
      StepWork *work = g_queue_peek_head (works);

      if (work->step (work))
        continue;
      g_queue_unlink (works, &work->link);
      service->n_in_flight--;
      work->done (work);
    }
  while (!g_queue_is_empty (works) && uv_hrtime () < end);
  if (g_queue_is_empty (works))
    uv_idle_stop (idle);
  service_check_stopped (service);
}

void
steps_begin (Service *service, StepWork *work)
{
  work->link = (GList){ .data = work };
  g_queue_push_tail_link (&service->steps.works, &work->link);
  service->n_in_flight++;
  uv_idle_start (&service->steps.idle, on_idle);
}

void
steps_init (Service *service)
{
  g_queue_init (&service->steps.works);
  uv_idle_init (service->config.loop, &service->steps.idle);
  service->steps.idle.data = service;
  service->open_handles++;
}

void
steps_close (Service *service, uv_close_cb closed)
{
  uv_close ((uv_handle_t *) &service->steps.idle, closed);
}
