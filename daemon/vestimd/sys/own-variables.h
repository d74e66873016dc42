/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <string.h>

/* Whether a variable ("NAME=value") is meant for the daemon, not for the programs it starts. */
static inline bool
own_variables_has (const char *variable)
{
  return strncmp (variable, "NOTIFY_SOCKET=", 14) == 0 || strncmp (variable, "LISTEN_", 7) == 0
         || strncmp (variable, "VESTIM_", 7) == 0;
}
