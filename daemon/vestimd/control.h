/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/config.h"
#include "daemon/vestimd/sys/pidfile.h"

/* The other side of the PID file. Each says on stdout what it found, on stderr what is amiss, and
 * returns the program's exit code. */

int control_status (const DaemonConfig *config);
int control_stop (const DaemonConfig *config);

/* Of what `report` found, removes what a daemon that is gone left behind, and says so. */
void control_clean_up (const DaemonConfig *config, const PidfileReport *report);
