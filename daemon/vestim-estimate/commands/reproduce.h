/* SPDX-License-Identifier: MIT */
#pragma once

#define REPRODUCE_IDENTICAL 0
#define REPRODUCE_DIFFERS 1
#define REPRODUCE_IMPOSSIBLE 2

/* Does the completed job in `folder` again in a temporary folder, says whether its tasks come to
 * the same bits or where they first differ, and returns one of the exit codes above. Nothing in
 * `folder` is changed. */
int reproduce_run (const char *folder);
