/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* log.txt: at most 64 MiB of what the job wrote to its standard output and error. The first half is
 * stored as it came; the second half is a ring. How many bytes were written in all, and so where
 * the ring starts, is in run.lock, where it survives a killed shim. */

#define LOG_RING_HEAD ((uint64_t) 32 << 20) /* bytes before the ring */
#define LOG_RING_SIZE ((uint64_t) 32 << 20) /* bytes of the ring */

/* ---- The shim writes. `folder` is an open job folder. ---- */

/* The job never waits for the disk: what the disk does not take is dropped, and a line in its place
 * says how much. */
typedef struct
{
  int fd;
  int lock_fd;      /* run.lock; borrowed */
  uint64_t total;   /* bytes written in all */
  uint64_t dropped; /* since the last byte that was stored */
} LogWriter;

/* Makes an empty log.txt. 0 or -errno. */
int log_writer_open (LogWriter *log, int folder, int lock_fd);
void log_writer_append (LogWriter *log, const char *data, size_t size);
void log_writer_close (LogWriter *log);

/* The `log_bytes` of run.lock. */
uint64_t log_writer_lock_bytes (const LogWriter *log);

/* Keeps the log of the last attempt, of `total` bytes by run.lock, as log.1.txt, in the right
 * order. Anything that a job put in the place of the two makes way. May be repeated after a crash.
 * 0 or -errno. */
int log_ring_rotate (int folder, uint64_t total);

/* ---- Everybody reads ---- */

/* A log as users see it: the head, a line that marks the gap, and the ring in the right order. */
typedef struct LogReader LogReader;

/* The log of the job folder at that path, as it is now; a missing one is empty. 0 or -errno. */
int log_reader_open (LogReader **out, const char *folder);
void log_reader_close (LogReader *log);

/* Bytes, the line at the gap included. */
uint64_t log_reader_size (const LogReader *log);

/* Where the middle is missing. */
typedef struct
{
  uint64_t offset;   /* of the line that marks it */
  uint64_t length;   /* of that line */
  uint64_t left_out; /* bytes */
} LogGap;

/* False: the log is complete. */
bool log_reader_get_gap (const LogReader *log, LogGap *gap);

/* The number of bytes from `offset`, 0 at the end, or -errno. Returns less than `length` at the end
 * only. */
int64_t log_reader_read (LogReader *log, uint64_t offset, char *buffer, size_t length);

/* Where the last `n_lines` lines begin. A last line need not end with a newline. 0 or -errno. */
int log_reader_find_tail (LogReader *log, uint64_t n_lines, uint64_t *offset);

/* The same, but at most the last `n_bytes` bytes; -1 for either: all. */
int log_reader_find_end (LogReader *log, int64_t n_lines, int64_t n_bytes, uint64_t *offset);
