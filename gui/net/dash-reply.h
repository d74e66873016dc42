/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

/* The gap in a log whose middle is missing: where the line that replaces it is, and how many bytes
 * are left out. All 0: nothing is missing. */
typedef struct
{
  goffset offset;
  goffset length;
  goffset left_out;
} DashLogGap;

/* One answer, read in full. */
typedef struct
{
  guint status;
  GBytes *body;
  char *event_id;    /* (nullable) Vestim-Event-Id */
  char *location;    /* (nullable) of a redirection, 300 to 399 */
  goffset start;     /* of a 206: offset of the first byte; else 0 */
  goffset total;     /* of a 206 or 416: size of the whole; else the body's size */
  guint retry_after; /* seconds, 0: the server did not say */
  DashLogGap gap;
} DashReply;

/* (transfer full) `body` is taken over. */
DashReply *dash_reply_new (SoupMessage *message, GBytes *body);
void dash_reply_free (DashReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashReply, dash_reply_free)

/* (nullable) (transfer full) the error for a status of 300 or above. */
GError *dash_reply_dup_error (const DashReply *reply);
