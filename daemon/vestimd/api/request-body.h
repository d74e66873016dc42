/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-json.h"

/* The JSON body of a request, and the errors of body and query together. */

typedef struct
{
  VestimJsonDoc *doc;         /* (nullable) */
  const VestimJsonNode *root; /* (nullable) NULL: there is none */
  GPtrArray *errors;          /* of VestimFieldError */
} RequestBody;

/* `(transfer full, nullable)` why the text is not valid JSON. A body that is not an object is an
 * error of the field "". */
char *request_body_parse (RequestBody *body, const char *text, size_t length);
void request_body_clear (RequestBody *body);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RequestBody, request_body_clear)

/* Adds an error for each member of the body that is not in the NULL-terminated list. */
void request_body_refuse_unknown (RequestBody *body, const char *const *known);

/* If the member is absent, `*value` stays as it is. Adds an error if it is not a boolean. */
void request_body_get_bool (RequestBody *body, const char *name, bool *value);
