/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The errors of a request's fields: `errors` of a 422 answer. */
typedef struct
{
  char *field;   /* "selections.argv", "" for the body as a whole */
  char *message; /* a sentence that says what to do */
} VestimFieldError;

/* At most this many errors are listed. */
#define VESTIM_MAX_FIELD_ERRORS 100

/* A list of VestimFieldError, freed with g_ptr_array_unref(). */
GPtrArray *vestim_field_errors_new (void);
void vestim_field_errors_add (GPtrArray *errors, const char *field, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* `(transfer full)` "selections.argv" of "selections" and "argv"; `prefix` may be "". */
char *vestim_field_path (const char *prefix, const char *name);
