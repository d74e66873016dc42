/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "daemon/vestim/arguments.h"

/* The values of options by type. An option that was not given leaves `*value` as it is, and is no
 * error. False with `error` (USAGE_ERROR), which names the option and shows a right value. */

/* An integer from `min` to `max`. */
bool option_get_int (const Arguments *arguments, const char *name, int64_t min, int64_t max,
                     int64_t *value, GError **error);

/* A duration above 0, in seconds. */
bool option_get_duration (const Arguments *arguments, const char *name, double *seconds,
                          GError **error);

/* A size in bytes. */
bool option_get_size (const Arguments *arguments, const char *name, int64_t *bytes, GError **error);

/* Words with commas, each of which is one of `choices`, which are separated by blanks. */
bool option_check_words (const Arguments *arguments, const char *name, const char *choices,
                         GError **error);

/* (nullable, out, transfer none) text, which must be UTF-8. */
bool option_get_text (const Arguments *arguments, const char *name, const char **text,
                      GError **error);

/* Whether `text` is UTF-8; `what` begins the sentence of the error: "The name". */
bool option_check_utf8 (const char *text, const char *what, GError **error);
