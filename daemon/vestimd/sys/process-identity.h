/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Whether a process is a vestimd of our user: by its executable, else by its short name. */
bool process_is_vestimd (pid_t pid);

/* Whether the file of its program was removed or replaced, as by an upgrade. */
bool process_is_replaced (pid_t pid);
