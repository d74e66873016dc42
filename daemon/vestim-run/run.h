/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-run/options.h"

/* Exit codes of vestim-run. */
enum
{
  RUN_EXIT_RECORDED = 0, /* the attempt is over and exit.json says how */
  RUN_EXIT_USAGE = 2,
  RUN_EXIT_TAKEN = 75,  /* refused: the folder is locked, or this attempt was started already */
  RUN_EXIT_ERRNO = 128, /* + errno: nothing could be started nor recorded */
};

/* Written to the descriptor of --ready before the job's program is executed; the time of its start
 * follows when that is done. */
#define RUN_READY_MARK "+"

/* Starts the attempt and follows it to its end; returns an exit code. */
int run_job (const RunOptions *options);

/* Ends what is left of an attempt whose shim was killed, also when its folder is gone, and records
 * it as lost unless an exit record is there; an exit code. */
int run_end_lost (const RunOptions *options);
