/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* `(transfer full)` an HTML page about the job in the folder, with what it has so far: settings,
 * origin of the data, curves and errors. It needs no other file. NULL with `error` if the folder is
 * not that of a job of vestim-estimate. */
GString *job_page_new (const char *folder, GError **error);
