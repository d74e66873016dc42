/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the job's own process gets. */
typedef struct
{
  char *const *argv;
  char *const *env;
  const char *cwd; /* (nullable) NULL: the job folder; a relative one is taken from there */
  int folder;
  int64_t address_space; /* limit of each process, in bytes; 0: ours */
  int group;             /* the open folder of the control group that it is in; -1: ours */
  bool must_enter;       /* or it is not started */
  int stdin_fd;          /* -1: an empty standard input */
  int log_fd;            /* becomes standard output and error */
  bool has_terminal;     /* `log_fd` is a terminal: it becomes the one of the session */
  int progress_fd;       /* becomes ATTEMPT_PROGRESS_FD */
  int open_files; /* its soft limit of open files, 0: ours. The daemon may have raised its own,
                     and programs that use select() break with a high one */
} ChildSpec;

/* Starts it in a session of its own. 0 when there was a process: it runs its program, or it has
 * ended and `sentence`, else empty, says why and what to do. -errno when there was none, or a
 * momentary lack kept it from its program. */
int child_start (const ChildSpec *spec, pid_t *pid, char *sentence, size_t size);
