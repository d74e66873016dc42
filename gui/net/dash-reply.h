/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

/* Of a log whose middle is missing: the line in its place, and how many bytes it stands for. All 0:
 * nothing is missing. */
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
  char *location;    /* (nullable) where an answer of 300 to 399 refers to */
  goffset start;     /* of a 206: offset of the first byte; else 0 */
  goffset total;     /* of a 206 or 416: size of the whole; else the body's size */
  guint retry_after; /* seconds, 0: not said */
  DashLogGap gap;
} DashReply;

/* (transfer full) `body` is taken over. */
DashReply *dash_reply_new (SoupMessage *message, GBytes *body);
void dash_reply_free (DashReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashReply, dash_reply_free)

/* (nullable) (transfer full) the error that an answer of 300 and above stands for. */
GError *dash_reply_dup_error (const DashReply *reply);
