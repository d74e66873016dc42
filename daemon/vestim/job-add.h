/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "daemon/vestim/invocation.h"

/* The options of the commands that add a job: rows of a table of CommandOption. */
#define JOB_ADD_ROWS \
  { "hold", 0, NULL, "do not queue it before \"vestim release\"", WORD_TEXT, NULL }, \
      { "print-id", 0, NULL, "print the job's ID and nothing else", WORD_TEXT, NULL }, \
  { \
    "wait", 'w', NULL, "wait until it is over, and exit with its exit code", WORD_TEXT, NULL \
  }

/* Adds `job`, the body of a POST, and reports or waits for it as the options say. With
 * `takes_input` the job is held until the standard input is stored. Returns the exit code; an error
 * is set in `error`. */
int job_add (Invocation *invocation, JsonObject *job, bool takes_input, GError **error);
