/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* Living shims and their command lines. The lock of run.lock shows who lives; this is for a shim
 * that has not locked it yet, and for a folder whose lock the job itself moved, removed or made
 * unreadable. All of it blocks. */

#define SHIM_PROGRAM "vestim-run"

/* What the command line of a shim says first. An interpreter may run a script in its place, which
 * becomes the shim later. */
typedef struct
{
  const char *folder;
  const char *job_id;
  int attempt;
} ShimName;

/* Appends "--folder", … to a NULL-free array of strings that owns them. */
void shim_name_append (const ShimName *name, GPtrArray *argv);

/* Whether that process of our user is the shim of this attempt. */
bool shim_is (pid_t pid, const ShimName *name);

/* The PID of such a process, 0 when there is none. */
pid_t shim_find (const ShimName *name);

/* Whether a process of our user lives that has the job's marks in its environment: of any attempt,
 * but not this process nor one that it descends from, since a job may have started a daemon. */
bool shim_find_job (const ShimName *name);
