/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Puts the time in front of each line of the log, as in "2026-11-22T19:50:12.123Z text". A line
 * ends with a newline alone, whatever else its bytes are. Its time is that of its first byte. */

#define LOG_STAMP_SIZE 25 /* with the space after it */

typedef void (*LogStampsFn) (void *user, const char *data, size_t size);

typedef struct
{
  LogStampsFn write;
  void *user;
  bool is_within_line;
} LogStamps;

/* Passes `data`, which came at `now` (ms since the epoch), on to `write` with the times. */
void log_stamps_add (LogStamps *stamps, int64_t now, const char *data, size_t size);
