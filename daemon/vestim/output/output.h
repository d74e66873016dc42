/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define OUTPUT_ERROR (output_error_quark ())
GQuark output_error_quark (void);

typedef enum
{
  OUTPUT_ERROR_WRITE,
  OUTPUT_ERROR_TEMPLATE, /* --format is no template: a usage error */
} OutputError;

/* Writes all of it to standard output, at once. False with `error`, a sentence that says what to
 * do, for example when the disk is full. When the reader of a pipe has gone, the program ends by
 * SIGPIPE, as others do. */
bool output_write (const char *text, gsize length, GError **error);

/* Writes and empties `text`. */
bool output_flush (GString *text, GError **error);
