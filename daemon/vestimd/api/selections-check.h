/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/api/check-queue.h"

/* Checks the files of an estimation, by vestim-estimate. */

/* `errors` (of VestimFieldError) is empty if the files are valid, or if the check did not end in
 * time: the job then finds the errors itself. Borrowed for the call. NULL: the daemon stops. */
typedef void (*SelectionsCheckFn) (void *user, const GPtrArray *errors);

/* `text` is copied. `fn` is called once, never before this returns. */
void selections_check_files (CheckQueue *queue, const char *text, size_t length,
                             SelectionsCheckFn fn, void *user);

/* Adds the errors in a check's output; output of another form adds nothing. */
void selections_check_parse (const char *output, size_t length, GPtrArray *errors);
