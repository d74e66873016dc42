/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A job's log as users see it. On the disk log.txt is at most 64 MiB: its first 32 MiB, then a ring
 * of 32 MiB whose start follows from the number of bytes written in all, which the shim keeps in
 * run.lock. What is read here is the first part, a line that marks the gap, and the last part in
 * the right order. All of it blocks, and belongs to worker threads. */

#define LOG_FILE_HEAD ((uint64_t) 32 << 20)
#define LOG_FILE_RING ((uint64_t) 32 << 20)

typedef struct LogFile LogFile;

/* The log of the job in `folder` as it is now; a missing one is empty. 0 or -errno. */
int log_file_open (LogFile **out, const char *folder);
void log_file_close (LogFile *log);

uint64_t log_file_size (const LogFile *log);

/* Where the middle is missing: the line that marks it, and how many bytes it stands for. */
typedef struct
{
  uint64_t offset; /* of the line */
  uint64_t length; /* of the line */
  uint64_t left_out;
} LogGap;

/* false: the log is whole. */
bool log_file_get_gap (const LogFile *log, LogGap *gap);

/* The number of bytes from `offset`, 0 at the end, or -errno. Returns less than `length` at the end
 * only. */
int64_t log_file_read (LogFile *log, uint64_t offset, char *buffer, size_t length);

/* Where the last `n_lines` lines begin. A last line need not end with a newline. 0 or -errno. */
int log_file_find_tail (LogFile *log, uint64_t n_lines, uint64_t *offset);
