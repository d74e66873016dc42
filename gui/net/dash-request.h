/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/net/dash-reply.h"

/* What to send, and how to read the answer. The request owns its strings. */
typedef struct
{
  char *method;
  char *path;      /* with its query */
  char *body;      /* (nullable) JSON */
  char *range;     /* (nullable) "bytes=0-99" */
  char *key;       /* (nullable) Idempotency-Key: one for each change and all its retries */
  gsize max_bytes; /* a longer answer is an error */
  gboolean once;   /* no retry: the caller has its own */

  /* (nullable) Called for an answer below 300, in another thread when it is long; returns NULL with
   * `error` set when the answer can't be read. Without it the DashReply is the result. */
  gpointer (*parse) (const DashReply *reply, GError **error);
  GDestroyNotify free_result; /* of what `parse` returns */
} DashRequest;

/* (transfer full) a new key is made for methods other than GET and HEAD. */
DashRequest *dash_request_new (const char *method, const char *format, ...) G_GNUC_PRINTF (2, 3);
void dash_request_free (DashRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashRequest, dash_request_free)
