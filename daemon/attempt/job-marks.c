/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/job-marks.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/fd.h"

#define MAX_ENVIRONMENT (8 << 20) /* more than the kernel allows */

void
job_marks_init (JobMarks *marks, const char *job_id, const char *folder)
{
  if (asprintf (&marks->id, ATTEMPT_ENV_JOB_ID "=%s", job_id) < 0
      || asprintf (&marks->folder, ATTEMPT_ENV_JOB_FOLDER "=%s", folder) < 0)
    abort ();
}

void
job_marks_clear (JobMarks *marks)
{
  free (marks->id);
  free (marks->folder);
  *marks = (JobMarks){ 0 };
}

JobMarksFound
job_marks_find (const JobMarks *marks, pid_t pid)
{
  bool has_id = false, has_folder = false, is_job = false;
  char path[64], *variables;
  size_t length;

  snprintf (path, sizeof path, "/proc/%d/environ", (int) pid);
  if (fd_read_file (path, MAX_ENVIRONMENT, &variables, &length) < 0)
    return JOB_MARKS_NONE;
  for (const char *at = variables; at < variables + length; at += strlen (at) + 1)
    {
      has_id = has_id || strcmp (at, marks->id) == 0;
      has_folder = has_folder || strcmp (at, marks->folder) == 0;
      is_job = is_job || strncmp (at, ATTEMPT_ENV_JOB_ID "=", sizeof ATTEMPT_ENV_JOB_ID) == 0;
    }
  free (variables);
  return has_id && has_folder ? JOB_MARKS_OURS : is_job ? JOB_MARKS_OTHER : JOB_MARKS_NONE;
}
