/* SPDX-License-Identifier: MIT */
#pragma once

/* Arguments and environment of the job. They come on a descriptor: what a job's environment says
 * (LD_PRELOAD, MALLOC_…) must not act on the shim, and too much of it must fail in the job's own
 * exec, where it can be recorded. The block is "<arguments> <variables>" and then the strings, each
 * of them ended by a NUL. */

#define JOB_INPUT_MARKS 3

typedef struct
{
  char **argv; /* NULL-terminated */
  char **env;
  char *block;                  /* (nullable) what the strings lie in */
  char *marks[JOB_INPUT_MARKS]; /* the variables that we add */
} JobInput;

/* Reads the block and closes `fd`; -1: takes `argv` and the calling process's environment. Then
 * VESTIM_JOB_ID, VESTIM_JOB_DIR and VESTIM_PROGRESS_FD are set. 0 or -errno. */
int job_input_read (JobInput *input, int fd, char **argv, const char *job_id, const char *folder);
void job_input_clear (JobInput *input);
