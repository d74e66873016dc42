/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The data directory and what lies in it: `home` is absolute. All strings owned by the struct. */
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

/* `(nullable)` what VESTIM_HOME says, as it stands there; NULL: ~/.vestim is meant. */
const char *vestim_paths_named_home (void);

/* `(transfer full)`. `home` NULL: VESTIM_HOME, else ~/.vestim. Made absolute against the current
 * folder; nothing is created or looked at on the disk. */
VestimPaths *vestim_paths_new (const char *home);
void vestim_paths_free (VestimPaths *paths);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimPaths, vestim_paths_free)

/* `(transfer full)` the folder of a job. */
char *vestim_paths_job_folder (const VestimPaths *paths, const char *job_id);
