/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* progress.jsonl: the whole lines that the job wrote to its descriptor 3. A line over 4 KiB is
 * replaced by a remark, which is no JSON, so that it is logged as malformed. The file takes 64 MiB;
 * after that the last line alone is kept up to date, at that very offset. */

#define PROGRESS_LINES_MAX_LINE 4096 /* with the newline */
#define PROGRESS_LINES_CAP ((uint64_t) 64 << 20)

typedef struct
{
  int fd;
  uint64_t size;
  uint64_t cap; /* a seam for tests */
  char line[PROGRESS_LINES_MAX_LINE];
  size_t line_length; /* of the unfinished line; more than `line` takes when it is too long */
  char out[1 << 16];  /* finished lines that are not written yet */
  size_t out_length;
} ProgressLines;

/* Makes an empty progress.jsonl. 0 or -errno. */
int progress_lines_open (ProgressLines *lines, int folder);

/* Takes bytes of the pipe; what they finish is written when the call returns. */
void progress_lines_feed (ProgressLines *lines, const char *data, size_t size);

/* The job is over: a last line without a newline counts as well. */
void progress_lines_close (ProgressLines *lines);
