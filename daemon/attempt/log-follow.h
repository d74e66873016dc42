/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Reads a log while the job writes it, and goes on with the logs of the next attempts. */

typedef struct
{
  int attempt;      /* the one whose log is being read */
  int last_attempt; /* the logs of later ones are not read */
  uint64_t offset;  /* of the next byte, in all that this attempt wrote */
} LogPlace;

/* Moves the place of an attempt whose log has begun to the last `n_lines` lines (-1: all), but at
 * most the last `n_bytes` bytes (-1: all). 0 or -errno. */
int log_follow_begin (const char *folder, LogPlace *place, int64_t n_lines, int64_t n_bytes);

#define LOG_FOLLOW_MIN 128 /* the least `size` of `buffer` */

/* Reads bytes from `place`, which moves on. Their number, 0 when there is nothing more for now, or
 * -errno. Where bytes were overwritten before they could be read, a line says how many are missing.
 */
int64_t log_follow_read (const char *folder, LogPlace *place, char *buffer, size_t size);
