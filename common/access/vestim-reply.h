/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>
#include <stdint.h>

#include "common/access/vestim-log-gap.h"

/* One answer, read in full. */
typedef struct
{
  guint status;
  GBytes *body;
  char *event_id;      /* (nullable) Vestim-Event-Id */
  char *etag;          /* (nullable) */
  char *location;      /* (nullable) of a redirection, 300 to 399 */
  goffset start;       /* of a 206: offset of the first byte; else 0 */
  goffset total;       /* of a 206 or 416: size of the whole; else the body's size */
  guint retry_after;   /* seconds, 0: the server did not say */
  int64_t total_count; /* X-Total-Count, -1: the server did not say */
  VestimLogGap gap;
} VestimReply;

/* (transfer full) `body` is taken over. */
VestimReply *vestim_reply_new (SoupMessage *message, GBytes *body);
void vestim_reply_free (VestimReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimReply, vestim_reply_free)

/* (nullable) (transfer full) the error for a status of 300 or above, other than 304. */
GError *vestim_reply_dup_error (const VestimReply *reply);
