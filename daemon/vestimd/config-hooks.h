/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/config.h"

/* The group [hooks] of vestimd.conf. A hook is a program that the daemon runs, so it can be named
 * there only: nobody but the user can write that file. */

#define CONFIG_HOOKS_GROUP "hooks"

/* NULL when `value` was taken, else `(transfer full)` a sentence that says what to do. */
char *config_hooks_apply (DaemonConfig *config, const char *key, const char *value);
