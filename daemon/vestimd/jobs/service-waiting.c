/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-waiting.h"

#include "common/job/vestim-job-json.h"

char *
service_dup_waiting (Service *service, const VestimJob *data)
{
  if (data->state == VESTIM_JOB_QUEUED && data->paused)
    return g_strdup ("{\"for\":\"paused\",\"detail\":\"The job is on hold: resume it.\"}");
  return waits_dup_reason (service, data);
}

void
service_append_job (Service *service, GString *out, const VestimJob *data)
{
  VestimJob shown = *data;

  shown.waiting = service_dup_waiting (service, data);
  vestim_job_json_append (out, &shown, service->config.jobs_dir);
  g_free (shown.waiting);
}
