/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-run/options.h"

/* Starts the attempt and follows it to its end; exit.json then has its end, also when the program
 * could not be started. 0, SHIM_EXIT_UNRECORDED when the end could not be recorded, or -errno when
 * nothing was started: -EBUSY when the folder is locked, -EALREADY when this attempt or a later one
 * was started before, a momentary lack (daemon/posix/lack.h) when it may be started again. */
int run_job (const Options *options);
