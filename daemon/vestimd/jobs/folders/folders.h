/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <uv.h>

#include "common/job/vestim-job.h"

/* The job folders, jobs/<id>, and the trash that deletions rename them into. Nothing here follows a
 * symbolic link. Until folders_repair() has finished, a census knows which folders belong to a job.
 */

typedef struct
{
  char *jobs_dir;
  char *trash_dir;
  int jobs_fd;
  int trash_fd;
  uv_mutex_t lock;   /* guards the census, which the registry and the repair share */
  GArray *known;     /* CensusEntry, in order of sequence: the jobs of the start */
  GHashTable *fresh; /* IDs of jobs inserted since then */
  GHashTable *gone;  /* IDs of jobs deleted since then */
  bool repaired;     /* the census is over */
} Folders;

/* Makes the two folders if they are missing. 0, or -errno with `*failed` (borrowed) set to the path
 * that failed: -ELOOP or -ENOTDIR if it is not a folder, or is a link to one. */
int folders_open (Folders *folders, const char *jobs_dir, const char *trash_dir,
                  const char **failed);
void folders_close (Folders *folders);

/* Whether there is a folder in `jobs_dir`, which itself may be missing. */
bool folders_has_any (const char *jobs_dir);

/* Before anything else: adds a job of the registry to the census, in order of sequence. `stamp`:
 * see vestim_job_id_stamp(). */
void folders_add_known (Folders *folders, int64_t sequence, uint64_t stamp);

/* From now on, jobs/ may contain the folder of this new job. */
void folders_expect (Folders *folders, const char *job_id);

/* Makes the folder of an expected job if it is missing. A failure is logged; the launch of the job
 * tries again. */
void folders_make (Folders *folders, const char *job_id);

/* Renames the folder of a deleted job into the trash. False, and logged, if it stays where it is.
 */
bool folders_discard (Folders *folders, const char *job_id);

/* See registry_repair_folders(). `removed`: IDs of deletions that an earlier run did not finish;
 * calls `discarded` for each one that is finished now. 0 or -errno. */
int folders_repair (Folders *folders, const char *orphans_dir, const GPtrArray *removed,
                    void (*discarded) (void *user, const char *job_id), void *user);
