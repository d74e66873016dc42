/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/command.h"

/* (transfer full) the text of `vestim --help`, of at most 80 columns. */
char *help_dup_overview (void);

/* (transfer full) the text of `vestim help COMMAND`. */
char *help_dup_command (const Command *command);
