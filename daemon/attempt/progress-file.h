/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* progress.jsonl: the lines that the job wrote to its descriptor for progress. The file takes
 * 64 MiB; from then on each new line replaces the one after that offset, so that the last line is
 * always there. */

#define PROGRESS_MAX_LINE 4096 /* bytes, with the newline */
#define PROGRESS_FILE_CAP ((uint64_t) 64 << 20)

/* ---- The shim writes ---- */

/* A line that is too long is replaced by a remark, which is no JSON, so that the daemon logs it as
 * malformed. */
typedef struct
{
  int fd;
  uint64_t size;
  uint64_t cap; /* a seam for tests */
  char line[PROGRESS_MAX_LINE];
  size_t line_length; /* of the unfinished line; `sizeof line`: it is too long */
  char out[1 << 16];  /* finished lines that are not written yet */
  size_t out_length;
} ProgressWriter;

/* Makes an empty progress.jsonl in the open job folder. 0 or -errno. */
int progress_writer_open (ProgressWriter *writer, int folder);

/* Takes bytes of the pipe; the lines that they complete are written when the call returns. */
void progress_writer_feed (ProgressWriter *writer, const char *data, size_t size);

/* Writes a message of the shim itself, as a line of its own. It has no character that JSON escapes.
 */
void progress_writer_add_message (ProgressWriter *writer, const char *message);

/* The job is over: a last line without a newline counts as well. */
void progress_writer_close (ProgressWriter *writer);

/* ---- Everybody reads ---- */

/* `line`, without its newline, is not NUL-terminated; NULL: it is too long. */
typedef void (*ProgressLineFn) (void *user, const char *line, size_t length);

typedef struct
{
  ProgressLineFn on_line;
  void *user;
  uint64_t offset; /* of the first byte that was not read */
  char line[PROGRESS_MAX_LINE];
  size_t line_length; /* as above */
} ProgressReader;

void progress_reader_init (ProgressReader *reader, ProgressLineFn on_line, void *user);

/* Takes the bytes that follow; they may end within a line. */
void progress_reader_feed (ProgressReader *reader, const char *data, size_t size);

/* Takes the bytes that the file got since the last call. `folder` is the path of the job folder; a
 * missing file is an empty one. Blocks. 0 or -errno. */
int progress_reader_read (ProgressReader *reader, const char *folder);
