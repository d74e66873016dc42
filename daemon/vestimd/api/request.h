/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-json.h"

/* The JSON body of a request, and the faults of body and query together. */

typedef struct
{
  VestimJsonDoc *doc;         /* (nullable) */
  const VestimJsonNode *body; /* (nullable) NULL: there is none */
  GPtrArray *errors;          /* of VestimFieldError */
} ApiRequest;

/* `(transfer full, nullable)` what is wrong with the JSON. A body that is no object is a fault of
 * the field "". */
char *api_request_parse (ApiRequest *request, const char *text, size_t length);
void api_request_clear (ApiRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApiRequest, api_request_clear)

/* A fault for each member of the body that is not in the NULL-terminated list. */
void api_request_refuse_unknown (ApiRequest *request, const char *const *known);

/* Leaves `*value` when the member is absent, adds a fault when it is no bool. */
void api_request_get_bool (ApiRequest *request, const char *name, bool *value);
