/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-run/options.h"
#include "daemon/posix/process-list.h"
#include "daemon/vestim-run/record.h"

/* The processes of an attempt whose shim was killed: those that carry the job's marks in their
 * environment, are in its session, or hold one of its pipes, and all that descend from these. Never
 * one of another boot, one that is older than the shim, one that carries another job's marks, nor
 * the caller and what it descends from: a daemon may itself have been started by the job. */
typedef struct
{
  bool is_none; /* another boot: nothing of it is left */
  RunRecord record;
  char *id_mark;     /* "VESTIM_JOB_ID=…" */
  char *folder_mark; /* "VESTIM_JOB_DIR=…" */
  char log_pipe[32]; /* "pipe:[123]", as links in /proc/PID/fd read */
  char progress_pipe[32];
} LostProcesses;

void lost_processes_init (LostProcesses *lost, const RunRecord *record, const RunOptions *options);
void lost_processes_clear (LostProcesses *lost);

/* Replaces `found` by those that live now. */
void lost_processes_find (const LostProcesses *lost, ProcessList *found);
