/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-fields.h"

/* Errors between the dashboard and a server. The messages are sentences for the user. */
typedef enum
{
  DASH_ERROR_UNREACHABLE, /* no connection, or it was cut */
  DASH_ERROR_TIMEOUT,     /* connected, but no answer in time */
  DASH_ERROR_GARBLED,     /* an answer that does not follow the protocol */
  DASH_ERROR_TOO_BIG,     /* an answer that is too long */
  DASH_ERROR_TOKEN,       /* 401: the token is missing or wrong */
  DASH_ERROR_NOT_FOUND,   /* 404 */
  DASH_ERROR_CONFLICT,    /* 409: not possible in the job's state */
  DASH_ERROR_RANGE,       /* 416: beyond the end */
  DASH_ERROR_INVALID,     /* 422: dash_error_get_fields() says which fields */
  DASH_ERROR_BUSY,        /* 503: too many connections, or stopping */
  DASH_ERROR_NO_SPACE,    /* 507 */
  DASH_ERROR_REFUSED,     /* any other answer of 400 and above */
  DASH_ERROR_NO_SERVER,   /* no daemon runs here */
  DASH_ERROR_STARTING,    /* a daemon runs, but does not serve (yet, or any more) */
  DASH_ERROR_NOT_INSTALLED,
  DASH_ERROR_START_FAILED, /* the message is what the daemon printed */
} DashError;

#define DASH_ERROR (dash_error_quark ())
GQuark dash_error_quark (void);

/* (transfer full) `fields` (nullable, transfer none) are the VestimFieldErrors of a 422 answer. */
GError *dash_error_new (DashError code, GPtrArray *fields, const char *message);

/* (nullable) (transfer none) the VestimFieldErrors of an error, which owns them. */
GPtrArray *dash_error_get_fields (const GError *error);

/* (transfer none) what is wrong in one sentence: about the first field, which says more than the
 * message, when there are fields. */
const char *dash_error_get_reason (const GError *error);

/* Whether the same request may succeed later. */
gboolean dash_error_is_passing (const GError *error);
