/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/command.h"

/* Each is in the file of its name or subject. */
extern const Command command_add, command_clean, command_complete, command_delete, command_edit,
    command_files, command_get, command_help, command_hold, command_limit, command_list,
    command_log, command_move, command_open, command_pause, command_release, command_result,
    command_resume, command_retry, command_show, command_status, command_stop, command_train,
    command_wait, command_watch;
