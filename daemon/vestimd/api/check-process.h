/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* One child process, run to its end by the calling thread: blocking. */
typedef struct
{
  char **argv;   /* argv[0] is the program's path */
  int channel;   /* our end of a socket pair */
  int child_end; /* the other, its standard input and output; closed by check_process_run() */
  const char *input;
  size_t input_length;
  unsigned limit_ms;
  const int *cancelled; /* set, with a shutdown() of `channel`, by another thread: ends it early */
} CheckProcess;

/* True when it ended with status 0 in time and printed at most 4 MiB, which are then in `output`.
 */
bool check_process_run (const CheckProcess *process, GString *output);
