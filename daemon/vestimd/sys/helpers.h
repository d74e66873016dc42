/* SPDX-License-Identifier: MIT */
#pragma once

/* `(transfer full, nullable)` the absolute path of a helper program ("vestim-run",
 * "vestim-estimate"). It is looked for in VESTIM_LIBEXEC, beside our own executable, in the
 * build tree's places, in libexecdir; that VESTIM_LIBEXEC does not have it is logged. */
char *helpers_find (const char *name);

/* Makes a relative VESTIM_LIBEXEC absolute; to be called before the current folder changes. */
void helpers_pin_override (void);
