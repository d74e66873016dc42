/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/command.h"

/* All commands in the order of the help; NULL ends it. */
extern const Command *const commands[];

/* The options that every command takes. */
extern const CommandOption global_options[];

/* (nullable) */
const Command *commands_find (const char *name);

/* (nullable) (transfer none) an option of the command (nullable) or of all commands: by its long
 * name, or, when `name` is NULL, by its letter. */
const CommandOption *commands_find_option (const Command *command, const char *name, char letter);

/* (nullable) (transfer none) the name most like `name`, for "did you mean". */
const char *commands_guess (const char *name);
