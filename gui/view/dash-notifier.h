/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/dash-job-store.h"

/* Tells of jobs that completed or failed while the window of `application` is not in front. Lives
 * as long as `application`. `settings` (nullable). */
void dash_notifier_follow (GApplication *application, DashJobStore *store, GSettings *settings);
