/* SPDX-License-Identifier: MIT */
#pragma once

/* `(transfer full, nullable)` the absolute path of a helper program ("vestim-run",
 * "vestim-estimate"). Searched in VESTIM_LIBEXEC, beside our own executable, in the build tree's
 * places, and in libexecdir. If VESTIM_LIBEXEC lacks the program, that is logged. */
char *helpers_find (const char *name);

/* Makes a relative VESTIM_LIBEXEC absolute. Call it before the current folder changes. */
void helpers_pin_override (void);
