/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/sys/control-groups.h"

/* Which limits of a job the daemon can enforce. `groups` is (nullable): none. */

/* Appends {"memory":…,"cpus":…,"freezer":…,"reason":…}. */
void job_limits_append (GString *json, const ControlGroups *groups);

/* Adds a fault to `errors` if the daemon cannot enforce the limits that `resources` asks for: the
 * stored text of a job (nullable). */
void job_limits_check (const ControlGroups *groups, const char *resources, GPtrArray *errors);
