/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* log.txt: the first 32 MiB as they came, then a ring of 32 MiB behind them. How many bytes were
 * written in all, and so where the ring starts, is kept in run.lock, where it outlives a killed
 * shim. The job is never held up: what the disk does not take is dropped, and the place is marked.
 */

#define JOB_LOG_HEAD ((uint64_t) 32 << 20)
#define JOB_LOG_RING ((uint64_t) 32 << 20)

typedef struct
{
  int fd;
  int record_fd; /* borrowed */
  uint64_t total;
  uint64_t dropped; /* since the last byte that was stored */
} JobLog;

/* Makes an empty log.txt. 0 or -errno. */
int job_log_open (JobLog *log, int folder, int record_fd);
void job_log_append (JobLog *log, const char *data, size_t size);
void job_log_close (JobLog *log);

/* What run.lock has to say of it: the bytes in all once it is over its cap, else 0. */
uint64_t job_log_recorded (const JobLog *log);

/* Keeps the last attempt's log.txt, of `total` bytes in all, as log.1.txt, in the right order. What
 * a job put in the place of the two makes way. May be repeated after a crash. 0 or -errno. */
int job_log_rotate (int folder, uint64_t total);
