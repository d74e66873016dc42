/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

/* Two variables in the environment of a job's processes, its ID and its folder: they identify the
 * processes when nothing else leads to them. */
typedef struct
{
  char *id;     /* "VESTIM_JOB_ID=…" */
  char *folder; /* "VESTIM_JOB_DIR=…" */
} JobMarks;

typedef enum
{
  JOB_MARKS_NONE,  /* none, or the environment cannot be read */
  JOB_MARKS_OURS,  /* both */
  JOB_MARKS_OTHER, /* those of another job */
} JobMarksFound;

void job_marks_init (JobMarks *marks, const char *job_id, const char *folder);
void job_marks_clear (JobMarks *marks);

/* The marks of a process. */
JobMarksFound job_marks_find (const JobMarks *marks, pid_t pid);
