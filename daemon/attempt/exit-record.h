/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* exit.json: how an attempt ended. Its room on the disk is reserved before the job starts, so that
 * it can be written even after the job filled the disk.
 *
 * On a network file system it may be visible before the end of log and progress is. A reader has
 * all of them when log.txt has `log_bytes` bytes (or is full, see log-ring.h) and progress.jsonl
 * has `progress_bytes`. */

typedef struct
{
  int attempt;
  int exit_code; /* -1: a signal ended the program, or it is unknown */
  char *signal;  /* (nullable, owned) "SIGSEGV", "SIGRTMIN+3" */
  char *error;   /* (nullable, owned) why the program could not be started: a sentence */
  bool stopped;  /* SIGTERM came before the program's own end */
  bool timed_out;
  bool out_of_memory; /* the kernel killed a process of the job for memory, and the job failed */
  bool leftovers;     /* processes of the job go on, as it asked for */
  bool lost;          /* the shim was killed: the end is unknown */
  bool fenced;        /* a claimed attempt: ended, or not started, so that it does not run twice */
  int64_t started_at; /* ms since the epoch; 0: never */
  int64_t finished_at;
  double wall_s; /* NAN: unknown, as the next */
  double cpu_s;
  int64_t max_rss_kb;      /* -1: unknown */
  uint64_t log_bytes;      /* written to the log in all */
  uint64_t progress_bytes; /* of the progress file */
} ExitRecord;

/* `folder` is an open job folder, or an open claim (claim.h). */

/* Nothing is known of the end yet. */
void exit_record_init (ExitRecord *record, int attempt);
void exit_record_clear (ExitRecord *record);

/* Takes exit code or signal from the status of waitpid(). */
void exit_record_set_status (ExitRecord *record, int wait_status);

/* Makes the file under its temporary name, with its room. A descriptor or -errno. */
int exit_record_prepare (int folder);

/* Writes and flushes the file, gives it its name and closes `fd`. 0 or -errno. */
int exit_record_commit (int folder, int fd, const ExitRecord *record);

/* Fills `record`, which the caller clears; false, with attempt 0, when there is no record. */
bool exit_record_read (int folder, ExitRecord *record);
