/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/config.h"
#include "daemon/vestimd/sys/pidfile.h"

/* `--status`, `--stop` and `--doctor`, which find the daemon by its PID file, `--backup` and
 * `--restore`. Each prints the result on stdout, problems on stderr, and returns the program's exit
 * code. */

int control_status (const DaemonConfig *config);
int control_stop (const DaemonConfig *config);
int control_doctor (const DaemonConfig *config);
int control_backup (const DaemonConfig *config);
int control_restore (const DaemonConfig *config);

/* Removes the files of a daemon that is gone, if `report` found one, and prints that. */
void control_clean_up (const DaemonConfig *config, const PidfileReport *report);
