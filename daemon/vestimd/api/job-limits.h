/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/sys/control-groups.h"

/* Which limits of a job the daemon can enforce. `groups` is (nullable): none. */

/* Appends {"memory":…,"cpus":…,"freezer":…,"reason":…}. */
void job_limits_append (GString *json, const ControlGroups *groups);

/* Adds to `errors` what of the stored text `resources` (nullable) the daemon cannot enforce. */
void job_limits_check (const ControlGroups *groups, const char *resources, GPtrArray *errors);
