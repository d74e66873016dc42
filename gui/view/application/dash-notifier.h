/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-job-store.h"

/* Sends a notification for each job that completes or fails while the window of `application` is in
 * the background, or one for many jobs at once. A click opens the job. Lives as long as
 * `application` and `store`. `settings` (nullable). */
void dash_notifier_follow (GApplication *application, DashJobStore *store, GSettings *settings);
