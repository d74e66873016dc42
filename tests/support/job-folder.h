/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* A temporary job folder, and vestim-run (its path is in VESTIM_RUN) working in it. */

typedef struct
{
  char *path;
} JobFolder;

#define JOB_FOLDER_ID "job_test"
#define JOB_FOLDER_DEADLINE_S 60

void job_folder_init (JobFolder *folder);
/* Removes the folder with its content. */
void job_folder_clear (JobFolder *folder);

/* `(transfer full)` */
char *job_folder_file (const JobFolder *folder, const char *name);
/* `(transfer full)` the text of a file; "" when it is missing. */
char *job_folder_read (const JobFolder *folder, const char *name);
void job_folder_write (const JobFolder *folder, const char *name, const char *text);
bool job_folder_has (const JobFolder *folder, const char *name);

/* Starts vestim-run for that attempt, with further `options` (nullable, e.g. "--timeout 1"); a
 * shell runs `script`. */
GPid job_folder_start (const JobFolder *folder, int attempt, const char *options,
                       const char *script);
/* The same with a program and its arguments, NULL-terminated. */
GPid job_folder_start_program (const JobFolder *folder, int attempt, const char *options,
                               const char *const *argv);
GPid job_folder_start_end (const JobFolder *folder, int attempt);

/* Waits for such a process: its exit code, or 1000 + the number of the signal that ended it. */
int job_folder_wait (GPid pid);
int job_folder_run (const JobFolder *folder, int attempt, const char *options, const char *script);

/* Waits until a file of the folder contains `text`; fails the test after the deadline. */
void job_folder_await (const JobFolder *folder, const char *name, const char *text);

/* The number after `"key":` in exit.json or another file of one JSON object. */
gint64 job_folder_number (const JobFolder *folder, const char *name, const char *key);

/* Processes whose current folder is the job folder. */
unsigned job_folder_count_processes (const JobFolder *folder);
/* Those of them that are not halted. */
unsigned job_folder_count_running (const JobFolder *folder);

#define job_folder_assert_exit(folder, text) \
  G_STMT_START \
  { \
    g_autofree char *exit_json_ = job_folder_read (folder, "exit.json"); \
    if (strstr (exit_json_, text) == NULL) \
      g_error ("exit.json has no %s: %s", text, exit_json_); \
  } \
  G_STMT_END
