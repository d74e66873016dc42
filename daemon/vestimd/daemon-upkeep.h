/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/daemon-parts.h"

/* What follows the ends of jobs: the hook and retention. */

/* When the daemon serves; they begin with what happened before. */
void daemon_upkeep_open (DaemonParts *parts);

/* Looks at a stored change. Also before it is open. */
void daemon_upkeep_look (DaemonParts *parts, const ServiceEvent *event);

/* Runs the loop until both are closed. Registry and service are still open. */
void daemon_upkeep_close (DaemonParts *parts);
