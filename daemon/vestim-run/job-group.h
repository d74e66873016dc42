/* SPDX-License-Identifier: MIT */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The control group (version 2) of an attempt. The program of the job and all that descends from it
 * are in it; the shim is outside, so that a lack of memory or a pause never meets the shim.
 *
 * The PID of the shim is part of the name: so no other attempt, not even that of a copied data
 * directory, has a group of this name while the shim or its successor looks for it. */

typedef struct
{
  const char *parent; /* (nullable) the group below which it is made; NULL: no group */
  const char *job_id;
  int attempt;
  int64_t memory_max; /* bytes; 0: no limit */
  int cpus;           /* 0: no limit */
} JobGroupSpec;

typedef struct
{
  char path[PATH_MAX]; /* "": there is none */
} JobGroup;

/* The sentence when the limits cannot be had, with the text of an errno. */
#define JOB_GROUP_FAULT \
  "cannot limit memory and CPUs with a control group: %s; run \"vestimd --doctor\", which says " \
  "how to get limits, or give the job other \"resources\"."

/* Makes the group with its limits. -errno when it cannot be made or when a limit cannot be set;
 * `group` is none then. A limit without a parent is -ENOTSUP. */
int job_group_open (JobGroup *group, const JobGroupSpec *spec);

/* `(transfer full)` the name of the group that the shim `shim` makes. */
char *job_group_dup_name (const char *job_id, int attempt, pid_t shim);

/* Finds a group by its name, for the successor of a killed shim. None when it is gone. `parent` and
 * `name` are (nullable). */
void job_group_find (JobGroup *group, const char *parent, const char *name);

bool job_group_exists (const JobGroup *group);

/* Its open folder; -1 when there is no group. */
int job_group_open_folder (const JobGroup *group);

/* Removes the group if nothing is in it after the start: then the program could not enter it, and
 * what is done to the group would not reach the program. */
void job_group_drop_if_empty (JobGroup *group);

/* A frozen process takes no SIGTERM. */
void job_group_thaw (const JobGroup *group);

/* Ends what is left in it, and removes it. */
void job_group_end (JobGroup *group);

/* Removes it if no process is left in it. */
void job_group_close (JobGroup *group);
