/* SPDX-License-Identifier: MIT */
#pragma once

/* As the first process of a container, the daemon would become the parent of every orphan and would
 * have to reap processes that it does not know. So PID 1 stays behind: it reaps, passes signals on
 * to its child, the daemon, and exits with the daemon's exit code.
 *
 * Returns in the daemon: 0, or -errno if it could not fork. In a process that is not PID 1 it does
 * nothing. Call it before any thread exists. */
int init_stay_behind (void);
