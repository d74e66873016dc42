/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-job-store.h"

/* Tells of jobs that completed or failed while the window of `application` is not in front; many at
 * once get one notification. A click opens the job. Lives as long as `application` and `store`.
 * `settings` (nullable). */
void dash_notifier_follow (GApplication *application, DashJobStore *store, GSettings *settings);
