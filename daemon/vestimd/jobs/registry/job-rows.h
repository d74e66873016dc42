/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "daemon/vestimd/jobs/registry/registry-jobs.h"

/* Reads the rows of jobs. Functions return SQLite's codes; SQLITE_CORRUPT for a row that cannot be
 * a job. */

/* Appends a StoredBrief for each job, in order of sequence. Reads indexes only. `groups` gets the
 * names of the groups. */
int job_rows_load_briefs (sqlite3 *db, GArray *briefs, GStringChunk *groups);

/* Appends the jobs (transfer full) with these sequences; NULL for one that does not exist, or whose
 * row cannot be a job. */
int job_rows_read (sqlite3 *db, const int64_t *sequences, size_t n, GPtrArray *jobs);

/* The same at the start, from the registry at `path`, which `db` has open. SQLITE_CORRUPT if one of
 * the jobs cannot be read. */
int job_rows_load (sqlite3 *db, const char *path, const GArray *sequences, GPtrArray *jobs);

/* Appends the sequence of each job that matches, highest first. Reads the index `jobs_brief` only:
 * of `job`, only the members that are columns of that index are set. */
int job_rows_search (sqlite3 *db, RegistryMatchFn matches, const void *filter, GArray *sequences);
