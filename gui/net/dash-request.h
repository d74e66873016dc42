/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/net/dash-reply.h"

/* What to ask, and how the answer is taken apart. All strings are owned by the request. */
typedef struct
{
  char *method;
  char *path;      /* with its query */
  char *body;      /* (nullable) JSON */
  char *range;     /* (nullable) "bytes=0-99" */
  char *key;       /* (nullable) Idempotency-Key: made for each change, kept over its retries */
  gsize max_bytes; /* a longer answer is an error */
  gboolean once;   /* no retry: whoever asks has its own */

  /* (nullable) Called with an answer below 400, in another thread when it is long. NULL with
   * `error` set when it is not what was expected. Without it the DashReply itself is the result. */
  gpointer (*parse) (const DashReply *reply, GError **error);
  GDestroyNotify free_result; /* of what `parse` returns */
} DashRequest;

/* (transfer full) `method` other than GET and HEAD gets a fresh key. */
DashRequest *dash_request_new (const char *method, const char *format, ...) G_GNUC_PRINTF (2, 3);
void dash_request_free (DashRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashRequest, dash_request_free)
