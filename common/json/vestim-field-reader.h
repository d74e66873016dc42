/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/json/vestim-json.h"

/* Reads the members of one JSON object into variables. If a member is absent, the variable keeps
 * its value, which is the default. If a member is wrong, the variable also keeps its value, and a
 * fault with the name of the field is added. */
typedef struct
{
  const VestimJsonNode *object;
  const char *prefix; /* of the names of fields: "selections" for "selections.seed" */
  GPtrArray *errors;  /* VestimFieldError */
} VestimFieldReader;

/* Adds a fault. `name` is a member, or "" for the object. */
void vestim_field_reader_fault (const VestimFieldReader *reader, const char *name,
                                const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Whether the object has the member, and not as null. */
bool vestim_field_reader_is_given (const VestimFieldReader *reader, const char *name);

/* Adds a fault for each member whose name is not in the NULL-terminated list. */
void vestim_field_reader_refuse_unknown (const VestimFieldReader *reader, const char *const *known);

/* A value from `min` to `max`, both included. */
void vestim_field_reader_int (const VestimFieldReader *reader, const char *name, int min, int max,
                              int *value);
void vestim_field_reader_int64 (const VestimFieldReader *reader, const char *name, int64_t min,
                                int64_t max, int64_t *value);
void vestim_field_reader_double (const VestimFieldReader *reader, const char *name, double min,
                                 double max, double *value);

/* `*value` is the index in the NULL-terminated list of words. */
void vestim_field_reader_choice (const VestimFieldReader *reader, const char *name,
                                 const char *const *words, int *value);

/* (transfer full) a list of 1 to `max` strings that are not empty, NULL-terminated; NULL if the
 * member is absent or wrong. */
char **vestim_field_reader_strings (const VestimFieldReader *reader, const char *name,
                                    unsigned max);
