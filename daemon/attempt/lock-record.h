/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/posix/process.h"

/* run.lock: the process that holds its POSIX record lock is the job's living shim. Its text is one
 * JSON object of fixed width, so that one write replaces it: it says which attempt was started, and
 * what identifies the processes of the job if the shim is killed.
 *
 * A copy of a data directory, or a restored backup, has the text as well, but its processes belong
 * to the original. So the text contains device and inode of its file, which a move does not change.
 *
 * A process loses such a lock when it closes any descriptor of the file: the shim opens it once. */

typedef struct
{
  int attempt;                       /* 0: none was started here */
  pid_t pid;                         /* the shim */
  uint64_t start;                    /* in clock ticks since boot, as in /proc/PID/stat */
  char boot_id[PROCESS_BOOT_ID + 1]; /* PIDs and start times belong to this boot */
  int64_t started_at;                /* ms since the epoch; 0: the program does not run yet */
  pid_t job_pid;                     /* and the job's session; 0 before the start */
  uint64_t job_start;
  uint64_t log_pipe; /* inode numbers of the job's pipes */
  uint64_t progress_pipe;
  uint64_t device; /* of run.lock itself, with its inode; 0: an older vestim-run wrote it */
  uint64_t inode;
  uint64_t pid_namespace; /* the PIDs belong to it, as seen from inside; 0: as `device` */
  uint64_t log_bytes;     /* written to the log in all, once it is over its cap; else 0 */
  bool is_copy; /* not in the text: it was written to another file, of which this is a copy */
} LockRecord;

/* `folder` is an open job folder. A text that vestim-run did not write reads as "no attempt": all
 * zeros. */

/* ---- The shim ---- */

/* Opens run.lock, locks it and reads it. A descriptor, -EBUSY when another process has the lock,
 * or -errno. */
int lock_record_open (int folder, LockRecord *record);

/* Locks it again. 0, -EBUSY or -errno. */
int lock_record_lock (int fd);

/* Fills in attempt, PID, start time and boot of the calling process, the rest with zeros. */
void lock_record_init (LockRecord *record, int attempt);

/* Fills in what identifies the file. 0 or -errno. */
int lock_record_write (int fd, const LockRecord *record);

/* Rewrites `log_bytes` alone. */
void lock_record_write_log_bytes (int fd, uint64_t log_bytes);

/* ---- Everybody ---- */

/* False, with zeros, when there is none. */
bool lock_record_read (int folder, LockRecord *record);

/* The PID of the process that holds the lock; 0 when none does, -1 when the kernel does not name it
 * (a process of another PID namespace). */
pid_t lock_record_find_holder (int folder);
