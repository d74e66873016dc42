/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-run/options.h"

/* Starts the attempt and follows it to its end; exit.json then has its end, also when the program
 * could not be started. 0 or -errno: -EAGAIN when the folder is locked, -EALREADY when this attempt
 * or a later one was started before. */
int run_job (const Options *options);
