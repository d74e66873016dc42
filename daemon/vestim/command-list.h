/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/command.h"

/* Each is in the file of its name or subject. */
extern const Command command_help, command_retry, command_status, command_stop;
