/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* attempt.N/heartbeat.json: the shim of a claimed attempt (see claim.h) rewrites it again and again
 * while it can. Clocks of two hosts are never compared: a reader remembers the last `beat` that it
 * saw, and by its own clock when it saw it. A text that cannot be read is no new beat. */

typedef struct
{
  uint64_t beat;      /* from 1; one more each time */
  int64_t age_ms;     /* since the claim, by the uptime of that host */
  int64_t started_at; /* of the program: ms since the epoch by the clock of that host; 0: not yet */
} Heartbeat;

/* `claim` is the open folder attempt.N/. */

/* Makes the file with its first text. 0 or -errno. */
int heartbeat_create (int claim, const Heartbeat *heartbeat);

/* Rewrites it in place, which takes no more room on the disk, and flushes it. It opens the file
 * each time, and so notices that it is gone. 0 or -errno. */
int heartbeat_write (int claim, const Heartbeat *heartbeat);

/* False, with zeros, when there is none. */
bool heartbeat_read (int claim, Heartbeat *heartbeat);

/* The same from the text of the file, which need not end with a NUL. */
bool heartbeat_parse (Heartbeat *heartbeat, const char *text, size_t length);
