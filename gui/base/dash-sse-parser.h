/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Server-Sent Events: bytes in pieces of any size → events. Pure. */
typedef struct DashSseParser DashSseParser;

/* `type` is "message" for an event without one, `id` (nullable) the latest ID so far. Valid during
 * the call. */
typedef void (*DashSseFunc) (const char *type, const char *data, const char *id, gpointer user);

DashSseParser *dash_sse_parser_new (DashSseFunc func, gpointer user);
void dash_sse_parser_free (DashSseParser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashSseParser, dash_sse_parser_free)

/* FALSE when an event is longer than 16 MiB; the parser can't be used after that. */
gboolean dash_sse_parser_feed (DashSseParser *self, const char *bytes, gsize length);
