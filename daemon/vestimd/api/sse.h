/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Server-Sent Events without a network: frames, IDs, and the latest frames for clients that resume.
 */

/* `(transfer full)` a frame with the ID `<epoch>:<number>`. Each line end within `data` (LF, CR,
 * CRLF) begins another data line; the receiver gets it as LF. */
GBytes *sse_frame_new (const char *epoch, uint64_t number, const char *event, const char *data,
                       size_t length);

/* False if `id` is not an ID of that epoch. */
bool sse_parse_id (const char *id, const char *epoch, uint64_t *number);

/* The latest frames, numbered consecutively. Their number and size are limited. */
typedef struct
{
  GQueue frames; /* of GBytes, the oldest first */
  uint64_t next; /* number of the frame that comes next */
  size_t bytes;
  size_t max_frames;
  size_t max_bytes;
} SseHistory;

void sse_history_init (SseHistory *history, size_t max_frames, size_t max_bytes);
void sse_history_clear (SseHistory *history);

/* Takes a reference. A frame that is too large to be kept empties the history: then false. */
bool sse_history_push (SseHistory *history, GBytes *frame);

/* Whether all frames after `number` are there. `*link` (nullable) is the first of them. */
bool sse_history_find (const SseHistory *history, uint64_t number, GList **link);
