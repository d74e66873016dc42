/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

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

/* True if it ended in time with status 0. `output` is then what it printed, at most 4 MiB. */
bool check_process_run (const CheckProcess *process, GString *output);
