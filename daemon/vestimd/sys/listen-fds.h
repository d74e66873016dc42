/* SPDX-License-Identifier: MIT */
#pragma once

/* Sockets passed by a service manager in LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, which are
 * removed from the environment. Call it once, and before anything else: the passed descriptors are
 * numbered from 3 on, so one that the program opened itself would be mistaken for them. */

/* The first descriptor (close-on-exec, owned by the caller); -1 when none was passed to this
 * process. The others are closed. What is closed, or was passed and is not open, is logged. */
int listen_fds_take (void);
