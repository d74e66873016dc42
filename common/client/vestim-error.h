/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-fields.h"

/* Errors between the dashboard and a server. The messages are sentences for the user. */
typedef enum
{
  VESTIM_ERROR_UNREACHABLE, /* no connection, or it was cut */
  VESTIM_ERROR_TIMEOUT,     /* connected, but no answer in time */
  VESTIM_ERROR_GARBLED,     /* an answer that does not follow the protocol */
  VESTIM_ERROR_TOO_BIG,     /* an answer that is too long */
  VESTIM_ERROR_TOKEN,       /* 401: the token is missing or wrong */
  VESTIM_ERROR_NOT_FOUND,   /* 404 */
  VESTIM_ERROR_CONFLICT,    /* 409: not possible in the job's state */
  VESTIM_ERROR_RANGE,       /* 416: beyond the end */
  VESTIM_ERROR_INVALID,     /* 422: vestim_error_get_fields() says which fields */
  VESTIM_ERROR_BUSY,        /* 503: too many connections, or stopping */
  VESTIM_ERROR_NO_SPACE,    /* 507 */
  VESTIM_ERROR_REFUSED,     /* any other answer of 400 and above */
  VESTIM_ERROR_NO_SERVER,   /* no daemon runs here */
  VESTIM_ERROR_STARTING,    /* a daemon runs, but does not serve (yet, or any more) */
  VESTIM_ERROR_NOT_INSTALLED,
  VESTIM_ERROR_START_FAILED, /* the message is what the daemon printed */
} VestimError;

#define VESTIM_ERROR (vestim_error_quark ())
GQuark vestim_error_quark (void);

/* (transfer full) `fields` (nullable, transfer none) are the VestimFieldErrors of a 422 answer. */
GError *vestim_error_new (VestimError code, GPtrArray *fields, const char *message);

/* (nullable) (transfer none) the VestimFieldErrors of an error, which owns them. */
GPtrArray *vestim_error_get_fields (const GError *error);

/* (transfer none) what is wrong in one sentence: about the first field, which says more than the
 * message, when there are fields. */
const char *vestim_error_get_reason (const GError *error);

/* Whether the same request may succeed later. */
gboolean vestim_error_is_passing (const GError *error);
