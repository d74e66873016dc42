/* SPDX-License-Identifier: MIT */
#pragma once

/* The command line of vestim-run. */
typedef enum
{
  ACTION_RUN,    /* start the job and follow it to its end */
  ACTION_END,    /* end the processes that a killed shim left */
  ACTION_INFORM, /* --help or --version was printed */
} Action;

typedef struct
{
  Action action;
  const char *folder; /* the job folder; absolute after the options were read */
  const char *job_id;
  int attempt;      /* from 1 */
  double timeout_s; /* 0: none */
  const char *cwd;  /* (nullable) NULL: the job folder */
  int open_files;   /* soft limit of the job; 0: our own */
  int input_fd;     /* -1: arguments from the command line, environment from our own */
  int ready_fd;     /* -1: nobody waits for the start */
  char **argv;      /* program and arguments after "--", NULL-terminated */
} Options;

/* 0, or the exit code of a usage error, after a message on stderr. */
int options_parse (Options *options, int argc, char **argv);
