/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/access/vestim-reply.h"

/* What to send, and how to read the answer. The request owns its strings. */
typedef struct
{
  char *method;
  char *path;          /* with its query */
  char *body;          /* (nullable) JSON */
  GBytes *bytes;       /* (nullable) the body instead, of any type */
  char *range;         /* (nullable) "bytes=0-99" */
  char *content_range; /* (nullable) of `bytes`: "bytes 0-99/100" */
  char *if_none_match; /* (nullable) an ETag; the answer may be 304 then */
  guint timeout_ms;    /* 0: that of the client */
  char *key;           /* (nullable) Idempotency-Key: one for each change and all its retries */
  gsize max_bytes;     /* a longer answer is an error */
  gboolean once;       /* no retry: the caller has its own */

  /* (nullable) Called for an answer below 300, in another thread when it is long; returns NULL with
   * `error` set when the answer can't be read. Without it the VestimReply is the result. */
  gpointer (*parse) (const VestimReply *reply, GError **error);
  GDestroyNotify free_result; /* of what `parse` returns */
} VestimRequest;

/* The most bytes of a list of jobs, whose environments may be large. */
#define VESTIM_MAX_LIST_BYTES (128 * 1024 * 1024)

/* (transfer full) a new key is made for methods other than GET and HEAD. */
VestimRequest *vestim_request_new (const char *method, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
VestimRequest *
vestim_request_copy (const VestimRequest *request); /* (transfer full), with its key */
void vestim_request_free (VestimRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimRequest, vestim_request_free)
