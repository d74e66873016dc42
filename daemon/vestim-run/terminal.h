/* SPDX-License-Identifier: MIT */
#pragma once

/* A pseudo terminal of 80 x 24 characters for the output of a job. What the job writes arrives as
 * it is, with plain newlines; nothing is echoed, and nobody types. */

typedef struct
{
  int reader; /* our end; never blocks */
  int writer; /* the job's end. While we keep it open, the reader has no end */
} Terminal;

/* 0 or -errno. */
int terminal_open (Terminal *terminal);
