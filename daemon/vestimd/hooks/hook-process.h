/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* One run of a hook, which blocks: for a thread of its own. */

#define HOOK_MAX_OUTPUT 4096 /* bytes that are kept */

typedef struct
{
  const char *program; /* absolute path */
  char **environment;  /* NULL-terminated */
  const char *folder;  /* where it runs */
  const char *input;   /* its standard input */
  size_t input_length;
  unsigned limit_ms;        /* then its process group gets SIGTERM */
  unsigned grace_ms;        /* from that SIGTERM to SIGKILL */
  int cancel_fd;            /* when it becomes readable, SIGTERM comes at once */
  unsigned cancel_grace_ms; /* from that SIGTERM to SIGKILL */
} HookProcess;

typedef struct
{
  int error;    /* errno: it could not be started; else 0 */
  int status;   /* as of waitpid() */
  bool is_late; /* it, or a process that it left with its output, reached the limit */
  bool is_cancelled;
  GString *output;  /* the first bytes of its standard output and error */
  size_t n_dropped; /* bytes of output beyond these */
} HookResult;

/* Returns when the process has ended and nobody writes to its output any more. `output` of `result`
 * is set by the caller. */
void hook_process_run (const HookProcess *process, HookResult *result);
