/* SPDX-License-Identifier: MIT */
#pragma once

/* Sockets passed by a service manager: LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES; all are taken out of
 * the environment. To be called early, and once: the variables speak of descriptors from 3 on. */

/* The first descriptor passed (close-on-exec is set, the caller owns it), others are closed and
 * logged; -1 when there is none, or when they were meant for another process. */
int listen_fds_take (void);
