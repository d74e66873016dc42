/* SPDX-License-Identifier: MIT */
#pragma once

/* What a job left on purpose still has our pipes as its output. If nobody read them, its next line
 * would end it. So a process of its own, `vestim-run --drain`, reads and drops what comes, until
 * nobody writes any more. */

/* Starts that process with the reading ends of the job's pipes. */
void leftovers_leave (int log_reader, int progress_reader);

/* That process: reads the descriptors 0 and 1 to their ends. Returns its exit code. */
int leftovers_drain (void);
