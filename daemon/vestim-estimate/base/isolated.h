/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdio.h>

/* Runs code that may crash, hang or take all memory in a process of its own: libraries that read
 * files of unknown origin. */

/* Writes its result to `out`. Runs in the child: it has a copy of everything, and nothing it
 * changes comes back. */
typedef void (*IsolatedWork) (FILE *out, void *user);

typedef enum
{
  ISOLATED_DONE,
  ISOLATED_CRASHED,
  ISOLATED_LIMITED, /* it needed more memory or more than some minutes */
  ISOLATED_FAILED,  /* no process could be started */
} IsolatedEnd;

typedef struct
{
  const char *bytes; /* what the work wrote, if it is ISOLATED_DONE */
  size_t length;
} IsolatedResult;

/* The child may use so many bytes of memory beside those that it starts with. Free the result with
 * isolated_clear(). */
IsolatedEnd isolated_run (IsolatedWork work, void *user, size_t max_memory, IsolatedResult *result);
void isolated_clear (IsolatedResult *result);
