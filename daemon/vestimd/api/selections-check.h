/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/api/check-queue.h"

/* What the files of an estimation look like, asked of vestim-estimate. */

/* `errors` (of VestimFieldError) is empty when all is well, or when nothing was found out in time:
 * the job then finds it out itself. Borrowed for the call. NULL: the daemon stops. */
typedef void (*SelectionsCheckFn) (void *user, const GPtrArray *errors);

/* `text` is copied. `fn` is called once, never from within. */
void selections_check_files (CheckQueue *queue, const char *text, size_t length,
                             SelectionsCheckFn fn, void *user);

/* Adds what a check's output says; output that is not of the agreed form adds nothing. */
void selections_check_parse (const char *output, size_t length, GPtrArray *errors);
