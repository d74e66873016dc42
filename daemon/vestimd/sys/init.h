/* SPDX-License-Identifier: MIT */
#pragma once

/* As the first process of a container, the daemon would become the parent of every orphan, and
 * would have to wait for processes that it does not know. So PID 1 stays behind: it reaps, passes
 * signals on, and ends with the code of the daemon, which is its child.
 *
 * Returns in the daemon: 0, or -errno when it could not fork. Elsewhere than in PID 1 it does
 * nothing. Call it before any thread exists. */
int init_stay_behind (void);
