/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The paths of the data directory and of its files; `home` is absolute. The struct owns all
 * strings. */
typedef struct
{
  char *home;
  char *pid_file;    /* server.pid */
  char *server_json; /* server.json */
  char *token;       /* token */
  char *registry;    /* registry.db */
  char *jobs;        /* jobs/ */
  char *trash;       /* trash/ */
  char *orphans;     /* orphans/ */
  char *config;      /* vestimd.conf */
  char *log;         /* vestimd.log */
} VestimPaths;

/* `(nullable)` the value of VESTIM_HOME; NULL when it is not set, which means ~/.vestim. */
const char *vestim_paths_named_home (void);

/* `(nullable)` the user's home directory: HOME, else that of the user database. NULL when neither
 * has an absolute path. Until the next call. */
const char *vestim_paths_user_home (void);

/* `(transfer full)`. `home` NULL: VESTIM_HOME, else ~/.vestim, else /.vestim for a user without a
 * home directory. Relative paths start at the current
 * folder. Does not touch the disk. */
VestimPaths *vestim_paths_new (const char *home);
void vestim_paths_free (VestimPaths *paths);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimPaths, vestim_paths_free)

/* `(transfer full)` the folder of a job. */
char *vestim_paths_job_folder (const VestimPaths *paths, const char *job_id);
