/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/http/exchange.h"
#include "daemon/vestimd/jobs/service-calls.h"

/* How handlers answer. The exchange is gone after each call. A JSON body ends with a newline, so
 * that a shell writes its prompt on the next line. */

#define API_JSON "application/json"
#define API_TEXT "text/plain; charset=utf-8"

/* `json` is borrowed; a reference is held until it is sent. */
void api_respond_bytes (HttpExchange *exchange, int status, GBytes *json);
void api_respond_json (HttpExchange *exchange, int status, const GString *json);
void api_respond_body (HttpExchange *exchange, int status, const char *json, size_t length);

/* Answers with the status and detail of a SERVICE_E_*. One table has them all. */
void api_fail_result (HttpExchange *exchange, const ServiceResult *result);
const char *api_detail_of (int code); /* the detail of that table */
void api_fail_stopping (HttpExchange *exchange);

/* 422; `errors` of VestimFieldError is borrowed. */
void api_fail_fields (HttpExchange *exchange, const GPtrArray *errors);

/* `(transfer full)` the reference to `path` for this client: behind a proxy that serves us under a
 * prefix, and says so in `X-Forwarded-Prefix`, with that prefix. */
char *api_dup_reference (const HttpExchange *exchange, const char *path);

/* Adds `Vestim-Event-Id`, the ID of the latest event. */
void api_add_event_id (HttpExchange *exchange);
