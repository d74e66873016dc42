/* SPDX-License-Identifier: MIT */
#pragma once

/* Sockets passed by a service manager: LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES; all are taken out of
 * the environment. To be called first of all, and once: the variables speak of descriptors from 3
 * on, and what the program has opened itself would be taken for those. */

/* The first descriptor passed (close-on-exec is set, the caller owns it), others are closed; -1
 * when there is none, or when they were meant for another process. What is closed, or was promised
 * and is not open, is logged. */
int listen_fds_take (void);
