/* SPDX-License-Identifier: MIT */
#pragma once

#include "config.h"

/* The other side of the PID file. Each prints what it found and returns the program's exit code. */

int control_status (const DaemonConfig *config);
int control_stop (const DaemonConfig *config);
