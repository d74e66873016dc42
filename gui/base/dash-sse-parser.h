/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Server-Sent Events: bytes in any cut → events. Pure. */
typedef struct DashSseParser DashSseParser;

/* `type` is "message" when none was given, `id` the last one seen (nullable). Valid in the call. */
typedef void (*DashSseFunc) (const char *type, const char *data, const char *id, gpointer user);

DashSseParser *dash_sse_parser_new (DashSseFunc func, gpointer user);
void dash_sse_parser_free (DashSseParser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashSseParser, dash_sse_parser_free)

/* FALSE when an event grew beyond any reason; the parser is then of no more use. */
gboolean dash_sse_parser_feed (DashSseParser *self, const char *bytes, gsize length);
