/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "common/job/vestim-job.h"

/* (transfer full) a job from the protocol's job object. Members that are missing or of another type
 * keep their defaults, and members that are not known are ignored; only without a known job_id and
 * status it is an error. `selections`, `details.metrics` and `details.tasks` become compact text.
 * `folder` (nullable, out, transfer full) takes `job_folder`. */
VestimJob *vestim_job_read (JsonNode *node, char **folder, GError **error);
