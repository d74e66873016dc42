/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What the shim keeps in run.lock, as the daemon reads it. */
typedef struct
{
  int attempt;        /* the last one that was started here; 0: none */
  int64_t started_at; /* ms since the epoch, 0: its process does not run yet */
  uint64_t log_bytes; /* written to the log in all, once it is over its cap */
} LockRecord;

/* Blocking. Of an open job folder; false, with zeros, when there is none. */
bool lock_record_read (int folder_fd, LockRecord *record);

/* The same for its text, which need not end with a NUL. */
bool lock_record_parse (const char *text, size_t length, LockRecord *record);
