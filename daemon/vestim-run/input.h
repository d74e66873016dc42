/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* Arguments and environment of the job. They come in a file: the variables of a job (LD_PRELOAD,
 * MALLOC_…) must not act on the shim, and too many of them must fail in the job's own exec, where
 * the shim can record it. The block is "<arguments> <variables>" (two numbers), then
 * the strings; a NUL ends each of these. local_make_input() of the daemon writes it. */

#define JOB_INPUT_MARKS 3
#define JOB_INPUT_ADDED (JOB_INPUT_MARKS + 1) /* with TERM */

typedef struct
{
  char **argv; /* NULL-terminated */
  char **env;
  char *block;                  /* (nullable) the memory of the strings */
  char *marks[JOB_INPUT_MARKS]; /* the variables that we add */
} JobInput;

#define JOB_INPUT_MAX (64 << 20) /* bytes of a block: more than any kernel takes */

/* Reads the block and closes `fd`, which must be a regular file; -EBADMSG for a damaged one. -1:
 * takes `argv` and the environment of this process. Then it sets VESTIM_JOB_ID, VESTIM_JOB_DIR and
 * VESTIM_PROGRESS_FD. 0 or -errno. */
int job_input_read (JobInput *input, int fd, char **argv, const char *job_id, const char *folder);

/* The same for a block in memory of malloc(), which `input` then owns. Without the three variables.
 * 0 or -EBADMSG. */
int job_input_parse (JobInput *input, char *block, size_t size);

/* Names the terminal of the job, unless its environment names one already. */
void job_input_set_terminal (JobInput *input);
void job_input_clear (JobInput *input);
