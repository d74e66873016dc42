/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whether a process is a vestimd of our user: by its executable, else by its short name. */
bool process_is_vestimd (pid_t pid);

/* Its short name with unprintable characters replaced; "?" when there is none. */
void process_name (pid_t pid, char *name, size_t size);
