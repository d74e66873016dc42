/* SPDX-License-Identifier: MIT */
#pragma once

/* `(transfer full, nullable)` the version that `path --version` prints after the program's name.
 * NULL when the program does not run, prints something else, or takes more than five seconds. */
char *ask_version (const char *path);
