/* SPDX-License-Identifier: MIT */
#pragma once

#include "config.h"

/* Serves until stopped; returns the program's exit code. `ready` (nullable) is called once, when the daemon serves. */
int daemon_run (const DaemonConfig *config, void (*ready) (void *user), void *user);
