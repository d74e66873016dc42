/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "common/json/vestim-json.h"

/* The selections of a job of kind "command". */
typedef struct
{
  char **argv;      /* NULL-terminated, at least one */
  char *cwd;        /* (nullable) absolute; NULL: the job folder */
  char **env_set;   /* "NAME=value", NULL-terminated (may be empty) */
  char **env_unset; /* names to remove, NULL-terminated (may be empty) */
  double timeout_s; /* 0: none */
  int stop_signal;  /* the number of the first signal of a stop; 0: not given */
  bool has_stop_grace;
  double stop_grace_s; /* from there to SIGKILL */
  bool keep_leftovers; /* processes that outlive the program go on */
  bool pty;            /* its output is a pseudo terminal */
  char *stdin_path;    /* (nullable) absolute, or relative to the job folder; NULL: empty */
  bool log_timestamps; /* each line of the log begins with its time */
  bool restart;        /* queued again after a stop of the daemon interrupted it */
} VestimCommand;

/* `(transfer full)` NULL if something is wrong. Each fault is then added to `errors`
 * (VestimFieldError), with a field under `prefix` ("selections"). Unknown members are faults. */
VestimCommand *vestim_command_read (const VestimJsonNode *selections, const char *prefix,
                                    GPtrArray *errors);
void vestim_command_free (VestimCommand *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimCommand, vestim_command_free)
