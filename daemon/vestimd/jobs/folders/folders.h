/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <uv.h>

#include "common/job/vestim-job.h"

/* The folders of the jobs, jobs/<id>, and the trash they are renamed into. Nothing here follows a
 * symbolic link. Until folders_repair() is done, a census tells which folders belong to a job. */

typedef struct
{
  char *jobs_dir;
  char *trash_dir;
  int jobs_fd;
  int trash_fd;
  uv_mutex_t lock;   /* guards the census, which the writer and the repair share */
  GArray *known;     /* CensusEntry, in order of sequence: the jobs of the start */
  GHashTable *fresh; /* IDs of jobs inserted since then */
  GHashTable *gone;  /* IDs of jobs deleted since then */
  bool repaired;     /* the census is over */
} Folders;

/* Makes the two folders if they are missing. 0 or -errno, and `*failed` (borrowed) is the path it
 * is about: -ELOOP or -ENOTDIR for what is no folder, or only a link to one. */
int folders_open (Folders *folders, const char *jobs_dir, const char *trash_dir,
                  const char **failed);
void folders_close (Folders *folders);

/* Whether there is a folder in `jobs_dir`, which itself may be missing. */
bool folders_has_any (const char *jobs_dir);

/* Before anything else: a job that the registry has. */
void folders_add_known (Folders *folders, const VestimJob *job);

/* A user may remove or replace the two folders: opens what is in their places now, made anew where
 * that is missing. For the writer, before it uses them. */
void folders_refresh (Folders *folders);

/* Makes the folder of a new job; one that exists is no fault, and `*made` stays false. 0
 * or -errno, logged. */
int folders_make (Folders *folders, const char *job_id, bool *made);

/* Takes back folders_make(). */
void folders_unmake (Folders *folders, const char *job_id);

/* Renames the folder of a deleted job into the trash. False, and logged, when it is still there. */
bool folders_discard (Folders *folders, const char *job_id);

/* See registry_repair_folders(). `removed`: IDs of deletions that an earlier run left under way;
 * those that are finished are given to `discarded`. 0 or -errno. */
int folders_repair (Folders *folders, const char *orphans_dir, const GPtrArray *removed,
                    void (*discarded) (void *user, const char *job_id), void *user);
