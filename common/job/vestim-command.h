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
  bool restart;     /* queued again after a stop of the daemon interrupted it */
} VestimCommand;

/* `(transfer full)` NULL if something is wrong. Each fault is then added to `errors`
 * (VestimFieldError), with a field under `prefix` ("selections"). Unknown members are faults. */
VestimCommand *vestim_command_read (const VestimJsonNode *selections, const char *prefix,
                                    GPtrArray *errors);
void vestim_command_free (VestimCommand *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimCommand, vestim_command_free)
