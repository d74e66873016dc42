/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The command line of vestim-run. */
typedef enum
{
  ACTION_RUN,    /* start the job and follow it to its end */
  ACTION_END,    /* end the processes that a killed shim left */
  ACTION_DRAIN,  /* read what is left of a job writes: see leftovers.h */
  ACTION_INFORM, /* --help or --version was printed */
} Action;

typedef struct
{
  Action action;
  const char *folder; /* the job folder; absolute after the options were read */
  const char *job_id;
  int attempt;            /* from 1 */
  double timeout_s;       /* 0: none */
  const char *cwd;        /* (nullable) NULL: the job folder */
  const char *stdin_path; /* (nullable) NULL: an empty standard input; see input-file.h */
  bool has_terminal;      /* its output is a pseudo terminal */
  bool has_timestamps;    /* each line of the log begins with its time */
  bool keeps_leftovers;   /* processes that outlive the program go on */
  int stop_signal;        /* the first signal of a stop */
  double stop_grace_s;    /* from there to SIGKILL */
  int open_files;         /* soft limit of the job; 0: our own */
  const char *cgroup;     /* (nullable) where the group of the attempt is made; NULL: no group */
  int64_t memory_max;     /* hard limits of the group; 0: none */
  int cpu_max;
  int64_t address_space;  /* limit of each process, in bytes; 0: none */
  const char *oom_group;  /* (nullable) the group whose memory.events count kills of the job */
  int input_fd;           /* -1: arguments from the command line, environment from our own */
  const char *input_path; /* (nullable) the file to read instead of `input_fd` */
  const char *claim_id;   /* (nullable) NULL: run.lock decides who runs the attempt; see claim.h */
  double heartbeat_s;     /* of a claimed attempt, as the next */
  double fence_s;
  bool passes_exit; /* exits with the code of the program */
  int ready_fd;     /* -1: nobody waits for the start */
  char **argv;      /* program and arguments after "--", NULL-terminated */
} Options;

/* 0, or the exit code of a usage error, after a message on stderr. */
int options_parse (Options *options, int argc, char **argv);

/* From the first signal of a stop to SIGKILL; 0 when that is the first one. */
int64_t options_grace_ms (const Options *options);
