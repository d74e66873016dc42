/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/jobs/folders/folders.h"

/* The jobs that are stored, but have no folder yet. The writer makes a few folders before it
 * answers, so that a client can use the folder of its new job at once. Making a folder takes
 * several times as long as storing a row, so nobody waits for the folders of many jobs that are
 * created at the same time: the writer makes them when it has nothing to store, and the launch of a
 * job makes the folder of that job. Not for use by several threads. */

typedef struct
{
  Folders *folders;
  GQueue ids;          /* char *, oldest first */
  GHashTable *waiting; /* those of `ids` that were not forgotten; the strings are borrowed */
} NewFolders;

void new_folders_init (NewFolders *self, Folders *folders);
void new_folders_deinit (NewFolders *self);

/* Before the job can be launched. */
void new_folders_add (NewFolders *self, const char *job_id);

/* The job is deleted, or is being launched: its folder is not made here any more. */
void new_folders_forget (NewFolders *self, const char *job_id);

bool new_folders_is_empty (const NewFolders *self);

/* Makes the oldest folder, unless it was forgotten. Not when the list is empty. */
void new_folders_make_next (NewFolders *self);

/* Makes all folders, if they are few. */
void new_folders_make_few (NewFolders *self);
