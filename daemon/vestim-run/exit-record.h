/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* exit.json: how an attempt ended. Its room on the disk is taken before the job starts, so that a
 * disk that the job filled up cannot lose it. */

typedef struct
{
  int attempt;
  bool has_status;
  int wait_status;   /* as of waitpid(), with `has_status` */
  const char *error; /* (nullable) why it could not be started: a sentence */
  bool stopped;
  bool timed_out;
  bool lost;
  int64_t started_at; /* ms since the epoch; 0: never */
  int64_t finished_at;
  double wall_s; /* NAN: unknown, as the next */
  double cpu_s;
  long max_rss_kb; /* -1: unknown */
  uint64_t log_bytes;
} ExitRecord;

/* Makes the file under its temporary name, with its room. A descriptor or -errno. */
int exit_record_prepare (int folder);

/* Writes and flushes it, gives it its name and closes `fd`. 0 or -errno. */
int exit_record_commit (int folder, int fd, const ExitRecord *record);

/* The attempt that exit.json tells of, 0 when there is none. */
int exit_record_attempt (int folder);

/* "SIGSEGV", "SIGRTMIN+3". */
void exit_record_signal_name (int signal, char *name, size_t size);
