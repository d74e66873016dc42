/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-fields.h"

/* What can go wrong between the dashboard and a daemon. The messages are sentences for the user. */
typedef enum
{
  DASH_ERROR_UNREACHABLE, /* no connection, or it was cut */
  DASH_ERROR_TIMEOUT,     /* connected, but no answer in time */
  DASH_ERROR_GARBLED,     /* an answer that is none of the protocol's */
  DASH_ERROR_TOO_BIG,     /* an answer without end */
  DASH_ERROR_TOKEN,       /* 401: no or a wrong token */
  DASH_ERROR_NOT_FOUND,   /* 404 */
  DASH_ERROR_CONFLICT,    /* 409: not in this state */
  DASH_ERROR_RANGE,       /* 416: nothing there to be read */
  DASH_ERROR_INVALID,     /* 422: dash_error_get_fields() tells which fields */
  DASH_ERROR_BUSY,        /* 503: too many connections, or stopping */
  DASH_ERROR_NO_SPACE,    /* 507 */
  DASH_ERROR_REFUSED,     /* any other answer of 400 and above */
  DASH_ERROR_NO_SERVER,   /* no daemon runs here */
  DASH_ERROR_STARTING,    /* one holds its place and does not serve (yet, or any more) */
  DASH_ERROR_NOT_INSTALLED,
  DASH_ERROR_START_FAILED, /* the daemon said why */
} DashError;

#define DASH_ERROR (dash_error_quark ())
GQuark dash_error_quark (void);

/* (transfer full) a message for `code`; `fields` (nullable, transfer none) are the faults of a 422
 * answer, VestimFieldError each. */
GError *dash_error_new (DashError code, GPtrArray *fields, const char *message);

/* (nullable) (transfer none) the VestimFieldErrors of an error, which owns them. */
GPtrArray *dash_error_get_fields (const GError *error);

/* (transfer none) what is wrong in one sentence: what is said of a field says more than what is
 * said of the whole. */
const char *dash_error_get_reason (const GError *error);

/* Whether the same request may succeed when it is sent again as it is. */
gboolean dash_error_is_passing (const GError *error);
