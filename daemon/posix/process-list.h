/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "daemon/posix/process.h"

/* In ascending order of the PID. */
typedef struct
{
  Process *items;
  size_t n;
  size_t capacity;
} ProcessList;

/* Replaces the list by all processes, zombies included. 0 or -errno. */
int process_list_read (ProcessList *list);
void process_list_add (ProcessList *list, const Process *process);

/* Adds those of `all` whose `chosen[i]` is set and which are alive: a zombie is not. */
void process_list_add_living (ProcessList *list, const ProcessList *all, const bool *chosen);
void process_list_clear (ProcessList *list);

/* (nullable) the process of that PID, whatever its start time. */
const Process *process_list_find (const ProcessList *list, pid_t pid);

/* Whether exactly this process is in the list: PID and start time are equal. */
bool process_list_has (const ProcessList *list, const Process *process);

/* Sets `chosen[i]` of the process of that PID and of every one that it descends from. */
void process_list_choose_ancestors (const ProcessList *list, pid_t pid, bool *chosen);

/* Sets `chosen[i]` of every process that descends from a chosen one or from `root` (0: none). A
 * process with `spared[i]` (nullable) is not chosen, nor are its descendants. */
void process_list_choose_descendants (const ProcessList *list, pid_t root, const bool *spared,
                                      bool *chosen);
