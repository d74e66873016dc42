/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Server-Sent Events: bytes in pieces of any size → events. Pure. */
typedef struct VestimSseParser VestimSseParser;

/* `type` is "message" for an event without one, `id` (nullable) the latest ID so far. Valid during
 * the call. */
typedef void (*VestimSseFunc) (const char *type, const char *data, const char *id, gpointer user);

VestimSseParser *vestim_sse_parser_new (VestimSseFunc func, gpointer user);
void vestim_sse_parser_free (VestimSseParser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimSseParser, vestim_sse_parser_free)

/* FALSE when an event is longer than 16 MiB; the parser can't be used after that. */
gboolean vestim_sse_parser_feed (VestimSseParser *self, const char *bytes, gsize length);
