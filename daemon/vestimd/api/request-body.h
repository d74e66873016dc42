/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-json.h"

/* The JSON body of a request, and the faults of body and query together. */

typedef struct
{
  VestimJsonDoc *doc;         /* (nullable) */
  const VestimJsonNode *root; /* (nullable) NULL: there is none */
  GPtrArray *errors;          /* of VestimFieldError */
} RequestBody;

/* `(transfer full, nullable)` what is wrong with the JSON. A body that is no object is a fault of
 * the field "". */
char *request_body_parse (RequestBody *body, const char *text, size_t length);
void request_body_clear (RequestBody *body);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RequestBody, request_body_clear)

/* A fault for each member of the body that is not in the NULL-terminated list. */
void request_body_refuse_unknown (RequestBody *body, const char *const *known);

/* Leaves `*value` when the member is absent, adds a fault when it is no bool. */
void request_body_get_bool (RequestBody *body, const char *name, bool *value);
