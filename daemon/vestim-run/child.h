/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* Where the job's own process is made. */
typedef struct
{
  char *const *argv;
  char *const *env;
  const char *cwd; /* (nullable) NULL: the job folder; a relative one is taken from there */
  int folder;
  int log_fd;      /* becomes standard output and error */
  int progress_fd; /* becomes ATTEMPT_PROGRESS_FD */
} ChildSpec;

/* Starts it in a session of its own, and returns 0 when it runs its program, -errno when there is
 * no process; otherwise it is gone again and `sentence` says why and what to do. */
int child_start (const ChildSpec *spec, pid_t *pid, char *sentence, size_t size);
