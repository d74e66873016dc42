/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* One child process that the calling thread runs to its end. Blocks. */
typedef struct
{
  char **argv;   /* argv[0] is the program's path */
  int channel;   /* our end of a socket pair */
  int child_end; /* the child's standard input and output; check_process_run() closes it */
  const char *input;
  size_t input_length;
  unsigned limit_ms;
  const int
      *cancelled; /* another thread sets it and calls shutdown() on `channel`: ends it early */
} CheckProcess;

typedef enum
{
  CHECK_DONE,      /* exit status 0: `output` is what it printed */
  CHECK_LATE,      /* it took too long */
  CHECK_BUSY,      /* too many wait, or the system had no process or memory for it */
  CHECK_FAILED,    /* it crashed, printed too much, or there is no program */
  CHECK_CANCELLED, /* the daemon stops */
} CheckStatus;

/* DONE, LATE, BUSY or FAILED. `output` is at most 4 MiB. */
CheckStatus check_process_run (const CheckProcess *process, GString *output);
