/* SPDX-License-Identifier: MIT */
#pragma once

#define REPRODUCE_IDENTICAL 0
#define REPRODUCE_DIFFERS 1
#define REPRODUCE_IMPOSSIBLE 2

/* Runs the completed job in `folder` again in a temporary folder, and prints whether its tasks give
 * the same result bit for bit or where they first differ. Returns one of the exit codes above.
 * Changes nothing in `folder`. */
int reproduce_run (const char *folder);
