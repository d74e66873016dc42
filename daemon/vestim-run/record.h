/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/posix/process.h"

/* run.lock: who holds its POSIX record lock is the job's living shim. Its text is one JSON object
 * of fixed width, so that it is rewritten in place with one write: it says which attempt was
 * started, and by which marks its processes are known should the shim be killed.
 *
 * Such a lock is lost when the process closes any descriptor of the file: it is opened once. */

typedef struct
{
  int attempt;                       /* 0: none was started here */
  pid_t pid;                         /* the shim */
  unsigned long long start;          /* in clock ticks since boot, as in /proc/PID/stat */
  char boot_id[PROCESS_BOOT_ID + 1]; /* PIDs and start times mean something in this boot only */
  int64_t started_at;                /* ms since the epoch; 0: the job does not run yet */
  pid_t job_pid;                     /* and the job's session; 0 before the start */
  unsigned long long job_start;
  uint64_t log_pipe; /* inode numbers of the job's pipes */
  uint64_t progress_pipe;
  uint64_t log_bytes; /* written to the log in all, once it is over its cap */
} RunRecord;

/* Opens run.lock, locks it and reads it. A descriptor, -EAGAIN when another process has the lock,
 * or -errno. A text that is none of ours reads as "no attempt". */
int run_record_open (int folder, RunRecord *record);

/* Locks it again. 0, -EAGAIN or -errno. */
int run_record_lock (int fd);

/* 0 or -errno. */
int run_record_write (int fd, const RunRecord *record);

/* Rewrites `log_bytes` alone. */
void run_record_write_log_bytes (int fd, uint64_t log_bytes);

/* Fills in attempt, PID, start time and boot of the calling process, the rest 0. */
void run_record_init (RunRecord *record, int attempt);
