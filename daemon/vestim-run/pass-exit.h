/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/attempt/exit-record.h"

/* The exit code of --pass-exit, for who knows only that: the code of the program, or 128 + the
 * number of the signal that ended it, as a shell says it. Never 0 for an attempt that did not
 * succeed: 127 when the program was not started, 124 after the time limit as timeout(1), and
 * 128 + SIGTERM when it was ended otherwise, even if the program then ended with 0. */
int pass_exit_code (const ExitRecord *record, int wait_status);
