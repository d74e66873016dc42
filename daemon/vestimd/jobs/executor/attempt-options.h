/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* How an attempt runs: parts of AttemptSpec (executor.h). */

/* Hard limits; 0: none. */
typedef struct
{
  int64_t memory_max;    /* bytes, of all processes together */
  int cpus;              /* as many as the attempt may use on average */
  int64_t address_space; /* bytes, of each process */
} AttemptLimits;

/* How the attempt is stopped, and what its program reads and writes. */
typedef struct
{
  int stop_signal; /* the first signal of a stop; 0: SIGTERM */
  bool has_stop_grace;
  double stop_grace_s;    /* from there to SIGKILL; without `has_stop_grace` ATTEMPT_GRACE_S */
  bool keeps_leftovers;   /* processes that outlive the program go on */
  bool has_terminal;      /* the output of the program is a pseudo terminal */
  bool has_timestamps;    /* each line of the log begins with its time */
  const char *stdin_path; /* (nullable) absolute, or relative to the folder; NULL: empty */
} AttemptOptions;
