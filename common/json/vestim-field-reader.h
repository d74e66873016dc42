/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/json/vestim-json.h"

/* Reads the members of one JSON object into variables. A member that is absent leaves the variable
 * as it is (its default); one that is wrong leaves it too and adds a fault with its field's name.
 */
typedef struct
{
  const VestimJsonNode *object;
  const char *prefix; /* of the field's name: "selections" gives "selections.seed" */
  GPtrArray *errors;  /* VestimFieldError */
} VestimFieldReader;

void vestim_field_reader_fault (const VestimFieldReader *reader, const char *name,
                                const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Whether the object has the member, and not as null. */
bool vestim_field_reader_is_given (const VestimFieldReader *reader, const char *name);

/* One fault for each member whose name is not in the NULL-terminated list. */
void vestim_field_reader_refuse_unknown (const VestimFieldReader *reader, const char *const *known);

/* Both limits are allowed values. */
void vestim_field_reader_int (const VestimFieldReader *reader, const char *name, int min, int max,
                              int *value);
void vestim_field_reader_int64 (const VestimFieldReader *reader, const char *name, int64_t min,
                                int64_t max, int64_t *value);

void vestim_field_reader_double (const VestimFieldReader *reader, const char *name, double min,
                                 double max, double *value);

/* The index in the NULL-terminated list of words. */
void vestim_field_reader_choice (const VestimFieldReader *reader, const char *name,
                                 const char *const *words, int *value);

/* (transfer full) a list of strings that are not empty, NULL-terminated; NULL when it is absent,
 * empty, longer than `max` or wrong. Only an absent one adds no fault. */
char **vestim_field_reader_strings (const VestimFieldReader *reader, const char *name,
                                    unsigned max);
