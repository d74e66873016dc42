/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/attempt/log-ring.h"

/* How log.txt is laid out. For the files that read and write it. */

#define LOG_CAP (LOG_RING_HEAD + LOG_RING_SIZE)
#define LOG_MAX_LINE 96 /* bytes of a line that we write into a log */

/* Where the byte after the first `total` ones is stored. In a ring that went round, that is also
 * its oldest byte. */
static inline uint64_t
log_position_of (uint64_t total)
{
  return total < LOG_CAP ? total : LOG_RING_HEAD + (total - LOG_RING_HEAD) % LOG_RING_SIZE;
}

/* Both are checked: the job may have cut the file, and `total` may belong to another one. */
static inline bool
log_went_round (uint64_t file_size, uint64_t total)
{
  return file_size >= LOG_CAP && total > LOG_CAP;
}

/* Writes the line that marks a gap; its length. */
int log_format_gap (char line[LOG_MAX_LINE], uint64_t left_out);
