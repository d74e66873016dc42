/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/command.h"

/* All commands in the order of the help; NULL ends it. */
extern const Command *const commands[];

/* The options that every command takes. */
extern const CommandOption global_options[];

/* (nullable) */
const Command *commands_find (const char *name);

/* (nullable) (transfer none) the name most like `name`, for "did you mean". */
const char *commands_guess (const char *name);
