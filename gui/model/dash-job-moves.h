/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "gui/base/dash-queue-order.h"
#include "gui/model/dash-job.h"

/* dash-queue-order.h for DashJobs: (transfer full) (element-type DashQueueMove). */

/* `shown`: the jobs that the user sees; `selected` (element-type DashJob): some of them. */
GPtrArray *dash_job_moves_step (GListModel *shown, const GPtrArray *selected, DashQueueStep step);
GPtrArray *dash_job_moves_drop (const GPtrArray *selected, DashJob *target, gboolean after);
