/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/table/text-run.h"

/* What to do with a text in which no line of names fits the rows of numbers after it. */

/* Takes the first line as the names in `run` if nothing else can be meant, so that the rows are
 * refused where they deviate from it. Else false with `error`, which says what is missing. `fixed`
 * is the separator of the file's own statement, or 0. */
bool text_refusal_find_header (const TextWindow *window, char fixed, TextRun *run, const char *path,
                               GError **error);
