/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "daemon/vestim/session.h"

#define RETRY_CAUSES "failed timeout lost"

/* The options that set fields of a job, whatever its kind: of add, train and edit. Rows of a table
 * of CommandOption. */
#define JOB_OPTION_ROWS \
  { "name", 'n', "TEXT", "the job's name", WORD_TEXT, NULL }, \
      { "tag", 't', "TAG", "a tag; may be repeated", WORD_TAG, NULL }, \
      { "note", 0, "TEXT", "a note", WORD_TEXT, NULL }, \
      { "group", 'g', "NAME", "its group, which may have limits of its own", WORD_GROUP, NULL }, \
      { "priority", 'p', "N", "the highest starts first (default: 0)", WORD_TEXT, NULL }, \
      { "after", 'a', "JOB", "start when that job is completed; may be repeated", WORD_JOB, NULL }, \
      { "after-any", 0,   "JOB", "start when that job is over in any way; may be repeated", \
        WORD_JOB,    NULL }, \
      { "at",      0,   "TIME", "start then: 18:30, \"tomorrow 6:00\", 2026-12-01, or RFC 3339", \
        WORD_TEXT, NULL }, \
      { "in", 0, "DURATION", "start after this time: 2h", WORD_TEXT, NULL }, \
      { "cpus", 'c', "N", "CPUs to reserve (default: 1)", WORD_TEXT, NULL }, \
      { "memory", 'm', "SIZE", "memory to reserve: 512M, 8G", WORD_TEXT, NULL }, \
      { "gpus", 0, "N", "GPUs to reserve", WORD_TEXT, NULL }, \
      { "enforce", 0, NULL, "make the reserved memory and CPUs hard limits", WORD_TEXT, NULL }, \
      { "enforce-rlimit", 0,   NULL, "limit the address space of each process to --memory", \
        WORD_TEXT,        NULL }, \
      { "retry", 'r', "N", "how often it is retried when it fails", WORD_TEXT, NULL }, \
      { "retry-delay", 0, "DURATION", "the delay before the first retry", WORD_TEXT, NULL }, \
      { "retry-backoff", 0,   "FACTOR", "each further delay is this many times longer", \
        WORD_TEXT,       NULL }, \
      { "retry-on",   0,           "LIST", "what is retried (default: failed,timeout,lost)", \
        WORD_CHOICES, RETRY_CAUSES }, \
      { "never-retry", 0, "CODES", "exit codes that are not retried: 2,3", WORD_TEXT, NULL }, \
      { "unique",  0,   "NAME", "refuse while a job with this unique name is queued or runs", \
        WORD_TEXT, NULL }, \
  { \
    "pin", 0, NULL, "clean and retention keep it", WORD_TEXT, NULL \
  }

/* Sets the members of `job`, the body of a POST or PATCH, for the options that were given.
 * `current` (nullable) is the job's object so far: what an object such as `resources` holds stays
 * unless an option changes it. IDs are looked up with `session`. False with `error`. */
bool job_options_apply (const Arguments *arguments, Session *session, JsonNode *current,
                        JsonObject *job, GError **error);
